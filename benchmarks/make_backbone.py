"""Make the backbone that ``create_model("transfer")`` borrows: workbook/models/studio_backbone.

It renders objects that are in none of the course's classes, trains a batch-norm CNN to tell them
apart, and keeps everything but its head. Run it again whenever the studio's pictures change:

    python benchmarks/make_backbone.py
"""

import json
import tempfile
from pathlib import Path

import click
import torch
from safetensors.torch import save_file

from workbook import Augmentation, PhotoSet, Preprocess, create_model, evaluate, fit
from workbook.atomic import replacing
from workbook.models.transfer import BACKBONE_FILE
from workbook.studio import OTHER_KINDS, make_photos

SIZE = 64
CHANNELS = (32, 64, 128, 128)


def render(folder: Path, per_class: int, seed: int) -> PhotoSet:
    make_photos(folder, classes=OTHER_KINDS, per_class=per_class, size=SIZE, seed=seed)
    return PhotoSet.from_folder(folder, Preprocess(size=SIZE), cache=False)


def half_precision(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {
        name: (values.half() if values.is_floating_point() else values).contiguous()
        for name, values in weights.items()
    }


@click.command()
@click.option("--per-class", default=800, show_default=True, help="Training photos of each kind.")
@click.option("--epochs", default=40, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--out", default=BACKBONE_FILE, type=click.Path(path_type=Path), show_default=True)
def main(per_class: int, epochs: int, seed: int, out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        train = render(Path(folder) / "train", per_class, seed=1000 + seed)
        validation = render(Path(folder) / "validation", 30, seed=2000 + seed)
    preprocess = train.preprocess.fitted(train)
    train, validation = train.with_preprocess(preprocess), validation.with_preprocess(preprocess)
    model = create_model(
        "batchnorm_cnn", classes=len(OTHER_KINDS), size=SIZE, channels=CHANNELS, seed=seed
    )
    fit(
        model,
        train,
        validation,
        epochs=epochs,
        learning_rate=3e-3,
        weight_decay=0.01,
        schedule="onecycle",
        augment=Augmentation(),
        seed=seed,
    )
    whole = evaluate(model, validation)
    weights = half_precision(model.features.state_dict())
    model.features.load_state_dict(weights)
    rounded = evaluate(model, validation)
    print(f"float32: {whole}\nfloat16: {rounded}")
    details = {
        "size": SIZE,
        "channels": CHANNELS,
        "mean": preprocess.mean,
        "std": preprocess.std,
        "kinds": OTHER_KINDS,
        "photos": len(train),
        "validation_accuracy": rounded.accuracy,
        "source": "photos rendered by workbook.studio; benchmarks/make_backbone.py",
    }
    with replacing(out) as temporary:
        save_file(weights, temporary, metadata={"backbone": json.dumps(details)})
    print(f"{out}: {out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()

"""The learning ladder: how far each architecture gets on the studio's photos, over several seeds.

Run it with ``python benchmarks/ladder.py``, or with ``--photos FOLDER`` on other photos. Photos and
split stay the same; the seed changes starting weights, order, augmentation and dropout. The test
photos are judged once for every run. Settings were chosen by validation photos and by seeds that
are not used here.
"""

import argparse
import time
from pathlib import Path

import pandas as pd
import torch
from results import write_markdown

from workbook import Augmentation, EarlyStopping, create_model, evaluate, fit, get_splits
from workbook.photos.splits import Splits

GENTLE = {"epochs": 15, "learning_rate": 3e-4, "weight_decay": 0.01}
STEPS = {
    "softmax": ("softmax", GENTLE),
    "mlp": ("mlp", GENTLE),
    "small_cnn": ("small_cnn", {"epochs": 15}),
    "small_cnn, augmentation, early stopping": (
        "small_cnn",
        {
            "epochs": 30,
            "augment": Augmentation(),
            "early_stopping": EarlyStopping(patience=8, monitor="validation_accuracy"),
        },
    ),
    "batchnorm_cnn": (
        "batchnorm_cnn",
        {
            "epochs": 25,
            "learning_rate": 3e-3,
            "weight_decay": 0.01,
            "schedule": "onecycle",
            "augment": Augmentation(),
        },
    ),
}


def main() -> None:
    """Climb the ladder with every seed, print the table and write it into results/."""
    arguments = _arguments()
    splits = get_splits(arguments.photos, size=arguments.size, progress=False)
    test = splits.open_test("the learning ladder of benchmarks/ladder.py")
    runs = pd.DataFrame(
        [
            climb(step, seed, splits, test)
            for seed in range(arguments.seeds)
            for step in STEPS
            if arguments.step in ("", step)
        ]
    )
    counts = f"{len(splits.train)} training, {len(splits.validation)} validation, {len(test)} test"
    text = (
        f"Photos: {arguments.photos}, {arguments.size} pixels, {len(splits.class_names)} classes, "
        f"{counts} photos. {arguments.seeds} seeds; mean ± standard deviation."
    )
    name = "ladder" if arguments.photos == "studio" else f"ladder_{Path(arguments.photos).name}"
    write_markdown(name, "Learning ladder", summarize(runs), text)


def climb(step: str, seed: int, splits: Splits, test) -> dict:
    """Train one model and judge it on all three parts."""
    name, settings = STEPS[step]
    model = create_model(
        name, classes=len(splits.class_names), size=splits.preprocess.size, seed=seed
    )
    started = time.perf_counter()
    history = fit(model, splits.train, splits.validation, seed=seed, progress=False, **settings)
    row = {
        "step": step,
        "seed": seed,
        "seconds": time.perf_counter() - started,
        "epochs": len(history.rows),
        "train": evaluate(model, splits.train).accuracy,
        "validation": evaluate(model, splits.validation).accuracy,
        "test": evaluate(model, test).accuracy,
    }
    print(", ".join(f"{key} {_rounded(value)}" for key, value in row.items()), flush=True)
    return row


def summarize(runs: pd.DataFrame) -> pd.DataFrame:
    """Return one row per step: accuracies with their spread, epochs, and seconds."""
    rows = []
    for step, group in runs.groupby("step", sort=False):
        row = {"model": step}
        for part in ("train", "validation", "test"):
            row[part] = f"{group[part].mean():.3f} ± {group[part].std(ddof=0):.3f}"
        row["highest test"] = f"{group['test'].max():.3f}"
        row["epochs"] = f"{group['epochs'].mean():.0f}"
        row["seconds, median"] = f"{group['seconds'].median():.1f}"
        row["seconds, most"] = f"{group['seconds'].max():.1f}"
        rows.append(row)
    return pd.DataFrame(rows)


def _rounded(value):
    return f"{value:.3f}" if isinstance(value, float) else value


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--photos", default="studio")
    parser.add_argument("--size", type=int, default=64, help="width of the photos in pixels")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--step", default="", help="only this step of the ladder")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    return arguments


if __name__ == "__main__":
    main()

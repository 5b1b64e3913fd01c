"""How long training takes: ``fit`` against the way of PyTorch's own tutorial.

Run it with ``python benchmarks/training.py``. Both ways train the same small CNN with Adam and
batches of 32 on the same JPEG files of 160 pixels, resized to 64, and judge the same validation
photos after every epoch. The tutorial's way (https://docs.pytorch.org/tutorials/beginner/
transfer_learning_tutorial.html) is ImageFolder, torchvision's transforms for each photo, a
DataLoader, and its training loop. The ways take turns within each round, so that a busy computer
slows all of them; what counts are the ratios within a round.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

import pandas as pd
import torch
from results import write_markdown
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

from workbook import Augmentation, create_model, fit, load_splits, split_folder
from workbook.studio import make_photos

SIDE = 160  # pixels, of the files
SIZE = 64  # pixels, as the model sees them
CLASSES = 8
BATCH_SIZE = 32
OURS = ("ours", "ours, bf16 off")
TUTORIAL = ("tutorial, 0 workers", "tutorial, 2 workers")


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    torch.set_num_threads(arguments.threads)
    with tempfile.TemporaryDirectory() as folder:
        split = make_split(Path(folder), arguments.photos)
        tables = [
            compare(split, arguments.epochs, arguments.rounds, augmented)
            for augmented in (False, True)
        ]
    policy = os.environ.get("OMP_WAIT_POLICY", "not set")
    text = (
        f"{arguments.photos} training photos, {arguments.epochs} epochs, {arguments.rounds} "
        f"interleaved rounds. Images a second are those of the epochs after the first, with "
        f"loading and validation. A ratio says how many times faster `{OURS[0]}` is, as the median "
        f"over the rounds. Second start: the decoded photos are in the cache. "
        f"OMP_WAIT_POLICY: {policy}."
    )
    write_markdown("training", "Speed of training", pd.concat(tables), text)


def make_split(folder: Path, photos: int) -> Path:
    """Render the photos and split them: ``photos`` for training, a fifth of that to judge."""
    per_class = round(photos / CLASSES)
    extra = round(per_class / 5)
    source = make_photos(folder / "photos", per_class=per_class + 2 * extra, size=SIDE, seed=5)
    whole = per_class + 2 * extra
    fractions = (per_class / whole, extra / whole, extra / whole)
    return split_folder(source, folder / "split", fractions=fractions, progress=False)


def compare(split: Path, epochs: int, rounds: int, augmented: bool) -> pd.DataFrame:
    """Run all ways in turns; return speeds and ratios, one row per way."""
    ways = {
        OURS[0]: lambda: ours(split, epochs, augmented, amp="auto"),
        OURS[1]: lambda: ours(split, epochs, augmented, amp=False),
        TUTORIAL[0]: lambda: tutorial(split, epochs, augmented, workers=0),
        TUTORIAL[1]: lambda: tutorial(split, epochs, augmented, workers=2),
    }
    measured = {name: [] for name in ways}
    for turn in range(rounds):
        for name in list(ways) if turn % 2 == 0 else reversed(ways):
            measured[name].append(ways[name]())
            speed, first, second, accuracy = measured[name][-1]
            print(
                f"augmented {augmented}, round {turn + 1}, {name}: {speed:.0f} images/s, "
                f"first start {first:.1f} s, second {second:.1f} s, accuracy {accuracy:.2f}",
                flush=True,
            )
    return pd.DataFrame([_row(name, measured[name], measured[OURS[0]], augmented) for name in ways])


def _row(name: str, runs: list[tuple], best: list[tuple], augmented: bool) -> dict:
    def median(values) -> float:
        return statistics.median(values)

    pairs = list(zip(runs, best, strict=True))
    return {
        "augmented": "yes" if augmented else "no",
        "way": name,
        "images/s": round(median(run[0] for run in runs)),
        "ratio": f"{median(mine[0] / run[0] for run, mine in pairs):.2f}",
        "first start, s": f"{median(run[1] for run in runs):.1f}",
        "ratio first": f"{median(run[1] / mine[1] for run, mine in pairs):.2f}",
        "second start, s": f"{median(run[2] for run in runs):.1f}",
        "ratio second": f"{median(run[2] / mine[2] for run, mine in pairs):.2f}",
    }


def ours(split: Path, epochs: int, augmented: bool, amp) -> tuple[float, float, float, float]:
    """Return images a second, seconds of a first and of a second start, validation accuracy."""
    seconds = []
    with tempfile.TemporaryDirectory() as workspace:
        os.environ["WORKBOOK_HOME"] = workspace  # an empty cache
        for _ in range(2):
            started = time.perf_counter()
            splits = load_splits(split, size=SIZE, progress=False)
            model = create_model("small_cnn", classes=CLASSES, size=SIZE)
            history = fit(
                model,
                splits.train,
                splits.validation,
                epochs=epochs,
                batch_size=BATCH_SIZE,
                augment=Augmentation() if augmented else None,
                progress=False,
                amp=amp,
            )
            seconds.append(time.perf_counter() - started)
    later = history.rows[1:]
    speed = len(later) * len(splits.train) / sum(row["seconds"] for row in later)
    return speed, *seconds, history.rows[-1]["validation_accuracy"]


def tutorial(
    split: Path, epochs: int, augmented: bool, workers: int
) -> tuple[float, float, float, float]:
    """The same figures for the tutorial's way, which has no cache: every start is a first one."""
    started = time.perf_counter()
    normalize = transforms.Normalize([0.5, 0.5, 0.5], [0.25, 0.25, 0.25])
    plain = [transforms.Resize(SIZE), transforms.CenterCrop(SIZE)]
    changes = [
        transforms.RandomHorizontalFlip(),
        transforms.RandomAffine(12, translate=(0.08, 0.08), scale=(0.85, 1.1)),
        transforms.ColorJitter(brightness=0.25, contrast=0.25),
    ]
    recipes = {
        "train": [*plain, *(changes if augmented else []), transforms.ToTensor(), normalize],
        "val": [*plain, transforms.ToTensor(), normalize],
    }
    photos = {
        part: datasets.ImageFolder(split / part, transforms.Compose(recipe))
        for part, recipe in recipes.items()
    }
    loaders = {
        part: DataLoader(
            photos[part], batch_size=BATCH_SIZE, shuffle=part == "train", num_workers=workers
        )
        for part in photos
    }
    model = tutorial_model()
    criterion, optimizer = nn.CrossEntropyLoss(), torch.optim.Adam(model.parameters(), lr=1e-3)
    epoch_seconds = []
    for _ in range(epochs):
        epoch_started = time.perf_counter()
        for part in ("train", "val"):
            model.train(part == "train")
            running_loss, running_corrects = 0.0, 0
            for inputs, labels in loaders[part]:
                optimizer.zero_grad()
                with torch.set_grad_enabled(part == "train"):
                    outputs = model(inputs)
                    _, predictions = torch.max(outputs, 1)
                    loss = criterion(outputs, labels)
                    if part == "train":
                        loss.backward()
                        optimizer.step()
                running_loss += loss.item() * inputs.size(0)
                running_corrects += torch.sum(predictions == labels.data)
        epoch_seconds.append(time.perf_counter() - epoch_started)
    total = time.perf_counter() - started
    speed = (epochs - 1) * len(photos["train"]) / sum(epoch_seconds[1:])
    return speed, total, total, float(running_corrects) / len(photos["val"])


def tutorial_model() -> nn.Module:
    """The layers of ``small_cnn``, in the order in which tutorials write them."""
    return nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64 * (SIZE // 4) ** 2, CLASSES),
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--photos", type=int, default=1000, help="training photos")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2, help="threads of torch")
    return parser.parse_args()


if __name__ == "__main__":
    main()

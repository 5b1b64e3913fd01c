"""How large the effects are that three lessons rest on: leakage, a shortcut, dark photos.

Run it with ``python benchmarks/lessons.py``. Each lesson trains the same architecture on photos
from two settings of the studio, and judges it on photos that flatter it and on photos that do not.
All photos that judge come from other seeds than those of training, unless it says "test part".
"""

import argparse
import statistics
from functools import partial
from pathlib import Path

import pandas as pd
import torch
from results import write_markdown

from workbook import (
    Augmentation,
    PhotoSet,
    create_model,
    evaluate,
    fit,
    load_splits,
    split_folder,
)
from workbook.studio import make_photos
from workbook.workspace import data_folder

RENDERED = partial(make_photos, progress=False)
TRAINING = {"per_class": 160, "seed": 0}
JUDGING = {"per_class": 30, "seed": 77}
GOOD_LIGHT = {"bright": 0.4, "normal": 0.6}
SOME_DARK = {"bright": 0.28, "normal": 0.42, "dark": 0.3}
ALL_CHANGES = Augmentation()
SAME_LIGHT = Augmentation(brightness=0, contrast=0)


def main() -> None:
    """Measure the three lessons with every seed and write results/lessons.md."""
    arguments = _arguments()
    folder = data_folder() / "lessons"
    rows = [
        {"lesson": lesson.__name__.replace("_", " "), **row}
        for lesson in (leakage, shortcut, dark_photos)
        if arguments.only in (None, lesson.__name__)
        for row in lesson(folder, range(arguments.seeds))
    ]
    text = (
        f"{arguments.seeds} seeds of training; mean ± standard deviation of the accuracy. "
        "Leakage: small_cnn; the others: batchnorm_cnn with augmentation. Dark photos: "
        "without augmented light, except where the row says so."
    )
    name = f"lesson_{arguments.only}" if arguments.only else "lessons"
    write_markdown(name, "Sizes of the lessons", pd.DataFrame(rows), text)


def leakage(folder: Path, seeds) -> list[dict]:
    """Shots of one scene on both sides of a split: 200 scenes, five shots of each."""
    bursts = RENDERED(folder / "bursts", per_class=125, burst=5, seed=0)
    strangers = RENDERED(folder / "new-scenes", **JUDGING)
    rows = []
    for name, groups in (("random split", None), ("split by scene", "auto")):
        out = folder / f"bursts, {name}"
        if not out.exists():
            split_folder(bursts, out, groups=groups, seed=0, progress=False)
        splits = load_splits(out, progress=False)
        test = splits.open_test("size of the leakage lesson")
        models = [train_small(splits.train, splits.validation, seed) for seed in seeds]
        rows.append(row(name, "its own test part", models, test))
        rows.append(row(name, "new scenes", models, photos_like(splits.train, strangers)))
    return rows


def shortcut(folder: Path, seeds) -> list[dict]:
    """In training, 95 of 100 objects lie on the surface that goes with their class."""
    honest = RENDERED(folder / "honest", **JUDGING)
    rows = []
    for name, strength in (("surface goes with class", 0.95), ("any surface", 0.0)):
        train = read(RENDERED(folder / f"shortcut-{strength}", shortcut=strength, **TRAINING))
        same = RENDERED(folder / f"shortcut-{strength}-judging", shortcut=strength, **JUDGING)
        validation = photos_like(train, same)
        models = [train_large(train, validation, seed) for seed in seeds]
        rows.append(row(name, "photos like those of training", models, validation))
        rows.append(row(name, "any surface", models, photos_like(train, honest)))
    return rows


def dark_photos(folder: Path, seeds) -> list[dict]:
    """Photos darker than any of training, and two remedies: augmented light, and dark photos."""
    normal = RENDERED(folder / "normal-light", light="normal", **JUDGING)
    dark = RENDERED(folder / "dark", light="dark", **JUDGING)
    rows = []
    for name, light in (("good light only", GOOD_LIGHT), ("30 % dark photos", SOME_DARK)):
        train = read(RENDERED(folder / f"train, {name}", light=light, **TRAINING))
        validation = photos_like(train, normal)
        for more, augment in (("", SAME_LIGHT), (", light augmented", ALL_CHANGES)):
            models = [train_large(train, validation, seed, augment) for seed in seeds]
            rows.append(row(name + more, "normal light", models, validation))
            rows.append(row(name + more, "dark", models, photos_like(train, dark)))
    return rows


def read(folder: Path) -> PhotoSet:
    photos = PhotoSet.from_folder(folder, progress=False)
    return photos.with_preprocess(photos.preprocess.fitted(photos))


def photos_like(train: PhotoSet, folder: Path) -> PhotoSet:
    return PhotoSet.from_folder(folder, train.preprocess, progress=False)


def train_small(train, validation, seed: int):
    model = create_model("small_cnn", classes=len(train.class_names), seed=seed)
    fit(model, train, validation, epochs=15, seed=seed, progress=False)
    return model


def train_large(train, validation, seed: int, augment: Augmentation = ALL_CHANGES):
    model = create_model("batchnorm_cnn", classes=len(train.class_names), seed=seed)
    fit(
        model,
        train,
        validation,
        epochs=25,
        learning_rate=3e-3,
        weight_decay=0.01,
        schedule="onecycle",
        augment=augment,
        seed=seed,
        progress=False,
    )
    return model


def row(trained_on: str, judged_on: str, models, photos) -> dict:
    accuracies = [evaluate(model, photos).accuracy for model in models]
    shown = f"{statistics.mean(accuracies):.3f} ± {statistics.pstdev(accuracies):.3f}"
    print(f"trained on {trained_on}, judged on {judged_on}: {shown}", flush=True)
    return {"trained on": trained_on, "judged on": judged_on, "accuracy": shown}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", choices=["leakage", "shortcut", "dark_photos"])
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    return arguments


if __name__ == "__main__":
    main()

"""A set of photos that is learned in a second, and a classifier trained on it."""

from pathlib import Path

import numpy as np
from PIL import Image

COLOURS = {"blue": (40, 60, 200), "green": (60, 180, 60), "red": (200, 50, 40)}
SIZE = 16


def coloured_photo(colour: str, seed: int, side: int = 24) -> Image.Image:
    """Return a photo of one colour with noise on it."""
    noise = np.random.default_rng(seed).normal(0, 25, (side, side, 3))
    pixels = np.clip(np.array(COLOURS[colour]) + noise, 0, 255).astype(np.uint8)
    return Image.fromarray(pixels)


def make_coloured_photos(folder: Path, per_class: int = 12) -> Path:
    """Write a folder of photos, one folder per colour."""
    for number, colour in enumerate(COLOURS):
        (folder / colour).mkdir(parents=True)
        for index in range(per_class):
            photo = coloured_photo(colour, seed=100 * number + index)
            photo.save(folder / colour / f"{colour}_{index:02}.jpg", quality=92)
    return folder


def split_coloured_photos(folder: Path):
    """Make coloured photos and return their splits."""
    from workbook.photos.splits import load_splits, split_folder

    photos = make_coloured_photos(folder / "photos")
    split_folder(photos, folder / "split", seed=0, progress=False)
    return load_splits(folder / "split", size=SIZE, cache=False, progress=False)


def train_on(splits, architecture: str = "small_cnn", epochs: int = 6):
    """Return a trained model and its history."""
    from workbook.models import create_model
    from workbook.training import fit

    arguments = {"channels": (8, 16)} if architecture == "small_cnn" else {}
    model = create_model(architecture, classes=len(splits.class_names), size=SIZE, **arguments)
    history = fit(
        model,
        splits.train,
        splits.validation,
        epochs=epochs,
        batch_size=8,
        learning_rate=3e-3,
        device="cpu",
        progress=False,
    )
    return model, history


def train_classifier(splits):
    """Return a classifier of three colours, its evaluation on its card."""
    from workbook.evaluation import evaluate
    from workbook.saving import Classifier

    model, history = train_on(splits)
    evaluation = evaluate(model, splits.validation, device="cpu")
    return Classifier.from_training(
        model, splits, name="colours", history=history, evaluation=evaluation
    )

"""Classifiers that were not trained and yet answer differently for different photos."""

import torch
from torch import nn

from workbook.models import create_model
from workbook.photos.preprocess import Preprocess
from workbook.saving import Classifier
from workbook.saving.card import USUAL_LIMITS, write_card

COLOUR_MEANS = {"mean": (0.5, 0.45, 0.4), "std": (0.2, 0.22, 0.25)}


def untrained_classifier(
    architecture: str = "batchnorm_cnn",
    *,
    size: int = 32,
    resize: str = "crop",
    class_names: tuple[str, ...] = ("apple", "mug", "pear"),
    **card,
) -> Classifier:
    """Return a classifier of the course; ``card`` replaces fields of its card."""
    model = create_model(architecture, classes=len(class_names), size=size)
    return classifier_of(model, model.recipe, size, resize, class_names, **card)


def classifier_of(model, recipe, size, resize="crop", class_names=("apple", "mug", "pear"), **card):
    preprocess = Preprocess(size=size, resize=resize, **COLOUR_MEANS)
    make_decisive(model, preprocess)
    written = write_card(
        name="my-toys",
        version="1.0",
        recipe=recipe,
        class_names=class_names,
        preprocess=preprocess,
        data={"source": "toys", "counts": {"train": dict.fromkeys(class_names, 40)}},
        metrics={"test": {"correct": 45, "count": 50, "accuracy": 0.9}},
        settings={},
        test_openings=[],
        limits=list(USUAL_LIMITS),
        licence="Drawn by a program.",
    )
    return Classifier(model, preprocess, class_names, {**written, **card})


def make_decisive(model: nn.Module, preprocess: Preprocess) -> None:
    """Stretch the last layer until the scores of noisy photos lie about 2 apart."""
    generator = torch.Generator().manual_seed(3)
    tints = torch.rand(32, 3, 1, 1, generator=generator)
    noise = torch.rand(32, 3, preprocess.size, preprocess.size, generator=generator)
    photos = preprocess.normalize(((tints + noise) * 127).to(torch.uint8))
    last = [layer for layer in model.modules() if isinstance(layer, nn.Linear)][-1]
    model.eval()
    with torch.no_grad():
        last.bias.zero_()
        scores = model(photos)
        stretch = 2 / scores.std(dim=0).mean()
        last.weight.mul_(stretch)
        last.bias.copy_(-scores.mean(dim=0) * stretch)

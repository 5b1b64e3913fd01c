"""How long each lab takes from a moved control to the new picture, and how large it is when saved.

Run it with ``python benchmarks/labs.py``. Every number box and every choice of a lab is moved back
and forth, on photos and models as large as those of the chapters. The time is that of Python
alone; the browser adds about as much again to carry a value there and a picture back.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator

import ipywidgets
import pandas as pd
import torch
from results import write_markdown

from workbook import Classifier, PhotoSet, Preprocess, create_model, evaluate, fit
from workbook.saving.card import write_card
from workbook.studio import make_photos, render_photos
from workbook.training import History
from workbook.views.augmentation_lab import explore_augmentation
from workbook.views.confidence_lab import explore_confidence
from workbook.views.confusion_explorer import explore_confusion
from workbook.views.controls import Choice, Slider
from workbook.views.convolution_lab import explore_convolution
from workbook.views.curve_reader import explore_curves
from workbook.views.explorer import Lab
from workbook.views.layer_viewer import explore_layers
from workbook.views.learning_rate_lab import explore_learning_rates
from workbook.views.looking_lab import explore_looking
from workbook.views.loss_lab import explore_loss
from workbook.views.neuron_lab import explore_neuron
from workbook.views.photo_browser import explore_photos
from workbook.views.pixel_inspector import explore_pixels
from workbook.views.prediction_lab import explore_prediction
from workbook.views.progress_board import explore_progress
from workbook.workspace import data_folder

SIZE = 64
KINDS = ["apple", "bottle", "bowl", "mug"]
PER_KIND = 40


def main() -> None:
    """Measure every lab and write results/labs.md."""
    arguments = _arguments()
    rows = [row(name, make(), arguments.moves) for name, make in labs().items()]
    text = (
        f"Up to {arguments.moves} moves of each control, one after the other; Python's time only."
    )
    write_markdown("labs", "Labs: from a control to the new picture", pd.DataFrame(rows), text)


def labs() -> dict[str, Callable[[], Lab]]:
    """Return what makes each lab, by name."""
    photos = studio_photos()
    settings = {"classes": len(KINDS), "size": SIZE}
    small = {**settings, "channels": (16, 32)}
    untrained, cnn = (create_model("small_cnn", seed=seed, **small) for seed in (0, 1))
    deeper = create_model("batchnorm_cnn", **settings)
    weights = torch.randn(len(KINDS), 3, SIZE, SIZE)
    evaluation = evaluate(cnn, photos, device="cpu")
    runs = short_runs(photos)
    examples = sorted(folder_of_photos().rglob("*.jpg"))[:10]
    both = {"before training": untrained, "after training": cnn}
    return {
        "pixel inspector": lambda: explore_pixels(photos.images[0]),
        "photo browser": lambda: explore_photos(folder_of_photos()),
        "one neuron": lambda: explore_neuron(weights, [0.0] * len(KINDS), photos),
        "price of a probability": explore_loss,
        "learning rates": lambda: explore_learning_rates(runs),
        "convolution": lambda: explore_convolution(photos.images[0]),
        "layers, small network": lambda: explore_layers(both, photos),
        "layers, deeper network": lambda: explore_layers(deeper, photos),
        "where it looked": lambda: explore_looking(cnn, photos),
        "augmentation": lambda: explore_augmentation(photos, cnn),
        "confusion": lambda: explore_confusion(evaluation, photos, model=cnn, training=photos),
        "curves": lambda: explore_curves(runs),
        "confidence": lambda: explore_confidence(evaluation, evaluation.probabilities),
        "predict my photo": lambda: explore_prediction(classifier_of(cnn, photos), examples),
        "progress": explore_progress,
    }


def studio_photos() -> PhotoSet:
    images, facts = render_photos([kind for kind in KINDS for _ in range(PER_KIND)], size=SIZE)
    labels = torch.tensor([KINDS.index(kind) for kind in facts["class"]])
    preprocess = Preprocess(SIZE, mean=(0.5, 0.5, 0.5), std=(0.25, 0.25, 0.25))
    return PhotoSet.from_tensors(images, labels, KINDS, preprocess=preprocess)


def folder_of_photos():
    folder = data_folder() / "labs-benchmark"
    if not folder.exists():
        make_photos(folder, classes=KINDS, per_class=PER_KIND, size=SIZE, progress=False)
    return folder


def short_runs(photos: PhotoSet) -> dict[str, History]:
    """Return three runs that differ in the learning rate."""
    runs = {}
    for name, rate in {"too small": 1e-6, "about right": 5e-4, "too large": 0.5}.items():
        model = create_model("softmax", classes=len(KINDS), size=SIZE)
        runs[name] = fit(
            model, photos, photos, epochs=6, optimizer="sgd", learning_rate=rate, progress=False
        )
    return runs


def classifier_of(model, photos: PhotoSet) -> Classifier:
    card = write_card(
        name="trial",
        version="1.0",
        recipe=model.recipe,
        preprocess=photos.preprocess,
        class_names=photos.class_names,
        data={},
        metrics={},
        settings={},
        test_openings=[],
        limits=["A trial."],
        licence="Rendered here.",
    )
    return Classifier(model.eval(), photos.preprocess, photos.class_names, card)


def row(name: str, lab: Lab, moves: int) -> dict:
    times = []
    for control in controls_of(lab):
        for value in values_for(control, moves):
            start = time.perf_counter()
            control.value = value
            times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return {
        "lab": name,
        "moves": len(times),
        "median, ms": f"{statistics.median(times):.1f}",
        "slowest tenth from, ms": f"{times[int(0.9 * len(times))]:.1f}",
        "saved size, kB": f"{len(lab.static_html()) / 1000:.1f}",
    }


def controls_of(widget: ipywidgets.Widget) -> list[ipywidgets.Widget]:
    """Return the controls inside a widget whose value can be moved, however deep."""
    if isinstance(widget, Slider):  # its slider follows the box in the browser only
        return [widget.box]
    if isinstance(widget, Choice) or (hasattr(widget, "min") and hasattr(widget, "max")):
        return [widget]
    return [control for child in getattr(widget, "children", ()) for control in controls_of(child)]


def values_for(control: ipywidgets.Widget, moves: int) -> Iterator:
    """Yield values that differ from what the control is set to at that moment."""
    for move in range(moves):
        if isinstance(control, Choice):
            options = [option for option in control.options if option != control.value]
            if not options:
                return
            yield options[move % len(options)]
        else:
            if control.max == control.min:
                return
            step = (control.max - control.min) * (move + 1) / (moves + 1)
            value = type(control.value)(control.min + step)
            yield control.min if value == control.value else value


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--moves", type=int, default=20)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    return arguments


if __name__ == "__main__":
    main()

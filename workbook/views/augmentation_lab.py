"""The augmentation lab: how far may a photo be changed before its label is no longer true?"""

import html

import ipywidgets
import torch
from PIL import Image, ImageDraw, ImageFont

from workbook.evaluation import predict_probabilities
from workbook.photos.augment import Augmentation
from workbook.photos.meaning import meaning_warnings
from workbook.photos.photoset import PhotoSet
from workbook.views.controls import Choice, Slider, whole_number
from workbook.views.explorer import Explorer
from workbook.views.thumbnails import in_rows, note, paragraph, thumbnail

VERSIONS = 8
MY_PHOTOS, A_SIX = "my photos", "a drawn 6"
GREEN = "#009E73"
LABELS = "8.5em"  # the room for the names of the sliders


def explore_augmentation(photos, model=None, *, start: Augmentation | None = None) -> Explorer:
    """Return a lab with sliders and eight versions of a photo, changed as far as they say.

    ``photos``: a PhotoSet. ``model``: one that was trained on such photos; its answer then stands
    below each version. ``start``: where the sliders stand at first.
    """
    return Explorer(_Versions(photos, model), _controls(len(photos), start or Augmentation()))


def drawn_six(size: int) -> torch.Tensor:
    """Return a picture of the digit 6, uint8 ``(3, size, size)``: upside down it is a 9."""
    picture = Image.new("RGB", (size, size), "#f4f1e8")
    font = ImageFont.load_default(size * 0.7)
    ImageDraw.Draw(picture).text((size / 2, size / 2), "6", "#20304c", font=font, anchor="mm")
    pixels = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8)
    return pixels.view(size, size, 3).permute(2, 0, 1)


def _controls(count: int, start: Augmentation) -> dict[str, ipywidgets.Widget]:
    return {
        "source": Choice("change", [MY_PHOTOS, A_SIX]),
        "number": whole_number("photo", 0, 0, count - 1),
        "draw": whole_number("draw again", 0, 0, 999),
        "flip": Choice("mirror half of them", ["yes", "no"], "yes" if start.flip else "no"),
        "rotate": Slider("turn, degrees", round(start.rotate), 0, 180, label_width=LABELS),
        "shift": _percent("shift", start.shift, 0, 60, 2),
        "smallest": _percent("shrink to", start.zoom[0], 20, 100),
        "largest": _percent("enlarge to", start.zoom[1], 100, 400),
        "brightness": _percent("brightness", start.brightness, 0, 95),
        "contrast": _percent("contrast", start.contrast, 0, 95),
        "tint": _percent("tint", start.tint, 0, 95),
    }


def _percent(label: str, share: float, low: int, high: int, step: int = 5) -> Slider:
    value = round(100 * share)
    return Slider(f"{label}, in %", value, low, high, step=step, label_width=LABELS)


class _Versions:
    """Draws a photo, its versions, and what to think about."""

    def __init__(self, photos, model):
        self.photos = photos
        self.model = model

    def __call__(self, source, number, draw, flip, rotate, smallest, largest, **percentages) -> str:
        augmentation = Augmentation(
            flip=flip == "yes",
            rotate=rotate,
            zoom=(smallest / 100, largest / 100),
            **{name: percentage / 100 for name, percentage in percentages.items()},
        )
        if source == A_SIX:
            image, name, names = drawn_six(self.photos.preprocess.size), "6", ("6", "9")
        else:
            image, label = self.photos[number]
            name, names = self.photos.class_names[label], self.photos.class_names
        versions = augmentation.preview(image, count=VERSIONS, seed=draw)
        answers = self._answers(versions) if source == MY_PHOTOS and self.model else []
        figures = [
            thumbnail(version, words, description=f"Version {place} of a photo of {name}. {words}")
            for place, (version, words) in enumerate(
                zip(versions, _captions(answers, name), strict=True), start=1
            )
        ]
        original = thumbnail(image, f"as it is\nlabel: {name}", width=170)
        grid = f'<div style="flex:1 1 300px;max-width:500px">{in_rows(figures, above=0)}</div>'
        return (
            f'<div style="display:flex;flex-wrap:wrap;gap:18px;margin-top:8px">{original}{grid}'
            f"</div>{_thoughts(augmentation, names, name, answers)}{_code(augmentation)}"
        )

    def _answers(self, versions: torch.Tensor) -> list[tuple[str, float]]:
        """Return what the model calls each version, and how sure it is."""
        names = self.photos.class_names
        labels = torch.zeros(len(versions), dtype=torch.int64)
        asked = PhotoSet.from_tensors(versions, labels, names, preprocess=self.photos.preprocess)
        confidences, predictions = predict_probabilities(self.model, asked).max(dim=1)
        return [
            (names[prediction], confidence)
            for prediction, confidence in zip(
                predictions.tolist(), confidences.tolist(), strict=True
            )
        ]


def _captions(answers: list[tuple[str, float]], label: str) -> list[str]:
    if not answers:
        return [f"still {label}?"] * VERSIONS
    return [
        f"{'✓' if answer == label else '✗'} {answer} {confidence:.0%}"
        for answer, confidence in answers
    ]


def _thoughts(augmentation, names, label: str, answers) -> str:
    warnings = meaning_warnings(augmentation, names)
    if warnings:
        words = note(warnings, sign="⚠ ")
    else:
        words = note([f"Small changes: each version should still show {label}."], colour=GREEN)
    if answers:
        same = sum(answer == label for answer, _ in answers)
        words += paragraph(
            f"Your model calls {same} of {len(answers)} versions <b>{html.escape(label)}</b>."
        )
    return words


def _code(augmentation: Augmentation) -> str:
    """Show the settings as the learner would type them; this also names them all in words."""
    smallest, largest = augmentation.zoom
    numbers = {
        name: f"{value:g}"
        for name, value in vars(augmentation).items()
        if name not in ("flip", "zoom")
    }
    settings = {"flip": augmentation.flip, "zoom": f"({smallest:g}, {largest:g})", **numbers}
    words = ", ".join(f"{name}={value}" for name, value in settings.items())
    return paragraph(f"As code: <code>Augmentation({words})</code>")

"""What a classifier says of one photo."""

import base64
import html
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from workbook.photos.reading import read_photo
from workbook.saving import Classifier

NOT_SURE = "not sure"
PICTURE_SIDE = 192  # pixels of the picture beside the bars


@dataclass(frozen=True)
class Prediction:
    """The most likely classes of one photo.

    answer: the first of ``names``, or "not sure" when its probability is below ``threshold``.
    names, probabilities: the most likely classes and their probabilities (0 to 1), best first.
    sure: whether the threshold was reached.
    photo: the photo, small and upright; source: its file name, or "this photo".
    """

    answer: str
    names: tuple[str, ...]
    probabilities: tuple[float, ...]
    sure: bool
    threshold: float
    source: str = "this photo"
    photo: Image.Image | None = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        first = f"{self.names[0]} ({percent(self.probabilities[0])})"
        if self.sure:
            sentence = f"{self.source}: most likely {first}."
        else:
            sentence = (
                f"{self.source}: not sure. The best guess is {first}, and at least "
                f"{percent(self.threshold)} was asked for."
            )
        others = [
            f"{name} ({percent(probability)})"
            for name, probability in zip(self.names[1:], self.probabilities[1:], strict=True)
        ]
        return f"{sentence} Then {', '.join(others)}." if others else sentence

    def _repr_html_(self) -> str:
        bars = "".join(map(_bar, self.names, self.probabilities))
        return (
            '<figure style="display:flex;gap:1em;align-items:center;margin:0">'
            f'{self._picture()}<figcaption style="color:inherit;font-weight:normal">'
            f"<strong>{html.escape(self.answer)}</strong>"
            f"<table>{bars}</table></figcaption></figure>"
        )

    def _picture(self) -> str:
        if self.photo is None:
            return ""
        contents = io.BytesIO()
        self.photo.save(contents, format="PNG")
        encoded = base64.b64encode(contents.getvalue()).decode("ascii")
        alt = html.escape(str(self), quote=True)
        return f'<img alt="{alt}" src="data:image/png;base64,{encoded}">'


def predict_photo(
    classifier: Classifier, photo: Any, *, top: int = 3, threshold: float = 0.5
) -> Prediction:
    """Ask a classifier about one photo (a path, bytes, an open file, a picture or an array).

    ``top`` is how many classes to name, ``threshold`` (0 to 1) the probability below which the
    answer is "not sure". Raises PhotoError for a photo that cannot be read.
    """
    check_threshold(threshold)
    source = Path(photo).name if isinstance(photo, str | PathLike) else "this photo"
    if hasattr(photo, "read"):
        photo = photo.read()  # it is looked at twice: by the model and for the picture
    probabilities = classifier.probabilities(photo)
    return make_prediction(
        classifier.class_names,
        probabilities,
        top=top,
        threshold=threshold,
        source=source,
        photo=_small(photo),
    )


def make_prediction(
    class_names: Sequence[str],
    probabilities: torch.Tensor,
    *,
    top: int,
    threshold: float,
    source: str = "this photo",
    photo: Image.Image | None = None,
) -> Prediction:
    """Turn the probabilities ``(classes,)`` of one photo into a Prediction."""
    if top < 1:
        raise ValueError(f"top is {top}; name at least 1 class.")
    best = probabilities.topk(min(top, len(class_names)))
    sure = best.values[0].item() >= threshold
    names = tuple(class_names[index] for index in best.indices.tolist())
    return Prediction(
        answer=names[0] if sure else NOT_SURE,
        names=names,
        probabilities=tuple(best.values.tolist()),
        sure=sure,
        threshold=threshold,
        source=source,
        photo=photo,
    )


def check_threshold(threshold: float) -> None:
    """Raise ValueError unless the threshold lies between 0 and 1."""
    if not 0 <= threshold <= 1:
        raise ValueError(f"The threshold is {threshold}; give a number from 0 to 1, such as 0.5.")


def percent(probability: float) -> str:
    """Return a probability for readers: rounded, but never 0 % or 100 % when it is not quite."""
    if 0 < probability < 0.005:
        return "under 1 %"
    if 0.995 <= probability < 1:
        return "over 99 %"
    return f"{probability:.0%}".replace("%", " %")


def _small(photo: Any) -> Image.Image:
    picture = read_photo(photo, at_least=PICTURE_SIDE).copy()
    picture.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    return picture


def _bar(name: str, probability: float) -> str:
    return (
        f'<tr><td style="text-align:left">{html.escape(name)}</td>'
        f'<td style="width:10em"><div style="width:{probability:.1%};min-width:1px;height:0.8em;'
        f'background:#0072B2"></div></td><td>{percent(probability)}</td></tr>'
    )

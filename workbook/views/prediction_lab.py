"""Predict my photo: a photo of the learner's own, what the model is shown of it, and its answer."""

import html
import io
from collections.abc import Sequence

import ipywidgets
from PIL import Image

from workbook.photos.reading import PhotoError, read_photo
from workbook.prediction import Prediction, predict_photo
from workbook.prediction.single import percent
from workbook.saving import Classifier
from workbook.views.controls import whole_number
from workbook.views.explorer import Explorer
from workbook.views.thumbnails import in_rows, note, paragraph, thumbnail

SIDE = 200  # pixels of the photo as it was given
BAR = "#0072B2"


def explore_prediction(
    classifier: Classifier, examples: Sequence, *, threshold: int = 50, top: int = 3
) -> Explorer:
    """Return a lab that asks a classifier about photos from the learner's computer.

    ``examples``: paths of photos to look at before one is uploaded. ``threshold``: below this
    confidence, in percent, the answer is "not sure". ``top``: how many classes to name. On a phone
    or tablet the button for choosing a photo offers the camera too.
    """
    if not len(examples):
        raise ValueError("Give at least one example photo, to start with.")
    controls = {
        "example": whole_number("example photo", 0, 0, len(examples) - 1),
        "threshold": whole_number("not sure below, in %", threshold, 0, 99),
        "upload": ipywidgets.FileUpload(
            accept="image/*", multiple=False, description="choose a photo of yours",
            layout=ipywidgets.Layout(width="auto"),
        ),
    }  # fmt: skip

    def ask(example: int, threshold: int, upload) -> str:
        given = uploaded_file(upload)
        name, photo = given or (f"example {example}", examples[example])
        try:
            return _answer(classifier, name, photo, threshold / 100, top)
        except PhotoError as error:
            reason = f"{name} {error.reason}" if given else str(error)
            return note([f"No answer: {reason}"])

    return Explorer(ask, controls)


def uploaded_file(value) -> tuple[str, bytes] | None:
    """Return name and contents of the newest upload, or None.

    ``value``: of a FileUpload, in the form of ipywidgets 8 (a tuple of dicts) or 7 (a dict).
    """
    if not value:
        return None
    if isinstance(value, dict):
        name, file = list(value.items())[-1]
    else:
        file = value[-1]
        name = file["name"]
    return name, bytes(file["content"])


def _answer(classifier: Classifier, name: str, photo, threshold: float, top: int) -> str:
    answer = predict_photo(
        classifier, io.BytesIO(photo) if isinstance(photo, bytes) else photo,
        top=top, threshold=threshold,
    )  # fmt: skip
    seen = classifier.preprocess.pixels(photo)
    size = classifier.preprocess.size
    figures = [
        thumbnail(_as_given(photo), f"{name}\nas it is", SIDE, sharp=False),
        thumbnail(seen, f"what the model is shown\n{size} × {size} pixels", SIDE),
        _bars(answer),
    ]
    return in_rows(figures, gap=22) + paragraph(html.escape(_in_words(answer, name)))


def _as_given(photo):
    """Return the photo upright and small, as an array (H, W, 3)."""
    import numpy as np

    picture = read_photo(photo, at_least=SIDE).copy()
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return np.asarray(picture)


def _bars(answer: Prediction) -> str:
    rows = "".join(
        f'<tr><td style="text-align:left;padding:2px 8px 2px 0">{html.escape(name)}</td>'
        f'<td style="width:11em"><div style="width:{probability:.1%};min-width:1px;height:0.9em;'
        f'background:{BAR}"></div></td><td>{percent(probability)}</td></tr>'
        for name, probability in zip(answer.names, answer.probabilities, strict=True)
    )
    return (
        f'<div><p style="margin:0 0 6px;font-size:1.3em"><strong>{html.escape(answer.answer)}'
        f"</strong></p><table>{rows}</table></div>"
    )


def _in_words(answer: Prediction, name: str) -> str:
    return str(answer).replace(answer.source, name, 1)

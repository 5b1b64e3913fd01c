"""The confidence lab: from which confidence on should a model's answer count?"""

import torch

from workbook.evaluation import Evaluation
from workbook.views.controls import Slider
from workbook.views.drawing import FAINT, INK, Chart, card, words
from workbook.views.explorer import Explorer
from workbook.views.picture import COLOURS
from workbook.views.thumbnails import paragraph

STEPS = 50  # thresholds along the curves
RIGHT, ANSWERED, UNKNOWN = COLOURS[0], COLOURS[1], COLOURS[3]
HEIGHT, LEGEND = 364, 72  # pixels of the charts, and of the words below their axes
OUTLINED = 'paint-order="stroke" stroke="white" stroke-width="3"'  # a line behind stays legible
PERCENT = (0, 20, 40, 60, 80, 100)


def explore_confidence(
    evaluation: Evaluation, unknown: torch.Tensor | None = None, *, threshold: int = 50
) -> Explorer:
    """Return a lab with a threshold: answers with less confidence become "not sure".

    ``evaluation``: the answers about photos with known labels. ``unknown``: the probabilities
    ``(N, classes)`` that the same model gives to photos of no known class; every answer about
    them is wrong. ``threshold``: where it stands at the start, in percent.
    """
    curves = evaluation.thresholds(STEPS)

    def draw(threshold: int) -> str:
        seen = _Seen(evaluation, unknown, threshold / 100)
        return (
            _thresholds(curves, seen)
            + _reliability(evaluation)
            + "".join(paragraph(sentence) for sentence in seen.sentences())
        )

    return Explorer(draw, {"threshold": Slider("threshold, in %", threshold, 0, 99)})


class _Seen:
    """What becomes of the answers at one threshold (0 to 1)."""

    def __init__(self, evaluation: Evaluation, unknown: torch.Tensor | None, threshold: float):
        self.threshold = threshold
        self.count = evaluation.count
        answered = evaluation.confidences >= threshold
        self.answered = int(answered.sum())
        self.right = int((answered & (evaluation.predictions == evaluation.labels)).sum())
        self.unknown_count = 0 if unknown is None else len(unknown)
        self.fooled = 0
        if self.unknown_count:
            self.fooled = int((unknown.max(dim=1).values >= threshold).sum())

    def sentences(self) -> list[str]:
        """Say in words what the threshold does."""
        asked = f"At a threshold of {self.threshold:.0%} the model"
        if self.answered == 0:
            first = f"{asked} answers none of the {self.count} photos: it is never that sure."
        else:
            first = (
                f"{asked} answers {self.answered} of {self.count} photos and is right about "
                f"<strong>{self.right / self.answered:.0%}</strong> of those. For "
                f"{self.count - self.answered} photos it says “not sure”."
            )
        if not self.unknown_count:
            return [first]
        return [
            first,
            f"Of {self.unknown_count} photos of things that are none of its classes, it still "
            f"gives a name to <strong>{self.fooled}</strong>. Each of these answers is wrong.",
        ]


def _thresholds(curves, seen: _Seen) -> str:
    """Draw accuracy and share of answers against the threshold, and mark the chosen one."""
    chart = Chart(430, HEIGHT, x=(0, 100), y=(0, 100), bottom=42 + LEGEND)
    rows = curves.to_dict("records")
    accuracy = [(100 * r["threshold"], 100 * r["accuracy"]) for r in rows if r["answered"] > 0]
    answered = [(100 * r["threshold"], 100 * r["answered"]) for r in rows]
    here = 100 * seen.threshold
    parts = [
        chart.frame("What a threshold does", "threshold, in %", "%", PERCENT, PERCENT),
        chart.curve([(here, 0), (here, 100)], INK, dashes="3 3", thickness=1),
        chart.curve(accuracy, RIGHT, thickness=2.5),
        chart.curve(answered, ANSWERED, dashes="8 4", thickness=2.5),
        chart.dot(here, 100 * seen.answered / max(seen.count, 1), ANSWERED),
        *_legend(0, "━━", RIGHT, "right, of those answered"),
        *_legend(1, "╍╍", ANSWERED, "still answered"),
    ]
    if seen.answered:
        parts.append(chart.dot(here, 100 * seen.right / seen.answered, RIGHT))
    if seen.unknown_count:
        parts.append(chart.dot(here, 100 * seen.fooled / seen.unknown_count, UNKNOWN))
        parts += _legend(2, "●", UNKNOWN, "unknown things that get a name")
    told = " ".join(seen.sentences()).replace("<strong>", "").replace("</strong>", "")
    description = f"Accuracy and share of answers for each threshold. {told}"
    return card(430, HEIGHT, parts, description)


def _legend(line: int, sign: str, colour: str, text: str) -> list[str]:
    y = HEIGHT - LEGEND + 18 * line + 22
    return [words(52, y, sign, colour=colour, bold=True), words(84, y, text, size=12)]


def _reliability(evaluation: Evaluation) -> str:
    """Draw how often answers of each confidence are right."""
    table = evaluation.calibration()
    chart = Chart(320, HEIGHT, x=(0, 100), y=(0, 100), bottom=42 + LEGEND)
    points = [
        (100 * confidence, 100 * accuracy)
        for confidence, accuracy in zip(table["confidence"], table["accuracy"], strict=True)
    ]
    parts = [
        chart.frame("Is it as right as it is sure?", "sure, in %", "right, in %", PERCENT, PERCENT),
        chart.curve([(0, 0), (100, 100)], FAINT, dashes="2 4"),
        chart.curve(points, RIGHT),
    ]
    for (sure, right), count in zip(points, table["count"], strict=True):
        parts.append(chart.dot(sure, right, RIGHT, 4))
        x, y = chart.place(sure, right)
        number = words(x + 8, y + 4, str(count), size=11)
        parts.append(number.replace("<text ", f"<text {OUTLINED} "))
    parts.append(words(52, HEIGHT - LEGEND + 22, "The numbers count photos.", size=12))
    told = ", ".join(f"{sure:.0f} % sure and {right:.0f} % right" for sure, right in points)
    return card(320, HEIGHT, parts, f"Reliability diagram; small numbers count photos: {told}.")

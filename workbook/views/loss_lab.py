"""The price of a probability: what a network pays for the share it gave to the truth."""

import math

from workbook.lessons.descent import price
from workbook.views.controls import whole_number
from workbook.views.drawing import FAINT, Chart, card, words
from workbook.views.explorer import Explorer
from workbook.views.picture import COLOURS

HIGHEST = 5.0  # where the chart ends; at a share of 0 the loss has no end


def explore_loss(percent: int = 20) -> Explorer:
    """Return a lab that shows the loss for a share of the true class, in percent."""
    box = whole_number("share of the true class, in %", percent, 0, 100)
    return Explorer(_draw, {"percent": box})


def _draw(percent: int) -> str:
    chart = Chart(560, 320, x=(0, 1), y=(0, HIGHEST))
    share, loss = percent / 100, price(percent / 100)
    curve = [(x / 200, price(x / 200)) for x in range(1, 201) if price(x / 200) <= HIGHEST]
    marks = {"x_marks": (0, 0.25, 0.5, 0.75, 1), "y_marks": range(6)}
    x, y = chart.place(share, min(loss, HIGHEST))
    parts = [
        chart.frame(
            "The price of a probability", "share of the true class", "loss for this photo", **marks
        ),
        chart.curve(curve, COLOURS[0], thickness=2.5),
        chart.curve([(share, 0), (share, min(loss, HIGHEST))], FAINT, dashes="4 4", thickness=1),
        chart.dot(share, min(loss, HIGHEST), COLOURS[1], 8),
        words(min(x + 14, 400), max(y - 8, 50), f"{percent} % costs {_amount(loss)}", bold=True),
    ]
    description = f"A falling curve. A share of {percent} % for the truth costs {_amount(loss)}."
    return card(560, 320, parts, description) + f"<p>{_comparison(percent)}</p>"


def _comparison(percent: int) -> str:
    if percent == 0:
        return (
            "A share of exactly 0 costs without end. Softmax never gives it, which is one reason "
            "why it is used."
        )
    if percent == 100:
        return "All of the share for the truth: nothing to pay, and nothing left to learn from it."
    more = min(percent + 5, 100)
    now = price(percent / 100)
    saved = now - price(more / 100)
    return (
        f"The loss is minus the logarithm of {percent / 100:g}: <strong>{_amount(now)}</strong>. "
        f"Going on from {percent} % to {more} % would save {saved:.2f}."
    )


def _amount(loss: float) -> str:
    return "infinitely much" if math.isinf(loss) else f"{abs(loss):.2f}"

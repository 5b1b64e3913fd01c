"""Three learning rates: balls that roll down a simple loss curve, and the same on a real model."""

import math
from collections.abc import Mapping

from workbook.lessons.descent import LOWEST, START, descend, loss_at, verdict
from workbook.views.controls import decimal_number, whole_number
from workbook.views.drawing import Chart, card, words
from workbook.views.explorer import Explorer
from workbook.views.picture import COLOURS

MOST_STEPS = 30
BALL = 256  # the width of one ball's chart, in pixels
RATES = {"small": 0.05, "middle": 0.6, "large": 2.1}
DASHES = ("2 4", "", "9 5")
WIDEST = 6.0  # how far from the lowest point the chart of a ball reaches


def explore_learning_rates(runs: Mapping[str, object] | None = None, *, steps: int = 6) -> Explorer:
    """Return a lab that lets three balls take steps of three sizes down the same valley.

    ``runs``: name -> History of a real model's runs, which differ in the learning rate only; their
    losses are shown below, epoch by epoch. ``steps``: how many steps the balls take at the start.
    """
    runs = dict(runs or {})
    controls = {"steps": whole_number("steps of the balls", steps, 0, MOST_STEPS)}
    for name, rate in RATES.items():
        controls[name] = decimal_number(f"{name} rate", rate, step=0.05)
    if runs:
        longest = max(len(run.table) for run in runs.values())
        controls["epochs"] = whole_number("epochs of the model", longest, 1, longest)

    def roll(steps, epochs=0, **rates) -> str:
        balls = "".join(
            _ball(name, rate, steps, COLOURS[index])
            for index, (name, rate) in enumerate(rates.items())
        )
        return balls + ("<br>" + _real_runs(runs, epochs) if runs else "")

    return Explorer(roll, controls)


def _ball(name: str, rate: float, steps: int, colour: str) -> str:
    """Draw the valley and the way of one ball."""
    way = descend(rate, steps)
    chart = Chart(BALL, 230, x=(LOWEST - WIDEST, LOWEST + WIDEST), y=(0, loss_at(LOWEST + WIDEST)))
    valley = [(x / 4, loss_at(x / 4)) for x in range(-12, 37)]
    here = way[-1]
    path = [(weight, loss_at(weight)) for weight in way if abs(weight - LOWEST) <= WIDEST]
    loss = f"{loss_at(here):.3g}"
    gone = ", off the chart" if abs(here - LOWEST) > WIDEST else ""
    where = f"Loss {loss} after {steps} {'step' if steps == 1 else 'steps'}{gone}."
    parts = [
        chart.frame(f"{name} rate: {rate:g}", "weight", "loss", (-3, 0, 3, 6, 9), (0, 5, 10, 15)),
        chart.curve(valley, "#8c959f", thickness=2),
        chart.curve(path, colour, dashes="3 3", thickness=1.5),
        *(chart.dot(*place, colour, 3) for place in path[:-1]),
        chart.dot(here, loss_at(here), colour, 9),
    ]
    description = (
        f"A ball in a valley, learning rate {rate:g}. It starts at weight {START:g} with loss "
        f"{loss_at(START):g}. {where} {verdict(rate)}"
    )
    return (
        f'<div style="display:inline-block;vertical-align:top;width:{BALL}px;'
        'margin:0 8px 12px 0">'
        f"{card(BALL, 230, parts, description)}<div><strong>{where}</strong> {verdict(rate)}</div>"
        "</div>"
    )


def _real_runs(runs: Mapping[str, object], epochs: int) -> str:
    """Draw the training losses of the real runs up to an epoch."""
    losses = {name: _shown(run.table["train_loss"].tolist()) for name, run in runs.items()}
    finite = [loss for row in losses.values() for loss in row if loss is not None]
    low = 10 ** math.floor(math.log10(max(min(finite, default=1), 1e-6)))
    high = 10 ** math.ceil(math.log10(max(max(finite, default=1), low * 10)))
    longest = max(len(row) for row in losses.values())
    chart = Chart(620, 300, x=(1, max(longest, 2)), y=(low, high), log_y=True, right=210)
    tens = range(round(math.log10(low)), round(math.log10(high)) + 1)
    parts = [
        chart.frame(
            "The same on your model (each line: ten times more)",
            "epoch",
            "training loss",
            range(1, longest + 1),
            [10.0**ten for ten in tens],
        )
    ]
    ends = []
    for index, (name, row) in enumerate(losses.items()):
        points = [(n, loss) for n, loss in enumerate(row[:epochs], 1) if loss is not None]
        rate = runs[name].settings["learning_rate"]
        last = row[min(epochs, len(row)) - 1]
        end = "no number" if last is None else f"{last:.3g}"
        colour = COLOURS[index % len(COLOURS)]
        parts.append(chart.curve(points, colour, dashes=DASHES[index % 3], thickness=2.5))
        parts += [chart.dot(*point, colour, 4) for point in points]
        parts.append(
            words(425, 56 + 44 * index, f"{name}: rate {rate:g}", colour=colour, bold=True)
        )
        parts.append(words(425, 74 + 44 * index, f"loss {end}"))
        ends.append(f"{name} (rate {rate:g}) has loss {end}")
    description = f"Losses of real runs after epoch {epochs}: " + "; ".join(ends) + "."
    return card(620, 300, parts, description)


def _shown(losses: list[float]) -> list[float | None]:
    """A loss that is no number, or zero, has no place on a scale of tens."""
    return [loss if math.isfinite(loss) and loss > 0 else None for loss in losses]

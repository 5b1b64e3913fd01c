"""The arithmetic of one value, drawn: what goes in, what it is multiplied by, and the result."""

import numpy as np
import torch

from workbook.models.arithmetic import Arithmetic
from workbook.models.looking_inside import Step
from workbook.views.drawing import CELL, card, number_grid, short, signed_colours, words

DETAILED = 2  # input channels whose products are written out; a colour photo's three all are
LISTED = 4  # products of a dense layer that are written out, for and against
LARGEST_WINDOW = 8  # windows wider than this are not drawn number by number
DIGITS = 2
COLOURS = ("red", "green", "blue")


def draw_arithmetic(
    sums: Arithmetic, step: Step, position: tuple[int, ...], *, of_photo: bool = False
) -> str:
    """Return how a value was made, as HTML. ``step``, ``position``: whose value it is.

    ``of_photo``: whether what goes in is the photo, whose channels are colours.
    """
    if sums.weights is not None and sums.numbers.ndim == 3:
        drawing = _convolution(sums, of_photo)
    elif sums.weights is not None:
        drawing = _dense(sums)
    elif sums.numbers.ndim == 3 and max(sums.numbers.shape) <= LARGEST_WINDOW:
        drawing = _window(sums)
    else:
        drawing = ""
    where = ", ".join(str(place) for place in position)
    torch_says = step.given[position].item()
    formula = sums.formula.replace("-", "−")
    return (
        f"<p><strong>The value at ({where}).</strong> {sums.rule}<br>"
        f"{formula} = <strong>{short(sums.value, 5)}</strong>. "
        f"PyTorch computed {short(torch_says, 5)}.</p>{drawing}"
    )


def _convolution(sums: Arithmetic, of_photo: bool) -> str:
    """Draw patch, kernel and products of the channels that count most, and sum up the others."""
    by_channel = sums.products.sum(dim=(1, 2))
    channels = len(by_channel)
    count = channels if channels <= 3 else DETAILED
    strongest = by_channel.abs().argsort(descending=True)[:count].sort().values.tolist()
    _, rows, columns = sums.numbers.shape
    cell = CELL if columns <= 3 else 34
    gap, top = 34, 60
    width = 3 * columns * cell + 2 * gap + 28
    block = rows * cell + 64
    largest_number = float(sums.numbers.abs().max())
    largest_weight = float(sums.weights.abs().max())
    largest_product = float(sums.products.abs().max())
    parts = []
    for index, channel in enumerate(strongest):
        y = top + index * block
        number = sums.first_channel + channel
        title = f"Input channel {number}" + (f" ({COLOURS[number]})" if of_photo else "")
        parts.append(words(14, y - 32, title, bold=True))
        grids = (
            ("patch", sums.numbers[channel], largest_number, ""),
            ("kernel", sums.weights[channel], largest_weight, "×"),
            ("products", sums.products[channel], largest_product, "="),
        )
        for place, (name, numbers, largest, sign) in enumerate(grids):
            x = 14 + place * (columns * cell + gap)
            values = numbers.numpy()
            colours = signed_colours(values, largest)
            parts.append(number_grid(x, y, values, colours, digits=DIGITS, cell=cell, title=name))
            middle = y + rows * cell / 2 + 6
            parts.append(words(x - gap / 2, middle, sign, size=20, anchor="middle"))
        parts.append(
            words(width - 14, y + rows * cell + 18, _summed(by_channel[channel]), anchor="end")
        )
    height = top + count * block - 34
    rest = by_channel.sum() - by_channel[strongest].sum()
    if channels > count:
        others = f"The other {channels - count} input channels together: {short(rest, 4)}"
        parts.append(words(14, height + 12, others))
        height += 24
    description = (
        f"Patch times kernel for input channels {', '.join(map(str, strongest))} of {channels}; "
        f"their products add up to "
        f"{', '.join(short(by_channel[channel], 3) for channel in strongest)}"
        + (f", the others to {short(rest, 3)}" if channels > count else "")
        + f"; bias {short(sums.bias, 3)}; the value is {short(sums.value, 3)}."
    )
    return card(width, height, parts, description)


def _summed(value: torch.Tensor) -> str:
    return f"added up: {short(value, 4)}"


def _window(sums: Arithmetic) -> str:
    """Draw the window that a value is taken from, with a frame in words for the largest."""
    values = sums.numbers[0].numpy()
    rows, columns = values.shape
    colours = signed_colours(values, float(np.abs(values).max()))
    grid = number_grid(14, 36, values, colours, digits=DIGITS, title="window")
    listed = "; ".join(" ".join(short(number, DIGITS) for number in row) for row in values)
    width = max(28 + columns * CELL, 100)
    return card(width, 50 + rows * CELL, [grid], f"A window of {rows} by {columns}: {listed}.")


def _dense(sums: Arithmetic) -> str:
    """List the products that count most for and against, and sum up the others."""
    products = sums.products
    order = products.argsort(descending=True).tolist()
    listed = order if len(order) <= 2 * LISTED else order[:LISTED] + order[-LISTED:]
    lines = [
        f"number {index}: {short(sums.numbers[index], 3)} × {short(sums.weights[index], 3)} "
        f"= {short(products[index], 4)}"
        for index in listed
    ]
    if len(order) > len(listed):
        rest = products.sum() - products[listed].sum()
        lines.insert(LISTED, f"the other {len(order) - len(listed):,}: {short(rest, 4)} together")
    parts = [words(14, 22, "The products that count most, for and against", bold=True)]
    parts += [words(14, 44 + 20 * line, text) for line, text in enumerate(lines)]
    return card(380, 52 + 20 * len(lines), parts, "; ".join(lines) + ".")

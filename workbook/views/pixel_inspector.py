"""A pixel inspector: a photo, its channels, and a window with the numbers written in it."""

import torch

from workbook.views.controls import Choice, set_limit, whole_number
from workbook.views.drawing import CELL, as_hex, box, card, readable_on, words
from workbook.views.explorer import Explorer, figure

COLOURS = ("red", "green", "blue")
SMALLEST, LARGEST = 2, 8  # pixels across the window


def explore_pixels(
    image: torch.Tensor, row: int = 28, column: int = 28, count: int = 5
) -> Explorer:
    """Return a lab that shows the numbers of a photo, and moves a window over it.

    ``image``: uint8 (3, H, W). ``row``, ``column``: the upper left pixel of the window at the
    start, from 0. ``count``: how many pixels it is wide and high.
    """
    image = image.cpu()
    _, height, width = image.shape
    controls = {
        "row": whole_number("row", row, 0, height - 1),
        "column": whole_number("column", column, 0, width - 1),
        "count": whole_number("pixels across", count, SMALLEST, min(LARGEST, height, width)),
        "shown": Choice("show", ["all colours", *COLOURS]),
    }

    def stay_inside() -> None:
        set_limit(controls["row"], height - controls["count"].value)
        set_limit(controls["column"], width - controls["count"].value)

    def show_pixels(row, column, count, shown) -> str:
        place = f"rows {row} to {row + count - 1}, columns {column} to {column + count - 1}"
        marks = [(row, column, count, count)]
        if shown == "all colours":
            whole = figure(image, f"The photo, with a frame round {place}.", 230, marks=marks)
        else:
            channel = image[COLOURS.index(shown)]
            caption = f"How much {shown} there is: black is 0, white is 255. Frame: {place}."
            whole = figure(channel, caption, 230, marks=marks)
        return whole + _window(image, row, column, count, shown)

    return Explorer(show_pixels, controls, adjust=stay_inside)


def _window(image: torch.Tensor, row: int, column: int, count: int, shown: str) -> str:
    """Draw the pixels of a window as squares with their numbers in them."""
    cell, left, top = CELL + 4, 34, 44
    parts = [words(left, 18, "Red, green and blue of each pixel, 0 to 255", bold=True)]
    for across in range(count):
        x = left + (across + 0.5) * cell
        parts.append(words(x, top - 7, str(column + across), size=11, anchor="middle"))
    for down in range(count):
        y = top + (down + 0.5) * cell + 4
        parts.append(words(left - 6, y, str(row + down), size=11, anchor="end"))
        for across in range(count):
            numbers = image[:, row + down, column + across].tolist()
            parts.append(_pixel(left + across * cell, top + down * cell, cell, numbers, shown))
    side = count * cell
    first = image[:, row, column].tolist()
    description = (
        f"{count} by {count} pixels with their numbers. In row {row}, column {column}: "
        + ", ".join(f"{name} {number}" for name, number in zip(COLOURS, first, strict=True))
        + "."
    )
    return card(max(left + side, 370) + 14, top + side + 12, parts, description)


def _pixel(x: float, y: float, cell: float, numbers: list[int], shown: str) -> str:
    """Draw one pixel; the numbers stand in the order red, green, blue."""
    chosen = numbers if shown == "all colours" else [numbers[COLOURS.index(shown)]] * 3
    colour = readable_on(chosen)
    parts = [box(x, y, cell, cell, fill=as_hex(chosen))]
    for place, (name, number) in enumerate(zip(COLOURS, numbers, strict=True)):
        parts.append(
            words(
                x + cell / 2,
                y + 15 + 14 * place,
                str(number),
                size=12,
                colour=colour,
                anchor="middle",
                bold=name == shown,
            )
        )
    return "".join(parts)

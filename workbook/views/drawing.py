"""Drawings for labs, in SVG: grids of numbers and small charts. Quick to make and sharp.

Every drawing brings a white card of its own, so that it can be read in a light and a dark theme.
"""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from workbook.views.pixel_art import as_image, png_address

INK, FAINT, RULE = "#1f2328", "#57606a", "#d0d7de"
BELOW, ZERO, ABOVE = (0, 114, 178), (255, 255, 255), (213, 94, 0)  # blue, white, orange
SIZE = 13  # of letters, in pixels
SHADES = 7  # of blue, and of orange, in a picture
CELL = 46  # the side of a number's square, in pixels


def signed_colours(values: np.ndarray, largest: float) -> np.ndarray:
    """Return colours, uint8 (..., 3): blue below zero, white at zero, orange above.

    ``largest``: the size of the number that gets the full colour.
    """
    share = np.clip(np.asarray(values, dtype=np.float64) / max(largest, 1e-12), -1, 1)[..., None]
    end = np.where(share < 0, BELOW, ABOVE)
    return np.round(ZERO + (end - np.array(ZERO)) * np.abs(share)).astype(np.uint8)


def signed_picture(values: np.ndarray, largest: float) -> Image.Image:
    """Return values (H, W) as a picture: blue below zero, white at zero, orange above.

    Values are rounded to a few shades, which look the same and take a third of the space.
    """
    shares = np.clip(np.asarray(values, dtype=np.float64) / max(largest, 1e-12), -1, 1)
    picture = Image.fromarray(np.round((shares + 1) * SHADES).astype(np.uint8)).convert("P")
    picture.putpalette(signed_colours(np.arange(-SHADES, SHADES + 1), SHADES).tobytes())
    return picture


def card(width: float, height: float, parts: Sequence[str], description: str) -> str:
    """Return a drawing on a white card, as an img element. ``description``: the alt text.

    An img, because JupyterLab takes SVG elements out of notebooks that were run elsewhere.
    """
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="system-ui,sans-serif" '
        f'font-size="{SIZE}" fill="{INK}" style="image-rendering:pixelated">'
        f"{''.join(parts)}</svg>"
    )
    return (
        f'<img alt="{html.escape(description, quote=True)}" style="width:{width:.0f}px;'
        "max-width:100%;height:auto;background:white;border-radius:6px;vertical-align:top;"
        f'margin:4px 10px 4px 0" src="data:image/svg+xml;charset=utf-8,{_in_address(drawing)}">'
    )


def _in_address(drawing: str) -> str:
    """Write SVG as part of an address; only what would end or change the address is encoded."""
    for letter, instead in (("%", "%25"), ("#", "%23"), ("&", "%26"), ('"', "'")):
        drawing = drawing.replace(letter, instead)
    return drawing


def words(
    x: float,
    y: float,
    text: str,
    *,
    size: int = SIZE,
    colour: str = INK,
    anchor: str = "start",
    bold: bool = False,
) -> str:
    """Return one line of text; ``anchor`` is "start", "middle" or "end"."""
    x, y, weight = round(x, 1), round(y, 1), 600 if bold else 400
    settings = {"font-size": size, "fill": colour, "text-anchor": anchor, "font-weight": weight}
    usual = {"font-size": SIZE, "fill": INK, "text-anchor": "start", "font-weight": 400}
    said = "".join(f' {name}="{it}"' for name, it in settings.items() if it != usual[name])
    return f'<text x="{x:g}" y="{y:g}"{said}>{html.escape(text)}</text>'


def box(x: float, y: float, width: float, height: float, *, fill: str, line: str = "none") -> str:
    """Return a filled rectangle; ``line`` is the colour of its edge."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'fill="{fill}" stroke="{line}"/>'
    )


def number_grid(
    x: float,
    y: float,
    values: np.ndarray,
    colours: np.ndarray,
    *,
    digits: int = 0,
    cell: float = CELL,
    title: str = "",
) -> str:
    """Return a grid of coloured squares with a number in each.

    ``values``: (rows, columns). ``colours``: uint8 (rows, columns, 3), the squares' colours.
    """
    rows, columns = values.shape
    numbers = []
    for row in range(rows):
        for column in range(columns):
            ink = "" if readable_on(colours[row, column]) == INK else ' fill="white"'
            numbers.append(
                f'<text x="{x + (column + 0.5) * cell:g}" y="{y + (row + 0.5) * cell + 4:g}"{ink}>'
                f"{short(values[row, column], digits)}</text>"
            )
    lines = [f"M{x + i * cell:g} {y:g}v{rows * cell:g}" for i in range(columns + 1)]
    lines += [f"M{x:g} {y + i * cell:g}h{columns * cell:g}" for i in range(rows + 1)]
    size = 12 if cell >= 40 else 10
    return (
        (words(x, y - 8, title, bold=True) if title else "")
        + image(x, y, columns * cell, rows * cell, as_image(colours))
        + f'<path d="{"".join(lines)}" stroke="{RULE}"/>'
        + f'<g font-size="{size}" text-anchor="middle">{"".join(numbers)}</g>'
    )


def image(x: float, y: float, width: float, height: float, picture: Image.Image) -> str:
    """Return a picture inside a drawing; each of its pixels becomes a sharp rectangle."""
    stretched = "" if width == height else ' preserveAspectRatio="none"'
    return (
        f'<image x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"{stretched} '
        f'href="{png_address(picture)}"/>'
    )


def short(number: float, digits: int) -> str:
    """Return a number with that many digits after the point, and a real minus sign."""
    text = f"{number:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def as_hex(colour: Sequence[int]) -> str:
    """Return a colour of three numbers 0 to 255 as HTML writes it."""
    return "#" + "".join(f"{int(part):02x}" for part in colour)


def readable_on(colour: Sequence[int]) -> str:
    """Return black or white, whichever can be read better on this colour."""
    red, green, blue = (int(part) for part in colour)
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 118 else "white"


@dataclass(frozen=True)
class Chart:
    """A chart with axes: turns values into places on the card.

    ``x``, ``y``: the lowest and highest value of each axis. ``log_y``: each step up the axis is
    ten times more; then y values must be above zero.
    """

    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]
    log_y: bool = False
    left: float = 52
    top: float = 36
    right: float = 14
    bottom: float = 42

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a value lies on the card, kept inside the axes."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        low, high, value = (self._scaled(each) for each in (*self.y, y))
        up = (value - low) / (high - low)
        across, up = min(max(across, 0.0), 1.0), min(max(up, 0.0), 1.0)
        return (
            self.left + across * (self.width - self.left - self.right),
            self.height - self.bottom - up * (self.height - self.top - self.bottom),
        )

    def frame(self, title: str, x_label: str, y_label: str, x_marks, y_marks) -> str:
        """Return the axes with a title, labels, and a mark at each of the values given."""
        right, low = self.place(self.x[1], self.y[0])
        left, high = self.place(self.x[0], self.y[1])
        parts = [words(left, 18, title, bold=True)]
        for value in y_marks:
            _, y = self.place(self.x[0], value)
            parts.append(_line(left, y, right, y, RULE))
            parts.append(words(left - 6, y + 4, f"{value:g}", size=11, colour=FAINT, anchor="end"))
        for value in x_marks:
            x, _ = self.place(value, self.y[0])
            parts.append(words(x, low + 15, f"{value:g}", size=11, colour=FAINT, anchor="middle"))
        parts.append(_line(left, low, right, low, INK) + _line(left, low, left, high, INK))
        middle = (left + right) / 2
        parts.append(words(middle, low + 34, x_label, size=12, anchor="middle"))
        upright = f'transform="rotate(-90 14 {(low + high) / 2:.0f})"'
        label = words(14, (low + high) / 2, y_label, size=12, anchor="middle")
        return "".join([*parts, label.replace("<text ", f"<text {upright} ")])

    def curve(self, points, colour: str, *, dashes: str = "", thickness: float = 2) -> str:
        """Return a line through points (x, y). ``dashes``: lengths of dashes and gaps."""
        places = " ".join("{:.1f},{:.1f}".format(*self.place(x, y)) for x, y in points)
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        return (
            f'<polyline points="{places}" fill="none" stroke="{colour}" '
            f'stroke-width="{thickness:g}"{dashed}/>'
        )

    def dot(self, x: float, y: float, colour: str, radius: float = 6) -> str:
        """Return a filled circle at a value."""
        across, down = self.place(x, y)
        return (
            f'<circle cx="{across:.1f}" cy="{down:.1f}" r="{radius:g}" fill="{colour}" '
            'stroke="white" stroke-width="1.5"/>'
        )

    def _scaled(self, value: float) -> float:
        return math.log10(max(value, 1e-12)) if self.log_y else value


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'

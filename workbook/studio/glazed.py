"""Skins of things that are made: pottery, glass, bottles, candles, books."""

import math

import torch
from torch import Generator, Tensor

from .canvas import ANGLE, UP, Skin, plain, speckle, wrapped_noise
from .paint import (
    blend,
    chance,
    choose,
    contrasting_glaze,
    glaze,
    pick,
    ramp,
    rgb,
    stripes,
)

CREAM = rgb(0.93, 0.91, 0.86)
INK = rgb(0.14, 0.12, 0.12)
PAPER = rgb(0.92, 0.89, 0.80)

# Colour of the glass and how clear it is.
BOTTLE_GLASS = (
    (rgb(0.16, 0.36, 0.16), 0.75),
    (rgb(0.45, 0.24, 0.08), 0.75),
    (rgb(0.90, 0.95, 0.95), 0.92),
    (rgb(0.62, 0.82, 0.88), 0.85),
    (rgb(0.20, 0.34, 0.70), 0.75),
)
OPAQUE_BOTTLES = (
    rgb(0.95, 0.94, 0.90),
    rgb(0.80, 0.16, 0.12),
    rgb(0.14, 0.30, 0.55),
    rgb(0.92, 0.75, 0.20),
    rgb(0.30, 0.55, 0.35),
    rgb(0.12, 0.12, 0.14),
)
DRINKS = (
    rgb(0.95, 0.60, 0.12),
    rgb(0.60, 0.08, 0.14),
    rgb(0.80, 0.55, 0.20),
    rgb(0.92, 0.90, 0.84),
    rgb(0.35, 0.16, 0.08),
)


def pottery(generator: Generator) -> Skin:
    """A glaze with a pattern in a second colour, or without."""
    body = glaze(generator)
    second = contrasting_glaze(generator, body)
    pattern = choose(generator, PATTERNS)
    skin = plain(body) if pattern is None else blend(plain(body), second, pattern(generator))
    inside = body
    if chance(generator, 0.5):
        inside = CREAM if chance(generator, 0.7) else second
    if chance(generator, 0.25):  # unglazed foot
        skin = blend(skin, rgb(0.72, 0.58, 0.44), 1 - ramp(UP, -0.88, -0.85))
    handle = second if chance(generator, 0.2) else body
    return Skin(skin * speckle(generator, 0.08), accent=handle, inside=inside)


def _dipped(generator: Generator) -> Tensor:
    edge = pick(generator, -0.3, 0.4) + 0.15 * (wrapped_noise(generator, (1, 6), 1) - 0.5)
    dipped = ramp(UP - edge, 0, 0.05)
    return dipped if chance(generator, 0.5) else 1 - dipped


def _rings(generator: Generator) -> Tensor:
    return stripes(UP * pick(generator, 1.5, 4), pick(generator, 0.2, 0.5))


def _band(generator: Generator) -> Tensor:
    middle, half = pick(generator, -0.2, 0.5), pick(generator, 0.12, 0.3)
    return ((UP - middle).abs() < half).float()


def _upright_stripes(generator: Generator) -> Tensor:
    count, share = int(pick(generator, 6, 14)), pick(generator, 0.1, 0.5)
    return (torch.cos(ANGLE * count) > share).float()


def _dots(generator: Generator) -> Tensor:
    across, up, size = int(pick(generator, 5, 9)), pick(generator, 6, 10), pick(generator, 0.9, 1.3)
    first = torch.cos(ANGLE * across) + torch.cos(UP * up)
    second = -torch.cos(ANGLE * across) - torch.cos(UP * up)
    return (torch.maximum(first, second) > size).float()


def _zigzag(generator: Generator) -> Tensor:
    count, middle = int(pick(generator, 6, 12)), pick(generator, -0.2, 0.4)
    wave = (ANGLE * count / math.pi).remainder(2) - 1
    return ((UP - middle - 0.25 * (wave.abs() - 0.5)).abs() < 0.1).float()


def _emblem(generator: Generator) -> Tensor:
    """A heart, a star, a flower or a round badge on the front and on the back."""
    x = (ANGLE % math.pi - math.pi / 2) * 0.95
    y = UP - pick(generator, -0.1, 0.15)
    angle, radius = torch.atan2(y, x), torch.sqrt(x * x + y * y)
    emblem = choose(generator, ("heart", "star", "flower", "badge"))
    if emblem == "heart":
        inside = x * x + (y * 1.1 - 0.75 * x.abs() + 0.05) ** 2 < 0.16
    elif emblem == "star":
        inside = radius < 0.36 + 0.17 * torch.cos(5 * (angle - math.pi / 2))
    elif emblem == "flower":
        inside = (radius < 0.38 + 0.12 * torch.cos(6 * angle)) & (radius > 0.14)
    else:
        inside = (radius < 0.45) & ~((radius > 0.32) & (radius < 0.38))
    return inside.float()


PATTERNS = (
    None,
    None,
    None,
    _dipped,
    _dipped,
    _rings,
    _band,
    _upright_stripes,
    _dots,
    _zigzag,
    _emblem,
    _emblem,
)


def plate(generator: Generator) -> Skin:
    """On a disc, UP runs from the middle to the edge."""
    body = CREAM if chance(generator, 0.5) else glaze(generator)
    second = contrasting_glaze(generator, body)
    skin = plain(body)
    if chance(generator, 0.7):
        ring = pick(generator, 0.3, 0.9)
        skin = blend(skin, second, ((UP - ring).abs() < pick(generator, 0.03, 0.15)).float())
    if chance(generator, 0.3):
        petals = torch.cos(ANGLE * int(pick(generator, 5, 12))) * 0.15
        skin = blend(skin, second, (petals > UP + 0.4).float())
    return Skin(skin * speckle(generator, 0.06), accent=body)


def bottle(generator: Generator) -> Skin:
    """Clear glass, full or half empty, or opaque; with a label and a cap."""
    if chance(generator, 0.55):
        colour, clear = choose(generator, BOTTLE_GLASS)
        skin, clear = _filled(generator, colour, clear)
    else:
        skin, clear = plain(choose(generator, OPAQUE_BOTTLES)), torch.zeros_like(UP + ANGLE)
    low = pick(generator, -0.8, -0.6)
    label = _label(generator, low, low + pick(generator, 0.45, 0.75))
    return _dressed(generator, skin, clear, label, cap_from=0.82)


def jar(generator: Generator) -> Skin:
    """Jam, honey or olives behind glass; with a label and a lid."""
    food = choose(
        generator,
        (
            rgb(0.55, 0.06, 0.10),
            rgb(0.85, 0.55, 0.12),
            rgb(0.92, 0.45, 0.08),
            rgb(0.40, 0.45, 0.15),
            rgb(0.32, 0.17, 0.09),
        ),
    )
    skin = blend(food, food * 0.6, wrapped_noise(generator, (6, 12), 2))
    low = pick(generator, -0.75, -0.55)
    label = _label(generator, low, low + pick(generator, 0.5, 0.7))
    return _dressed(generator, skin, torch.zeros_like(UP + ANGLE), label, cap_from=0.52)


def glass(generator: Generator) -> Skin:
    """A tumbler, filled from its bottom."""
    return _drinking_glass(generator, bottom=-1.1)


def wineglass(generator: Generator) -> Skin:
    """A glass on a stem, filled from above the stem."""
    return _drinking_glass(generator, bottom=-0.05)


def _drinking_glass(generator: Generator, bottom: float) -> Skin:
    colour = choose(
        generator,
        (
            rgb(0.93, 0.96, 0.96),
            rgb(0.93, 0.96, 0.96),
            rgb(0.75, 0.90, 0.92),
            rgb(0.75, 0.88, 0.70),
            rgb(0.92, 0.75, 0.72),
        ),
    )
    skin, clear = _filled(generator, colour, 0.82, bottom)
    return Skin(skin, accent=colour, clear=clear)


def _filled(
    generator: Generator, glass_colour: Tensor, clear: float, bottom: float = -1.1
) -> tuple[Tensor, Tensor]:
    """Glass with something to drink in it, from ``bottom`` up, or with nothing."""
    skin, clearness = plain(glass_colour), torch.full_like(UP + ANGLE, clear)
    if chance(generator, 0.6):
        drink = choose(generator, DRINKS) * glass_colour.clamp(min=0.4)
        level = bottom + (0.9 - bottom) * pick(generator, 0.35, 0.75)
        below = ramp(UP, bottom, bottom + 0.03) * (1 - ramp(UP, level, level + 0.03))
        skin = blend(skin, drink, below)
        clearness = clearness * (1 - below * pick(generator, 0.4, 0.95))
    return skin, clearness


def _label(generator: Generator, low: float, high: float) -> tuple[Tensor, Tensor]:
    """A printed paper: its picture, and where it sticks (1 or 0)."""
    paper = PAPER if chance(generator, 0.5) else glaze(generator)
    second = contrasting_glaze(generator, paper)
    picture = plain(paper)
    middle, half = (low + high) / 2, (high - low) / 2
    up = (UP - middle) / half
    facing = (ANGLE % math.pi - math.pi / 2) * 1.1
    if chance(generator, 0.6):  # borders
        picture = blend(picture, second, (up.abs() > 0.8).float())
    emblem = facing**2 + ((up - 0.25) * half * 2.2) ** 2 < pick(generator, 0.05, 0.16)
    picture = blend(picture, second, emblem.float())
    lines = stripes(UP * 13, 0.4) * (facing.abs() < 0.8) * (up < -0.2) * (up > -0.75)
    picture = blend(picture, INK, lines * (wrapped_noise(generator, (14, 26), 1) > 0.4) * 0.8)
    width = 2 * math.pi if chance(generator, 0.5) else pick(generator, 1.0, 1.4)
    sticks = (up.abs() < 1) & (facing.abs() < width)
    return picture, sticks.float()


def _dressed(
    generator: Generator,
    skin: Tensor,
    clear: Tensor,
    label: tuple[Tensor, Tensor],
    cap_from: float,
) -> Skin:
    """The same vessel with a label, mostly, and with a cap from the height ``cap_from`` up."""
    picture, sticks = label
    if chance(generator, 0.85):
        skin, clear = blend(skin, picture, sticks), clear * (1 - sticks)
    cap = ramp(UP, cap_from, cap_from + 0.02)
    colour = choose(generator, (glaze(generator), rgb(0.72, 0.55, 0.38), INK, rgb(0.7, 0.7, 0.7)))
    skin, clear = blend(skin, colour, cap), clear * (1 - cap)
    return Skin(skin, accent=colour, clear=clear)


def candle(generator: Generator) -> Skin:
    """Pale wax that has run down a little; the accent is the wick."""
    wax = blend(glaze(generator), CREAM, pick(generator, 0.2, 0.7))
    drips = wrapped_noise(generator, (1, 7), 1)
    skin = blend(plain(wax), wax * 0.85 + 0.15, ramp(UP - 0.9 + drips, 0, 0.1) * 0.6)
    return Skin(skin * speckle(generator, 0.06), accent=INK)


def turned_wood(generator: Generator) -> Skin:
    """Wood, plain or painted."""
    colours = (rgb(0.85, 0.68, 0.45), rgb(0.85, 0.68, 0.45), rgb(0.26, 0.15, 0.09), None, None)
    colour = choose(generator, colours)
    colour = glaze(generator) if colour is None else colour
    grain = 1 + 0.25 * (wrapped_noise(generator, (2, 30), 2) - 0.5)
    return Skin(plain(colour) * grain, accent=colour)


def book(generator: Generator) -> Skin:
    """A cover with a frame, a title and a picture. ANGLE runs from the spine to the pages."""
    cover = glaze(generator)
    second = contrasting_glaze(generator, cover)
    across = ANGLE / math.pi - 1
    skin = plain(cover)
    if chance(generator, 0.4):
        edge = torch.maximum(across.abs(), UP.abs())
        skin = blend(skin, second, ((edge > 0.72) & (edge < 0.8)).float())
    title_height, lines = pick(generator, 0.2, 0.5), choose(generator, (1, 2))
    for line in range(lines):
        title = ((UP - title_height + 0.28 * line).abs() < 0.1) & (across.abs() < 0.6 - 0.2 * line)
        skin = blend(skin, second, title.float())
    if chance(generator, 0.7):
        spot = across**2 + (UP + 0.4) ** 2
        skin = blend(skin, glaze(generator), (spot < pick(generator, 0.04, 0.1)).float())
    return Skin(skin * speckle(generator, 0.06), accent=cover, inside=PAPER)


PAINTERS = {
    "mug": pottery,
    "bowl": pottery,
    "vase": pottery,
    "plate": plate,
    "bottle": bottle,
    "jar": jar,
    "glass": glass,
    "wineglass": wineglass,
    "candle": candle,
    "pawn": turned_wood,
    "book": book,
}

"""Skins of things that are made: pottery, bottles, balls, books."""

import torch
from torch import Generator, Tensor

from .canvas import ANGLE, HEIGHT, SKIN_COLUMNS, SKIN_ROWS, Skin, plain
from .paint import (
    blend,
    chance,
    choose,
    contrasting_glaze,
    glaze,
    noise,
    pick,
    ramp,
    rgb,
    stripes,
)

CREAM = rgb(0.90, 0.88, 0.83)
INK = rgb(0.12, 0.10, 0.10)
PAPER = rgb(0.88, 0.85, 0.76)
GLASS_COLOURS = (
    rgb(0.05, 0.16, 0.07),
    rgb(0.22, 0.10, 0.03),
    rgb(0.75, 0.78, 0.80),
    rgb(0.45, 0.62, 0.70),
    rgb(0.80, 0.15, 0.10),
    rgb(0.93, 0.92, 0.88),
    rgb(0.10, 0.20, 0.45),
    rgb(0.10, 0.10, 0.11),
)


def _noise(generator: Generator, cells: tuple[int, int], octaves: int = 1) -> Tensor:
    return noise(generator, SKIN_ROWS, SKIN_COLUMNS, cells, octaves, wrap=True)


def _shaded(generator: Generator, skin: Tensor, strength: float = 0.1) -> Tensor:
    return skin * (1 + strength * (_noise(generator, (16, 24), 2) - 0.5))


def pottery(generator: Generator) -> Skin:
    """A glaze with a pattern in a second colour, or without."""
    body = glaze(generator)
    second = contrasting_glaze(generator, body)
    skin = plain(body)
    pattern = choose(generator, (None, None, "dipped", "rings", "stripes", "picture", "dots"))
    if pattern == "dipped":
        edge = pick(generator, -0.3, 0.4)
        dipped = ramp(HEIGHT, edge, edge + 0.05)
        skin = blend(skin, second, dipped if chance(generator, 0.5) else 1 - dipped)
    elif pattern == "rings":
        skin = blend(
            skin, second, stripes(HEIGHT * pick(generator, 2, 5), pick(generator, 0.2, 0.5))
        )
    elif pattern == "stripes":
        count = int(pick(generator, 6, 14))
        skin = blend(skin, second, (torch.cos(ANGLE * count) > 0.3).float())
    elif pattern == "picture":
        middle = pick(generator, -0.2, 0.2)
        inside = ((HEIGHT - middle).abs() < 0.3) & ((ANGLE - 1.5).abs() < 0.55)
        skin = blend(skin, second, inside.float())
    elif pattern == "dots":
        skin = blend(skin, second, (torch.cos(ANGLE * 12) + torch.cos(HEIGHT * 16) > 1.1).float())
    inside = body
    if chance(generator, 0.5):
        inside = CREAM if chance(generator, 0.7) else second
    return Skin(_shaded(generator, skin), accent=body, inside=inside)


def bottle(generator: Generator) -> Skin:
    return _labelled(generator, cap_from=0.79)


def jar(generator: Generator) -> Skin:
    return _labelled(generator, cap_from=0.5)


def _labelled(generator: Generator, cap_from: float) -> Skin:
    """Glass with a printed label and a cap."""
    glass = choose(generator, GLASS_COLOURS)
    low = pick(generator, -0.75, -0.5)
    high = low + pick(generator, 0.4, 0.85)
    paper = PAPER if chance(generator, 0.5) else glaze(generator)
    art = ramp(_noise(generator, (6, 10)), 0.55, 0.6)
    label = blend(paper, contrasting_glaze(generator, paper), art)
    lines = stripes(HEIGHT * 14, 0.35) * (_noise(generator, (14, 26)) > 0.45)
    label = blend(label, INK, lines * ((low + high) / 2 > HEIGHT) * 0.8)
    on_label = ramp(HEIGHT, low, low + 0.03) * (1 - ramp(HEIGHT, high, high + 0.03))
    on_cap = ramp(HEIGHT, cap_from, cap_from + 0.03)
    skin = blend(blend(plain(glass), label, on_label), glaze(generator), on_cap)
    return Skin(_shaded(generator, skin, 0.06), accent=glass)


def glass(generator: Generator) -> Skin:
    colour = choose(generator, GLASS_COLOURS)
    return Skin(_shaded(generator, plain(colour), 0.06), accent=colour, inside=colour)


def ball(generator: Generator) -> Skin:
    first, second = glaze(generator), glaze(generator)
    style = choose(generator, ("tennis", "basket", "beach", "beach", "band"))
    if style == "tennis":
        seam = ((HEIGHT - 0.5 * torch.sin(ANGLE * 2)).abs() < 0.07).float()
        skin = _shaded(generator, blend(rgb(0.72, 0.85, 0.12), rgb(0.95, 0.95, 0.90), seam), 0.3)
    elif style == "basket":
        seams = (HEIGHT.abs() < 0.04) | (torch.sin(ANGLE * 2).abs() < 0.08)
        skin = blend(rgb(0.80, 0.38, 0.12), rgb(0.10, 0.07, 0.05), seams.float())
        skin = _shaded(generator, skin, 0.3)
    elif style == "beach":
        panels = (torch.sin(ANGLE * int(pick(generator, 2, 5))) > 0).float()
        skin = blend(first, contrasting_glaze(generator, first), panels)
        skin = blend(skin, rgb(0.92, 0.92, 0.90), ramp(HEIGHT.abs(), 0.86, 0.9))
    else:
        band = (HEIGHT.abs() < pick(generator, 0.2, 0.4)).float()
        skin = blend(plain(first), second, band)
    return Skin(skin, accent=second)


def book(generator: Generator) -> Skin:
    cover = glaze(generator)
    across = ANGLE / 3.1416 - 1
    title = (HEIGHT - pick(generator, 0.2, 0.5)).abs() < pick(generator, 0.1, 0.25)
    skin = blend(plain(cover), glaze(generator), (title & (across.abs() < 0.75)).float())
    if chance(generator, 0.6):
        spot = (across - pick(generator, -0.3, 0.3)) ** 2 + (HEIGHT + 0.3) ** 2
        skin = blend(skin, glaze(generator), (spot < pick(generator, 0.05, 0.2)).float())
    return Skin(_shaded(generator, skin), accent=cover, inside=PAPER)


def wax(generator: Generator) -> Skin:
    skin = pottery(generator)
    return Skin(skin.picture, skin.accent)


def wood_paint(generator: Generator) -> Skin:
    colour = glaze(generator)
    return Skin(_shaded(generator, plain(colour)), accent=colour)


PAINTERS = {
    "mug": pottery,
    "bowl": pottery,
    "vase": pottery,
    "plate": pottery,
    "bottle": bottle,
    "jar": jar,
    "glass": glass,
    "ball": ball,
    "book": book,
    "candle": wax,
    "pawn": wood_paint,
}

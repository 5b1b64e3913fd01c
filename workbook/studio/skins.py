"""Skins of things that grow: fruit, vegetables, eggs. Pottery and the rest are in glazed.py."""

import torch
from torch import Generator, Tensor

from . import glazed
from .canvas import ANGLE, HEIGHT, SKIN_COLUMNS, SKIN_ROWS, Skin, plain
from .paint import blend, chance, choose, noise, pick, ramp, rgb, seeded

STEM_BROWN = rgb(0.28, 0.18, 0.08)
LEAF_GREEN = rgb(0.20, 0.38, 0.10)


def make_skin(kind: str, variant: int) -> Skin:
    """The skin number ``variant`` of a kind; always the same one."""
    return PAINTERS[kind](seeded("skin", kind, variant))


def _clouds(generator: Generator, cells=(3, 3), octaves: int = 4) -> Tensor:
    return noise(generator, SKIN_ROWS, SKIN_COLUMNS, cells, octaves, wrap=True)


def _speckle(generator: Generator, strength: float = 0.2) -> Tensor:
    """Fine irregular brightness around 1."""
    return 1 + strength * (_clouds(generator, (16, 24), 2) - 0.5)


def _sunny_side(generator: Generator) -> Tensor:
    """Around 1 on the side that faced the sun, around -1 on the other."""
    return torch.cos(ANGLE + pick(generator, 0, 6.28))


def apple(generator: Generator) -> Skin:
    red, green, yellow = rgb(0.62, 0.05, 0.06), rgb(0.42, 0.58, 0.10), rgb(0.85, 0.68, 0.22)
    base = choose(generator, (red, red, green, blend(red, yellow, 0.25), yellow))
    blush = yellow if base is red else blend(red, yellow, pick(generator, 0.1, 0.5))
    streaks = _clouds(generator, (2, 24), 3) - 0.5
    ripe = _clouds(generator) + 0.5 * streaks + 0.2 * _sunny_side(generator)
    skin = blend(base, blush, ramp(ripe, 0.45, 0.75) * pick(generator, 0.3, 0.9))
    skin = blend(skin, rgb(0.55, 0.55, 0.20), ramp(HEIGHT, 0.55, 0.95) * 0.5)
    freckles = ramp(_clouds(generator, (40, 60), 1), 0.75, 0.95) * 0.25
    skin = blend(skin, rgb(0.90, 0.80, 0.55), freckles)
    return Skin(skin * _speckle(generator), STEM_BROWN)


def orange(generator: Generator) -> Skin:
    skin = blend(rgb(0.93, 0.45, 0.03), rgb(0.95, 0.58, 0.06), _clouds(generator))
    skin = skin * pick(generator, 0.88, 1.05)
    if chance(generator, 0.25):  # not quite ripe
        skin = blend(skin, rgb(0.62, 0.60, 0.10), ramp(_clouds(generator), 0.5, 0.9) * 0.6)
    skin = blend(skin * _speckle(generator, 0.36), rgb(0.25, 0.30, 0.08), ramp(HEIGHT, 0.9, 0.97))
    return Skin(skin, STEM_BROWN)


def lemon(generator: Generator) -> Skin:
    clouds = _clouds(generator)
    skin = blend(rgb(0.93, 0.78, 0.08), rgb(0.88, 0.83, 0.20), clouds)
    skin = skin * pick(generator, 0.88, 1.05)
    if chance(generator, 0.3):  # a lime
        skin = blend(skin, rgb(0.50, 0.66, 0.12), 0.75 + 0.2 * clouds)
    tips = ramp(HEIGHT.abs(), 0.8, 1.0) * 0.5
    return Skin(blend(skin * _speckle(generator, 0.3), rgb(0.50, 0.55, 0.12), tips), STEM_BROWN)


def pear(generator: Generator) -> Skin:
    base = choose(
        generator,
        (
            rgb(0.62, 0.66, 0.16),
            rgb(0.78, 0.70, 0.22),
            rgb(0.50, 0.34, 0.14),
            rgb(0.70, 0.55, 0.20),
        ),
    )
    ripe = ramp(_clouds(generator) + 0.3 * _sunny_side(generator), 0.55, 0.95)
    skin = blend(base, rgb(0.72, 0.30, 0.12), ripe * pick(generator, 0, 0.8))
    spots = (_clouds(generator, (16, 24), 2) > 0.7) * 0.3
    skin = blend(skin, rgb(0.35, 0.24, 0.10), spots)
    skin = blend(skin, rgb(0.40, 0.30, 0.12), ramp(HEIGHT, 0.75, 1) * 0.4)
    return Skin(skin * _speckle(generator), STEM_BROWN)


def banana(generator: Generator) -> Skin:
    ripeness = pick(generator, 0, 1)
    base = blend(rgb(0.92, 0.75, 0.16), rgb(0.72, 0.72, 0.20), ripeness**2)
    skin = base * (0.95 + 0.05 * torch.cos(5 * ANGLE))
    spots = ramp(_clouds(generator, (12, 12), 3), 0.62, 0.72) * pick(generator, 0, 1) ** 2
    skin = blend(skin, rgb(0.30, 0.17, 0.06), spots)
    skin = blend(skin, rgb(0.50, 0.55, 0.15), ramp(HEIGHT.abs(), 0.6, 0.85) * 0.5)
    skin = blend(skin, rgb(0.16, 0.10, 0.05), ramp(HEIGHT.abs(), 0.84, 0.9))
    return Skin(skin * _speckle(generator), STEM_BROWN)


def egg(generator: Generator) -> Skin:
    colour = blend(rgb(0.90, 0.87, 0.82), rgb(0.75, 0.50, 0.34), pick(generator, 0, 1))
    return Skin(_mottled(generator, colour, 0.9) * _speckle(generator, 0.1), STEM_BROWN)


def tomato(generator: Generator) -> Skin:
    colour = blend(rgb(0.72, 0.06, 0.03), rgb(0.85, 0.40, 0.08), pick(generator, 0, 1) ** 2)
    return Skin(_mottled(generator, colour), LEAF_GREEN)


def carrot(generator: Generator) -> Skin:
    skin = _mottled(generator, rgb(0.90, 0.40, 0.08))
    rings = torch.cos(HEIGHT * 40 + 3 * _clouds(generator)) > 0.8
    return Skin(blend(skin, skin * 0.75, rings * 1.0) * _speckle(generator), LEAF_GREEN)


def mushroom(generator: Generator) -> Skin:
    cap = rgb(0.50, 0.33, 0.20) if chance(generator, 0.6) else rgb(0.75, 0.10, 0.06)
    skin = blend(rgb(0.85, 0.80, 0.70), cap, ramp(HEIGHT, -0.1, 0.0))
    return Skin(skin * _speckle(generator), STEM_BROWN)


def pumpkin(generator: Generator) -> Skin:
    grooves = ramp(torch.cos(ANGLE * 9), 0.3, 1) * 0.7
    skin = blend(rgb(0.85, 0.40, 0.06), rgb(0.55, 0.20, 0.03), grooves)
    return Skin(plain(rgb(1, 1, 1)) * skin * _speckle(generator), STEM_BROWN)


def _mottled(generator: Generator, colour: Tensor, darkest: float = 0.8) -> Tensor:
    return blend(colour, colour * darkest, _clouds(generator))


PAINTERS = {
    "apple": apple,
    "orange": orange,
    "pear": pear,
    "banana": banana,
    "egg": egg,
    "lemon": lemon,
    "tomato": tomato,
    "carrot": carrot,
    "mushroom": mushroom,
    "pumpkin": pumpkin,
    **glazed.PAINTERS,
}

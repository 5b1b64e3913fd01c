"""Skins of things that grow: fruit, vegetables, eggs. Pottery and the rest are in glazed.py."""

import math

import torch
from torch import Generator, Tensor

from . import glazed, toys
from .canvas import ANGLE, UP, Skin, globe_noise, near, plain, speckle, wrapped_noise
from .paint import blend, chance, choose, pick, ramp, rgb, seeded

STEM_BROWN = rgb(0.33, 0.23, 0.10)
LEAF_GREEN = rgb(0.24, 0.44, 0.12)


def make_skin(kind: str, variant: int) -> Skin:
    """The skin number ``variant`` of a kind; always the same one."""
    return PAINTERS[kind](seeded("skin", kind, variant))


def _sunny_side(generator: Generator) -> Tensor:
    """Around 1 on the side that faced the sun, around -1 on the other."""
    return torch.cos(ANGLE + pick(generator, 0, 2 * math.pi))


def _mottled(generator: Generator, colour: Tensor, darkest: float = 0.8) -> Tensor:
    return blend(colour, colour * darkest, globe_noise(generator))


def apple(generator: Generator) -> Skin:
    red, green, yellow = rgb(0.68, 0.06, 0.07), rgb(0.48, 0.64, 0.12), rgb(0.90, 0.74, 0.26)
    base = choose(generator, (red, red, green, blend(red, yellow, 0.25), yellow))
    blush = yellow if base is red else blend(red, yellow, pick(generator, 0.1, 0.5))
    streaks = wrapped_noise(generator, (2, 24), 3) - 0.5
    ripe = globe_noise(generator) + 0.5 * streaks + 0.2 * _sunny_side(generator)
    skin = blend(base, blush, ramp(ripe, 0.45, 0.75) * pick(generator, 0.3, 0.9))
    skin = blend(skin, rgb(0.62, 0.58, 0.22), ramp(UP, 0.55, 0.9) * 0.6)
    skin = blend(skin, rgb(0.36, 0.26, 0.12), ramp(UP.abs(), 0.86, 0.97) * 0.7)
    freckles = ramp(globe_noise(generator, 22, 1), 0.72, 0.9) * 0.3
    skin = blend(skin, rgb(0.92, 0.82, 0.58), freckles)
    return Skin(skin * speckle(generator), STEM_BROWN)


def orange(generator: Generator) -> Skin:
    skin = blend(rgb(0.96, 0.52, 0.04), rgb(1.0, 0.62, 0.08), globe_noise(generator))
    skin = skin * pick(generator, 0.92, 1.05)
    if chance(generator, 0.2):  # not quite ripe
        skin = blend(skin, rgb(0.70, 0.64, 0.12), ramp(globe_noise(generator), 0.5, 0.85) * 0.6)
    skin = skin * speckle(generator, 0.25, 16)
    skin = blend(skin, skin * 0.8, ramp(UP, 0.84, 0.92))
    return Skin(blend(skin, rgb(0.33, 0.36, 0.12), ramp(UP, 0.93, 0.95)), STEM_BROWN)


def lemon(generator: Generator) -> Skin:
    clouds = globe_noise(generator)
    skin = blend(rgb(0.95, 0.82, 0.10), rgb(0.92, 0.86, 0.24), clouds) * pick(generator, 0.9, 1.05)
    if chance(generator, 0.3):  # a lime
        skin = blend(skin, rgb(0.50, 0.66, 0.12), 0.75 + 0.2 * clouds)
    tips = ramp(UP.abs(), 0.75, 1.0) * 0.5
    return Skin(blend(skin * speckle(generator, 0.2), rgb(0.55, 0.58, 0.14), tips), STEM_BROWN)


def pear(generator: Generator) -> Skin:
    colours = (
        rgb(0.66, 0.70, 0.18),
        rgb(0.84, 0.75, 0.26),
        rgb(0.55, 0.40, 0.18),
        rgb(0.74, 0.60, 0.24),
    )
    ripe = ramp(globe_noise(generator) + 0.3 * _sunny_side(generator), 0.55, 0.95)
    skin = blend(choose(generator, colours), rgb(0.75, 0.32, 0.14), ripe * pick(generator, 0, 0.8))
    dots = ramp(globe_noise(generator, 24, 1), 0.72, 0.86) * 0.35
    skin = blend(skin, rgb(0.42, 0.30, 0.13), dots)
    skin = blend(skin, rgb(0.42, 0.32, 0.14), ramp(UP.abs(), 0.82, 1) * 0.6)
    return Skin(skin * speckle(generator), STEM_BROWN)


def banana(generator: Generator) -> Skin:
    green = pick(generator, 0, 1) ** 2
    base = blend(rgb(0.96, 0.80, 0.18), rgb(0.72, 0.76, 0.22), green)
    skin = base * (0.97 + 0.03 * torch.cos(5 * ANGLE))
    edges = ramp(torch.cos(5 * ANGLE), 0.9, 1.0) * 0.25
    skin = blend(skin, rgb(0.55, 0.42, 0.12), edges * (1 - 0.7 * green))
    age = pick(generator, 0, 1) ** 2 * (1 - green)
    spots = ramp(wrapped_noise(generator, (14, 10), 3), 0.60, 0.68) * age
    skin = blend(skin, rgb(0.34, 0.20, 0.08), spots)
    skin = blend(skin, rgb(0.60, 0.64, 0.20), ramp(UP.abs(), 0.6, 0.85) * 0.5)
    ends = torch.maximum(ramp(-UP, 0.84, 0.88), ramp(UP, 0.91, 0.95))
    return Skin(blend(skin, rgb(0.20, 0.14, 0.07), ends) * speckle(generator, 0.1), STEM_BROWN)


def egg(generator: Generator) -> Skin:
    colour = blend(rgb(0.95, 0.92, 0.87), rgb(0.80, 0.56, 0.40), pick(generator, 0, 1))
    skin = _mottled(generator, colour, 0.94)
    if chance(generator, 0.3):
        freckles = ramp(globe_noise(generator, 18, 2), 0.66, 0.76) * 0.5
        skin = blend(skin, colour * rgb(0.6, 0.5, 0.42), freckles)
    return Skin(skin * speckle(generator, 0.06), STEM_BROWN)


def tomato(generator: Generator) -> Skin:
    colour = blend(rgb(0.80, 0.10, 0.05), rgb(0.90, 0.48, 0.10), pick(generator, 0, 1) ** 2)
    skin = blend(
        _mottled(generator, colour, 0.88), rgb(0.70, 0.45, 0.12), ramp(UP, 0.6, 0.85) * 0.4
    )
    return Skin(_with_star(skin, generator, points=5, reach=0.32), LEAF_GREEN)


def strawberry(generator: Generator) -> Skin:
    skin = blend(rgb(0.80, 0.08, 0.08), rgb(0.90, 0.25, 0.15), globe_noise(generator))
    skin = blend(skin, rgb(0.93, 0.75, 0.60), ramp(UP, 0.55, 0.7) * 0.4)
    seeds = near(_spread_points(110), 0.055)
    skin = blend(skin, rgb(0.92, 0.78, 0.35), seeds)
    return Skin(_with_star(skin, generator, points=8, reach=0.42), LEAF_GREEN)


def _with_star(skin: Tensor, generator: Generator, *, points: int, reach: float) -> Tensor:
    """Green leaves in a star around the stem."""
    lobes = (torch.cos(ANGLE * points + pick(generator, 0, 6)) * 0.5 + 0.5) ** 2
    leaves = ramp(UP - (0.93 - reach * lobes), 0, 0.02)
    return blend(skin, LEAF_GREEN * (0.8 + 0.4 * lobes), leaves)


def _spread_points(count: int) -> Tensor:
    """(count, 3): points evenly spread over a globe along a spiral (Fibonacci's)."""
    number = torch.arange(count) + 0.5
    y = 1 - 2 * number / count
    angle = number * math.pi * (3 - math.sqrt(5))
    radius = (1 - y * y).sqrt()
    return torch.stack([radius * angle.cos(), y, radius * angle.sin()], 1)


def aubergine(generator: Generator) -> Skin:
    skin = _mottled(generator, rgb(0.20, 0.07, 0.22) * pick(generator, 0.8, 1.4))
    if chance(generator, 0.2):
        streaks = ramp(wrapped_noise(generator, (2, 20), 2), 0.4, 0.6)
        skin = blend(skin, rgb(0.80, 0.70, 0.82), streaks * 0.8)
    return Skin(_with_star(skin, generator, points=5, reach=0.25), LEAF_GREEN)


def carrot(generator: Generator) -> Skin:
    skin = _mottled(generator, rgb(0.95, 0.48, 0.10) * pick(generator, 0.92, 1.05))
    rings = ramp(torch.cos(UP * 40 + 5 * wrapped_noise(generator)), 0.75, 1.0) * 0.35
    skin = blend(skin, skin * 0.6, rings * ramp(wrapped_noise(generator, 5, 1), 0.3, 0.6))
    return Skin(blend(skin, rgb(0.45, 0.50, 0.15), ramp(UP, 0.92, 1.0)), LEAF_GREEN)


def mushroom(generator: Generator) -> Skin:
    stalk = rgb(0.90, 0.85, 0.76)
    if chance(generator, 0.45):  # a fly agaric; to be looked at only
        cap = plain(rgb(0.80, 0.10, 0.06))
        spots = near(_spread_points(26), 0.13) * (UP > 0.0)
        cap = blend(cap, rgb(0.95, 0.92, 0.86), spots)
    else:
        cap = _mottled(generator, choose(generator, (rgb(0.60, 0.42, 0.26), rgb(0.86, 0.80, 0.72))))
    skin = blend(stalk, cap, ramp(UP, 0.0, 0.06))
    return Skin(skin * speckle(generator), STEM_BROWN)


def pumpkin(generator: Generator) -> Skin:
    colour = choose(
        generator, (rgb(0.92, 0.48, 0.08), rgb(0.92, 0.48, 0.08), rgb(0.80, 0.72, 0.55))
    )
    grooves = ramp(torch.cos(ANGLE * 9), 0.4, 1) * 0.55
    skin = blend(_mottled(generator, colour, 0.9), colour * rgb(0.62, 0.5, 0.45), grooves)
    return Skin(skin * speckle(generator), rgb(0.38, 0.36, 0.16))


def cactus(generator: Generator) -> Skin:
    pot = choose(generator, (rgb(0.72, 0.40, 0.26), rgb(0.72, 0.40, 0.26), None))
    pot = glazed.glaze(generator) if pot is None else pot
    green = rgb(0.28, 0.48, 0.24) * pick(generator, 0.8, 1.2)
    ribs = torch.cos(ANGLE * 12)
    plant = blend(green, green * 0.55, ramp(-ribs, 0.3, 1))
    spines = ramp(ribs, 0.75, 0.95) * (torch.cos(UP * 60) > 0.2)
    plant = blend(plant, rgb(0.92, 0.88, 0.70), spines)
    if chance(generator, 0.4):  # in flower
        flower = choose(generator, (rgb(0.92, 0.35, 0.55), rgb(0.95, 0.80, 0.25)))
        plant = blend(plant, flower, ramp(UP, 0.93, 0.95))
    skin = blend(plain(pot), plant, ramp(UP, -0.26, -0.22))
    return Skin(skin * speckle(generator, 0.1), LEAF_GREEN)


PAINTERS = {
    "apple": apple,
    "orange": orange,
    "pear": pear,
    "banana": banana,
    "egg": egg,
    "lemon": lemon,
    "tomato": tomato,
    "strawberry": strawberry,
    "aubergine": aubergine,
    "carrot": carrot,
    "mushroom": mushroom,
    "pumpkin": pumpkin,
    "cactus": cactus,
    **glazed.PAINTERS,
    **toys.PAINTERS,
}

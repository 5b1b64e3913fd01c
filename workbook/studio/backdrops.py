"""Walls behind the table, patterns that light falls through, and the bumps of surfaces."""

import torch
from torch import Generator, Tensor

from .paint import blend, chance, choose, glaze, hsv, noise, pick, ramp, rgb, seeded, stripes

WALL_PIXELS, WALL_COUNT = 160, 40
PATTERN_PIXELS = 64
RELIEF_PIXELS = 128
WALLS = ("plain wall", "striped wall", "shelves", "garden", "window")
LIGHT_PATTERNS = ("open", "leaves", "leaves", "leaves", "blinds", "blinds", "window")

ACROSS = torch.linspace(0, 1, WALL_PIXELS).view(1, 1, -1)
DOWN = torch.linspace(0, 1, WALL_PIXELS).view(1, -1, 1)


def wall_name(variant: int) -> str:
    """What wall number ``variant`` shows."""
    return WALLS[variant % len(WALLS)]


def make_wall(variant: int) -> Tensor:
    """What stands out of focus behind the table, (3, WALL_PIXELS, WALL_PIXELS), 0 to 1."""
    generator = seeded("wall", variant)
    name = wall_name(variant)
    if name == "garden":
        return _garden(generator).clamp(0, 1)
    colour = hsv(pick(generator, 0, 1), pick(generator, 0.03, 0.35), pick(generator, 0.4, 0.95))
    picture = colour * (0.85 + 0.3 * noise(generator, WALL_PIXELS, WALL_PIXELS, 2, 3))
    if name == "striped wall":
        second = picture * 0.6 + 0.25 * glaze(generator)
        picture = blend(picture, second, stripes(ACROSS * int(pick(generator, 8, 20)), 0.4))
    elif name == "shelves":
        picture = _shelves(generator, picture)
    elif name == "window":
        picture = _window(generator, picture)
    return picture.clamp(0, 1)


def _garden(generator: Generator) -> Tensor:
    leaves = noise(generator, WALL_PIXELS, WALL_PIXELS, 7, 4)
    sky = noise(generator, WALL_PIXELS, WALL_PIXELS, 9, 2) + 0.5 * (1 - DOWN)
    picture = blend(rgb(0.12, 0.24, 0.08), rgb(0.58, 0.72, 0.30), ramp(leaves, 0.2, 0.8))
    for _ in range(int(pick(generator, 0, 14))):
        x, y, radius = (pick(generator, *ends) for ends in ((0, 1), (0.2, 1), (0.01, 0.03)))
        blossom = (ACROSS - x) ** 2 + (DOWN - y) ** 2 < radius**2
        picture = torch.where(blossom, choose(generator, BLOSSOMS), picture)
    return blend(picture, rgb(0.88, 0.93, 0.98), ramp(sky, 0.85, 1.0))


BLOSSOMS = (rgb(0.95, 0.55, 0.65), rgb(0.97, 0.85, 0.35), rgb(0.95, 0.95, 0.95))


def _box(left: float, top: float, width: float, height: float) -> Tensor:
    return (left < ACROSS) & (left + width > ACROSS) & (top < DOWN) & (top + height > DOWN)


def _shelves(generator: Generator, picture: Tensor) -> Tensor:
    """Boards with books and boxes of many colours on them, and a frame on the wall."""
    wood = rgb(0.55, 0.38, 0.22) * pick(generator, 0.5, 1.5)
    for board in torch.linspace(0.2, 0.95, choose(generator, (2, 3, 4))).tolist():
        left = pick(generator, -0.1, 0.3)
        while left < 1:
            width, height = pick(generator, 0.03, 0.12), pick(generator, 0.06, 0.17)
            if chance(generator, 0.65):
                colour = glaze(generator) * pick(generator, 0.4, 1)
                picture = torch.where(_box(left, board - height, width, height), colour, picture)
            left += width + 0.005
        picture = torch.where(_box(-1, board, 3, 0.03), wood, picture)
    return picture


def _window(generator: Generator, picture: Tensor) -> Tensor:
    """A bright window with a cross of wood."""
    left, width = pick(generator, 0.05, 0.5), pick(generator, 0.3, 0.6)
    top, height = 0.15, pick(generator, 0.4, 0.65)
    frame = choose(generator, (rgb(0.95, 0.94, 0.9), rgb(0.5, 0.34, 0.2)))
    outside = blend(rgb(0.80, 0.90, 1.0), _garden(generator), pick(generator, 0.2, 0.9))
    picture = torch.where(_box(left, top, width, height), frame, picture)
    for column in (0, 1):
        for row in (0, 1):
            pane = _box(
                left + 0.02 + column * width / 2, top + 0.02 + row * height / 2,
                width / 2 - 0.04, height / 2 - 0.04,
            )  # fmt: skip
            picture = torch.where(pane, outside * 1.1, picture)
    return picture


def make_light_pattern(variant: int) -> Tensor:
    """What the key light falls through, (1, PATTERN_PIXELS, PATTERN_PIXELS): 0 dark, 1 lit."""
    generator = seeded("light pattern", variant)
    name = LIGHT_PATTERNS[variant]
    line = torch.linspace(0, 1, PATTERN_PIXELS)
    if name == "open":
        return torch.ones(1, PATTERN_PIXELS, PATTERN_PIXELS)
    if name == "leaves":
        return ramp(noise(generator, PATTERN_PIXELS, PATTERN_PIXELS, 5, 2), 0.35, 0.6)
    if name == "window":
        bars = ramp(((line * 2) % 1 - 0.5).abs(), 0.42, 0.36)
        return (bars.view(1, -1, 1) * bars.view(1, 1, -1)).contiguous()
    wave = torch.cos(2 * torch.pi * line * choose(generator, (2, 3, 4, 5)))
    return ramp(wave, -0.6, 0.2).view(1, 1, -1).expand(1, PATTERN_PIXELS, -1)


def make_relief() -> Tensor:
    """Pores: how much a surface leans along its two directions, (2, RELIEF_PIXELS, ...)."""
    generator = seeded("relief")
    size = RELIEF_PIXELS
    return torch.cat([noise(generator, size, size, 40, 2) - 0.5 for _ in range(2)])

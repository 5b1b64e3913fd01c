"""Table tops, walls behind the table, and the patterns that light falls through."""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from .paint import (
    blend,
    choose,
    contrasting_glaze,
    glaze,
    hsv,
    noise,
    pick,
    ramp,
    rgb,
    seeded,
    stripes,
)

SURFACE_PIXELS, WALL_PIXELS, PATTERN_PIXELS = 320, 160, 64
SURFACES_PER_NAME, WALL_COUNT = 6, 32
WALLS = ("plain wall", "striped wall", "shelves", "garden")


def _axes(size: int) -> tuple[Tensor, Tensor]:
    """Positions 0 to 1 across (1, 1, size) and down (1, size, 1)."""
    line = torch.linspace(0, 1, size)
    return line.view(1, 1, size), line.view(1, size, 1)


ACROSS, DOWN = _axes(SURFACE_PIXELS)


def _clouds(generator: Generator, cells, octaves: int) -> Tensor:
    return noise(generator, SURFACE_PIXELS, SURFACE_PIXELS, cells, octaves)


def make_surface(name: str, variant: int) -> Tensor:
    """A table top seen from above, (3, SURFACE_PIXELS, SURFACE_PIXELS), screen values 0 to 1."""
    generator = seeded("surface", name, variant)
    picture = PAINTERS[name](generator)
    wear = 0.85 + 0.3 * (_clouds(generator, 3, 3) - 0.1)
    grain = 1 + 0.12 * (_clouds(generator, 60, 2) - 0.5)
    return (picture * wear * grain).clamp(0, 1)


def wood(generator: Generator) -> Tensor:
    light, dark = choose(
        generator,
        (
            (rgb(0.62, 0.42, 0.24), rgb(0.42, 0.25, 0.12)),
            (rgb(0.78, 0.62, 0.42), rgb(0.62, 0.45, 0.27)),
            (rgb(0.33, 0.19, 0.10), rgb(0.20, 0.11, 0.06)),
            (rgb(0.62, 0.58, 0.52), rgb(0.45, 0.40, 0.35)),
        ),
    )
    planks = int(pick(generator, 3, 7))
    plank = (ACROSS * planks).long().clamp(max=planks - 1)
    shade = torch.rand(planks, generator=generator)[plank]
    fibres = _clouds(generator, (3, 40), 3)
    rings = 0.5 + 0.5 * torch.sin(40 * (_clouds(generator, (2, 9), 2) + shade))
    picture = blend(light, dark, (0.55 * fibres + 0.35 * rings + 0.25 * (shade - 0.5)).clamp(0, 1))
    gaps = stripes(ACROSS * planks, 0.02)
    return picture * (0.85 + 0.3 * shade) * (1 - 0.55 * gaps)


def cloth(generator: Generator) -> Tensor:
    count = int(pick(generator, 5, 12))
    pattern = choose(generator, ("checks", "checks", "stripes", "dots"))
    columns, rows = stripes(ACROSS * count, 0.5), stripes(DOWN * count, 0.5)
    if pattern == "checks":
        share = (columns + rows) / 2
    elif pattern == "stripes":
        share = columns.expand(1, SURFACE_PIXELS, SURFACE_PIXELS)
    else:
        from_middle = ((ACROSS * count) % 1 - 0.5) ** 2 + ((DOWN * count) % 1 - 0.5) ** 2
        share = (from_middle < 0.07).float()
    weave = 0.92 + 0.08 * torch.sin(ACROSS * 512) * torch.sin(DOWN * 512)
    return blend(rgb(0.88, 0.86, 0.80), glaze(generator), share) * weave


def tile(generator: Generator) -> Tensor:
    first, second = choose(
        generator,
        (
            (rgb(0.86, 0.85, 0.82), rgb(0.80, 0.80, 0.78)),
            (rgb(0.30, 0.42, 0.50), rgb(0.84, 0.84, 0.82)),
            (rgb(0.65, 0.40, 0.28), rgb(0.60, 0.35, 0.25)),
            (rgb(0.20, 0.20, 0.22), rgb(0.85, 0.84, 0.80)),
        ),
    )
    count = int(pick(generator, 5, 9))
    checks = ((ACROSS * count).floor() + (DOWN * count).floor()) % 2
    grout = torch.maximum(stripes(ACROSS * count, 0.05), stripes(DOWN * count, 0.05))
    return blend(blend(first, second, checks), rgb(0.50, 0.48, 0.45), grout * 0.8)


def stone(generator: Generator) -> Tensor:
    base = choose(generator, (rgb(0.85, 0.84, 0.82), rgb(0.25, 0.26, 0.27), rgb(0.60, 0.58, 0.54)))
    veins = 1 - ramp((_clouds(generator, 4, 5) - 0.5).abs(), 0, 0.06)
    picture = blend(base, blend(base, rgb(0.40, 0.40, 0.42), 0.7), veins)
    return picture * (0.85 + 0.3 * _clouds(generator, 120, 1))


def plain(generator: Generator) -> Tensor:
    return glaze(generator).expand(3, SURFACE_PIXELS, SURFACE_PIXELS)


def grass(generator: Generator) -> Tensor:
    blades = _clouds(generator, (50, 110), 2)
    picture = blend(rgb(0.20, 0.29, 0.12), rgb(0.46, 0.55, 0.25), ramp(blades, 0.2, 0.8))
    dry = ramp(_clouds(generator, (20, 60), 2), 0.62, 0.8) * 0.6
    return blend(picture, rgb(0.55, 0.50, 0.25), dry)


def sand(generator: Generator) -> Tensor:
    ripples = torch.sin(60 * (DOWN + 0.25 * _clouds(generator, 3, 2)))
    picture = blend(rgb(0.80, 0.68, 0.48), rgb(0.66, 0.53, 0.35), 0.5 + 0.3 * ripples)
    return picture * (0.85 + 0.3 * _clouds(generator, 150, 1))


def rug(generator: Generator) -> Tensor:
    base = glaze(generator)
    second = contrasting_glaze(generator, base)
    third = contrasting_glaze(generator, second)
    count = int(pick(generator, 4, 8))
    across, down = (ACROSS * count) % 1 - 0.5, (DOWN * count) % 1 - 0.5
    diamonds = across.abs() + down.abs()
    picture = blend(base, second, (diamonds < 0.45).float())
    picture = blend(picture, third, (diamonds < 0.2).float())
    return picture * (0.8 + 0.3 * _clouds(generator, (40, 160), 1))


PAINTERS: dict[str, Callable[[Generator], Tensor]] = {
    "wood": wood,
    "cloth": cloth,
    "tile": tile,
    "stone": stone,
    "plain": plain,
    "grass": grass,
    "sand": sand,
    "rug": rug,
}


def wall_name(variant: int) -> str:
    """What wall number ``variant`` shows."""
    return WALLS[variant % len(WALLS)]


def make_wall(variant: int) -> Tensor:
    """What stands out of focus behind the table, (3, WALL_PIXELS, WALL_PIXELS)."""
    generator = seeded("wall", variant)
    across, down = _axes(WALL_PIXELS)
    name = wall_name(variant)
    if name == "garden":
        leaves = noise(generator, WALL_PIXELS, WALL_PIXELS, 7, 4)
        sky = noise(generator, WALL_PIXELS, WALL_PIXELS, 9, 2) + 0.5 * (1 - down)
        picture = blend(rgb(0.10, 0.20, 0.06), rgb(0.50, 0.62, 0.25), leaves)
        return blend(picture, rgb(0.85, 0.90, 0.95), ramp(sky, 0.85, 1.0)).clamp(0, 1)
    colour = hsv(pick(generator, 0, 1), pick(generator, 0.03, 0.35), pick(generator, 0.35, 0.9))
    picture = colour * (0.85 + 0.3 * noise(generator, WALL_PIXELS, WALL_PIXELS, 2, 3))
    if name == "striped wall":
        second = picture * 0.6 + 0.25 * glaze(generator)
        picture = blend(picture, second, stripes(across * int(pick(generator, 8, 20)), 0.4))
    if name == "shelves":
        for _ in range(int(pick(generator, 4, 12))):
            left, top = pick(generator, -0.1, 0.95), pick(generator, 0, 0.95)
            width, height = pick(generator, 0.05, 0.35), pick(generator, 0.05, 0.4)
            inside = (across > left) & (across < left + width) & (down > top)
            inside = inside & (down < top + height)
            picture = torch.where(inside, glaze(generator) * pick(generator, 0.3, 1.1), picture)
    return picture.clamp(0, 1)


LIGHT_PATTERNS = ("open", "leaves", "leaves", "leaves", "blinds", "blinds", "blinds")


def make_light_pattern(variant: int) -> Tensor:
    """What the key light falls through, (1, PATTERN_PIXELS, PATTERN_PIXELS): 0 dark, 1 lit."""
    generator = seeded("light pattern", variant)
    name = LIGHT_PATTERNS[variant]
    if name == "open":
        return torch.ones(1, PATTERN_PIXELS, PATTERN_PIXELS)
    if name == "leaves":
        return ramp(noise(generator, PATTERN_PIXELS, PATTERN_PIXELS, 5, 2), 0.35, 0.6)
    bars = (2, 3, 5)[variant % 3]
    wave = torch.cos(torch.linspace(0, 6.28 * bars, PATTERN_PIXELS)).view(1, 1, -1)
    return ramp(wave, -0.6, 0.2).expand(1, PATTERN_PIXELS, PATTERN_PIXELS)


def make_relief(name: str, size: int = 128) -> Tensor:
    """Small bumps: how much a surface leans along its two directions, (2, size, size)."""
    generator = seeded("relief", name)
    return torch.cat([noise(generator, size, size, 40, 2) - 0.5 for _ in range(2)])

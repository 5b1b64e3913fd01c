"""Table tops, walls behind the table, and the patterns that light falls through."""

from collections.abc import Callable

import torch
from torch import Generator, Tensor

from .paint import blend, choose, contrasting_glaze, glaze, noise, pick, ramp, rgb, seeded, stripes

SURFACE_PIXELS = 320
SURFACES_PER_NAME = 6


def _axes(size: int) -> tuple[Tensor, Tensor]:
    """Positions 0 to 1 across (1, 1, size) and down (1, size, 1)."""
    line = torch.linspace(0, 1, size)
    return line.view(1, 1, size), line.view(1, size, 1)


ACROSS, DOWN = _axes(SURFACE_PIXELS)


def _clouds(generator: Generator, cells: int | tuple[int, int], octaves: int) -> Tensor:
    return noise(generator, SURFACE_PIXELS, SURFACE_PIXELS, cells, octaves)


def make_surface(name: str, variant: int) -> Tensor:
    """A table top seen from above, (3, SURFACE_PIXELS, SURFACE_PIXELS), screen values 0 to 1."""
    generator = seeded("surface", name, variant)
    picture = PAINTERS[name](generator)
    wear = 0.9 + 0.3 * (_clouds(generator, 3, 3) - 0.3)
    grain = 1 + 0.1 * (_clouds(generator, 60, 2) - 0.5)
    return (picture * wear * grain).clamp(0, 1)


def wood(generator: Generator) -> Tensor:
    light, dark = choose(
        generator,
        (
            (rgb(0.68, 0.46, 0.27), rgb(0.46, 0.27, 0.13)),
            (rgb(0.84, 0.67, 0.46), rgb(0.66, 0.48, 0.29)),
            (rgb(0.40, 0.23, 0.13), rgb(0.24, 0.13, 0.07)),
            (rgb(0.68, 0.63, 0.56), rgb(0.50, 0.45, 0.39)),
        ),
    )
    planks = int(pick(generator, 3, 7))
    plank = (ACROSS * planks).long().clamp(max=planks - 1)
    shade = torch.rand(planks, generator=generator)[plank]
    fibres = _clouds(generator, (3, 60), 3)
    rings = 0.5 + 0.5 * torch.sin(40 * (_clouds(generator, (2, 9), 2) + shade))
    share = 0.6 * fibres + 0.35 * rings + 0.25 * (shade - 0.5)
    picture = blend(light, dark, share.clamp(0, 1))
    return picture * (0.85 + 0.3 * shade) * (1 - 0.6 * stripes(ACROSS * planks, 0.02))


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
    weave = 0.95 + 0.05 * torch.sin(ACROSS * 512) * torch.sin(DOWN * 512)
    folds = 1 + 0.25 * (_clouds(generator, (2, 4), 2) - 0.5)
    return blend(rgb(0.92, 0.90, 0.85), glaze(generator), share) * weave * folds


def tile(generator: Generator) -> Tensor:
    first, second = choose(
        generator,
        (
            (rgb(0.90, 0.89, 0.86), rgb(0.84, 0.84, 0.82)),
            (rgb(0.30, 0.46, 0.56), rgb(0.88, 0.88, 0.86)),
            (rgb(0.72, 0.44, 0.30), rgb(0.66, 0.39, 0.27)),
            (rgb(0.20, 0.20, 0.22), rgb(0.88, 0.87, 0.83)),
        ),
    )
    count = int(pick(generator, 5, 9))
    checks = ((ACROSS * count).floor() + (DOWN * count).floor()) % 2
    shade = torch.rand(1, count + 1, count + 1, generator=generator)
    shade = shade[:, (DOWN.flatten() * count).long()][:, :, (ACROSS.flatten() * count).long()]
    grout = torch.maximum(stripes(ACROSS * count, 0.05), stripes(DOWN * count, 0.05))
    picture = blend(first, second, checks) * (0.94 + 0.1 * shade)
    return blend(picture, rgb(0.55, 0.53, 0.50), grout * 0.8)


def stone(generator: Generator) -> Tensor:
    base = choose(generator, (rgb(0.89, 0.88, 0.86), rgb(0.27, 0.28, 0.29), rgb(0.64, 0.62, 0.58)))
    veins = 1 - ramp((_clouds(generator, 4, 5) - 0.5).abs(), 0, 0.06)
    picture = blend(base, blend(base, rgb(0.42, 0.42, 0.44), 0.7), veins)
    return picture * (0.9 + 0.2 * _clouds(generator, 120, 1))


def plain(generator: Generator) -> Tensor:
    return glaze(generator).expand(3, SURFACE_PIXELS, SURFACE_PIXELS)


def grass(generator: Generator) -> Tensor:
    blades = torch.maximum(_clouds(generator, (60, 130), 2), _clouds(generator, (110, 90), 2))
    picture = blend(rgb(0.17, 0.26, 0.10), rgb(0.48, 0.59, 0.26), ramp(blades, 0.3, 0.85))
    dry = ramp(_clouds(generator, (12, 30), 2), 0.6, 0.8) * 0.5
    picture = blend(picture, rgb(0.62, 0.58, 0.30), dry * ramp(blades, 0.4, 0.7))
    daisies = int(pick(generator, 0, 40))
    for x, y in torch.rand(daisies, 2, generator=generator):
        distance = torch.sqrt((ACROSS - x) ** 2 + (DOWN - y) ** 2)
        picture = blend(picture, rgb(0.95, 0.95, 0.92), (distance < 0.011).float())
        picture = blend(picture, rgb(0.92, 0.75, 0.15), (distance < 0.004).float())
    return picture


def sand(generator: Generator) -> Tensor:
    ripples = torch.sin(60 * (DOWN + 0.25 * _clouds(generator, 3, 2)))
    picture = blend(rgb(0.86, 0.75, 0.55), rgb(0.74, 0.61, 0.42), 0.5 + 0.3 * ripples)
    return picture * (0.9 + 0.2 * _clouds(generator, 150, 1))


def rug(generator: Generator) -> Tensor:
    base = glaze(generator)
    second = contrasting_glaze(generator, base)
    third = contrasting_glaze(generator, second)
    count = int(pick(generator, 4, 8))
    across, down = (ACROSS * count) % 1 - 0.5, (DOWN * count) % 1 - 0.5
    diamonds = across.abs() + down.abs()
    picture = blend(base, second, (diamonds < 0.45).float())
    picture = blend(picture, third, (diamonds < 0.2).float())
    return picture * (0.85 + 0.3 * _clouds(generator, (60, 160), 1))


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

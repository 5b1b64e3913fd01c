"""Brushes: noise, blending and colours, from which skins and surfaces are painted.

A picture is a float tensor (3, height, width) with values 0 to 1 as a screen shows them. All
chance comes from a ``torch.Generator`` that is passed in, so the same seed paints the same picture.
"""

import colorsys
from collections import Counter

import torch
from torch import Tensor

# Hue, saturation and value of the glazes that cups, bowls, books and cloths are painted with.
GLAZES = (
    (0.00, 0.00, 0.90),
    (0.08, 0.12, 0.92),
    (0.60, 0.50, 0.55),
    (0.55, 0.35, 0.75),
    (0.00, 0.75, 0.70),
    (0.09, 0.70, 0.85),
    (0.38, 0.45, 0.50),
    (0.95, 0.30, 0.85),
    (0.13, 0.65, 0.90),
    (0.06, 0.55, 0.45),
    (0.00, 0.00, 0.18),
    (0.62, 0.65, 0.35),
)

SCREEN_GAMMA = 2.2

# Where on the colour wheel the names of colours end, in degrees.
HUES = (
    (14, "red"),
    (40, "orange"),
    (66, "yellow"),
    (165, "green"),
    (260, "blue"),
    (300, "purple"),
    (345, "pink"),
)


def seeded(*parts: object) -> torch.Generator:
    """A generator whose seed is made from words and numbers, the same on every computer."""
    seed = 0
    for letter in "/".join(map(str, parts)).encode():
        seed = (seed * 1_000_003 + letter) % (2**61 - 1)
    return torch.Generator().manual_seed(seed)


def pick(generator: torch.Generator, low: float, high: float) -> float:
    """One number between ``low`` and ``high``."""
    return low + (high - low) * torch.rand((), generator=generator).item()


def choose(generator: torch.Generator, options: list | tuple):
    """One of the options, each as likely as the others."""
    return options[int(torch.randint(len(options), (), generator=generator))]


def chance(generator: torch.Generator, share: float) -> bool:
    """True in ``share`` of all calls."""
    return pick(generator, 0, 1) < share


def rgb(red: float, green: float, blue: float) -> Tensor:
    """A colour as a (3, 1, 1) tensor, ready to be blended with pictures."""
    return torch.tensor((red, green, blue), dtype=torch.float32).view(3, 1, 1)


def hsv(hue: float, saturation: float, value: float) -> Tensor:
    """A colour from hue (0 to 1 around the colour wheel), saturation and value, (3, 1, 1)."""
    sector = (torch.tensor([5.0, 3.0, 1.0]) + hue * 6) % 6
    share = torch.minimum(sector, 4 - sector).clamp(0, 1)
    return (value - value * saturation * share).view(3, 1, 1)


def glaze(generator: torch.Generator) -> Tensor:
    """A random pottery colour, (3, 1, 1)."""
    hue, saturation, value = choose(generator, GLAZES)
    return hsv(
        (hue + pick(generator, -0.03, 0.03)) % 1,
        min(saturation * pick(generator, 0.8, 1.1), 1),
        value * pick(generator, 0.85, 1.05),
    )


def contrasting_glaze(generator: torch.Generator, other: Tensor) -> Tensor:
    """A pottery colour that can be told from ``other``."""
    for _ in range(12):
        colour = glaze(generator)
        if (colour - other).abs().sum() > 0.7:
            break
    return colour


def blend(first: Tensor, second: Tensor, share: Tensor | float) -> Tensor:
    """``first`` where ``share`` is 0, ``second`` where it is 1, a mixture between."""
    return first + (second - first) * share


def ramp(values: Tensor, low: float, high: float) -> Tensor:
    """0 below ``low``, 1 above ``high``, a soft step between (Hermite's 3t^2 - 2t^3)."""
    t = ((values - low) / (high - low)).clamp(0, 1)
    return t * t * (3 - 2 * t)


def stripes(positions: Tensor, share: float) -> Tensor:
    """1 on the first ``share`` of every whole step of ``positions``, else 0."""
    return (positions.remainder(1) < share).float()


def linear_light(picture: Tensor) -> Tensor:
    """Screen values (0 to 1) as amounts of light, which is what may be added and multiplied."""
    return picture.clamp(0, 1) ** SCREEN_GAMMA


def noise(
    generator: torch.Generator,
    height: int,
    width: int,
    cells: int | tuple[int, int],
    octaves: int = 4,
    *,
    wrap: bool = False,
) -> Tensor:
    """Smooth random clouds with values 0 to 1, (1, height, width): Perlin's "value noise".

    A coarse grid of random numbers is enlarged smoothly; each further octave adds a grid twice as
    fine at half the strength.

    :param cells: grid cells of the coarsest octave, (down, across) or one number for both.
    :param wrap: make the left edge meet the right edge, for skins that go around an object.
    """
    down, across = cells if isinstance(cells, tuple) else (cells, cells)
    clouds, strength, total = torch.zeros(height, width), 1.0, 0.0
    for _ in range(octaves):
        grid = torch.rand(down + 2, across + 2, generator=generator)
        shift = torch.rand(2, generator=generator) * 0.99
        rows = _enlarging_weights(height, down, shift[0], wrap=False)
        columns = _enlarging_weights(width, across, shift[1], wrap=wrap)
        clouds += strength * (rows @ grid @ columns.T)
        total += strength
        strength, down, across = strength / 2, down * 2, across * 2
    return (clouds / total).unsqueeze(0)


def _enlarging_weights(length: int, cells: int, shift: Tensor, *, wrap: bool) -> Tensor:
    """(length, cells + 2) weights that blend neighbouring grid values smoothly."""
    position = torch.linspace(0, cells, length + 1)[:-1] + shift
    left = position.long()
    share = ramp(position - left, 0, 1)
    right = left + 1
    if wrap:
        left, right = left % cells, right % cells
    weights = torch.zeros(length, cells + 2)
    row = torch.arange(length)
    weights[row, left] = 1 - share
    weights[row, right] += share
    return weights


def main_colour(picture: Tensor) -> str:
    """The everyday name of the colour that most of a skin (3, height, width) has, from a third of
    its height up."""
    samples = picture[:, 20:-4:4, ::4].flatten(1).T.clamp(0, 1).tolist()
    return Counter(colour_name(*sample) for sample in samples).most_common(1)[0][0]


def colour_name(red: float, green: float, blue: float) -> str:
    """The everyday name of a colour, from its screen values, 0 to 1."""
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    if value < 0.22:
        return "black"
    if saturation < 0.14:
        return "white" if value > 0.75 else "grey"
    hue *= 360
    if 12 <= hue < 55 and value < 0.66:
        return "brown"
    if 15 <= hue < 60 and saturation < 0.45:
        return "beige"
    return next((name for end, name in HUES if hue < end), "red")

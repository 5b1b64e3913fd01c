"""Skins of balls, and of a few other things that are for fun."""

import itertools
import math

import torch
from torch import Generator, Tensor

from .canvas import ANGLE, GLOBE, UP, Skin, globe_noise, near, plain, speckle, wrapped_noise
from .paint import blend, choose, contrasting_glaze, glaze, pick, ramp, rgb

WHITE = rgb(0.94, 0.94, 0.91)
BLACK = rgb(0.10, 0.09, 0.09)
GOLDEN_RATIO = (1 + math.sqrt(5)) / 2


def _line(distance: Tensor, half_width: float) -> Tensor:
    """1 where the distance from a curve is below ``half_width``, with a soft edge."""
    return 1 - ramp(distance.abs(), half_width * 0.6, half_width * 1.4)


def _turned(generator: Generator) -> Tensor:
    """The globe's points, turned at random, so that patterns do not all share one axis."""
    turn, _ = torch.linalg.qr(torch.randn(3, 3, generator=generator))
    return torch.einsum("ij,jhw->ihw", turn, GLOBE)


def _winding_seam(points: Tensor) -> Tensor:
    """About how far points of a globe (3, ...) are from the seam of a tennis ball, (...)."""
    x, y, z = points
    bend = 1.5
    steepness = torch.sqrt(1 + 4 * bend**2 * (x * x + z * z))
    return (y - bend * (x * x - z * z)) / steepness


def tennis_ball(generator: Generator) -> Tensor:
    """Felt with the one seam that winds around the ball."""
    seam = _line(_winding_seam(_turned(generator)), 0.07)
    felt = rgb(0.78, 0.90, 0.20) * speckle(generator, 0.3, 20)
    return blend(felt, WHITE, seam.unsqueeze(0))


def basketball(generator: Generator) -> Tensor:
    """Leather with two great circles and two curves beside them."""
    x, y, _ = _turned(generator)
    seams = torch.stack(
        [_line(x, 0.035), _line(y, 0.035), _line(y.abs() - 0.4 - 0.4 * x * x, 0.035)]
    )
    seams = seams.amax(0)
    leather = rgb(0.86, 0.44, 0.16) * speckle(generator, 0.25, 24)
    return blend(leather, BLACK, seams.unsqueeze(0))


def football(generator: Generator) -> Tensor:
    """White leather with twelve dark patches: the corners of an icosahedron."""
    corners = []
    for a, b in itertools.product((-1, 1), (-GOLDEN_RATIO, GOLDEN_RATIO)):
        corners += [(0, a, b), (a, b, 0), (b, 0, a)]
    corners = torch.tensor(corners) / math.hypot(1, GOLDEN_RATIO)
    turn, _ = torch.linalg.qr(torch.randn(3, 3, generator=generator))
    dark = choose(generator, (BLACK, BLACK, glaze(generator)))
    return blend(plain(WHITE), dark, near(corners @ turn, 0.36))


def baseball(generator: Generator) -> Tensor:
    """White leather with red stitches along the seam."""
    points = _turned(generator)
    distance = _winding_seam(points)
    stitches = _line(distance, 0.11) * (torch.cos(torch.atan2(points[2], points[0]) * 30) > -0.4)
    skin = blend(plain(WHITE), rgb(0.78, 0.12, 0.12), stitches.unsqueeze(0))
    return blend(skin, WHITE * 0.8, _line(distance, 0.02).unsqueeze(0))


def volleyball(generator: Generator) -> Tensor:
    """Three bands on each side of a cube, in two or three colours."""
    x, y, z = _turned(generator)
    size = torch.stack([x, y, z]).abs()
    side = size.argmax(0)
    along = torch.where(side == 0, y, torch.where(side == 1, z, x)) / size.amax(0)
    first = glaze(generator)
    second = contrasting_glaze(generator, first)
    skin = torch.where((along.abs() < 0.36).unsqueeze(0), first, WHITE)
    skin = torch.where((along > 0.36).unsqueeze(0), second, skin)
    return blend(skin, BLACK, _line((along.abs() - 0.36).unsqueeze(0), 0.03) * 0.7)


def beach_ball(generator: Generator) -> Tensor:
    """Coloured segments that meet at two white poles."""
    first = contrasting_glaze(generator, WHITE)
    second = contrasting_glaze(generator, first)
    segment = (ANGLE / (2 * math.pi) * 6).long() % 6
    skin = torch.where(segment % 2 == 0, WHITE, torch.where(segment % 4 == 1, first, second))
    return blend(skin, WHITE, ramp(UP.abs(), 0.8, 0.82))


def star_ball(generator: Generator) -> Tensor:
    """A rubber ball with a band around its middle and a star on each pole."""
    base = glaze(generator)
    second = contrasting_glaze(generator, base)
    skin = blend(plain(base), second, (UP.abs() < pick(generator, 0.12, 0.25)).float())
    star = UP.abs() > 0.72 - 0.16 * torch.cos(ANGLE * 5)
    return blend(skin, contrasting_glaze(generator, base), star.float())


def billiard_ball(generator: Generator) -> Tensor:
    """One colour, all over or as a band, with a white number field."""
    colour = contrasting_glaze(generator, WHITE)
    striped = choose(generator, (True, False))
    skin = blend(plain(colour), WHITE, (UP.abs() > 0.36).float()) if striped else plain(colour)
    fields = near(torch.tensor([[1.0, 0, 0], [-1.0, 0, 0]]), 0.36)
    digits = near(torch.tensor([[0.98, y, 0] for y in (-0.18, -0.06, 0.06, 0.18)]), 0.08)
    return blend(blend(skin, WHITE, fields), BLACK, digits)


# The common ones are named more often.
BALLS = (
    tennis_ball,
    tennis_ball,
    basketball,
    basketball,
    football,
    football,
    baseball,
    volleyball,
    beach_ball,
    beach_ball,
    star_ball,
    star_ball,
    billiard_ball,
)


def ball(generator: Generator) -> Skin:
    """One of many balls; every one of them has a pattern that no fruit has."""
    skin = choose(generator, BALLS)(generator) * pick(generator, 0.9, 1.05)
    return Skin(skin * speckle(generator, 0.08), accent=BLACK)


def doughnut(generator: Generator) -> Skin:
    """Dough below, icing above, and sprinkles on the icing."""
    dough = blend(rgb(0.80, 0.55, 0.28), rgb(0.66, 0.40, 0.18), globe_noise(generator))
    icing = choose(
        generator,
        (
            rgb(0.36, 0.19, 0.10),
            rgb(0.94, 0.60, 0.70),
            rgb(0.95, 0.92, 0.86),
            rgb(0.65, 0.80, 0.75),
        ),
    )
    edge = 0.05 + 0.3 * (wrapped_noise(generator, (1, 9), 1)[:, :1] - 0.5)
    skin = blend(dough, icing, ramp(UP, edge, edge + 0.06))
    for _ in range(choose(generator, (0, 3, 4))):
        places = torch.randn(40, 3, generator=generator)
        sprinkles = near(places / places.norm(dim=1, keepdim=True), 0.045)
        skin = blend(skin, glaze(generator), sprinkles * (edge + 0.1 < UP))
    return Skin(skin, accent=icing)


PAINTERS = {"ball": ball, "doughnut": doughnut}

"""The canvas that skins are painted on: an object's surface, unrolled to a rectangle."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Generator, Tensor

from .paint import noise, ramp

SKIN_ROWS, SKIN_COLUMNS = 64, 96
EDGE_SOFTNESS = 0.04  # radians

# Position on the canvas: UP runs from -1 at the bottom to 1 at the top (of the height, or of the
# latitude on a globe; on a disc from the middle to the edge), ANGLE once around the object.
UP = torch.linspace(-1, 1, SKIN_ROWS).view(1, SKIN_ROWS, 1)
ANGLE = torch.linspace(0, 2 * math.pi, SKIN_COLUMNS).view(1, 1, SKIN_COLUMNS)

# The same positions as points (3, rows, columns) of a globe of radius 1: x, y (up), z.
_LATITUDE = UP[0] * (math.pi / 2)
GLOBE = torch.stack(
    [
        _LATITUDE.cos() * ANGLE[0].cos(),
        _LATITUDE.sin().expand(SKIN_ROWS, SKIN_COLUMNS),
        _LATITUDE.cos() * ANGLE[0].sin(),
    ]
)


@dataclass(frozen=True)
class Skin:
    """What one object is painted with. Colours are screen values, 0 to 1."""

    picture: Tensor
    """(3, SKIN_ROWS, SKIN_COLUMNS)"""
    accent: Tensor
    """(3, 1, 1): the colour of a stem or a handle."""
    inside: Tensor | None = None
    """(3, 1, 1): the colour of a vessel's inside or of a book's pages; None: as outside."""
    clear: Tensor | None = None
    """(1, SKIN_ROWS, SKIN_COLUMNS): 0 opaque to 1 clear as glass; None: opaque."""


def plain(colour: Tensor) -> Tensor:
    """A canvas of one colour."""
    return colour.expand(3, SKIN_ROWS, SKIN_COLUMNS).clone()


def wrapped_noise(
    generator: Generator, cells: int | tuple[int, int] = 3, octaves: int = 4
) -> Tensor:
    """Clouds (1, rows, columns) that close around a cylinder."""
    return noise(generator, SKIN_ROWS, SKIN_COLUMNS, cells, octaves, wrap=True)


def globe_noise(generator: Generator, cells: int = 3, octaves: int = 4) -> Tensor:
    """Clouds (1, rows, columns) that are even on a globe, with nothing pinched at the poles.

    They are cut out of clouds in space.
    """
    where = GLOBE.permute(1, 2, 0).reshape(1, 1, SKIN_ROWS, SKIN_COLUMNS, 3)
    clouds, strength, total = torch.zeros(1, SKIN_ROWS, SKIN_COLUMNS), 1.0, 0.0
    for _ in range(octaves):
        space = torch.rand(1, 1, cells + 1, cells + 1, cells + 1, generator=generator)
        values = functional.grid_sample(space, where, align_corners=True)
        clouds += strength * values.view(1, SKIN_ROWS, SKIN_COLUMNS)
        total += strength
        strength, cells = strength / 2, cells * 2
    return clouds / total


def near(points: Tensor, radius: float) -> Tensor:
    """(1, rows, columns): 1 on the globe within ``radius`` (radians) of any of the points (K, 3)
    of length 1, else 0."""
    closeness = torch.einsum("kc,chw->khw", points, GLOBE).amax(0, keepdim=True)
    edge = math.cos(radius)
    softness = EDGE_SOFTNESS * math.sin(radius)
    return ramp(closeness, edge - softness, edge + softness)


def speckle(generator: Generator, strength: float = 0.2, cells: int = 12) -> Tensor:
    """Fine irregular brightness around 1."""
    return 1 + strength * (globe_noise(generator, cells, 2) - 0.5)

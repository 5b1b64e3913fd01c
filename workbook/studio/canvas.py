"""The canvas that skins are painted on: an object's surface, unrolled."""

import math
from dataclasses import dataclass, field

import torch
from torch import Tensor

SKIN_ROWS, SKIN_COLUMNS = 64, 96

# Position on the canvas. HEIGHT runs from -1 (bottom) to 1 (top), ANGLE once around the object.
HEIGHT = torch.linspace(-1, 1, SKIN_ROWS).view(1, SKIN_ROWS, 1)
ANGLE = torch.linspace(0, 2 * math.pi, SKIN_COLUMNS).view(1, 1, SKIN_COLUMNS)


@dataclass(frozen=True)
class Skin:
    """What one object is painted with. Colours are screen values, 0 to 1."""

    picture: Tensor
    """(3, SKIN_ROWS, SKIN_COLUMNS)"""
    accent: Tensor
    """(3, 1, 1): the colour of a stem or a handle."""
    inside: Tensor | None = None
    """(3, 1, 1): the colour of a vessel's inside, of a book's pages; None: as outside."""
    clear: Tensor = field(default_factory=lambda: torch.zeros(1, SKIN_ROWS, SKIN_COLUMNS))
    """(1, SKIN_ROWS, SKIN_COLUMNS): 0 opaque, 1 as clear as glass."""


def plain(colour: Tensor) -> Tensor:
    """A canvas of one colour."""
    return colour.expand(3, SKIN_ROWS, SKIN_COLUMNS).clone()

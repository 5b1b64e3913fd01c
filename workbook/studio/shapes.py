"""Shapes: outlines, and how far any point is from a shape.

A shape is described by its *signed distance*: how far a point is from the surface, below zero
inside. Most objects are turned on a lathe, so their distance depends only on the height and on the
distance from the axis, and can be tabulated once. All formulas work in the part's own frame, in
which it fits into a sphere of radius 1.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .atlas import Atlas
from .catalogue import KINDS
from .outlines import OUTLINES
from .paint import choose, pick, seeded

TABLE_ROWS, TABLE_COLUMNS = 128, 64
TABLE_EDGE = 1.1  # the table covers heights -1.1 to 1.1 and radii 0 to 1.1
OUTLINE_POINTS, CURVE_STEPS = 84, 12

# The families of parts. Each has three measures, whose meaning stands in `signed_distance`.
LATHE, BENT, HANDLE, STEM, LEAF, BOX = range(6)
BOX_ROUNDING = 0.03
BEND_CENTRE = 0.88  # in radii: a bent part stays in the middle of its sphere
HANDLE_STRETCH, HANDLE_STRAP = 0.95, 0.7  # handles are higher and wider than a plain ring
HANDLE_DEPTH = 0.07  # how far a handle reaches into the wall


@dataclass(frozen=True)
class Shape:
    """One outline, ready for use: scaled into the unit sphere, with its true size beside it."""

    place: int
    """Its place in the atlas of distance tables."""
    radius: float
    """Radius of the sphere around it, in decimetres."""
    outline: np.ndarray
    """(points, 2) radius and height, in the unit sphere."""
    widest: float
    """Largest distance from the axis, in decimetres."""
    height: float
    """In decimetres."""

    @property
    def half_height(self) -> float:
        """In the unit sphere."""
        return self.height / 2 / self.radius


def make_shape(kind_name: str, variant: int, place: int, tables: Atlas) -> Shape:
    """Draw one variant of a kind's outline and store its distance table in the atlas."""
    curve = spline(_vary(kind_name, seeded("shape", kind_name, variant)))
    low, high = curve[:, 1].min(), curve[:, 1].max()
    centred = torch.stack([curve[:, 0], curve[:, 1] - (low + high) / 2], 1)
    radius = centred.norm(dim=1).max()
    outline = centred / radius
    tables.put(place, distance_table(outline))
    return Shape(
        place=place,
        radius=radius.item(),
        outline=outline.numpy(),
        widest=curve[:, 0].max().item(),
        height=(high - low).item(),
    )


def _vary(kind_name: str, generator: torch.Generator) -> Tensor:
    """Control points (K, 2) of one of the kind's outlines, changed a little."""
    kind, models = KINDS[kind_name], OUTLINES[kind_name]
    points = torch.tensor(choose(generator, models))
    along = torch.linspace(0, 1, len(points))
    first, second = pick(generator, -1, 1), pick(generator, -1, 1)
    wave = first * torch.sin(along * 4) + second * torch.cos(along * 7)
    radius, height = points.unbind(1)
    radius = radius * (1 + kind.wobble * wave) * (1 + kind.stretch * pick(generator, -1, 1))
    height = height * (1 + kind.stretch * pick(generator, -1, 1))
    radius = radius * (1 + pick(generator, *kind.flare) * (1 - height / height.max()))
    if kind.neck is not None:
        start, low, high = kind.neck
        height = torch.where(height > start, height + pick(generator, low, high), height)
    return torch.stack([radius, height], 1)


def spline(points: Tensor) -> Tensor:
    """A smooth curve (OUTLINE_POINTS, 2) through control points (K, 2): a Catmull-Rom spline.

    At the axis the curve goes on into its own mirror image, so that no tip appears there.
    """
    mirror = torch.tensor([-1.0, 1.0])
    before, after = points[1:2] * mirror, points[-2:-1] * mirror
    padded = torch.cat([before, points, after])
    t = torch.linspace(0, 1, CURVE_STEPS + 1)[:-1].view(1, -1, 1)
    a, b, c, d = (padded[i : len(padded) - 3 + i].unsqueeze(1) for i in range(4))
    curve = (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    ) / 2
    curve = torch.cat([curve.flatten(0, 1), points[-1:]])
    curve[:, 0].clamp_(min=0)
    return _evenly_spaced(curve, OUTLINE_POINTS)


def _evenly_spaced(curve: Tensor, count: int) -> Tensor:
    """``count`` points at equal steps along a curve (K, 2)."""
    travelled = torch.cat([torch.zeros(1), (curve[1:] - curve[:-1]).norm(dim=1).cumsum(0)])
    wanted = torch.linspace(0, 1, count) * travelled[-1]
    right = torch.searchsorted(travelled, wanted).clamp(1, len(travelled) - 1)
    start, end = travelled[right - 1], travelled[right]
    share = ((wanted - start) / (end - start).clamp(min=1e-6)).unsqueeze(1)
    return curve[right - 1] * (1 - share) + curve[right] * share


def distance_table(outline: Tensor) -> Tensor:
    """Signed distances (1, TABLE_ROWS, TABLE_COLUMNS) from the closed half outline (K, 2)."""
    heights = torch.linspace(-TABLE_EDGE, TABLE_EDGE, TABLE_ROWS)
    radii = torch.linspace(0, TABLE_EDGE, TABLE_COLUMNS)
    y, r = (axis.reshape(-1, 1) for axis in torch.meshgrid(heights, radii, indexing="ij"))
    r0, y0 = outline[:-1].unbind(1)
    r1, y1 = outline[1:].unbind(1)
    dr, dy = r1 - r0, y1 - y0
    along = (((r - r0) * dr + (y - y0) * dy) / (dr * dr + dy * dy).clamp(min=1e-9)).clamp_(0, 1)
    distance = ((r - r0 - along * dr) ** 2 + (y - y0 - along * dy) ** 2).amin(1).sqrt()
    return torch.where(_inside(outline, r, y), -distance, distance).view(
        1, TABLE_ROWS, TABLE_COLUMNS
    )


def _inside(outline: Tensor, r: Tensor, y: Tensor) -> Tensor:
    """Which points lie inside: a line from there to the right crosses the outline an odd number
    of times."""
    r0, y0 = outline.unbind(1)
    r1, y1 = outline.roll(-1, 0).unbind(1)
    crossing = r0 + (y - y0) * ((r1 - r0) / (y1 - y0 + 1e-12))
    return (((y0 > y) != (y1 > y)) & (r < crossing)).sum(1) % 2 == 1


def signed_distance(
    tables: Atlas, family: int, form: Tensor, x: Tensor, y: Tensor, z: Tensor
) -> Tensor:
    """Signed distance (N,) of points (N,) from parts of one family.

    :param form: (4, N) or (4, 1), the parts' atlas anchor and three measures:
        lathe: none; bent: radius of the bend; handle: ring radius, thickness, squareness;
        stem: unused, thickness; leaf: width, thickness, curl; box: half width, half height,
        half depth. Where a formula gives a little too much it is scaled down, so that rays never
        step through a surface.
    """
    anchor, first, second, third = form
    if family == LATHE:
        return _from_table(tables, anchor, torch.sqrt(x * x + z * z), y)
    if family == BENT:
        across, along = bend(x, y, first)
        return _from_table(tables, anchor, torch.sqrt(across * across + z * z), along) * 0.9
    if family == HANDLE:
        stretched = y * HANDLE_STRETCH
        round_ring = torch.sqrt(x * x + stretched**2)
        square_ring = torch.sqrt(torch.sqrt(x**4 + stretched**4))
        ring = torch.lerp(round_ring, square_ring, third) - first
        tube = torch.sqrt(ring**2 + (z * HANDLE_STRAP) ** 2) - second
        return torch.maximum(tube, -x - HANDLE_DEPTH) * 0.9
    if family == STEM:
        beyond = y - y.clamp(-0.8, 0.8)
        return torch.sqrt(x * x + z * z + beyond**2) - second * (1.1 + 0.35 * y)
    if family == LEAF:  # where two circles overlap, thin, and curled up along its length
        offset = (1 - first**2) / (2 * first)
        across = torch.sqrt(x * x + (z.abs() + offset) ** 2) - (first + offset)
        return torch.maximum(across, (y - third * x * x).abs() - second) * 0.7
    dx, dy, dz = (
        value.abs() - half + BOX_ROUNDING for value, half in ((x, first), (y, second), (z, third))
    )
    outside = torch.sqrt(dx.clamp(min=0) ** 2 + dy.clamp(min=0) ** 2 + dz.clamp(min=0) ** 2)
    return outside + torch.maximum(dx, torch.maximum(dy, dz)).clamp(max=0) - BOX_ROUNDING


def bend(x: Tensor, y: Tensor, radius: Tensor) -> tuple[Tensor, Tensor]:
    """Coordinates in a frame whose axis is bent to a circle of ``radius``: (across, along)."""
    x = x + radius * BEND_CENTRE
    return torch.sqrt(x * x + y * y) - radius, torch.atan2(y, x) * radius


def _from_table(tables: Atlas, anchor: Tensor, radius: Tensor, height: Tensor) -> Tensor:
    down = height.clamp(-TABLE_EDGE, TABLE_EDGE) * (1 / TABLE_EDGE)
    return tables.read(anchor, radius * (2 / TABLE_EDGE) - 1, down).view(-1)

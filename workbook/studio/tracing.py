"""Sphere tracing: where do rays meet the objects?

From a point whose signed distance to a surface is d, a ray may safely advance by d. Repeating that
leads to the surface in a few steps (Hart 1996, "Sphere tracing"). All rays of a batch advance
together; those that have arrived or have left are dropped every few steps. A ray is traced only
against parts whose bounding sphere it meets.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .cupboard import Cupboard
from .scene import Scene
from .shapes import signed_distance

CAMERA_STEPS, SHADOW_STEPS = 30, 18
STEPS_BETWEEN_CHECKS = 5
ARRIVED = 0.004  # distance from the surface, in the part's frame
LEAST_SHADOW_STEP = 0.03
FULLY_SHADED = 0.02
GLASS_LETS_THROUGH = 0.75  # share of the light that clear glass does not keep
UNROLLINGS = ("cylinder", "globe", "disc")


@dataclass(frozen=True)
class Rays:
    """Rays of several pictures; those of picture i are columns starts[i] to starts[i + 1]."""

    origin: Tensor
    """(3, N) in decimetres"""
    direction: Tensor
    """(3, N) of length 1"""
    picture: Tensor
    """(N,) the number of each ray's picture"""
    starts: list[int]

    def select(self, index: Tensor, origin: Tensor, direction: Tensor) -> "Rays":
        """New rays that belong to the pictures of the rays ``index`` (sorted)."""
        picture = self.picture[index]
        count = torch.bincount(picture, minlength=len(self.starts) - 1)
        return Rays(origin, direction, picture, [0, *count.cumsum(0).tolist()])


class PartTable:
    """The parts of all scenes of a batch as tensors, one row (or column) per part."""

    def __init__(self, cupboard: Cupboard, scenes: list[Scene]) -> None:
        parts = [(i, part) for i, scene in enumerate(scenes) for part in scene.parts]
        no_colour = np.zeros(3)

        def column(read) -> Tensor:
            return torch.tensor(np.array([read(p) for _, p in parts]), dtype=torch.float32)

        self.cupboard = cupboard
        self.count = len(parts)
        self.picture = [i for i, _ in parts]
        self.family = [part.family for _, part in parts]
        self.rounded = torch.tensor([part.rounded for _, part in parts])
        self.thing = torch.tensor([part.thing for _, part in parts])
        self.skin = torch.tensor([part.skin for _, part in parts])
        self.has_colour = torch.tensor([part.colour is not None for _, part in parts])
        self.families = torch.tensor(self.family)
        self.centre = column(lambda part: part.centre)
        self.scale = column(lambda part: part.scale)
        self.tint = column(lambda part: part.tint)
        self.gloss = column(lambda part: part.gloss)
        self.unroll = torch.tensor([UNROLLINGS.index(part.unroll) for _, part in parts])
        self.half_height = column(lambda part: part.half_height)
        self.pores = column(lambda part: part.pores)
        self.rib_count = column(lambda part: part.ribs[0])
        self.rib_depth = column(lambda part: part.ribs[1])
        self.colour = column(lambda part: no_colour if part.colour is None else part.colour)
        self.shade = 1 - GLASS_LETS_THROUGH * cupboard.clearness[self.skin]
        flatten = column(lambda part: part.flatten)
        self.reach = self.scale * flatten.clamp(min=1)
        extent = torch.stack([torch.ones_like(flatten), torch.ones_like(flatten), flatten], 1)
        rotation = column(lambda part: part.rotation)
        # (P, 3, 3): from the table's frame to the part's own
        self.to_local = rotation.transpose(1, 2) / (extent * self.scale.view(-1, 1)).unsqueeze(-1)
        self.form = torch.cat(
            [
                cupboard.tables.anchor(column(lambda part: part.table)).unsqueeze(0),
                column(lambda part: part.measures).T,
            ]
        )


@dataclass(frozen=True)
class _Pairs:
    """Rays paired with parts of one family that they may meet."""

    ray: Tensor
    part: Tensor
    columns: Tensor
    """Rows 0-2 origin, 3-5 direction, 6 and 7 entry and exit, 8-11 form, 12 shadow sharpness."""


ORIGIN, DIRECTION, ENTRY, EXIT, FORM, SHARPNESS = 0, 3, 6, 7, slice(8, 12), 12


def first_hits(
    parts: PartTable, rays: Rays, limit: Tensor, passed: Tensor | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """What each ray meets first, not farther than ``limit`` (N,) decimetres.

    :param passed: (N,) the part that each ray has just passed through and cannot meet again.
    :return: distance (N,), infinite where nothing is met; the part's number (N,), -1 for none;
        and whether the main object would be met if it were alone (N,).
    """
    count = rays.origin.shape[1]
    nearest = torch.full((count,), torch.inf)
    winner = torch.full((count,), -1)
    main_alone = torch.zeros(count, dtype=torch.bool)
    for family, pairs in _candidates(parts, rays, slack=1.02, skip=passed).items():
        distance = _march(parts, family, pairs.columns) * parts.scale[pairs.part]
        met = distance < limit[pairs.ray]
        ray, part, distance = pairs.ray[met], pairs.part[met], distance[met]
        main_alone[ray[parts.thing[part] == 0]] = True
        nearest.scatter_reduce_(0, ray, distance, "amin")
        first = distance == nearest[ray]
        winner[ray[first]] = part[first]
    return nearest, winner, main_alone


def unshaded(parts: PartTable, rays: Rays, sharpness: Tensor, own_part: Tensor) -> Tensor:
    """Which share (N,) of the lamp's light reaches the rays' origins.

    The shadow's soft edge comes from how closely a ray passes an object on its way to the lamp
    (Quilez, "soft shadows in raymarched SDFs").

    :param sharpness: (N,) of the shadow's edge.
    :param own_part: (N,) the part that the origin lies on; rounded parts do not shade themselves.
    """
    light = torch.ones(rays.origin.shape[1])
    skip = torch.where(parts.rounded[own_part], own_part, -1)
    for family, pairs in _candidates(parts, rays, slack=1.1, skip=skip).items():
        columns = torch.cat([pairs.columns, sharpness[pairs.ray].unsqueeze(0)])
        columns[ENTRY] += 0.05
        passing = 1 - parts.shade[pairs.part] * (1 - _march_shadow(parts, family, columns))
        light.scatter_reduce_(0, pairs.ray, passing, "amin")
    return light


def _candidates(
    parts: PartTable, rays: Rays, *, slack: float, skip: Tensor | None
) -> dict[int, _Pairs]:
    """All pairs of a ray and a part whose bounding sphere it meets, by family.

    :param skip: (N,) a part that each ray does not meet, -1 for none.
    """
    found: dict[int, list] = {}
    for j in range(parts.count):
        start, end = rays.starts[parts.picture[j]], rays.starts[parts.picture[j] + 1]
        if start == end:
            continue
        dx, dy, dz = rays.direction[:, start:end]
        ox, oy, oz = (rays.origin[i, start:end] - parts.centre[j, i] for i in range(3))
        # |origin + t direction| = radius, a quadratic equation in t
        half_b = ox * dx + oy * dy + oz * dz
        c = ox * ox + oy * oy + oz * oz - (parts.reach[j] * slack) ** 2
        discriminant = half_b * half_b - c
        meets = (discriminant > 0) & ((half_b < 0) | (c < 0))
        if skip is not None:
            meets &= skip[start:end] != j
        index = meets.nonzero()[:, 0]
        if index.numel() == 0:
            continue
        scale = parts.scale[j]
        half_b, root = half_b[index], discriminant[index].sqrt()
        frames = torch.stack([ox, oy, oz, dx, dy, dz]).index_select(1, index).view(2, 3, -1)
        frames[1] *= scale  # so that distances along the ray are in the part's own units
        columns = torch.cat(
            [
                (parts.to_local[j] @ frames).view(6, -1),
                ((-half_b - root) / scale).clamp(min=0).unsqueeze(0),
                ((root - half_b) / scale).unsqueeze(0),
                parts.form[:, j : j + 1].expand(-1, index.numel()),
            ]
        )
        pairs = (index + start, torch.full_like(index, j), columns)
        found.setdefault(parts.family[j], []).append(pairs)
    return {
        family: _Pairs(*(torch.cat(pieces, -1) for pieces in zip(*pairs, strict=True)))
        for family, pairs in found.items()
    }


def _distance_ahead(parts: PartTable, family: int, columns: Tensor, t: Tensor) -> Tensor:
    x, y, z = (torch.addcmul(columns[i], t, columns[DIRECTION + i]) for i in range(3))
    return signed_distance(parts.cupboard.tables, family, columns[FORM], x, y, z)


def _march(parts: PartTable, family: int, columns: Tensor) -> Tensor:
    """Distance (N,) to the surface along each ray, in the part's units; infinite if missed."""
    arrived_at = torch.full((columns.shape[1],), torch.inf)
    live, t = torch.arange(columns.shape[1]), columns[ENTRY].clone()
    for step in range(1, CAMERA_STEPS + 1):
        distance = _distance_ahead(parts, family, columns, t)
        t = t + distance
        if step % STEPS_BETWEEN_CHECKS and step != CAMERA_STEPS:
            continue
        arrived = distance < ARRIVED
        arrived_at[live[arrived]] = t[arrived]
        keep = (~(arrived | (t > columns[EXIT]))).nonzero()[:, 0]
        if keep.numel() == 0:
            break
        live, t, columns = live[keep], t[keep], columns.index_select(1, keep)
    return arrived_at


def _march_shadow(parts: PartTable, family: int, columns: Tensor) -> Tensor:
    """Share of light (N,) that gets past the parts."""
    light = torch.ones(columns.shape[1])
    live, t, least = torch.arange(columns.shape[1]), columns[ENTRY].clone(), light.clone()
    for step in range(1, SHADOW_STEPS + 1):
        distance = _distance_ahead(parts, family, columns, t)
        least = torch.minimum(least, 0.5 + 0.5 * columns[SHARPNESS] * distance / (t + 0.08))
        t = t + distance.clamp(min=LEAST_SHADOW_STEP)
        if step % STEPS_BETWEEN_CHECKS and step != SHADOW_STEPS:
            continue
        light[live] = least
        keep = (~((least < FULLY_SHADED) | (t > columns[EXIT]))).nonzero()[:, 0]
        if keep.numel() == 0:
            break
        live, t, least = live[keep], t[keep], least[keep]
        columns = columns.index_select(1, keep)
    return light.clamp(0, 1)

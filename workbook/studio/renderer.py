"""The renderer: from descriptions of scenes to photos."""

from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor

from .camera import camera_rays, finish, unit
from .cupboard import Cupboard
from .light import Lamps, shade
from .materials import Backdrop, Points, look_at_points
from .scene import Scene
from .tracing import PartTable, Rays, first_hits

SUPERSAMPLING = 2  # rays per pixel, along and across
GLASS_BENDS = 0.12  # how much a ray is turned where it passes glass
THINNEST_GLASS = 0.35  # cosine of the flattest angle at which glass is looked through


@dataclass(frozen=True)
class Rendered:
    """Photos and what is known of them."""

    photos: Tensor
    """(B, 3, size, size) uint8"""
    cover: Tensor
    """(B,): share of the picture that shows the main object"""
    hidden: Tensor
    """(B,): share of the main object that is hidden by others"""


@torch.inference_mode()
def render(cupboard: Cupboard, scenes: list[Scene], size: int) -> Rendered:
    """Take the photos of some scenes."""
    count, side = len(scenes), size * SUPERSAMPLING
    parts, lamps, backdrop = PartTable(cupboard, scenes), Lamps(scenes), Backdrop(cupboard, scenes)
    rays = camera_rays(scenes, side)
    points, distance, main_alone = _meet(parts, backdrop, rays)
    surroundings = points.albedo.view(3, count, -1).mean(-1)
    light = shade(parts, lamps, points, rays, surroundings)
    _look_through_glass(parts, lamps, backdrop, rays, points, surroundings, light)

    def pixels(values: Tensor) -> Tensor:
        pictures = values.view(-1, count, side, side).transpose(0, 1)
        return functional.avg_pool2d(pictures, SUPERSAMPLING)

    on_object = points.part >= 0
    photos = finish(pixels(light), pixels(distance), pixels(on_object.float()), scenes)
    main_visible = (on_object & (parts.thing[points.part] == 0)).view(count, -1).float().mean(1)
    main_whole = main_alone.view(count, -1).float().mean(1)
    return Rendered(
        photos=photos,
        cover=main_visible,
        hidden=(1 - main_visible / main_whole.clamp(min=1e-6)).clamp(0, 1),
    )


def _meet(
    parts: PartTable, backdrop: Backdrop, rays: Rays, passed: Tensor | None = None
) -> tuple[Points, Tensor, Tensor]:
    """Follow the rays to whatever they meet first.

    :return: the points, their distances (N,), and whether the main object would be met (N,) if it
        were alone.
    """
    background, on_wall = backdrop.distances(rays)
    distance, part, main_alone = first_hits(parts, rays, background, passed)
    on_object = part >= 0
    distance = torch.where(on_object, distance, background)
    position = rays.origin + rays.direction * distance
    points = look_at_points(parts, backdrop, rays, position, part, on_wall & ~on_object, distance)
    return points, distance, main_alone


def _look_through_glass(
    parts: PartTable,
    lamps: Lamps,
    backdrop: Backdrop,
    rays: Rays,
    points: Points,
    surroundings: Tensor,
    light: Tensor,
) -> None:
    """Add to ``light`` (3, N) what is seen through glass: a second look, past the glass."""
    index = (points.clear > 0).nonzero()[:, 0]
    if index.numel() == 0:
        return
    normal = points.normal.index_select(1, index)
    direction = rays.direction.index_select(1, index)
    steepness = (-direction * normal).sum(0).clamp(min=THINNEST_GLASS)
    onward = rays.select(
        index, points.position.index_select(1, index), unit(direction - GLASS_BENDS * normal)
    )
    behind, _, _ = _meet(parts, backdrop, onward, passed=points.part[index])
    seen = shade(parts, lamps, behind, onward, surroundings)
    colour = points.glass.index_select(1, index) ** (1 / steepness)
    light[:, index] += points.clear[index] * colour * seen

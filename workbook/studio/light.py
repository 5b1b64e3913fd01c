"""Light: one soft key light with shadows, light from the sky, and what the table throws back."""

from dataclasses import dataclass

import torch
from torch import Tensor

from .atlas import fold
from .camera import unit, values_of
from .paint import ramp
from .scene import Scene
from .shapes import signed_distance
from .tracing import PartTable, Rays, unshaded

KEY_STRENGTH = 2.6
LIGHT_PATTERN_WIDTH = 3.2  # decimetres
OCCLUSION_DISTANCES = (0.12, 0.35)  # in radii of the part
SMALL_PART = 0.2  # decimetres; smaller parts shade too little to matter


@dataclass(frozen=True)
class Points:
    """The places that rays have reached, and what they are made of. N points of B pictures."""

    position: Tensor
    """(3, N) in decimetres"""
    normal: Tensor
    """(3, N): the direction that the surface faces, of length 1"""
    albedo: Tensor
    """(3, N): the share of red, green and blue light that is thrown back"""
    gloss: Tensor
    """(N,)"""
    part: Tensor
    """(N,): the part that was hit, -1 for the table and the wall"""
    far: Tensor
    """(N,): so far away that shadows do not matter"""


class Lamps:
    """The light of each scene as tensors with one column per picture."""

    def __init__(self, scenes: list[Scene]) -> None:
        azimuth = values_of(scenes, lambda scene: scene.light.azimuth)
        elevation = values_of(scenes, lambda scene: scene.light.elevation)
        warmth = values_of(scenes, lambda scene: scene.light.warmth)
        one = torch.ones_like(azimuth)
        self.direction = torch.stack(
            [azimuth.cos() * elevation.cos(), elevation.sin(), azimuth.sin() * elevation.cos()]
        )
        self.side = torch.stack([-azimuth.sin(), torch.zeros_like(azimuth), azimuth.cos()])
        self.up = torch.linalg.cross(self.side, self.direction, dim=0)
        self.key = KEY_STRENGTH * torch.stack([1 + 0.16 * warmth, one, 1 - 0.2 * warmth])
        sky = values_of(scenes, lambda scene: scene.light.sky)
        self.sky = sky * torch.stack([1 - 0.06 * warmth, one, 1 + 0.08 * warmth])
        self.sharpness = values_of(scenes, lambda scene: scene.light.sharpness)
        self.pattern = values_of(scenes, lambda scene: scene.light.pattern)
        self.falloff = values_of(scenes, lambda scene: scene.light.falloff)


def shade(
    parts: PartTable, lamps: Lamps, points: Points, rays: Rays, surroundings: Tensor
) -> Tensor:
    """The light (3, N) that the points send back along the rays.

    :param surroundings: (3, B) mean albedo of each picture: the colour of the light that is
        thrown back and forth between table, wall and objects.
    """

    def spread(values: Tensor) -> Tensor:
        """From one column per picture to one column per point."""
        return values.index_select(-1, rays.picture)

    to_lamp = spread(lamps.direction)
    normal, view = points.normal, -rays.direction
    facing = (normal * to_lamp).sum(0)
    on_rounded = (points.part >= 0) & parts.rounded[points.part]
    # light seeps a little around rounded things, as it does in fruit
    facing = torch.where(
        on_rounded, ((facing + 0.4) / 1.4).clamp(min=0) ** 1.6, facing.clamp(min=0)
    )
    lit = _lit(parts, lamps, points, rays, to_lamp, facing)
    occlusion = _occlusion(parts, points, rays)

    upward = 0.5 + 0.5 * normal[1]
    facing_camera = (view * normal).sum(0).clamp(0, 1)
    mirrored_height = 2 * facing_camera * normal[1] - view[1]
    mirrored_sky = ramp(mirrored_height, -0.2, 0.25)
    half_way = unit(view + to_lamp)
    highlight = ramp((normal * half_way).sum(0), 0.965, 0.99) * points.gloss * lit * 0.55
    mirror = points.gloss.clamp(max=1) * (0.04 + 0.5 * points.gloss * (1 - facing_camera) ** 5)
    mirror = mirror * occlusion * 1.4
    facing = facing * lit * 0.9

    light = torch.empty_like(points.albedo)
    bounce_of_picture = surroundings * (lamps.sky + 0.5)
    bright_of_picture = lamps.sky * 1.1 + 0.25 * surroundings
    for channel in range(3):
        key, sky = spread(lamps.key[channel]), spread(lamps.sky[channel])
        bounce = spread(bounce_of_picture[channel])
        mirrored = torch.lerp(bounce, spread(bright_of_picture[channel]), mirrored_sky)
        ambient = (sky * upward + bounce * (1 - upward) * 0.9) * occlusion
        light[channel] = (
            points.albedo[channel] * (key * facing + ambient) + mirror * mirrored + highlight * key
        )
    return light


def _lit(
    parts: PartTable, lamps: Lamps, points: Points, rays: Rays, to_lamp: Tensor, facing: Tensor
) -> Tensor:
    """Share (N,) of the key light that arrives: shadows, light pattern, falloff."""
    lit = torch.ones_like(facing)
    index = ((facing > 0) & ~points.far).nonzero()[:, 0]
    origin = points.position.index_select(1, index) + points.normal.index_select(1, index) * 0.02
    shadow_rays = rays.select(index, origin, to_lamp.index_select(1, index))
    sharpness = lamps.sharpness[shadow_rays.picture]
    lit[index] = ramp(unshaded(parts, shadow_rays, sharpness, points.part[index]), 0, 1)

    patterns = parts.cupboard.light_patterns
    anchor = patterns.anchor(lamps.pattern).index_select(0, rays.picture)
    across, down = (
        fold((points.position * axis.index_select(1, rays.picture)).sum(0) / LIGHT_PATTERN_WIDTH)
        for axis in (lamps.side, lamps.up)
    )
    lit = lit * (0.15 + 0.85 * patterns.read(anchor, across, down)[0])
    from_lamp = sum((points.position[axis] - 1.2 * to_lamp[axis]) ** 2 for axis in (0, 2))
    falloff = lamps.falloff.index_select(0, rays.picture)
    return lit * (1 - falloff * (1 - torch.exp(from_lamp / -14)))


def _occlusion(parts: PartTable, points: Points, rays: Rays) -> Tensor:
    """Share (N,) of the sky that is not hidden by parts close by ("ambient occlusion")."""
    open_sky = torch.ones(points.position.shape[1])
    for j in range(parts.count):
        scale = parts.scale[j]
        if scale < SMALL_PART:
            continue
        start, end = rays.starts[parts.picture[j]], rays.starts[parts.picture[j] + 1]
        offset = points.position[:, start:end] - parts.centre[j].view(3, 1)
        near = ((offset * offset).sum(0) < (1.7 * scale) ** 2).nonzero()[:, 0]
        if near.numel() == 0:
            continue
        offset = offset.index_select(1, near)
        normal = points.normal.index_select(1, near + start)
        for reach in OCCLUSION_DISTANCES:
            x, y, z = local = parts.to_local[j] @ (offset + normal * reach * scale)
            distance = signed_distance(
                parts.cupboard.tables, parts.family[j], parts.form[:, j : j + 1], x, y, z
            )
            # tables end near the part's sphere; beyond it, the sphere's own distance is closer
            distance = torch.maximum(distance, (local * local).sum(0).sqrt() - 1)
            open_sky[near + start] *= 1 - 0.62 * (1 - distance / reach).clamp(0, 1)
    return open_sky

"""Light: one soft key light with shadows, light from the sky, and what the table throws back."""

import torch
from torch import Tensor

from .atlas import fold
from .camera import values_of
from .materials import Points
from .paint import ramp
from .scene import Scene
from .shapes import signed_distance
from .tracing import PartTable, Rays, unshaded

KEY_STRENGTH = 2.6
LIGHT_PATTERN_WIDTH = 3.2  # decimetres
OCCLUSION_DISTANCES = (0.12, 0.35)  # in radii of the part
SEEPING = 0.4
TABLE_SHADE_HEIGHT = 0.2  # decimetres
WINDOW_WIDTH, WINDOW_HEIGHT = 0.2, 0.26  # half sizes of the window in mirror images, as tangents
HIGHLIGHT = 0.85
SMALL_PART = 0.2  # decimetres; smaller parts shade too little to matter


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
    on_object = points.part >= 0
    # light seeps a little around rounded things, as it does in fruit
    facing = torch.where(
        on_object & parts.rounded[points.part],
        ((facing + SEEPING) / (1 + SEEPING)).clamp(min=0) ** 1.6,
        facing.clamp(min=0),
    )
    lit = _lit(parts, lamps, points, rays, to_lamp, facing)
    occlusion = _occlusion(parts, points, rays)
    upward = 0.5 + 0.5 * normal[1]
    # little light comes from below where an object almost touches the table
    near_table = torch.exp(points.position[1] / -TABLE_SHADE_HEIGHT)
    from_below = 1 - torch.where(on_object, (1 - upward) * near_table, torch.zeros_like(upward))

    facing_camera = (view * normal).sum(0).clamp(0, 1)
    mirrored = 2 * facing_camera * normal - view
    mirrored_sky = ramp(mirrored[1], -0.2, 0.25)
    highlight = _window_highlight(lamps, rays, mirrored, points.gloss) * lit
    mirror = points.gloss.clamp(max=1) * (0.04 + 0.5 * points.gloss * (1 - facing_camera) ** 5)
    mirror = mirror * occlusion * 1.4
    facing = facing * lit * 0.9

    light = torch.empty_like(points.albedo)
    bounce_of_picture = surroundings * (lamps.sky + 0.5)
    bright_of_picture = lamps.sky * 1.1 + 0.25 * surroundings
    for channel in range(3):
        key, sky = spread(lamps.key[channel]), spread(lamps.sky[channel])
        bounce = spread(bounce_of_picture[channel])
        mirrored_light = torch.lerp(bounce, spread(bright_of_picture[channel]), mirrored_sky)
        ambient = (sky * upward + bounce * (1 - upward) * 0.9 * from_below) * occlusion
        light[channel] = (
            points.albedo[channel] * (key * facing + ambient)
            + mirror * mirrored_light
            + highlight * key
        )
    return light


def _window_highlight(lamps: Lamps, rays: Rays, mirrored: Tensor, gloss: Tensor) -> Tensor:
    """Strength (N,) of the mirror image of the window that the key light comes from.

    :param mirrored: (3, N) the direction in which a mirror would show the camera something.
    """
    index = (gloss > 0).nonzero()[:, 0]
    picture = rays.picture[index]
    mirrored, shine = mirrored.index_select(1, index), gloss[index].clamp(max=1)
    ahead, across, up = (
        (mirrored * axis.index_select(1, picture)).sum(0)
        for axis in (lamps.direction, lamps.side, lamps.up)
    )
    across, up = (across / ahead.clamp(min=0.1)).abs(), (up / ahead.clamp(min=0.1)).abs()
    softness = 0.06 + 0.5 * (1 - shine)
    pane = ramp_down(across - WINDOW_WIDTH, softness) * ramp_down(up - WINDOW_HEIGHT, softness)
    cross = ramp_down(torch.minimum(across, up) - 0.03, 0.05) * shine**2
    highlight = torch.zeros_like(gloss)
    highlight[index] = pane * (1 - 0.7 * cross) * (ahead > 0) * shine * HIGHLIGHT
    return highlight


def ramp_down(values: Tensor, softness: Tensor | float) -> Tensor:
    """1 below zero, 0 above, with a soft step of this width."""
    t = (0.5 - values / softness).clamp(0, 1)
    return t * t * (3 - 2 * t)


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

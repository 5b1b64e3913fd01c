"""The renderer: from descriptions of scenes to photos."""

from dataclasses import dataclass

import torch
import torch.nn.functional as functional
from torch import Tensor

from .atlas import fold
from .camera import camera_rays, finish, unit, values_of
from .cupboard import Cupboard
from .light import Lamps, Points, shade
from .scene import Scene
from .shapes import BENT, BOX, bend, signed_distance
from .tracing import PartTable, Rays, first_hits

SUPERSAMPLING = 2  # rays per pixel, along and across
HORIZON = 60.0  # decimetres
NEVER = 1e4
NORMAL_STEP = 0.012
# Four corners of a cube, from whose distances the direction of steepest ascent follows.
TETRAHEDRON = ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1))


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
    parts = PartTable(cupboard, scenes)
    lamps = Lamps(scenes)
    rays = camera_rays(scenes, side)
    to_table, to_wall, wall_normal = _background_distances(scenes, rays)
    background = torch.minimum(to_table, to_wall).clamp(max=HORIZON)
    distance, part, main_alone = first_hits(parts, rays, background)
    on_object = part >= 0
    distance = torch.where(on_object, distance, background)
    on_wall = (to_wall < to_table) & ~on_object
    position = rays.origin + rays.direction * distance
    points = _surface_points(
        cupboard, scenes, parts, rays, position, part, on_wall, wall_normal, distance
    )
    surroundings = points.albedo.view(3, count, -1).mean(-1)
    light = shade(parts, lamps, points, rays, surroundings)

    def pixels(values: Tensor) -> Tensor:
        pictures = values.view(-1, count, side, side).transpose(0, 1)
        return functional.avg_pool2d(pictures, SUPERSAMPLING)

    photos = finish(pixels(light), pixels(distance), pixels(on_object.float()), scenes)
    main_visible = (on_object & (parts.thing[part] == 0)).view(count, -1).float().mean(1)
    main_whole = main_alone.view(count, -1).float().mean(1)
    return Rendered(
        photos=photos,
        cover=main_visible,
        hidden=(1 - main_visible / main_whole.clamp(min=1e-6)).clamp(0, 1),
    )


def _background_distances(scenes: list[Scene], rays: Rays) -> tuple[Tensor, Tensor, Tensor]:
    """Distance along the rays to the table (N,) and to the wall (N,), and the wall's normal
    (3, B)."""
    origin, direction = rays.origin, rays.direction
    to_table = torch.where(direction[1] < -1e-4, -origin[1] / direction[1], torch.tensor(NEVER))
    facing = values_of(scenes, lambda scene: scene.view.azimuth + scene.surroundings.wall_turn)
    normal = torch.stack([facing.cos(), torch.zeros_like(facing), facing.sin()])
    wall_distance = values_of(scenes, lambda scene: scene.surroundings.wall_distance)
    normal_of_ray = normal.index_select(1, rays.picture)
    approach = (direction * normal_of_ray).sum(0)
    height_above = (origin * normal_of_ray).sum(0) + wall_distance[rays.picture]
    to_wall = torch.where(approach < -1e-4, -height_above / approach, torch.tensor(NEVER))
    return to_table, to_wall, normal


def _surface_points(
    cupboard: Cupboard,
    scenes: list[Scene],
    parts: PartTable,
    rays: Rays,
    position: Tensor,
    part: Tensor,
    on_wall: Tensor,
    wall_normal: Tensor,
    distance: Tensor,
) -> Points:
    """What the rays have hit: albedo, normal and gloss of the table, the wall and the objects."""
    albedo = _background_albedo(cupboard, scenes, rays, position, on_wall, wall_normal)
    up = torch.tensor([[0.0], [1.0], [0.0]])
    normal = torch.where(on_wall, wall_normal.index_select(1, rays.picture), up)
    gloss = torch.zeros_like(distance)
    family_of_point = torch.where(part >= 0, parts.families[part], -1)
    for family in sorted(set(parts.family)):
        index = (family_of_point == family).nonzero()[:, 0]
        if index.numel() == 0:
            continue
        part_here = part[index]
        colour, object_normal = _object_surface(
            cupboard, parts, family, part_here, position.index_select(1, index)
        )
        albedo[:, index] = colour
        normal[:, index] = object_normal
        gloss[index] = parts.gloss[part_here]
    return Points(position, normal, albedo, gloss, part, far=on_wall & (distance > 12))


def _background_albedo(
    cupboard: Cupboard,
    scenes: list[Scene],
    rays: Rays,
    position: Tensor,
    on_wall: Tensor,
    wall_normal: Tensor,
) -> Tensor:
    """Albedo (3, N) of the table or the wall at each point; arbitrary on objects."""

    def spread(read) -> Tensor:
        values = values_of(scenes, lambda scene: read(scene.surroundings))
        return values.movedim(0, -1).index_select(-1, rays.picture)

    turn = spread(lambda s: s.surface_turn)
    width, shift = spread(lambda s: s.surface_width / 2), spread(lambda s: s.surface_shift)
    x, y, z = position
    across = (x * turn.cos() - z * turn.sin()) / width + shift[0]
    down = (x * turn.sin() + z * turn.cos()) / width + shift[1]
    anchor = cupboard.surfaces.anchor(spread(lambda s: s.surface_place))
    table = cupboard.surfaces.read(anchor, fold(across), fold(down))

    width, shift = spread(lambda s: s.wall_width / 2), spread(lambda s: s.wall_shift)
    normal = wall_normal.index_select(1, rays.picture)
    across = (z * normal[0] - x * normal[2]) / width + shift[0]
    down = 1 - y / width + shift[1]
    anchor = cupboard.walls.anchor(spread(lambda s: s.wall_place))
    wall = cupboard.walls.read(anchor, fold(across), fold(down))
    return torch.where(on_wall, wall, table)


def _object_surface(
    cupboard: Cupboard, parts: PartTable, family: int, part: Tensor, position: Tensor
) -> tuple[Tensor, Tensor]:
    """Albedo (3, N) and normal (3, N) at points on parts of one family."""
    form = parts.form[:, part]
    to_local = parts.to_local[part].permute(1, 2, 0)
    local = (to_local * (position - parts.centre[part].T)).sum(1)
    slope = torch.zeros_like(local)
    for corner in TETRAHEDRON:
        direction = torch.tensor(corner, dtype=torch.float32).view(3, 1)
        x, y, z = local + direction * NORMAL_STEP
        slope += direction * signed_distance(cupboard.tables, family, form, x, y, z)
    slope = unit(slope)
    across, down, inside = _skin_position(family, form, local, slope)
    colour = _colour(cupboard, parts, part, across, down, inside)
    depth = parts.relief_depth[part]
    if (depth > 0).any():
        first, second = cupboard.reliefs.read(
            cupboard.reliefs.anchor(torch.zeros_like(depth)), fold(across * 2.6), fold(down * 1.7)
        )
        slope = slope + torch.stack([first, second, first - second]) * depth * 0.45
    return colour, unit((to_local * slope.unsqueeze(1)).sum(0))


def _skin_position(
    family: int, form: Tensor, local: Tensor, slope: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Where on its skin a point lies (across and down, -1 to 1), and whether inside a vessel."""
    x, y, z = local
    if family == BOX:
        pages = (z.abs() < form[3] - 0.02) & (x > -form[1] + 0.02)
        return x / form[1], y / form[2], pages
    if family == BENT:
        outward, along = bend(x, y, form[1])
        return torch.atan2(z, outward) / torch.pi, along, torch.zeros_like(x, dtype=torch.bool)
    radius = torch.sqrt(x * x + z * z) + 1e-6
    inside = (slope[0] * x + slope[2] * z) / radius < 0.3 * slope[1]
    return torch.atan2(z, x) / torch.pi, y, inside


def _colour(
    cupboard: Cupboard, parts: PartTable, part: Tensor, across: Tensor, down: Tensor, inside: Tensor
) -> Tensor:
    skin = parts.skin[part]
    colour = cupboard.skins.read(
        cupboard.skins.anchor(skin.float()), across, down.clamp(-0.99, 0.99)
    )[:3]
    shows_inside = inside & cupboard.has_inside[skin]
    colour = torch.where(shows_inside, cupboard.insides[skin].T, colour)
    colour = torch.where(parts.has_colour[part], parts.colour[part].T, colour)
    return colour * parts.tint[part].T

"""What rays have met: the colour, the slope and the shine of each point."""

from dataclasses import dataclass

import torch
from torch import Tensor

from .atlas import fold
from .camera import unit, values_of
from .cupboard import Cupboard
from .scene import Scene
from .shapes import BEND_CENTRE, BENT, BOX, LATHE, bend, signed_distance
from .tracing import UNROLLINGS, PartTable, Rays

HORIZON = 60.0  # decimetres
NEVER = 1e4
WITHOUT_SHADOWS = 12.0  # decimetres; walls farther away need no shadows
SLOPE_STEP = 0.014
# Four corners of a cube, from whose distances the direction of steepest ascent follows.
TETRAHEDRON = ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1))
PORE_SIZE, PORE_DEPTH = 0.4, 0.45


@dataclass(frozen=True)
class Points:
    """The places that rays have reached, and what they are made of: N points of B pictures."""

    position: Tensor
    """(3, N) in decimetres"""
    normal: Tensor
    """(3, N): the direction that the surface faces, of length 1"""
    albedo: Tensor
    """(3, N): the share of red, green and blue light that is thrown back"""
    gloss: Tensor
    """(N,)"""
    clear: Tensor
    """(N,): the share of light that passes through, as through glass"""
    glass: Tensor
    """(3, N): the colour that it takes on there"""
    part: Tensor
    """(N,): the part that was hit, -1 for the table and the wall"""
    far: Tensor
    """(N,): so far away that shadows do not matter"""


class Backdrop:
    """The table and the wall of each scene, as tensors with one column per picture."""

    def __init__(self, cupboard: Cupboard, scenes: list[Scene]) -> None:
        def row(read) -> Tensor:
            return values_of(scenes, lambda scene: read(scene.surroundings))

        self.cupboard = cupboard
        facing = values_of(scenes, lambda s: s.view.azimuth + s.surroundings.wall_turn)
        self.wall_normal = torch.stack([facing.cos(), torch.zeros_like(facing), facing.sin()])
        self.wall_distance = row(lambda s: s.wall_distance)
        turn, half = row(lambda s: s.surface_turn), row(lambda s: s.surface_width / 2)
        shift = row(lambda s: s.surface_shift)
        anchor = cupboard.surfaces.anchor(row(lambda s: s.surface_place))
        # across and down are sums of these times x and z, and a shift
        self.table = torch.stack(
            [turn.cos() / half, turn.sin() / half, shift[:, 0], shift[:, 1], anchor]
        )
        half, shift = row(lambda s: s.wall_width / 2), row(lambda s: s.wall_shift)
        anchor = cupboard.walls.anchor(row(lambda s: s.wall_place))
        self.wall = torch.stack(
            [facing.cos() / half, facing.sin() / half, 1 / half, shift[:, 0], shift[:, 1], anchor]
        )

    def distances(self, rays: Rays) -> tuple[Tensor, Tensor]:
        """Distance (N,) along the rays to the table or the wall, and whether it is the wall."""
        origin, direction = rays.origin, rays.direction
        never = torch.tensor(NEVER)
        to_table = torch.where(direction[1] < -1e-4, -origin[1] / direction[1], never)
        normal = self.wall_normal.index_select(1, rays.picture)
        approach = direction[0] * normal[0] + direction[2] * normal[2]
        from_wall = origin[0] * normal[0] + origin[2] * normal[2]
        from_wall = from_wall + self.wall_distance[rays.picture]
        to_wall = torch.where(approach < -1e-4, -from_wall / approach, never)
        return torch.minimum(to_table, to_wall).clamp(max=HORIZON), to_wall < to_table

    def albedo(self, rays: Rays, position: Tensor, on_wall: Tensor) -> Tensor:
        """Albedo (3, N) of the table or the wall at each point; arbitrary on objects."""
        x, y, z = position
        cos, sin, shift_across, shift_down, anchor = self.table.index_select(1, rays.picture)
        albedo = self.cupboard.surfaces.read(
            anchor, fold(x * cos - z * sin + shift_across), fold(x * sin + z * cos + shift_down)
        )
        wall = on_wall.nonzero()[:, 0]
        x, y, z = position.index_select(1, wall)
        cos, sin, scale, shift_across, shift_down, anchor = self.wall.index_select(
            1, rays.picture[wall]
        )
        albedo[:, wall] = self.cupboard.walls.read(
            anchor, fold(z * cos - x * sin + shift_across), fold(1 - y * scale + shift_down)
        )
        return albedo


def look_at_points(
    parts: PartTable,
    backdrop: Backdrop,
    rays: Rays,
    position: Tensor,
    part: Tensor,
    on_wall: Tensor,
    distance: Tensor,
) -> Points:
    """Albedo, normal and shine of the table, the wall and the objects at the given points."""
    albedo = backdrop.albedo(rays, position, on_wall)
    up = torch.tensor([[0.0], [1.0], [0.0]])
    normal = torch.where(on_wall, backdrop.wall_normal.index_select(1, rays.picture), up)
    gloss, clear = torch.zeros_like(distance), torch.zeros_like(distance)
    glass = torch.ones_like(albedo)
    family_of_point = torch.where(part >= 0, parts.families[part], -1)
    for family in sorted(set(parts.family)):
        index = (family_of_point == family).nonzero()[:, 0]
        if index.numel() == 0:
            continue
        here = part[index]
        skin, slope = _object_surface(parts, family, here, position.index_select(1, index))
        colour, clear_here = skin[:3], skin[3]
        normal[:, index] = slope
        albedo[:, index] = colour * (1 - clear_here)
        glass[:, index] = colour
        clear[index] = clear_here
        gloss[index] = parts.gloss[here]
    far = on_wall & (distance > WITHOUT_SHADOWS)
    return Points(position, normal, albedo, gloss, clear, glass, part, far)


def _object_surface(
    parts: PartTable, family: int, part: Tensor, position: Tensor
) -> tuple[Tensor, Tensor]:
    """Skin (4, N: colour and clearness) and normal (3, N) at points on parts of one family."""
    form = parts.form[:, part]
    to_local = parts.to_local[part].permute(1, 2, 0)
    local = (to_local * (position - parts.centre[part].T)).sum(1)
    slope = torch.zeros_like(local)
    for corner in TETRAHEDRON:
        direction = torch.tensor(corner, dtype=torch.float32).view(3, 1)
        x, y, z = local + direction * SLOPE_STEP
        slope += direction * signed_distance(parts.cupboard.tables, family, form, x, y, z)
    slope = unit(slope)
    skin, ribs = _skin(parts, family, part, form, local, slope)
    slope = slope + ribs
    pores = parts.pores[part]
    if (pores > 0).any():
        slope = slope + _pores(parts.cupboard, local, slope) * (pores * PORE_DEPTH)
    return skin, unit((to_local * slope.unsqueeze(1)).sum(0))


def _skin(
    parts: PartTable, family: int, part: Tensor, form: Tensor, local: Tensor, slope: Tensor
) -> tuple[Tensor, Tensor]:
    """The skin (4, N) at points in the parts' own frames, and how ribs change the slope (3, N)."""
    x, y, z = local
    inside = torch.zeros_like(part, dtype=torch.bool)
    ribs = torch.zeros_like(local)
    if family == BOX:
        inside = (z.abs() < form[3] - 0.02) & (x > -form[1] + 0.02)
        across, up = x / form[1], y / form[2]
    elif family == BENT:
        outward, up = bend(x, y, form[1])
        angle = torch.atan2(z, outward)
        across = angle / torch.pi
        axis = unit(torch.stack([x + form[1] * BEND_CENTRE, y, torch.zeros_like(x)]))
        around = torch.stack([-angle.sin() * axis[0], -angle.sin() * axis[1], angle.cos()])
        ribs = _ribs(parts, part, angle, around)
    elif family == LATHE:
        radius = torch.sqrt(x * x + z * z) + 1e-6
        angle = torch.atan2(z, x)
        across = angle / torch.pi
        inside = (slope[0] * x + slope[2] * z) / radius < 0.3 * slope[1]
        up = _unrolled(parts, part, radius, y)
        around = torch.stack([-z / radius, torch.zeros_like(x), x / radius])
        ribs = _ribs(parts, part, angle, around)
    else:
        across = up = torch.zeros_like(x)
    place = parts.skin[part]
    skins = parts.cupboard.skins
    skin = skins.read(skins.anchor(place.float()), across, up.clamp(-0.99, 0.99))
    inside = inside & parts.cupboard.has_inside[place]
    colour = torch.where(inside, parts.cupboard.insides[place].T, skin[:3])
    one_colour = parts.has_colour[part]
    skin[:3] = torch.where(one_colour, parts.colour[part].T, colour) * parts.tint[part].T
    skin[3] = torch.where(one_colour | inside, torch.zeros_like(skin[3]), skin[3])
    return skin, ribs


def _unrolled(parts: PartTable, part: Tensor, radius: Tensor, y: Tensor) -> Tensor:
    """How far up on its skin a point lies, -1 to 1, by the way in which the skin is laid on."""
    unroll = parts.unroll[part]
    height = y / parts.half_height[part]
    latitude = torch.atan2(y, radius) * (2 / torch.pi)
    up = torch.where(unroll == UNROLLINGS.index("globe"), latitude, height)
    return torch.where(unroll == UNROLLINGS.index("disc"), radius * 2 - 1, up)


def _ribs(parts: PartTable, part: Tensor, angle: Tensor, around: Tensor) -> Tensor:
    """How ribs from the bottom to the top tilt the surface sideways, (3, N)."""
    return around * (parts.rib_depth[part] * torch.sin(parts.rib_count[part] * angle))


def _pores(cupboard: Cupboard, local: Tensor, slope: Tensor) -> Tensor:
    """How pores tilt the surface, (3, N). The bumps are laid on from the side that the surface
    faces most, so that they are nowhere stretched."""
    x, y, z = local / PORE_SIZE
    side = slope.abs().argmax(0)
    first = torch.where(side == 0, y, x)
    second = torch.where(side == 2, y, z)
    anchor = cupboard.pores.anchor(torch.zeros_like(x))
    lean, tip = cupboard.pores.read(anchor, fold(first), fold(second))
    return torch.stack([lean, tip, lean - tip])

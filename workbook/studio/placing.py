"""Place objects: choose a shape and a skin, and let the object rest on the table."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from .catalogue import (
    HELD_OUT_SHAPES,
    HELD_OUT_SKINS,
    KINDS,
    SHAPES_PER_KIND,
    SKINS_PER_KIND,
    Kind,
    Stem,
)
from .cupboard import Cupboard
from .shapes import BENT, BOX, HANDLE, LATHE, LEAF, STEM, Shape

HANDLE_SHOWN = 0.7  # how often a handle is turned to where the camera sees it
LEAF_COLOUR = np.array([0.10, 0.26, 0.04])  # linear light


@dataclass(frozen=True)
class Part:
    """One piece of an object: a shape of one family, somewhere, with a skin."""

    thing: int
    """Which object of the scene it belongs to; 0 is the main object."""
    family: int
    rotation: np.ndarray
    """(3, 3): from the part's own frame to the table's."""
    centre: np.ndarray
    """(3,) in decimetres."""
    scale: float
    """Radius of the sphere around it, in decimetres."""
    skin: int
    """Place of its skin in the cupboard."""
    tint: np.ndarray
    """(3,) the skin's colours are multiplied by this."""
    gloss: float
    table: int = 0
    """Place of its distance table in the cupboard (lathe and bent parts)."""
    measures: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """See ``shapes.signed_distance``."""
    flatten: float = 1.0
    """Its extent along its own z axis, as a share."""
    unroll: str = "cylinder"
    """How the skin is laid on, see ``catalogue.Kind``."""
    half_height: float = 1.0
    """Of the shape in its own frame."""
    pores: float = 0.0
    ribs: tuple[int, float] = (0, 0.0)
    rounded: bool = False
    colour: np.ndarray | None = None
    """(3,) linear light; instead of the skin."""
    footprint: float = 0.0
    """Radius of the circle it takes up on the table; 0 for small parts."""


def footprint(parts: list[Part]) -> float:
    """Radius of the circle that an object takes up on the table."""
    return max(part.footprint for part in parts)


def moved(parts: list[Part], x: float, z: float) -> list[Part]:
    """The same object elsewhere on the table."""
    return [replace(part, centre=part.centre + np.array([x, 0, z])) for part in parts]


def turn(axis: str, angle: float) -> np.ndarray:
    """The rotation matrix (3, 3) around one axis, "x", "y" or "z"."""
    c, s = math.cos(angle), math.sin(angle)
    rows = {
        "x": [[1, 0, 0], [0, c, -s], [0, s, c]],
        "y": [[c, 0, s], [0, 1, 0], [-s, 0, c]],
        "z": [[c, -s, 0], [s, c, 0], [0, 0, 1]],
    }
    return np.array(rows[axis])


def place(
    cupboard: Cupboard,
    random: Generator,
    kind_name: str,
    camera_azimuth: float,
    *,
    thing: int,
    new_object: bool,
) -> list[Part]:
    """One object of a kind as a list of parts, resting on the table at x = z = 0."""
    kind = KINDS[kind_name]
    skin = cupboard.skin(kind_name, _variant(random, SKINS_PER_KIND, HELD_OUT_SKINS, new_object))
    body = Part(
        thing=thing,
        family=LATHE,
        rotation=np.eye(3),
        centre=np.zeros(3),
        scale=1 + 0.12 * random.uniform(-1, 1),
        skin=skin,
        tint=(1 + 0.08 * random.uniform(-1, 1, 3)) * random.uniform(0.85, 1.1),
        gloss=kind.gloss,
        unroll=kind.unroll,
        pores=kind.pores,
        ribs=kind.ribs,
        rounded=kind.rounded,
    )
    heading = turn("y", _heading(kind, random, camera_azimuth))
    if kind.build == "box":
        return [_rest_box(body, random, heading)]
    number = _variant(random, SHAPES_PER_KIND, HELD_OUT_SHAPES, new_object)
    shape = cupboard.shape(kind_name, number)
    body = replace(body, table=shape.place, half_height=shape.half_height)
    if kind.build == "bent":
        return [_rest_bent(body, shape, random, heading)]
    body = _rest_lathe(body, kind, shape, random, heading)
    parts = [body]
    if kind.handle:
        parts.append(_handle(body, shape, random, cupboard))
    if kind.stem is not None and random.random() < kind.stem.chance:
        parts += _stems(body, kind.stem, shape, random, cupboard)
    return parts


def _heading(kind: Kind, random: Generator, camera_azimuth: float) -> float:
    """Which way the object is turned. Photographers like to show the handle of a mug."""
    if kind.handle and random.random() < HANDLE_SHOWN:
        return -(camera_azimuth + random.choice([-1, 1]) * random.uniform(0.6, 2.3))
    return random.uniform(0, 2 * math.pi)


def _variant(random: Generator, ordinary: int, held_out: int, new_object: bool) -> int:
    """The number of an ordinary variant, or of a held-out one, which come after them."""
    if new_object:
        return ordinary + int(random.integers(held_out))
    return int(random.integers(ordinary))


def _rest_box(body: Part, random: Generator, heading: np.ndarray) -> Part:
    """A book, lying flat or standing."""
    width, height, depth = (
        body.scale * random.uniform(low, high)
        for low, high in ((0.6, 0.8), (0.85, 1.15), (0.12, 0.32))
    )
    scale = math.sqrt(width**2 + height**2 + depth**2)
    standing = random.random() < 0.35
    lean = random.uniform(-0.12, 0) if standing else -math.pi / 2
    return replace(
        body,
        family=BOX,
        rotation=heading @ turn("x", lean),
        scale=scale,
        centre=np.array([0, height if standing else depth, 0]),
        measures=(width / scale, height / scale, depth / scale),
        footprint=math.hypot(width, depth) if standing else math.hypot(width, height),
    )


def _rest_bent(body: Part, shape: Shape, random: Generator, heading: np.ndarray) -> Part:
    """A banana: always on its side, bent to a circle of 0.75 to 1.15 lengths."""
    scale = shape.radius * body.scale
    return replace(
        body,
        family=BENT,
        rotation=heading @ turn("x", math.pi / 2 + random.uniform(-0.15, 0.15)),
        scale=scale,
        centre=np.array([0, shape.outline[:, 0].max() * scale, 0]),
        measures=(1 / random.uniform(0.75, 1.15), 0.0, 0.0),
        footprint=scale,
    )


def _rest_lathe(
    body: Part, kind: Kind, shape: Shape, random: Generator, heading: np.ndarray
) -> Part:
    """A turned object, standing or lying; its lowest point touches the table."""
    lying = random.random() < kind.lying
    if lying and kind.rolls:
        tilt = math.acos(random.uniform(-1, 1))
    elif lying:
        tilt = _resting_tilt(shape.outline)
    else:
        tilt = random.uniform(-kind.tilt, kind.tilt)
    spin = 0.0 if kind.handle else random.uniform(0, 2 * math.pi)
    rotation = heading @ turn("z", tilt) @ turn("y", spin)
    scale = shape.radius * body.scale
    upright = rotation[1, 1]
    lowest = _depth(shape.outline, math.sqrt(max(1 - upright**2, 0)), upright)
    around = shape.widest * body.scale * (1.25 if kind.handle else 1)
    return replace(
        body,
        rotation=rotation,
        scale=scale,
        centre=np.array([0, lowest * scale, 0]),
        flatten=1 + kind.uneven * random.uniform(-1, 1),
        footprint=scale if lying else around,
    )


def _depth(outline: np.ndarray, sideways: float, upright: float) -> float:
    """How far a tilted outline reaches below its centre."""
    return float(np.max(outline[:, 0] * sideways - outline[:, 1] * upright))


def _resting_tilt(outline: np.ndarray) -> float:
    """The tilt at which the centre is lowest: things roll over until they lie so."""
    tilts = np.linspace(0.9, 2.2, 40)
    return float(min(tilts, key=lambda t: _depth(outline, math.sin(t), math.cos(t))))


def _handle(body: Part, shape: Shape, random: Generator, cupboard: Cupboard) -> Part:
    """The handle of a mug: half a ring, round or square, thin or thick, that stands on the wall."""
    size = body.scale / shape.radius
    ring = shape.height * size * random.uniform(0.27, 0.42)
    middle = random.uniform(-0.1, 0.15) * shape.half_height
    outside = shape.outline[: len(shape.outline) // 2]  # the other half is the inside
    foot, wall, rim = np.interp((middle - 0.2, middle, middle + 0.2), outside[:, 1], outside[:, 0])
    lean = turn("z", math.atan2(foot - rim, 0.4))
    return replace(
        body,
        family=HANDLE,
        rotation=body.rotation @ lean,
        centre=body.centre + body.rotation @ np.array([wall, middle, 0]) * body.scale,
        scale=ring,
        measures=(0.68, min(random.uniform(0.04, 0.075) / ring, 0.2), random.uniform(0, 1)),
        flatten=1.0,
        colour=cupboard.accents[body.skin].numpy(),
        footprint=0.0,
    )


def _stems(
    body: Part, stem: Stem, shape: Shape, random: Generator, cupboard: Cupboard
) -> list[Part]:
    """Stems in the middle of the top, the first sometimes with a leaf."""
    top = shape.outline[-1, 1] * body.scale
    parts = []
    for _ in range(stem.count):
        half_length = stem.length * random.uniform(0.7, 1.4)
        slant = 0.35 if stem.count == 1 else 0.6
        direction = (
            body.rotation
            @ turn("y", random.uniform(0, 2 * math.pi))
            @ turn("z", random.uniform(-slant, slant))
        )
        foot = body.centre + body.rotation @ np.array([0, top - 0.02, 0])
        parts.append(
            replace(
                body,
                family=STEM,
                rotation=direction,
                centre=foot + direction @ np.array([0, half_length * 0.75, 0]),
                scale=half_length,
                measures=(0.0, stem.width, 0.0),
                flatten=1.0,
                colour=cupboard.accents[body.skin].numpy() * random.uniform(0.8, 1.2),
                gloss=0.1,
                pores=0.0,
                ribs=(0, 0.0),
                footprint=0.0,
            )
        )
    if random.random() < stem.leaf:
        parts.append(_leaf(parts[0], random))
    return parts


def _leaf(stem: Part, random: Generator) -> Part:
    """A leaf that grows from the middle of a stem."""
    half_length = random.uniform(0.22, 0.32)
    direction = (
        stem.rotation
        @ turn("y", random.uniform(0, 2 * math.pi))
        @ turn("z", random.uniform(0, 0.7))
    )
    return replace(
        stem,
        family=LEAF,
        rotation=direction,
        centre=stem.centre + direction @ np.array([half_length, 0, 0]),
        scale=half_length,
        measures=(random.uniform(0.4, 0.55), 0.05, random.uniform(-0.5, 0.1)),
        colour=LEAF_COLOUR * random.uniform(0.6, 1.3),
        gloss=0.3,
    )

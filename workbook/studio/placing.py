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
)
from .cupboard import Cupboard
from .shapes import BENT, BOX, HANDLE, LATHE, STEM, Shape

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
    relief_depth: float = 0.0
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
    cupboard: Cupboard, random: Generator, kind_name: str, *, thing: int, new_object: bool
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
        relief_depth=kind.relief_depth,
        rounded=kind.rounded,
    )
    heading = turn("y", random.uniform(0, 2 * math.pi))
    if kind.build == "box":
        return [_rest_box(body, random, heading)]
    number = _variant(random, SHAPES_PER_KIND, HELD_OUT_SHAPES, new_object)
    shape = cupboard.shape(kind_name, number)
    body = replace(body, table=shape.place)
    if kind.build == "bent":
        return [_rest_bent(body, shape, random, heading)]
    body = _rest_lathe(body, kind, shape, random, heading)
    parts = [body]
    if kind.handle:
        parts.append(_handle(body, shape, random, cupboard))
    if kind.stem and random.random() < 0.85:
        parts += _stem(body, kind, shape, random, cupboard)
    return parts


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
    rotation = heading @ turn("z", tilt) @ turn("y", random.uniform(0, 2 * math.pi))
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
    size = body.scale / shape.radius
    ring = 0.5 * shape.height * size * random.uniform(0.5, 0.62) * 1.25
    outside = shape.outline[: len(shape.outline) // 2]
    wall = np.interp(0, outside[:, 1], outside[:, 0]) * body.scale
    middle = np.array([wall - 0.02, random.uniform(-0.06, 0.06), 0])
    return replace(
        body,
        family=HANDLE,
        centre=body.centre + body.rotation @ middle,
        scale=ring,
        measures=(0.78, random.uniform(0.09, 0.13) / ring * 0.5, 0.0),
        flatten=1.0,
        colour=cupboard.accents[body.skin].numpy(),
        footprint=0.0,
    )


def _stem(
    body: Part, kind: Kind, shape: Shape, random: Generator, cupboard: Cupboard
) -> list[Part]:
    """A stem in the middle of the top, sometimes with a leaf."""
    half_length = kind.stem * random.uniform(0.7, 1.4)
    lean = body.rotation @ turn("z", random.uniform(-0.35, 0.35))
    foot = body.centre + body.rotation @ np.array([0, shape.outline[-1, 1] * body.scale - 0.02, 0])
    stem = replace(
        body,
        family=STEM,
        rotation=lean,
        centre=foot + lean @ np.array([0, half_length * 0.75, 0]),
        scale=half_length,
        measures=(0.8, 0.16 if kind.stem < 0.2 else 0.3, 0.0),
        flatten=1.0,
        colour=cupboard.accents[body.skin].numpy(),
        gloss=0.1,
        relief_depth=0.0,
        footprint=0.0,
    )
    if random.random() >= kind.leaf:
        return [stem]
    spread = lean @ turn("y", random.uniform(0, 6)) @ turn("z", -random.uniform(0.5, 1.2))
    leaf = replace(
        stem,
        family=BOX,
        rotation=spread,
        centre=foot + body.rotation @ np.array([0, 0.12, 0]) + spread @ np.array([0.2, 0, 0]),
        scale=0.3,
        measures=(0.7, 0.03, 0.3),
        colour=LEAF_COLOUR * random.uniform(0.6, 1.3),
        gloss=0.3,
    )
    return [stem, leaf]

"""Scenes: what stands on the table, how it is lit, and where the camera is, in plain numbers.

Lengths are in decimetres (10 cm), angles in radians. The table is the plane y = 0, and the main
object stands at x = z = 0. All chance comes from a numpy ``Generator`` that is passed in.
"""

import math
import zlib
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from .backdrops import LIGHT_PATTERNS, WALL_COUNT, wall_name
from .catalogue import COURSE_CLASSES, KINDS, LIGHT_LEVELS, SURFACES
from .cupboard import Cupboard
from .placing import Part, footprint, moved, place
from .surfaces import SURFACES_PER_NAME

ELEVATIONS = (12, 55)  # degrees above the table
FRAMINGS = (0.42, 0.78)  # share of half the picture that the object's radius fills
OFF_CENTRE = 0.25  # how far the camera may look past the object, in object radii
FIELDS_OF_VIEW = (28, 48)  # degrees
ANOTHER_OBJECT = (0.6, 0.3, 0.24)  # the chance of a first, second and third other object


@dataclass(frozen=True)
class View:
    """Where the camera is and where it looks."""

    azimuth: float
    elevation: float
    distance: float
    roll: float
    field_of_view: float
    look_at: np.ndarray
    blur: float
    """How much the background is out of focus; 0 is sharp."""


@dataclass(frozen=True)
class Light:
    """One lamp or window, and the light that comes from everywhere."""

    azimuth: float
    elevation: float
    sharpness: float
    """Of the shadow's edge."""
    warmth: float
    """-1 bluish to 1 yellowish."""
    sky: float
    """Strength of the light from everywhere."""
    pattern: int
    """What the light falls through: place in the atlas of light patterns."""
    falloff: float
    """How much darker the far side of the table is."""


@dataclass(frozen=True)
class Surroundings:
    """The table top and the wall behind it: their pictures and how these are laid out."""

    surface: str
    surface_place: int
    surface_shift: np.ndarray
    surface_turn: float
    surface_width: float
    wall: str
    wall_place: int
    wall_shift: np.ndarray
    wall_width: float
    wall_distance: float
    wall_turn: float


@dataclass(frozen=True)
class Film:
    """How the camera turns light into a picture."""

    exposure: float
    white_balance: np.ndarray
    """(2,): by which share red and blue are off."""
    grain: float
    contrast: float
    jpeg_quality: int
    seed: int


@dataclass(frozen=True)
class Scene:
    """One photo, before it is taken."""

    kind: str
    name: str
    shot: int
    light_level: str
    parts: tuple[Part, ...]
    others: tuple[str, ...]
    view: View
    light: Light
    surroundings: Surroundings
    film: Film
    new_object: bool


def scene_random(seed: int, kind: str, number: int) -> Generator:
    """The source of chance of one scene, which depends on nothing but these three."""
    return np.random.default_rng([seed, zlib.crc32(kind.encode()), number])


def describe_scene(
    cupboard: Cupboard,
    random: Generator,
    kind: str,
    *,
    name: str,
    surface: str | None,
    light_mix: dict[str, float],
    shortcut: float,
    new_objects: bool,
) -> Scene:
    """Draw one random scene with an object of this kind in the middle.

    :param surface: the table top's name; None to draw one.
    :param light_mix: light level -> how often.
    :param shortcut: how often the surface is the kind's own instead of a random one.
    """
    azimuth = random.uniform(0, 2 * math.pi)
    main = place(cupboard, random, kind, azimuth, thing=0, new_object=new_objects)
    centre_height = main[0].centre[1]
    radius = max(part.scale for part in main) * KINDS[kind].framing
    others, other_parts = _place_others(cupboard, random, kind, main, azimuth, new_objects)
    field_of_view = math.radians(random.uniform(*FIELDS_OF_VIEW))
    reach = OFF_CENTRE * radius
    view = View(
        azimuth=azimuth,
        elevation=math.radians(random.uniform(*ELEVATIONS)),
        distance=radius / (random.uniform(*FRAMINGS) * math.tan(field_of_view / 2)),
        roll=random.normal(0, 0.06),
        field_of_view=field_of_view,
        look_at=np.array([0, centre_height, 0])
        + random.uniform(-1, 1, 3) * (reach, reach * 0.6, reach),
        blur=random.uniform(0.2, 1),
    )
    drawn_surface = str(random.choice(SURFACES))
    if random.random() < shortcut:
        drawn_surface = KINDS[kind].home
    levels = list(light_mix)
    shares = np.array([light_mix[level] for level in levels], dtype=float)
    light_level = str(random.choice(levels, p=shares / shares.sum()))
    return Scene(
        kind=kind,
        name=name,
        shot=1,
        light_level=light_level,
        parts=(*main, *other_parts),
        others=others,
        view=view,
        light=_draw_light(random, azimuth),
        surroundings=_draw_surroundings(cupboard, random, surface or drawn_surface),
        film=Film(
            exposure=random.uniform(*LIGHT_LEVELS[light_level]),
            white_balance=random.normal(0, 0.05, 2),
            grain=random.uniform(0.5, 1.3),
            contrast=random.uniform(0.85, 1.15),
            jpeg_quality=int(random.integers(72, 93)),
            seed=int(random.integers(2**31)),
        ),
        new_object=new_objects,
    )


def next_shot(scene: Scene, random: Generator, shot: int) -> Scene:
    """The same scene a moment later: the hand that holds the camera has moved a little."""
    view = replace(
        scene.view,
        azimuth=scene.view.azimuth + random.normal(0, 0.035),
        elevation=scene.view.elevation + random.normal(0, 0.02),
        distance=scene.view.distance * (1 + random.normal(0, 0.03)),
        roll=scene.view.roll + random.normal(0, 0.02),
        look_at=scene.view.look_at + random.normal(0, 0.025, 3),
    )
    film = replace(
        scene.film,
        exposure=scene.film.exposure * (1 + random.normal(0, 0.04)),
        seed=int(random.integers(2**31)),
    )
    return replace(scene, view=view, film=film, shot=shot)


def _place_others(
    cupboard: Cupboard,
    random: Generator,
    kind: str,
    main: list[Part],
    azimuth: float,
    new_objects: bool,
) -> tuple[tuple[str, ...], list[Part]]:
    """Up to three other objects, mostly behind or beside the main one, none inside another."""
    taken = [(0.0, 0.0, footprint(main))]
    names: list[str] = []
    parts: list[Part] = []
    candidates = [course_class for course_class in COURSE_CLASSES if course_class != kind]
    for thing, chance in enumerate(ANOTHER_OBJECT, start=1):
        if random.random() >= chance:
            break
        other = str(random.choice(candidates))
        if random.random() < 0.88:
            angle = azimuth + math.pi + random.uniform(-1.9, 1.9)
        else:
            angle = azimuth + random.choice([-1, 1]) * random.uniform(0.35, 0.9)
        new = place(cupboard, random, other, azimuth, thing=thing, new_object=new_objects)
        radius = footprint(new)
        distance = (taken[0][2] + radius) * random.uniform(1.05, 1.6)
        if math.cos(angle - azimuth) > 0.4:  # in front of the main object: leave room
            distance *= 1.1
        x, z = math.cos(angle) * distance, math.sin(angle) * distance
        if any(math.hypot(x - x0, z - z0) < r0 + radius for x0, z0, r0 in taken):
            continue
        taken.append((x, z, radius))
        names.append(other)
        parts += moved(new, x, z)
    return tuple(names), parts


def _draw_light(random: Generator, camera_azimuth: float) -> Light:
    patterns = len(LIGHT_PATTERNS)
    return Light(
        azimuth=camera_azimuth + random.choice([-1, 1]) * random.uniform(0.3, 1.75),
        elevation=math.radians(random.uniform(28, 70)),
        sharpness=random.uniform(5, 22),
        warmth=random.uniform(-1, 1),
        sky=random.uniform(0.6, 1.05),
        pattern=0 if random.random() < 0.52 else int(random.integers(1, patterns)),
        falloff=random.uniform(0, 0.6),
    )


def _draw_surroundings(cupboard: Cupboard, random: Generator, surface: str) -> Surroundings:
    wall = int(random.integers(WALL_COUNT))
    return Surroundings(
        surface=surface,
        surface_place=cupboard.surface(surface, int(random.integers(SURFACES_PER_NAME))),
        surface_shift=random.uniform(-1, 1, 2),
        surface_turn=random.uniform(0, 2 * math.pi),
        surface_width=random.uniform(7, 11),
        wall=wall_name(wall),
        wall_place=cupboard.wall(wall),
        wall_shift=random.uniform(-0.4, 0.4, 2),
        wall_width=random.uniform(6, 14),
        wall_distance=random.uniform(1.6, 5),
        wall_turn=random.uniform(-0.5, 0.5),
    )

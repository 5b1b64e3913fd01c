"""The cupboard: every shape, skin, table top and wall that photos may use, made on first use."""

from functools import lru_cache
from threading import Lock

import torch

from .atlas import Atlas
from .backdrops import (
    LIGHT_PATTERNS,
    PATTERN_PIXELS,
    RELIEF_PIXELS,
    WALL_COUNT,
    WALL_PIXELS,
    make_light_pattern,
    make_relief,
    make_wall,
)
from .canvas import SKIN_COLUMNS, SKIN_ROWS
from .catalogue import (
    HELD_OUT_SHAPES,
    HELD_OUT_SKINS,
    KINDS,
    SHAPES_PER_KIND,
    SKINS_PER_KIND,
    SURFACES,
)
from .paint import linear_light, main_colour
from .shapes import TABLE_COLUMNS, TABLE_ROWS, Shape, make_shape
from .skins import make_skin
from .surfaces import SURFACE_PIXELS, SURFACES_PER_NAME, make_surface

ALL_SHAPES, ALL_SKINS = SHAPES_PER_KIND + HELD_OUT_SHAPES, SKINS_PER_KIND + HELD_OUT_SKINS


class Cupboard:
    """All props, as atlases in linear light. Every prop has a fixed place, full or empty."""

    def __init__(self) -> None:
        self.tables = Atlas(len(KINDS) * ALL_SHAPES, 1, TABLE_ROWS, TABLE_COLUMNS)
        # red, green, blue, clearness
        self.skins = Atlas(len(KINDS) * ALL_SKINS, 4, SKIN_ROWS, SKIN_COLUMNS)
        self.surfaces = Atlas(len(SURFACES) * SURFACES_PER_NAME, 3, SURFACE_PIXELS, SURFACE_PIXELS)
        self.walls = Atlas(WALL_COUNT, 3, WALL_PIXELS, WALL_PIXELS)
        self.light_patterns = Atlas(len(LIGHT_PATTERNS), 1, PATTERN_PIXELS, PATTERN_PIXELS)
        self.pores = Atlas(1, 2, RELIEF_PIXELS, RELIEF_PIXELS)
        for place in range(len(LIGHT_PATTERNS)):
            self.light_patterns.put(place, make_light_pattern(place))
        self.pores.put(0, make_relief())
        places = len(KINDS) * ALL_SKINS
        self.accents = torch.zeros(places, 3)
        self.insides = torch.zeros(places, 3)
        self.has_inside = torch.zeros(places, dtype=torch.bool)
        self.clearness = torch.zeros(places)
        self._colour_names: dict[int, str] = {}
        self._shapes: dict[int, Shape] = {}
        self._filled: set[tuple] = set()
        self._lock = Lock()

    def shape(self, kind: str, variant: int) -> Shape:
        """One variant of a kind's shape."""
        place = list(KINDS).index(kind) * ALL_SHAPES + variant
        with self._lock:
            if place not in self._shapes:
                self._shapes[place] = make_shape(kind, variant, place, self.tables)
        return self._shapes[place]

    def skin(self, kind: str, variant: int) -> int:
        """The place of one variant of a kind's skin."""
        place = list(KINDS).index(kind) * ALL_SKINS + variant
        with self._lock:
            if self._is_new("skin", place):
                skin = make_skin(kind, variant)
                picture = linear_light(skin.picture)
                if skin.clear is not None:
                    self.clearness[place] = skin.clear.mean()
                    self.skins.put(place, torch.cat([picture, skin.clear]))
                else:
                    self.skins.put(place, torch.cat([picture, torch.zeros_like(picture[:1])]))
                self._colour_names[place] = main_colour(skin.picture)
                self.accents[place] = linear_light(skin.accent).flatten()
                if skin.inside is not None:
                    self.has_inside[place] = True
                    self.insides[place] = linear_light(skin.inside).flatten()
        return place

    def colour_name(self, place: int) -> str:
        """The colour that most of a skin has, in a word."""
        return self._colour_names[place]

    def surface(self, name: str, variant: int) -> int:
        """The place of one variant of a table top."""
        place = SURFACES.index(name) * SURFACES_PER_NAME + variant
        with self._lock:
            if self._is_new("surface", place):
                self.surfaces.put(place, linear_light(make_surface(name, variant)))
        return place

    def wall(self, variant: int) -> int:
        """The place of one wall."""
        with self._lock:
            if self._is_new("wall", variant):
                self.walls.put(variant, linear_light(make_wall(variant)))
        return variant

    def _is_new(self, *item) -> bool:
        if item in self._filled:
            return False
        self._filled.add(item)
        return True


@lru_cache(maxsize=1)
def the_cupboard() -> Cupboard:
    """The studio has one cupboard; it is made when the first photo is."""
    return Cupboard()

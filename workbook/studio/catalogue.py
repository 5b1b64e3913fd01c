"""The catalogue: every kind of object the studio owns, as data.

To add a kind, add an entry to ``KINDS``, its outline to ``OUTLINES`` in outlines.py, and a painter
of its skin to skins.py or glazed.py.
"""

from dataclasses import dataclass

# How many versions of each kind the studio owns. The held-out ones appear only in photos of "new
# objects", so that a test can ask whether a model knows mugs, or only the mugs it was shown.
SHAPES_PER_KIND, HELD_OUT_SHAPES = 12, 6
SKINS_PER_KIND, HELD_OUT_SKINS = 40, 16

SURFACES = ("wood", "cloth", "tile", "stone", "plain", "grass", "sand", "rug")

# Brightness of the finished photo: (low, high) of the exposure, where 1 is a good exposure.
LIGHT_LEVELS = {
    "bright": (1.1, 1.35),
    "normal": (0.75, 1.1),
    "dim": (0.4, 0.6),
    "dark": (0.14, 0.26),
}
DEFAULT_LIGHT_MIX = {"bright": 0.30, "normal": 0.45, "dim": 0.20, "dark": 0.05}


@dataclass(frozen=True)
class Stem:
    """A stem in the middle of the top, or several."""

    length: float
    """Half of its length, in decimetres."""
    width: float = 0.16
    """Half of its width, as a share of the half length."""
    count: int = 1
    chance: float = 0.85
    leaf: float = 0.0
    """The chance of a leaf beside it."""


@dataclass(frozen=True)
class Kind:
    """One kind of object: its form, its shine, and how it tends to lie on a table."""

    build: str = "lathe"
    """"lathe": the outline turned around its axis; "bent": the same with a bent axis; "box"."""
    unroll: str = "cylinder"
    """How the skin is laid on: around a "cylinder" by height, on a "globe" by latitude, or on a
    "disc" from its middle to its edge."""
    stretch: float = 0.1
    """By which share the width and the height differ from one shape to the next."""
    wobble: float = 0.0
    """How irregular the outline is: things that grew are, things that were made are not."""
    flare: tuple[float, float] = (0.0, 0.0)
    """By which share the foot is narrower (negative) or wider than the rim."""
    neck: tuple[float, float, float] | None = None
    """(height, low, high): everything above this height is moved by ``low`` to ``high``."""
    uneven: float = 0.0
    """By which share the object may be flatter from the side than from the front."""
    rounded: bool = True
    """So nearly convex that it casts no shadow on itself."""
    gloss: float = 0.3
    """0: dull like chalk; 1: mirrors a window like glazed pottery."""
    pores: float = 0.0
    """Depth of the small bumps that catch the light."""
    ribs: tuple[int, float] = (0, 0.0)
    """Number and depth of the ribs that run from the bottom to the top."""
    lying: float = 0.0
    """How often it lies on its side."""
    tilt: float = 0.0
    """How far it leans when it stands, in radians."""
    rolls: bool = False
    """Comes to rest at any angle, like a ball."""
    stem: Stem | None = None
    handle: bool = False
    framing: float = 1.0
    """The photographer goes closer (below 1) to objects that are long and thin."""
    home: str = "wood"
    """The surface that goes with this kind in photos that are made with a shortcut."""


KINDS: dict[str, Kind] = {
    # the eight classes of the course
    "apple": Kind(
        unroll="globe", wobble=0.045, uneven=0.05, gloss=0.5, lying=0.18, tilt=0.06,
        stem=Stem(0.15, leaf=0.35), home="wood",
    ),
    "orange": Kind(
        unroll="globe", stretch=0.05, wobble=0.015, gloss=0.3, pores=0.5, lying=0.6,
        tilt=0.06, rolls=True, home="cloth",
    ),
    "pear": Kind(
        unroll="globe", wobble=0.05, uneven=0.05, gloss=0.25, pores=0.06, lying=0.35,
        tilt=0.06, stem=Stem(0.16), home="rug",
    ),
    "banana": Kind(
        build="bent", wobble=0.07, rounded=False, gloss=0.15, ribs=(5, 0.3),
        lying=1.0, framing=0.72, home="plain",
    ),
    "mug": Kind(
        stretch=0.15, flare=(-0.15, 0.1), rounded=False, gloss=0.8, lying=0.03, handle=True,
        home="stone",
    ),
    "bowl": Kind(stretch=0.15, rounded=False, gloss=0.7, home="tile"),
    "bottle": Kind(
        stretch=0.12, neck=(1.3, -0.2, 0.1), gloss=1.0, lying=0.12, framing=0.8, home="sand"
    ),
    "ball": Kind(
        unroll="globe", stretch=0.0, gloss=0.35, pores=0.08, lying=1.0, rolls=True,
        home="grass",
    ),
    # things that grow
    "egg": Kind(
        unroll="globe", stretch=0.05, wobble=0.03, uneven=0.02, gloss=0.12, pores=0.02,
        lying=0.8,
    ),
    "lemon": Kind(
        unroll="globe", wobble=0.05, uneven=0.05, gloss=0.35, pores=0.35, lying=0.85
    ),
    "tomato": Kind(
        unroll="globe", wobble=0.06, uneven=0.06, gloss=0.8, lying=0.3, tilt=0.06,
        stem=Stem(0.06, width=0.25),
    ),
    "strawberry": Kind(
        unroll="globe", wobble=0.05, uneven=0.06, gloss=0.5, pores=0.25, lying=0.9,
        stem=Stem(0.07, width=0.2),
    ),
    "aubergine": Kind(
        unroll="globe", wobble=0.06, uneven=0.05, gloss=1.0, lying=1.0, framing=0.8,
        stem=Stem(0.14, width=0.3, chance=1.0),
    ),
    "carrot": Kind(
        wobble=0.06, uneven=0.05, gloss=0.15, pores=0.2, lying=1.0, framing=0.75,
        stem=Stem(0.34, width=0.09, count=4, chance=0.8),
    ),
    "mushroom": Kind(wobble=0.06, uneven=0.05, rounded=False, gloss=0.3, lying=0.3),
    "pumpkin": Kind(
        unroll="globe", wobble=0.05, uneven=0.05, gloss=0.3, ribs=(9, 0.9),
        stem=Stem(0.2, width=0.3),
    ),
    "cactus": Kind(stretch=0.12, wobble=0.02, rounded=False, gloss=0.15),
    # things that are made
    "doughnut": Kind(unroll="globe", stretch=0.1, rounded=False, gloss=0.5),
    "glass": Kind(stretch=0.12, rounded=False, gloss=1.0, lying=0.1),
    "wineglass": Kind(stretch=0.12, rounded=False, gloss=1.0),
    "vase": Kind(stretch=0.2, rounded=False, gloss=0.8),
    "plate": Kind(unroll="disc", rounded=False, gloss=0.8),
    "jar": Kind(stretch=0.2, gloss=0.9, lying=0.05),
    "candle": Kind(gloss=0.15, lying=0.1, stem=Stem(0.09, width=0.16, chance=1.0)),
    "pawn": Kind(rounded=False, gloss=0.6, lying=0.25),
    "book": Kind(build="box", gloss=0.25),
}  # fmt: skip

COURSE_CLASSES = ("apple", "orange", "pear", "banana", "mug", "bowl", "bottle", "ball")
OTHER_KINDS = tuple(kind for kind in KINDS if kind not in COURSE_CLASSES)

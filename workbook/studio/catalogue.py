"""The catalogue: every kind of object the studio owns, as data.

To add a kind, add an entry to ``KINDS`` with its outline, and a painter of its skin in
``skins.py`` or ``glazed.py``.
"""

from dataclasses import dataclass

Outline = tuple[tuple[float, float], ...]

# How many versions of each kind the studio owns. The held-out ones appear only in photos of "new
# objects", so that a test can ask whether a model knows mugs, or only the mugs it was shown.
SHAPES_PER_KIND, HELD_OUT_SHAPES = 12, 6
SKINS_PER_KIND, HELD_OUT_SKINS = 40, 16


@dataclass(frozen=True)
class Kind:
    """One kind of object: its form, its shine, and how it tends to lie on a table.

    Lengths are in decimetres (10 cm).
    """

    outlines: tuple[Outline, ...] = ()
    """Half outlines (radius, height) from the bottom of the axis to its top; one is drawn."""
    build: str = "lathe"
    """"lathe": the outline turned around its axis; "bent": the same with a bent axis; "box"."""
    stretch: float = 0.1
    """By which share the width and the height differ from one shape to the next."""
    wobble: float = 0.0
    """How irregular the outline is (things that grew are, things that were made are not)."""
    flare: tuple[float, float] = (0.0, 0.0)
    """By which share the foot is narrower (negative) or wider than the rim."""
    neck: tuple[float, float, float] | None = None
    """(height, low, high): everything above this height is moved by ``low`` to ``high``."""
    uneven: float = 0.0
    """By which share the object may be flatter from the side than from the front."""
    hollow: bool = False
    """Open at the top: the inside shows, and has a colour of its own."""
    rounded: bool = True
    """So nearly convex that it casts no shadow on itself."""
    gloss: float = 0.3
    """0: dull like chalk, 1: mirrors a window like glazed pottery."""
    relief: str = "pores"
    """Small bumps that catch the light: "pores", "ribs" or "facets"."""
    relief_depth: float = 0.0
    lying: float = 0.0
    """How often it lies on its side."""
    tilt: float = 0.0
    """How far it leans when it stands, in radians."""
    rolls: bool = False
    """Comes to rest at any angle, like a ball."""
    stem: float = 0.0
    """Length of the stem; 0 for none."""
    leaf: float = 0.0
    """How often the stem carries a leaf."""
    handle: bool = False
    framing: float = 1.0
    """The photographer goes closer (below 1) to objects that are long and thin."""
    home: str = "wood"
    """The surface that goes with this kind where photos are made with a shortcut."""


def vessel(*outer: tuple[float, float], wall: float = 0.05, floor: float = 0.08) -> Outline:
    """The outline of an open vessel: up the outside, over the rim, down the inside."""
    inner = tuple((max(radius - wall, 0.0), height) for radius, height in reversed(outer[2:]))
    bottom = (max(outer[1][0] - wall, 0.05), floor)
    return ((0.0, 0.0), *outer, *inner, bottom, (0.0, floor))


KINDS: dict[str, Kind] = {
    "apple": Kind(
        outlines=(
            ((0, .022), (.1, .015), (.2, 0), (.32, .1), (.4, .3), (.42, .47), (.37, .64), (.24, .74), (.13, .73), (.05, .67), (0, .63)),
        ),
        wobble=0.045, uneven=0.05, gloss=0.5, lying=0.18, tilt=0.06, stem=0.15, leaf=0.35,
        home="wood",
    ),
    "orange": Kind(
        outlines=(
            ((0, .01), (.16, .03), (.3, .14), (.38, .36), (.36, .52), (.27, .66), (.14, .735), (.05, .745), (0, .73)),
        ),
        stretch=0.05, wobble=0.015, gloss=0.25, relief_depth=0.5, lying=0.6, tilt=0.06, rolls=True,
        home="cloth",
    ),
    "pear": Kind(
        outlines=(
            ((0, .012), (.1, .008), (.22, .02), (.36, .14), (.41, .33), (.36, .55), (.24, .74), (.17, .9), (.13, 1.02), (.07, 1.08), (0, 1.06)),
        ),
        wobble=0.07, uneven=0.05, gloss=0.25, relief_depth=0.06, lying=0.35, tilt=0.06, stem=0.16,
        home="rug",
    ),
    "banana": Kind(
        outlines=(
            ((0, -1.06), (.05, -1.06), (.06, -1.0), (.075, -.93), (.14, -.78), (.185, -.5), (.2, -.1), (.195, .3), (.16, .62), (.09, .82), (.06, .92), (.055, 1.08), (.06, 1.14), (0, 1.14)),
        ),
        build="bent", wobble=0.07, rounded=False, gloss=0.15, relief_depth=0.06, lying=1.0, framing=0.72,
        home="plain",
    ),
    "mug": Kind(
        outlines=(vessel((.36, 0), (.4, .03), (.41, .3), (.41, .6), (.41, .93), (.40, .955)),),
        stretch=0.22, flare=(-0.22, 0.12), hollow=True, rounded=False, gloss=0.8, lying=0.03, handle=True,
        home="stone",
    ),
    "bowl": Kind(
        outlines=(vessel((.3, 0), (.32, .05), (.52, .17), (.7, .38), (.77, .6), (.755, .62), floor=0.11),),
        stretch=0.25, hollow=True, rounded=False, gloss=0.7,
        home="tile",
    ),
    "bottle": Kind(
        outlines=(
            ((0, 0), (.33, 0), (.36, .03), (.36, .4), (.36, 1.2), (.355, 1.38), (.3, 1.56), (.17, 1.78), (.13, 1.95), (.125, 2.12), (.15, 2.13), (.15, 2.3), (.14, 2.32), (0, 2.32)),
        ),
        stretch=0.2, neck=(1.3, -0.35, 0.1), gloss=1.0, lying=0.12, framing=0.8,
        home="sand",
    ),
    "ball": Kind(
        outlines=(
            ((0, 0), (.131, .017), (.25, .067), (.354, .146), (.433, .25), (.483, .37), (.5, .5), (.483, .63), (.433, .75), (.354, .854), (.25, .933), (.131, .983), (0, 1.)),
        ),
        stretch=0.0, gloss=0.35, relief_depth=0.1, lying=1.0, rolls=True,
        home="grass",
    ),
    "egg": Kind(
        outlines=(((0, 0), (.1, .01), (.19, .08), (.23, .22), (.21, .38), (.13, .52), (.06, .57), (0, .58)),),
        stretch=0.05, wobble=0.03, uneven=0.02, gloss=0.12, relief_depth=0.02, lying=0.8,
    ),
    "lemon": Kind(
        outlines=(
            ((0, 0), (.05, .01), (.09, .08), (.2, .16), (.3, .32), (.32, .5), (.27, .68), (.17, .82), (.09, .9), (.06, .97), (0, .99)),
        ),
        wobble=0.07, uneven=0.05, gloss=0.3, relief_depth=0.35, lying=0.85,
    ),
    "tomato": Kind(
        outlines=(
            ((0, .012), (.1, .008), (.22, .02), (.37, .14), (.42, .32), (.37, .5), (.25, .59), (.12, .57), (.05, .52), (0, .5)),
        ),
        wobble=0.07, uneven=0.05, gloss=0.8, lying=0.3, tilt=0.06, stem=0.08,
    ),
    "carrot": Kind(
        outlines=(
            ((0, -1.0), (.02, -.98), (.06, -.7), (.1, -.3), (.14, .2), (.17, .6), (.17, .74), (.1, .82), (.05, .8), (0, .78)),
        ),
        wobble=0.07, uneven=0.05, gloss=0.15, relief_depth=0.2, lying=1.0, framing=0.75,
    ),
    "mushroom": Kind(
        outlines=(
            ((0, 0), (.14, 0), (.15, .05), (.12, .3), (.14, .4), (.3, .36), (.42, .4), (.42, .5), (.34, .68), (.2, .8), (0, .84)),
        ),
        wobble=0.07, uneven=0.05, rounded=False, gloss=0.2, lying=0.6,
    ),
    "pumpkin": Kind(
        outlines=(
            ((0, .1), (.2, .02), (.45, .05), (.68, .25), (.72, .45), (.65, .7), (.42, .84), (.2, .82), (.08, .74), (0, .72)),
        ),
        wobble=0.07, uneven=0.05, gloss=0.3, stem=0.2,
    ),
    "glass": Kind(
        outlines=(vessel((.24, 0), (.26, .02), (.3, .5), (.33, 1.0), (.34, 1.25), (.33, 1.26), wall=0.03, floor=0.1),),
        stretch=0.2, hollow=True, rounded=False, gloss=1.0, lying=0.15,
    ),
    "vase": Kind(
        outlines=(vessel((.25, 0), (.28, .03), (.45, .4), (.5, .7), (.36, 1.1), (.2, 1.35), (.2, 1.5), (.3, 1.7), (.285, 1.72)),),
        stretch=0.2, hollow=True, rounded=False, gloss=0.8,
    ),
    "plate": Kind(
        outlines=(vessel((.5, 0), (.55, .02), (.75, .06), (.98, .14), (1.1, .2), (1.09, .22), wall=0.04, floor=0.06),),
        hollow=True, rounded=False, gloss=0.8,
    ),
    "jar": Kind(
        outlines=(
            ((0, 0), (.4, 0), (.44, .04), (.44, .4), (.44, .8), (.38, .9), (.36, .94), (.42, .95), (.42, 1.2), (.4, 1.22), (0, 1.22)),
        ),
        stretch=0.2, gloss=0.9, lying=0.05,
    ),
    "candle": Kind(
        outlines=(((0, 0), (.26, 0), (.28, .02), (.28, .5), (.28, .88), (.26, .92), (.2, .9), (0, .87)),),
        gloss=0.1, lying=0.2,
    ),
    "pawn": Kind(
        outlines=(
            ((0, 0), (.36, 0), (.38, .05), (.36, .14), (.27, .2), (.17, .4), (.12, .68), (.2, .74), (.2, .78), (.12, .82), (.2, .92), (.22, 1.03), (.17, 1.16), (.08, 1.23), (0, 1.24)),
        ),
        rounded=False, gloss=0.6, lying=0.25,
    ),
    "book": Kind(build="box", gloss=0.25),
}  # fmt: skip

COURSE_CLASSES = ("apple", "orange", "pear", "banana", "mug", "bowl", "bottle", "ball")
OTHER_KINDS = tuple(kind for kind in KINDS if kind not in COURSE_CLASSES)

SURFACES = ("wood", "cloth", "tile", "stone", "plain", "grass", "sand", "rug")

# Brightness of the finished photo: (low, high) of the exposure, where 1 is a good exposure.
LIGHT_LEVELS = {
    "bright": (1.1, 1.35),
    "normal": (0.75, 1.1),
    "dim": (0.4, 0.6),
    "dark": (0.14, 0.26),
}
DEFAULT_LIGHT_MIX = {"bright": 0.30, "normal": 0.45, "dim": 0.20, "dark": 0.05}

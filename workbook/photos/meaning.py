"""Does a changed photo still show what its label says?

No program can know. But strong settings can be named, and so can pairs of classes that a change
turns into one another: a 6 upside down is a 9, and a red apple in orange is an orange.
"""

from collections.abc import Iterable
from itertools import combinations

from workbook.photos.augment import Augmentation

TURNED_ALIKE = ({"6", "9"}, {"b", "q"}, {"d", "p"}, {"n", "u"}, {"m", "w"}, {"up", "down"})
"""Classes that turn into one another upside down."""
MIRRORED_ALIKE = ({"b", "d"}, {"p", "q"}, {"left", "right"})
COLOURED_ALIKE = (
    {"apple", "orange", "tomato", "peach"},
    {"lemon", "lime", "orange"},
    {"red", "green", "blue", "yellow", "orange", "purple", "pink", "brown", "black", "white"},
    {"ripe", "unripe", "rotten"},
)

# From these settings on a change is no longer small. They are a choice, not a law of nature.
TILTED, UPSIDE_DOWN = 45, 135
LEAST_LEFT = 0.5  # share of the photo that stays in the picture, or of the picture it fills
FAR_SHIFT = 0.25
STRONG_LIGHT = 0.5
STRONG_TINT = 0.25


def meaning_warnings(augmentation: Augmentation, class_names: Iterable[str] = ()) -> list[str]:
    """Return a sentence or two for each setting that may change what a photo shows.

    The strongest case comes first: pairs among ``class_names`` that the settings mix up.
    """
    names = list(class_names)
    general = [
        _rotation(augmentation.rotate),
        _zoom_in(augmentation.zoom[1]),
        _zoom_out(augmentation.zoom[0]),
        _shift(augmentation.shift),
        _light(augmentation),
        _tint(augmentation.tint),
    ]
    return [*_mixed_up(augmentation, names), *filter(None, general)]


def share_left_by_zoom(zoom: float) -> float:
    """Return which share of a photo stays in the picture at this magnification, 0 to 1."""
    return min(1.0, 1 / zoom**2)


def share_filled_by_zoom(zoom: float) -> float:
    """Return which share of the picture the photo fills at this magnification, 0 to 1."""
    return min(1.0, zoom**2)


def _mixed_up(augmentation: Augmentation, names: list[str]) -> list[str]:
    causes = [
        (augmentation.rotate >= UPSIDE_DOWN, TURNED_ALIKE, "Upside down"),
        (augmentation.flip, MIRRORED_ALIKE, "In the mirror"),
        (augmentation.tint >= STRONG_TINT, COLOURED_ALIKE, "With other colours"),
    ]
    return [
        f"{how}, {one} and {other} may look alike. Both are among your classes, so the label would "
        "often be wrong."
        for strong, alike, how in causes
        if strong
        for one, other in combinations(names, 2)
        if any({one.lower(), other.lower()} <= group for group in alike)
    ]


def _rotation(degrees: float) -> str:
    if degrees >= UPSIDE_DOWN:
        return (
            f"Turned by up to {degrees:.0f} degrees, some photos stand on their head. "
            "A 6 becomes a 9, and nobody will ever send you a mug that pours upwards."
        )
    if degrees >= TILTED:
        return (
            f"Turned by up to {degrees:.0f} degrees, some photos lie on their side. "
            "Will you ever be given photos like that?"
        )
    return ""


def _zoom_in(zoom: float) -> str:
    left = share_left_by_zoom(zoom)
    if left >= LEAST_LEFT:
        return ""
    return (
        f"Enlarged {zoom:.2f} times, only {left:.0%} of a photo stays in the picture. "
        "The object may be cut off, and the label then names something that is not there."
    )


def _zoom_out(zoom: float) -> str:
    filled = share_filled_by_zoom(zoom)
    if filled >= LEAST_LEFT:
        return ""
    return (
        f"Shrunk to {zoom:.2f}, the photo fills only {filled:.0%} of the picture, and mirror "
        "images fill the rest. The object is small, and there are several of it."
    )


def _shift(share: float) -> str:
    if share < FAR_SHIFT:
        return ""
    return (
        f"Moved by up to {share:.0%} of its width, an object near the edge leaves the picture, and "
        "only its mirror image may be left."
    )


def _light(augmentation: Augmentation) -> str:
    strong = [
        name for name in ("brightness", "contrast") if getattr(augmentation, name) >= STRONG_LIGHT
    ]
    if not strong:
        return ""
    return (
        f"So much {' and '.join(strong)} makes some photos nearly black, white or grey. "
        "Where you cannot see the object, there is nothing to learn about it."
    )


def _tint(share: float) -> str:
    if share < STRONG_TINT:
        return ""
    return (
        f"Red, green and blue each change by up to {share:.0%}, so a red apple may turn orange. "
        "Where colour tells your classes apart, the label is no longer true."
    )

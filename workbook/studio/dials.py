"""The studio's dials: which photos are wanted, checked before anything is rendered."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from numbers import Integral, Real

from .catalogue import DEFAULT_LIGHT_MIX, KINDS, LIGHT_LEVELS, SURFACES

SMALLEST_PHOTO, LARGEST_PHOTO = 16, 512  # pixels

PerClass = int | Mapping[str, int]
LightMix = str | Mapping[str, float] | None


@dataclass(frozen=True)
class Dials:
    """A wish for photos that can be fulfilled."""

    counts: dict[str, int]
    """kind -> number of photos"""
    size: int
    seed: int
    burst: int
    shortcut: float
    light: dict[str, float]
    new_objects: bool
    surface: str | None = None

    def as_dict(self) -> dict:
        """The dials as plain values, for a JSON file."""
        return asdict(self)


def set_dials(
    *,
    classes: Iterable[str],
    per_class: PerClass,
    size: int,
    seed: int,
    burst: int,
    shortcut: float,
    light: LightMix,
    new_objects: bool,
    surface: str | None = None,
) -> Dials:
    """Check the wishes and write them in one form. Raises ValueError, in words."""
    names = check_kinds(classes)
    if not names:
        raise ValueError("There is no class to photograph. Name at least one, such as 'apple'.")
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        raise ValueError(f"The class {sorted(repeated)[0]!r} is named twice. Name each class once.")
    _whole_number("size", size, SMALLEST_PHOTO, LARGEST_PHOTO, "pixels")
    _whole_number("seed", seed, 0, 2**63 - 1)
    _whole_number("burst", burst, 1, 100, "photos of one scene")
    if not isinstance(shortcut, Real) or not 0 <= shortcut <= 1:
        raise ValueError(
            f"shortcut is {shortcut!r}. It is a chance: give a number from 0 (surfaces are "
            "random) to 1 (every class has its own surface)."
        )
    if surface is not None and surface not in SURFACES:
        raise ValueError(f"There is no surface {surface!r}. {_nearest(surface, SURFACES)}")
    return Dials(
        counts=_counts(names, per_class),
        size=int(size),
        seed=int(seed),
        burst=int(burst),
        shortcut=float(shortcut),
        light=check_light(light),
        new_objects=bool(new_objects),
        surface=surface,
    )


def check_kinds(kinds: Iterable[str]) -> list[str]:
    """The names of kinds as a list; ValueError with the nearest spelling for an unknown one."""
    if isinstance(kinds, str):
        raise ValueError(f"{kinds!r} is one word, not a list of classes. Write ({kinds!r},).")
    names = list(kinds)
    for name in names:
        if name not in KINDS:
            raise ValueError(f"The studio has no {name!r}. {_nearest(str(name), KINDS)}")
    return names


def check_light(light: LightMix) -> dict[str, float]:
    """Light level -> share of the photos; the shares sum to 1."""
    if light is None:
        return dict(DEFAULT_LIGHT_MIX)
    mix = {light: 1.0} if isinstance(light, str) else dict(light)
    for level, share in mix.items():
        if level not in LIGHT_LEVELS:
            raise ValueError(
                f"There is no light level {level!r}. {_nearest(str(level), LIGHT_LEVELS)}"
            )
        if not isinstance(share, Real) or not 0 <= share < float("inf"):
            raise ValueError(
                f"The share of {level!r} light is {share!r}. Give a number that is 0 or more."
            )
    total = sum(mix.values())
    if total <= 0:
        raise ValueError("No light level has a share above 0. Give at least one of them more.")
    return {level: mix[level] / total for level in LIGHT_LEVELS if mix.get(level, 0) > 0}


def _counts(names: list[str], per_class: PerClass) -> dict[str, int]:
    if not isinstance(per_class, Mapping):
        _whole_number("per_class", per_class, 0, 1_000_000, "photos")
        counts = dict.fromkeys(names, int(per_class))
    else:
        strangers = [name for name in per_class if name not in names]
        if strangers:
            raise ValueError(
                f"per_class counts {strangers[0]!r}, which is not among the classes. "
                f"{_nearest(str(strangers[0]), names)}"
            )
        missing = [name for name in names if name not in per_class]
        if missing:
            raise ValueError(
                f"per_class says nothing about {missing[0]!r}. Give a number for each class."
            )
        for name, count in per_class.items():
            _whole_number(f"per_class[{name!r}]", count, 0, 1_000_000, "photos")
        counts = {name: int(per_class[name]) for name in names}
    if sum(counts.values()) == 0:
        raise ValueError("No photo is asked for. Set per_class to at least 1.")
    return counts


def _whole_number(name: str, value, low: int, high: int, unit: str = "") -> None:
    is_whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not is_whole or not low <= value <= high:
        allowed = f"from {low} to {high}" if high < 2**62 else f"of at least {low}"
        raise ValueError(
            f"{name} is {value!r}. Give a whole number {allowed}{' ' + unit if unit else ''}."
        )


def _nearest(word: str, known: Iterable[str]) -> str:
    known = list(known)
    close = difflib.get_close_matches(word.lower(), known, n=1)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Choose from {', '.join(known)}."

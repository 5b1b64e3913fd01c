"""Compare two plain values: first their kind, then their shape, then what is in them.

Lists, tuples, arrays and tensors of numbers count as the same kind, and so do all sorts of numbers:
which of them an answer uses is a matter of taste.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from workbook.lessons.exercises.quoting import as_array, describe, quote
from workbook.lessons.exercises.running import Foreign

ROUNDING = 1e-6  # how far a number may be from the whole number that is expected


@dataclass(frozen=True)
class Difference:
    """How a value is wrong. code: "wrong_type", "wrong_shape", "wrong_value" or "error"."""

    code: str
    sentence: str


def compare(got: Any, expected: Any, tolerance: float) -> Difference | None:
    """Return how ``got`` differs from ``expected``, or None when it does not.

    Whole numbers must be met exactly. Other numbers may differ by ``tolerance`` plus ``tolerance``
    times the expected number. A number that is missing (nan) equals itself.
    """
    grid, expected_grid = as_grid(got), as_grid(expected)
    if grid is not None and expected_grid is not None:
        if grid.shape != expected_grid.shape and () in (grid.shape, expected_grid.shape):
            return _other_kind(got, expected)
        return _compare_grids(grid, expected_grid, tolerance)
    if family(got) != family(expected):
        return _other_kind(got, expected)
    if isinstance(expected, dict):
        return _compare_dicts(got, expected, tolerance)
    if isinstance(expected, (list, tuple)):
        return _compare_lists(got, expected, tolerance)
    if type(got) is not type(expected) or got != expected:
        return Difference("wrong_value", f"It should be {quote(expected)}, not {quote(got)}.")
    return None


def as_grid(value: Any) -> np.ndarray | None:
    """Return numbers, and lists, arrays and tensors of numbers, as one array; else None."""
    if isinstance(value, (np.ndarray, torch.Tensor)):
        grid = as_array(value)
        return grid if grid.dtype.kind in "biuf" else None
    if isinstance(value, (bool, int, float)) or _holds_numbers(value):
        try:
            grid = np.asarray(value)
        except (ValueError, OverflowError):  # rows of different lengths, or a gigantic number
            return None
        return grid if grid.dtype.kind in "biuf" else None
    return None


def _holds_numbers(value: Any) -> bool:
    """Tell whether these are lists, within lists perhaps, of nothing but numbers."""
    if not isinstance(value, (list, tuple)):
        return False
    return all(isinstance(one, (bool, int, float)) or as_grid(one) is not None for one in value)


def family(value: Any) -> str:
    """Return the kind of a value; values of different kinds are never equal."""
    if value is None:
        return "nothing"
    if isinstance(value, Foreign):
        return f"foreign {value.class_name}"
    if isinstance(value, (np.ndarray, torch.Tensor)) and value.ndim == 0:
        return "number"
    families = {
        "number": (bool, int, float),
        "text": str,
        "bytes": bytes,
        "dict": dict,
        "list": (list, tuple, np.ndarray, torch.Tensor),
    }
    return next((name for name, kinds in families.items() if isinstance(value, kinds)), "unknown")


def _other_kind(got: Any, expected: Any) -> Difference:
    if got is None:
        return Difference("wrong_type", "It gives nothing back. Does it end with a return?")
    return Difference(
        "wrong_type", f"It should give {describe(expected)}, and it gives {describe(got)}."
    )


def _compare_grids(got: np.ndarray, expected: np.ndarray, tolerance: float) -> Difference | None:
    if got.shape != expected.shape:
        return Difference("wrong_shape", _about_shape(got.shape, expected.shape))
    if expected.dtype.kind == "f":
        near = np.isclose(
            got.astype(np.float64),
            expected.astype(np.float64),
            rtol=tolerance,
            atol=tolerance,
            equal_nan=True,
        )
    elif got.dtype.kind == "f":
        near = np.abs(got.astype(np.float64) - expected) <= ROUNDING
    else:
        near = got == expected
    if near.all():
        return None
    return Difference("wrong_value", _about_values(got, expected, near))


def _about_shape(got: tuple[int, ...], expected: tuple[int, ...]) -> str:
    if len(got) == len(expected) == 1:
        return f"It should have {expected[0]} entries, and it has {got[0]}."
    return f"Its shape should be {expected}, and it is {got}."


def _about_values(got: np.ndarray, expected: np.ndarray, near: np.ndarray) -> str:
    place = tuple(int(index) for index in np.argwhere(~near)[0]) if near.ndim else ()
    one, other = quote(got[place].item()), quote(expected[place].item())
    if not place:
        return f"It should be {other}, not {one}."
    position = place[0] if len(place) == 1 else place
    return f"At position {position} it should be {other}, not {one}."


def _compare_dicts(got: dict, expected: dict, tolerance: float) -> Difference | None:
    for key in expected:
        if key not in got:
            return Difference("wrong_value", f"The entry {quote(key)} is missing.")
    for key in got:
        if key not in expected:
            return Difference("wrong_value", f"There is an entry {quote(key)} too many.")
    for key in expected:
        difference = compare(got[key], expected[key], tolerance)
        if difference is not None:
            return _inside(quote(key), difference)
    return None


def _compare_lists(got: Any, expected: Any, tolerance: float) -> Difference | None:
    if len(got) != len(expected):
        return Difference("wrong_shape", _about_shape((len(got),), (len(expected),)))
    for place, (one, other) in enumerate(zip(got, expected, strict=True)):
        difference = compare(one, other, tolerance)
        if difference is not None:
            return _inside(f"position {place}", difference)
    return None


def _inside(place: str, difference: Difference) -> Difference:
    sentence = difference.sentence[0].lower() + difference.sentence[1:]
    return Difference(difference.code, f"At {place}: {sentence}")

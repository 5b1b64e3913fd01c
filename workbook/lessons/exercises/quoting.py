"""Put plain values into words: short, and safe whatever they hold."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from workbook.lessons.exercises.running import Folder, Foreign, Layers

LONGEST = 200  # characters
MOST_NUMBERS = 16  # of an array; a larger one is described by its shape and range


def quote(value: Any) -> str:
    """Return a value as a learner would write it, cut where it gets long."""
    text = _quote(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 2] + " …"


def as_array(value: np.ndarray | torch.Tensor) -> np.ndarray:
    """Return a tensor's numbers as an array, also of kinds that NumPy does not have."""
    if isinstance(value, torch.Tensor):
        return (value.double() if value.is_floating_point() else value).numpy()
    return value


def quote_call(name: str, arguments: tuple[Any, ...]) -> str:
    """Return a call as a learner would write it."""
    return f"{name}({', '.join(quote(argument) for argument in arguments)})"


def describe(value: Any) -> str:
    """Return what kind of thing a value is, in words."""
    if value is None:
        return "nothing (None)"
    if isinstance(value, Foreign):
        return f"something of the kind {value.class_name}"
    if isinstance(value, (np.ndarray, torch.Tensor)):
        return f"{_kind(value)} of shape {tuple(value.shape)}"
    names = {bool: "True or False", int: "a whole number", float: "a number", str: "a text"}
    names |= {bytes: "bytes", list: "a list", tuple: "a tuple", dict: "a dictionary"}
    return names.get(type(value), "something else")


def _quote(value: Any) -> str:
    if isinstance(value, float):
        return repr(float(f"{value:.6g}"))
    if isinstance(value, int) and abs(value) >= 10**18:
        return "a gigantic whole number"
    if isinstance(value, (str, bytes)):
        return repr(value[:LONGEST])
    if isinstance(value, (list, tuple)):
        opening, closing = "[]" if isinstance(value, list) else "()"
        comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
        return opening + ", ".join(quote(one) for one in value[:LONGEST]) + comma + closing
    if isinstance(value, Mapping) and value and all(isinstance(v, bytes) for v in value.values()):
        return f"a folder with {', '.join(value)}"
    if isinstance(value, Mapping):
        entries = list(value.items())[:LONGEST]
        return "{" + ", ".join(f"{quote(key)}: {quote(one)}" for key, one in entries) + "}"
    if isinstance(value, (np.ndarray, torch.Tensor)):
        return _quote_numbers(value)
    if isinstance(value, Folder):
        return f"a folder with {', '.join(value.files) or 'no files'}"
    if isinstance(value, Layers):
        return f"a model of {', '.join(name for name, _ in value.layers)}"
    return f"<{value.class_name}>" if isinstance(value, Foreign) else repr(value)


def _quote_numbers(value: Any) -> str:
    shape, kind = tuple(value.shape), _kind(value).removeprefix("a ").removeprefix("an ")
    numbers = as_array(value)
    if numbers.size <= MOST_NUMBERS:
        return f"{kind}({_quote(numbers.tolist())})"
    lowest, highest = quote(numbers.min().item()), quote(numbers.max().item())
    return f"{kind} of shape {shape} with numbers from {lowest} to {highest}"


def _kind(value: Any) -> str:
    return "a tensor" if isinstance(value, torch.Tensor) else "an array"

"""How values travel between the grader and the sandbox: typed JSON, and nothing that runs code.

Pickle would let the sender run code in the receiver. Here the receiver accepts a fixed list of
kinds, checks every size against the bytes that came, and refuses all else with ``WireError``. This
module is shipped into the sandbox, so of the workbook it imports only what is shipped with it.

A value is written as itself (None, bool, int, finite float, str) or as a dict with the key
``kind``.
"""

import base64
import binascii
import json
import math
from typing import Any

import numpy as np
import torch

from workbook.lessons.exercises.running import Case, Folder, Foreign, Layers

BROKEN = (ValueError, TypeError, KeyError, AttributeError, OverflowError)
BROKEN += (RecursionError, MemoryError)
DEEPEST = 40
MOST_DIMENSIONS = 16
ARRAY_TYPES = frozenset(
    [
        "bool",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "float16",
        "float32",
        "float64",
    ]
)
# NumPy does not know these; they travel as the whole numbers that have the same bits.
BITS_OF = {"bfloat16": torch.bfloat16}
TENSOR_TYPES = ARRAY_TYPES | set(BITS_OF)


class WireError(ValueError):
    """What came over the wire is not a value that may travel."""


def dumps(value: Any) -> bytes:
    """Return a value as bytes. Raises WireError for a value that may not travel."""
    try:
        return json.dumps(encode(value), allow_nan=False, separators=(",", ":")).encode("ascii")
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise WireError(f"This value cannot travel: {error}") from error


def loads(data: bytes) -> Any:
    """Return the value that ``dumps`` wrote. Raises WireError for anything else."""
    try:
        return decode(json.loads(data, parse_constant=_refuse_constant))
    except WireError:
        raise
    except BROKEN as error:
        raise WireError(f"The bytes do not hold a value: {type(error).__name__}.") from error


def encode(value: Any, depth: int = 0) -> Any:
    """Return a value as what JSON can hold. Raises WireError for kinds that may not travel."""
    if depth > DEEPEST:
        raise WireError("Lists within lists go too deep.")
    kind = type(value)
    if value is None or kind in (bool, int, str) or (kind is float and math.isfinite(value)):
        return value
    if kind is float:
        return {"kind": "float", "value": repr(value)}
    if kind is bytes:
        return {"kind": "bytes", "data": _to_text(value)}
    if kind in (list, tuple):
        return {"kind": kind.__name__, "entries": [encode(entry, depth + 1) for entry in value]}
    if kind is dict:
        entries = [[_text(key), encode(entry, depth + 1)] for key, entry in value.items()]
        return {"kind": "dict", "entries": entries}
    if kind is np.ndarray:
        return _encode_array(value)
    if kind in (torch.Tensor, torch.nn.Parameter):
        return _encode_tensor(value)
    return _encode_stand_in(value, kind, depth)


def decode(data: Any, depth: int = 0) -> Any:
    """Return the value that ``encode`` turned into ``data``. Raises WireError for anything else."""
    if depth > DEEPEST:
        raise WireError("Lists within lists go too deep.")
    if data is None or type(data) in (bool, int, float, str):
        return data
    if type(data) is not dict or type(data.get("kind")) is not str:
        raise WireError("A value without its kind.")
    decoder = DECODERS.get(data["kind"])
    if decoder is None:
        raise WireError("A kind of value that may not travel.")
    return decoder(data, depth)


def _encode_array(array: np.ndarray) -> dict[str, Any]:
    name = array.dtype.name
    if name not in ARRAY_TYPES:
        return encode(Foreign(f"array of {name}"[:80]))
    native = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("="))
    return {
        "kind": "array",
        "dtype": name,
        "shape": list(array.shape),
        "data": _to_text(native.tobytes()),
    }


def _encode_tensor(tensor: torch.Tensor) -> dict[str, Any]:
    name = str(tensor.dtype).removeprefix("torch.")
    if name not in TENSOR_TYPES:
        return encode(Foreign(f"tensor of {name}"))
    tensor = tensor.detach().cpu().contiguous()
    shape = list(tensor.shape)
    if name in BITS_OF:
        tensor = tensor.view(torch.int16)
    data = _to_text(tensor.resolve_neg().numpy().tobytes())
    return {"kind": "tensor", "dtype": name, "shape": shape, "data": data}


def _encode_stand_in(value: Any, kind: type, depth: int) -> dict[str, Any]:
    if kind is Foreign:
        return {"kind": "foreign", "class": _text(value.class_name)}
    if kind is Folder:
        return {"kind": "folder", "files": encode(dict(value.files), depth + 1)}
    if kind is Layers:
        layers = [[name, dict(settings)] for name, settings in value.layers]
        parts = {"layers": layers, "weights": dict(value.weights), "training": value.training}
        return {"kind": "layers", "parts": encode(parts, depth + 1)}
    if kind is Case:
        parts = {"arguments": tuple(value.arguments), "observe": value.observe}
        parts["extra"] = dict(value.extra)
        return {"kind": "case", "parts": encode(parts, depth + 1)}
    if isinstance(value, np.generic):  # a single number of NumPy's travels as Python's
        return encode(np.generic.item(value), depth + 1)
    raise WireError(f"A value of the kind {kind.__name__} cannot travel.")


def _decode_float(data: dict[str, Any], depth: int) -> float:
    if data.get("value") not in ("nan", "inf", "-inf"):
        raise WireError("A float that is none.")
    return float(data["value"])


def _decode_entries(data: dict[str, Any], depth: int) -> list | tuple:
    if type(data.get("entries")) is not list:
        raise WireError("A list without entries.")
    entries = [decode(entry, depth + 1) for entry in data["entries"]]
    return tuple(entries) if data["kind"] == "tuple" else entries


def _decode_dict(data: dict[str, Any], depth: int) -> dict[str, Any]:
    if type(data.get("entries")) is not list:
        raise WireError("A dict without entries.")
    decoded = {}
    for entry in data["entries"]:
        if type(entry) is not list or len(entry) != 2:
            raise WireError("An entry of a dict that is no pair.")
        decoded[_text(entry[0])] = decode(entry[1], depth + 1)
    return decoded


def _decode_array(data: dict[str, Any], depth: int) -> np.ndarray:
    if data.get("dtype") not in ARRAY_TYPES:
        raise WireError("An array of numbers that may not travel.")
    return _numbers(data, np.dtype(data["dtype"])).copy()


def _decode_tensor(data: dict[str, Any], depth: int) -> torch.Tensor:
    name = data.get("dtype")
    if name not in TENSOR_TYPES:
        raise WireError("A tensor of numbers that may not travel.")
    if name in BITS_OF:
        return torch.from_numpy(_numbers(data, np.dtype("int16")).copy()).view(BITS_OF[name])
    return torch.from_numpy(_numbers(data, np.dtype(name)).copy())


def _numbers(data: dict[str, Any], dtype: np.dtype) -> np.ndarray:
    """Return the numbers, once the shape is known to fit the bytes that really came."""
    shape = data.get("shape")
    if type(shape) is not list or len(shape) > MOST_DIMENSIONS:
        raise WireError("A shape that is none.")
    if not all(type(size) is int and 0 <= size < 2**40 for size in shape):
        raise WireError("A shape that is none.")
    raw = _from_text(data.get("data"))
    if math.prod(shape) * dtype.itemsize != len(raw):
        raise WireError("A shape that does not fit its numbers.")
    if dtype.kind == "b" and raw.strip(b"\x00\x01"):
        raise WireError("Truth values other than 0 and 1.")
    return np.frombuffer(raw, dtype=dtype).reshape(shape)


def _decode_layers(data: dict[str, Any], depth: int) -> Layers:
    parts = _parts(data, depth)
    layers = tuple((_text(name), dict(settings)) for name, settings in parts["layers"])
    return Layers(layers, dict(parts["weights"]), bool(parts["training"]))


def _decode_case(data: dict[str, Any], depth: int) -> Case:
    parts = _parts(data, depth)
    return Case(tuple(parts["arguments"]), _text(parts["observe"]), dict(parts["extra"]))


def _parts(data: dict[str, Any], depth: int) -> dict[str, Any]:
    parts = decode(data.get("parts"), depth + 1)
    if type(parts) is not dict:
        raise WireError("A stand-in without its parts.")
    return parts


def _text(value: Any) -> str:
    if type(value) is not str:
        raise WireError("A name that is no text.")
    return value


def _to_text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _from_text(text: Any) -> bytes:
    try:
        return base64.b64decode(_text(text), validate=True)
    except binascii.Error as error:
        raise WireError("Bytes that are none.") from error


def _refuse_constant(name: str) -> None:
    raise WireError("NaN and Infinity travel under a kind of their own.")


DECODERS = {
    "float": _decode_float,
    "bytes": lambda data, depth: _from_text(data.get("data")),
    "list": _decode_entries,
    "tuple": _decode_entries,
    "dict": _decode_dict,
    "array": _decode_array,
    "tensor": _decode_tensor,
    "foreign": lambda data, depth: Foreign(_text(data.get("class"))[:80]),
    "folder": lambda data, depth: Folder(_decode_dict(data.get("files") or {}, depth)),
    "layers": _decode_layers,
    "case": _decode_case,
}

"""Call an answer on one case, and read what it did as plain values.

This module stands alone: the grader ships it into the sandbox where the rest of the workbook is
hidden. Whatever an answer raises comes through; the callers catch it.
"""

import copy
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SEED = 20240501
DEEPEST = 20  # lists within lists beyond this depth are not looked into
MOST_ENTRIES = 100_000  # entries of lists and dicts that one observation may hold

# result: what the call returned.
# arguments: the arguments after the call, for answers that change them in place.
# model: the call returned an nn.Module, which is tried out; see ``observe_model``.
OBSERVATIONS = ("result", "arguments", "model")


@dataclass(frozen=True)
class Case:
    """One call of an answer: ``name(*arguments)``, and what is looked at afterwards.

    arguments: plain values (None, bool, int, float, str, bytes, list, tuple, dict with text keys),
        numpy arrays, torch tensors, or the stand-ins ``Folder`` and ``Layers`` below.
    observe: what is read after the call, one of ``OBSERVATIONS``.
    extra: what the observation needs, for instance the photos for a returned model.
    """

    arguments: tuple[Any, ...]
    observe: str = "result"
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Folder:
    """Stands for the path of a folder with these files: relative name to contents."""

    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Layers:
    """Stands for an ``nn.Sequential``: names and arguments of torch.nn layers, and its weights.

    layers: for instance ``(("Flatten", {}), ("Linear", {"in_features": 12, "out_features": 3}))``.
    weights: the state_dict, name to tensor; empty for the weights that torch draws.
    training: whether the model is handed over in training mode.
    """

    layers: tuple[tuple[str, Mapping[str, Any]], ...]
    weights: Mapping[str, Any] = field(default_factory=dict)
    training: bool = True


@dataclass(frozen=True)
class Foreign:
    """Stands for a value of a kind that cannot travel, such as a generator or a DataFrame."""

    class_name: str


def run_case(answer: Callable, case: Case, folder: Path) -> Any:
    """Call ``answer`` with copies of the case's arguments, and return what is to be seen.

    folder: an empty folder in which the files of ``Folder`` arguments are written. Chance is the
    same for every case, and afterwards as it was before.
    """
    with same_chance():
        arguments = [build(value, folder / str(i)) for i, value in enumerate(case.arguments)]
        result = answer(*arguments)
        if case.observe == "arguments":
            return [observe_argument(argument) for argument in arguments]
        if case.observe == "model" and is_module(result):
            return observe_model(result, case.extra["photos"])
        return plain(result)


@contextmanager
def scratch_folder(case: Case) -> Iterator[Path]:
    """Yield a new folder for the case's files, and remove it afterwards.

    A case without files gets a path that does not exist, since making folders takes time.
    """
    if any(isinstance(value, Folder) for value in case.arguments):
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)
    else:
        yield Path("no-folder")


@contextmanager
def same_chance() -> Iterator[None]:
    """Seed Python's, NumPy's and torch's chance, and put back what they were."""
    import numpy as np
    import torch

    before = random.getstate(), np.random.get_state(), torch.get_rng_state()  # noqa: NPY002
    random.seed(SEED)
    np.random.seed(SEED)  # noqa: NPY002
    torch.default_generator.manual_seed(SEED)
    try:
        yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])  # noqa: NPY002
        torch.set_rng_state(before[2])


def build(value: Any, folder: Path) -> Any:
    """Turn a stand-in into the real thing, and anything else into a copy of its own."""
    if isinstance(value, Folder):
        return build_folder(value, folder)
    if isinstance(value, Layers):
        return build_layers(value)
    return copy.deepcopy(value)


def build_folder(stand_in: Folder, folder: Path) -> Path:
    """Write the files, and return the path of the folder that holds them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, contents in stand_in.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents)
    return folder


def build_layers(stand_in: Layers) -> Any:
    """Return the ``nn.Sequential`` that the stand-in describes."""
    from torch import nn

    layers = [getattr(nn, name)(**settings) for name, settings in stand_in.layers]
    model = nn.Sequential(*layers)
    if stand_in.weights:
        model.load_state_dict(dict(stand_in.weights))
    return model.train(stand_in.training)


def is_module(value: Any) -> bool:
    """Tell whether this is a torch model. Its type is asked, since an object may lie."""
    from torch import nn

    return issubclass(type(value), nn.Module)


def observe_argument(argument: Any) -> Any:
    """Return an argument as it is after the call.

    A folder is seen as its files, name to contents; an empty folder in it is seen as its name with
    a slash at the end, to b"". A model is seen as a dict: weights (the
    state_dict), trainable (name to bool) and training.
    """
    if isinstance(argument, Path):
        return observe_folder(argument)
    if is_module(argument):
        return {
            "weights": plain(dict(argument.state_dict())),
            "trainable": {name: p.requires_grad for name, p in argument.named_parameters()},
            "training": argument.training,
        }
    return plain(argument)


def observe_folder(folder: Path) -> dict[str, bytes]:
    """Return what lies in a folder: name to contents, empty folders with a slash at the end."""
    seen = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file():
            seen[name] = path.read_bytes()
        elif path.is_dir() and not any(path.iterdir()):
            seen[f"{name}/"] = b""
    return seen


def observe_model(model: Any, photos: Any) -> dict[str, Any]:
    """Return what is seen of a model that is shown ``photos`` (N, 3, H, W), as a dict.

    outputs and repeated: its outputs in evaluation mode, twice. trained_outputs: in training mode.
    parameters and trainable: how many numbers it has, and how many of them training may change.
    training: whether it came in training mode. filled_outputs: its outputs in evaluation mode
    after ``fill_parameters``, which are equal for models that calculate the same.
    """
    import torch

    training = model.training
    counts = [(p.numel(), p.requires_grad) for p in model.parameters()]
    with torch.no_grad():
        model.eval()
        outputs, repeated = plain(model(photos.clone())), plain(model(photos.clone()))
        model.train()
        trained_outputs = plain(model(photos.clone()))
        model.eval()
        fill_parameters(model)
        filled_outputs = plain(model(photos.clone()))
    return {
        "outputs": outputs,
        "repeated": repeated,
        "trained_outputs": trained_outputs,
        "filled_outputs": filled_outputs,
        "parameters": sum(count for count, _ in counts),
        "trainable": sum(count for count, is_trainable in counts if is_trainable),
        "training": training,
    }


def fill_parameters(model: Any) -> None:
    """Fill a model with numbers that depend only on the shapes of its weights and their order.

    Two models that are built differently but calculate the same then give the same outputs.
    The numbers are scaled by the square root of the inputs, so that outputs stay moderate.
    """
    import torch

    seen: dict[tuple[int, ...], int] = {}
    for parameter in model.parameters():
        shape = tuple(parameter.shape)
        seen[shape] = seen.get(shape, 0) + 1
        seed = sum(size * 31**place for place, size in enumerate((seen[shape], *shape)))
        numbers = torch.randn(shape, generator=torch.Generator().manual_seed(seed % 2**31))
        inputs = max(1, numbers[0].numel()) if shape else 1
        parameter.copy_(numbers / inputs**0.5)


def plain(value: Any) -> Any:
    """Return a value as plain data that nobody can tamper with, or as ``Foreign``.

    Kinds derived from plain ones, such as Counter or a named tuple, become the plain ones. Their
    own methods are never called, because a class may claim to be equal to everything.
    """
    return _Plain().of(value)


class _Plain:
    """Turns values into plain ones, and counts so that huge or endless ones come to an end."""

    def __init__(self):
        self.entries = 0

    def of(self, value: Any, depth: int = 0) -> Any:
        kind = type(value)
        if value is None or kind in (bool, int, float, str, bytes):
            return value
        if depth < DEEPEST and issubclass(kind, (list, tuple, dict)):
            return self._container(value, kind, depth + 1)
        for base in (int, float, str, bytes):
            if issubclass(kind, base):
                return base.__new__(base, _unbound(base, value))
        if depth < DEEPEST and _is_array_of_text(value):
            return self.of(value.tolist(), depth)
        return _numbers(value, kind)

    def _container(self, value: Any, kind: type, depth: int) -> Any:
        base = next(base for base in (list, tuple, dict) if issubclass(kind, base))
        self.entries += base.__len__(value)
        if self.entries > MOST_ENTRIES:
            return Foreign(_name(kind))
        if base is not dict:
            return base([self.of(entry, depth) for entry in base.__iter__(value)])
        entries = [(self.of(key), self.of(entry, depth)) for key, entry in dict.items(value)]
        if not all(type(key) is str for key, _ in entries):
            return Foreign("dict whose keys are not all text")
        return dict(entries)


def _unbound(base: type, value: Any) -> Any:
    """Read the plain value inside an object of a derived class, past the class's own methods."""
    if base is bytes:
        return bytes.__getitem__(value, slice(None))
    return {int: int.__int__, float: float.__float__, str: str.__str__}[base](value)


def _is_array_of_text(value: Any) -> bool:
    import numpy as np

    return type(value) is np.ndarray and value.dtype.kind in "UO" and value.ndim > 0


def _numbers(value: Any, kind: type) -> Any:
    """Return arrays, tensors and NumPy's single numbers as such, all else as ``Foreign``."""
    import numpy as np
    import torch

    if kind is np.ndarray and value.dtype.kind in "biuf":
        return value.copy()
    if kind in (torch.Tensor, torch.nn.Parameter) and value.layout is torch.strided:
        return Foreign("complex tensor") if value.is_complex() else value.detach().cpu().clone()
    if issubclass(kind, np.generic) and value.dtype.kind in "biuf":
        return np.generic.item(value)
    return Foreign(_name(kind))


def _name(kind: type) -> str:
    return str(type.__dict__["__name__"].__get__(kind))[:80]

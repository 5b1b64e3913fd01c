"""Make the model of a saved classifier anew from its card, and fill in its weights.

The model is first laid out on PyTorch's "meta" device, where tensors have shapes and no numbers.
Only when every shape agrees with the file is memory taken for it, so a card that asks for a giant
model costs nothing, and the memory that is used is bounded by the size of the file.
"""

import hashlib
import warnings
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import nn

from workbook.models import ARCHITECTURES, create_model
from workbook.saving.card import SAVE_AGAIN
from workbook.saving.container import ModelFileError

NUMBER_TYPES = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.int16: "I16",
    torch.int8: "I8",
    torch.uint8: "U8",
    torch.bool: "BOOL",
}


def build_model(path: Path, card: dict, tensors: Mapping[str, tuple[str, tuple]]) -> nn.Module:
    """Return the model that the card describes, its weights not yet those of the file.

    ``tensors`` is the table in the header of the file: name -> (number type, shape). Raises
    ModelFileError when the architecture is unknown, cannot be built with the arguments on the
    card, or has other weights than the file.
    """
    name = card["architecture"]["name"]
    if name not in ARCHITECTURES:
        raise ModelFileError(
            path,
            f'its model has the architecture "{name}", which is unknown here.',
            "If you wrote that model yourself, run the code that defines it under "
            f'@register_model("{name}") first; known here: {", ".join(sorted(ARCHITECTURES))}.',
        )
    _check_tensors(path, _described(_construct(path, card, "meta")), dict(tensors))
    return _construct(path, card, "cpu")


def fill_weights(
    path: Path, card: dict, model: nn.Module, weights: dict[str, torch.Tensor]
) -> None:
    """Put the weights of the file into the model after comparing them with their checksum."""
    if checksum_of_weights(weights) != card["checks"].get("weights"):
        raise ModelFileError(
            path,
            "the numbers in it are not the ones that were saved; the file was damaged or changed.",
            "Copy or download it again.",
        )
    model.load_state_dict(weights)


def weights_of(model: nn.Module) -> dict[str, torch.Tensor]:
    """Return the weights of a model as separate, contiguous tensors on the CPU, sorted by name."""
    state = model.state_dict()
    return {
        name: state[name].detach().cpu().contiguous().clone(memory_format=torch.contiguous_format)
        for name in sorted(state)
    }


def checksum_of_weights(weights: Mapping[str, torch.Tensor]) -> str:
    """Return 16 hexadecimal digits over the names, shapes and bytes of the weights."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        tensor = weights[name]
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()[:16]


def _construct(path: Path, card: dict, device: str) -> nn.Module:
    architecture = card["architecture"]
    try:
        with torch.device(device), warnings.catch_warnings():
            # Loading numbers into a tensor without numbers does nothing, which is meant here.
            warnings.filterwarnings("ignore", message=".*copying from a non-meta parameter.*")
            return create_model(architecture["name"], **architecture["arguments"])
    except Exception as error:  # whatever the constructor of a learner's own model raises
        raise ModelFileError(
            path,
            f'its model "{architecture["name"]}" cannot be built with the arguments on its card '
            f"({type(error).__name__}: {error}).",
            "The code of the model may have changed since it was saved; use the version it was "
            "trained with.",
        ) from error


def _described(model: nn.Module) -> dict[str, tuple[str, tuple[int, ...]]]:
    return {
        name: (NUMBER_TYPES[tensor.dtype], tuple(tensor.shape))
        for name, tensor in model.state_dict().items()
    }


def _check_tensors(path: Path, expected: dict, found: dict) -> None:
    missing = [name for name in expected if name not in found]
    if missing:
        raise ModelFileError(
            path,
            f"it lacks {len(missing)} of the {len(expected)} groups of weights that its model "
            f'needs, for example "{missing[0]}".',
            SAVE_AGAIN,
        )
    extra = [name for name in found if name not in expected]
    if extra:
        raise ModelFileError(
            path,
            f"it holds {len(extra)} groups of weights that its model has no place for, for example "
            f'"{extra[0]}".',
            SAVE_AGAIN,
        )
    for name, (number_type, shape) in expected.items():
        if found[name] != (number_type, shape):
            raise ModelFileError(
                path,
                f'the weights "{name}" have the shape {found[name][1]} and type {found[name][0]} '
                f"in the file, but its model needs {shape} and {number_type}.",
                SAVE_AGAIN,
            )

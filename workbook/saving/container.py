"""The outside of a model file: is it one, is it whole, and what does its header say?

A safetensors file is eight bytes with the length of the header, the header (JSON: a table of the
tensors, and free text under ``__metadata__``), then the numbers, and nothing that could run
(https://huggingface.co/docs/safetensors). Everything here reads the header only, so that a file
can be judged before its numbers are loaded.
"""

import json
from dataclasses import dataclass
from pathlib import Path

CARD_KEY = "workbook_card"
LENGTH_BYTES = 8
LARGEST_HEADER = 8 * 2**20  # bytes; a card with 1,000 classes needs about 0.1 MB
PICKLE_SIGNS = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


class ModelFileError(ValueError):
    """A model file that cannot be used; the text says what is wrong and what to do."""

    def __init__(self, path: str | Path, problem: str, remedy: str):
        self.path = Path(path)
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{self.path.name}: {problem} {remedy}")


@dataclass(frozen=True)
class Header:
    """What a model file says before its numbers begin.

    ``tensors`` maps the name of each tensor to its (number type, shape), for example
    ``("F32", (128, 3, 5, 5))``; ``card_text`` is the card as JSON text.
    """

    tensors: dict[str, tuple[str, tuple[int, ...]]]
    card_text: str


def read_header(path: Path) -> Header:
    """Read and check the header of a model file. Raises ModelFileError."""
    _check_is_a_file(path)
    size = path.stat().st_size
    with open(path, "rb") as file:
        beginning = file.read(LENGTH_BYTES + 1)
        _check_beginning(path, beginning, size)
        length = int.from_bytes(beginning[:LENGTH_BYTES], "little")
        file.seek(LENGTH_BYTES)
        table = _parsed_table(path, file.read(length))
    metadata = table.pop("__metadata__", {})
    tensors, end = _tensor_entries(path, table)
    _check_length(path, size, LENGTH_BYTES + length + end)
    if not isinstance(metadata, dict) or not isinstance(metadata.get(CARD_KEY), str):
        raise ModelFileError(
            path,
            "this safetensors file was not written by the workbook: it has no card that says "
            "which classes and which preprocessing belong to the weights.",
            "Open it with the program it comes from, or save your classifier with classifier.save.",
        )
    return Header(tensors, metadata[CARD_KEY])


def _check_is_a_file(path: Path) -> None:
    if path.is_dir():
        raise ModelFileError(
            path,
            f"this is a folder, not a model file ({path}).",
            "Give the file itself; its name usually ends in .safetensors.",
        )
    if not path.is_file():
        raise ModelFileError(
            path,
            f"there is no such file ({path.absolute()}).",
            "Check the name and the folder; saved models lie in the models folder of the "
            "workspace unless you chose another place.",
        )


def _check_beginning(path: Path, beginning: bytes, size: int) -> None:
    if beginning.startswith(PICKLE_SIGNS):
        raise ModelFileError(
            path,
            "this is a file of torch.save or another archive. Such files can run a stranger's "
            "program when they are opened, so the workbook never opens them.",
            "Ask for a .safetensors file written by classifier.save.",
        )
    length = int.from_bytes(beginning[:LENGTH_BYTES], "little")
    if len(beginning) <= LENGTH_BYTES or beginning[-1:] != b"{" or length < 2:
        raise ModelFileError(
            path,
            "this is not a safetensors file.",
            "Give a file that was written by classifier.save.",
        )
    if length > LARGEST_HEADER:
        raise ModelFileError(
            path,
            f"its header claims to be {length:,} bytes long, far more than a classifier needs, "
            "so it was not read.",
            "Give a file that was written by classifier.save.",
        )
    _check_length(path, size, LENGTH_BYTES + length)


def _check_length(path: Path, size: int, expected: int) -> None:
    if size < expected:
        raise ModelFileError(
            path,
            f"the file is cut off: at least {expected:,} bytes belong to it and only {size:,} are "
            "there.",
            "Copy or download it again.",
        )


def _parsed_table(path: Path, header: bytes) -> dict:
    try:
        table = json.loads(header.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise _damaged(path) from error
    if not isinstance(table, dict):
        raise _damaged(path)
    return table


def _tensor_entries(path: Path, table: dict) -> tuple[dict, int]:
    tensors, end = {}, 0
    try:
        for name, entry in table.items():
            shape = tuple(int(length) for length in entry["shape"])
            tensors[name] = (str(entry["dtype"]), shape)
            end = max(end, int(entry["data_offsets"][1]))
    except (KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
        raise _damaged(path) from error
    return tensors, end


def _damaged(path: Path) -> ModelFileError:
    return ModelFileError(
        path,
        "the header of this safetensors file is damaged and cannot be read.",
        "Copy or download it again.",
    )

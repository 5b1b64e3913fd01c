"""Keep the decoded photos of a large folder in one file, to be read batch by batch.

The cache of a set in memory (cache.py) is read whole. This file is for sets that are too large for
that: one row of bytes per photo, all of the same length, so that any photo is one seek and one
read away. It is read with plain file reads and not through a memory map, whose pages would count as
memory of the process.

The file holds, one after the other: the rows; an index, as JSON, that says which photo each row
shows and which state of its file was decoded; the index's digest and its length. The end is
written last and the file gets its name after that, so it is there whole or not at all.
"""

import hashlib
import json
import os
import shutil
import struct
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import torch

from workbook.atomic import replacing
from workbook.photos.ahead import DECODING_THREADS, compute_ahead
from workbook.photos.cache import CACHE_VERSION, FileState, cache_path, is_settled, state_of
from workbook.photos.preprocess import Preprocess
from workbook.photos.reading import PhotoError
from workbook.progress import progress_bar

# So much of the disk is left to everything else.
SPARED_BYTES = 1024**3
COPIED_AT_ONCE = 256  # photos
_END = struct.Struct("<32sQ")  # SHA-256 of what the rows show, length of the index in bytes


@dataclass(frozen=True)
class PixelStore:
    """A file of decoded photos, uint8 ``(3, size, size)`` each.

    digest: tells this content from any other. row_of: relative file name -> row.
    decoded_from: for each row the state of the photo's file, or None where the file was so new
    that a later change might not show.
    """

    path: Path
    size: int
    digest: bytes
    row_of: dict[str, int]
    decoded_from: list[FileState | None]

    @property
    def row_bytes(self) -> int:
        """Return the length of a row."""
        return 3 * self.size**2

    def read(self, rows: Sequence[int]) -> torch.Tensor:
        """Return these rows as a uint8 tensor ``(B, 3, size, size)``.

        Raises OSError when the file was removed or replaced by another since it was opened first.
        """
        images = torch.empty(len(rows), 3, self.size, self.size, dtype=torch.uint8)
        # The file is opened for each batch: threads and processes never share a position in it,
        # and between two batches it may be replaced, which Windows forbids while it is open.
        with self.path.open("rb", buffering=0) as file:
            digest, _ = _read_end(file)
            if digest != self.digest:
                raise OSError(f"{self.path} holds other photos now.")
            for image, row in zip(images.numpy(), rows, strict=True):
                file.seek(row * self.row_bytes)
                if file.readinto(image) != self.row_bytes:
                    raise OSError(f"{self.path} ends too early.")
        return images

    def has(self, file: str, state: FileState | None) -> bool:
        """Tell whether the file's pixels are here, decoded from this very state of it."""
        row = self.row_of.get(file)
        return state is not None and row is not None and self.decoded_from[row] == state


def store_photos(
    root: Path, paths: Sequence[Path], preprocess: Preprocess, *, progress: bool = True
) -> tuple[PixelStore | None, dict[int, PhotoError]]:
    """Decode the photos below ``root`` that no store holds yet, and return one that holds them all.

    Also returns the errors of the photos that cannot be read, by position. When the store cannot
    be written (a full disk, no permission), it is None, and one warning says what that means.
    """
    started = time.time_ns()
    files = [path.relative_to(root).as_posix() for path in paths]
    # The state is taken before decoding: a file that changes meanwhile no longer matches it.
    states = [state_of(path) for path in paths]
    old = _open_store(root, preprocess)
    known, fresh = [], []
    for position, (file, state) in enumerate(zip(files, states, strict=True)):
        (known if old and old.has(file, state) else fresh).append(position)

    problems: dict[int, PhotoError] = {}
    decoded = _decode(fresh, paths, preprocess, problems, progress)
    first = next(decoded, None)
    if first is None:
        return old, problems  # nothing is new, or nothing of it can be read

    def write_rows(file: BinaryIO) -> list[int]:
        written = []
        for position, pixels in chain([first], decoded):
            file.write(pixels.numpy())
            written.append(position)
        for start in range(0, len(known), COPIED_AT_ONCE):
            chunk = known[start : start + COPIED_AT_ONCE]
            file.write(old.read([old.row_of[files[position]] for position in chunk]).numpy())
            written += chunk
        return written

    try:
        path = _store_path(root, preprocess)
        _check_room(path, len(paths) * 3 * preprocess.size**2)
        return _write_store(path, preprocess.size, write_rows, files, states, started), problems
    except OSError as error:
        for _ in decoded:  # what is left must be looked at all the same
            pass
        _warn_not_kept(error)
        return None, problems


def check_photos(
    paths: Sequence[Path], preprocess: Preprocess, *, progress: bool = True
) -> dict[int, PhotoError]:
    """Decode every photo, keep none, and return the errors by position."""
    problems: dict[int, PhotoError] = {}
    for _ in _decode(range(len(paths)), paths, preprocess, problems, progress):
        pass
    return problems


def _decode(
    positions: Sequence[int],
    paths: Sequence[Path],
    preprocess: Preprocess,
    problems: dict[int, PhotoError],
    progress: bool,
) -> Iterator[tuple[int, torch.Tensor]]:
    """Yield position and pixels of each photo that can be read, and note the others."""

    def decode(position: int) -> torch.Tensor | PhotoError:
        try:
            return preprocess.pixels(paths[position])
        except PhotoError as error:
            return error

    results = compute_ahead(decode, positions, ahead=4 * DECODING_THREADS)
    shown = progress_bar(
        results, description="Reading photos", total=len(positions), shown=progress
    )
    for position, result in zip(positions, shown, strict=True):
        if isinstance(result, PhotoError):
            problems[position] = result
        else:
            yield position, result


def _write_store(
    path: Path,
    size: int,
    write_rows: Callable[[BinaryIO], list[int]],
    files: Sequence[str],
    states: Sequence[FileState | None],
    started: int,
) -> PixelStore:
    with replacing(path) as temporary, temporary.open("wb") as file:
        written = write_rows(file)
        names = [files[position] for position in written]
        decoded_from = [states[position] for position in written]
        # Processes that write the same at the same time get the same digest, and either file
        # serves all of them.
        digest = hashlib.sha256(json.dumps([names, decoded_from]).encode()).digest()
        trusted = [state if is_settled(state, started) else None for state in decoded_from]
        index = {"version": CACHE_VERSION, "size": size, "photos": names, "states": trusted}
        encoded = json.dumps(index).encode()
        file.write(encoded)
        file.write(_END.pack(digest, len(encoded)))
        file.flush()
        os.fsync(file.fileno())  # a power cut must not leave the name without the content
    return PixelStore(path, size, digest, _numbered(names), trusted)


def _open_store(root: Path, preprocess: Preprocess) -> PixelStore | None:
    try:
        path = _store_path(root, preprocess)
        with path.open("rb") as file:
            digest, length = _read_end(file)
            end_of_rows = file.seek(-(_END.size + length), 2)
            index = json.loads(file.read(length))
        names, size = index["photos"], index["size"]
        states = [tuple(state) if state else None for state in index["states"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None  # there is none, or it is damaged: it is made anew
    right = (index["version"], size) == (CACHE_VERSION, preprocess.size)
    if not right or len(states) != len(names) or end_of_rows != len(names) * 3 * size**2:
        return None
    return PixelStore(path, size, digest, _numbered(names), states)


def _read_end(file: BinaryIO) -> tuple[bytes, int]:
    file.seek(-_END.size, 2)
    return _END.unpack(file.read(_END.size))


def _numbered(names: Sequence[str]) -> dict[str, int]:
    return {name: row for row, name in enumerate(names)}


def _store_path(root: Path, preprocess: Preprocess) -> Path:
    return cache_path(root, preprocess).with_suffix(".pixels")


def _check_room(path: Path, needed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(path.parent).free
    if free < needed + SPARED_BYTES:
        raise OSError(f"they need {needed / 1e9:.1f} GB, and the disk has {free / 1e9:.1f} GB left")


def _warn_not_kept(error: OSError) -> None:
    warnings.warn(
        f"The decoded photos could not be kept in the workspace ({error.strerror or error}). "
        "Training works, but decodes every photo again in every epoch, which is slow; free some "
        "space on the disk, or set WORKBOOK_HOME to a folder on a larger one.",
        stacklevel=4,
    )

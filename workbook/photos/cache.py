"""Keep decoded photos on disk, and notice which of the files have changed since.

Decoding is the slow part of a start. The cache is one safetensors file per folder and size: all
images as one tensor, and in its header one line per photo that says which state of the file the
pixels were made from. What does not match exactly is decoded again.
"""

import hashlib
import json
import os
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from workbook.atomic import replacing
from workbook.photos.decoding import decode_photos
from workbook.photos.preprocess import Preprocess
from workbook.photos.reading import PhotoError
from workbook.workspace import data_folder

# Raise it whenever reading or resizing changes, so that no cache keeps the old pixels alive.
CACHE_VERSION = 1

# Size, times of change of content and of name (nanoseconds), and the file's number on its disk:
# two files that swap their names differ in the last, even if they agree in all the others.
FileState = tuple[int, int, int, int]


@dataclass
class _Cached:
    images: torch.Tensor
    state_of: dict[str, FileState]  # in the order of the images


def decode_with_cache(
    root: Path, paths: Sequence[Path], preprocess: Preprocess, *, progress: bool = True
) -> tuple[torch.Tensor, dict[int, PhotoError]]:
    """Return what ``decode_photos`` returns for files below ``root``, decoding only changed ones.

    When the cache cannot be read, everything is decoded; when it cannot be written (a full disk,
    no permission), one warning says so and all goes on.
    """
    cached = _read_cache(root, preprocess)
    files = [path.relative_to(root).as_posix() for path in paths]
    # The state is taken before decoding: a file that changes meanwhile no longer matches it.
    started = time.time_ns()
    states = [state_of(path) for path in paths]
    known = [
        state is not None and cached.state_of.get(file) == state
        for file, state in zip(files, states, strict=True)
    ]
    if all(known) and list(cached.state_of) == files:
        return cached.images, {}

    fresh = [position for position in range(len(paths)) if not known[position]]
    decoded, problems_of_fresh = decode_photos(
        [paths[position] for position in fresh], preprocess, progress=progress
    )
    problems = {fresh[position]: error for position, error in problems_of_fresh.items()}
    images = _merged(decoded, fresh, cached, files)
    settled = {
        position: (files[position], states[position])
        for position in range(len(paths))
        if position not in problems and is_settled(states[position], started)
    }
    if settled and list(settled.values()) != list(cached.state_of.items()):
        _write_cache(root, preprocess, images, settled)
    return images, problems


def _merged(
    decoded: torch.Tensor, fresh: Sequence[int], cached: _Cached, files: Sequence[str]
) -> torch.Tensor:
    """Put newly decoded images and those from the cache into the order of ``files``."""
    if len(fresh) == len(files):
        return decoded
    row_of = {file: row for row, file in enumerate(cached.state_of)}
    images = cached.images[[row_of.get(file, 0) for file in files]]
    images[list(fresh)] = decoded
    return images


def cache_path(root: Path, preprocess: Preprocess) -> Path:
    """Return where the decoded photos of a folder are kept, inside the workspace."""
    real = os.path.realpath(root)
    place = hashlib.sha256(os.fsencode(real)).hexdigest()[:12]
    name = f"{Path(real).name[:40]}-{place}-{preprocess.size}-{preprocess.resize}.safetensors"
    return data_folder() / ".cache" / name


def state_of(path: Path) -> FileState | None:
    """Return what changes when the file does; None when there is no such file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def is_settled(state: FileState | None, started: int) -> bool:
    """Tell whether a change after ``started`` would show in the file's time.

    A file may be changed twice within one tick of the disk's clock, and then its time does not
    tell the two apart. Memory cards tick every two seconds, most disks every few milliseconds.
    """
    if state is None:
        return False
    changed = state[1]
    tick = 2_000_000_000 if changed % 10_000_000 == 0 else 20_000_000
    return changed + tick < started


def _read_cache(root: Path, preprocess: Preprocess) -> _Cached:
    size = preprocess.size
    nothing = _Cached(torch.empty(0, 3, size, size, dtype=torch.uint8), {})
    try:
        with safe_open(cache_path(root, preprocess), framework="pt") as file:
            header = file.metadata() or {}
            if header.get("cache_version") != str(CACHE_VERSION):
                return nothing
            # A copy in memory: as long as a file is mapped, Windows does not let it be replaced.
            images = file.get_tensor("images").clone()
            entries = json.loads(header["photos"])
    except (OSError, SafetensorError, KeyError, ValueError):
        return nothing
    right_shape = images.shape == (len(entries), *nothing.images.shape[1:])
    if not right_shape or images.dtype != torch.uint8:
        return nothing
    return _Cached(images, {file: tuple(state) for file, state in entries})


def _write_cache(
    root: Path,
    preprocess: Preprocess,
    images: torch.Tensor,
    settled: dict[int, tuple[str, FileState]],
) -> None:
    header = {
        "cache_version": str(CACHE_VERSION),
        "photos": json.dumps(list(settled.values())),
    }
    kept = images if len(settled) == len(images) else images[list(settled)]
    try:
        with replacing(cache_path(root, preprocess)) as temporary:
            save_file({"images": kept}, temporary, metadata=header)
    except (OSError, SafetensorError) as error:
        reason = getattr(error, "strerror", None) or error
        warnings.warn(
            f"The decoded photos could not be kept in the workspace ({reason}). "
            "Everything works, but the next start reads all photos again; free some space on the "
            "disk, or set WORKBOOK_HOME to another folder.",
            stacklevel=4,
        )

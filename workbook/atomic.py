"""Write files and folders whole or not at all.

A program that stops half-way (Ctrl-C, a full disk, a power cut) must not leave half a file behind
that looks like a whole one. So everything is written under a temporary name first, and renamed at
the end: the rename is a single step for the operating system.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _temporary_name(path: Path) -> Path:
    # The suffix stays, because libraries such as Pillow choose the file format by it.
    return path.with_name(f".{path.stem}-{uuid.uuid4().hex[:8]}.partial{path.suffix}")


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; on success it takes the place of ``path``.

    When the block raises, the temporary file is removed and ``path`` stays as it was.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary_name(path)
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def new_folder(path: str | Path) -> Iterator[Path]:
    """Yield a temporary folder beside ``path``; on success it is renamed to ``path``.

    Raises FileExistsError before anything is written when ``path`` is already there. When the
    block raises, the temporary folder is removed.
    """
    path = Path(path)
    if path.exists():
        raise FileExistsError(
            f"{path} is already there and will not be overwritten. "
            "Choose another name, or move the old folder away first."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary_name(path)
    temporary.mkdir()
    try:
        yield temporary
        os.rename(temporary, path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)

"""Find what was handed in: notebooks in a folder, in zip files, and in zip files inside those.

Nothing is unpacked to the disk, so no name in an archive can lead anywhere. A file is read only
when it is needed, and never more of it than ``LARGEST_FILE``.
"""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

LARGEST_FILE = 200 << 20
MOST_FILES = 100_000
DEEPEST_ZIP = 3
# RuntimeError and NotImplementedError: locked with a password, or packed in an unknown way.
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError)
NOTEBOOK_SUFFIXES = (".ipynb", ".py", ".json")


class TooLarge(ValueError):
    """A file is larger than what is read; str() is a sentence."""


@dataclass(frozen=True)
class SubmittedFile:
    """A file that was handed in.

    parts: the names of its folders and its own. read: returns its bytes; raises OSError or
    ValueError when it cannot be read. modified: orders files by time, as text.
    """

    parts: tuple[str, ...]
    read: Callable[[], bytes]
    modified: str = ""

    @property
    def looks_like_a_notebook(self) -> bool:
        """Tell by the name; ``x.ipynb.txt`` counts too, which browsers make when saving."""
        name = self.parts[-1].lower()
        return name.endswith(NOTEBOOK_SUFFIXES) or ".ipynb" in name


def submitted_files(place: Path) -> list[SubmittedFile]:
    """Return all files in a folder or zip file, sorted by name, without hidden ones.

    Raises FileNotFoundError, or ValueError when it is neither a folder nor a zip file.
    """
    if place.is_dir():
        found = _in_folder(place)
    elif place.is_file() and zipfile.is_zipfile(place):
        archive = zipfile.ZipFile(place)
        found = _in_zip(lambda: archive, (), 1)
    elif not place.exists():
        raise FileNotFoundError(
            f"There is no folder or zip file {place}. Give the folder or the zip file that "
            "your learning-management system calls “download all submissions”."
        )
    else:
        raise ValueError(
            f"{place} is neither a folder nor a zip file. Give the folder or the zip file that "
            "your learning-management system calls “download all submissions”."
        )
    files = []
    for file in found:
        files.append(file)
        if len(files) > MOST_FILES:
            raise ValueError(
                f"There are more than {MOST_FILES} files in {place}. Give the folder that holds "
                "the submissions and nothing else."
            )
    return sorted(files, key=lambda file: file.parts)


def _in_folder(folder: Path) -> Iterator[SubmittedFile]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        # A link could lead to files that nobody handed in.
        if _is_hidden(parts) or path.is_symlink() or not path.is_file():
            continue
        if not path.resolve().is_relative_to(folder.resolve()):
            continue
        if path.suffix.lower() == ".zip" and zipfile.is_zipfile(path):
            yield from _in_zip(lambda path=path: zipfile.ZipFile(path), _unzipped(parts), 1)
        else:
            modified = f"{path.stat().st_mtime:020.3f}"
            yield SubmittedFile(parts, lambda path=path: _read_path(path), modified)


def _in_zip(
    open_archive: Callable[[], zipfile.ZipFile], outer: tuple[str, ...], depth: int
) -> Iterator[SubmittedFile]:
    try:
        members = [member for member in open_archive().infolist() if not member.is_dir()]
    except (*BROKEN_ZIP, TooLarge):
        yield SubmittedFile(outer or ("broken.zip",), lambda: b"")
        return
    for member in members[: MOST_FILES + 1]:
        inner = tuple(part for part in _name(member).replace("\\", "/").split("/") if part)
        inner = tuple(part for part in inner if part not in (".", ".."))
        if not inner or _is_hidden(inner):
            continue
        parts = (*outer, *inner)

        def read_member(member=member) -> bytes:
            return _read_member(open_archive(), member)

        def open_member(read_member=read_member) -> zipfile.ZipFile:
            return zipfile.ZipFile(io.BytesIO(read_member()))

        if inner[-1].lower().endswith(".zip") and depth < DEEPEST_ZIP:
            yield from _in_zip(open_member, _unzipped(parts), depth + 1)
        else:
            modified = "{}-{:02}-{:02} {:02}:{:02}:{:02}".format(*member.date_time)
            yield SubmittedFile(parts, read_member, modified)


def _name(member: zipfile.ZipInfo) -> str:
    """Return a file's name. Many programs write UTF-8 and do not say so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename


def _read_path(path: Path) -> bytes:
    with path.open("rb") as file:
        return _checked(file.read(LARGEST_FILE + 1))


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Read one file of an archive. What the archive says about its size is not trusted."""
    try:
        with archive.open(member) as file:
            return _checked(file.read(LARGEST_FILE + 1))
    except BROKEN_ZIP as error:
        raise ValueError(f"The zip file cannot be read: {error}") from error


def _checked(data: bytes) -> bytes:
    if len(data) > LARGEST_FILE:
        raise TooLarge(f"The file is larger than {LARGEST_FILE >> 20} MB.")
    return data


def _unzipped(parts: tuple[str, ...]) -> tuple[str, ...]:
    return (*parts[:-1], parts[-1][: -len(".zip")] or "zip")


def _is_hidden(parts: tuple[str, ...]) -> bool:
    return any(
        part.startswith(".") or part in ("__MACOSX", "__pycache__", "node_modules")
        for part in parts
    ) or parts[-1].endswith("-checkpoint.ipynb")

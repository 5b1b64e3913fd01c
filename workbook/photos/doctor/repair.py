"""Repair what the doctor found, without losing anything, and take it back when asked to."""

import errno
import io
import os
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from workbook.atomic import replacing
from workbook.photos.doctor.findings import CONVERT, DECIDE, FINDINGS, KINDS
from workbook.photos.doctor.quarantine import Quarantine, free_name, move_file
from workbook.photos.doctor.report import Report, file_checksum
from workbook.photos.folder import find_folder
from workbook.photos.reading import read_photo

if TYPE_CHECKING:
    import pandas as pd

JPEG_QUALITY = 95
_SUFFIXES = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png",),
    "WEBP": (".webp",),
    "GIF": (".gif",),
    "BMP": (".bmp",),
    "TIFF": (".tif", ".tiff"),
    "AVIF": (".avif",),
}
_ABOUT_CLASSES = ("imbalance", "empty_class", "single_photo_class")
_CHANGED, _REFUSED = range(2)


def repair(
    report: Report,
    *,
    quarantine: str | os.PathLike | None = None,
    findings: Iterable[str] | None = None,
) -> "pd.DataFrame":
    """Move doubtful files to the quarantine and replace odd ones by clean copies.

    quarantine: where files go, ``<folder>/_quarantine`` unless another folder is given. There
        they lie under the name of the finding: ``truncated/apple/0007.jpg``.
    findings: the kinds to repair; all but those that need a decision, unless named here.

    Returns one row per file that was moved or converted: finding, file, action, kept (where the
    original is now) and new_file. A file that changed since the examination is left alone, with a
    warning, so a second repair does no harm. Every move is logged; ``undo_repair`` takes it back.

    Raises ValueError for findings that no move can repair, and OSError with a sentence when the
    folder cannot be written to or the disk is full; files repaired until then stay repaired.
    """
    import pandas as pd

    chosen = _chosen_findings(findings)
    todo = report.table[report.table["finding"].isin(chosen)]
    root = Path(report.folder)
    place = Quarantine(root, quarantine)
    rows, left = [], {_CHANGED: [], _REFUSED: []}
    try:
        if len(todo):
            place.open()
        clean_copies = {(move.new_file, move.new_checksum) for move in place.moves()}
        for file, of_file in todo.groupby("file", sort=False):
            checksum = file_checksum(root / file)
            if not os.path.lexists(root / file) or (file, checksum) in clean_copies:
                continue  # an earlier repair has dealt with it
            known = report.checksums.get(file)
            if known not in ("", checksum):
                left[_CHANGED].append(file)
                continue
            try:
                rows.append(_repair_file(place, file, list(of_file["finding"])))
            except PermissionError:  # open in another program, or in a protected folder
                left[_REFUSED].append(file)
    except OSError as error:
        raise explain_failure(error, place.folder, len(rows)) from error
    _warn_of_files_left(left)
    return pd.DataFrame(rows, columns=["finding", "file", "action", "kept", "new_file"])


def undo_repair(
    folder: str | os.PathLike, *, quarantine: str | os.PathLike | None = None
) -> "pd.DataFrame":
    """Put all files in the quarantine back to where they came from, the last one first.

    The clean copies that took their places go to ``undone`` in the quarantine, unless they were
    changed meanwhile: then they stay, and the original comes back beside them under a new name.
    Returns one row per file: file (where it is now), came_from, finding.
    """
    import pandas as pd

    root = find_folder(folder)
    place = Quarantine(root, quarantine)
    rows = []
    try:
        for move in reversed(place.moves()):
            kept = place.folder / move.went_to
            if os.path.lexists(kept):
                new_file = root / move.new_file
                if move.new_file and file_checksum(new_file) == move.new_checksum:
                    move_file(new_file, free_name(place.folder / "undone" / move.new_file))
                target = free_name(root / move.came_from)
                move_file(kept, target)
                file = target.relative_to(root).as_posix()
                rows.append((file, move.came_from, move.finding))
            place.note_undone(move)
    except OSError as error:
        raise explain_failure(error, root, len(rows)) from error
    return pd.DataFrame(rows, columns=["file", "came_from", "finding"])


def _chosen_findings(findings: Iterable[str] | None) -> list[str]:
    if findings is None:
        return [name for name in FINDINGS if KINDS[name].action != DECIDE]
    chosen = [findings] if isinstance(findings, str) else list(findings)
    for name in chosen:
        if name not in KINDS:
            raise ValueError(
                f'The doctor knows no finding "{name}". It knows {", ".join(FINDINGS)}.'
            )
        if name in _ABOUT_CLASSES:
            raise ValueError(
                f'"{name}" is about a class, and no file can be moved to repair it. '
                f"{KINDS[name].advice}"
            )
    return chosen


def _repair_file(
    place: Quarantine, file: str, findings: Sequence[str]
) -> tuple[str, str, str, str, str]:
    moving = [name for name in findings if KINDS[name].action != CONVERT]
    if moving:
        move = place.note(moving[0], "moved", file)
        place.take_in(move)
        return move.finding, file, move.action, str(place.folder / move.went_to), ""
    path = place.root / file
    suffixes, content = _clean_copy(path, only_rename=list(findings) == ["wrong_extension"])
    keeps_name = path.suffix.lower() in suffixes
    new_path = path if keeps_name else free_name(path.with_suffix(suffixes[0]))
    new_file = new_path.relative_to(place.root).as_posix()
    move = place.note(findings[0], "converted", file, new_file, content)
    # First the copy is written whole, then the original goes, then the copy takes its name.
    with replacing(new_path) as temporary:
        temporary.write_bytes(content)
        place.take_in(move)
    return move.finding, file, move.action, str(place.folder / move.went_to), new_file


def _clean_copy(path: Path, *, only_rename: bool) -> tuple[Sequence[str], bytes]:
    """Return the fitting endings, the usual one first, and the content of an ordinary copy."""
    content = path.read_bytes()
    with Image.open(io.BytesIO(content)) as image:
        name = "JPEG" if image.format == "MPO" else image.format
    if only_rename and name in _SUFFIXES:
        return _SUFFIXES[name], content
    name = "JPEG" if name == "JPEG" else "PNG"
    stream = io.BytesIO()
    quality = {"quality": JPEG_QUALITY, "subsampling": 0} if name == "JPEG" else {}
    read_photo(path).save(stream, name, **quality)
    return _SUFFIXES[name], stream.getvalue()


def _warn_of_files_left(left: dict[int, list[str]]) -> None:
    sentences = {
        _CHANGED: "changed since the examination and stayed where they are. Examine again.",
        _REFUSED: "could not be moved, because they are open in another program or protected. "
        "Close other programs and repair again.",
    }
    for trouble, files in left.items():
        if files:
            warnings.warn(
                f"{len(files)} files {sentences[trouble]} The first is {files[0]}.", stacklevel=3
            )


def explain_failure(error: OSError, folder: Path, done: int) -> OSError:
    """Return the same kind of error with a sentence: what is wrong, what is safe, what to do."""
    so_far = f"{done} files were done before that, the others are untouched, and nothing is lost."
    if error.errno == errno.ENOSPC:
        sentence = f"The disk with {folder} is full. {so_far} Free some space, then do it again."
    elif isinstance(error, PermissionError) or error.errno == errno.EROFS:
        sentence = (
            f"You may not write to {folder}. {so_far} "
            "Copy the photos to a folder of your own and use that one."
        )
    else:
        sentence = (
            f"{folder} could not be written to ({error.strerror or error}). {so_far} "
            "Check the disk, then do it again."
        )
    return type(error)(error.errno, sentence)

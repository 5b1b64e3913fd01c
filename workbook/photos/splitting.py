"""Copy a folder of photos into train, validation and test, once and for all."""

import csv
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from workbook.atomic import new_folder
from workbook.photos.assignment import FRACTIONS, assign_splits
from workbook.photos.folder import PhotoFile, find_folder, scan_folder
from workbook.progress import progress_bar

FOLDER_OF_SPLIT = {"train": "train", "validation": "val", "test": "test"}
TABLE_NAME = "splits.csv"
SETTINGS_NAME = "split.json"
COLUMNS = ("file", "class", "group", "split", "source")

_DIFFERENCES = {
    "source": "photos from another folder",
    "fingerprint": "photos or groups that have changed since",
    "fractions": "other fractions",
    "seed": "another seed",
}

Groups = str | Mapping[str, str] | None


def split_folder(
    folder: str | os.PathLike,
    out: str | os.PathLike,
    *,
    fractions: Sequence[float] = FRACTIONS,
    seed: int = 0,
    groups: Groups = "auto",
    progress: bool = True,
) -> Path:
    """Copy the photos of ``folder`` into ``out``/train, val and test, one folder per class in each.

    groups: photos that must stay together, as a dict from file name (relative to ``folder``, with
    forward slashes) to group; "auto" takes the column ``scene`` of the table ``<folder>.csv`` if
    there is one; None, and every photo without a group, stands alone. See ``assign_splits`` for
    what is guaranteed.

    Writes ``splits.csv`` (file, class, group, split, source) and ``split.json`` (the settings).
    The originals are only read. A second call with the same settings and photos returns the
    folder that is there. Raises FileExistsError when there is another split, and ValueError or
    OSError, with a sentence, when the photos cannot be split or copied; then nothing is written.
    """
    root, out = find_folder(folder), Path(out).expanduser()
    photos = scan_folder(root)
    _check_places(root, out, photos)
    group_of = photo_groups(root, photos, groups)
    settings = _settings(root, photos, group_of, fractions, seed)
    if out.exists():
        return _same_split(out, settings)
    splits = assign_splits([photo.class_name for photo in photos], group_of, fractions, seed)
    try:
        with new_folder(out) as temporary:
            rows = _copy_photos(photos, group_of, splits, temporary, progress)
            _write_table(temporary / TABLE_NAME, rows)
            text = json.dumps(settings, indent=2, ensure_ascii=True)
            (temporary / SETTINGS_NAME).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise explain_failed_copy(error, out) from error
    return out


def is_split_with(
    folder: str | os.PathLike,
    out: Path,
    *,
    fractions: Sequence[float] = FRACTIONS,
    seed: int = 0,
    groups: Groups = "auto",
) -> bool:
    """Tell whether ``out`` is the split of the present photos of ``folder`` with these settings."""
    root = find_folder(folder)
    photos = scan_folder(root)
    settings = _settings(root, photos, photo_groups(root, photos, groups), fractions, seed)
    return read_settings(out) == settings


def photo_groups(root: Path, photos: Sequence[PhotoFile], groups: Groups) -> list[str]:
    """Return the group of each photo. Raises ValueError for an unknown kind of grouping."""
    if groups is None:
        table: Mapping[str, str] = {}
    elif isinstance(groups, Mapping):
        table = groups
        unknown = sorted(set(groups) - {photo.file for photo in photos})
        if unknown:
            raise ValueError(
                f'The groups name the file "{unknown[0]}", which is not in {root}. '
                'Give names relative to the folder, such as "apple/0001.jpg".'
            )
    elif groups == "auto":
        table = _scenes(root)
    else:
        raise ValueError(
            f'The groups are {groups!r}. Give "auto", None, or a dict from file name to group.'
        )
    return [str(table.get(photo.file, photo.file)) for photo in photos]


def read_table(path: Path) -> list[dict[str, str]]:
    """Read a CSV file with a header, every value as text. Raises ValueError with a sentence."""
    try:
        with path.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as stream:
            return list(csv.DictReader(stream))
    except (OSError, csv.Error) as error:
        raise ValueError(f"The table {path} cannot be read ({error}). Write it anew.") from error


def read_settings(out: Path) -> dict | None:
    """Return what ``split.json`` in a folder says, or None when there is no such file."""
    try:
        return json.loads((out / SETTINGS_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _check_places(root: Path, out: Path, photos: Sequence[PhotoFile]) -> None:
    if photos[0].split is not None:
        raise ValueError(
            f"{root} is split already, into {', '.join(sorted({p.split for p in photos}))}. "
            "Use load_splits on it, or put all photos of a class into one folder first."
        )
    real_root, real_out = Path(os.path.realpath(root)), Path(os.path.realpath(out))
    if real_root == real_out or real_root in real_out.parents or real_out in real_root.parents:
        raise ValueError(
            f"The split cannot go to {out}, because that and the photos in {root} would lie "
            "inside one another. Choose a folder beside the photos."
        )


def _settings(
    root: Path,
    photos: Sequence[PhotoFile],
    group_of: Sequence[str],
    fractions: Sequence[float],
    seed: int,
) -> dict:
    described = hashlib.sha256()
    for photo, group in zip(photos, group_of, strict=True):
        described.update(repr((photo.file, group, _size(photo.path))).encode())
    return {
        "source": os.path.realpath(root),
        "photos": len(photos),
        "groups": len(set(group_of)),
        "fingerprint": described.hexdigest()[:16],
        "fractions": [float(share) for share in fractions],
        "seed": int(seed),
    }


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _same_split(out: Path, settings: dict) -> Path:
    there = read_settings(out)
    if there == settings:
        return out
    if there is None:
        what = "already there and was not made by split_folder"
    else:
        differences = [
            words for key, words in _DIFFERENCES.items() if there.get(key) != settings[key]
        ]
        what = f"a split with {' and '.join(differences) or 'other settings'}"
    raise FileExistsError(
        f"{out} is {what}, and will not be overwritten. "
        "Give another name for the new split, or move the old folder away first."
    )


def _scenes(root: Path) -> dict[str, str]:
    path = root.absolute().with_name(f"{root.absolute().name}.csv")
    if not path.is_file():
        return {}
    rows = read_table(path)
    return {row["file"]: row["scene"] for row in rows if row.get("file") and row.get("scene")}


def _copy_photos(
    photos: Sequence[PhotoFile],
    group_of: Sequence[str],
    splits: Sequence[str],
    out: Path,
    progress: bool,
) -> list[tuple[str, ...]]:
    rows = []
    work = list(zip(photos, group_of, splits, strict=True))
    for photo, group, split in progress_bar(work, description="Copying photos", shown=progress):
        file = f"{FOLDER_OF_SPLIT[split]}/{photo.file}"
        target = out / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(photo.path, target)
        rows.append((file, photo.class_name, group, split, photo.file))
    for split in FOLDER_OF_SPLIT.values():
        (out / split).mkdir(exist_ok=True)
    return rows


def _write_table(path: Path, rows: list[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8", errors="surrogateescape") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        writer.writerows(sorted(rows))


def explain_failed_copy(error: OSError, out: Path) -> OSError:
    """Return an error of the same kind whose text is a sentence about copying photos to ``out``."""
    if isinstance(error, FileExistsError):
        return error
    if error.errno == errno.ENOSPC:
        return OSError(
            f"The disk is full, so the photos could not be written to {out}. "
            "Free some space, or set WORKBOOK_HOME to a folder on another disk."
        )
    return type(error)(
        f"The photos could not be written to {out} ({error.strerror or error}). "
        "Check that all photos can be read and that you may write there."
    )

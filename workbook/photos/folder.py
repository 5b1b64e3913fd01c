"""Find the photos in a folder tree, where the name of a folder is the class of its photos.

Two layouts are understood: one folder per class, or train, val and test with one folder per class
in each::

    my_photos/apple/1.jpg              my_photos/train/apple/1.jpg
    my_photos/mug/2.jpg                my_photos/val/apple/3.jpg
"""

import os
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workbook.photos.reading import PHOTO_SUFFIXES

SPLIT_NAMES = ("train", "validation", "test")
_SPLIT_OF_FOLDER = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
}
# What operating systems, unpackers, notebooks and the doctor's quarantine leave among photos.
IGNORED_NAMES = frozenset({"thumbs.db", "desktop.ini", "__macosx", "_quarantine"})
_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".rar", ".7z")


@dataclass(frozen=True)
class PhotoFile:
    """One photo on disk.

    path: where it lies. file: the same relative to the scanned folder, with forward slashes.
    class_name: the name of its class folder. split: "train", "validation", "test" or None.
    """

    path: Path
    file: str
    class_name: str
    split: str | None = None


def find_folder(folder: str | os.PathLike) -> Path:
    """Return a folder that somebody typed or pasted as a path that exists.

    Understands ``~`` and quotes around the path. Raises FileNotFoundError, NotADirectoryError or
    PermissionError with a sentence.
    """
    typed = os.fspath(folder).strip()
    if len(typed) > 1 and typed[0] == typed[-1] and typed[0] in "\"'":
        typed = typed[1:-1]
    if not typed:
        raise FileNotFoundError("The name of the folder is blank. Give the folder of your photos.")
    path = Path(os.path.expanduser(typed))
    if os.path.isdir(path):  # unlike path.is_dir(), never an error for an impossible name
        if not os.access(path, os.R_OK | os.X_OK):
            raise PermissionError(
                f"You may not read the folder {path}. Ask for permission, or copy it elsewhere."
            )
        return path
    if os.path.isfile(path):
        advice = "Give the folder that holds your photos."
        if path.suffix.lower() in _ARCHIVES:
            advice = "Unzip it first, then give the folder that comes out."
        raise NotADirectoryError(f"{path} is a file, not a folder. {advice}")
    raise FileNotFoundError(
        f"There is no folder {path.absolute()}. "
        "Check the spelling, or drag the folder into the terminal to see its path."
    )


def scan_folder(folder: str | os.PathLike) -> list[PhotoFile]:
    """List the photos in a folder tree, sorted by file name, without opening any of them.

    Photos are known by their suffix (PHOTO_SUFFIXES, capital letters too); other files are left
    out, and so are hidden files and IGNORED_NAMES. Folders inside a class folder belong to it.
    Links to folders are followed, except to a folder that they lie in.

    Raises FileNotFoundError, NotADirectoryError or ValueError with a sentence when there is
    nothing to use. Warns about empty class folders, and when there is a single class.
    """
    root = find_folder(folder)
    split_folders = _split_folders(root)
    if split_folders:
        photos = [
            photo
            for split, split_folder in split_folders
            for photo in _photos_in_classes(root, split_folder, split)
        ]
    else:
        photos = list(_photos_in_classes(root, root, None))
    if not photos:
        raise ValueError(_why_nothing(root))
    _warn_of_single_class(root, photos)
    return sorted(photos, key=lambda photo: photo.file)


def count_classes(photos: list[PhotoFile]) -> Counter:
    """Return how many photos each class has."""
    return Counter(photo.class_name for photo in photos)


def is_ignored(name: str) -> bool:
    """Tell whether a file or folder name is hidden or a leftover that no photo set includes."""
    return name.startswith(".") or name.lower() in IGNORED_NAMES


def _split_folders(root: Path) -> list[tuple[str, Path]]:
    folders = _visible_folders(root)
    named_like_splits = [f for f in folders if f.name.lower() in _SPLIT_OF_FOLDER]
    # A class may be called "train", too. Only a folder of class folders is a part of a split.
    parts = [f for f in named_like_splits if _visible_folders(f)]
    others = [f for f in folders if f not in named_like_splits]
    if not parts or (others and len(parts) == 1):
        return []
    if others:
        raise ValueError(
            f"{root} holds both parts of a split ({_names(parts)}) and other folders "
            f"({_names(others)}). Move the other folders somewhere else."
        )
    found: dict[str, Path] = {}
    for part in parts:
        split = _SPLIT_OF_FOLDER[part.name.lower()]
        if split in found:
            raise ValueError(
                f"{root} holds both {found[split].name} and {part.name}, which mean the same. "
                "Put their photos into one of them."
            )
        found[split] = part
    return sorted(found.items(), key=lambda item: SPLIT_NAMES.index(item[0]))


def _photos_in_classes(root: Path, parent: Path, split: str | None) -> Iterator[PhotoFile]:
    for class_folder in _visible_folders(parent):
        empty = True
        for path in _photo_paths(class_folder, seen=frozenset({os.path.realpath(parent)})):
            empty = False
            file = path.relative_to(root).as_posix()
            yield PhotoFile(path, file, class_folder.name, split)
        if empty:
            warnings.warn(
                f"The class folder {class_folder} holds no photos and is left out. "
                "Put photos into it, or remove it.",
                stacklevel=2,
            )


def _photo_paths(folder: Path, seen: frozenset[str]) -> Iterator[Path]:
    real = os.path.realpath(folder)
    if real in seen:
        return
    for entry in _entries(folder):
        path = folder / entry.name
        if _is_folder(entry):
            yield from _photo_paths(path, seen | {real})
        elif path.suffix.lower() in PHOTO_SUFFIXES:
            yield path


def _visible_folders(folder: Path) -> list[Path]:
    return [folder / entry.name for entry in _entries(folder) if _is_folder(entry)]


def _entries(folder: Path) -> list[os.DirEntry]:
    with os.scandir(folder) as entries:
        visible = [entry for entry in entries if not is_ignored(entry.name)]
    return sorted(visible, key=lambda entry: entry.name)


def _is_folder(entry: os.DirEntry) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads in a circle
        return False


def _why_nothing(root: Path) -> str:
    loose = [entry.name for entry in _entries(root) if not _is_folder(entry)]
    photos = [name for name in loose if Path(name).suffix.lower() in PHOTO_SUFFIXES]
    if photos:
        return (
            f"The {len(photos)} photos lie directly in {root}, so nothing says what they show. "
            "Make a folder for each class in it and move each photo into its class folder."
        )
    if not _entries(root):
        return f"The folder {root} is empty. Put one folder per class into it, with photos inside."
    if not _visible_folders(root):
        return f"There are no class folders in {root}. Put one folder per class into it."
    return (
        f"There are no photos in the class folders of {root}. "
        "Photos are files that end in .jpg, .png, .webp and the like."
    )


def _warn_of_single_class(root: Path, photos: list[PhotoFile]) -> None:
    classes = count_classes(photos)
    if len(classes) == 1:
        (only,) = classes
        warnings.warn(
            f'All photos in {root} are of one class, "{only}". '
            "A classifier has something to learn from two classes on.",
            stacklevel=3,
        )


def _names(folders: list[Path]) -> str:
    return ", ".join(folder.name for folder in folders)

"""Where photos come from: rendered by the studio, downloaded, or a folder of one's own."""

import os
from pathlib import Path

from workbook.photos.folder import find_folder, scan_folder
from workbook.photos.splits import Splits, load_splits
from workbook.photos.splitting import is_split_with, split_folder
from workbook.photos.web_sets import WEB_SETS, get_web_set
from workbook.workspace import data_folder

STUDIO_SIZE = 64
STUDIO_PER_CLASS = 160


def get_photos(
    photos: str | os.PathLike = "studio",
    *,
    per_class: int = STUDIO_PER_CLASS,
    size: int = STUDIO_SIZE,
    seed: int = 0,
    progress: bool = True,
) -> Path:
    """Return a folder of photos, made or fetched where it is not there yet.

    photos: "studio" renders photos of everyday objects (``per_class`` of each, ``size`` pixels
    wide); "cifar10", "fashion" and "eurosat" download small real photos once (``WEB_SETS`` tells
    what, how much and under which licence); anything else is the path of a folder of photos
    ("./studio" for a folder with that name).

    Raises FileNotFoundError, NotADirectoryError, ConnectionError or ValueError with a sentence.
    """
    name = photos.strip().lower() if isinstance(photos, str) else None
    if name == "studio":
        return _studio(per_class, size, seed, progress)
    if name in WEB_SETS:
        return get_web_set(name, seed=seed, progress=progress)
    return find_folder(photos)


def get_splits(
    photos: str | os.PathLike = "studio",
    *,
    size: int = 64,
    resize: str = "crop",
    seed: int = 0,
    progress: bool = True,
) -> Splits:
    """Return training, validation and test photos, split where they are not split yet.

    A folder that has train, val and test is used as it is. Other photos are copied into
    ``<workspace>/data/<name>-splits``, and into a folder with a number behind that when photos or
    seed have changed since. Raises what ``get_photos``, ``split_folder`` and ``load_splits`` do.
    """
    folder = get_photos(photos, size=max(size, STUDIO_SIZE), progress=progress)
    if all(photo.split is None for photo in scan_folder(folder)):
        folder = _split_of(folder, seed, progress)
    return load_splits(folder, size=size, resize=resize, progress=progress)


def _studio(per_class: int, size: int, seed: int, progress: bool) -> Path:
    from workbook.studio import make_photos

    is_default = (per_class, size, seed) == (STUDIO_PER_CLASS, STUDIO_SIZE, 0)
    name = "studio" if is_default else f"studio-{per_class}-{size}px-seed{seed}"
    return make_photos(
        data_folder() / name, per_class=per_class, size=size, seed=seed, progress=progress
    )


def _split_of(folder: Path, seed: int, progress: bool) -> Path:
    name = f"{folder.absolute().name}-splits"
    out, number = data_folder() / name, 1
    while out.exists() and not is_split_with(folder, out, seed=seed):
        number += 1
        out = data_folder() / f"{name}-{number}"
    if number > 1 and not out.exists():
        print(
            f"The photos in {folder} or the seed differ from those of the earlier splits, so they "
            f"are split anew into {out}. Results on different splits cannot be compared."
        )
    return split_folder(folder, out, seed=seed, progress=progress)

"""A clean folder for practice: copies of some photos, in which faults can be planted."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from workbook.photos.doctor.quarantine import free_name
from workbook.photos.folder import PhotoFile, count_classes, scan_folder

FEWEST_CLASSES, FEWEST_PHOTOS = 4, 20  # with less, not every fault can be planted
MOST_CLASSES, MOST_PHOTOS = 8, 40  # more would only make the examination longer


def copy_for_practice(
    photos: Sequence[PhotoFile], out: str | os.PathLike, *, seed: int = 0
) -> Path:
    """Copy the first photos of each class to ``out``, one folder a class, and return ``out``.

    photos: as ``scan_folder`` lists them. At most MOST_CLASSES classes with MOST_PHOTOS photos
    each are copied. With fewer than FEWEST_CLASSES classes, or fewer than FEWEST_PHOTOS photos of
    one, photos of the studio are rendered beside ``out`` and copied instead. The originals stay.

    Raises FileExistsError when ``out`` is there.
    """
    from workbook.studio import make_photos

    target = Path(out)
    target.mkdir(parents=True)
    counts = count_classes(photos)
    if len(counts) < FEWEST_CLASSES or min(counts.values()) < FEWEST_PHOTOS:
        lent = target.with_name(f"{target.name}-lent")
        photos = scan_folder(make_photos(lent, per_class=30, size=48, seed=seed))
    for name in sorted({photo.class_name for photo in photos})[:MOST_CLASSES]:
        class_folder = target / name
        class_folder.mkdir()
        for photo in [photo for photo in photos if photo.class_name == name][:MOST_PHOTOS]:
            shutil.copy(photo.path, free_name(class_folder / photo.path.name))
    return target

"""Make a messy copy of a clean folder of photos, and write down every fault in an answer key."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from workbook.atomic import new_folder, replacing
from workbook.photos.doctor.findings import FINDINGS
from workbook.photos.faults.mess import Mess, NotEnoughPhotos, plant_all
from workbook.photos.faults.pictures import SPOILERS
from workbook.photos.folder import PhotoFile, find_folder, scan_folder

if TYPE_CHECKING:
    import pandas as pd

# How many of each: whole numbers count photos (or classes), shares are of all photos.
DEFAULT_AMOUNTS: dict[str, float] = {
    **dict.fromkeys(SPOILERS, 0.01),
    "stray_file": 3,
    "exact_duplicate": 0.015,
    "near_duplicate": 0.015,
    "leak_exact": 0.01,
    "leak_near": 0.01,
    "suspicious_label": 0.06,
    "imbalance": 1,
    "empty_class": 1,
    "single_photo_class": 1,
    "border_or_mark": 1,
}
_NEEDS_SPLIT = ("leak_exact", "leak_near")
ANSWER_COLUMNS = ("finding", "file", "class", "split", "detail", "other_file", "true_class")

Faults = Iterable[str] | Mapping[str, float] | None


def plant_faults(
    clean_folder: str | os.PathLike,
    out: str | os.PathLike,
    *,
    seed: int = 0,
    faults: Faults = None,
) -> "pd.DataFrame":
    """Copy the photos of ``clean_folder`` to ``out`` and plant faults in the copy.

    faults: names of findings, or a dict from name to how many (a whole number, or a share of the
        photos below 1); all that fit the folder unless given. Duplicates across the parts of a
        split need a folder with train, val and test.

    Returns the answer key, one row per fault (ANSWER_COLUMNS), which is also written to
    ``<out>.answers.csv``. ``file`` is relative to ``out``; ``other_file`` is the photo that a
    duplicate repeats; ``true_class`` the right class of a photo with a wrong label. The same seed
    plants the same faults. The clean folder is only read.

    Raises FileExistsError when ``out`` is there, ValueError for unknown faults or too few photos.
    """
    import pandas as pd

    root, out = find_folder(clean_folder), Path(out).expanduser()
    photos = scan_folder(root)
    _check_places(root, out)
    amounts = _amounts(faults, photos)
    answers_file = out.with_name(f"{out.name}.answers.csv")
    if answers_file.exists():
        raise FileExistsError(
            f"{answers_file} is already there and will not be overwritten. "
            "Choose another name, or move the old answers away first."
        )
    with new_folder(out) as temporary:
        mess = Mess(temporary, photos, np.random.default_rng(seed))
        try:
            plant_all(mess, amounts)
        except NotEnoughPhotos as error:
            raise ValueError(
                f"{root} has too few photos ({len(photos)}) to plant all these faults: there were "
                f'none left for "{error}". Take more photos, or name fewer faults.'
            ) from None
        rows = sorted(mess.answers, key=lambda row: (FINDINGS.index(row[0]), row[1]))
        answers = pd.DataFrame(rows, columns=list(ANSWER_COLUMNS), dtype=object)
        with replacing(answers_file) as table:
            answers.to_csv(table, index=False, encoding="utf-8", errors="surrogateescape")
    return answers


def _check_places(root: Path, out: Path) -> None:
    real_root, real_out = Path(os.path.realpath(root)), Path(os.path.realpath(out))
    if real_root == real_out or real_root in real_out.parents or real_out in real_root.parents:
        raise ValueError(
            f"The messy copy cannot go to {out}, because that and the clean photos in {root} "
            "would lie inside one another. Choose a folder beside the photos."
        )


def _amounts(faults: Faults, photos: list[PhotoFile]) -> dict[str, int]:
    """Return how many of each fault to plant, in the order of DEFAULT_AMOUNTS."""
    is_split = photos[0].split is not None
    if faults is None:
        wanted = {n: a for n, a in DEFAULT_AMOUNTS.items() if is_split or n not in _NEEDS_SPLIT}
    elif isinstance(faults, Mapping):
        wanted = dict(faults)
    else:
        names = [faults] if isinstance(faults, str) else list(faults)
        wanted = {name: DEFAULT_AMOUNTS.get(name, 0) for name in names}
    for name, amount in wanted.items():
        if name not in DEFAULT_AMOUNTS:
            raise ValueError(f'There is no fault "{name}". Choose from {", ".join(FINDINGS)}.')
        if name in _NEEDS_SPLIT and not is_split:
            raise ValueError(
                f'"{name}" is a fault between the parts of a split, and this folder has none. '
                "Split it first with split_folder, or leave this fault out."
            )
        if amount < 0:
            raise ValueError(f'The amount of "{name}" is {amount}. Give 0 or more.')
    return {
        name: _whole_number(wanted[name], len(photos)) for name in DEFAULT_AMOUNTS if name in wanted
    }


def _whole_number(amount: float, photos: int) -> int:
    return max(1, round(amount * photos)) if 0 < amount < 1 else int(amount)

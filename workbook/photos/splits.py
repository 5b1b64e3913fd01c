"""Training, validation and test photos: loaded together, with the test photos under seal."""

import hashlib
import json
import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from workbook.photos.assignment import FRACTIONS, assign_splits
from workbook.photos.collection import PhotoCollection
from workbook.photos.folder import SPLIT_NAMES, PhotoFile, find_folder, scan_folder
from workbook.photos.photoset import describe_photos
from workbook.photos.preprocess import Preprocess
from workbook.photos.splitting import TABLE_NAME, photo_groups, read_table, split_folder
from workbook.photos.streaming import MEMORY_LIMIT, open_files
from workbook.workspace import results_folder

if TYPE_CHECKING:
    import pandas

__all__ = ["FRACTIONS", "Splits", "assign_splits", "load_splits", "split_folder"]

OPENINGS_NAME = "test_openings.jsonl"


@dataclass(eq=False)
class Splits:
    """The three parts of a split. Training and validation are loaded; the test part is sealed.

    The test photos are for one honest judgement at the end. ``open_test`` loads them, and keeps a
    record of each time it did.
    """

    folder: Path
    train: PhotoCollection
    validation: PhotoCollection
    class_names: tuple[str, ...]
    preprocess: Preprocess
    _photos: Sequence[PhotoFile]
    _group_of: Mapping[str, str]
    _log: Path
    _load_part: Callable[[str, Preprocess], PhotoCollection]

    def __repr__(self) -> str:
        test = sum(photo.split == "test" for photo in self._photos)
        opened = len(self.test_openings)
        times = {0: "sealed", 1: "opened once"}.get(opened, f"opened {opened} times")
        return (
            f"Splits of {self.folder}: {len(self.train):,} photos for training, "
            f"{len(self.validation):,} for validation, {test:,} for the test ({times}); "
            f"{len(self.class_names)} classes: {', '.join(self.class_names)}"
        )

    @cached_property
    def table(self) -> "pandas.DataFrame":
        """One row per photo: file, class, group, split (train, validation or test)."""
        import pandas

        rows = [(p.file, p.class_name, self._group_of[p.file], p.split) for p in self._photos]
        return pandas.DataFrame(rows, columns=["file", "class", "group", "split"])

    @cached_property
    def fingerprint(self) -> str:
        """16 hexadecimal digits made of each photo's name, group and size in bytes.

        No photo is decoded for it, so that the test photos stay sealed.
        """
        described = hashlib.sha256()
        for photo in self._photos:
            size = photo.path.stat().st_size if photo.path.exists() else -1
            described.update(repr((photo.file, self._group_of[photo.file], size)).encode())
        return described.hexdigest()[:16]

    def open_test(self, reason: str) -> PhotoCollection:
        """Record who wants to see the test photos and why, then load and return them.

        Each opening makes the test result a little less trustworthy: whoever chooses between
        models by their test results fits the choice to the test photos. The record goes to the
        experiment log and to the split's own list. Raises ValueError for a blank reason.
        """
        if not isinstance(reason, str) or not reason.strip():
            raise ValueError(
                "The test photos stay sealed without a reason. "
                'Say why you open them: splits.open_test("final judgement of the mug classifier").'
            )
        record = {
            "kind": "test_opening",
            "when": datetime.now(UTC).isoformat(timespec="seconds"),
            "reason": reason.strip(),
            "split": self.fingerprint,
        }
        append_line(self._log, record)
        append_line(self._openings_path, record)
        return self._test

    @property
    def test_openings(self) -> list[dict]:
        """The record of each time the test photos of this split were opened, oldest first."""
        return [
            record
            for record in read_lines(self._openings_path)
            if record.get("split") == self.fingerprint
        ]

    @property
    def _openings_path(self) -> Path:
        # A folder of somebody's own photos is only ever read.
        if (self.folder / TABLE_NAME).exists():
            return self.folder / OPENINGS_NAME
        return results_folder() / OPENINGS_NAME

    @cached_property
    def _test(self) -> PhotoCollection:
        return self._load_part("test", self.preprocess)


def load_splits(
    folder: str | os.PathLike,
    *,
    preprocess: Preprocess | None = None,
    size: int = 64,
    resize: str = "crop",
    cache: bool = True,
    progress: bool = True,
    log: str | os.PathLike | None = None,
    memory_limit: int = MEMORY_LIMIT,
) -> Splits:
    """Load a folder that has train, val (or validation) and test, one folder per class in each.

    preprocess: used as it is; None makes one of ``size`` and ``resize``, with the mean and
    standard deviation of the training photos (and of no others).
    log: the experiment log that records each opening of the test photos; None takes
    ``experiments.jsonl`` in the workspace.
    memory_limit: parts that need more bytes are streamed from disk.

    Raises ValueError, FileNotFoundError or NotADirectoryError with a sentence.
    """
    root = find_folder(folder)
    photos = scan_folder(root)
    class_names = _check_parts(root, photos)
    group_of = _groups_of_split(root, photos)

    def load_part(split: str, preprocess: Preprocess) -> PhotoCollection:
        of_part = [photo for photo in photos if photo.split == split]
        about = describe_photos(of_part, class_names, group_of)
        about |= {"preprocess": preprocess, "name": split}
        part = root / of_part[0].file.split("/")[0]
        return open_files(part, about, memory_limit=memory_limit, cache=cache, progress=progress)

    train = load_part("train", preprocess or Preprocess(size, resize))
    preprocess = preprocess or train.preprocess.fitted(train)
    return Splits(
        folder=root,
        train=train.with_preprocess(preprocess),
        validation=load_part("validation", preprocess),
        class_names=class_names,
        preprocess=preprocess,
        _photos=photos,
        _group_of=group_of,
        _log=Path(getattr(log, "path", log) or results_folder() / "experiments.jsonl"),
        _load_part=load_part,
    )


def append_line(path: Path, record: dict) -> None:
    """Append one JSON object as a line of its own, even after a line that was cut off."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as stream:
        if stream.tell():
            stream.seek(-1, os.SEEK_END)
            if stream.read(1) != b"\n":
                stream.write(b"\n")
        stream.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")


def read_lines(path: Path) -> list[dict]:
    """Return the JSON objects of a file, one per line. Lines that are none are passed over."""
    if not path.exists():
        return []
    records = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            records.append(record)
    return records


def _check_parts(root: Path, photos: Sequence[PhotoFile]) -> tuple[str, ...]:
    classes_in = {
        split: {photo.class_name for photo in photos if photo.split == split}
        for split in SPLIT_NAMES
    }
    missing = [split for split in SPLIT_NAMES if not classes_in[split]]
    if len(missing) == 3:
        raise ValueError(
            f"{root} is not split into train, val and test. Split it with split_folder first."
        )
    if missing:
        raise ValueError(
            f"{root} has no {' and no '.join(missing)} photos. A split needs the folders train, "
            "val and test; or put all photos of a class into one folder and use split_folder."
        )
    class_names = tuple(sorted(classes_in["train"]))
    for split in SPLIT_NAMES[1:]:
        unknown = sorted(classes_in[split] - classes_in["train"])
        if unknown:
            raise ValueError(
                f'The {split} photos in {root} have the class "{unknown[0]}", of which there are '
                "no training photos. Add some, or move that class away."
            )
        absent = sorted(classes_in["train"] - classes_in[split])
        if absent:
            warnings.warn(
                f"There are no {split} photos of {', '.join(absent)} in {root}. "
                f"How well these are recognised cannot be judged.",
                stacklevel=3,
            )
    return class_names


def _groups_of_split(root: Path, photos: Sequence[PhotoFile]) -> dict[str, str]:
    if (root / TABLE_NAME).exists():
        rows = read_table(root / TABLE_NAME)
        table = {row["file"]: row["group"] for row in rows if row.get("file") and row.get("group")}
        return {photo.file: table.get(photo.file, photo.file) for photo in photos}
    groups = photo_groups(root, photos, "auto")
    return {photo.file: group for photo, group in zip(photos, groups, strict=True)}

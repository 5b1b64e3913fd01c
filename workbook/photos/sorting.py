"""Sort photos by hand: into class folders or into the quarantine. Every step can be taken back.

This also turns one folder of unsorted photos into class folders. No photo is ever deleted or
overwritten: each move is written down before it is made, in ``sorting.jsonl`` in the quarantine
folder, so that steps can be taken back on another day as well.
"""

import os
import uuid
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workbook.photos.doctor.quarantine import Quarantine, free_name, move_file
from workbook.photos.doctor.repair import explain_failure
from workbook.photos.doctor.wording import printable
from workbook.photos.folder import PhotoFile, find_folder, is_ignored, scan_folder
from workbook.photos.reading import PHOTO_SUFFIXES
from workbook.photos.splits import append_line, read_lines

UNSORTED = ""
"""The class name of photos that lie in no class folder."""
SORTED_OUT = "sorted_out"  # the folder in the quarantine, beside those of the doctor's findings
LOG_NAME = "sorting.jsonl"
LONGEST_NAME = 100
_FORBIDDEN = set('<>:"/\\|?*')
# Windows gives these names to devices, whatever follows the first dot.
_DEVICES = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10)}


@dataclass(frozen=True)
class Step:
    """What one step did.

    moved: (from, to) of each photo, relative to the folder, with forward slashes. missing: the
    files that were not where they had been, and stayed untouched.
    """

    moved: tuple[tuple[str, str], ...]
    missing: tuple[str, ...] = ()


class PhotoSorter:
    """Moves photos below one folder, which may hold loose photos, class folders or a split.

    In a split folder photos change their class and stay in their part of the split. What
    moves photos raises OSError with a sentence when the folder cannot be written to; what was moved
    until then stays moved and can be taken back.
    """

    def __init__(self, folder: str | os.PathLike):
        self.root = find_folder(folder).absolute()
        self._quarantine = Quarantine(self.root)
        self._log = self._quarantine.folder / LOG_NAME

    def photos(self) -> list[PhotoFile]:
        """List the photos: those in class folders, then those whose class is ``UNSORTED``.

        Raises ValueError with a sentence when there is no photo at all.
        """
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # empty or single classes are usual while sorting
                in_classes = scan_folder(self.root)
        except ValueError:
            loose = self._loose_photos({self.root: None})
            if not loose:
                raise
            return loose
        parts = {self.root / p.file.split("/")[0]: p.split for p in in_classes if p.split}
        return in_classes + self._loose_photos({self.root: None, **parts})

    def class_names(self) -> list[str]:
        """Return the names of the classes that have photos, sorted."""
        return sorted({photo.class_name for photo in self.photos()} - {UNSORTED})

    def move_to_class(self, files: Iterable[str], class_name: str) -> Step:
        """Move photos to a class folder, which is made where it is missing.

        ``files`` are relative to the folder, with forward slashes. A photo whose name is taken
        there becomes "name (2).jpg". Raises ValueError for an impossible class name, and for a
        photo that lies in no part of a split folder.
        """
        name = self._existing_spelling(check_class_name(class_name))
        split_folders = {photo.file.split("/")[0] for photo in self.photos() if photo.split}
        targets = {}
        for file in files:
            part = file.split("/")[0] if split_folders else ""
            if split_folders and part not in split_folders:
                raise ValueError(
                    f"{file} lies in no part of the split ({', '.join(sorted(split_folders))}). "
                    "Move it into one of these folders first."
                )
            folder = self.root / part / name
            if (self.root / file).parent != folder:
                targets[file] = folder / Path(file).name
        return self._move(targets, into_quarantine=False)

    def move_to_quarantine(self, files: Iterable[str]) -> Step:
        """Move photos to the quarantine, from where ``undo`` and ``undo_repair`` fetch them."""
        return self._move(dict.fromkeys(files), into_quarantine=True)

    def undo(self) -> Step | None:
        """Take back the last step that was not yet taken back. Returns None when there is none.

        A photo whose old place is taken by now comes back beside it, as "name (2).jpg".
        """
        steps = self._steps()
        if not steps:
            return None
        step, moves = list(steps.items())[-1]
        moved, missing = [], []
        try:
            for move in reversed(moves):
                now = self.root / move["to"]
                if os.path.lexists(now):
                    back = free_name(self.root / move["from"])
                    move_file(now, back)
                    moved.append((move["to"], self._relative(back)))
                else:
                    missing.append(move["to"])
                self._forget(move)
        except OSError as error:
            raise explain_failure(error, self.root, len(moved)) from error
        append_line(self._log, {"undone": step})
        return Step(tuple(moved), tuple(missing))

    def steps_to_undo(self) -> int:
        """Return how many steps ``undo`` can take back."""
        return len(self._steps())

    def _move(self, targets: dict[str, Path | None], *, into_quarantine: bool) -> Step:
        moved, missing = [], [file for file in targets if not (self.root / file).is_file()]
        present = {file: target for file, target in targets.items() if file not in missing}
        step = {"step": uuid.uuid4().hex[:12], "when": datetime.now(UTC).isoformat("T", "seconds")}
        try:
            if present:
                self._quarantine.open()
            for file, target in present.items():
                if into_quarantine:
                    to = self._to_quarantine(file, step)
                else:
                    to = self._to_class(file, target, step)
                moved.append((file, to))
        except OSError as error:
            raise explain_failure(error, self.root, len(moved)) from error
        return Step(tuple(moved), tuple(missing))

    def _to_quarantine(self, file: str, step: dict) -> str:
        move = self._quarantine.note(SORTED_OUT, "moved", file)
        to = self._relative(self._quarantine.folder / move.went_to)
        append_line(self._log, {**step, "from": file, "to": to, "quarantined": move.number})
        self._quarantine.take_in(move)
        return to

    def _to_class(self, file: str, target: Path, step: dict) -> str:
        target = free_name(target)
        entry = {**step, "from": file, "to": self._relative(target)}
        if not target.parent.exists():
            entry["new_folder"] = self._relative(target.parent)
        append_line(self._log, entry)
        move_file(self.root / file, target)
        return entry["to"]

    def _forget(self, move: dict) -> None:
        """Leave nothing of a move behind but its lines in the logs."""
        for noted in self._quarantine.moves():
            if noted.number == move.get("quarantined"):
                self._quarantine.note_undone(noted)
        if "new_folder" in move:
            folder = self.root / move["new_folder"]
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

    def _steps(self) -> dict[str, list[dict]]:
        steps: dict[str, list[dict]] = {}
        for entry in read_lines(self._log):
            if "undone" in entry:
                steps.pop(entry["undone"], None)
            elif {"step", "from", "to"} <= entry.keys():
                steps.setdefault(entry["step"], []).append(entry)
        return steps

    def _loose_photos(self, folders: dict[Path, str | None]) -> list[PhotoFile]:
        return [
            PhotoFile(path, self._relative(path), UNSORTED, split)
            for folder, split in folders.items()
            for path in sorted(folder.iterdir())
            if path.suffix.lower() in PHOTO_SUFFIXES
            and path.is_file()
            and not is_ignored(path.name)
        ]

    def _existing_spelling(self, name: str) -> str:
        # "Apple" and "apple" are one folder on Windows and macOS, and should be one anywhere.
        spellings = {known.lower(): known for known in self.class_names()}
        return spellings.get(name.lower(), name)

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


def check_class_name(name: str) -> str:
    """Return a class name without blanks around it, if it can be the name of a folder anywhere.

    Raises ValueError with a sentence otherwise.
    """
    tidy = name.strip()
    if not tidy:
        raise ValueError("The class has no name yet. Type one, for example apple.")
    wrong = sorted({character for character in tidy if character in _FORBIDDEN})
    wrong += [repr(character) for character in tidy if not character.isprintable()]
    if wrong:
        raise ValueError(
            f'"{printable(tidy[:40])}" cannot be a folder everywhere, because of '
            f"{' '.join(wrong)}. Use letters, digits and the underscore."
        )
    reserved = is_ignored(tidy) or tidy.endswith(".") or tidy.split(".")[0].lower() in _DEVICES
    if reserved or len(tidy) > LONGEST_NAME:
        raise ValueError(
            f'"{printable(tidy[:40])}" cannot be the name of a class folder: it is too long, or '
            "computers keep such names for themselves. Choose another one."
        )
    return tidy


def describe_step(step: Step, action: str) -> str:
    """Say in a sentence or two what a step did; ``action`` is such as "moved to apple"."""
    photos = "photo" if len(step.moved) == 1 else "photos"
    sentence = f"{len(step.moved)} {photos} {action}."
    renamed = _renamed(step.moved)
    if renamed:
        sentence += f" {renamed} got a new name, because theirs was taken."
    if step.missing:
        sentence += f" {len(step.missing)} were not there any more, such as {step.missing[0]}."
    return sentence


def _renamed(moved: Sequence[tuple[str, str]]) -> int:
    return sum(Path(before).name != Path(after).name for before, after in moved)

"""Plant faults in a copy of photos, one kind after the other, so that no two spoil each other."""

import shutil
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from numpy.random import Generator
from PIL import Image

from workbook.photos.doctor.files import DECODED_SIDE
from workbook.photos.doctor.quarantine import free_name
from workbook.photos.faults.pictures import (
    SPOILERS,
    another_shot,
    copied,
    draw_frame,
    draw_stamp,
    marked,
)
from workbook.photos.folder import PhotoFile
from workbook.photos.reading import read_photo

KEPT_OF_SMALL_CLASS = 0.2
FEWEST_TO_THIN, FEWEST_TO_MARK = 6, 8
MARKED_SHARE = 0.7
_STRAY_FILES = (
    ("{folder}/.DS_Store", b"\x00\x00\x00\x01Bud1" + bytes(24)),
    ("{folder}/Thumbs.db", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(24)),
    ("__MACOSX/{folder}/._{name}", b"\x00\x05\x16\x07" + bytes(24)),
    ("{folder}/desktop.ini", b"[.ShellClassInfo]\r\nIconIndex=0\r\n"),
    ("{folder}/.ipynb_checkpoints/{name}", b"left by a notebook"),
)
_NEW_CLASSES = ("cherry", "plum", "kiwi", "lemon", "grape", "mango", "fig", "peach")


class NotEnoughPhotos(Exception):
    """There was no photo left for a fault; the message is the name of the fault."""


class Mess:
    """A copy of photos in ``folder``, the photos in it without a fault yet, and the answers."""

    def __init__(self, folder: Path, photos: Sequence[PhotoFile], random: Generator):
        self.folder = folder
        self.random = random
        self.clean = list(photos)
        self.answers: list[tuple[str, ...]] = []
        self.class_names = sorted({photo.class_name for photo in photos})
        self.part_of_split = {
            p.split: f"{p.file.split('/')[0]}/" if p.split else "" for p in photos
        }

    def copy_photos(self) -> None:
        """Copy all photos that are still in ``clean``."""
        for photo in self.clean:
            target = self.folder / photo.file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(photo.path, target)

    def take(self, fault: str, count: int) -> list[PhotoFile]:
        """Draw photos without a fault; they cannot be drawn again."""
        if count > len(self.clean):
            raise NotEnoughPhotos(fault)
        chosen = self.random.choice(len(self.clean), count, replace=False).tolist()
        drawn = [self.clean[position] for position in chosen]
        self.set_aside(drawn)
        return drawn

    def set_aside(self, photos: Sequence[PhotoFile]) -> None:
        """Make sure that these photos get no fault, or no further one."""
        files = {photo.file for photo in photos}
        self.clean = [photo for photo in self.clean if photo.file not in files]

    def picture(self, photo: PhotoFile) -> Image.Image:
        return read_photo(self.folder / photo.file)

    def write(self, photo: PhotoFile, spoiled: tuple[str, bytes]) -> str:
        """Put a spoiled version in the place of a photo, and return its file name."""
        suffix, content = spoiled
        old = self.folder / photo.file
        same_kind = {old.suffix.lower(), suffix} <= {".jpg", ".jpeg"} or old.suffix == suffix
        new = old if same_kind else free_name(old.with_suffix(suffix))
        old.unlink()
        new.write_bytes(content)
        return new.relative_to(self.folder).as_posix()

    def note(
        self,
        finding: str,
        file: str,
        class_name: str,
        split: str | None,
        detail: str,
        *,
        other_file: str = "",
        true_class: str = "",
    ) -> None:
        """Add a row to the answer key."""
        self.answers.append(
            (finding, file, class_name, split or "", detail, other_file, true_class)
        )


def plant_all(mess: Mess, amounts: Mapping[str, int]) -> None:
    """Plant as many faults of each kind as ``amounts`` says. Raises NotEnoughPhotos."""
    classes = mess.random.permutation(mess.class_names).tolist()
    thinned = _take_classes(classes, amounts.get("imbalance", 0), "imbalance")
    to_mark = _take_classes(classes, amounts.get("border_or_mark", 0), "border_or_mark")
    _thin_classes(mess, thinned)
    mess.copy_photos()
    mess.set_aside([photo for photo in mess.clean if photo.class_name in thinned])
    first_is_frame = int(mess.random.integers(2))
    for number, class_name in enumerate(to_mark, start=first_is_frame):
        _mark_class(mess, class_name, with_frame=number % 2 == 1)
    for fault, spoil in SPOILERS.items():
        for photo in mess.take(fault, amounts.get(fault, 0)):
            file = mess.write(photo, spoil(mess.picture(photo), mess.random))
            first_line = (spoil.__doc__ or "").splitlines()[0]
            mess.note(fault, file, photo.class_name, photo.split, first_line)
    for fault in ("exact_duplicate", "near_duplicate", "leak_exact", "leak_near"):
        for photo in mess.take(fault, amounts.get(fault, 0)):
            _copy_photo(mess, photo, fault)
    for photo in mess.take("suspicious_label", amounts.get("suspicious_label", 0)):
        _swap_label(mess, photo, [name for name in mess.class_names if name not in thinned])
    new_classes = [name for name in _NEW_CLASSES if name not in mess.class_names]
    for _ in range(amounts.get("single_photo_class", 0)):
        _add_single_photo_class(mess, new_classes.pop(0))
    for _ in range(amounts.get("empty_class", 0)):
        _add_empty_class(mess, new_classes.pop(0), list(mess.part_of_split))
    for number in range(amounts.get("stray_file", 0)):
        _add_stray_file(mess, number)


def _take_classes(classes: list[str], count: int, fault: str) -> list[str]:
    if count > len(classes):
        raise NotEnoughPhotos(fault)
    return [classes.pop() for _ in range(count)]


def _thin_classes(mess: Mess, class_names: Sequence[str]) -> None:
    """Leave most photos of some classes out of the copy."""
    for class_name in class_names:
        of_split = defaultdict(list)
        for photo in mess.clean:
            if photo.class_name == class_name:
                of_split[photo.split].append(photo)
        if max(map(len, of_split.values())) < FEWEST_TO_THIN:
            raise NotEnoughPhotos("imbalance")
        for split, photos in of_split.items():
            if len(photos) >= FEWEST_TO_THIN:
                kept = max(2, round(KEPT_OF_SMALL_CLASS * len(photos)))
                mess.set_aside(photos[kept:])
                file = f"{mess.part_of_split[split]}{class_name}"
                detail = f"{kept} of {len(photos)} photos kept"
                mess.note("imbalance", file, class_name, split, detail)


def _mark_class(mess: Mess, class_name: str, *, with_frame: bool) -> None:
    of_class = [photo for photo in mess.clean if photo.class_name == class_name]
    if len(of_class) < FEWEST_TO_MARK:
        raise NotEnoughPhotos("border_or_mark")
    put_mark = draw_frame(mess.random) if with_frame else draw_stamp(mess.random)
    count = round(MARKED_SHARE * len(of_class))
    chosen = mess.random.choice(len(of_class), count, replace=False).tolist()
    photos = [of_class[position] for position in chosen]
    mess.set_aside(photos)
    detail = "a frame" if with_frame else "a stamp"
    for photo in photos:
        file = mess.write(photo, marked(mess.picture(photo), put_mark))
        mess.note("border_or_mark", file, class_name, photo.split, detail)


def _copy_photo(mess: Mess, photo: PhotoFile, fault: str) -> None:
    split = photo.split
    if fault.startswith("leak"):
        others = [name for name in mess.part_of_split if name != photo.split]
        split = str(mess.random.choice(others))
    original = mess.folder / photo.file
    inside_part = photo.file.removeprefix(mess.part_of_split[photo.split])
    target = mess.folder / f"{mess.part_of_split[split]}{inside_part}"
    if fault in ("near_duplicate", "leak_near"):
        suffix, content = another_shot(mess.picture(photo), mess.random)
        detail = "cropped, brightness changed, saved again"
    elif mess.random.integers(2) and min(mess.picture(photo).size) < 2 * DECODED_SIDE:
        suffix, content = copied(mess.picture(photo))
        detail = "the same pixels in another file format"
    else:
        suffix, content = original.suffix, original.read_bytes()
        detail = "the same file"
    target = free_name(target.with_suffix(suffix))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    file = target.relative_to(mess.folder).as_posix()
    mess.note(fault, file, photo.class_name, split, detail, other_file=photo.file)


def _swap_label(mess: Mess, photo: PhotoFile, class_names: Sequence[str]) -> None:
    others = [name for name in class_names if name != photo.class_name]
    if not others:
        raise NotEnoughPhotos("suspicious_label")
    wrong = str(mess.random.choice(others))
    old = mess.folder / photo.file
    new = free_name(mess.folder / f"{mess.part_of_split[photo.split]}{wrong}" / old.name)
    new.parent.mkdir(parents=True, exist_ok=True)
    old.rename(new)
    file = new.relative_to(mess.folder).as_posix()
    detail = f"is a photo of {photo.class_name}"
    mess.note("suspicious_label", file, wrong, photo.split, detail, true_class=photo.class_name)


def _add_single_photo_class(mess: Mess, class_name: str) -> None:
    (photo,) = mess.take("single_photo_class", 1)
    folder = f"{mess.part_of_split[photo.split]}{class_name}"
    new = mess.folder / folder / Path(photo.file).name
    new.parent.mkdir(parents=True)
    (mess.folder / photo.file).rename(new)
    mess.note("single_photo_class", folder, class_name, photo.split, "one photo in all")
    _add_empty_class(mess, class_name, [s for s in mess.part_of_split if s != photo.split])


def _add_empty_class(mess: Mess, class_name: str, splits: Sequence[str | None]) -> None:
    for split in splits:
        folder = f"{mess.part_of_split[split]}{class_name}"
        (mess.folder / folder).mkdir(parents=True)
        mess.note("empty_class", folder, class_name, split, "no photos")


def _add_stray_file(mess: Mess, number: int) -> None:
    pattern, content = _STRAY_FILES[number % len(_STRAY_FILES)]
    photo = mess.clean[int(mess.random.integers(len(mess.clean)))]
    near = Path(photo.file)
    path = free_name(mess.folder / pattern.format(folder=near.parent.as_posix(), name=near.name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    file = path.relative_to(mess.folder).as_posix()
    in_class = not file.startswith("__MACOSX")
    mess.note(
        "stray_file",
        file,
        photo.class_name if in_class else "",
        photo.split if in_class else None,
        "left behind by a computer",
    )

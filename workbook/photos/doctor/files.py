"""Find every file in a folder tree and say what is wrong with each, one by one."""

import hashlib
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image

from workbook.photos.folder import SPLIT_NAMES, is_ignored, scan_folder
from workbook.photos.reading import PHOTO_SUFFIXES, PhotoError, read_photo

THUMBNAIL_SIDE = 64
# Large JPEGs are decoded at a fraction of their size, as long as both sides keep this many pixels.
DECODED_SIDE = 512
TINY_SIDE = 24
# A photo is tiny, too, when it is too small for the model and the others are three times as large.
SMALL_SIDE, SMALL_AGAINST_OTHERS = 64, 3
EXTREME_RATIO = 3

STRAY_NAMES = frozenset(
    {
        ".ds_store",
        ".directory",
        ".ipynb_checkpoints",
        ".picasa.ini",
        ".spotlight-v100",
        ".trashes",
        "@eadir",
        "__macosx",
        "desktop.ini",
        "ehthumbs.db",
        "picasa.ini",
        "thumbs.db",
    }
)
_PICTURE_STARTS = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n",
    b"GIF87a",
    b"GIF89a",
    b"II*\x00",
    b"MM\x00*",
)
_PICTURE_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")
_WORDS_OF_AN_EARLY_END = ("truncated", "unexpected end", "not enough image data", "breaks off")


@dataclass(frozen=True)
class FoundFile:
    """One file of the tree; ``stray`` when it belongs to no class or was left by a computer."""

    path: Path
    file: str
    class_name: str
    split: str
    stray: bool = False


@dataclass
class InspectedFile:
    """What one file turned out to be.

    problems: (finding, detail). sha256: of the file's bytes. pixels: a hash of the decoded
    pixels. thumbnail: uint8 ``(64, 64, 3)``, or None when the file is no readable photo.
    """

    found: FoundFile
    problems: list[tuple[str, str]] = field(default_factory=list)
    sha256: str = ""
    byte_count: int = 0
    pixels: str = ""
    width: int = 0
    height: int = 0
    thumbnail: np.ndarray | None = None

    @property
    def is_photo(self) -> bool:
        return self.thumbnail is not None


@dataclass(frozen=True)
class Tree:
    """Every file under a folder, its parts ("" when it is not split) and their class folders."""

    files: list[FoundFile]
    part_folders: dict[str, str]
    class_names: list[str]


def list_files(root: Path) -> Tree:
    """List all files under ``root`` but hidden ones of unknown purpose and the quarantine.

    Raises what ``scan_folder`` raises when there is no photo in any class folder.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # empty and single classes become findings
        photos = scan_folder(root)
    split_of_folder = {p.file.split("/")[0]: p.split for p in photos if p.split}
    parts = split_of_folder or {"": ""}
    for folder in _folders(root) if split_of_folder else ():
        parts.setdefault(folder.name, folder.name)  # a part of the split without a single photo
    class_of_folder = {
        f"{part}/{folder.name}".lstrip("/"): (folder.name, split)
        for part, split in parts.items()
        for folder in _folders(root / part)
    }
    files = []
    for path, stray in _walk(root, frozenset()):
        file = path.relative_to(root).as_posix()
        pieces = file.split("/")
        class_folder = "/".join(pieces[: 2 if split_of_folder else 1])
        if class_folder in class_of_folder and len(pieces) > class_folder.count("/") + 1:
            class_name, split = class_of_folder[class_folder]
            files.append(FoundFile(path, file, class_name, split, stray))
        elif stray or path.suffix.lower() in PHOTO_SUFFIXES:
            files.append(FoundFile(path, file, "", parts.get(pieces[0], ""), stray=True))
    class_names = sorted({class_name for class_name, _ in class_of_folder.values()})
    folder_of_split = {split: part for part, split in parts.items()}
    ordered = [name for name in SPLIT_NAMES if name in folder_of_split]
    ordered += [name for name in folder_of_split if name not in SPLIT_NAMES]
    return Tree(files, {name: folder_of_split[name] for name in ordered}, class_names)


def inspect_file(found: FoundFile) -> InspectedFile:
    """Read one file and note its problems. Never raises for anything that a file can contain."""
    inspected = InspectedFile(found)
    try:
        with found.path.open("rb") as stream:
            inspected.sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            inspected.byte_count = stream.tell()
        if found.stray:
            inspected.problems.append(("stray_file", _why_stray(found)))
        else:
            _inspect_content(inspected)
    except OSError as error:
        gone = isinstance(error, FileNotFoundError)
        why = "vanished while being examined" if gone else f"cannot be read ({error.strerror})"
        inspected.problems.append(("unreadable", why))
    return inspected


def note_small_photos(photos: list[InspectedFile]) -> None:
    """Add "tiny" to photos that are too small, by themselves or against the others."""
    sides = [min(photo.width, photo.height) for photo in photos]
    usual = float(np.median(sides)) if sides else 0.0
    for photo, side in zip(photos, sides, strict=True):
        small = side < SMALL_SIDE and side * SMALL_AGAINST_OTHERS <= usual
        if side < TINY_SIDE or small:
            detail = f"{photo.width} x {photo.height} pixels; usual here: {usual:.0f}"
            photo.problems.append(("tiny", detail))


def _walk(folder: Path, above: frozenset[str], stray: bool = False) -> Iterator[tuple[Path, bool]]:
    real = os.path.realpath(folder)
    if real in above:  # a link to a folder above itself
        return
    for path in sorted(folder.iterdir()):
        is_stray = stray or path.name.lower() in STRAY_NAMES or path.name.startswith("._")
        if is_ignored(path.name) and not is_stray:
            continue
        if path.is_dir():
            yield from _walk(path, above | {real}, is_stray)
        else:
            yield path, is_stray


def _folders(parent: Path) -> list[Path]:
    if not parent.is_dir():
        return []
    return [
        path
        for path in sorted(parent.iterdir())
        if path.is_dir() and not is_ignored(path.name) and path.name.lower() not in STRAY_NAMES
    ]


def _why_stray(found: FoundFile) -> str:
    by_computer = any(
        piece.lower() in STRAY_NAMES or piece.startswith("._") for piece in found.file.split("/")
    )
    return "left behind by a computer" if by_computer else "lies outside the class folders"


def _inspect_content(inspected: InspectedFile) -> None:
    path = inspected.found.path
    try:
        picture = read_photo(path, at_least=DECODED_SIDE)
    except PhotoError as error:
        inspected.problems.append(_why_unreadable(path, error))
        return
    with Image.open(path) as image:
        inspected.width, inspected.height = image.size
        inspected.problems += [
            *_extension_problem(image, path),
            *_mode_problem(image),
            *_orientation_problem(image),
            *_shape_problem(image),
        ]
    size = f"{inspected.width}x{inspected.height}:".encode()
    inspected.pixels = hashlib.sha256(size + picture.tobytes()).hexdigest()
    small = picture.resize((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.BILINEAR)
    inspected.thumbnail = np.asarray(small)


def _why_unreadable(path: Path, error: PhotoError) -> tuple[str, str]:
    reason = error.reason.split(". ")[0].rstrip(".")
    with path.open("rb") as stream:
        start = stream.read(64)
    if start and not _starts_like_a_picture(start):
        return "not_an_image", reason
    cause = f"{reason} {error.__cause__ or ''}".lower()
    if any(words in cause for words in _WORDS_OF_AN_EARLY_END) and _header_is_right(path):
        return "truncated", "the picture breaks off before its end"
    if "not a photo that can be read" in reason:
        reason = "begins like a photo, but the rest is missing or garbled"
    return "unreadable", reason


def _header_is_right(path: Path) -> bool:
    try:
        with Image.open(path):
            return True
    except Exception:  # Pillow's decoders raise nearly anything on damaged files
        return False


def _starts_like_a_picture(start: bytes) -> bool:
    return (
        start.startswith(_PICTURE_STARTS)
        or (start[:4] == b"RIFF" and start[8:12] == b"WEBP")
        or (start[:2] == b"BM" and start[6:10] == b"\x00" * 4)
        or (start[4:8] == b"ftyp" and start[8:12] in _PICTURE_BRANDS)
    )


def _extension_problem(image: Image.Image, path: Path) -> Iterator[tuple[str, str]]:
    suffix = path.suffix.lower()
    stated = {".jfif": "JPEG", ".heif": "HEIF", ".heic": "HEIF"}.get(
        suffix, Image.registered_extensions().get(suffix)
    )
    real = "JPEG" if image.format == "MPO" else image.format
    stated = "JPEG" if stated == "MPO" else stated
    if stated != real:
        ending = f"ends in {path.suffix}" if path.suffix else "has no ending"
        yield "wrong_extension", f"{ending}, but is a {real} picture"
    elif suffix not in PHOTO_SUFFIXES:
        yield "wrong_extension", f"{suffix} is no format that photos are read from here"


def _mode_problem(image: Image.Image) -> Iterator[tuple[str, str]]:
    """Yield the one problem with the way pixels are stored, the gravest first."""
    pictures = getattr(image, "n_frames", 1) if image.format != "MPO" else 1
    # Pillow reads 16-bit colour as 8-bit; only the decoder's arguments still tell.
    deep = image.mode in ("I", "F") or ";16" in image.mode + str(getattr(image, "tile", ""))
    if pictures > 1:
        yield "animation", f"{pictures} pictures in one {image.format} file"
    elif deep:
        yield "sixteen_bit", f"stored as {image.mode}, with more than 8 bits a value"
    elif image.mode in ("RGBA", "RGBa", "LA", "La", "PA"):
        yield "alpha", f"mode {image.mode}: a channel of transparency"
    elif image.mode in ("CMYK", "YCbCr", "LAB", "HSV"):
        yield "cmyk", f"mode {image.mode} instead of RGB"
    elif image.mode == "P":
        see_through = ", with transparency" if "transparency" in image.info else ""
        yield "palette", f"mode P: numbers of a palette{see_through}"
    elif image.mode in ("L", "1"):
        yield "greyscale", f"mode {image.mode}: one channel instead of three"
    elif image.has_transparency_data:
        yield "alpha", "one colour stands for transparency"


def _orientation_problem(image: Image.Image) -> Iterator[tuple[str, str]]:
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # a damaged note: read_photo overlooks it as well
        return
    if orientation in range(2, 9):
        yield "exif_rotated", f"the EXIF note says orientation {orientation} instead of 1"


def _shape_problem(image: Image.Image) -> Iterator[tuple[str, str]]:
    long, short = max(image.size), min(image.size)
    if long > EXTREME_RATIO * short:
        detail = f"{image.width} x {image.height} pixels: {long / short:.1f} times as long as wide"
        yield "extreme_shape", detail

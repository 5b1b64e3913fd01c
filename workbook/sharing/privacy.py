"""Find and take out what is nobody's business: paths and user names in words, notes in photos."""

import contextlib
import getpass
import re
from collections.abc import Iterable
from pathlib import Path

from PIL import ExifTags, Image

LEFT_OUT = "…"
# Names that many computers have, and that say nothing about a person.
EVERYBODY = frozenset(
    {"root", "user", "admin", "administrator", "guest", "student", "teacher", "home", "jovyan"}
)
_PATH = re.compile(
    r"""(?:(?<![A-Za-z])[A-Za-z]:[\\/]|\\\\|~[\\/]|(?<![\w:/.])/(?=[\w.~-]+/))[^\s"'<>|*?,;]*""",
)
_CAMERA_NOTES = (
    ExifTags.Base.Make,
    ExifTags.Base.Model,
    ExifTags.Base.Artist,
    ExifTags.Base.Copyright,
    ExifTags.Base.Software,
    ExifTags.Base.DateTime,
    ExifTags.IFD.Exif,
    ExifTags.IFD.MakerNote,
)


def user_names() -> set[str]:
    """Return the names by which this computer knows its user, unless everybody is called so."""
    names = {Path.home().name}
    with contextlib.suppress(OSError, KeyError, ImportError):  # a system that knows no users
        names.add(getpass.getuser())
    return {name for name in names if len(name) > 2 and name.lower() not in EVERYBODY}


def without_paths(text: str) -> str:
    """Return the text with every path of a file or folder replaced by an ellipsis.

    Addresses of web pages stay: they were written to be found.
    """
    home = str(Path.home())
    if len(home) > 3:
        text = re.sub(re.escape(home) + r"""[^\n"'<>|*?,;]*""", LEFT_OUT, text)
    return _PATH.sub(LEFT_OUT, text)


def without_names(text: str, names: Iterable[str]) -> str:
    """Return the text with the given names replaced, where they stand as words of their own."""
    for name in names:
        text = _as_word(name).sub(LEFT_OUT, text)
    return text


def mentions(text: str, names: Iterable[str]) -> list[str]:
    """Return those of the names that stand in the text as words of their own."""
    return [name for name in names if _as_word(name).search(text)]


def notes_in_photo(picture: Image.Image) -> set[str]:
    """Tell which kinds of notes a photo carries: "location", "camera and time", "other notes"."""
    found = set()
    try:
        exif = picture.getexif()
    except Exception:  # notes that cannot be read are left out all the same
        return {"other notes"}
    if ExifTags.IFD.GPSInfo in exif:
        found.add("location")
    if any(note in exif for note in _CAMERA_NOTES):
        found.add("camera and time")
    if set(picture.info) & {"xmp", "comment", "photoshop", "iptc", "XML:com.adobe.xmp"}:
        found.add("other notes")
    return found


def _as_word(name: str) -> re.Pattern:
    return re.compile(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", re.IGNORECASE)

"""The card of a classifier: everything about it that is not a weight, as plain text and numbers.

A card that is read from a file comes from a stranger. It is data and nothing else: nothing in it
is run or imported, and each field is checked before it is used.
"""

import hashlib
import json
import platform
from collections import Counter
from datetime import UTC, datetime
from importlib.metadata import version as installed_version
from pathlib import Path

import workbook
from workbook.experiments import json_value
from workbook.photos.preprocess import Preprocess
from workbook.saving.container import ModelFileError

FORMAT = 1
MOST_CLASSES = 10_000
LARGEST_ARGUMENT = 65_536  # of a whole number in the arguments of an architecture
LARGEST_PHOTO = 1024  # pixels along each side
FIELDS = (
    *("format", "name", "version", "created", "architecture", "class_names", "preprocess"),
    *("data", "metrics", "settings", "test_openings", "limits", "licence", "versions", "checks"),
)
USUAL_LIMITS = (
    "It knows only its own classes: a photo of anything else still gets one of their names.",
    "It has been measured on photos like those it was trained on; other cameras, light or "
    "backgrounds can make it worse.",
    "Its confidence is not a promise: it can be sure and wrong.",
)
LICENCE_UNKNOWN = (
    "Not stated. Before sharing, write down who took the photos, under which licence, and whether "
    "the people in them agreed."
)
SAVE_AGAIN = "Train and save the classifier again, or ask for an unchanged copy of the file."


def write_card(
    *,
    name: str,
    version: str,
    recipe: dict,
    class_names: tuple[str, ...],
    preprocess: Preprocess,
    data: dict,
    metrics: dict,
    settings: dict,
    test_openings: list,
    limits: list[str],
    licence: str,
) -> dict:
    """Return the card as a dictionary that JSON can hold; the keys are ``FIELDS``."""
    return json_value(
        {
            "format": FORMAT,
            "name": name,
            "version": version,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "architecture": recipe,
            "class_names": class_names,
            "preprocess": preprocess.as_dict(),
            "data": data,
            "metrics": metrics,
            "settings": settings,
            "test_openings": test_openings,
            "limits": limits,
            "licence": licence,
            "versions": {
                "workbook": workbook.__version__,
                "torch": installed_version("torch"),
                "python": platform.python_version(),
            },
            "checks": {"class_names": checksum_of_names(class_names)},
        }
    )


def checksum_of_names(class_names) -> str:
    """Return 16 hexadecimal digits that change when a name or the order of the names changes."""
    text = json.dumps(list(class_names), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]


def describe_data(splits) -> dict:
    """Return what the card says of the photos: folder name, fingerprint and counts per class.

    Only the name of the folder is kept, never its path, which often holds a person's name.
    """
    parts = {"train": splits.train, "validation": splits.validation}
    return {
        "source": Path(splits.folder).name,
        "fingerprint": splits.fingerprint,
        "split": "train, validation and test folders; photos of one group stay together",
        "counts": {part: photos.counts().to_dict() for part, photos in parts.items()},
    }


def parse_card(path: Path, text: str) -> dict:
    """Return the card written in ``text`` after checking every field that is relied on.

    Raises ModelFileError, each time with a sentence of its own, for a card that is no JSON, of a
    newer format, with fields missing, with unusable or changed class names, or whose architecture
    is not a name with plain arguments.
    """
    try:
        card = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelFileError(path, "its card is damaged and cannot be read.", SAVE_AGAIN) from error
    if not isinstance(card, dict) or not isinstance(card.get("format"), int) or card["format"] < 1:
        raise ModelFileError(path, "its card does not say which format it has.", SAVE_AGAIN)
    if card["format"] > FORMAT:
        raise ModelFileError(
            path,
            f"it was written by a newer workbook (format {card['format']}; this one reads up to "
            f"{FORMAT}).",
            "Update the workbook: pip install --upgrade photo-classifier-workbook.",
        )
    _check_class_names(path, card)
    _check_preprocess_is_there(path, card)
    missing = [field for field in FIELDS if field not in card]
    if missing:
        raise ModelFileError(path, f"its card lacks {', '.join(missing)}.", SAVE_AGAIN)
    _check_kinds(path, card)
    _check_architecture(path, card)
    return card


def parse_preprocess(path: Path, card: dict) -> Preprocess:
    """Return the preprocessing that the card describes. Raises ModelFileError."""
    try:
        preprocess = Preprocess.from_dict(card["preprocess"])
        usable = 1 <= preprocess.size <= LARGEST_PHOTO
    except (ValueError, TypeError) as error:
        raise ModelFileError(
            path, f"its card describes a preprocessing that is unknown here: {error}", SAVE_AGAIN
        ) from error
    if not usable:
        raise ModelFileError(
            path,
            f"its card asks for photos of {preprocess.size} pixels, and at most {LARGEST_PHOTO} "
            "are allowed.",
            SAVE_AGAIN,
        )
    return preprocess


def _check_class_names(path: Path, card: dict) -> None:
    names = card.get("class_names")
    if not names or not isinstance(names, list):
        raise ModelFileError(
            path,
            "its card has no class names, so the scores of the model could not be given names.",
            SAVE_AGAIN,
        )
    if len(names) > MOST_CLASSES or not all(isinstance(name, str) and name for name in names):
        raise ModelFileError(
            path, f"its class names are not 1 to {MOST_CLASSES:,} pieces of text.", SAVE_AGAIN
        )
    name, times = Counter(names).most_common(1)[0]
    if times > 1:
        raise ModelFileError(path, f'its card names the class "{name}" {times} times.', SAVE_AGAIN)
    checks = card.get("checks")
    if not isinstance(checks, dict) or checks.get("class_names") != checksum_of_names(names):
        raise ModelFileError(
            path,
            "its class names were changed or put in another order after it was saved, so the "
            "answers would carry wrong names.",
            SAVE_AGAIN,
        )


def _check_preprocess_is_there(path: Path, card: dict) -> None:
    if not isinstance(card.get("preprocess"), dict):
        raise ModelFileError(
            path,
            "its card does not say how photos have to be prepared (size, mean, deviation), and "
            "with another preparation the answers would be wrong without a warning.",
            SAVE_AGAIN,
        )


def _check_kinds(path: Path, card: dict) -> None:
    expected = {
        dict: ("architecture", "data", "metrics", "settings", "versions", "checks"),
        list: ("test_openings", "limits"),
        str: ("name", "version", "created", "licence"),
    }
    for kind, fields in expected.items():
        for field in fields:
            if not isinstance(card[field], kind):
                raise ModelFileError(
                    path, f'the field "{field}" of its card is not what it should be.', SAVE_AGAIN
                )


def _check_architecture(path: Path, card: dict) -> None:
    name = card["architecture"].get("name")
    arguments = card["architecture"].get("arguments")
    if not isinstance(name, str) or not isinstance(arguments, dict):
        raise ModelFileError(path, "its card does not say how the model is built.", SAVE_AGAIN)
    if arguments.get("classes") != len(card["class_names"]):
        raise ModelFileError(
            path,
            f"its model gives {arguments.get('classes')} scores, but its card names "
            f"{len(card['class_names'])} classes.",
            SAVE_AGAIN,
        )
    for argument, value in arguments.items():
        for part in value if isinstance(value, list) else [value]:
            if not _is_plain(part):
                raise ModelFileError(
                    path,
                    f'its model is built with "{argument}" = {str(part)[:40]}, which is not a '
                    f"plain value, or a number beyond {LARGEST_ARGUMENT:,}.",
                    SAVE_AGAIN,
                )


def _is_plain(value) -> bool:
    if isinstance(value, int | float):
        return abs(value) <= LARGEST_ARGUMENT
    return value is None or isinstance(value, str)

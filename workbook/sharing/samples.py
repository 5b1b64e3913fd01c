"""A few photos to try a shared classifier on, with nothing in them but their pixels."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from workbook.photos.folder import scan_folder
from workbook.photos.reading import PHOTO_SUFFIXES, PhotoError, read_photo
from workbook.prediction import find_photos
from workbook.saving import Classifier
from workbook.sharing.privacy import notes_in_photo

MOST_SAMPLES = 6
SIDE = 640  # pixels of the longer side; enough to look at, little to send
NAMED_CLASSES = 5  # how many probabilities of a sample are written down
FOLDER = "samples"


@dataclass(frozen=True)
class Samples:
    """Photos for a bundle: what to expect of each (see ``expected.json``), and what was left out.

    expected: one dictionary a photo with file, answer and probabilities of the best classes.
    left_out: sentences for the report.
    """

    expected: list[dict]
    left_out: tuple[str, ...]


def write_samples(classifier: Classifier, photos: Path | None, folder: Path) -> Samples:
    """Write sample photos into ``folder``/samples and ask the classifier about them.

    ``photos`` is a folder of photos: one folder per class, a split (of which the validation photos
    are taken; test photos stay sealed), or photos without classes. The copies are new JPEG files of
    the bare pixels, at most 640 pixels wide, under new names. Without ``photos`` two patterns are
    drawn, so that there is always something to check.
    Raises OSError or ValueError when the folder cannot be used or holds no readable photo.
    """
    pictures, notes = _drawn_patterns(), Counter()
    if photos is not None:
        pictures, notes = _read(_choose(photos))
        if not pictures:
            raise ValueError(f"There is no readable photo in {photos}. Name another folder.")
    (folder / FOLDER).mkdir()
    expected = []
    for number, picture in enumerate(pictures, start=1):
        file = f"{FOLDER}/sample_{number}.jpg"
        picture.save(folder / file, quality=92)
        expected.append({"file": file, **_answer(classifier, folder / file)})
    left_out = [
        f"{note} in {count} of {len(pictures)} sample photos" for note, count in notes.items()
    ]
    if photos is not None:
        left_out.append(f"the file names of the {len(pictures)} sample photos")
    return Samples(expected, tuple(left_out))


def _choose(photos: Path) -> list[Path]:
    """Return up to six photos, of as many classes as possible."""
    try:
        found = scan_folder(photos)
    except ValueError:  # photos without class folders
        return _spread(find_photos(photos))
    unsealed = [photo for photo in found if photo.split != "test"]
    if not unsealed:
        raise ValueError(f"{photos} holds test photos only, and these stay sealed. Name others.")
    unseen = [photo for photo in unsealed if photo.split == "validation"]
    first_of_class: dict[str, Path] = {}
    for photo in unseen or unsealed:
        first_of_class.setdefault(photo.class_name, photo.path)
    return _spread(list(first_of_class.values()))


def _spread(paths: list[Path]) -> list[Path]:
    usable = [path for path in paths if path.suffix.lower() in PHOTO_SUFFIXES]
    places = np.linspace(0, len(usable) - 1, min(MOST_SAMPLES, len(usable)))
    return [usable[round(place)] for place in places]


def _read(paths: list[Path]) -> tuple[list[Image.Image], Counter]:
    pictures, notes = [], Counter()
    for path in paths:
        try:
            picture = read_photo(path, at_least=SIDE)
        except PhotoError:
            continue
        with Image.open(path) as opened:
            notes.update(notes_in_photo(opened))
        picture.thumbnail((SIDE, SIDE))
        pictures.append(_bare(picture))
    return pictures, notes


def _bare(picture: Image.Image) -> Image.Image:
    """Return a new picture of the same pixels, to which no note of the old one can cling."""
    return Image.fromarray(np.array(picture))


def _drawn_patterns() -> list[Image.Image]:
    across = np.linspace(0, 255, 160, dtype=np.uint8)
    slope, level = np.tile(across, (120, 1)), np.full((120, 160), 90, np.uint8)
    patterns = (slope, level, slope[:, ::-1]), (level, slope, slope)
    return [Image.fromarray(np.stack(channels, axis=2)) for channels in patterns]


def _answer(classifier: Classifier, path: Path) -> dict:
    probabilities = classifier.probabilities(path)
    best = probabilities.topk(min(NAMED_CLASSES, len(probabilities)))
    names = [classifier.class_names[index] for index in best.indices.tolist()]
    return {
        "answer": names[0],
        "probabilities": {
            name: round(value, 6) for name, value in zip(names, best.values.tolist(), strict=True)
        },
    }

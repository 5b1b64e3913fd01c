"""Find labels that a quick model disagrees with, and judge how far to trust it.

How sure must the model be before a photo is worth a look? That depends on the photos, so it is
measured on them: some labels are swapped on purpose (in memory only), and the doctor counts how
many of the swapped ones it would notice.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbook.photos.doctor.files import InspectedFile
from workbook.photos.doctor.findings import Finding
from workbook.photos.doctor.quick_model import LeaveOneOut, describe_photos

FEWEST_PER_CLASS = 20
# At least this share of the listed photos should have wrong labels, by the doctor's own estimate.
WANTED_PRECISION = 0.7
SURENESS_LEVELS = np.round(np.arange(0.3, 1.55, 0.05), 2)
SWAPPED_SHARE, SWAPPING_ROUNDS = 0.05, 20
LEAST_CAUGHT = 0.3  # below this, the share of noticed swaps is too rough an estimate
PHOTOS_AT_ONCE = 2500  # the work grows with the cube of this number


@dataclass(frozen=True)
class LabelCheck:
    """How the search for wrong labels went.

    accuracy: how often the quick model agrees with a label. caught: the share of labels, swapped
    on purpose, that it noticed at the level of sureness that was used. expected_wrong: a rough
    estimate of how many of the listed labels are wrong.
    """

    examined: int
    accuracy: float
    caught: float
    expected_wrong: float


def check_labels(
    photos: Sequence[InspectedFile], *, seed: int = 0, progress: bool = True
) -> tuple[list[Finding], LabelCheck | None]:
    """Return findings, the most suspicious first, and None when there is too little to learn from.

    Only classes of at least FEWEST_PER_CLASS photos take part.
    """
    names, counts = np.unique([p.found.class_name for p in photos], return_counts=True)
    names = names[counts >= FEWEST_PER_CLASS]
    photos = [photo for photo in photos if photo.found.class_name in names]
    if len(names) < 2:
        return [], None
    class_of = np.searchsorted(names, [photo.found.class_name for photo in photos])
    features = describe_photos(
        np.stack([photo.thumbnail for photo in photos]), seed=seed, progress=progress
    )
    random = np.random.default_rng(seed)
    scores = np.zeros((len(photos), len(names)))
    sureness_of_swaps = []
    for part in _parts(len(photos), random):
        model = LeaveOneOut(features[part], class_of[part])
        scores[part] = model.scores(class_of[part], len(names))
        sureness_of_swaps += _try_swaps(model, class_of[part], len(names), random)
    sureness = disagreement(scores, class_of)
    level, caught, wrong = _level(sureness, np.array(sureness_of_swaps))
    suspicious = np.flatnonzero(sureness >= level)
    suspicious = suspicious[np.argsort(-sureness[suspicious], kind="stable")]
    findings = [
        _finding(photos[position], names[scores[position].argmax()], sureness[position])
        for position in suspicious
    ]
    accuracy = float((scores.argmax(1) == class_of).mean())
    return findings, LabelCheck(len(photos), accuracy, caught, min(wrong, len(findings)))


def disagreement(scores: np.ndarray, class_of: np.ndarray) -> np.ndarray:
    """Return by how much the best other class beats the given one, ``(N,)``; else below 0.

    scores: ``(N, classes)``. class_of: the given class of each photo, ``(N,)``.
    """
    rows = np.arange(len(class_of))
    others = scores.copy()
    others[rows, class_of] = -np.inf
    return others.max(1) - scores[rows, class_of]


def _parts(count: int, random: np.random.Generator) -> list[np.ndarray]:
    return np.array_split(random.permutation(count), -(-count // PHOTOS_AT_ONCE))


def _try_swaps(
    model: LeaveOneOut, class_of: np.ndarray, classes: int, random: np.random.Generator
) -> list[float]:
    """Swap some labels at a time and return how sure the model is that each of them is wrong."""
    found = []
    for _ in range(SWAPPING_ROUNDS):
        swapped = random.choice(len(class_of), max(1, round(SWAPPED_SHARE * len(class_of))), False)
        labels = class_of.copy()
        labels[swapped] = (labels[swapped] + random.integers(1, classes, len(swapped))) % classes
        found += disagreement(model.scores(labels, classes), labels)[swapped].tolist()
    return found


def _level(sureness: np.ndarray, of_swaps: np.ndarray) -> tuple[float, float, float]:
    """Choose the level of sureness from which on photos are listed.

    If W labels are wrong, about W * caught(level) of them are listed at a level, and these cannot
    be more than all that are listed there. The level where this bound is lowest tells how large W
    can be. Then the lowest level is taken at which enough of the listed are expected to be wrong.

    Returns the level, the share of swaps caught there, and how many listed labels may be wrong.
    """
    caught = np.array([(of_swaps >= level).mean() for level in SURENESS_LEVELS])
    listed = np.array([(sureness >= level).sum() for level in SURENESS_LEVELS])
    telling = caught >= LEAST_CAUGHT
    if not telling.any():
        return np.inf, 0.0, 0.0
    wrong = (listed[telling] / caught[telling]).min()
    good_enough = telling & (wrong * caught >= WANTED_PRECISION * listed) & (listed > 0)
    if not good_enough.any():
        return np.inf, 0.0, 0.0
    chosen = int(np.argmax(good_enough))
    return float(SURENESS_LEVELS[chosen]), float(caught[chosen]), float(wrong * caught[chosen])


def _finding(photo: InspectedFile, looks_like: str, sureness: float) -> Finding:
    found = photo.found
    detail = f"looks more like {looks_like} than {found.class_name} (by {sureness:.2f})"
    return Finding(
        "suspicious_label",
        found.file,
        found.class_name,
        found.split,
        detail,
        suggested_class=str(looks_like),
    )

"""Find frames, stamps and watermarks that go with one class.

Objects move about from photo to photo; a mark stays at the same place. So in the average of many
photos of a class, the edges of the objects blur away, and the edges of a mark remain. They are
compared with the averages of the other classes, because what all photos share (the blocks of JPEG,
say) tells nothing about a class.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from workbook.photos.doctor.files import THUMBNAIL_SIDE, InspectedFile
from workbook.photos.doctor.findings import Finding

EDGE_SIGMA = 1.5
WINDOW = 5
# The fewer photos there are, the more chance edges remain in their average. The two numbers are
# measured by benchmarks/photo_doctor.py: clean classes of 10, 20, 40 and 120 photos reach 1.0,
# 0.5, 0.35 and 0.15; marks on 70 of 100 photos 1.0 and more.
ALWAYS_NEEDED, NEEDED_PER_PHOTO = 0.25, 10.0
FEWEST_PHOTOS = 8
NOISE_VARIANCE = 4.0  # two grey levels, squared
LEAST_SHARE = 0.25


@dataclass(frozen=True)
class _Mark:
    """``pattern`` and ``area``, both of the shape of a thumbnail's edges, ``(64, 64, 3)``."""

    pattern: np.ndarray
    area: np.ndarray


def find_marks(photos: Sequence[InspectedFile]) -> list[Finding]:
    """Return a finding for each photo that bears the mark of its class."""
    findings = []
    if not photos:
        return findings
    edges = np.stack([_edges(photo.thumbnail) for photo in photos])
    class_of = np.array([photo.found.class_name for photo in photos])
    for class_name in sorted(set(class_of)):
        inside = np.flatnonzero(class_of == class_name)
        if len(inside) < FEWEST_PHOTOS or len(photos) - len(inside) < FEWEST_PHOTOS:
            continue
        mark = _mark_of_class(edges, class_of == class_name)
        if mark is None:
            continue
        marked = inside[_strength(edges[inside], mark) > 0.5]
        if len(marked) < LEAST_SHARE * len(inside):
            continue
        kind = f"{_name_of(mark.area)} on {len(marked)} of {len(inside)} photos of {class_name}"
        for position in marked:
            found = photos[position].found
            findings.append(
                Finding("border_or_mark", found.file, found.class_name, found.split, kind)
            )
    return findings


def _edges(thumbnail: np.ndarray) -> np.ndarray:
    values = thumbnail.astype(np.float32)
    return values - ndimage.gaussian_filter(values, (EDGE_SIGMA, EDGE_SIGMA, 0), mode="mirror")


def _mark_of_class(edges: np.ndarray, of_class: np.ndarray) -> _Mark | None:
    inside, outside = edges[of_class], edges[~of_class]
    own, others = inside.mean(0), outside.mean(0)
    difference = own - others
    spread = (((inside - own) ** 2).sum(0) + ((outside - others) ** 2).sum(0)) / len(
        edges
    ) + NOISE_VARIANCE
    # Squared difference in units of the usual spread, less what chance alone would give.
    chance = 1 / len(inside) + 1 / len(outside)
    effect = _in_window((difference**2 / spread).mean(2) - chance)
    # With two classes, the class without the mark differs as much: but its own average is flat.
    is_own = _in_window((own**2).mean(2)) > _in_window((others**2).mean(2))
    needed = ALWAYS_NEEDED + NEEDED_PER_PHOTO / min(len(inside), len(outside))
    effect = np.where(is_own, effect, 0.0)
    if effect.max() < needed:
        return None
    area = effect > needed / 2
    return _Mark(difference, np.repeat(area[..., None], edges.shape[3], axis=2))


def _in_window(values: np.ndarray) -> np.ndarray:
    return ndimage.uniform_filter(values, WINDOW, mode="constant")


def _strength(edges: np.ndarray, mark: _Mark) -> np.ndarray:
    """Return how strongly each photo bears the mark: 0 not at all, 1 like the average."""
    pattern = mark.pattern[mark.area]
    return edges[:, mark.area] @ pattern / (pattern @ pattern)


def _name_of(area: np.ndarray) -> str:
    rows, columns = np.nonzero(area[..., 0])
    third = THUMBNAIL_SIDE // 3
    sides = [rows < third, rows >= 2 * third, columns < third, columns >= 2 * third]
    reaches = [
        side.any() and (columns if i < 2 else rows)[side].size > THUMBNAIL_SIDE / 2
        for i, side in enumerate(sides)
    ]
    if all(reaches):
        return "a frame"
    down = "top" if rows.mean() < third else "bottom" if rows.mean() >= 2 * third else "middle"
    across = (
        "left" if columns.mean() < third else "right" if columns.mean() >= 2 * third else "middle"
    )
    place = down if across == "middle" else f"{down} {across}"
    return f"a mark at the {place}"

"""Find frames, stamps and watermarks that go with one class.

A frame shows by itself: all along the border a photo has one colour. A mark does not, but objects
move about from photo to photo, and a mark stays at the same place. So in the average of many
photos of a class, the edges of the objects blur away, and the edges of a mark remain. They are
compared with the averages of the other classes, because what all photos share (the blocks of JPEG,
say) tells nothing about a class.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from workbook.photos.doctor.files import THUMBNAIL_SIDE, InspectedFile
from workbook.photos.doctor.findings import Finding

EDGE_SIGMA = 1.5
WINDOW = 5
# The fewer photos there are, the more chance edges remain in their average. In trials, clean
# classes of 10, 20, 40 and 120 photos reached at most 1.0, 0.5, 0.35 and 0.15. A faint mark on
# small photos may stay below what is needed here.
ALWAYS_NEEDED, NEEDED_PER_PHOTO = 0.25, 10.0
FEWEST_PHOTOS = 8
NOISE_VARIANCE = 4.0  # two grey levels, squared
LEAST_SHARE = 0.25
# Along a frame, grey levels vary by less than this even after JPEG has blurred them; inside it, at
# an eighth of the photo, they vary at least twice as much. (On a plain table they do not.)
PLAIN_BORDER, INSIDE_DEPTH, INSIDE_VARIES = 16.0, THUMBNAIL_SIDE // 8, 2.0
# How frequent frames must be in a class, and how many times as frequent as in the others.
LEAST_FRAMED, TIMES_AS_FREQUENT = 0.4, 4


@dataclass(frozen=True)
class _Mark:
    """A pattern of edges, ``(64, 64, 3)``, and the area that it covers, bool of the same shape."""

    pattern: np.ndarray
    area: np.ndarray


def find_marks(photos: Sequence[InspectedFile]) -> list[Finding]:
    """Return a finding for each photo that bears the frame or the mark of its class."""
    of_class = defaultdict(list)
    for photo in photos:
        of_class[photo.found.class_name].append(photo)
    sums = {name: _EdgeSums.of(members) for name, members in of_class.items()}
    framed = {
        name: np.array([_has_frame(photo.thumbnail) for photo in members])
        for name, members in of_class.items()
    }
    findings = []
    for name, members in sorted(of_class.items()):
        others = len(photos) - len(members)
        if min(len(members), others) < FEWEST_PHOTOS:
            continue
        bearing = np.zeros(len(members), bool)
        mark = _mark_of_class(sums[name], _total(sums, but=name))
        if mark is not None:
            bearing |= _strength(members, mark) > 0.5
            kind = _name_of(mark.area)
        elsewhere = sum(flags.sum() for other, flags in framed.items() if other != name) / others
        inside = framed[name].mean()
        if inside >= LEAST_FRAMED and inside > TIMES_AS_FREQUENT * elsewhere:
            bearing |= framed[name]
            kind = "a frame"
        if bearing.sum() >= max(1, LEAST_SHARE * len(members)):
            detail = f"{kind} on {bearing.sum()} of {len(members)} photos of {name}"
            findings += [
                Finding("border_or_mark", one.found.file, name, one.found.split, detail)
                for one, bears in zip(members, bearing, strict=True)
                if bears
            ]
    return findings


@dataclass(frozen=True)
class _EdgeSums:
    """The number of photos, and the sums of their edges and of the squares: ``(64, 64, 3)``."""

    count: int
    edges: np.ndarray
    squares: np.ndarray

    @classmethod
    def of(cls, photos: Sequence[InspectedFile]) -> "_EdgeSums":
        edges, squares = 0.0, 0.0
        for photo in photos:
            of_photo = _edges(photo.thumbnail).astype(np.float64)
            edges, squares = edges + of_photo, squares + of_photo**2
        return cls(len(photos), edges, squares)


def _total(sums: dict[str, _EdgeSums], *, but: str) -> _EdgeSums:
    added = [of_class for name, of_class in sums.items() if name != but]
    return _EdgeSums(
        sum(one.count for one in added),
        sum(one.edges for one in added),
        sum(one.squares for one in added),
    )


def _has_frame(thumbnail: np.ndarray) -> bool:
    border = _variation_around(thumbnail, 0)
    inside = _variation_around(thumbnail, INSIDE_DEPTH)
    return border < PLAIN_BORDER and inside > INSIDE_VARIES * border


def _variation_around(thumbnail: np.ndarray, depth: int) -> float:
    """Return the standard deviation along the square line at a depth, of the liveliest channel."""
    inner = thumbnail[depth : THUMBNAIL_SIDE - depth, depth : THUMBNAIL_SIDE - depth]
    line = np.concatenate([inner[0], inner[-1], inner[1:-1, 0], inner[1:-1, -1]])
    return float(line.astype(np.float32).std(0).max())


def _edges(thumbnail: np.ndarray) -> np.ndarray:
    values = thumbnail.astype(np.float32)
    return values - ndimage.gaussian_filter(values, (EDGE_SIGMA, EDGE_SIGMA, 0), mode="mirror")


def _mark_of_class(inside: _EdgeSums, outside: _EdgeSums) -> _Mark | None:
    own, others = inside.edges / inside.count, outside.edges / outside.count
    squares = inside.squares + outside.squares
    squares = squares - inside.count * own**2 - outside.count * others**2
    spread = squares / (inside.count + outside.count) + NOISE_VARIANCE
    # Squared difference in units of the usual spread, less what chance alone would give.
    chance = 1 / inside.count + 1 / outside.count
    effect = _in_window(((own - others) ** 2 / spread).mean(2) - chance)
    # With two classes, the class without the mark differs as much: but its own average is flat.
    is_own = _in_window((own**2).mean(2)) > _in_window((others**2).mean(2))
    effect = np.where(is_own, effect, 0.0)
    needed = ALWAYS_NEEDED + NEEDED_PER_PHOTO / min(inside.count, outside.count)
    if effect.max() < needed:
        return None
    area = effect > needed / 2
    return _Mark(own - others, np.repeat(area[..., None], 3, axis=2))


def _in_window(values: np.ndarray) -> np.ndarray:
    return ndimage.uniform_filter(values, WINDOW, mode="constant")


def _strength(photos: Sequence[InspectedFile], mark: _Mark) -> np.ndarray:
    """Return how strongly each photo bears the mark: 0 not at all, 1 like the average."""
    pattern = mark.pattern[mark.area]
    return np.array(
        [_edges(photo.thumbnail)[mark.area] @ pattern / (pattern @ pattern) for photo in photos]
    )


def _name_of(area: np.ndarray) -> str:
    covered = area[..., 0]
    depth = THUMBNAIL_SIDE // 6
    sides = (covered[:depth], covered[-depth:], covered[:, :depth].T, covered[:, -depth:].T)
    if all(side.any(0).mean() > 0.5 for side in sides):
        return "a frame"
    rows, columns = np.nonzero(covered)
    down, across = _third_of(rows, "top", "bottom"), _third_of(columns, "left", "right")
    place = " ".join(word for word in (down, across) if word) or "middle"
    return f"a mark at the {place}"


def _third_of(positions: np.ndarray, low: str, high: str) -> str:
    middle = positions.mean() / THUMBNAIL_SIDE
    return low if middle < 1 / 3 else high if middle > 2 / 3 else ""

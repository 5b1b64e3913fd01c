"""Report photos that are there twice, exactly or nearly, and decide which one may stay."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from workbook.photos.doctor.files import InspectedFile
from workbook.photos.doctor.findings import Finding
from workbook.photos.doctor.likeness import similar_pairs

# Copies of a test photo are taken out of training, and not the other way round: test photos are
# few, and changing them would make old scores incomparable.
_KEPT_FIRST = ("test", "validation", "train", "")

Likeness = Mapping[tuple[int, int], float]


def find_duplicates(photos: Sequence[InspectedFile]) -> list[Finding]:
    """Return the findings about exact and near duplicates, within and across parts of a split.

    Of photos that repeat one another one stays, and the others are reported. When they lie in
    several classes, the class that most of them have is believed; if there is none, all are
    reported, because their labels contradict one another.
    """
    findings: list[Finding] = []
    same = _exact_pairs(photos)
    reported = _report_groups(photos, same, "exact", findings)
    staying = [photo for photo in photos if photo.found.file not in reported]
    if staying:
        pairs = similar_pairs(np.stack([photo.thumbnail for photo in staying]))
        likeness = {(i, j): agreement for i, j, agreement in pairs}
        _report_groups(staying, likeness, "near", findings)
    return findings


def _exact_pairs(photos: Sequence[InspectedFile]) -> Likeness:
    """Link each photo to the first one with the same bytes, and to that with the same pixels."""
    pairs = {}
    for key in ("sha256", "pixels"):
        first_with: dict[str, int] = {}
        for position, photo in enumerate(photos):
            first = first_with.setdefault(getattr(photo, key), position)
            if first != position:
                pairs[first, position] = 1.0
    return pairs


def _report_groups(
    photos: Sequence[InspectedFile], likeness: Likeness, kind: str, findings: list[Finding]
) -> set[str]:
    """Add a finding for each photo that repeats another; return the files of these photos."""
    reported = set()
    for group in _groups(len(photos), likeness):
        kept = _photo_to_keep(photos, group)
        for position in group:
            if position != kept:
                other = _likest(position, group, kept, likeness)
                against = kept if kept is not None else other
                findings.append(_finding(photos, position, other, against, kind, kept is None))
                reported.add(photos[position].found.file)
    return reported


def _groups(count: int, pairs: Likeness) -> list[list[int]]:
    """Return the groups of two or more positions that are linked by pairs, directly or not."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not pairs:
        return []
    rows, columns = np.array(list(pairs)).T
    links = coo_array((np.ones(len(rows)), (rows, columns)), shape=(count, count))
    _, group_of = connected_components(links, directed=False)
    members = defaultdict(list)
    for position in sorted({*rows.tolist(), *columns.tolist()}):
        members[group_of[position]].append(position)
    return list(members.values())


def _photo_to_keep(photos: Sequence[InspectedFile], group: Sequence[int]) -> int | None:
    """Return the position of the photo that may stay, or None when the labels contradict."""
    votes = Counter(photos[position].found.class_name for position in group).most_common()
    if len(votes) > 1 and votes[0][1] == votes[1][1]:
        return None

    def preference(position: int) -> tuple:
        photo = photos[position]
        split = _KEPT_FIRST.index(photo.found.split) if photo.found.split in _KEPT_FIRST else 9
        most_detail = (-photo.width * photo.height, -photo.byte_count)
        return split, *most_detail, len(photo.found.file), photo.found.file

    return min((p for p in group if photos[p].found.class_name == votes[0][0]), key=preference)


def _likest(position: int, group: Sequence[int], kept: int | None, likeness: Likeness) -> int:
    """Return the other photo of the group to show beside this one, best the one that stays."""

    def closeness(other: int) -> tuple[float, bool]:
        return likeness.get((min(position, other), max(position, other)), 0.0), other == kept

    return max((other for other in group if other != position), key=closeness)


def _finding(
    photos: Sequence[InspectedFile],
    position: int,
    other: int,
    against: int,
    kind: str,
    contradiction: bool,
) -> Finding:
    photo, twin = photos[position].found, photos[other].found
    leaks = photo.split != photos[against].found.split
    name = f"leak_{kind}" if leaks else f"{kind}_duplicate"
    detail = f"{'the same as' if kind == 'exact' else 'nearly the same as'} {twin.file}"
    if contradiction:
        detail += "; the labels contradict, so all copies go until a person decides"
    elif photo.class_name != photos[against].found.class_name:
        detail += f", which is labelled {photos[against].found.class_name}"
    return Finding(name, photo.file, photo.class_name, photo.split, detail, other_file=twin.file)

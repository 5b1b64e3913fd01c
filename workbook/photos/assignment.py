"""Decide which photo goes to training, validation and test."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from workbook.photos.folder import SPLIT_NAMES

FRACTIONS = (0.70, 0.15, 0.15)


def assign_splits(
    labels: Sequence[str],
    groups: Sequence[str],
    fractions: Sequence[float] = FRACTIONS,
    seed: int = 0,
) -> list[str]:
    """Return "train", "validation" or "test" for each photo.

    labels: the class of each photo. groups: photos with the same group stay together.
    fractions: the share of each part; they add up to 1.

    What is guaranteed:

    - no group is in two parts, and every photo is in one;
    - if the photos of each group are of one class, then the number of photos of a class in a part
      differs from its share by less than the largest group of that class: by less than one photo
      when every photo is its own group. Each class is then in all three parts;
    - if groups hold several classes, the same is aimed at, but not always possible;
    - the same seed gives the same parts, in whatever order the photos come.

    Raises ValueError with a sentence when a class has too few photos, or too few groups, for three
    parts, or when the fractions are no shares.
    """
    _check(labels, groups, fractions)
    groups = [str(group) for group in groups]
    members: dict[str, Counter] = defaultdict(Counter)
    for label, group in zip(labels, groups, strict=True):
        members[group][label] += 1
    part_of = _place_groups(members, fractions, seed)
    _check_no_part_is_empty(members, part_of)
    return [SPLIT_NAMES[part_of[group]] for group in groups]


def _place_groups(
    members: dict[str, Counter], fractions: Sequence[float], seed: int
) -> dict[str, int]:
    """Give each group to the part that lacks its photos most, large groups first.

    One after the other, each group goes where it makes the sum of squared gaps between wanted and
    given photos smallest, with each class weighed by one over its size (as in Pearson's chi
    squared). For a group of one class that is the part with the largest gap. So a part is
    overfilled by less than one group, and in the end underfilled by at most two thirds of one: a
    part with the gap u was passed over for parts with a larger gap, each of which was then
    overfilled by at most the group's size less u, and the gaps add up to 0.
    """
    totals = sum(members.values(), Counter())
    gap = {label: [total * share for share in fractions] for label, total in totals.items()}
    names = sorted(members)
    np.random.default_rng(abs(seed)).shuffle(names)
    names.sort(key=lambda name: -members[name].total())

    part_of: dict[str, int] = {}
    for name in names:
        need = [
            sum(
                count * gap[label][part] / totals[label]
                for label, count in sorted(members[name].items())
            )
            for part in range(3)
        ]
        part_of[name] = max(range(3), key=lambda part: round(need[part], 9))
        for label, count in members[name].items():
            gap[label][part_of[name]] -= count
    _fill_empty_parts(members, part_of, gap)
    return part_of


def _fill_empty_parts(
    members: dict[str, Counter], part_of: dict[str, int], gap: dict[str, list[float]]
) -> None:
    """Move one small group of a class into each part that has none of it, where that stays fair.

    Fair: the parts keep differing from their share of this class by less than its largest group,
    and the part that gives the group away keeps some photos of each of the group's classes.
    """
    for label in sorted(gap):
        holders = sorted(
            (name for name in members if members[name][label]),
            key=lambda name: (members[name].total(), name),
        )
        largest = max(members[name][label] for name in holders)
        for part in _parts_without(label, members, part_of):
            for name in holders:
                giver, size = part_of[name], members[name][label]
                fair = gap[label][giver] + size < largest and size - gap[label][part] < largest
                if fair and _can_spare(giver, name, members, part_of):
                    part_of[name] = part
                    for moved, count in members[name].items():
                        gap[moved][giver] += count
                        gap[moved][part] -= count
                    break


def _can_spare(giver: int, name: str, members: dict[str, Counter], part_of: dict[str, int]) -> bool:
    others = [classes for other, classes in members.items() if part_of[other] == giver]
    return all(sum(bool(classes[label]) for classes in others) > 1 for label in members[name])


def _parts_without(label: str, members: dict[str, Counter], part_of: dict[str, int]) -> list[int]:
    filled = {part_of[name] for name, classes in members.items() if classes[label]}
    return [part for part in range(3) if part not in filled]


def _check_no_part_is_empty(members: dict[str, Counter], part_of: dict[str, int]) -> None:
    for label in sorted(set().union(*members.values())):
        empty = _parts_without(label, members, part_of)
        if not empty:
            continue
        of_label = [classes[label] for classes in members.values() if classes[label]]
        photos, scenes = sum(of_label), len(of_label)
        have = f"{photos} photo{'' if photos == 1 else 's'}"
        if scenes < photos:
            have += f" in {scenes} group{'' if scenes == 1 else 's'} that must stay together"
        raise ValueError(
            f'The class "{label}" has only {have}, too few for training, validation and test: '
            f"nothing would be left for {' and '.join(SPLIT_NAMES[part] for part in empty)}. "
            "Add photos of it, remove the class, or choose fractions that are less uneven."
        )


def _check(labels: Sequence[str], groups: Sequence[str], fractions: Sequence[float]) -> None:
    if len(labels) != len(groups):
        raise ValueError(
            f"There are {len(labels)} photos but {len(groups)} groups. Give one group per photo."
        )
    if not len(labels):
        raise ValueError("There are no photos to split.")
    usable = len(fractions) == 3 and all(share > 0 for share in fractions)
    if not usable or abs(sum(fractions) - 1) > 1e-6:
        raise ValueError(
            f"The fractions are {tuple(fractions)}. Give three numbers above 0 that add up to 1, "
            "for training, validation and test: for example (0.7, 0.15, 0.15)."
        )

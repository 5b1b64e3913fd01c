import random
from collections import Counter, defaultdict

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from workbook.photos.assignment import FRACTIONS, assign_splits
from workbook.photos.folder import SPLIT_NAMES

SHARES = st.one_of(
    st.just(FRACTIONS),
    st.just((0.6, 0.2, 0.2)),
    st.just((1 / 3, 1 / 3, 1 / 3)),
    st.tuples(st.integers(1, 50), st.integers(1, 50), st.integers(1, 50)).map(
        lambda parts: tuple(part / sum(parts) for part in parts)
    ),
)
SEEDS = st.integers(0, 2**32 - 1)


def photos_alone(counts: list[int]) -> tuple[list[str], list[str]]:
    labels = [f"class {label}" for label, count in enumerate(counts) for _ in range(count)]
    return labels, [f"photo {number}" for number in range(len(labels))]


def counts_of(labels: list[str], splits: list[str]) -> dict[str, Counter]:
    counts: dict[str, Counter] = defaultdict(Counter)
    for label, split in zip(labels, splits, strict=True):
        counts[label][split] += 1
    return counts


@settings(deadline=None)
@given(counts=st.lists(st.integers(1, 60), min_size=1, max_size=5), shares=SHARES, seed=SEEDS)
@example(counts=[4], shares=FRACTIONS, seed=0)
@example(counts=[100, 7], shares=FRACTIONS, seed=0)
@example(counts=[160] * 8, shares=FRACTIONS, seed=0)
def test_photos_that_stand_alone_are_within_one_photo_of_their_share(counts, shares, seed):
    labels, groups = photos_alone(counts)
    try:
        splits = assign_splits(labels, groups, shares, seed)
    except ValueError:
        # Refused only where three parts within one photo of their share are impossible.
        assert any(smallest_whole_parts(count, shares) > count for count in counts)
        return
    assert len(splits) == len(labels)
    assert set(splits) <= set(SPLIT_NAMES)
    for label, of_class in counts_of(labels, splits).items():
        total = labels.count(label)
        for split, share in zip(SPLIT_NAMES, shares, strict=True):
            assert abs(of_class[split] - share * total) < 1
            assert of_class[split] > 0


def smallest_whole_parts(count: int, shares: tuple[float, ...]) -> int:
    """Return how many photos there must be if each part gets its share rounded down, but one."""
    return sum(max(1, int(share * count + 1e-9)) for share in shares)


@st.composite
def scenes_of_one_class(draw) -> tuple[list[str], list[str]]:
    labels, groups = [], []
    for label in range(draw(st.integers(1, 4))):
        for scene, size in enumerate(draw(st.lists(st.integers(1, 9), min_size=1, max_size=25))):
            labels += [f"class {label}"] * size
            groups += [f"class {label}, scene {scene}"] * size
    order = draw(st.permutations(range(len(labels))))
    return [labels[i] for i in order], [groups[i] for i in order]


@settings(deadline=None)
@given(photos=scenes_of_one_class(), shares=SHARES, seed=SEEDS)
def test_groups_stay_together_and_parts_are_within_one_group(photos, shares, seed):
    labels, groups = photos
    try:
        splits = assign_splits(labels, groups, shares, seed)
    except ValueError:
        return
    part_of = dict(zip(groups, splits, strict=True))
    assert splits == [part_of[group] for group in groups]
    group_sizes: dict[str, Counter] = defaultdict(Counter)
    for label, group in zip(labels, groups, strict=True):
        group_sizes[label][group] += 1
    for label, of_class in counts_of(labels, splits).items():
        largest = max(group_sizes[label].values())
        for split, share in zip(SPLIT_NAMES, shares, strict=True):
            assert abs(of_class[split] - share * labels.count(label)) < largest
            assert of_class[split] > 0


@st.composite
def scenes_of_several_classes(draw) -> tuple[list[str], list[str]]:
    labels, groups = [], []
    for scene in range(draw(st.integers(10, 40))):
        for label in draw(st.lists(st.integers(0, 3), min_size=1, max_size=6)):
            labels.append(f"class {label}")
            groups.append(f"scene {scene}")
    return labels, groups


@settings(deadline=None)
@given(photos=scenes_of_several_classes(), seed=SEEDS)
def test_groups_of_several_classes_stay_together(photos, seed):
    labels, groups = photos
    scenes = {name: set() for name in labels}
    for label, group in zip(labels, groups, strict=True):
        scenes[label].add(group)
    # Rare classes may be refused, and a hostile mixture of scenes too: never a common one.
    assume(min(len(of_class) for of_class in scenes.values()) >= 7)
    splits = assign_splits(labels, groups, FRACTIONS, seed)
    part_of = dict(zip(groups, splits, strict=True))
    assert splits == [part_of[group] for group in groups]
    for of_class in counts_of(labels, splits).values():
        assert all(of_class[split] for split in SPLIT_NAMES)


def test_mixed_scenes_come_close_to_their_shares():
    """120 scenes of 1 to 6 photos of five classes: within two photos, the rare class within one."""
    for seed in range(10):
        draw = random.Random(seed)
        labels, groups = [], []
        for scene in range(120):
            size = draw.randint(1, 6)
            labels += draw.choices("abcde", weights=[10, 10, 10, 10, 1.5], k=size)
            groups += [f"scene {scene}"] * size
        splits = assign_splits(labels, groups, FRACTIONS, seed)
        for label, of_class in counts_of(labels, splits).items():
            for split, share in zip(SPLIT_NAMES, FRACTIONS, strict=True):
                distance = abs(of_class[split] - share * labels.count(label))
                assert distance < (1 if label == "e" else 2)


@pytest.mark.parametrize("seed", range(5))
def test_a_large_group_is_placed_first_so_that_small_ones_even_it_out(seed):
    groups = ["large"] * 30 + [f"alone {number}" for number in range(70)]
    splits = assign_splits(["a"] * 100, groups, (0.4, 0.3, 0.3), seed)
    assert [splits.count(split) for split in SPLIT_NAMES] == [40, 30, 30]


@settings(deadline=None)
@given(photos=scenes_of_one_class(), seed=SEEDS, data=st.data())
def test_the_order_of_the_photos_does_not_matter(photos, seed, data):
    labels, groups = photos
    order = data.draw(st.permutations(range(len(labels))))
    try:
        splits = assign_splits(labels, groups, FRACTIONS, seed)
    except ValueError:
        assume(False)
    shuffled = assign_splits(
        [labels[i] for i in order], [groups[i] for i in order], FRACTIONS, seed
    )
    assert shuffled == [splits[i] for i in order]


def test_the_seed_decides():
    labels, groups = photos_alone([40, 30])
    by_seed = [tuple(assign_splits(labels, groups, FRACTIONS, seed)) for seed in range(20)]
    assert by_seed[3] == tuple(assign_splits(labels, groups, FRACTIONS, 3))
    assert len(set(by_seed)) == 20
    # Each photo is in the test part now and then: nothing but the seed decides.
    in_test = [sum(splits[i] == "test" for splits in by_seed) for i in range(70)]
    assert max(in_test) < 12


def test_a_class_that_is_too_small_is_named():
    labels, groups = photos_alone([40, 2])
    with pytest.raises(ValueError) as error:  # noqa: PT011 (the words are checked below)
        assign_splits(labels, groups)
    assert 'class "class 1" has only 2 photos, too few' in str(error.value)
    assert "nothing would be left for" in str(error.value)
    labels, groups = photos_alone([40, 4])
    assert set(assign_splits(labels[40:], groups[40:])) == set(SPLIT_NAMES)
    with pytest.raises(ValueError, match="30 photos in 2 groups that must stay together"):
        assign_splits(["a"] * 30, ["one"] * 15 + ["two"] * 15)
    with pytest.raises(ValueError, match="30 photos in 1 group that must"):
        assign_splits(["a"] * 30, ["one"] * 30)
    with pytest.raises(ValueError, match="has only 1 photo, too few"):
        assign_splits(["a"], ["one"])


@pytest.mark.parametrize(
    "fractions", [(0.7, 0.3), (0.8, 0.2, 0.0), (0.7, 0.2, 0.2), (1.2, -0.1, -0.1), (70, 15, 15)]
)
def test_fractions_that_are_no_shares(fractions):
    with pytest.raises(ValueError, match="Give three numbers above 0 that add up to 1"):
        assign_splits(["a"] * 9, range(9), fractions)


def test_lists_that_do_not_fit():
    with pytest.raises(ValueError, match="2 photos but 1 groups"):
        assign_splits(["a", "b"], ["x"])
    with pytest.raises(ValueError, match="no photos to split"):
        assign_splits([], [])

import numpy as np
import pytest
import torch
from made_photos import write_folder, write_photo
from torch.utils.data import DataLoader

from workbook.photos.augment import Augmentation
from workbook.photos.photoset import PhotoSet
from workbook.photos.preprocess import Preprocess


def numbered(count: int = 20, classes: int = 4, size: int = 4) -> PhotoSet:
    """Photo number i is filled with the value i and has the label i % classes."""
    images = torch.arange(count, dtype=torch.uint8).view(-1, 1, 1, 1).expand(-1, 3, size, size)
    names = [f"class {label}" for label in range(classes)]
    labels = torch.arange(count) % classes
    return PhotoSet.from_tensors(images.contiguous(), labels, names, name="numbered")


def numbers(photo_set: PhotoSet, **options) -> list[int]:
    """Return which photos the batches hold, in order."""
    return [
        round(float(image[0, 0, 0]) * 255)
        for images, _ in photo_set.batches(**options)
        for image in images
    ]


def test_from_folder(photo_folder):
    photo_set = PhotoSet.from_folder(photo_folder, Preprocess(16), progress=False)
    assert photo_set.images.shape == (18, 3, 16, 16)
    assert photo_set.images.dtype == torch.uint8
    assert photo_set.labels.tolist() == [0] * 10 + [1] * 8
    assert photo_set.labels.dtype == torch.int64
    assert photo_set.class_names == ("apple", "mug")
    assert photo_set.class_to_index == {"apple": 0, "mug": 1}
    assert photo_set.paths[0] == photo_folder / "apple" / "apple_000.jpg"
    assert photo_set.files[0] == photo_set.groups[0] == "apple/apple_000.jpg"
    assert photo_set.name == "my photos"
    assert photo_set.counts().to_dict() == {"apple": 10, "mug": 8}
    assert repr(photo_set) == "PhotoSet my photos: 18 photos of 2 classes, 16 x 16"
    image, label = photo_set[17]
    assert (image.shape, label) == ((3, 16, 16), 1)
    for position in (0, 9, 17):
        expected = photo_set.preprocess.pixels(photo_set.paths[position])
        assert torch.equal(photo_set.images[position], expected)


def test_given_classes_and_groups(photo_folder):
    photo_set = PhotoSet.from_folder(
        photo_folder,
        Preprocess(8),
        class_names=["mug", "pear", "apple"],
        groups={"mug/mug_000.jpg": "table", "mug/mug_001.jpg": "table"},
        progress=False,
    )
    assert photo_set.counts().to_dict() == {"mug": 8, "pear": 0, "apple": 10}
    assert photo_set.groups.count("table") == 2
    assert len(set(photo_set.groups)) == 17
    with pytest.raises(ValueError, match='photos of "mug", which is not among the classes apple'):
        PhotoSet.from_folder(photo_folder, class_names=["apple"], progress=False)


def test_unreadable_files_are_left_out_and_told(photo_folder):
    (photo_folder / "apple" / "broken.jpg").write_bytes(b"")
    (photo_folder / "mug" / "aaa.png").write_text("text")
    with pytest.warns(UserWarning, match="2 of 20 files in .* cannot be read and are left out"):
        photo_set = PhotoSet.from_folder(photo_folder, Preprocess(8), progress=False)
    assert len(photo_set) == 18
    assert [error.path.name for error in photo_set.problems] == ["broken.jpg", "aaa.png"]
    assert "2 files could not be read" in repr(photo_set)
    assert photo_set.labels.tolist() == [0] * 10 + [1] * 8
    assert photo_set.images.flatten(1).any(dim=1).all()


def test_folders_that_make_no_set(tmp_path, split_photos):
    with pytest.raises(ValueError, match="is split into training, validation and test"):
        PhotoSet.from_folder(split_photos, progress=False)
    (tmp_path / "bad" / "apple").mkdir(parents=True)
    (tmp_path / "bad" / "mug").mkdir()
    (tmp_path / "bad" / "apple" / "1.jpg").touch()
    (tmp_path / "bad" / "mug" / "1.jpg").touch()
    with pytest.raises(ValueError, match=r"None of the 2 photos .* can be read.*is empty \(0 byt"):
        PhotoSet.from_folder(tmp_path / "bad", progress=False)


def test_one_photo_is_a_set(tmp_path):
    write_photo(tmp_path / "apple" / "1.jpg")
    with pytest.warns(UserWarning, match="one class"):
        photo_set = PhotoSet.from_folder(tmp_path, Preprocess(8), progress=False)
    assert repr(photo_set).endswith("1 photo of 1 class, 8 x 8")
    assert [len(labels) for _, labels in photo_set.batches(shuffle=True)] == [1]


# Batches


def test_batches_hold_every_photo_once():
    photo_set = numbered(20)
    assert numbers(photo_set, batch_size=6) == list(range(20))
    assert sorted(numbers(photo_set, batch_size=6, shuffle=True)) == list(range(20))
    sizes = [len(labels) for _, labels in photo_set.batches(6)]
    assert sizes == [6, 6, 6, 2]
    sizes = [len(labels) for _, labels in photo_set.batches(6, drop_last=True)]
    assert sizes == [6, 6, 6]
    for images, labels in photo_set.batches(6, shuffle=True):
        assert (images.dtype, labels.dtype) == (torch.float32, torch.int64)
        assert torch.equal((images[:, 0, 0, 0] * 255).round().long() % 4, labels)


def test_the_order_depends_on_seed_and_epoch_alone():
    photo_set = numbered(100)
    torch.manual_seed(5)
    state = torch.get_rng_state()
    orders = {
        (seed, epoch): tuple(numbers(photo_set, shuffle=True, seed=seed, epoch=epoch))
        for seed in range(3)
        for epoch in range(3)
    }
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(6)
    assert orders[2, 1] == tuple(numbers(photo_set, shuffle=True, seed=2, epoch=1))
    assert len(set(orders.values())) == 9


def test_augmented_batches_are_reproducible_and_differ_between_epochs():
    images = torch.randint(0, 256, (12, 3, 8, 8), dtype=torch.uint8)
    preprocess = Preprocess(8, mean=(0.5,) * 3, std=(0.25,) * 3)
    photo_set = PhotoSet.from_tensors(images, [0] * 12, ["a"], preprocess=preprocess)

    def epoch(number: int) -> torch.Tensor:
        batches = photo_set.batches(5, augment=Augmentation(), seed=1, epoch=number)
        return torch.cat([batch for batch, _ in batches])

    assert torch.equal(epoch(0), epoch(0))
    assert not torch.equal(epoch(0), epoch(1))
    assert epoch(0).min() >= -2
    assert epoch(0).max() <= 2


def test_an_augmentation_that_changes_nothing_gives_the_plain_batch():
    images = torch.randint(0, 256, (12, 3, 8, 8), dtype=torch.uint8)
    preprocess = Preprocess(8, mean=(0.5,) * 3, std=(0.25,) * 3)
    photo_set = PhotoSet.from_tensors(images, [0] * 12, ["a"], preprocess=preprocess)
    nothing = Augmentation(False, 0, (1, 1), 0, 0, 0, 0)
    (plain, _), (same, _) = (
        next(photo_set.batches(12)),
        next(photo_set.batches(12, augment=nothing)),
    )
    assert torch.allclose(plain, same, atol=1e-4)


def test_channels_last_changes_the_layout_and_no_number():
    photo_set = numbered(8)
    (plain, _), (fast, _) = (
        next(photo_set.batches(8)),
        next(photo_set.batches(8, channels_last=True)),
    )
    assert torch.equal(plain, fast)
    assert fast.is_contiguous(memory_format=torch.channels_last)
    assert not plain.is_contiguous(memory_format=torch.channels_last)


def test_a_batch_may_be_changed_without_harm():
    photo_set = numbered(8)
    for images, labels in photo_set.batches(4):
        images.zero_()
        labels.zero_()
    assert numbers(photo_set) == list(range(8))
    assert photo_set.labels.tolist() == [0, 1, 2, 3, 0, 1, 2, 3]


def test_batches_of_nothing_and_of_no_size():
    assert list(numbered(8).subset([]).batches()) == []
    with pytest.raises(ValueError, match="batch size is 0"):
        numbered(8).batches(0)


def test_a_plain_dataloader_works_too():
    loader = DataLoader(numbered(10), batch_size=4)
    assert [images.shape for images, _ in loader] == [(4, 3, 4, 4)] * 2 + [(2, 3, 4, 4)]
    assert [labels.tolist() for _, labels in loader] == [[0, 1, 2, 3], [0, 1, 2, 3], [0, 1]]


# Parts of a set


def test_subset_keeps_everything_in_step():
    photo_set = numbered(20)
    part = photo_set.subset([7, 3, -1])
    assert numbers(part) == [7, 3, 19]
    assert part.labels.tolist() == [3, 3, 3]
    assert [path.name for path in part.paths] == ["photo_00007", "photo_00003", "photo_00019"]
    assert part.groups == part.files == [path.name for path in part.paths]
    assert numbers(photo_set.subset(photo_set.labels == 2)) == [2, 6, 10, 14, 18]
    assert numbers(photo_set.subset(np.array([1, 2]))) == [1, 2]
    assert numbers(photo_set[5:8]) == [5, 6, 7]
    assert len(photo_set) == 20
    with pytest.raises(IndexError, match="Photo number 20 was asked for, but the set has 20"):
        photo_set.subset([0, 20])
    with pytest.raises(IndexError, match="3 True or False values for 20 photos"):
        photo_set.subset([True, False, True])


def test_only_renumbers_the_labels():
    part = numbered(20).only(["class 3", "class 1"])
    assert part.class_names == ("class 1", "class 3")
    assert numbers(part) == [1, 3, 5, 7, 9, 11, 13, 15, 17, 19]
    assert part.labels.tolist() == [0, 1] * 5
    assert len(numbered(20).only("class 0")) == 5
    with pytest.raises(ValueError, match='no class "pear" here'):
        numbered(20).only(["pear"])


def test_take_draws_from_each_class():
    photo_set = numbered(20).subset(list(range(17)))
    part = photo_set.take(3)
    assert part.counts().tolist() == [3, 3, 3, 3]
    assert numbers(part) == sorted(numbers(part))
    assert numbers(part) == numbers(photo_set.take(3))
    assert any(numbers(part) != numbers(photo_set.take(3, seed=seed)) for seed in range(1, 4))
    assert photo_set.take(5).counts().tolist() == [5, 4, 4, 4]
    assert len(photo_set.take(0)) == 0


def test_with_preprocess_shares_the_pixels():
    photo_set = numbered(20)
    other = photo_set.with_preprocess(Preprocess(4, mean=(0.5,) * 3))
    assert other.images is photo_set.images
    assert numbers(photo_set) == list(range(20))
    (images, _) = next(other.batches(1))
    assert images.unique().tolist() == [-0.5]
    with pytest.raises(ValueError, match='prepared with size 4 and resize "crop"'):
        photo_set.with_preprocess(Preprocess(4, "pad"))


# Fingerprints


def test_the_fingerprint_tells_sets_apart():
    photo_set = numbered(20)
    assert len(photo_set.fingerprint) == 16
    assert int(photo_set.fingerprint, 16) >= 0
    assert photo_set.fingerprint == numbered(20).fingerprint
    assert photo_set.fingerprint == photo_set.subset(list(reversed(range(20)))).fingerprint
    pixel = numbered(20)
    pixel.images[3, 1, 2, 2] += 1
    label = numbered(20)
    label.labels[3] = 0
    name = numbered(20)
    name.files[3] = "other"
    parts = [photo_set.subset([0, 1]), photo_set.only("class 1"), numbered(19)]
    assert len({s.fingerprint for s in (photo_set, pixel, label, name, *parts)}) == 7


def test_the_fingerprint_does_not_depend_on_where_the_folder_is(tmp_path):
    one = write_folder(tmp_path / "here", {"a": 3, "b": 2})
    two = write_folder(tmp_path / "there", {"a": 3, "b": 2})
    sets = [PhotoSet.from_folder(folder, Preprocess(8), progress=False) for folder in (one, two)]
    assert sets[0].fingerprint == sets[1].fingerprint


# From tensors


@pytest.mark.parametrize(
    ("images", "labels", "words"),
    [
        (torch.zeros(2, 3, 4, 4), [0, 1], "Give uint8 of shape"),
        (torch.zeros(2, 4, 4, 3, dtype=torch.uint8), [0, 1], r"shape \(2, 4, 4, 3\)"),
        (torch.zeros(2, 3, 4, 5, dtype=torch.uint8), [0, 1], r"\(2, 3, 4, 5\)"),
        (torch.zeros(2, 3, 4, 4, dtype=torch.uint8), [0], "one label for each image"),
        (torch.zeros(2, 3, 4, 4, dtype=torch.uint8), [0, 2], "labels run from 0 to 2, but for 2"),
        (torch.zeros(2, 3, 4, 4, dtype=torch.uint8), [-1, 0], "labels run from -1"),
    ],
)
def test_tensors_that_do_not_fit(images, labels, words):
    with pytest.raises(ValueError, match=words):
        PhotoSet.from_tensors(images, labels, ["a", "b"])
    good = torch.zeros(1, 3, 4, 4, dtype=torch.uint8)
    with pytest.raises(ValueError, match="images are 4 x 4, but the preprocessing says 64"):
        PhotoSet.from_tensors(good, [0], ["a"], preprocess=Preprocess())


def test_a_device_copy_gives_the_same_batches():
    """The second kind of device that every computer has holds no numbers, but shapes and calls."""
    photo_set = numbered(10)
    shapes = [images.shape for images, _ in photo_set.batches(4, device="meta")]
    assert shapes == [(4, 3, 4, 4), (4, 3, 4, 4), (2, 3, 4, 4)]
    if torch.cuda.is_available():
        (here, _), (there, _) = (
            next(photo_set.batches(10)),
            next(photo_set.batches(10, device="cuda")),
        )
        assert torch.equal(here, there.cpu())

import gc
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path

import pytest
import torch

from workbook.photos.augment import Augmentation
from workbook.photos.photoset import PhotoSet
from workbook.photos.pixel_store import PixelStore
from workbook.photos.preprocess import Preprocess
from workbook.photos.reading import PhotoError
from workbook.photos.streaming import StreamedPhotoSet, open_photos

PREPROCESS = Preprocess(16, mean=(0.5, 0.4, 0.3), std=(0.2, 0.3, 0.4))


@pytest.fixture(params=[True, False], ids=["stored", "decoded each time"])
def both(request, photo_folder) -> tuple[PhotoSet, StreamedPhotoSet]:
    options = {"preprocess": PREPROCESS, "progress": False}
    in_memory = PhotoSet.from_folder(photo_folder, cache=False, **options)
    streamed = StreamedPhotoSet.from_folder(photo_folder, cache=request.param, **options)
    return in_memory, streamed


def everything(photo_set, **options) -> list[torch.Tensor]:
    return [tensor for batch in photo_set.batches(5, **options) for tensor in batch]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"shuffle": True, "seed": 3, "epoch": 2},
        {"shuffle": True, "augment": Augmentation(), "drop_last": True},
        {"channels_last": True},
    ],
)
def test_both_kinds_give_identical_batches(both, options):
    in_memory, streamed = (everything(photo_set, **options) for photo_set in both)
    assert len(in_memory) == len(streamed) > 5
    assert all(torch.equal(one, two) for one, two in zip(in_memory, streamed, strict=True))


def test_both_kinds_agree_in_everything_else(both):
    in_memory, streamed = both
    assert len(streamed) == len(in_memory)
    assert streamed.labels.tolist() == in_memory.labels.tolist()
    assert streamed.paths == in_memory.paths
    assert streamed.groups == in_memory.groups
    assert streamed.fingerprint == in_memory.fingerprint
    assert PREPROCESS.fitted(streamed) == PREPROCESS.fitted(in_memory)
    assert streamed.counts().equals(in_memory.counts())
    for position in (0, 11, -1):
        assert torch.equal(streamed[position][0], in_memory[position][0])
        assert streamed[position][1] == in_memory[position][1]
    for change in (
        lambda photo_set: photo_set.subset([9, 2, 2]),
        lambda photo_set: photo_set[3:7],
        lambda photo_set: photo_set.only("mug"),
        lambda photo_set: photo_set.take(2, seed=1),
        lambda photo_set: photo_set.with_preprocess(Preprocess(16)),
    ):
        parts = [everything(change(photo_set)) for photo_set in both]
        assert all(torch.equal(one, two) for one, two in zip(*parts, strict=True))
    assert repr(streamed) == "StreamedPhotoSet my photos: 18 photos of 2 classes, 16 x 16"


def test_unreadable_files_are_found_when_the_folder_is_opened(photo_folder):
    (photo_folder / "apple" / "broken.jpg").write_bytes(b"")
    with pytest.warns(UserWarning, match="1 of 19 files in .* cannot be read and are left out"):
        streamed = StreamedPhotoSet.from_folder(photo_folder, PREPROCESS, progress=False)
    assert len(streamed) == 18
    assert [error.path.name for error in streamed.problems] == ["broken.jpg"]
    assert sum(len(labels) for _, labels in streamed.batches(4)) == 18


def test_a_file_that_breaks_later_is_named(photo_folder):
    streamed = StreamedPhotoSet.from_folder(photo_folder, PREPROCESS, cache=False, progress=False)
    streamed.paths[7].write_bytes(b"")
    with pytest.raises(PhotoError, match=r"apple_007\.jpg is empty"):
        everything(streamed)


def test_no_more_than_a_few_batches_are_in_memory(both, monkeypatch):
    """Counts the photos that are alive at each moment, slow user and fast disk."""
    streamed = both[1].subset(list(range(18)) * 20)
    alive = weakref.WeakKeyDictionary()  # tensors that were read: how many photos each holds
    most = 0

    def count(owner: type, name: str, photos_in) -> None:
        original = getattr(owner, name)

        def counted(self, source):
            nonlocal most
            images = original(self, source)
            alive[images] = photos_in(images)
            most = max(most, sum(alive.values()))
            return images

        monkeypatch.setattr(owner, name, counted)

    count(Preprocess, "pixels", lambda image: 1)
    count(PixelStore, "read", len)
    for _ in streamed.batches(10):
        time.sleep(0.002)
    assert 10 <= most <= 10 * (streamed.batches_ahead + 2)


GROWTH_IN_ONE_EPOCH = """
import sys
from workbook.photos.preprocess import Preprocess
from workbook.photos.streaming import StreamedPhotoSet

def resident_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096

before = resident_bytes()
cache = sys.argv[2] == "stored"
photos = StreamedPhotoSet.from_folder(sys.argv[1], Preprocess(128), cache=cache, progress=False)
photos = photos.subset(list(range(len(photos))) * 200)
most = max(resident_bytes() for batch in photos.batches(32, shuffle=True))
print(most - before, len(photos) * 3 * 128 * 128)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux tells it this way")
@pytest.mark.parametrize("way", ["stored", "decoded each time"])
def test_the_memory_of_the_process_stays_far_below_the_size_of_the_set(photo_folder, way):
    command = [sys.executable, "-c", GROWTH_IN_ONE_EPOCH, str(photo_folder), way]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    growth, size_of_all = map(int, result.stdout.split())
    assert size_of_all > 170e6
    assert growth < 0.6 * size_of_all


def test_threads_end_when_the_loop_is_left(both):
    before = threading.active_count()
    for _ in both[1].subset([0] * 100).batches(2):
        break
    gc.collect()
    assert threading.active_count() == before


def test_open_photos_chooses_by_the_memory_that_is_needed(photo_folder, capsys):
    needed = 18 * 3 * 16 * 16
    options = {"cache": False, "progress": True, "name": "mine", "groups": {"mug/mug_000.jpg": "g"}}
    chosen = open_photos(photo_folder, PREPROCESS, memory_limit=needed, **options)
    assert isinstance(chosen, PhotoSet)
    assert "read from disk" not in capsys.readouterr().out
    chosen = open_photos(photo_folder, PREPROCESS, memory_limit=needed - 1, **options)
    assert isinstance(chosen, StreamedPhotoSet)
    assert "The 18 photos in" in capsys.readouterr().out
    assert chosen.name == "mine"
    assert "g" in chosen.groups

import copy
import errno
import os
import shutil
import time
from collections import namedtuple
from pathlib import Path

import pytest
import torch
from made_photos import write_photo

from workbook.photos import pixel_store
from workbook.photos.photoset import PhotoSet
from workbook.photos.preprocess import Preprocess
from workbook.photos.streaming import StreamedPhotoSet
from workbook.workspace import data_folder

PREPROCESS = Preprocess(8)


def load(folder: Path, preprocess: Preprocess = PREPROCESS, **options) -> StreamedPhotoSet:
    return StreamedPhotoSet.from_folder(folder, preprocess, progress=False, **options)


def pixels_of(photo_set) -> torch.Tensor:
    return torch.cat(list(photo_set.pixel_batches(7)))


def in_memory(folder: Path) -> torch.Tensor:
    return PhotoSet.from_folder(folder, PREPROCESS, cache=False, progress=False).images


def settle(folder: Path) -> None:
    """Make all files look old, as they are in life when a program is started again."""
    for number, path in enumerate(sorted(folder.rglob("*.*"))):
        stamp = time.time_ns() - 10**13 + number * 10**9 + 1
        os.utime(path, ns=(stamp, stamp))


def kept_files() -> list[Path]:
    return sorted((data_folder() / ".cache").glob("*"))


@pytest.fixture
def decoded(monkeypatch) -> list[str]:
    """The names of the files that are really decoded from now on."""
    names: list[str] = []
    pixels = Preprocess.pixels

    def listening(self: Preprocess, source):
        names.append(Path(source).name)
        return pixels(self, source)

    monkeypatch.setattr(Preprocess, "pixels", listening)
    return names


@pytest.fixture
def settled_folder(photo_folder) -> Path:
    settle(photo_folder)
    return photo_folder


def test_each_photo_is_decoded_once_for_all_epochs_and_starts(settled_folder, decoded):
    expected = in_memory(settled_folder)
    decoded.clear()
    for _ in range(2):
        streamed = load(settled_folder)
        assert torch.equal(pixels_of(streamed), expected)
        assert torch.equal(streamed[-1][0], expected[-1])
    assert len(decoded) == 18
    (store,) = kept_files()
    assert store.suffix == ".pixels"
    assert store.stat().st_size > 18 * 3 * 8 * 8


def test_only_what_changed_is_decoded(settled_folder, decoded):
    load(settled_folder)
    write_photo(settled_folder / "apple" / "apple_003.jpg", seed=99)
    write_photo(settled_folder / "apple" / "new.jpg", seed=98)
    (settled_folder / "mug" / "mug_000.jpg").unlink()
    settle_only_new = [settled_folder / "apple" / name for name in ("apple_003.jpg", "new.jpg")]
    for path in settle_only_new:
        os.utime(path, ns=(10**18 + 1, 10**18 + 1))
    decoded.clear()
    streamed = load(settled_folder)
    assert sorted(decoded) == ["apple_003.jpg", "new.jpg"]
    assert torch.equal(pixels_of(streamed), in_memory(settled_folder))
    decoded.clear()
    assert torch.equal(pixels_of(load(settled_folder)), pixels_of(streamed))
    assert decoded == []


def test_a_photo_changed_at_the_moment_it_was_decoded_is_not_trusted(settled_folder, decoded):
    fresh = settled_folder / "apple" / "apple_003.jpg"
    now = time.time_ns()
    os.utime(fresh, ns=(now, now))
    load(settled_folder)
    decoded.clear()
    load(settled_folder)
    assert decoded == ["apple_003.jpg"]


def test_broken_photos_are_tried_again_and_nothing_else_is_done(settled_folder, decoded):
    broken = settled_folder / "mug" / "broken.jpg"
    broken.write_bytes(b"")
    settle(settled_folder)
    written = []
    for _ in range(3):
        with pytest.warns(UserWarning, match="1 of 19 files in .* cannot be read"):
            assert len(load(settled_folder)) == 18
        written.append(kept_files()[0].stat().st_mtime_ns)
    assert decoded.count("broken.jpg") == 3
    assert len(decoded) == 18 + 3
    assert len(set(written)) == 1
    write_photo(broken, seed=7)
    assert torch.equal(pixels_of(load(settled_folder)), in_memory(settled_folder))


def test_a_folder_of_broken_photos_only_says_so(tmp_path):
    for name in ("a/1.jpg", "b/2.jpg"):
        (tmp_path / "photos" / name).parent.mkdir(parents=True)
        (tmp_path / "photos" / name).write_bytes(b"")
    with pytest.raises(ValueError, match="None of the 2 photos in"):
        load(tmp_path / "photos")
    assert kept_files() == []


def test_sizes_and_folders_do_not_share_a_store(settled_folder, tmp_path):
    other = tmp_path / "elsewhere" / settled_folder.name
    shutil.copytree(settled_folder, other)
    for number, path in enumerate(sorted(other.rglob("*.jpg"))):
        write_photo(path, seed=500 + number)
    first, second = load(settled_folder), load(other)
    larger = load(settled_folder, Preprocess(9))
    padded = load(settled_folder, Preprocess(8, "pad"))
    assert len(kept_files()) == 4
    assert torch.equal(pixels_of(first), in_memory(settled_folder))
    assert torch.equal(pixels_of(second), in_memory(other))
    assert pixels_of(larger).shape == (18, 3, 9, 9)
    assert not torch.equal(pixels_of(padded), pixels_of(first))


# Stores that cannot be used


@pytest.mark.parametrize("damage", ["truncated", "empty", "foreign", "older", "wrong count"])
def test_a_store_that_is_no_good_is_made_anew(damage, settled_folder, decoded, monkeypatch):
    load(settled_folder)
    (path,) = kept_files()
    content = path.read_bytes()
    if damage == "truncated":
        path.write_bytes(content[:-100])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "foreign":
        path.write_text("not a store, but longer than the end of one" * 3)
    elif damage == "older":
        monkeypatch.setattr(pixel_store, "CACHE_VERSION", pixel_store.CACHE_VERSION + 1)
    else:
        path.write_bytes(content[3 * 8 * 8 :])
    decoded.clear()
    streamed = load(settled_folder)
    assert len(decoded) == 18
    assert torch.equal(pixels_of(streamed), in_memory(settled_folder))


def test_a_store_removed_or_replaced_during_training_changes_no_pixel(settled_folder):
    expected = in_memory(settled_folder)
    streamed = load(settled_folder)
    batches = streamed.pixel_batches(2)
    seen = [next(batches)]
    (settled_folder / "apple" / "apple_000.jpg").rename(settled_folder / "mug" / "moved.jpg")
    replaced = load(settled_folder)
    assert torch.equal(pixels_of(replaced), in_memory(settled_folder))
    (settled_folder / "mug" / "moved.jpg").rename(settled_folder / "apple" / "apple_000.jpg")
    seen += batches
    assert torch.equal(torch.cat(seen), expected)
    kept_files()[0].unlink()
    assert torch.equal(pixels_of(streamed), expected)


def test_processes_that_write_the_same_store_do_not_disturb_each_other(settled_folder, decoded):
    first = load(settled_folder)
    kept_files()[0].unlink()
    load(settled_folder)
    decoded.clear()
    assert torch.equal(pixels_of(first), in_memory(settled_folder))
    assert len(decoded) == 18, "only in_memory decodes"


def test_a_set_may_be_copied_to_another_process(settled_folder):
    import pickle

    streamed = load(settled_folder)
    for again in (copy.deepcopy(streamed), pickle.loads(pickle.dumps(streamed))):
        assert torch.equal(pixels_of(again), pixels_of(streamed))


# Disks without room


def test_without_room_one_warning_and_the_photos_are_decoded_in_every_epoch(
    settled_folder, decoded, monkeypatch
):
    expected = in_memory(settled_folder)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(0, 0, 10**9))
    with pytest.warns(UserWarning, match=r"could not be kept.*has 1\.0 GB left") as caught:
        streamed = load(settled_folder)
    assert len(caught) == 1
    assert kept_files() == []
    decoded.clear()
    assert torch.equal(pixels_of(streamed), expected)
    assert len(decoded) == 18


def test_a_disk_that_fills_up_on_the_way_leaves_no_half_store(settled_folder, monkeypatch):
    broken = settled_folder / "mug" / "z.jpg"
    broken.write_bytes(b"")

    class FullDisk:
        def __init__(self, file):
            self.file, self.rows = file, 0

        def write(self, content):
            self.rows += 1
            if self.rows == 5:
                raise OSError(errno.ENOSPC, "No space left on device")
            self.file.write(content)

    write_store = pixel_store._write_store

    def write_to_full_disk(path, size, write_rows, *others):
        return write_store(path, size, lambda file: write_rows(FullDisk(file)), *others)

    monkeypatch.setattr(pixel_store, "_write_store", write_to_full_disk)
    with pytest.warns(UserWarning, match="No space left") as caught:
        streamed = load(settled_folder)
    assert ["No space left" in str(w.message) for w in caught] == [True, False]
    assert [error.path.name for error in streamed.problems] == ["z.jpg"]
    assert kept_files() == []
    broken.unlink()
    assert torch.equal(pixels_of(streamed), in_memory(settled_folder))


def test_a_workspace_that_cannot_be_made_stops_nothing(settled_folder, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("WORKBOOK_HOME", str(tmp_path / "file"))
    with pytest.warns(UserWarning, match="could not be kept in the workspace"):
        assert len(pixels_of(load(settled_folder))) == 18

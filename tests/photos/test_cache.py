import errno
import os
import shutil
import time
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_photos import noise, write_photo
from PIL import Image

from workbook.photos import cache, decoding
from workbook.photos.photoset import PhotoSet
from workbook.photos.preprocess import Preprocess

LONG_AGO = time.time_ns() - 10**13
PREPROCESS = Preprocess(8)


def load(folder: Path, preprocess: Preprocess = PREPROCESS, **options) -> PhotoSet:
    return PhotoSet.from_folder(folder, preprocess, progress=False, **options)


def settle(folder: Path) -> None:
    """Make all files look old, as they are in life when a program is started again."""
    for number, path in enumerate(sorted(folder.rglob("*.*"))):
        os.utime(path, ns=(LONG_AGO, LONG_AGO + number * 10**9 + 1))


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


def test_the_second_start_decodes_nothing(settled_folder, decoded):
    first = load(settled_folder)
    assert len(decoded) == 18
    decoded.clear()
    second = load(settled_folder)
    assert decoded == []
    assert torch.equal(first.images, second.images)
    assert first.fingerprint == second.fingerprint
    assert list(cache.data_folder().glob("**/*.partial*")) == []


def test_only_what_changed_is_decoded(settled_folder, decoded):
    load(settled_folder)
    decoded.clear()
    write_photo(settled_folder / "apple" / "apple_003.jpg", seed=99)
    write_photo(settled_folder / "apple" / "new.jpg", seed=98)
    (settled_folder / "mug" / "mug_000.jpg").unlink()
    photo_set = load(settled_folder)
    assert sorted(decoded) == ["apple_003.jpg", "new.jpg"]
    assert torch.equal(photo_set.images, load(settled_folder, cache=False).images)


def test_each_size_and_rule_has_its_own_cache(settled_folder, decoded):
    for preprocess in (Preprocess(8), Preprocess(8, "pad"), Preprocess(9)):
        decoded.clear()
        load(settled_folder, preprocess)
        assert len(decoded) == 18
    decoded.clear()
    load(settled_folder, Preprocess(8, mean=(0.5, 0.5, 0.5)))
    assert decoded == []


def test_folders_of_the_same_name_do_not_share_a_cache(settled_folder, tmp_path):
    other = tmp_path / "elsewhere" / settled_folder.name
    shutil.copytree(settled_folder, other)
    for number, path in enumerate(sorted(other.rglob("*.jpg"))):
        stamp = path.stat().st_mtime_ns
        write_photo(path, seed=500 + number)
        os.utime(path, ns=(stamp, stamp))
    assert not torch.equal(load(settled_folder).images, load(other).images)


def test_two_files_that_swap_their_names(tmp_path):
    """Same size, same time: only the files' numbers on the disk tell that they changed places."""
    folder = tmp_path / "photos"
    red, blue = folder / "a" / "1.bmp", folder / "a" / "2.bmp"
    write_photo(folder / "b" / "1.bmp")
    (folder / "a").mkdir()
    Image.new("RGB", (8, 8), "red").save(red)
    Image.new("RGB", (8, 8), "blue").save(blue)
    for path in (red, blue):
        os.utime(path, ns=(LONG_AGO, LONG_AGO))
    assert load(folder).images[0, 0, 0, 0] == 255
    red.rename(folder / "kept")
    blue.rename(red)
    (folder / "kept").rename(blue)
    assert load(folder).images[0, 0, 0, 0] == 0


def test_a_photo_changed_at_the_moment_it_was_decoded_is_not_trusted(settled_folder, decoded):
    fresh = settled_folder / "apple" / "apple_003.jpg"
    now = time.time_ns()
    os.utime(fresh, ns=(now, now))
    load(settled_folder)
    decoded.clear()
    load(settled_folder)
    assert decoded == ["apple_003.jpg"]
    settle(settled_folder)
    load(settled_folder)
    decoded.clear()
    load(settled_folder)
    assert decoded == []


def test_coarse_clocks_of_memory_cards_are_given_more_time():
    now = time.time_ns()
    coarse = now // 10**10 * 10**10
    assert not cache.is_settled((1, coarse, 0, 0), coarse + 10**9)
    assert cache.is_settled((1, coarse, 0, 0), coarse + 3 * 10**9)
    assert not cache.is_settled((1, coarse + 1, 0, 0), coarse + 10**7)
    assert cache.is_settled((1, coarse + 1, 0, 0), coarse + 10**8)


def test_broken_photos_are_tried_again_and_nothing_else_is(settled_folder, decoded):
    broken = settled_folder / "mug" / "broken.jpg"
    broken.write_bytes(b"")
    settle(settled_folder)
    for _ in range(2):
        with pytest.warns(UserWarning, match="cannot be read"):
            assert len(load(settled_folder)) == 18
    assert decoded.count("broken.jpg") == 2
    assert len(decoded) == 20
    write_photo(broken, seed=7)
    assert len(load(settled_folder)) == 19


# Caches that cannot be used


def cache_file() -> Path:
    (path,) = (cache.data_folder() / ".cache").iterdir()
    return path


@pytest.mark.parametrize("damage", ["truncated", "empty", "foreign", "older", "wrong count"])
def test_a_cache_that_is_no_good_is_made_anew(damage, settled_folder, decoded, monkeypatch):
    expected = load(settled_folder).images
    path = cache_file()
    if damage == "truncated":
        path.write_bytes(path.read_bytes()[:-100])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "foreign":
        path.write_text("not a cache")
    elif damage == "older":
        monkeypatch.setattr(cache, "CACHE_VERSION", cache.CACHE_VERSION + 1)
    else:
        cache.save_file(
            {"images": expected[:5].clone()},
            path,
            metadata={"cache_version": str(cache.CACHE_VERSION), "photos": "[]"},
        )
    decoded.clear()
    assert torch.equal(load(settled_folder).images, expected)
    assert len(decoded) == 18
    decoded.clear()
    assert torch.equal(load(settled_folder).images, expected)
    assert decoded == []


def test_a_full_disk_stops_nothing(settled_folder, monkeypatch):
    def full(*arguments, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(cache, "save_file", full)
    with pytest.warns(UserWarning, match="could not be kept in the workspace") as caught:
        photo_set = load(settled_folder)
    assert len(caught) == 1
    assert "No space left on device" in str(caught[0].message)
    assert torch.equal(photo_set.images, load_quietly(settled_folder).images)
    assert list((cache.data_folder() / ".cache").iterdir()) == []


def load_quietly(folder: Path) -> PhotoSet:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load(folder)


def test_a_workspace_that_cannot_be_made_stops_nothing(settled_folder, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("WORKBOOK_HOME", str(tmp_path / "file"))
    with pytest.warns(UserWarning, match="could not be kept in the workspace"):
        assert len(load(settled_folder)) == 18


def test_a_cache_in_use_can_be_replaced(settled_folder):
    first = load(settled_folder)
    before = first.images.clone()
    write_photo(settled_folder / "apple" / "apple_000.jpg", seed=99)
    load(settled_folder)
    assert torch.equal(first.images, before)


def test_ctrl_c_does_not_wait_for_the_whole_folder(photo_folder, monkeypatch):
    seen = []

    def slow(self, source):
        seen.append(source)
        time.sleep(0.01)
        return torch.zeros(3, 8, 8, dtype=torch.uint8)

    def interrupted(photos, **options):
        yield next(photos)
        raise KeyboardInterrupt

    monkeypatch.setattr(Preprocess, "pixels", slow)
    monkeypatch.setattr(decoding, "DECODING_THREADS", 1)
    monkeypatch.setattr(decoding, "progress_bar", interrupted)
    with pytest.raises(KeyboardInterrupt):
        load(photo_folder)
    assert len(seen) < 10
    assert not (cache.data_folder() / ".cache").exists()


# Whatever happens to the files, the result equals decoding from scratch

CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["add", "rewrite", "touch", "remove", "rename", "swap", "break", "load"]),
        st.integers(0, 1000),
        st.integers(0, 1000),
    ),
    min_size=1,
    max_size=12,
)


def change(folder: Path, kind: str, which: int, seed: int) -> None:
    paths = sorted(folder.glob("*/*.bmp"))
    path = paths[which % len(paths)]
    other = paths[seed % len(paths)]
    new = folder / "ab"[seed % 2] / f"{seed}.bmp"
    if kind == "add":
        Image.fromarray(noise(6, 5, seed)).save(new)
    elif kind == "rewrite":
        Image.fromarray(noise(6, 5, seed)).save(path)
    elif kind == "touch":
        os.utime(path, ns=(LONG_AGO + seed, LONG_AGO + seed))
    elif kind == "remove" and path.parent.name == "a" and len(paths) > 6:
        path.unlink()
    elif kind == "rename":
        os.replace(path, new)
    elif kind == "swap":
        os.replace(path, folder / "kept")
        os.replace(other, path) if other != path else None
        os.replace(folder / "kept", other)
    elif kind == "break":
        path.write_bytes(b"BM" + bytes(seed % 50))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=CHANGES, old_times=st.booleans())
def test_the_cache_never_shows(changes, old_times, tmp_path_factory):
    """All photos are of one size in bytes, so that the size gives nothing away."""
    folder = tmp_path_factory.mktemp("photos")
    for number in range(4):
        for class_name in "ab":
            write_photo(folder / class_name / f"{number}.bmp", seed=number, size=(6, 5))
    write_photo(folder / "always there" / "1.bmp", size=(6, 5))
    if old_times:
        settle(folder)
    load_quietly(folder)
    for kind, which, seed in changes:
        if kind != "load":
            change(folder, kind, which, seed)
        else:
            check_against_scratch(folder)
    check_against_scratch(folder)


def check_against_scratch(folder: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cached, scratch = load(folder), load(folder, cache=False)
    assert cached.files == scratch.files
    assert np.array_equal(cached.images.numpy(), scratch.images.numpy())
    assert cached.labels.tolist() == scratch.labels.tolist()
    assert [str(e) for e in cached.problems] == [str(e) for e in scratch.problems]

"""Folders as they come from phones: HEIC, huge photos, many photos, names of every kind."""

import io
import os
import shutil
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from made_photos import noise, write_photo
from PIL import Image

from workbook.photos.folder import scan_folder
from workbook.photos.photoset import PhotoSet
from workbook.photos.preprocess import Preprocess
from workbook.photos.reading import PhotoError, read_photo
from workbook.photos.splits import load_splits, split_folder
from workbook.photos.streaming import StreamedPhotoSet

# HEIC, the format of iPhones


@pytest.fixture
def pillow_heif():
    return pytest.importorskip("pillow_heif", reason="pillow-heif is not installed")


def heic_bytes(pillow_heif, picture: np.ndarray, orientation: int = 1) -> bytes:
    """Encode a picture as a phone does: stored lying down, with a note how to turn it."""
    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif[0x0112] = orientation
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "HEIF", quality=95, exif=exif.tobytes())
    return stream.getvalue()


@pytest.mark.parametrize("name", ["IMG_0001.HEIC", "img.heic", "renamed by a messenger.jpg"])
def test_a_heic_photo_is_read(name, pillow_heif, tmp_path):
    picture = noise(96, 64, seed=1)
    path = tmp_path / name
    path.write_bytes(heic_bytes(pillow_heif, picture))
    image = read_photo(path)
    assert (image.mode, image.size) == ("RGB", (96, 64))
    assert np.abs(np.asarray(image).astype(int) - picture).mean() < 6


@pytest.mark.parametrize(("orientation", "turns"), [(3, 2), (6, -1), (8, 1)])
def test_a_heic_photo_is_turned_upright_once(orientation, turns, pillow_heif):
    picture = noise(96, 64, seed=2)
    upright = np.rot90(picture, turns)
    image = np.asarray(read_photo(heic_bytes(pillow_heif, picture, orientation)))
    assert image.shape == upright.shape
    assert np.abs(image.astype(int) - upright).mean() < 6


def test_a_heic_photo_that_was_cut_off_is_refused_with_a_sentence(pillow_heif, tmp_path):
    path = tmp_path / "cut off.heic"
    content = heic_bytes(pillow_heif, noise(96, 64))
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(PhotoError, match=r"cut off\.heic is a damaged HEIC photo.*Copy it"):
        read_photo(path)


@pytest.fixture
def folder_with_heic(pillow_heif, tmp_path) -> Path:
    folder = tmp_path / "phone"
    for class_name in ("cat", "dog"):
        for number in range(3):
            write_photo(folder / class_name / f"{number}.jpg", seed=number)
        photo = heic_bytes(pillow_heif, noise(64, 48, seed=9))
        (folder / class_name / "IMG_0001.HEIC").write_bytes(photo)
    return folder


def test_heic_photos_are_learned_from_like_all_others(folder_with_heic):
    for kind in (PhotoSet, StreamedPhotoSet):
        photos = kind.from_folder(folder_with_heic, Preprocess(16), progress=False)
        assert len(photos) == 8
        assert photos.problems == []
        heic = photos.files.index("cat/IMG_0001.HEIC")
        assert float(photos[heic][0].float().std()) > 10, "no black square in its place"


def test_without_the_plug_in_heic_photos_are_left_out_with_advice(folder_with_heic, monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)  # as if it were not installed
    with pytest.warns(UserWarning, match=r'2 of 8 files .*"pip install pillow-heif"'):
        photos = PhotoSet.from_folder(folder_with_heic, Preprocess(16), progress=False)
    assert len(photos) == 6
    assert all(error.path.suffix == ".HEIC" for error in photos.problems)


# Names

NAMES = (
    "DSC_0001.JPG",
    "Urlaub 2024 (1).Jpeg",
    "Été à la plage.PNG",
    unicodedata.normalize("NFD", "Fjällräven från Åre.jpg"),
    "  two spaces .WebP",
    "день рождения.TIF",
    "写真.bmp",
    "nested/2023/Ännu en mapp/IMG 7.jPg",
    "nested/2024/Ännu en mapp/IMG 7.jPg",
)


def test_names_of_every_kind_are_split_and_read(tmp_path):
    folder = tmp_path / "Bilder från mobilen"
    for class_name in ("Blå Vas", "tasse à café"):
        for seed, name in enumerate(NAMES):
            write_photo(folder / class_name / name, seed)
        (folder / class_name / "film.MOV").write_bytes(b"no photo")
        (folder / class_name / "IMG_0001.AAE").write_bytes(b"no photo")
    photos = PhotoSet.from_folder(folder, Preprocess(8), progress=False)
    assert photos.problems == []
    assert photos.class_names == ("Blå Vas", "tasse à café")
    assert {len(NAMES)} == set(photos.counts())

    splits = load_splits(split_folder(folder, tmp_path / "délar", progress=False), progress=False)
    parts = [splits.train, splits.validation, splits.open_test("count them")]
    names = [file.split("/", maxsplit=1)[1] for part in parts for file in part.files]
    assert len(names) == 2 * len(NAMES)
    assert {unicodedata.normalize("NFC", name) for name in names} == {
        unicodedata.normalize("NFC", name) for name in photos.files
    }


# Sizes

PEAK_OF_READING = """
import sys
from pathlib import Path
from workbook.photos.preprocess import Preprocess

def peak_bytes():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024

small, large = sys.argv[1:]
preprocess = Preprocess(224)
preprocess(small)
before = peak_bytes()
pixels = preprocess.pixels(large)
print(peak_bytes() - before, *pixels.shape, int(pixels.float().mean()))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells it this way")
def test_a_photo_of_48_megapixels_is_decoded_small(tmp_path):
    width, height = 8064, 6048  # of an iPhone 15
    small = write_photo(tmp_path / "small.jpg", size=(640, 480))
    grey = Image.linear_gradient("L").resize((width, height))
    grey.convert("RGB").save(tmp_path / "large.jpg", quality=90)
    command = [sys.executable, "-c", PEAK_OF_READING, small, tmp_path / "large.jpg"]
    finished = subprocess.run(command, capture_output=True, text=True, check=True)
    growth, *shape, mean = map(int, finished.stdout.split())
    assert shape == [3, 224, 224]
    assert 120 < mean < 135
    assert growth < 0.15 * width * height * 3


def test_a_huge_photo_looks_the_same_as_when_it_is_decoded_whole(tmp_path):
    path = write_photo(tmp_path / "large.jpg", seed=4, size=(2400, 1800), quality=95)
    preprocess = Preprocess(64)
    whole = preprocess.pixels(read_photo(path)).to(torch.int)
    assert (preprocess.pixels(path).to(torch.int) - whole).abs().float().mean() < 1


# Numbers

PHOTOS, CLASSES = 10_000, 10


@pytest.fixture(scope="module")
def many_photos(tmp_path_factory) -> Path:
    """Ten thousand files with the names of photos and one byte each."""
    folder = tmp_path_factory.mktemp("many") / "photos"
    for number in range(PHOTOS):
        class_folder = folder / f"class {number % CLASSES}"
        if number < CLASSES:
            class_folder.mkdir(parents=True)
        (class_folder / f"IMG_{number:05d}.JPG").write_bytes(b"x")
    return folder


@pytest.fixture
def calls(monkeypatch) -> Counter:
    """How often the disk is asked for something, by what it is asked for."""
    counted: Counter = Counter()

    def count(owner, name: str, replacement=None) -> None:
        original = replacement or getattr(owner, name)

        def counting(*arguments, **options):
            counted[name] += 1
            return original(*arguments, **options)

        monkeypatch.setattr(owner, name, counting)

    count(os, "scandir")
    count(os.path, "realpath")
    count(Path, "open")
    count(Path, "stat")
    count(shutil, "copy2", lambda source, target: Path(target).touch())
    return counted


def test_ten_thousand_photos_are_listed_without_a_look_into_any(many_photos, calls):
    assert len(scan_folder(many_photos)) == PHOTOS
    assert calls["open"] + calls["stat"] == 0
    assert calls["scandir"] + calls["realpath"] < 10 * CLASSES


def test_ten_thousand_photos_are_split_with_a_few_steps_for_each(many_photos, calls, tmp_path):
    out = split_folder(many_photos, tmp_path / "split", progress=False)
    parts = Counter(photo.split for photo in scan_folder(out))
    assert parts == {"train": 7000, "validation": 1500, "test": 1500}
    assert calls["copy2"] == PHOTOS
    assert calls["stat"] < 4 * PHOTOS
    assert calls["open"] + calls["scandir"] + calls["realpath"] < PHOTOS / 10

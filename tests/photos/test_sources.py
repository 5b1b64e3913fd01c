import contextlib
import dataclasses
import gzip
import hashlib
import io
import pickle
import shutil
import tarfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torchvision.datasets
from made_photos import write_folder
from misbehaving_server import misbehaving_server
from PIL import Image
from torchvision.datasets import CIFAR10

import workbook.studio
from workbook.photos import sources, web_sets
from workbook.photos.folder import scan_folder
from workbook.photos.sources import get_photos, get_splits
from workbook.photos.web_sets import WEB_SETS, get_web_set
from workbook.workspace import data_folder

# Folders


def test_a_folder_of_ones_own(photo_folder, monkeypatch):
    assert get_photos(photo_folder) == photo_folder
    assert get_photos(f'"{photo_folder}"') == photo_folder
    monkeypatch.chdir(photo_folder.parent)
    assert get_photos("./my photos").samefile(photo_folder)
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        get_photos("my foto")
    shutil.make_archive("packed", "zip", photo_folder)
    with pytest.raises(NotADirectoryError, match="Unzip it first"):
        get_photos("packed.zip")


def test_a_flat_folder_is_split_into_the_workspace_once(photo_folder):
    before = sorted(photo_folder.rglob("*"))
    splits = get_splits(photo_folder, size=8, progress=False)
    assert sorted(photo_folder.rglob("*")) == before
    assert splits.folder == data_folder() / "my photos-splits"
    assert len(splits.train) + len(splits.validation) == 18 - 2
    assert get_splits(photo_folder, size=16, progress=False).folder == splits.folder
    assert splits.train.preprocess.size == 8


def test_changed_photos_are_split_anew_and_the_old_split_stays(photo_folder, capsys):
    first = get_splits(photo_folder, size=8, progress=False)
    (photo_folder / "apple" / "apple_000.jpg").unlink()
    second = get_splits(photo_folder, size=8, progress=False)
    assert "are split anew into" in capsys.readouterr().out
    assert second.folder == data_folder() / "my photos-splits-2"
    assert get_splits(photo_folder, size=8, progress=False).folder == second.folder
    assert capsys.readouterr().out == ""
    other_seed = get_splits(photo_folder, size=8, seed=1, progress=False)
    assert other_seed.folder == data_folder() / "my photos-splits-3"
    assert first.folder.exists()
    assert len({first.fingerprint, second.fingerprint, other_seed.fingerprint}) == 3


def test_folders_of_one_name_get_splits_of_their_own(photo_folder, tmp_path):
    twin = write_folder(tmp_path / "elsewhere" / photo_folder.name, {"pear": 8, "plum": 8})
    one, two = (get_splits(folder, size=8, progress=False) for folder in (photo_folder, twin))
    assert one.class_names == ("apple", "mug")
    assert two.class_names == ("pear", "plum")


def test_a_folder_that_is_split_is_used_as_it_is(split_photos, tmp_path):
    splits = get_splits(split_photos, size=8, progress=False)
    assert splits.folder == split_photos
    half = write_folder(tmp_path / "half", {"a": 3, "b": 3}, ("train", "val"))
    with pytest.raises(ValueError, match="has no test photos"):
        get_splits(half, progress=False)


def test_real_photos(real_photos):
    splits = get_splits(real_photos, size=32, progress=False)
    assert splits.train.counts().tolist() == [200] * 5
    assert len(splits.validation) == 250
    assert all(0.3 < number < 0.6 for number in splits.preprocess.mean)


# The studio


def test_the_studio_is_asked_for_what_was_asked(monkeypatch):
    asked = []

    def make_photos(folder, **options):
        asked.append((folder.name, options))
        return folder

    monkeypatch.setattr(workbook.studio, "make_photos", make_photos)
    assert get_photos(progress=False) == data_folder() / "studio"
    get_photos("Studio ", per_class=10, size=32, seed=3, progress=False)
    usual = {"per_class": 160, "size": 64, "seed": 0, "progress": False}
    assert asked == [
        ("studio", usual),
        ("studio-10-32px-seed3", {"per_class": 10, "size": 32, "seed": 3, "progress": False}),
    ]


def test_studio_photos_are_split_by_scene(studio_photos, monkeypatch):
    monkeypatch.setattr(sources, "get_photos", lambda *_, **__: studio_photos)
    splits = get_splits("studio", size=32, progress=False)
    assert len(splits.class_names) == 8
    assert splits.table["group"].str.match(r"^\w+_\d+$").all()


# CIFAR-10, in the format of the real archive and with far fewer photos

ALL_CLASSES = ["airplane", "automobile", "bird", "cat", "deer"]
ALL_CLASSES += ["dog", "frog", "horse", "ship", "truck"]
BATCHES = [f"data_batch_{number}" for number in range(1, 6)] + ["test_batch"]


def fake_archive(folder: Path, per_batch: int = 40) -> tuple[bytes, type]:
    """Return an archive like CIFAR-10's, and torchvision's class for it with its checksums."""
    inside = folder / "cifar-10-batches-py"
    inside.mkdir(parents=True)
    contents = {"batches.meta": {"label_names": ALL_CLASSES}}
    for number, batch in enumerate(BATCHES):
        labels = [position % 10 for position in range(per_batch)]
        pixels = np.random.default_rng(number).integers(0, 256, (per_batch, 3072), np.uint8)
        contents[batch] = {"data": pixels, "labels": labels}
    md5 = {}
    for name, content in contents.items():
        (inside / name).write_bytes(pickle.dumps(content))
        md5[name] = hashlib.md5(pickle.dumps(content)).hexdigest()
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        archive.add(inside, "cifar-10-batches-py")
    described = {
        "tgz_md5": hashlib.md5(stream.getvalue()).hexdigest(),
        "train_list": [[batch, md5[batch]] for batch in BATCHES[:5]],
        "test_list": [[BATCHES[5], md5[BATCHES[5]]]],
        "meta": CIFAR10.meta | {"md5": md5["batches.meta"]},
    }
    return stream.getvalue(), type("FakeCifar10", (CIFAR10,), described)


FEW = {"train": 10, "validation": 4, "test": 3}


@pytest.fixture
def cifar_server(tmp_path, monkeypatch):
    content, fake = fake_archive(tmp_path / "made")
    with misbehaving_server(content) as server:
        fake.url = server.url
        monkeypatch.setattr(torchvision.datasets, "CIFAR10", fake)
        yield server


def pixels_of(photos) -> Counter:
    return Counter(np.asarray(Image.open(photo.path)).tobytes() for photo in photos)


def test_cifar10_is_fetched_checked_and_written(cifar_server, tmp_path):
    cifar_server.break_off_after = [1000]
    folder = get_web_set("cifar10", per_class=FEW, progress=False)
    photos = scan_folder(folder)
    assert Counter((photo.class_name, photo.split) for photo in photos) == {
        (name, split): count for name in WEB_SETS["cifar10"].classes for split, count in FEW.items()
    }
    assert max(pixels_of(photos).values()) == 1  # no photo twice
    test_batch = pickle.loads((tmp_path / "made/cifar-10-batches-py/test_batch").read_bytes())
    of_test = {row.reshape(3, 32, 32).transpose(1, 2, 0).tobytes() for row in test_batch["data"]}
    for photo in photos:
        pixels = np.asarray(Image.open(photo.path)).tobytes()
        assert (pixels in of_test) == (photo.split == "test")
    assert len(get_splits(folder, size=32, progress=False).class_names) == 5


def test_cifar10_is_fetched_once_and_the_seed_chooses(cifar_server):
    first = get_web_set("cifar10", per_class=FEW, progress=False)
    asked = len(cifar_server.ranges_asked)
    assert get_web_set("cifar10", per_class=FEW, progress=False) == first
    other = get_web_set("cifar10", per_class=FEW, seed=1, progress=False)
    assert len(cifar_server.ranges_asked) == asked
    assert pixels_of(scan_folder(first)) != pixels_of(scan_folder(other))
    shutil.rmtree(first)
    before = pixels_of(scan_folder(other))
    shutil.rmtree(other)
    assert (
        pixels_of(scan_folder(get_web_set("cifar10", per_class=FEW, seed=1, progress=False)))
        == before
    )


def test_no_network_points_to_the_studio(cifar_server):
    cifar_server.status = 404
    with pytest.raises(ConnectionError, match=r'\(404\).*The photos called "studio" need no netw'):
        get_photos("cifar10", progress=False)
    assert not (data_folder() / "cifar10").exists()


def test_another_archive_is_not_unpacked(cifar_server):
    cifar_server.content = b"something else"
    with pytest.raises(ValueError, match="checksum is wrong"):
        get_photos("cifar10", progress=False)
    assert list((data_folder() / "downloads").iterdir()) == []


# The other sets, in the format of the real archives and with far fewer photos


def idx_file(array: np.ndarray) -> bytes:
    """Return an array in the format of MNIST: http://yann.lecun.com/exdb/mnist/"""
    head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, dtype=">i4").tobytes()
    return gzip.compress(head + array.tobytes())


@pytest.fixture
def fashion_server(monkeypatch):
    """Serve all four files of Fashion-MNIST at one address each."""
    random = np.random.default_rng(0)
    with contextlib.ExitStack() as stack:
        resources, servers = [], []
        for name, count in (("train", 60), ("t10k", 30)):
            labels = np.arange(count, dtype=np.uint8) % 10
            images = random.integers(0, 256, (count, 28, 28), dtype=np.uint8)
            for kind, array in (("images-idx3", images), ("labels-idx1", labels)):
                server = stack.enter_context(misbehaving_server(idx_file(array)))
                servers.append(server)
                resources.append((f"{name}-{kind}-ubyte.gz", server.content))
        addresses = {name: server.url for (name, _), server in zip(resources, servers, strict=True)}
        archives = [
            web_sets.Archive(
                addresses[name], f"FashionMNIST/raw/{name}", hashlib.md5(content).hexdigest()
            )
            for name, content in resources
        ]
        monkeypatch.setattr(web_sets, "_fashion_archives", lambda: archives)
        described = dataclasses.replace(WEB_SETS["fashion"], archives=lambda: archives)
        monkeypatch.setitem(WEB_SETS, "fashion", described)
        yield servers


def test_clothes_are_fetched_and_get_folders_with_plain_names(fashion_server):
    folder = get_web_set(
        "fashion", per_class={"train": 3, "validation": 1, "test": 2}, progress=False
    )
    photos = scan_folder(folder)
    assert Counter(photo.split for photo in photos) == {"train": 30, "validation": 10, "test": 20}
    assert "t_shirt_top" in {photo.class_name for photo in photos}
    assert Image.open(photos[0].path).size == (28, 28)


def test_an_unpacking_that_was_interrupted_is_done_again(fashion_server, monkeypatch):
    few = {"train": 2, "validation": 1, "test": 1}
    with monkeypatch.context() as patch:
        patch.setattr(web_sets.shutil, "copyfileobj", interrupted)
        with pytest.raises(KeyboardInterrupt):
            get_web_set("fashion", per_class=few, progress=False)
    assert len(scan_folder(get_web_set("fashion", per_class=few, progress=False))) == 40


def interrupted(source, target):
    target.write(source.read(100))
    raise KeyboardInterrupt


@pytest.fixture
def eurosat_server(tmp_path, monkeypatch):
    made = tmp_path / "made"
    for name in ("AnnualCrop", "SeaLake"):
        write_folder(made / "2750", {name: 8})
    archive = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", made))
    with misbehaving_server(archive.read_bytes()) as server:
        monkeypatch.setattr(web_sets, "EUROSAT_URL", server.url)
        monkeypatch.setattr(web_sets, "EUROSAT_MD5", hashlib.md5(server.content).hexdigest())
        yield server


def test_land_is_fetched_and_split(eurosat_server):
    eurosat_server.break_off_after = [500, 700]
    counts = {"train": 4, "validation": 2, "test": 2}
    folder = get_web_set("eurosat", per_class=counts, progress=False)
    found = Counter((photo.class_name, photo.split) for photo in scan_folder(folder))
    assert found == {
        (name, split): count
        for name in ("annual_crop", "sea_lake")
        for split, count in counts.items()
    }


@pytest.mark.parametrize("name", ["fashion", "eurosat"])
def test_nothing_half_done_is_left_when_the_server_has_moved(name, request):
    server = request.getfixturevalue(f"{name}_server")
    (server if name == "eurosat" else server[0]).status = 404
    with pytest.raises(ConnectionError, match=r"\(404\).*need no network"):
        get_photos(name, progress=False)
    left = [path for path in data_folder().rglob("*") if path.is_file()]
    assert left == []


def test_every_set_says_its_licence():
    for web_set in WEB_SETS.values():
        assert web_set.licence
        assert web_set.megabytes <= 300
    assert WEB_SETS["cifar10"].licence.startswith("none stated")

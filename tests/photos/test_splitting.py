import csv
import errno
import os
import shutil
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_photos import write_folder

from workbook.photos import splitting
from workbook.photos.folder import scan_folder
from workbook.photos.splits import load_splits, split_folder
from workbook.photos.splitting import read_settings, read_table


def split(folder: Path, out: Path, **options) -> Path:
    return split_folder(folder, out, progress=False, **options)


def state_of(folder: Path) -> list[tuple]:
    return sorted((p, p.stat().st_size, p.stat().st_mtime_ns) for p in folder.rglob("*"))


@pytest.fixture
def folder(tmp_path) -> Path:
    return write_folder(tmp_path / "fruit", {"apple": 20, "pear": 14})


def test_each_photo_is_copied_once_and_the_originals_stay(folder, tmp_path):
    before = state_of(folder)
    out = split(folder, tmp_path / "out")
    assert state_of(folder) == before
    photos = scan_folder(out)
    assert Counter((p.class_name, p.split) for p in photos) == {
        ("apple", "train"): 14,
        ("apple", "validation"): 3,
        ("apple", "test"): 3,
        ("pear", "train"): 10,
        ("pear", "validation"): 2,
        ("pear", "test"): 2,
    }
    assert {p.file.split("/")[0] for p in photos} == {"train", "val", "test"}
    originals = {p.name: p.read_bytes() for p in folder.rglob("*.jpg")}
    assert {p.path.name: p.path.read_bytes() for p in photos} == originals


def test_the_table_says_what_lies_where(folder, tmp_path):
    out = split(folder, tmp_path / "out", groups={"apple/apple_000.jpg": "tree"})
    rows = read_table(out / "splits.csv")
    assert list(rows[0]) == ["file", "class", "group", "split", "source"]
    assert {row["file"] for row in rows} == {photo.file for photo in scan_folder(out)}
    for row in rows:
        assert (folder / row["source"]).read_bytes() == (out / row["file"]).read_bytes()
        assert row["file"].split("/")[0] == splitting.FOLDER_OF_SPLIT[row["split"]]
        assert row["class"] == row["source"].split("/")[0]
        tree = row["source"] == "apple/apple_000.jpg"
        assert row["group"] == ("tree" if tree else row["source"])


def test_a_second_call_returns_the_same_folder(folder, tmp_path):
    out = split(folder, tmp_path / "out")
    before = state_of(out)
    assert split(folder, tmp_path / "out") == out
    assert state_of(out) == before
    again = split(folder, tmp_path / "again")
    assert (again / "splits.csv").read_bytes() == (out / "splits.csv").read_bytes()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"seed": 1}, "is a split with another seed, and will not be"),
        ({"seed": 1, "fractions": (0.6, 0.2, 0.2)}, "other fractions and another seed"),
        (
            {"groups": {"apple/apple_000.jpg": "x", "apple/apple_001.jpg": "x"}},
            "with photos or groups that have changed since",
        ),
    ],
)
def test_another_split_is_not_overwritten(options, words, folder, tmp_path):
    out = split(folder, tmp_path / "out")
    before = state_of(out)
    with pytest.raises(FileExistsError, match=words) as error:
        split(folder, out, **options)
    assert "will not be overwritten. Give another name" in str(error.value)
    assert state_of(out) == before


def test_changed_photos_make_another_split(folder, tmp_path):
    out = split(folder, tmp_path / "out")
    (folder / "apple" / "apple_000.jpg").unlink()
    with pytest.raises(FileExistsError, match="photos or groups that have changed since"):
        split(folder, out)
    (tmp_path / "full").mkdir()
    with pytest.raises(FileExistsError, match="was not made by split_folder"):
        split(folder, tmp_path / "full")


# Groups


def write_scenes(folder: Path, per_scene: int) -> None:
    with folder.with_name(f"{folder.name}.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["file", "class", "scene"])
        for photo in scan_folder(folder):
            number = int(photo.path.stem[-3:]) // per_scene
            writer.writerow([photo.file, photo.class_name, f"{photo.class_name} {number}"])


def test_scenes_of_the_table_beside_the_folder_stay_together(folder, tmp_path):
    write_scenes(folder, per_scene=2)
    out = split(folder, tmp_path / "out")
    parts_of = {}
    for row in read_table(out / "splits.csv"):
        parts_of.setdefault(row["group"], set()).add(row["split"])
    assert len(parts_of) == 17
    assert all(len(parts) == 1 for parts in parts_of.values())
    assert read_settings(out)["groups"] == 17
    alone = split(folder, tmp_path / "alone", groups=None)
    assert read_settings(alone)["groups"] == 34
    splits = load_splits(out, size=8, progress=False)
    assert splits.table["group"].nunique() == 17
    assert set(splits.train.groups).isdisjoint(splits.validation.groups)


def test_groups_that_make_no_sense(folder, tmp_path):
    with pytest.raises(ValueError, match=r'name the file "plum/1.jpg", which is not in'):
        split(folder, tmp_path / "out", groups={"plum/1.jpg": "x"})
    with pytest.raises(ValueError, match=r"""groups are 'scene'. Give "auto", None, or a dict"""):
        split(folder, tmp_path / "out", groups="scene")
    with pytest.raises(ValueError, match="20 photos in 1 group that must"):
        split(folder, tmp_path / "out", groups={p.file: "all" for p in scan_folder(folder)})
    assert not (tmp_path / "out").exists()


# What cannot be split


def test_places_that_do_not_work(folder, tmp_path, split_photos):
    for out in (folder / "split", folder, tmp_path):
        with pytest.raises(ValueError, match="would lie inside one another"):
            split(folder, out)
    with pytest.raises(ValueError, match="is split already, into test, train, validation"):
        split(split_photos, tmp_path / "out")
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        split(tmp_path / "nowhere", tmp_path / "out")


def test_a_class_that_is_too_small_is_named_before_anything_is_written(tmp_path):
    folder = write_folder(tmp_path / "fruit", {"apple": 10, "pear": 2})
    with pytest.raises(ValueError, match='class "pear" has only 2 photos'):
        split(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_full_disk_leaves_nothing_behind(folder, tmp_path, monkeypatch):
    copied = []

    def full_after_five(source, target):
        if len(copied) == 5:
            raise OSError(errno.ENOSPC, "No space left on device")
        copied.append(target)
        shutil.copyfile(source, target)

    monkeypatch.setattr(splitting.shutil, "copy2", full_after_five)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(OSError, match="The disk is full, so the photos could not be written to"):
        split(folder, tmp_path / "out")
    assert sorted(tmp_path.iterdir()) == before


def test_a_photo_that_may_not_be_copied_is_told(folder, tmp_path, monkeypatch):
    def refused(source, target):
        raise PermissionError(errno.EACCES, "Permission denied", str(source))

    monkeypatch.setattr(splitting.shutil, "copy2", refused)
    with pytest.raises(PermissionError, match=r"could not be written to .* \(Permission denied\)"):
        split(folder, tmp_path / "out")


# Hostile file names

FORBIDDEN = '/\\:*?"<>|\0' if os.name == "nt" else "/\0"
NAMES = st.text(
    st.characters(exclude_characters=FORBIDDEN, exclude_categories=["Cs"]), min_size=1, max_size=20
).filter(lambda name: not name.startswith(".") and (os.name != "nt" or name.isprintable()))


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(names=st.sets(NAMES, min_size=4, max_size=8), class_name=NAMES, seed=st.integers(0, 99))
def test_any_file_name_survives_the_table(names, class_name, seed, tmp_path_factory):
    """Commas, quotes, line breaks, "NA", "=1+1", emoji: what comes out is what went in."""
    base = tmp_path_factory.mktemp("names")
    folder = base / "photos"
    if class_name.lower() in ("train", "val", "validation", "valid", "test"):
        class_name = "class"
    class_folder = folder / class_name
    class_folder.mkdir(parents=True)
    for name in names:
        (class_folder / f"{name}.jpg").write_bytes(name.encode())
    written = sorted(path.name for path in class_folder.iterdir())
    for number in range(4):
        (folder / "other class").mkdir(exist_ok=True)
        (folder / "other class" / f"{number}.jpg").write_bytes(b"x")
    out = split(folder, base / "out", seed=seed)
    rows = [row for row in read_table(out / "splits.csv") if row["class"] != "other class"]
    assert sorted(Path(row["source"]).name for row in rows) == written
    for row in rows:
        assert row["class"] == class_name
        assert (out / row["file"]).read_bytes() == (folder / row["source"]).read_bytes()
    assert split(folder, base / "out", seed=seed) == out


@pytest.mark.skipif(os.name == "nt", reason="such names cannot exist on Windows")
def test_a_name_that_is_no_text_survives_the_table(tmp_path):
    folder = write_folder(tmp_path / "fruit", {"apple": 5, "pear": 5})
    try:
        os.rename(folder / "pear" / "pear_000.jpg", os.fsencode(folder) + b"/pear/\xff\xfe.jpg")
    except OSError:
        pytest.skip("this file system refuses such names")
    out = split(folder, tmp_path / "out")
    assert all((out / row["file"]).exists() for row in read_table(out / "splits.csv"))
    splits = load_splits(out, size=8, progress=False)
    assert len(splits.train) + len(splits.validation) + len(splits.open_test("try")) == 10
    assert len(splits.train.fingerprint) == 16

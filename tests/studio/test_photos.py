"""Folders of photos: what is written, what the table says, and what is never overwritten."""

import json

import pandas
import pytest
import torch
from PIL import Image

import workbook.studio.photos as photos_module
from workbook.studio import COURSE_CLASSES, LIGHT_LEVELS, make_photos, render_photos
from workbook.studio.catalogue import KINDS

COLUMNS = [
    "file", "class", "scene", "shot", "surface", "light", "level", "elevation", "azimuth",
    "distance", "wall", "others", "object_color", "cover", "hidden", "new_object",
]  # fmt: skip


def small(folder, **settings):
    wishes = {"classes": ("apple", "mug"), "per_class": 3, "size": 24, "progress": False}
    return make_photos(folder, **(wishes | settings))


def table_of(folder):
    return pandas.read_csv(folder.with_name(folder.name + ".csv"), keep_default_na=False)


@pytest.fixture(scope="module")
def two_classes(tmp_path_factory):
    return small(tmp_path_factory.mktemp("studio") / "two")


def test_photos_are_jpegs_of_that_size_in_class_folders(two_classes):
    names = sorted(path.relative_to(two_classes).as_posix() for path in two_classes.rglob("*.jpg"))
    assert names == [f"{kind}/{kind}_000{n}.jpg" for kind in ("apple", "mug") for n in (1, 2, 3)]
    for name in names:
        with Image.open(two_classes / name) as photo:
            photo.load()
            assert (photo.format, photo.mode, photo.size) == ("JPEG", "RGB", (24, 24))


def test_table_describes_every_photo(two_classes):
    table = table_of(two_classes)
    assert list(table.columns) == COLUMNS
    assert all((two_classes / file).is_file() for file in table["file"])
    assert table["file"].is_unique
    assert (table["class"] == table["file"].str.split("/").str[0]).all()
    assert (table["scene"].nunique(), set(table["shot"])) == (6, {1})
    for light, level in zip(table["light"], table["level"], strict=True):
        low, high = LIGHT_LEVELS[light]
        assert low <= level <= high
    assert table["cover"].between(0.02, 0.9).all()
    assert table["hidden"].between(0, 1).all()
    assert not table["new_object"].any()


def test_memory_and_folder_show_the_same_photos(two_classes):
    images, table = render_photos(["mug", "apple"], size=24)
    for number, kind in enumerate(("mug", "apple")):
        with Image.open(two_classes / kind / f"{kind}_0001.jpg") as photo:
            stored = torch.frombuffer(bytearray(photo.tobytes()), dtype=torch.uint8)
        assert torch.equal(images[number], stored.view(24, 24, 3).permute(2, 0, 1))
    assert list(table.columns) == COLUMNS[1:]


def test_burst_imbalance_and_light_show_in_the_table(tmp_path):
    folder = small(tmp_path / "dials", per_class={"apple": 5, "mug": 2}, burst=3, light="dark")
    table = table_of(folder)
    assert table["class"].value_counts().to_dict() == {"apple": 5, "mug": 2}
    assert table.groupby("scene").size().to_dict() == {
        "apple_0001": 3,
        "apple_0002": 2,
        "mug_0001": 2,
    }
    assert list(table["shot"][:5]) == [1, 2, 3, 1, 2]
    assert set(table["light"]) == {"dark"}
    same_scene = table[table["scene"] == "apple_0001"]
    assert same_scene["surface"].nunique() == same_scene["wall"].nunique() == 1
    assert same_scene["azimuth"].nunique() == 3


def test_shortcut_ties_the_surface_to_the_class():
    kinds = list(COURSE_CLASSES) * 2
    homes = [KINDS[kind].home for kind in kinds]
    _, always = render_photos(kinds, size=16, shortcut=1.0)
    _, never = render_photos(kinds, size=16, shortcut=0.0)
    assert list(always["surface"]) == homes
    assert sum(a == b for a, b in zip(never["surface"], homes, strict=True)) < len(kinds) / 2


def test_same_settings_return_at_once_and_others_are_refused(two_classes, monkeypatch):
    def no_rendering(*_):
        raise AssertionError("rendered again")

    monkeypatch.setattr(photos_module, "_render_chunk", no_rendering)
    assert small(two_classes) == two_classes
    before = sorted(two_classes.rglob("*"))
    with pytest.raises(FileExistsError, match=r"other settings\. Choose another folder"):
        small(two_classes, seed=1)
    assert sorted(two_classes.rglob("*")) == before


def test_strange_folders_and_files_are_never_overwritten(tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(FileExistsError, match="not made by the studio"):
        small(tmp_path / "mine")
    (tmp_path / "table.csv").write_text("my own table", encoding="utf-8")
    with pytest.raises(FileExistsError, match=r"table\.csv is in the way"):
        small(tmp_path / "table")
    assert (tmp_path / "table.csv").read_text(encoding="utf-8") == "my own table"


def test_a_deleted_folder_can_be_made_again(tmp_path):
    first = small(tmp_path / "again", per_class=1, classes=("egg",))
    (first / "egg" / "egg_0001.jpg").unlink()
    (first / "egg").rmdir()
    first.rmdir()
    assert small(first, per_class=2, classes=("egg",), seed=5).is_dir()
    settings = json.loads((tmp_path / "again.json").read_text(encoding="utf-8"))
    assert (settings["seed"], settings["counts"]) == (5, {"egg": 2})


def test_interrupted_rendering_leaves_nothing(tmp_path, monkeypatch):
    render_chunk, calls = photos_module._render_chunk, []

    def interrupted(cupboard, dials, wishes):
        calls.append(len(wishes))
        if len(calls) > 1:
            raise KeyboardInterrupt
        return render_chunk(cupboard, dials, wishes)

    monkeypatch.setattr(photos_module, "_render_chunk", interrupted)
    monkeypatch.setattr(photos_module, "PIXELS_AT_ONCE", 24 * 24)
    threads = torch.get_num_threads()
    with pytest.raises(KeyboardInterrupt):
        small(tmp_path / "stopped")
    assert list(tmp_path.iterdir()) == [tmp_path / "workspace"][: (tmp_path / "workspace").exists()]
    assert torch.get_num_threads() == threads

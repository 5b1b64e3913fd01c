import os
import warnings
from pathlib import Path

import pytest
from made_photos import write_folder, write_photo

from workbook.photos.folder import find_folder, scan_folder


def touch(path: Path) -> Path:
    """Scanning opens no photo, so an empty file will do for one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_a_flat_folder(photo_folder):
    photos = scan_folder(photo_folder)
    assert len(photos) == 18
    assert {photo.class_name for photo in photos} == {"apple", "mug"}
    assert {photo.split for photo in photos} == {None}
    assert [photo.file for photo in photos] == sorted(photo.file for photo in photos)
    assert photos[0].file == "apple/apple_000.jpg"
    assert all(photo.path == photo_folder / photo.file for photo in photos)


@pytest.mark.parametrize("validation", ["val", "validation", "valid", "Validation"])
def test_a_folder_that_is_split(tmp_path, validation):
    write_folder(tmp_path, {"apple": 1, "mug": 1}, ("train", validation, "test"))
    photos = scan_folder(tmp_path)
    assert [photo.split for photo in photos].count("validation") == 2
    assert {photo.class_name for photo in photos} == {"apple", "mug"}
    assert {photo.split for photo in photos} == {"train", "validation", "test"}


def test_leftovers_and_other_files_are_no_photos(photo_folder):
    count = len(scan_folder(photo_folder))
    for name in (
        "apple/.DS_Store",
        "apple/Thumbs.db",
        "apple/desktop.ini",
        "apple/._apple_000.jpg",
        "apple/notes.txt",
        "__MACOSX/apple/x.jpg",
        "_quarantine/apple/x.jpg",
        ".ipynb_checkpoints/apple-checkpoint.jpg",
        "apple/.ipynb_checkpoints/x.jpg",
        "readme.md",
        "loose.jpg",
    ):
        touch(photo_folder / name)
    assert len(scan_folder(photo_folder)) == count


NAMES = [
    "IMG 0001.JPG",
    "üben é.jpeg",
    "苹果.png",
    "😀.webp",
    "a" * 240 + ".jpg",
    "semi;colon, comma.jpg",
    "'quote'.jpg",
    "two.dots.jpg",
    "%41 #1 &.jpg",
]


def test_any_name_will_do(tmp_path):
    names = [*NAMES, "line\nbreak.jpg", 'double"quote.jpg'] if os.name != "nt" else NAMES
    for name in names:
        touch(tmp_path / "ä class" / name)
        touch(tmp_path / "second 🎈" / name)
    photos = scan_folder(tmp_path)
    assert sorted(p.path.name for p in photos if p.class_name == "ä class") == sorted(names)
    assert len(photos) == 2 * len(names)


@pytest.mark.skipif(os.name == "nt", reason="such names cannot exist on Windows")
def test_a_name_that_is_no_text(tmp_path):
    touch(tmp_path / "b" / "fine.jpg")
    odd = os.fsencode(tmp_path / "a") + b"/\xff\xfe.jpg"
    (tmp_path / "a").mkdir()
    try:
        Path(os.fsdecode(odd)).touch()
    except OSError:
        pytest.skip("this file system refuses such names")
    assert len(scan_folder(tmp_path)) == 2


def test_folders_inside_a_class_belong_to_it(tmp_path):
    touch(tmp_path / "apple" / "red" / "1.jpg")
    touch(tmp_path / "apple" / "green" / "old" / "1.jpg")
    touch(tmp_path / "mug" / "1.jpg")
    assert [photo.class_name for photo in scan_folder(tmp_path)] == ["apple", "apple", "mug"]


def test_a_class_may_be_called_train(tmp_path):
    for name in ("train", "bus", "test"):
        touch(tmp_path / name / "1.jpg")
    assert {photo.class_name for photo in scan_folder(tmp_path)} == {"train", "bus", "test"}
    touch(tmp_path / "train" / "steam" / "2.jpg")
    assert {photo.split for photo in scan_folder(tmp_path)} == {None}


@pytest.mark.skipif(os.name == "nt", reason="links need special rights on Windows")
def test_links_are_followed_but_not_in_circles(photo_folder, tmp_path):
    count = len(scan_folder(photo_folder))
    elsewhere = touch(tmp_path / "elsewhere" / "pear.jpg").parent
    (photo_folder / "apple" / "loop").symlink_to(photo_folder, target_is_directory=True)
    (photo_folder / "apple" / "self").symlink_to("self")
    (photo_folder / "apple" / "same").symlink_to(photo_folder / "apple", target_is_directory=True)
    assert len(scan_folder(photo_folder)) == count
    (photo_folder / "pear").symlink_to(elsewhere, target_is_directory=True)
    assert "pear" in {photo.class_name for photo in scan_folder(photo_folder)}


# What cannot be used


def empty(tmp_path: Path) -> Path:
    return tmp_path


def loose_photos(tmp_path: Path) -> Path:
    return touch(tmp_path / "1.jpg").parent


def other_files(tmp_path: Path) -> Path:
    return touch(tmp_path / "notes.txt").parent


def no_photos_in_classes(tmp_path: Path) -> Path:
    return touch(tmp_path / "apple" / "notes.txt").parents[1]


def split_and_more(tmp_path: Path) -> Path:
    for part in ("train", "val", "extra"):
        touch(tmp_path / part / "apple" / "1.jpg")
    return tmp_path


def two_validations(tmp_path: Path) -> Path:
    for part in ("train", "val", "valid"):
        touch(tmp_path / part / "apple" / "1.jpg")
    return tmp_path


@pytest.mark.filterwarnings("ignore:The class folder")
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (empty, "is empty. Put one folder per class into it"),
        (loose_photos, "The 1 photos lie directly in"),
        (other_files, "There are no class folders in"),
        (no_photos_in_classes, "There are no photos in the class folders of"),
        (split_and_more, "holds both parts of a split (train, val) and other folders (extra)"),
        (two_validations, "holds both val and valid, which mean the same"),
    ],
)
def test_folders_without_usable_photos(make, words, tmp_path):
    with pytest.raises(ValueError) as error:  # noqa: PT011 (the words are checked below)
        scan_folder(make(tmp_path))
    assert words in str(error.value)
    assert str(tmp_path) in str(error.value)


def test_empty_and_single_classes_are_told(tmp_path):
    touch(tmp_path / "apple" / "1.jpg")
    with pytest.warns(UserWarning, match='one class, "apple"'):
        scan_folder(tmp_path)
    touch(tmp_path / "mug" / "1.jpg")
    (tmp_path / "pear").mkdir()
    with pytest.warns(UserWarning, match="pear holds no photos and is left out"):
        assert len(scan_folder(tmp_path)) == 2
    (tmp_path / "pear").rmdir()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scan_folder(tmp_path)


# What people type


def test_a_path_as_people_paste_it(photo_folder, monkeypatch):
    for typed in (str(photo_folder), f"'{photo_folder}'", f' "{photo_folder}"\n'):
        assert find_folder(typed) == photo_folder
    monkeypatch.setenv("HOME", str(photo_folder.parent))
    monkeypatch.setenv("USERPROFILE", str(photo_folder.parent))
    assert find_folder("~/my photos") == photo_folder
    monkeypatch.chdir(photo_folder.parent)
    assert find_folder("my photos").samefile(photo_folder)


def test_what_is_no_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"There is no folder .*nowhere\. Check the spell"):
        find_folder(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="is blank"):
        find_folder("  ")
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        find_folder("~nobody-of-this-name/photos")
    with pytest.raises(NotADirectoryError, match="is a file, not a folder"):
        find_folder(write_photo(tmp_path / "one.jpg"))
    with pytest.raises(NotADirectoryError, match="Unzip it first"):
        find_folder(touch(tmp_path / "photos.ZIP"))
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        find_folder(tmp_path / ("x" * 300))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
def test_a_folder_that_may_not_be_read(tmp_path):
    folder = tmp_path / "private"
    folder.mkdir(mode=0)
    if os.access(folder, os.R_OK):
        pytest.skip("this user (root) may read everything")
    with pytest.raises(PermissionError, match="You may not read the folder"):
        find_folder(folder)

"""Sorting by hand: no photo is lost, and every step can be taken back."""

import hashlib
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_photos import write_folder, write_photo

from workbook.photos import sorting
from workbook.photos.doctor import undo_repair
from workbook.photos.folder import scan_folder
from workbook.photos.sorting import UNSORTED, PhotoSorter, check_class_name, describe_step


def tree(folder: Path) -> dict[str, str]:
    """Return every file and folder outside the quarantine, files with their checksums."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else "folder"
        for path in folder.rglob("*")
        if "_quarantine" not in path.relative_to(folder).parts
    }


def checksums(folder: Path) -> list[str]:
    """Return the checksums of all photos, the quarantine included."""
    return sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*.jpg"))


@pytest.fixture
def unsorted(tmp_path) -> Path:
    """A folder as it comes from a camera: five photos, and no class folder."""
    for number in range(5):
        write_photo(tmp_path / "camera" / f"IMG_{number}.jpg", number)
    return tmp_path / "camera"


def test_an_unsorted_folder_becomes_class_folders(unsorted):
    before = checksums(unsorted)
    sorter = PhotoSorter(unsorted)
    assert {photo.class_name for photo in sorter.photos()} == {UNSORTED}
    sorter.move_to_class(["IMG_0.jpg", "IMG_1.jpg"], "apple")
    sorter.move_to_class(["IMG_2.jpg", "IMG_3.jpg"], "mug")
    assert sorter.class_names() == ["apple", "mug"]
    assert [photo.file for photo in sorter.photos() if not photo.class_name] == ["IMG_4.jpg"]
    assert [photo.class_name for photo in scan_folder(unsorted)] == ["apple"] * 2 + ["mug"] * 2
    assert checksums(unsorted) == before


def test_taking_everything_back_restores_the_folder_exactly(unsorted):
    before = tree(unsorted)
    sorter = PhotoSorter(unsorted)
    sorter.move_to_class(["IMG_0.jpg", "IMG_1.jpg"], "apple")
    sorter.move_to_quarantine(["IMG_4.jpg", "apple/IMG_1.jpg"])
    sorter.move_to_class(["apple/IMG_0.jpg"], "pear")
    assert sorter.steps_to_undo() == 3
    again = PhotoSorter(unsorted)  # another day
    assert [len(again.undo().moved) for _ in range(3)] == [1, 2, 2]
    assert again.undo() is None
    assert tree(unsorted) == before


def test_a_photo_whose_name_is_taken_gets_a_new_one(photo_folder):
    shutil.copy(photo_folder / "mug" / "mug_000.jpg", photo_folder / "apple" / "mug_000.jpg")
    before = checksums(photo_folder)
    step = PhotoSorter(photo_folder).move_to_class(["mug/mug_000.jpg"], "apple")
    assert step.moved == (("mug/mug_000.jpg", "apple/mug_000 (2).jpg"),)
    assert "1 got a new name" in describe_step(step, "moved to apple")
    assert checksums(photo_folder) == before


def test_a_photo_comes_back_beside_one_that_took_its_place(photo_folder):
    sorter = PhotoSorter(photo_folder)
    sorter.move_to_quarantine(["mug/mug_000.jpg"])
    write_photo(photo_folder / "mug" / "mug_000.jpg", 99)
    assert sorter.undo().moved[0][1] == "mug/mug_000 (2).jpg"


def test_photos_of_a_split_stay_in_their_part(split_photos):
    sorter = PhotoSorter(split_photos)
    sorter.move_to_class(["val/apple/apple_000.jpg", "test/apple/apple_001.jpg"], "Mug")
    moved = {photo.file for photo in sorter.photos() if "apple_00" in photo.file}
    assert {"val/mug/apple_000.jpg", "test/mug/apple_001.jpg"} <= moved
    write_photo(split_photos / "loose.jpg", 7)
    assert sorter.photos()[-1].file == "loose.jpg"
    with pytest.raises(ValueError, match="lies in no part of the split"):
        sorter.move_to_class(["loose.jpg"], "mug")


def test_the_doctor_can_bring_photos_back_as_well(photo_folder):
    before = tree(photo_folder)
    sorter = PhotoSorter(photo_folder)
    sorter.move_to_quarantine(["mug/mug_000.jpg", "mug/mug_001.jpg"])
    assert len(scan_folder(photo_folder)) == 16
    assert len(undo_repair(photo_folder)) == 2
    assert tree(photo_folder) == before
    assert sorter.undo().missing  # nothing left to do, and no error
    assert tree(photo_folder) == before


def test_photos_that_are_gone_or_there_already_are_left_alone(photo_folder):
    sorter = PhotoSorter(photo_folder)
    step = sorter.move_to_class(["apple/apple_000.jpg", "apple/vanished.jpg"], "apple")
    assert step.moved == ()
    assert step.missing == ()
    step = sorter.move_to_class(["apple/vanished.jpg", "apple/apple_000.jpg"], "mug")
    assert step.missing == ("apple/vanished.jpg",)
    assert len(step.moved) == 1
    assert "vanished.jpg" in describe_step(step, "moved to mug")


@pytest.mark.parametrize("name", ["", "  ", "a/b", "..", ".hidden", "con", "CON.jpg", "x" * 101])
def test_names_that_cannot_be_folders_everywhere_are_refused(name):
    with pytest.raises(ValueError, match=r"\. (Type|Use|Choose)"):
        check_class_name(name)


@pytest.mark.parametrize("name", ["_quarantine", "a\nb", "mug.", "what?"])
def test_such_a_name_moves_nothing(photo_folder, name):
    before = tree(photo_folder)
    with pytest.raises(ValueError, match="folder"):
        PhotoSorter(photo_folder).move_to_class(["mug/mug_000.jpg"], name)
    assert tree(photo_folder) == before


def test_names_in_other_scripts_are_fine(photo_folder):
    PhotoSorter(photo_folder).move_to_class(["mug/mug_000.jpg"], " große Tasse ")
    assert (photo_folder / "große Tasse" / "mug_000.jpg").exists()


def test_a_crash_between_two_photos_loses_nothing(photo_folder, monkeypatch):
    before, files = tree(photo_folder), ["mug/mug_000.jpg", "mug/mug_001.jpg"]
    real, calls = sorting.move_file, []

    def full_disk(source, target):
        calls.append(source)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(sorting, "move_file", full_disk)
    sorter = PhotoSorter(photo_folder)
    with pytest.raises(OSError, match=r"disk with .* is full. 1 files were done"):
        sorter.move_to_class(files, "cup")
    monkeypatch.undo()
    step = PhotoSorter(photo_folder).undo()
    assert len(step.moved) == 1
    assert len(step.missing) == 1
    assert tree(photo_folder) == before


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a folder that is protected")
def test_a_protected_folder_is_explained(photo_folder):
    photo_folder.chmod(0o500)
    try:
        with pytest.raises(PermissionError, match="You may not write"):
            PhotoSorter(photo_folder).move_to_quarantine(["mug/mug_000.jpg"])
    finally:
        photo_folder.chmod(0o700)


def test_a_folder_without_photos_is_explained(tmp_path):
    with pytest.raises(ValueError, match="is empty"):
        PhotoSorter(tmp_path).photos()


ACTIONS = st.lists(
    st.tuples(st.sampled_from(["apple", "mug", "new", "quarantine", "undo"]), st.integers(0, 5)),
    max_size=12,
)


@given(actions=ACTIONS)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_sequence_of_steps_loses_a_photo(tmp_path_factory, actions):
    folder = write_folder(tmp_path_factory.mktemp("any") / "set", {"apple": 3, "mug": 3})
    write_photo(folder / "mug" / "apple_000.jpg", 77)  # a name that is taken
    photos, before = checksums(folder), tree(folder)
    sorter = PhotoSorter(folder)
    for target, index in actions:
        files = [photo.file for photo in sorter.photos()][index : index + 2]
        if target == "undo":
            sorter.undo()
        elif target == "quarantine":
            sorter.move_to_quarantine(files)
        else:
            sorter.move_to_class(files, target)
        assert checksums(folder) == photos
        if not any("_quarantine" not in p.parts for p in folder.rglob("*.jpg")):
            break
    while sorter.undo():
        pass
    assert tree(folder) == before

"""The photo browser: what is shown, and what its buttons do to the folder."""

import os
import re
from pathlib import Path

import ipywidgets
import numpy as np
import pytest
from lab_pages import LARGEST, check_page
from PIL import Image

from workbook.photos.doctor import examine, repair
from workbook.photos.folder import scan_folder
from workbook.photos.groups import ALL
from workbook.views.photo_browser import PER_PAGE, explore_photos


def write(folder: Path, names: list[str]) -> Path:
    for seed, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        rough = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
        Image.fromarray(rough).resize((40, 30)).save(path)
    return folder


@pytest.fixture
def folder(tmp_path) -> Path:
    apples = [f"apple/a{number:02}.jpg" for number in range(15)]
    return write(tmp_path / "set", [*apples, *(f"mug/m{number:02}.jpg" for number in range(4))])


def press(browser, words: str) -> None:
    browser.buttons[words].click()


def choose(browser, *numbers: int) -> None:
    for number in numbers:
        browser._tiles[number - 1].button.click()


def test_photos_of_a_class_can_be_shown(folder):
    browser = explore_photos(folder)
    assert [photo.file for photo in browser.shown] == [f"apple/a{n:02}.jpg" for n in range(12)]
    browser.page.value = 2
    assert [photo.class_name for photo in browser.shown] == ["apple"] * 3 + ["mug"] * 4
    browser.group.value = "class: mug"
    assert browser.page.value == 1
    assert len(browser.shown) == 4
    visible = [tile for tile in browser._tiles if tile.box.layout.display != "none"]
    assert len(visible) == 4


def test_parts_of_a_split_can_be_shown(tmp_path):
    folder = write(tmp_path, [f"{part}/mug/{part}.jpg" for part in ("train", "val", "test")])
    browser = explore_photos(folder)
    browser.group.value = "part: validation"
    assert [photo.file for photo in browser.shown] == ["val/mug/val.jpg"]


def test_findings_of_the_doctor_can_be_shown(folder):
    (folder / "mug" / "twin.jpg").write_bytes((folder / "mug" / "m00.jpg").read_bytes())
    report = examine(folder, quick_model=False, progress=False)
    browser = explore_photos(folder, report)
    browser.group.value = "finding: The same photo twice"
    assert len(browser.shown) == 1
    assert "the same as mug/" in browser._tiles[0].picture.value
    choose(browser, 1)
    press(browser, "to quarantine")
    assert browser.group.value == ALL  # the finding is dealt with
    assert len(scan_folder(folder)) == 19


def test_buttons_lead_through_the_groups(folder):
    browser = explore_photos(folder)
    press(browser, "next group")
    assert browser.group.value == "class: apple"
    press(browser, "previous group")
    press(browser, "previous group")
    assert browser.group.value == "class: mug"
    assert len(browser.shown) == 4


def test_what_was_repaired_is_no_finding_any_more(folder):
    Image.open(folder / "mug" / "m00.jpg").convert("L").save(folder / "mug" / "m00.jpg")
    report = examine(folder, quick_model=False, progress=False)
    assert "finding: Greyscale photos" in explore_photos(folder, report)._groups
    repair(report)
    assert (folder / "mug" / "m00.jpg").exists()
    assert "finding: Greyscale photos" not in explore_photos(folder, report)._groups


def test_chosen_photos_move_to_a_class_and_back(folder):
    browser = explore_photos(folder)
    choose(browser, 2, 4, 4)
    assert browser.chosen == ["apple/a01.jpg"]
    assert "1 chosen" in browser.message.value
    assert browser._tiles[1].button.description == "✓ 2 chosen"
    browser.target.value = "mug"
    press(browser, "move to this class")
    assert (folder / "mug" / "a01.jpg").exists()
    assert "1 photo moved to mug" in browser.message.value
    assert browser.chosen == []
    press(browser, "undo")
    assert (folder / "apple" / "a01.jpg").exists()
    press(browser, "undo")
    assert "nothing to take back" in browser.message.value


def test_an_unsorted_folder_becomes_class_folders(tmp_path):
    folder = write(tmp_path / "camera", [f"IMG_{number}.jpg" for number in range(4)])
    browser = explore_photos(folder)
    assert list(browser._groups) == [ALL, "unsorted"]
    choose(browser, 1, 2)
    browser.target.value = "apple"
    press(browser, "move to this class")
    browser.group.value = "unsorted"
    press(browser, "choose all on this page")
    browser.target.value = "mug"
    press(browser, "move to this class")
    assert [photo.class_name for photo in scan_folder(folder)] == ["apple"] * 2 + ["mug"] * 2
    assert browser.target.options == ("apple", "mug")


def test_everything_in_quarantine_leaves_an_empty_page_and_an_undo(tmp_path):
    folder = write(tmp_path, ["mug/1.jpg"])
    browser = explore_photos(folder)
    choose(browser, 1)
    press(browser, "to quarantine")
    assert browser.shown == []
    assert "0 of 0" not in browser.message.value
    press(browser, "undo")
    assert len(browser.shown) == 1


@pytest.mark.parametrize(("name", "words"), [("", "no name yet"), ("a/b", "Use letters")])
def test_a_name_that_cannot_be_is_explained_and_the_choice_kept(folder, name, words):
    browser = explore_photos(folder)
    choose(browser, 1)
    browser.target.value = name
    press(browser, "move to this class")
    assert words in browser.message.value
    assert browser.chosen == ["apple/a00.jpg"]


def test_nothing_chosen_is_said(folder):
    browser = explore_photos(folder)
    press(browser, "to quarantine")
    assert "No photo is chosen" in browser.message.value


def test_a_cell_that_is_run_again_shows_the_same_page(folder):
    first = explore_photos(folder)
    first.group.value = "class: apple"
    first.page.value = 2
    again = explore_photos(folder)
    assert (again.group.value, again.page.value) == ("class: apple", 2)
    for file in (folder / "apple").iterdir():
        file.unlink()
    assert explore_photos(folder).group.value == ALL


def test_choosing_none_and_another_group_forget_the_choice(folder):
    browser = explore_photos(folder)
    press(browser, "choose all on this page")
    assert len(browser.chosen) == PER_PAGE
    press(browser, "choose none")
    assert browser.chosen == []
    choose(browser, 1)
    browser.group.value = "class: mug"
    assert browser.chosen == []


def test_a_photo_that_cannot_be_read_is_shown_as_such(folder):
    (folder / "mug" / "m00.jpg").write_bytes(b"broken")
    browser = explore_photos(folder)
    browser.group.value = "class: mug"
    assert "cannot be read" in browser._tiles[0].picture.value


def test_every_control_has_a_label_and_every_picture_alt_text(folder):
    browser = explore_photos(folder)
    controls = [browser.group, browser.page, browser.target, *browser.buttons.values()]
    controls += [tile.button for tile in browser._tiles]
    assert all(control.description for control in controls)
    assert not any(isinstance(c, ipywidgets.RadioButtons | ipywidgets.Checkbox) for c in controls)
    pages = [tile.picture.value for tile in browser._tiles]
    assert all(re.search(r'<img alt="apple/a\d\d.jpg"', page) for page in pages)


def test_the_static_version_is_small_and_stands_alone(folder):
    static = explore_photos(folder).static_html()
    assert len(check_page(static).descriptions) == 8
    assert "class: apple: 15" in static
    assert len(static) < LARGEST


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_file_names_cannot_inject_markup(tmp_path):
    folder = write(tmp_path / "x", ["<b>mug/1.jpg", "apple/2.jpg"])
    browser = explore_photos(folder)
    assert "<b>" not in browser.static_html()
    assert all("<b>" not in tile.picture.value for tile in browser._tiles)

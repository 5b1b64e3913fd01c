"""The report as text, as a page and as a table."""

import re

import pytest
from made_photos import noise, write_folder, write_photo
from PIL import Image

from workbook.photos import doctor
from workbook.photos.doctor.findings import KINDS
from workbook.photos.doctor.report import COLUMNS


def diagnose(folder):
    return doctor.examine(folder, quick_model=False, progress=False)


@pytest.fixture
def report(photo_folder):
    Image.fromarray(noise(40, 30, 500)).convert("L").save(photo_folder / "apple" / "grey.jpg")
    for number in range(5):
        write_photo(photo_folder / "mug" / f"tiny{number}.jpg", 510 + number, (9 + number, 9))
    return diagnose(photo_folder)


def test_the_text_says_what_why_and_what_to_do(report):
    text = str(report)
    assert "24 readable photos of 2 classes" in text
    assert "TINY PHOTOS (tiny): 5" in text
    assert KINDS["tiny"].why[:40] in text
    assert "mug/tiny0.jpg: 9 x 9 pixels; usual here: 30" in text
    assert "... and 2 more in report.table" in text
    assert "repair(report) moves or converts 6 files" in text
    assert max(map(len, text.splitlines()[1:])) <= 100  # the first line names the folder


def test_the_table_and_the_counts(report):
    assert tuple(report.table.columns) == COLUMNS
    assert report.counts().to_dict() == {"greyscale": 1, "tiny": 5}
    assert report.table["action"].tolist() == ["convert"] + ["move"] * 5
    assert report.photo_counts["photos"].to_dict() == {"apple": 11, "mug": 13}


def test_the_page_has_pictures_with_alt_text(report):
    page = report._repr_html_()
    assert page.count("<details>") == 2
    assert len(re.findall(r'<img alt="mug/tiny\d.jpg"', page)) == 5
    assert "<script" not in page
    assert page.count("<div") == page.count("</div>")


def test_a_clean_folder(photo_folder):
    report = diagnose(photo_folder)
    assert "Nothing was found." in str(report)
    assert report.counts().to_dict() == {}
    assert list(report.table.columns) == list(COLUMNS)
    assert len(doctor.repair(report)) == 0
    assert not (photo_folder / "_quarantine").exists()


def test_a_split_folder_is_counted_part_by_part(split_photos):
    report = diagnose(split_photos)
    assert "30 readable photos of 2 classes (train 10, validation 10, test 10)" in str(report)
    assert list(report.photo_counts.columns) == ["train", "validation", "test"]


def test_hostile_names_are_shown_harmlessly(tmp_path):
    folder = write_folder(tmp_path, {"a&b": 3, "mug": 3})
    (folder / "a&b" / "<img onerror=x>.jpg").write_bytes(b"")
    (folder / "a&b" / "two\nlines\x1b[31m.jpg").write_bytes(b"")
    report = diagnose(folder)
    page, text = report._repr_html_(), str(report)
    assert "<img onerror" not in page
    assert "a&amp;b" in page
    assert "\x1b" not in text
    assert "two\\nlines" in text


def test_progress_is_shown_when_asked_for(photo_folder, capsys):
    doctor.examine(photo_folder, quick_model=False)
    assert "Examining photos" in capsys.readouterr().err
    diagnose(photo_folder)
    assert capsys.readouterr().err == ""

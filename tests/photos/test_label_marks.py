"""Marks of wrong labels survive, one per photo, in a file that a spreadsheet can open."""

import pandas as pd
import pytest

from workbook.photos.label_marks import LabelMarks
from workbook.workspace import results_folder


def test_marks_are_kept_in_the_workspace():
    LabelMarks().mark("mug/1.jpg", "mug", "bowl")
    LabelMarks().mark("mug/é, 2.jpg", "mug")
    table = pd.read_csv(results_folder() / "wrong_labels.csv", keep_default_na=False)
    assert list(table["file"]) == ["mug/1.jpg", "mug/é, 2.jpg"]
    assert list(table["should_be"]) == ["bowl", ""]
    assert list(LabelMarks().table()["file"]) == list(table["file"])


def test_a_second_mark_takes_the_place_of_the_first():
    marks = LabelMarks()
    marks.mark("mug/1.jpg", "mug", "bowl")
    marks.mark("mug/1.jpg", "mug", "ball")
    assert len(marks) == 1
    assert marks.get("mug/1.jpg").should_be == "ball"


def test_a_mark_can_be_taken_back():
    marks = LabelMarks()
    marks.mark("mug/1.jpg", "mug", "bowl")
    marks.remove("mug/1.jpg")
    marks.remove("mug/1.jpg")
    assert marks.get("mug/1.jpg") is None
    assert len(marks) == 0


def test_the_same_label_is_no_mark():
    with pytest.raises(ValueError, match='labelled "mug" already'):
        LabelMarks().mark("mug/1.jpg", "mug", "mug")


def test_what_a_spreadsheet_saved_is_understood(tmp_path):
    file = tmp_path / "marks.csv"
    text = "\ufefffile,label,should_be\r\nmug/1.jpg,mug,bowl\r\n"
    file.write_text(text, encoding="utf-8", newline="")
    assert LabelMarks(file).get("mug/1.jpg").should_be == "bowl"


def test_another_file_of_that_name_is_not_overwritten(tmp_path):
    file = tmp_path / "marks.csv"
    file.write_text("name,price\nmug,3\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no list of wrong labels"):
        LabelMarks(file).mark("mug/1.jpg", "mug")
    assert file.read_text(encoding="utf-8").startswith("name,price")

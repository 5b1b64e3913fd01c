"""The CSV file: safe in a spreadsheet, and every name comes back whatever it is."""

import csv
import errno
import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_classifier import coloured_photo

from workbook.prediction import predict_to_csv, read_csv, write_csv
from workbook.prediction.table import FORMULA_SIGNS

HOSTILE = [
    "plain.jpg",
    "with space and, comma.jpg",
    'quo"te.jpg',
    "line\nbreak.jpg",
    "carriage\rreturn.jpg",
    "\tbegins with a tab.jpg",
    "=HYPERLINK(1).jpg",
    "+1.jpg",
    "-1.jpg",
    "@sum.jpg",
    "＝full width.jpg",
    "été.jpg",
    "e\u0301te\u0301.jpg",
    "日本.jpg",
    "🍎🍐.jpg",
    "'apostrophe.jpg",
    r"back\slash.jpg",
    r"\udc80 in letters.jpg",
    "\u202egpj.exe.jpg",
    os.fsdecode(b"bytes \xff\xfe.jpg"),
]
characters = st.characters(blacklist_characters="/\0", blacklist_categories=())
names = st.text(characters, min_size=1, max_size=12) | st.sampled_from(HOSTILE)


def table_of(files, answer="apple"):
    return pd.DataFrame(
        {"file": files, "answer": answer, "best_guess": answer, "confidence": 0.5, "problem": ""}
    )


@settings(deadline=None)
@given(files=st.lists(names, min_size=1, max_size=5), answer=names)
def test_every_name_comes_back(tmp_path_factory, files, answer):
    path = tmp_path_factory.mktemp("csv") / "answers.csv"
    write_csv(table_of(files, answer), path)
    table = read_csv(path)
    assert list(table["file"]) == files
    assert set(table["answer"]) == {answer}
    assert list(table["confidence"]) == [0.5] * len(files)


@settings(deadline=None)
@given(files=st.lists(names, min_size=1, max_size=5))
def test_pandas_and_csv_read_the_same_and_nothing_looks_like_a_formula(tmp_path_factory, files):
    path = tmp_path_factory.mktemp("csv") / "answers.csv"
    write_csv(table_of(files, answer="=cmd()"), path)
    by_pandas = pd.read_csv(path, keep_default_na=False, dtype=str)
    with open(path, newline="", encoding="utf-8-sig") as file:
        by_csv = list(csv.DictReader(file))
    assert list(by_pandas["file"]) == [row["file"] for row in by_csv]
    assert len(by_csv) == len(files)
    for row in by_csv:
        assert not any(str(value).startswith(FORMULA_SIGNS) for value in row.values())


@settings(deadline=None)
@given(name=names)
def test_a_name_of_plain_text_still_names_the_same_file(tmp_path_factory, name):
    path = tmp_path_factory.mktemp("csv") / "answers.csv"
    write_csv(table_of([name]), path)
    written = pd.read_csv(path, keep_default_na=False, dtype=str)["file"][0]
    is_text = "\\u" not in name and not any("\ud800" <= sign <= "\udfff" for sign in name)
    if is_text and name not in (".", ".."):
        assert Path("folder", written) == Path("folder", name)


def test_photos_with_hostile_names(classifier, tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    written = []
    for name in HOSTILE:
        try:
            coloured_photo("red", 1).save(folder / name, format="JPEG")
        except (OSError, ValueError):
            continue  # this system does not allow such a name
        written.append(name)
    assert len(written) >= 8
    csv_path = tmp_path / "réponses 1.csv"
    table = predict_to_csv(classifier, folder, csv_path, progress=False)
    assert sorted(table["file"]) == sorted(written)
    again = read_csv(csv_path)
    assert list(again["file"]) == list(table["file"])
    assert list(again["answer"]) == ["red"] * len(written)
    assert list(again.columns) == list(table.columns)
    assert abs(again["confidence"] - table["confidence"]).max() < 1e-6


def test_spreadsheets_learn_that_it_is_unicode(tmp_path):
    path = write_csv(table_of(["été.jpg"]), tmp_path / "a.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_rows_of_broken_photos_come_back(classifier, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "broken.jpg").write_bytes(b"x")
    predict_to_csv(classifier, tmp_path / "photos", tmp_path / "a.csv", progress=False)
    row = read_csv(tmp_path / "a.csv").iloc[0]
    assert row["answer"] == ""
    assert pd.isna(row["confidence"])
    assert "Leave it out" in row["problem"] or "damaged" in row["problem"]


class TestWhereItCannotBeWritten:
    def test_a_missing_folder(self, classifier, tmp_path):
        with pytest.raises(FileNotFoundError, match="There is no folder"):
            predict_to_csv(classifier, tmp_path, tmp_path / "nowhere" / "a.csv")

    def test_a_folder_in_its_place(self, classifier, tmp_path):
        with pytest.raises(IsADirectoryError, match="is a folder"):
            predict_to_csv(classifier, tmp_path, tmp_path)

    def test_an_existing_file_when_asked_to_keep_it(self, classifier, tmp_path):
        (tmp_path / "a.csv").write_text("mine", encoding="utf-8")
        with pytest.raises(FileExistsError, match="will not be overwritten"):
            predict_to_csv(classifier, tmp_path, tmp_path / "a.csv", overwrite=False)
        assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "mine"

    def test_a_folder_without_permission(self, classifier, tmp_path, monkeypatch):
        monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
        with pytest.raises(PermissionError, match="You may not write into the folder"):
            predict_to_csv(classifier, tmp_path, tmp_path / "a.csv")

    def test_a_full_disk_leaves_the_old_file_and_nothing_else(self, tmp_path, monkeypatch):
        path = tmp_path / "a.csv"
        path.write_text("mine", encoding="utf-8")

        def fill_the_disk(self, target, **settings):
            Path(target).write_text("half a", encoding="utf-8")
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(pd.DataFrame, "to_csv", fill_the_disk)
        with pytest.raises(OSError, match="No space left"):
            write_csv(table_of(["a.jpg"]), path)
        assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]
        assert path.read_text(encoding="utf-8") == "mine"

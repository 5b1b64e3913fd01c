"""Marks for written answers survive everything that may happen to the sheet."""

import csv
import json
import shutil

import pytest

from tests.grading.submissions import LIMITS, handed_in
from workbook.grading.batch import grade_submissions, merge_marks
from workbook.grading.marks import SHEET

ANSWER = "Weil es Übung macht;\n=SUMME(A1)"


@pytest.fixture
def batch(small_chapter, shared_sandboxes, tmp_path):
    """A graded batch of Anna, who wrote an answer, and Ben, who did not."""
    submissions, out = tmp_path / "submissions", tmp_path / "results"
    submissions.mkdir()
    empty = "def {0}(numbers):\n    ..."
    blank = {name: empty.format(name) for name in ("double_all", "total_of", "average_of")}
    for name, text in (("=anna", ANSWER), ("ben", "*Write your answer here.*")):
        made = handed_in(why_photos=text, **blank)
        (submissions / f"{name}.ipynb").write_text(json.dumps(made), encoding="utf-8")

    def grade():
        return grade_submissions(submissions, out, jobs=1, progress=False, limits=LIMITS)

    grade()
    return submissions, out, grade


def read(out) -> list[dict]:
    with open(out / SHEET, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def fill_in(out, points, comment="", *, delimiter=",", encoding="utf-8-sig"):
    rows = read(out)
    rows[0] |= {"points": points, "comment": comment}
    write(out, rows, delimiter=delimiter, encoding=encoding)


def write(out, rows, *, delimiter=",", encoding="utf-8-sig"):
    with open(out / SHEET, "w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, rows[0], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


def grade_of_anna(out):
    with open(out / "grades.csv", encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if "anna" in row["student"]]
    return next(row for row in rows if row["question"] == "why_photos"), rows[-1]


def test_the_sheet_asks_for_what_was_written_and_nothing_else(batch):
    (row,) = read(batch[1])
    assert row["student"] == "'=anna"
    assert row["answer"] == "Weil es Übung macht;\n'=SUMME(A1)"
    assert row["what earns points"] == "3 points: a reason."
    assert (row["possible"], row["points"]) == ("3", "")


@pytest.mark.parametrize(
    ("typed", "settings", "points"),
    [
        ("2", {}, "2"),
        ("2.5", {"delimiter": ";"}, "2.5"),
        ("1,5", {"delimiter": ";", "encoding": "cp1252"}, "1.5"),
        (" 3 ", {"delimiter": "\t", "encoding": "utf-16"}, "3"),
        ("0", {}, "0"),
    ],
)
def test_marks_come_back_however_the_spreadsheet_saves(batch, typed, settings, points):
    fill_in(batch[1], typed, "gut gesehen", **settings)
    summary = merge_marks(batch[1])
    grade, total = grade_of_anna(batch[1])
    assert (grade["points"], grade["outcome"], grade["message"]) == (
        points,
        "marked",
        "gut gesehen",
    )
    assert (total["points"], total["outcome"]) == (points, "complete")
    assert (summary.merged.marked, summary.merged.missing) == (1, 0)


@pytest.mark.parametrize("typed", ["4", "-1", "two", "nan", "inf", "=1+1"])
def test_a_mark_that_is_none_is_said_and_stays_in_the_sheet(batch, typed):
    fill_in(batch[1], typed)
    summary = merge_marks(batch[1])
    assert grade_of_anna(batch[1])[0]["outcome"] == "to be marked"
    assert typed in summary.merged.problems[0]
    assert read(batch[1])[0]["points"].lstrip("'") == typed
    assert merge_marks(batch[1]).merged.problems == summary.merged.problems


@pytest.mark.parametrize(
    ("written", "name"), [("Cem Yıldız", "Cem Y?ld?z"), ("Ewa Żak", " ewa ?ak "), ("Ann", "ANN")]
)
def test_letters_that_a_spreadsheet_lost_cost_no_mark(batch, written, name):
    submissions, out, grade = batch
    for path in submissions.iterdir():
        path.rename(submissions / f"{written if 'anna' in path.name else path.stem}.ipynb")
    shutil.rmtree(out)
    grade()
    rows = read(out)
    rows[0] |= {"student": name, "points": "2"}
    write(out, rows)
    summary = merge_marks(out)
    assert (summary.merged.marked, summary.merged.problems) == (1, ())
    assert read(out)[0]["student"] == written


def test_the_number_of_a_student_decides_where_the_name_was_changed(batch):
    submissions, out, grade = batch
    (submissions / "=anna.ipynb").rename(submissions / "Anna M_77_assignsubmission_file_.ipynb")
    shutil.rmtree(out)
    grade()
    write(out, [read(out)[0] | {"student": "Anna Muster", "points": "1"}])
    assert merge_marks(out).merged.marked == 1


def test_a_row_of_nobody_stays_and_is_named(batch):
    _, out, _ = batch
    write(out, [*read(out), read(out)[0] | {"student": "Nobody", "points": "2"}])
    for _ in range(2):
        summary = merge_marks(out)
        assert "Nobody, why_photos: there is no such student" in summary.merged.problems[0]
        assert [(row["student"], row["points"]) for row in read(out)][1] == ("Nobody", "2")


def test_grading_again_keeps_marks_that_were_not_merged_yet(batch):
    _, out, grade = batch
    fill_in(out, "2", "fine")
    grade()
    assert grade_of_anna(out)[0]["points"] == "2"
    assert (read(out)[0]["points"], read(out)[0]["comment"]) == ("2", "fine")


def test_a_lost_sheet_is_written_again_with_its_marks(batch):
    _, out, _ = batch
    fill_in(out, "2")
    merge_marks(out)
    (out / SHEET).unlink()
    merge_marks(out)
    assert read(out)[0]["points"] == "2"


def test_a_changed_answer_keeps_its_mark_and_says_so(batch):
    submissions, out, grade = batch
    fill_in(out, "2")
    merge_marks(out)
    (submissions / "=anna.ipynb").write_text(json.dumps(handed_in(why_photos="New.")))
    grade()
    found, _ = grade_of_anna(out)
    assert (found["points"], found["status"]) == ("2", "the answer changed after it was marked")
    fill_in(out, "3")
    merge_marks(out)
    found, _ = grade_of_anna(out)
    assert (found["points"], found["status"]) == ("3", "ok")


def test_a_vanished_answer_keeps_its_mark(batch):
    submissions, out, grade = batch
    fill_in(out, "2")
    merge_marks(out)
    made = handed_in(why_photos="*Write your answer here.*")
    (submissions / "=anna.ipynb").write_text(json.dumps(made))
    grade()
    assert grade_of_anna(out)[0]["points"] == "2"
    (submissions / "=anna.ipynb").unlink()
    grade()
    assert grade_of_anna(out)[0]["points"] == "2"


def test_a_sheet_without_its_columns_is_refused_and_not_overwritten(batch):
    _, out, grade = batch
    (out / SHEET).write_text("name,mark\nanna,3\n")
    for run in (grade, lambda: merge_marks(out)):
        with pytest.raises(ValueError, match="Keep the first row"):
            run()
    assert (out / SHEET).read_text() == "name,mark\nanna,3\n"


def test_an_empty_mark_takes_a_mark_back(batch):
    _, out, _ = batch
    fill_in(out, "2")
    merge_marks(out)
    fill_in(out, "")
    merge_marks(out)
    assert grade_of_anna(out)[0]["outcome"] == "to be marked"

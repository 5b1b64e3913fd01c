"""Written answers are marked by a person, in a sheet, and the marks are merged back.

A mark is never lost: what stands in the sheet is taken over before the sheet is written anew, and
what cannot be understood stays in it as it is.
"""

import csv
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workbook.grading.naming import Owner
from workbook.grading.store import Store, digest
from workbook.grading.tables import original_cell, read_table, write_table
from workbook.grading.verdicts import TO_BE_MARKED, Grade, Graded
from workbook.lessons.exercises.exercise import Exercise

SHEET = "written-answers.csv"
HEADER = (
    "student", "id", "question", "title", "what earns points", "answer", "possible", "points",
    "comment",
)  # fmt: skip
MARKED = "marked"
CHANGED = "the answer changed after it was marked"


@dataclass(frozen=True)
class Merged:
    """What came of merging: how many marks there are, how many are missing, and what was wrong."""

    marked: int
    missing: int
    problems: tuple[str, ...] = ()


def take_over_marks(store: Store) -> None:
    """Keep what stands in the sheet. Raises ValueError when the sheet cannot be understood."""
    path = store.out / SHEET
    if not path.exists():
        return
    try:
        rows = read_table(path, HEADER[:3] + HEADER[-2:])
    except csv.Error as error:
        raise ValueError(
            f"{path} cannot be read ({error}). Save it as CSV, and run the same command again."
        ) from error
    marks, students = store.marks(), store.all_graded()
    for row in rows:
        row = {name: original_cell(text).strip() for name, text in row.items()}
        key = _student_of(row, students)
        known = marks.setdefault(key, {}).get(row["question"], {})
        if row["points"] != known.get("points"):
            known.pop("answer", None)  # whoever changes a mark has seen the answer as it is now
        if row["points"] or row["comment"] or known:
            about = {name: row[name] for name in ("student", "id", "points", "comment")}
            marks[key][row["question"]] = known | about
    store.save_marks({key: questions for key, questions in marks.items() if questions})


def _student_of(row: dict[str, str], students: Sequence[Graded]) -> str:
    """Return the key of the student whom a row is about.

    A spreadsheet that saves in an old encoding puts question marks in the place of letters, so the
    system's number decides where there is one, and otherwise the letters that are left.
    """
    named = Owner(row["student"], row["id"])
    keys = {_key(student) for student in students}
    if named.key in keys:
        return named.key
    pattern = re.compile(re.escape(row["student"]).replace(r"\?", "."), re.IGNORECASE)
    same_number = [one for one in students if row["id"] and one.identifier == row["id"]]
    alike = [one for one in students if pattern.fullmatch(one.name) and one.identifier == row["id"]]
    for found in (same_number, alike):
        if len(found) == 1:
            return _key(found[0])
    return named.key


def _key(student: Graded) -> str:
    return Owner(student.name, student.identifier).key


def write_sheet(store: Store, graded: Sequence[Graded], exercises: dict[str, Exercise]) -> None:
    """Write the sheet: a row for each written answer, with the marks that are known."""
    marks = store.marks()
    rows = []
    for student in graded:
        given = marks.pop(_key(student), {})
        for grade in student.grades:
            mark = given.pop(grade.question, {})
            if grade.answer or mark:
                rows.append(_row(student, grade, mark, exercises))
        if given:
            marks[_key(student)] = given
    for question, mark in _without_place(marks):
        empty = ("",) * 4
        rows.append(
            (mark["student"], mark["id"], question, *empty, mark["points"], mark["comment"])
        )
    if rows or (store.out / SHEET).exists():
        write_table(store.out / SHEET, HEADER, rows)


def apply_marks(store: Store, graded: Sequence[Graded]) -> Merged:
    """Give written answers their marks, in place."""
    marks, problems = store.marks(), []
    marked = missing = 0
    for student in graded:
        given = marks.get(_key(student), {})
        for grade in student.grades:
            mark = given.get(grade.question, {})
            if not grade.answer and not mark:
                continue
            problem = _apply(grade, mark)
            marked += grade.outcome == MARKED
            missing += grade.outcome == TO_BE_MARKED
            if problem:
                problems.append(f"{student.name}, {grade.question}: {problem}")
        for grade in student.grades:
            given.pop(grade.question, None)
    for question, mark in _without_place(marks):
        problems.append(
            f"{mark['student']}, {question}: there is no such student or question among the "
            "submissions. The row stays in the sheet."
        )
    _remember_answers(store, graded)
    return Merged(marked, missing, tuple(problems))


def _without_place(marks: dict[str, dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Return the questions and marks that are left over."""
    return [(question, mark) for given in marks.values() for question, mark in given.items()]


def _apply(grade: Grade, mark: dict[str, Any]) -> str:
    """Give one answer its mark; return what is wrong with the mark, or ""."""
    points = mark.get("points", "")
    grade.message = mark.get("comment", "")
    if not points:
        return ""
    number = _number(points)
    if number is None or not 0 <= number <= grade.possible:
        return f"{points!r} is no number from 0 to {grade.possible}. It was left out."
    grade.points, grade.outcome = number, MARKED
    if mark.get("answer", digest(grade.answer)) != digest(grade.answer):
        grade.status = CHANGED
    return ""


def _remember_answers(store: Store, graded: Sequence[Graded]) -> None:
    """Note with each mark which answer it was given for."""
    marks = store.marks()
    for student in graded:
        given = marks.get(_key(student), {})
        for grade in student.grades:
            mark = given.get(grade.question)
            if mark and mark.get("points"):
                mark.setdefault("answer", digest(grade.answer))
    store.save_marks(marks)


def _row(
    student: Graded, grade: Grade, mark: dict[str, Any], exercises: dict[str, Exercise]
) -> tuple:
    exercise = exercises.get(grade.question)
    return (
        student.name,
        student.identifier,
        grade.question,
        exercise.title if exercise else "",
        exercise.rubric if exercise else "",
        grade.answer,
        grade.possible,
        mark.get("points", ""),
        mark.get("comment", ""),
    )


def _number(text: str) -> float | None:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number == int(number) else number

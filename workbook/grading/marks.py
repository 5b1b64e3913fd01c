"""Written answers are marked by a person, in a sheet, and the marks are merged back.

A mark is never lost: what stands in the sheet is taken over before the sheet is written anew, and
what cannot be understood stays in it as it is.
"""

import csv
import math
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
    marks = store.marks()
    try:
        rows = read_table(path, HEADER[:3] + HEADER[-2:])
    except csv.Error as error:
        raise ValueError(
            f"{path} cannot be read ({error}). Save it as CSV, and run the same command again."
        ) from error
    for row in rows:
        points, comment = (original_cell(row[name]).strip() for name in ("points", "comment"))
        owner = Owner(original_cell(row["student"]), original_cell(row["id"]))
        known = marks.setdefault(owner.key, {}).get(row["question"], {})
        if points != known.get("points"):
            known.pop("answer", None)  # whoever changes a mark has seen the answer as it is now
        if points or comment or known:
            marks[owner.key][row["question"]] = known | {"points": points, "comment": comment}
    store.save_marks({key: questions for key, questions in marks.items() if questions})


def write_sheet(store: Store, graded: Sequence[Graded], exercises: dict[str, Exercise]) -> None:
    """Write the sheet: a row for each written answer, with the marks that are known."""
    marks = store.marks()
    rows = []
    for student in graded:
        key = Owner(student.name, student.identifier).key
        for grade in student.grades:
            mark = marks.get(key, {}).get(grade.question, {})
            if grade.answer or mark:
                rows.append(_row(student, grade, mark, exercises))
    if rows or (store.out / SHEET).exists():
        write_table(store.out / SHEET, HEADER, rows)


def apply_marks(store: Store, graded: Sequence[Graded]) -> Merged:
    """Give written answers their marks, in place."""
    marks, problems = store.marks(), []
    marked = missing = 0
    for student in graded:
        given = marks.get(Owner(student.name, student.identifier).key, {})
        for grade in student.grades:
            mark = given.get(grade.question, {})
            if not grade.answer and not mark:
                continue
            problem = _apply(grade, mark)
            marked += grade.outcome == MARKED
            missing += grade.outcome == TO_BE_MARKED
            if problem:
                problems.append(f"{student.name}, {grade.question}: {problem}")
    _remember_answers(store, graded)
    return Merged(marked, missing, tuple(problems))


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
        given = marks.get(Owner(student.name, student.identifier).key, {})
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

"""Write the results: the table of grades, a page for each student, and a report on the class."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import jinja2

from workbook.atomic import replacing
from workbook.grading.answers import OTHER_NAME, SEVERAL
from workbook.grading.marks import MARKED, Merged, apply_marks, write_sheet
from workbook.grading.sandbox import LIMITED
from workbook.grading.store import Store, digest
from workbook.grading.tables import write_table
from workbook.grading.verdicts import (
    FINE,
    GIVEN_FUNCTIONS,
    OTHER_CODE_FAILED,
    TO_BE_MARKED,
    Grade,
    Graded,
)
from workbook.lessons.exercises.exercise import Exercise

GRADES = "grades.csv"
GRADES_HEADER = (
    "student", "id", "question", "points", "possible", "outcome", "status", "message",
    "misconception", "isolation", "files",
)  # fmt: skip
CLASS_HEADER = (
    "question", "title", "students", "right", "share right", "not attempted", "median points",
    "possible", "commonest misconception", "how often",
)  # fmt: skip
TOTAL = "total"
SIGNS = {"right": "✔", "wrong": "✘", "not attempted": "○", "cannot be checked": "?"}
SIGNS |= {TO_BE_MARKED: "…", MARKED: "✎"}

# What learners are told about a status, where it says something to them.
EXPLAINED = {
    GIVEN_FUNCTIONS: "This builds on an earlier answer that was not right yet. A right one took "
    "its place here, so that you lose nothing twice.",
    OTHER_CODE_FAILED: "Something else in the cell failed, so only its definitions were run.",
    OTHER_NAME: "The function had another name than the task says. It was found nevertheless.",
    SEVERAL: "There were several answers; the last one counts.",
}


@dataclass(frozen=True)
class QuestionReport:
    """How a class did on one question. right, wrong, not_attempted, unmarked: of the students."""

    name: str
    title: str
    section: str
    possible: int
    students: int
    right: int
    wrong: int
    not_attempted: int
    unmarked: int
    median_points: float | None
    misconception: str
    misconception_message: str
    misconception_count: int

    @property
    def share_right(self) -> float:
        """Return the share of students who have it right, from 0 to 1."""
        return self.right / self.students if self.students else 0.0


def write_results(store: Store, exercises: dict[str, Exercise]) -> tuple[list[Graded], Merged]:
    """Write everything anew from what is kept in ``store``, with the marks that are known."""
    graded = store.all_graded()
    write_sheet(store, graded, exercises)
    merged = apply_marks(store, graded)
    write_table(store.out / GRADES, GRADES_HEADER, _rows(graded))
    _write_feedback(store.out / "feedback", graded, exercises)
    _write_class_report(store.out, graded, exercises)
    return graded, merged


def points_of(graded: Graded) -> float:
    """Return the sum of a student's points; what is still to be marked counts nothing."""
    return sum(grade.points or 0 for grade in graded.grades)


def possible_of(graded: Graded) -> int:
    """Return the sum of the points that the student could have."""
    return sum(grade.possible for grade in graded.grades)


def questions_of_class(
    graded: Sequence[Graded], exercises: dict[str, Exercise]
) -> list[QuestionReport]:
    """Return a report on each question, in the order of the course."""
    by_question: dict[str, list[Grade]] = {}
    for student in graded:
        for grade in student.grades:
            by_question.setdefault(grade.question, []).append(grade)
    order = list(exercises)
    names = sorted(by_question, key=lambda name: order.index(name) if name in order else len(order))
    return [_question(name, by_question[name], exercises.get(name)) for name in names]


def feedback_name(graded: Graded) -> str:
    """Return the file name of a student's page: readable, safe on every system, and unique."""
    readable = re.sub(r"[^\w-]+", "-", f"{graded.name} {graded.identifier}", flags=re.ASCII)
    unique = digest(f"{graded.name} {graded.identifier}")[:6]
    return f"{readable.strip('-')[:50] or 'student'}-{unique}.html"


def number(value: float | None) -> str:
    """Return points as a reader would write them."""
    if value is None:
        return ""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value != int(value) else str(int(value))


def _rows(graded: Sequence[Graded]):
    for student in graded:
        files = "; ".join(student.files[:5])
        end = (student.isolation, files)
        for grade in student.grades:
            about = (grade.outcome, grade.status, grade.message, grade.misconception)
            yield (
                student.name, student.identifier, grade.question, grade.points, grade.possible,
                *about, *end,
            )  # fmt: skip
        unmarked = any(grade.outcome == TO_BE_MARKED for grade in student.grades)
        notes = "; ".join(student.notes) or FINE
        yield (
            student.name, student.identifier, TOTAL, points_of(student), possible_of(student),
            TO_BE_MARKED if unmarked else "complete", notes, "", "", *end,
        )  # fmt: skip


def _question(name: str, grades: list[Grade], exercise: Exercise | None) -> QuestionReport:
    outcomes = Counter(grade.outcome for grade in grades)
    known = Counter(grade.misconception for grade in grades if grade.misconception)
    misconception, count = known.most_common(1)[0] if known else ("", 0)
    messages = [grade.message for grade in grades if grade.misconception == misconception]
    points = [grade.points for grade in grades if grade.points is not None]
    full_marks = sum(grade.outcome == MARKED and grade.points == grade.possible for grade in grades)
    right = outcomes["right"] + full_marks
    return QuestionReport(
        name=name,
        title=exercise.title if exercise else name,
        section=exercise.section if exercise else "",
        possible=grades[0].possible,
        students=len(grades),
        right=right,
        wrong=len(grades) - right - outcomes["not attempted"] - outcomes[TO_BE_MARKED],
        not_attempted=outcomes["not attempted"],
        unmarked=outcomes[TO_BE_MARKED],
        median_points=median(points) if points and not outcomes[TO_BE_MARKED] else None,
        misconception=misconception,
        misconception_message=messages[0] if misconception else "",
        misconception_count=count,
    )


def _write_feedback(folder: Path, graded: Sequence[Graded], exercises: dict[str, Exercise]) -> None:
    for student in graded:
        _write_page(
            folder / feedback_name(student),
            "feedback.html",
            student=student,
            told=_told,
            exercises=exercises,
            points=points_of(student),
            possible=possible_of(student),
            unmarked=sum(g.possible for g in student.grades if g.outcome == TO_BE_MARKED),
        )


def _write_class_report(
    out: Path, graded: Sequence[Graded], exercises: dict[str, Exercise]
) -> None:
    questions = questions_of_class(graded, exercises)
    write_table(
        out / "class-report.csv",
        CLASS_HEADER,
        [
            (
                one.name, one.title, one.students, one.right, round(one.share_right, 3),
                one.not_attempted, one.median_points, one.possible, one.misconception,
                one.misconception_count or None,
            )
            for one in questions
        ],
    )  # fmt: skip
    totals = [points_of(student) for student in graded]
    _write_page(
        out / "class-report.html",
        "class_report.html",
        questions=questions,
        exercises=exercises,
        graded=graded,
        totals=totals,
        median_total=median(totals) if totals else 0,
        possible=max((possible_of(student) for student in graded), default=0),
        bars=_histogram(graded),
        unusual=[student for student in graded if student.notes or _oddities(student)],
        oddities=_oddities,
        limited=any(student.isolation == LIMITED for student in graded),
        unmarked=sum(g.outcome == TO_BE_MARKED for s in graded for g in s.grades),
        day=date.today().isoformat(),
    )


def _histogram(graded: Sequence[Graded]) -> list[tuple[str, int]]:
    """Return how many students reached which tenth of the points."""
    counts = [0] * 10
    for student in graded:
        share = points_of(student) / possible_of(student) if possible_of(student) else 0
        counts[min(int(share * 10), 9)] += 1
    return [(f"{10 * i}–{10 * i + 10} %", count) for i, count in enumerate(counts)]


def _oddities(student: Graded) -> list[str]:
    """Return what was noticed about a student's answers, each thing once."""
    return list(
        dict.fromkeys(
            f"{grade.question}: {grade.status}"
            for grade in student.grades
            if grade.status not in (FINE, GIVEN_FUNCTIONS) and grade.outcome != "not attempted"
        )
    )


def _told(grade: Grade) -> list[str]:
    """Return what a learner is told about how an answer was found."""
    return [EXPLAINED[part] for part in grade.status.split("; ") if part in EXPLAINED]


def _write_page(path: Path, template: str, **values: Any) -> None:
    page = _templates().get_template(template).render(**values)
    with replacing(path) as temporary:
        temporary.write_text(page, encoding="utf-8", errors="replace", newline="\n")


@cache
def _templates() -> jinja2.Environment:
    """Return the templates. Everything put into them is escaped: it may be a student's."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("workbook.grading"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    environment.globals["signs"] = SIGNS
    environment.globals["feedback_name"] = feedback_name
    environment.globals["points_of"] = points_of
    environment.globals["possible_of"] = possible_of
    return environment

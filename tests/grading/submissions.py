"""A small chapter of exercises, and notebooks made by hand as students would hand them in."""

import torch

from workbook.grading.sandbox import Limits, SandboxUnavailable
from workbook.grading.verdicts import Graded
from workbook.lessons.exercises.exercise import Case, Exercise, Misconception

LIMITS = Limits(question_seconds=30, submission_seconds=120, memory=400 << 20)
SEED = 4711


def _lists(seed):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randint(1, 99, (4,), generator=generator).tolist() for _ in range(3)]


EXERCISES = (
    Exercise(
        name="double_all",
        chapter=1,
        section="1.1",
        title="Double every number",
        difficulty="easy",
        minutes=5,
        hints=("Multiply.", "By two.", "numbers * 2"),
        points=2,
        reference=lambda numbers: numbers * 2,
        cases=lambda seed: [
            Case((torch.tensor(one, dtype=torch.float32),)) for one in _lists(seed)
        ],
        misconceptions=(
            Misconception("squared", lambda numbers: numbers**2, "You square the numbers."),
        ),
    ),
    Exercise(
        name="total_of",
        chapter=1,
        section="1.2",
        title="The total of a list",
        difficulty="easy",
        minutes=5,
        hints=("Add.", "All.", "sum(numbers)"),
        reference=lambda numbers: sum(numbers),
        cases=lambda seed: [Case((one,)) for one in _lists(seed)],
    ),
    Exercise(
        name="average_of",
        chapter=1,
        section="1.3",
        title="The average of a list",
        difficulty="easy",
        minutes=5,
        hints=("Divide.", "By the count.", "total_of(numbers) / len(numbers)"),
        reference=lambda numbers: sum(numbers) / len(numbers),
        cases=lambda seed: [Case((one,)) for one in _lists(seed)],
        builds_on=("total_of",),
    ),
    Exercise(
        name="why_photos",
        chapter=1,
        section="1.4",
        title="In your own words: why photos?",
        difficulty="easy",
        minutes=5,
        hints=("Think.", "Write.", "Read."),
        points=3,
        kind="written",
        rubric="3 points: a reason.",
    ),
    Exercise(
        name="of_another_chapter",
        chapter=2,
        section="2.1",
        title="Something else",
        difficulty="easy",
        minutes=5,
        hints=("No.", "No.", "No."),
        reference=lambda number: -number,
        cases=lambda seed: [Case((seed,))],
    ),
)
STUBS = {
    "double_all": "# exercise: double_all\ndef double_all(numbers):\n    ...",
    "total_of": "# exercise: total_of\ndef total_of(numbers):\n    ...",
    "average_of": "# exercise: average_of\ndef average_of(numbers):\n    ...",
    "why_photos": "*Write your answer here.*",
    "of_another_chapter": "def of_another_chapter(number):\n    ...",
}
RIGHT = {
    "double_all": "# exercise: double_all\ndef double_all(numbers):\n    return numbers + numbers",
    "total_of": "# exercise: total_of\ndef total_of(numbers):\n    return sum(numbers)",
    "average_of": (
        "# exercise: average_of\n"
        "def average_of(numbers):\n    return total_of(numbers) / len(numbers)"
    ),
    "why_photos": "Because they are there.",
}


def code(source: str, name: str = "", **more) -> dict:
    """Return a code cell, with the course's metadata where a name is given."""
    metadata = {"exercise": {"name": name, "role": "answer"}} if name else {}
    return {
        "cell_type": "code",
        "metadata": metadata,
        "source": source.splitlines(keepends=True),
        "outputs": [],
        "execution_count": None,
        **more,
    }


def text(source: str, name: str = "") -> dict:
    """Return a text cell, with the course's metadata where a name is given."""
    metadata = {"exercise": {"name": name, "role": "answer"}} if name else {}
    return {"cell_type": "markdown", "metadata": metadata, "source": source}


def notebook(*cells: dict, **more) -> dict:
    """Return a notebook of these cells."""
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **more}


def handed_in(**sources: str) -> dict:
    """Return the notebook of the chapter; ``name=source`` takes the place of a right answer."""
    sources = RIGHT | sources
    cells = [text("# Chapter 1"), code("from workbook.lessons.exercises import check")]
    for exercise in EXERCISES[:4]:
        name = exercise.name
        cells.append(text(f"## {exercise.section} {exercise.title}\nDo it."))
        make = text if exercise.kind == "written" else code
        cells += [make(sources[name], name), code(f"check({name})")]
    return notebook(*cells)


def summary(graded: Graded) -> dict[str, tuple[float | None, str, str]]:
    """Return points, outcome and status of each question."""
    return {one.question: (one.points, one.outcome, one.status) for one in graded.grades}


def unavailable(*_):
    """Stand in for the opening of namespaces on a computer that has none."""
    raise SandboxUnavailable("not on this computer")

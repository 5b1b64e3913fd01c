"""Read the right and wrong answers in ``answers/``, and define them as a notebook would."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

from workbook.lessons.exercises.catalogue import all_exercises, find_exercise
from workbook.lessons.exercises.exercise import Exercise
from workbook.lessons.exercises.judging import Expectations, expect
from workbook.lessons.exercises.sources import PRELUDE, solution_source

ANSWERS = Path(__file__).with_name("answers")
CODE_EXERCISES = [exercise for exercise in all_exercises() if exercise.kind != "written"]


@dataclass(frozen=True)
class Block:
    """One answer: kind ("right" or "wrong"), label (what a wrong one must get), and its source."""

    kind: str
    label: str
    source: str


def blocks_of(name: str) -> list[Block]:
    """Return the answers to an exercise, in the order of the file."""
    text = (ANSWERS / f"{name}.py").read_text(encoding="utf-8")
    parts = re.split(r"^# %% (right|wrong): (.+)\n", text, flags=re.MULTILINE)[1:]
    return [Block(*parts[i : i + 3]) for i in range(0, len(parts), 3)]


def define(exercise: Exercise, source: str | CodeType) -> Any:
    """Execute an answer after the first cell and what it builds on; return what it defines."""
    namespace = dict(prelude())
    for earlier in exercise.builds_on:
        exec(solution_source(earlier), namespace)
    exec(source, namespace)
    return namespace[exercise.name]


@cache
def prelude() -> dict[str, Any]:
    """Return the names that the first cell of every exercises notebook makes."""
    namespace: dict[str, Any] = {}
    exec(PRELUDE, namespace)
    return namespace


@cache
def expectations_of(name: str, seed: int) -> Expectations:
    """Return what is expected with this seed; worked out once for all tests of a process."""
    exercise = find_exercise(name)
    return expect(exercise, exercise.cases(seed))

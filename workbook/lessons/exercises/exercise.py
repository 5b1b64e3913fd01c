"""What an exercise is: a task with cases drawn from a seed, a reference, and known misconceptions.

The same object serves the learner's own check in the notebook and the instructor's grading. The
text of the task, the stub and the worked solution stand in ``solutions/NN_….ipynb``.
"""

import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workbook.lessons.exercises.running import Case, Folder, Foreign, Layers

__all__ = ["Case", "Exercise", "Folder", "Foreign", "Layers", "Misconception", "Outcome"]

DIFFICULTIES = ("easy", "medium", "hard")
MARKS = {"right": "✔", "wrong": "✘", "not attempted": "○", "cannot be checked": "?"}
STATUSES = tuple(MARKS)
GREEN, ORANGE = "#1b7837", "#b35806"


@dataclass(frozen=True)
class Misconception:
    """A known wrong way: its name, a function that goes wrong in that way, what to tell.

    An answer shows the misconception when it agrees with ``wrong`` on every case, and ``wrong``
    differs from the reference on at least one of them.
    """

    name: str
    wrong: Callable[..., Any]
    message: str


@dataclass(frozen=True)
class Exercise:
    """One exercise.

    name: what the learner defines, a function or class; unique in the course.
    chapter (1 to 6), section (such as "1.3"), title, difficulty, minutes, points.
    kind: "code", "bug" (the stub holds broken code) or "written" (marked by hand).
    reference: gives the expected value of each case; written differently from the solution where
        a library function can serve.
    cases: draws the cases from a seed; another seed gives other cases.
    misconceptions: what the check recognises.
    tolerance: largest allowed difference of numbers, absolute plus relative.
    same: compares (got, expected) where nearness of numbers is not the question; returns None when
        the answer is right, else one sentence that says what is wrong.
    show: picks what a learner wants to see of an observed value, where the whole of it (the bytes
        of a photo, all the weights of a network) tells nothing.
    hints: three, each giving away more.
    builds_on: names of earlier exercises that an answer may call.
    rubric: for written answers, what earns the points.
    milestone: the number of the chapter's milestone that the exercise practises, such as "3.3".
    """

    name: str
    chapter: int
    section: str
    title: str
    difficulty: str
    minutes: int
    hints: tuple[str, ...]
    points: int = 1
    kind: str = "code"
    reference: Callable[..., Any] | None = None
    cases: Callable[[int], list[Case]] | None = None
    misconceptions: tuple[Misconception, ...] = ()
    tolerance: float = 1e-5
    same: Callable[[Any, Any], str | None] | None = None
    show: Callable[[Any], Any] | None = None
    builds_on: tuple[str, ...] = ()
    rubric: str = ""
    milestone: str = ""


@dataclass(frozen=True, repr=False)
class Outcome:
    """What a check found. It shows itself in a notebook and as plain text.

    status: one of ``STATUSES``.
    message: one or two sentences for the learner.
    misconception: the name of the one that was recognised, or "".
    call, got, expected: the first failing call, quoted as text, or "".
    code: how a wrong answer is wrong: "wrong_value", "wrong_shape", "wrong_type" or "error";
        "" for every other status.
    """

    status: str
    message: str
    misconception: str = ""
    call: str = ""
    got: str = ""
    expected: str = ""
    code: str = ""

    def __str__(self) -> str:
        lines = [f"{MARKS[self.status]} {self.status.capitalize()}. {self.message}"]
        if self.call:
            rows = [("call", self.call), ("expected", self.expected), ("yours", self.got)]
            lines += [f"    {name + ':':<10}{text}" for name, text in rows]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        first, *others = html.escape(str(self)).split("\n")
        quoted = "\n".join(others)
        quoted = f'<pre style="white-space:pre-wrap">{quoted}</pre>' if others else ""
        colour = GREEN if self.status == "right" else ORANGE
        style = f"border-left:4px solid {colour};padding:2px 10px"
        return f'<div role="status" style="{style}">{first}{quoted}</div>'

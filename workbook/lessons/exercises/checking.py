"""What a learner calls in a notebook: ``check``, ``hint`` and ``solution``.

None of them ever raises: a learner's mistake, however odd, ends in a sentence.
"""

import contextlib
import html
import io
import sys
import traceback
import warnings
from collections import Counter
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from workbook.lessons.exercises.attempted import attempted_object
from workbook.lessons.exercises.catalogue import all_exercises
from workbook.lessons.exercises.exercise import Case, Exercise, Outcome
from workbook.lessons.exercises.judging import (
    NOT_ATTEMPTED,
    WRITTEN,
    Observed,
    cannot_check,
    judge,
)
from workbook.lessons.exercises.running import run_case, scratch_folder
from workbook.lessons.exercises.sources import solution_source, stub_source
from workbook.lessons.progress import Progress

SEED = 1  # the same calls at every check, so that a learner can work on one that fails
STOPPED = Outcome("cannot be checked", "You stopped the check. Does a loop run without an end?")

hints_shown: Counter[str] = Counter()
solutions_asked_for: set[str] = set()


class Words(str):
    """A text that a notebook and a terminal show as it is, without quotation marks."""

    __repr__ = str.__str__

    def _repr_html_(self) -> str:
        return f'<div role="status" style="white-space:pre-wrap">{html.escape(self)}</div>'


class Code(Words):
    """A text that a notebook shows as code."""

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self)}</pre>"


def check(answer: Any) -> Outcome:
    """Check an answer: a function or class with the name of an exercise, or that name.

    The outcome says "right", "wrong", "not attempted" or "cannot be checked", quotes the first
    call that fails, and names the misconception where it recognises one. Never raises.
    """
    try:
        exercise = _exercise_of(answer)
        if exercise is None:
            return _unknown(answer)
        if exercise.kind == "written":
            return WRITTEN
        function = _in_notebook(exercise.name) if type(answer) is str else answer
        return _check(exercise, function)
    except KeyboardInterrupt:
        return STOPPED
    except BaseException as error:
        return cannot_check(error)


def hint(answer: Any) -> Words:
    """Return the next hint of an exercise; each time one more. Never raises."""
    exercise = _exercise_of(answer)
    if exercise is None:
        return Words(_unknown(answer).message)
    shown, total = hints_shown[exercise.name], len(exercise.hints)
    hints_shown[exercise.name] += 1
    if shown < total:
        return Words(f"Hint {shown + 1} of {total}: {exercise.hints[shown]}")
    return Words(
        f"There are no more hints. The last one was: {exercise.hints[-1]} "
        f'If you are stuck, solution("{exercise.name}") shows a worked solution.'
    )


def solution(answer: Any) -> Words:
    """Return the worked solution of an exercise; the first time, ask first. Never raises."""
    exercise = _exercise_of(answer)
    if exercise is None:
        return Words(_unknown(answer).message)
    if exercise.name not in solutions_asked_for:
        solutions_asked_for.add(exercise.name)
        return Words(
            f'Do you really want to see the solution? hint("{exercise.name}") may be enough. '
            "To see it, run this cell once more."
        )
    try:
        return _as_shown(exercise)
    except (OSError, ValueError, KeyError) as error:
        return Words(f"The solution cannot be read ({type(error).__name__}: {error}).")


def _as_shown(exercise: Exercise) -> Words:
    kind = Words if exercise.kind == "written" else Code
    return kind(solution_source(exercise.name))


def _check(exercise: Exercise, answer: Any) -> Outcome:
    if answer is None or answer is ...:
        return NOT_ATTEMPTED
    if not attempted_object(exercise.name, answer, stub_source(exercise.name)):
        return NOT_ATTEMPTED
    cases = exercise.cases(SEED)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        observed = [_observe(answer, case) for case in cases]
    outcome = judge(exercise, cases, observed)
    if outcome.status == "right":
        _remember(exercise)
        return outcome
    if printed.getvalue() and all(one == Observed() for one in observed):
        message = "It prints its result. To give it back, use return in place of print."
        return replace(outcome, message=message)
    return _with_what_is_missing_before(outcome, exercise, answer)


def _with_what_is_missing_before(outcome: Outcome, exercise: Exercise, answer: Any) -> Outcome:
    """Add which of the earlier answers that this one calls is not right yet."""
    names = getattr(answer, "__globals__", {})
    for earlier in exercise.builds_on:
        if earlier not in names or check(names[earlier]).status != "right":
            message = f"{outcome.message} It builds on {earlier}, which is not right yet."
            return replace(outcome, message=message)
    return outcome


def _observe(answer: Any, case: Case) -> Observed:
    with scratch_folder(case) as folder:
        try:
            return Observed(run_case(answer, case, folder))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # an answer may even call exit()
            return Observed(error=error_text(error, answer))


def error_text(error: BaseException, answer: Any) -> str:
    """Return an error in one line, with the line of the answer where it happened, if known."""
    try:
        text = f"{type(error).__name__}: {error}".strip().splitlines()[0][:300]
    except Exception:  # the error is of the answer's own making, and so may be its words
        text = f"{type(error).__name__}:"
    code = getattr(answer, "__code__", None)
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))[-50:]):
        if code is not None and frame.f_code is code:
            return f"{text} (in line {line} of the cell)"
    return text


def _remember(exercise: Exercise) -> None:
    # A workspace that cannot be written must not spoil the joy of a right answer.
    with contextlib.suppress(OSError):
        Progress().solved(exercise.name)


def _exercise_of(answer: Any) -> Exercise | None:
    """Return the exercise that this name, or this function in the notebook, belongs to."""
    known = {exercise.name: exercise for exercise in all_exercises()}
    if type(answer) is str:
        return known.get(answer.strip())
    notebook = vars(sys.modules["__main__"])
    for name, exercise in known.items():  # also finds what has no name of its own, like a lambda
        if name in notebook and notebook[name] is answer:
            return exercise
    try:
        name = answer.__name__
    except BaseException:  # it has no name, or does not want to be asked
        return None
    return known.get(name) if type(name) is str else None


def _in_notebook(name: str) -> Any:
    return vars(sys.modules["__main__"]).get(name)


def _unknown(answer: Any) -> Outcome:
    names = [exercise.name for exercise in all_exercises()]
    given = answer if type(answer) is str else getattr(type(answer), "__name__", "")
    message = "Give the function that you wrote, such as check(softmax)."
    if type(answer) is str:
        message = f"There is no exercise called {given[:60]!r}."
        if close := get_close_matches(given, names, n=1):
            message += f" Did you mean {close[0]!r}?"
    return Outcome("cannot be checked", message)

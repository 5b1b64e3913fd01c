"""Grade one submission: run its answers in the sandbox, and judge here what they gave.

The comparison is the notebook's own, ``judging.judge``, on cases from the same definitions.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from workbook.grading.answers import SYNTAX_ERROR, Answer
from workbook.grading.collect import Submission
from workbook.grading.sandbox import Run, Sandbox
from workbook.grading.sourcecode import NOTEBOOK_NAMES, definitions_only
from workbook.lessons.exercises.exercise import Exercise, Outcome
from workbook.lessons.exercises.judging import (
    Expectations,
    Observed,
    cannot_check,
    expect,
    judge,
)
from workbook.lessons.exercises.quoting import quote_call
from workbook.lessons.exercises.running import Case
from workbook.lessons.exercises.sources import PRELUDE, solution_source

TO_BE_MARKED = "to be marked"
NOT_FOUND = "not found"
UNTOUCHED = "untouched"
OTHER_CODE_FAILED = "other code in the cell failed"
GIVEN_FUNCTIONS = "earlier answers replaced by right ones"
OUR_FAULT = "no fault of the student's"
FINE = "ok"

ENDINGS = {
    "time limit": "Your code did not come to an end in time. Is there a loop that never stops?",
    "memory limit": "Your code needed more memory than there was.",
    "process limit": "Your code started far too many processes.",
    "crashed": "Your code ended Python itself, so it gave no answer.",
    "bad reply": "Your code did not give back a value that can be read.",
    "reply too large": "Your code gave back far more than was asked for.",
    "too many calls": "Your code called an earlier exercise's function far too often.",
}


@dataclass
class Grade:
    """The verdict on one question of one student.

    points: None until a written answer is marked. outcome: "right", "wrong", "not attempted",
    "cannot be checked" or "to be marked". status: what was noticed on the way, or "ok". answer: the
    text of a written answer. The rest is as in ``Outcome``.
    """

    question: str
    points: float | None
    possible: int
    outcome: str
    status: str = FINE
    message: str = ""
    misconception: str = ""
    call: str = ""
    got: str = ""
    expected: str = ""
    answer: str = ""


@dataclass
class Graded:
    """All grades of one student, and how they came about."""

    name: str
    identifier: str
    files: tuple[str, ...]
    notes: tuple[str, ...]
    fingerprint: str
    isolation: str
    why_limited: str = ""
    seconds: float = 0.0
    grades: list[Grade] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return all of it as what JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Graded":
        """Return what ``as_dict`` wrote. Raises TypeError or KeyError for anything else."""
        grades = [Grade(**grade) for grade in data["grades"]]
        lists = {"files": tuple(data["files"]), "notes": tuple(data["notes"])}
        return cls(**{**data, **lists, "grades": grades})


class Grader:
    """Grades submissions, one after the other, in one sandbox.

    exercises: those that are graded, and those that they build on, by name. names: which are
    graded, in order. seed: draws the cases. open_helper: opens a second sandbox, for when a
    student's wrong answer has to be replaced by a right one.
    """

    def __init__(
        self,
        exercises: dict[str, Exercise],
        names: Sequence[str],
        seed: int,
        sandbox: Sandbox,
        open_helper: Callable[[], Sandbox],
    ):
        self.exercises = exercises
        self.names = names
        self.seed = seed
        self.sandbox = sandbox
        self.open_helper = open_helper
        self._helper: Sandbox | None = None
        self._expectations = lru_cache(maxsize=None)(self._work_out)

    def grade(self, submission: Submission) -> Graded:
        """Return the grades of one submission. Never raises for anything that is in it."""
        begin = time.monotonic()
        self.sandbox.next_submission()
        state = _State(submission, begin + self.sandbox.limits.submission_seconds)
        grades = [self._grade(self.exercises[name], state) for name in self.names]
        return Graded(
            name=submission.owner.name,
            identifier=submission.owner.identifier,
            files=submission.files,
            notes=submission.notes,
            fingerprint=submission.fingerprint,
            isolation=self.sandbox.isolation,
            why_limited=self.sandbox.why_limited,
            seconds=round(time.monotonic() - begin, 3),
            grades=grades,
        )

    def close(self) -> None:
        """End the sandboxes."""
        self.sandbox.close()
        if self._helper is not None:
            self._helper.close()

    def _grade(self, exercise: Exercise, state: "_State") -> Grade:
        answer = state.submission.answers.get(exercise.name)
        if answer is None or not answer.attempted:
            status = NOT_FOUND if answer is None else UNTOUCHED
            return Grade(
                exercise.name, 0, exercise.points, "not attempted", status, "There is no answer."
            )
        if exercise.kind == "written":
            status = "; ".join(answer.notes) or FINE
            return Grade(
                exercise.name, None, exercise.points, TO_BE_MARKED, status, answer=answer.source
            )
        outcome, notes = self._outcome(exercise, answer, state)
        return Grade(
            question=exercise.name,
            points=exercise.points if outcome.status == "right" else 0,
            possible=exercise.points,
            outcome=outcome.status,
            status="; ".join(dict.fromkeys(notes)) or FINE,
            message=outcome.message,
            misconception=outcome.misconception,
            call=outcome.call,
            got=outcome.got,
            expected=outcome.expected,
        )

    def _outcome(
        self, exercise: Exercise, answer: Answer, state: "_State"
    ) -> tuple[Outcome, list[str]]:
        """Return the verdict on an attempted answer in code, and what was noticed."""
        if SYNTAX_ERROR in answer.notes:
            return _unreadable(answer), list(answer.notes)
        try:
            cases, expectations = self._expectations(exercise.name)
            return self._outcome_on(exercise, answer, state, cases, expectations)
        except Exception as error:  # a fault of the exercise; the batch goes on
            return cannot_check(error), [*answer.notes, f"{OUR_FAULT} ({type(error).__name__})"]

    def _outcome_on(
        self,
        exercise: Exercise,
        answer: Answer,
        state: "_State",
        cases: list[Case],
        expectations: Expectations,
    ) -> tuple[Outcome, list[str]]:
        own, served = self._earlier_answers(exercise, state)
        notes = [*answer.notes, *([GIVEN_FUNCTIONS] if served else [])]
        for attempt, sources in enumerate(_variants(answer)):
            another = self._run(exercise, [*own, *sources], cases, served, state)
            could_run = not another.failed and not (another.ended and not another.observed)
            if could_run or attempt == 0:
                run, working = another, sources
            if could_run:
                break
        if working != [answer.helpers, answer.source]:
            notes.append(OTHER_CODE_FAILED)
        outcome = _judge(exercise, cases, run, expectations)
        if run.ended:
            notes.append(run.ended)
        if outcome.status == "right":
            state.working[exercise.name] = [*own, *working]
        return outcome, notes

    def _earlier_answers(
        self, exercise: Exercise, state: "_State"
    ) -> tuple[list[str], dict[str, list[str]]]:
        """Return the student's own right answers that this one may call, and names to be served."""
        own, served = [], {}
        for name in exercise.builds_on:
            if name in state.working:
                own.extend(source for source in state.working[name] if source not in own)
            else:
                served[name] = self._solutions(name)
        return own, served

    def _solutions(self, name: str) -> list[str]:
        earlier = self.exercises[name].builds_on
        return [*(one for name in earlier for one in self._solutions(name)), solution_source(name)]

    def _run(
        self,
        exercise: Exercise,
        sources: list[str],
        cases: list[Case],
        served: dict[str, list[str]],
        state: "_State",
    ) -> Run:
        left = state.end - time.monotonic()
        if left <= 0:
            return Run(ended="time limit")
        seconds = min(left, self.sandbox.limits.question_seconds)
        request = {
            "sources": [PRELUDE, NOTEBOOK_NAMES, *sources],
            "name": exercise.name,
            "cases": list(cases),
            "served": list(served),
        }
        self.sandbox.prepare()
        with ExitStack() as stack:
            call = None
            if served:
                self._helper = self._helper or self.open_helper()
                ours = [PRELUDE, *(one for sources in served.values() for one in sources)]
                call = stack.enter_context(self._helper.service(ours, seconds))
            return self.sandbox.run(request, seconds, call)

    def _work_out(self, name: str) -> tuple[list[Case], Expectations]:
        cases = self.exercises[name].cases(self.seed)
        return cases, expect(self.exercises[name], cases)


@dataclass
class _State:
    """What is known of a submission while its questions are graded, one after the other."""

    submission: Submission
    end: float
    working: dict[str, list[str]] = field(default_factory=dict)


def _variants(answer: Answer) -> list[list[str]]:
    """Return what to try: the cell as it stands, then without what could stand in its way."""
    only = definitions_only(answer.source)
    variants = [[answer.helpers, answer.source], [answer.helpers, only], ["", only]]
    return [one for place, one in enumerate(variants) if one not in variants[:place]]


def _judge(exercise: Exercise, cases: list[Case], run: Run, expectations: Expectations) -> Outcome:
    if run.ended:
        failing = cases[min(len(run.observed), len(cases) - 1)]
        call = quote_call(exercise.name, failing.arguments)
        return Outcome("wrong", ENDINGS[run.ended], call=call)
    observed = run.observed
    if run.failed:
        observed = [Observed(error=run.failed)] * len(cases)
    return judge(exercise, cases, observed, expectations)


def _unreadable(answer: Answer) -> Outcome:
    try:
        compile(answer.source, "answer", "exec", dont_inherit=True)
        reason = ""
    except SyntaxError as error:
        reason = f" Line {error.lineno}: {error.msg}." if error.lineno else ""
    except (ValueError, RecursionError, MemoryError, OverflowError):
        reason = ""
    return Outcome("wrong", f"Python cannot read this code.{reason}")

"""Decide whether an answer is right, from what it gave on the cases.

Learners' own checks and instructors' grading both end here, so their verdicts agree. What an answer
gave is never trusted: it is plain data by then, its type and shape are looked at before its
numbers, and nothing here raises. Type or shape alone never make an answer right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from workbook.lessons.exercises.comparing import Difference, compare
from workbook.lessons.exercises.exercise import Exercise, Outcome
from workbook.lessons.exercises.quoting import quote, quote_call
from workbook.lessons.exercises.running import Case, run_case, scratch_folder

ORDINALS = ("the first", "the second", "the third", "the fourth", "the fifth")
NOT_ATTEMPTED = Outcome("not attempted", "There is no answer yet. Write one, and check again.")
WRITTEN = Outcome("cannot be checked", "No program marks a written answer. A person reads it.")


@dataclass(frozen=True)
class Observed:
    """What an answer gave on one case: a value, or an error such as "ValueError: ..."."""

    value: Any = None
    error: str = ""


class Expectations:
    """What every case should give, and what it gives to those with a known misconception.

    right: a value for each case, from the reference.
    """

    def __init__(self, exercise: Exercise, cases: Sequence[Case]):
        self.exercise = exercise
        self.cases = tuple(cases)
        self.right = tuple(expected(exercise, case) for case in cases)

    @cached_property
    def wrong(self) -> dict[str, tuple[Observed, ...]]:
        """For each misconception, by name, what it gives on each case.

        Worked out when the first wrong answer turns up, because a right one does not need it.
        """
        return {
            misconception.name: tuple(observe(misconception.wrong, case) for case in self.cases)
            for misconception in self.exercise.misconceptions
        }


def expected(exercise: Exercise, case: Case) -> Any:
    """Return what the reference gives on a case."""
    with scratch_folder(case) as folder:
        return run_case(exercise.reference, case, folder)


def expect(exercise: Exercise, cases: Sequence[Case]) -> Expectations:
    """Work out the expectations once, for judging many answers on the same cases."""
    return Expectations(exercise, cases)


def observe(answer: Any, case: Case) -> Observed:
    """Run an answer of our own on a case; an error becomes a part of the observation."""
    with scratch_folder(case) as folder:
        try:
            return Observed(run_case(answer, case, folder))
        except Exception as error:
            return Observed(error=f"{type(error).__name__}: {error}")


def agree(exercise: Exercise, got: Any, expected: Any) -> str | None:
    """Return None when ``got`` is as good as ``expected``, else a sentence that says why not."""
    difference = differ(exercise, got, expected)
    return difference.sentence if difference else None


def differ(exercise: Exercise, got: Any, expected: Any) -> Difference | None:
    """Return how ``got`` differs from ``expected`` by more than the exercise allows, or None."""
    usual = compare(got, expected, exercise.tolerance)
    if exercise.same is None:
        return usual
    try:
        sentence = exercise.same(got, expected)
    except Exception:  # the comparison of one exercise need not know every kind of value
        sentence = usual.sentence if usual else "This cannot be compared with the right answer."
    if sentence is None:
        return None
    is_other_kind = usual is not None and usual.code == "wrong_type"
    return Difference("wrong_type" if is_other_kind else "wrong_value", str(sentence))


def judge(
    exercise: Exercise,
    cases: Sequence[Case],
    observed: Sequence[Observed],
    expectations: Expectations | None = None,
) -> Outcome:
    """Return the verdict on an answer that gave ``observed`` on ``cases``.

    expectations: from ``expect`` with the same cases, where many answers are judged on them. The
    status is "right" when every case agrees, "wrong" when one does not, and "cannot be checked"
    for written answers and for a fault of ours. Never raises.
    """
    if exercise.kind == "written":
        return WRITTEN
    try:
        return _judge(exercise, cases, observed, expectations or expect(exercise, cases))
    except Exception as error:
        return cannot_check(error)


def cannot_check(error: BaseException) -> Outcome:
    """Return the verdict for a check that failed itself, which is no fault of the learner."""
    return Outcome(
        "cannot be checked",
        f"The check itself failed ({type(error).__name__}), which is not your fault. "
        "Go on with the next exercise, and tell your instructor.",
    )


def _judge(
    exercise: Exercise,
    cases: Sequence[Case],
    observed: Sequence[Observed],
    expectations: Expectations,
) -> Outcome:
    missing = Observed(error="no reply")
    observed = [*observed, *[missing] * (len(cases) - len(observed))]
    for case, one, right in zip(cases, observed, expectations.right, strict=False):
        difference = _failure(exercise, one, right)
        if difference is not None:
            return _wrong(exercise, case, one, right, difference, observed, expectations)
    if not cases:
        raise ValueError("an exercise without cases")
    return Outcome("right", f"Your answer agrees in all {len(cases)} calls that were tried.")


def _failure(exercise: Exercise, one: Observed, right: Any) -> Difference | None:
    if one.error:
        return Difference("error", explain_error(str(one.error)))
    return differ(exercise, one.value, right)


def _wrong(
    exercise: Exercise,
    case: Case,
    one: Observed,
    right: Any,
    difference: Difference,
    observed: Sequence[Observed],
    expectations: Expectations,
) -> Outcome:
    name, message = _recognise(exercise, observed, expectations)
    got, sentence = one.value, difference.sentence
    if case.observe == "arguments" and exercise.show is None and not one.error:
        got, right, sentence = _argument_that_differs(exercise, got, right, sentence)
    return Outcome(
        "wrong",
        message or sentence,
        misconception=name,
        call=quote_call(exercise.name, case.arguments),
        got=str(one.error)[:300] if one.error else _quote(exercise, got),
        expected=_quote(exercise, right),
        code=difference.code,
    )


def _argument_that_differs(
    exercise: Exercise, got: Any, right: Any, sentence: str
) -> tuple[Any, Any, str]:
    """Narrow what is quoted down to the first argument that the call did not leave as it should."""
    if not isinstance(got, list) or len(got) != len(right):
        return got, right, sentence
    for ordinal, one, other in zip(ORDINALS, got, right, strict=False):
        difference = compare(one, other, exercise.tolerance)
        if difference is not None:
            words = sentence if exercise.same else difference.sentence
            return one, other, f"Look at {ordinal} argument after the call. {words}"
    return got, right, sentence


def _quote(exercise: Exercise, value: Any) -> str:
    """Quote a value, or what the exercise shows of it; an odd value is quoted as it is."""
    if exercise.show is None:
        return quote(value)
    try:
        return quote(exercise.show(value))
    except Exception:
        return quote(value)


def _recognise(
    exercise: Exercise, observed: Sequence[Observed], expectations: Expectations
) -> tuple[str, str]:
    """Return name and message of the first misconception that agrees on every case."""
    for misconception in exercise.misconceptions:
        shown = expectations.wrong[misconception.name]
        if all(_alike(exercise, one, other) for one, other in zip(observed, shown, strict=True)):
            return misconception.name, misconception.message
    return "", ""


def _alike(exercise: Exercise, one: Observed, other: Observed) -> bool:
    if one.error or other.error:
        return bool(other.error) and str(one.error).split(":")[0] == other.error.split(":")[0]
    return differ(exercise, one.value, other.value) is None


ADVICE = {
    "NameError": "Is the name spelled the same everywhere, and did you run the cells above?",
    "RecursionError": "The function calls itself without an end.",
    "SyntaxError": "Python cannot read the code.",
    "IndentationError": "Look at the spaces at the beginning of the lines.",
    "ModuleNotFoundError": "The first cell imports all that is needed.",
    "SystemExit": "An answer should return, not end the program.",
}


def explain_error(error: str) -> str:
    """Return what to tell a learner whose code stopped with this error."""
    advice = ADVICE.get(error.split(":")[0], "Try the call below in a cell of its own.")
    return f"Your code stops with an error. {advice}"

"""The grader's verdict is the notebook's: for every right and wrong answer of every exercise.

The answers are those that the checks themselves are tested with. Here they run in the sandbox and
their results travel over the wire.
"""

import pytest

from tests.lessons.exercises.answer_files import (
    CODE_EXERCISES,
    blocks_of,
    define,
    expectations_of,
)
from workbook.grading import verdicts
from workbook.grading.answers import Answer
from workbook.grading.batch import by_name
from workbook.grading.collect import Submission
from workbook.grading.naming import Owner
from workbook.grading.verdicts import Grader
from workbook.lessons.exercises.catalogue import all_exercises
from workbook.lessons.exercises.judging import judge, observe
from workbook.lessons.exercises.sources import solution_source, stub_source

SEED = 2  # one of those that the tests of the checks use, so that little is worked out twice


@pytest.fixture(scope="module")
def grader(sandboxes):
    names = [exercise.name for exercise in CODE_EXERCISES]
    with pytest.MonkeyPatch.context() as patch:  # what is expected is worked out only once
        patch.setattr(verdicts, "expect", lambda exercise, _: expectations_of(exercise.name, SEED))
        yield Grader(by_name(all_exercises()), names, SEED, sandboxes(1), lambda: sandboxes(2))


def in_grader(grader, exercise, source):
    grader.names = [*exercise.builds_on, exercise.name]
    answers = {name: Answer(solution_source(name)) for name in exercise.builds_on}
    submission = Submission(Owner("Anna"), answers=answers | {exercise.name: Answer(source)})
    return grader.grade(submission).grades[-1]


def in_notebook(exercise, source):
    expectations = expectations_of(exercise.name, SEED)
    cases = exercise.cases(SEED)
    answer = define(exercise, source)
    return judge(exercise, cases, [observe(answer, case) for case in cases], expectations)


@pytest.mark.parametrize("exercise", CODE_EXERCISES, ids=lambda exercise: exercise.name)
def test_notebook_and_grader_agree(exercise, grader):
    for block in blocks_of(exercise.name):
        noted, graded = (
            in_notebook(exercise, block.source),
            in_grader(grader, exercise, block.source),
        )
        what = f"{block.kind} {block.label}"
        assert (graded.outcome, graded.misconception) == (noted.status, noted.misconception), what
        assert graded.outcome == block.kind, what
        assert graded.status == "ok", what
        assert graded.points == (exercise.points if block.kind == "right" else 0), what


@pytest.mark.parametrize("exercise", CODE_EXERCISES, ids=lambda exercise: exercise.name)
def test_the_worked_solution_gets_full_points(exercise, grader):
    graded = in_grader(grader, exercise, solution_source(exercise.name))
    assert (graded.points, graded.outcome) == (exercise.points, "right")


def test_no_exercise_needs_a_message_near_the_limit(sandbox):
    from workbook.grading import wire

    for exercise in CODE_EXERCISES:
        size = len(wire.dumps(list(exercise.cases(SEED))))
        assert size < sandbox.limits.message / 4, exercise.name


@pytest.mark.parametrize("exercise", CODE_EXERCISES, ids=lambda exercise: exercise.name)
def test_the_stub_is_not_attempted(exercise):
    from workbook.grading.answers import find_answers
    from workbook.grading.notebooks import Cell, Notebook

    cell = Cell("code", stub_source(exercise.name), (exercise.name,))
    found = find_answers(Notebook((cell,)), [exercise])
    assert not found[exercise.name].attempted

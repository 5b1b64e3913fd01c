"""Checks are tested like code: right answers pass, wrong ones fail with the message they must get.

Each exercise brings its worked solution, right answers written in other ways, and wrong ones.
"""

import pytest

from tests.lessons.exercises.answer_files import (
    ANSWERS,
    CODE_EXERCISES,
    blocks_of,
    define,
    expectations_of,
)
from workbook.lessons.exercises.catalogue import all_exercises
from workbook.lessons.exercises.checking import SEED, check
from workbook.lessons.exercises.judging import judge, observe
from workbook.lessons.exercises.sources import solution_source, stub_source, task_text

OTHER_SEEDS = (2, 3)  # the grader draws a seed of its own for each run


@pytest.fixture(params=CODE_EXERCISES, ids=lambda exercise: exercise.name)
def exercise(request):
    return request.param


def verdict(exercise, source, seed):
    expectations = expectations_of(exercise.name, seed)
    answer = define(exercise, source)
    observed = [observe(answer, case) for case in expectations.cases]
    return judge(exercise, expectations.cases, observed, expectations)


def shown(outcome):
    return outcome.misconception or outcome.code or outcome.status


def test_the_worked_solution_is_right(exercise):
    outcome = check(define(exercise, solution_source(exercise.name)))
    assert outcome.status == "right", str(outcome)


def test_the_stub_is_not_attempted(exercise):
    outcome = check(define(exercise, stub_source(exercise.name)))
    assert outcome.status == "not attempted", str(outcome)


def test_right_answers_pass(exercise):
    right = [block for block in blocks_of(exercise.name) if block.kind == "right"]
    assert len(right) >= 2
    for block in right:
        for seed in (SEED, *OTHER_SEEDS):
            outcome = verdict(exercise, block.source, seed)
            assert outcome.status == "right", f"{block.label}, seed {seed}\n{outcome}"


def test_wrong_answers_fail_with_their_message(exercise):
    wrong = [block for block in blocks_of(exercise.name) if block.kind == "wrong"]
    assert len(wrong) >= 5
    messages = {one.name: one.message for one in exercise.misconceptions}
    for block in wrong:
        for seed in (SEED, *OTHER_SEEDS):
            outcome = verdict(exercise, block.source, seed)
            assert outcome.status == "wrong", f"{block.label}, seed {seed}\n{outcome}"
            assert shown(outcome) == block.label, f"{block.source}\nseed {seed}\n{outcome}"
            assert outcome.message == messages.get(block.label, outcome.message)
            assert outcome.call.startswith(f"{exercise.name}(")
            assert outcome.got
            assert outcome.expected


def test_every_misconception_is_shown_by_a_wrong_answer(exercise):
    labels = {block.label for block in blocks_of(exercise.name)}
    assert {one.name for one in exercise.misconceptions} <= labels


def test_no_answer_can_rely_on_what_the_grader_hides(exercise):
    sources = [block.source for block in blocks_of(exercise.name)]
    assert not any("workbook" in one for one in [*sources, solution_source(exercise.name)])


def test_every_file_of_answers_belongs_to_an_exercise():
    assert {path.stem for path in ANSWERS.glob("*.py")} == {one.name for one in CODE_EXERCISES}


def test_exercises_say_what_a_learner_wants_to_know():
    names = [exercise.name for exercise in all_exercises()]
    assert len(names) == len(set(names)) >= 28
    for exercise in all_exercises():
        assert exercise.section.startswith(f"{exercise.chapter}.")
        assert exercise.difficulty in ("easy", "medium", "hard")
        assert 5 <= exercise.minutes <= 30
        assert len(exercise.hints) == 3
        assert len(set(exercise.hints)) == 3
        assert task_text(exercise.name)
        assert bool(exercise.rubric) == (exercise.kind == "written")


@pytest.mark.parametrize("chapter", range(1, 7))
def test_a_chapter_has_a_bug_to_find_and_something_to_write(chapter):
    kinds = [exercise.kind for exercise in all_exercises() if exercise.chapter == chapter]
    assert len(kinds) >= 4
    assert "bug" in kinds
    assert "written" in kinds


def test_every_milestone_is_practised():
    practised = {exercise.milestone for exercise in all_exercises()}
    expected = {f"{chapter}.{number}" for chapter in range(1, 7) for number in range(1, 5)}
    assert practised == expected

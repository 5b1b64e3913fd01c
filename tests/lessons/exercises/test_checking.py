"""What a learner calls: four outcomes, and never an error, whatever is handed over."""

import functools
import sys

import pytest
import torch

from workbook.lessons.exercises import all_exercises, check, find_exercise, hint, solution
from workbook.lessons.exercises.checking import hints_shown, solutions_asked_for
from workbook.lessons.exercises.sources import solution_source
from workbook.lessons.milestones import MILESTONES, check_milestones, exercises_solved
from workbook.lessons.progress import Progress


@pytest.fixture(autouse=True)
def own_workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBOOK_HOME", str(tmp_path))
    hints_shown.clear()
    solutions_asked_for.clear()


@pytest.fixture
def notebook(monkeypatch):
    """Stands for the names of a notebook, which are those of the main module."""

    def put(**names):
        for name, value in names.items():
            monkeypatch.setattr(sys.modules["__main__"], name, value, raising=False)

    return put


def named(name, function):
    function.__name__ = name
    return function


def right_softmax(scores):
    return torch.tensor(scores).softmax(0)


class Hostile:
    """Claims to be equal to everything, and objects to being looked at."""

    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash("softmax")

    def __getattr__(self, name):
        raise SystemExit("do not ask")

    def __repr__(self):
        raise RuntimeError("do not look")


class Equal(list):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = None


class Nasty(Exception):
    def __str__(self):
        raise RuntimeError("no words")


def endless(scores):
    return endless(scores)


def leave(scores):
    sys.exit()


def generate(scores):
    yield from right_softmax(scores)


def raise_nasty(scores):
    raise Nasty


WRONG = {
    "endless recursion": endless,
    "generator": generate,
    "hostile": lambda scores: Hostile(),
    "equal to everything": lambda scores: Equal([1]),
    "exit": leave,
    "error without words": raise_nasty,
    "too many arguments": lambda: 1,
    "infinite": lambda scores: [float("inf")] * len(scores),
    "gigantic": lambda scores: 10**5000,
    "deep": lambda scores: functools.reduce(lambda inner, _: [inner], range(500), []),
    "keyword only": lambda *, scores: scores,
    "a class": type(
        "softmax", (), {"__init__": lambda self, scores: setattr(self, "scores", scores)}
    ),
    "empty tensor": lambda scores: torch.zeros(0),
    "meta tensor": lambda scores: torch.zeros(3, device="meta"),
    "sparse tensor": lambda scores: torch.zeros(3).to_sparse(),
}


@pytest.mark.parametrize("answer", WRONG.values(), ids=WRONG)
def test_an_odd_answer_is_wrong_and_never_an_error(answer, notebook):
    notebook(softmax=answer)
    outcome = check(answer)
    assert outcome.status == "wrong", str(outcome)
    assert "softmax(" in str(outcome)
    assert outcome._repr_html_().startswith("<div")


@pytest.mark.parametrize(
    "thing",
    [None, 3, "sofmax", "", [], Hostile(), Hostile, print, torch.nn, lambda: 1, object(), check],
    ids=lambda thing: type(thing).__name__,
)
def test_what_is_no_exercise_cannot_be_checked(thing):
    assert check(thing).status == "cannot be checked"
    assert isinstance(hint(thing), str)
    assert isinstance(solution(thing), str)


def test_a_close_name_is_suggested():
    assert "'softmax'" in check("sofmax").message


def test_stopping_the_check_is_no_error(notebook):
    def interrupted(scores):
        raise KeyboardInterrupt

    notebook(softmax=interrupted)
    assert check(interrupted).status == "cannot be checked"


def test_an_answer_may_come_by_name_as_lambda_as_partial_or_decorated(notebook):
    assert check(named("softmax", right_softmax)).status == "right"
    notebook(softmax=lambda scores: right_softmax(scores))
    assert check("softmax").status == "right"
    assert check(sys.modules["__main__"].softmax).status == "right"
    for answer in (
        functools.partial(right_softmax),
        torch.no_grad()(right_softmax),
    ):
        notebook(softmax=answer)
        assert check(answer).status == "right"


@pytest.mark.parametrize(
    "source",
    ["...", "pass", '"""Later."""', "return", "return None", "# soon\n    ..."],
)
def test_an_empty_answer_is_not_attempted(source):
    names = {}
    exec(f"def softmax(scores):\n    {source}", names)
    assert check(names["softmax"]).status == "not attempted"


def test_a_name_that_holds_nothing_is_not_attempted(notebook):
    notebook(softmax=None)
    assert check("softmax").status == "not attempted"


def test_printing_in_place_of_returning_is_recognised(capsys):
    def softmax(scores):
        print(right_softmax(scores))

    outcome = check(softmax)
    assert outcome.status == "wrong"
    assert "return in place of print" in outcome.message
    assert capsys.readouterr().out == ""


def test_an_error_is_quoted_with_its_line():
    def softmax(scores):
        total = 0
        return scores / total

    outcome = check(softmax)
    assert outcome.got.startswith("TypeError: unsupported operand")
    assert "line" in outcome.got
    assert outcome.code == "error"


def test_an_answer_that_builds_on_a_wrong_one_says_so():
    names = {}
    exec("def neuron(inputs, weights, bias):\n    return 0", names)
    exec(solution_source("adjust_weights"), names)
    outcome = check(names["adjust_weights"])
    assert outcome.status == "wrong"
    assert "builds on neuron" in outcome.message


def test_a_written_answer_is_not_marked_by_a_program():
    assert check("name_the_parts").status == "cannot be checked"


def test_hints_come_one_by_one_and_never_run_out():
    exercise = find_exercise("softmax")
    for hint_text in exercise.hints:
        assert hint_text in hint("softmax")
    for _ in range(3):
        assert "no more hints" in hint(named("softmax", right_softmax))


def test_the_solution_asks_once():
    assert "once more" in solution("softmax")
    assert "def softmax" in solution("softmax")
    assert "SOLUTION" not in solution("softmax")
    assert repr(solution("softmax")) == solution_source("softmax")


@pytest.mark.parametrize("name", [exercise.name for exercise in all_exercises()])
def test_every_exercise_has_hints_and_a_solution_to_show(name):
    assert hint(name)
    assert solution(name) != solution(name)


def test_solving_an_exercise_is_remembered_and_proves_milestones():
    check(named("softmax", lambda scores: None))
    assert Progress().exercises == set()
    check(named("softmax", right_softmax))
    assert Progress().exercises == {"softmax"}
    for name in ("colour_rule", "best_limit"):
        assert "1.2" not in Progress().milestones
        names = {}
        exec(solution_source(name), names)
        assert check(names[name]).status == "right"
    check_milestones(1)
    assert "colour_rule" in Progress().milestones["1.2"]
    assert exercises_solved() == "Exercises solved: 3 (best_limit, colour_rule, softmax)"


def test_milestones_and_exercises_name_each_other():
    for milestone in MILESTONES:
        practised = {
            exercise.name
            for exercise in all_exercises()
            if exercise.milestone == milestone.number and exercise.kind != "written"
        }
        assert set(milestone.exercises) <= practised
        assert bool(milestone.check) or set(milestone.exercises) == practised


def test_a_workspace_that_cannot_be_written_does_not_spoil_a_right_answer(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("WORKBOOK_HOME", str(tmp_path / "file"))
    assert check(named("softmax", right_softmax)).status == "right"


def test_an_outcome_is_shown_as_text_and_escaped_in_html():
    outcome = check(named("softmax", lambda scores: "<script>alert(1)</script>"))
    assert "expected:" in str(outcome)
    assert "<script>" not in outcome._repr_html_()
    assert "<script>" in str(outcome)


def test_what_a_call_should_leave_behind_is_quoted_by_the_argument():
    def make_project(folder):
        (folder / "data").mkdir()

    outcome = check(make_project)
    assert "Look at the first argument after the call" in outcome.message
    assert "'models/' is missing" in outcome.message
    assert outcome.expected == "a folder with data/, models/, notebooks/, results/"
    assert outcome.got == "a folder with data/"

"""Automatic mistakes in the solutions are noticed; those that are not are listed with the reason.

``survivors/chapter_N.toml`` lists, for each exercise, the mutants that the check calls right:
``change`` as the mutant names itself, ``behaviour`` ("same" when no valid call could tell the two
apart, "changed" when one could), and the ``reason``.
"""

import ast
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.lessons.exercises.answer_files import CODE_EXERCISES, define, expectations_of
from tests.lessons.exercises.mutants import EndlessLoop, Mutant, limited, mutants_of
from workbook.lessons.exercises.checking import SEED
from workbook.lessons.exercises.exercise import Exercise
from workbook.lessons.exercises.judging import Observed, differ, observe
from workbook.lessons.exercises.running import run_case, scratch_folder
from workbook.lessons.exercises.sources import solution_source

SURVIVORS = Path(__file__).with_name("survivors")
CAUGHT_SHARE = 0.95


@dataclass(frozen=True)
class Tally:
    """How the mutants of one exercise fared. ``survivors``: those that the check calls right."""

    mutants: int
    survivors: tuple[str, ...]


@cache
def tally(name: str) -> Tally:
    exercise = next(one for one in CODE_EXERCISES if one.name == name)
    mutants = mutants_of(name)
    # Some libraries import more at the first call; that must not count as lines of a mutant.
    solution = define(exercise, solution_source(name))
    observe(solution, expectations_of(name, SEED).cases[0])
    survivors = [mutant.change for mutant in mutants if survives(exercise, mutant)]
    return Tally(len(mutants), tuple(survivors))


def survives(exercise: Exercise, mutant: Mutant) -> bool:
    """Tell whether the check would call the mutant right. It stops at the first difference."""
    expectations = expectations_of(exercise.name, SEED)
    try:
        answer = define(exercise, compile(mutant.source, "<mutant>", "exec"))
    except Exception:
        return False
    for case, right in zip(expectations.cases, expectations.right, strict=True):
        observed = run_limited(answer, case)
        if observed.error or differ(exercise, observed.value, right) is not None:
            return False
    return True


def run_limited(answer, case) -> Observed:
    with scratch_folder(case) as folder:
        try:
            return Observed(run_case(limited(answer), case, folder))
        except Exception as error:
            return Observed(error=type(error).__name__)


@cache
def listed(chapter: int) -> dict[str, list[dict[str, str]]]:
    path = SURVIVORS / f"chapter_{chapter}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def counts(exercise: Exercise) -> tuple[int, int]:
    """Return how many mutants change the behaviour, and how many of those are caught."""
    entries = listed(exercise.chapter).get(exercise.name, [])
    same = sum(entry["behaviour"] == "same" for entry in entries)
    result = tally(exercise.name)
    return result.mutants - same, result.mutants - len(result.survivors)


@pytest.mark.parametrize("exercise", CODE_EXERCISES, ids=lambda exercise: exercise.name)
def test_mutants_are_caught_or_listed_with_the_reason(exercise):
    entries = listed(exercise.chapter).get(exercise.name, [])
    assert sorted(entry["change"] for entry in entries) == sorted(tally(exercise.name).survivors)
    assert all(entry["behaviour"] in ("same", "changed") for entry in entries)
    assert all(len(entry["reason"]) > 20 for entry in entries)
    changing, caught = counts(exercise)
    assert changing >= 5
    assert caught >= CAUGHT_SHARE * changing, f"{caught} of {changing}"


def test_an_endless_mutant_is_stopped():
    endless = compile("def wait():\n    while True:\n        pass", "<mutant>", "exec")
    namespace = {}
    exec(endless, namespace)
    with pytest.raises(EndlessLoop):
        limited(namespace["wait"])()


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("repair_photo", ".permute(2, 0, 1)", ".permute(0, 2, 1)"),  # swapped axes
        ("count_parameters", "+ inputs * neurons + neurons", "+ inputs * neurons"),  # no bias
        ("best_limit", "right > most_right", "right >= most_right"),  # a comparison
        ("grouped_split", "len(names) - held_back", "len(names) + held_back"),  # an operator
        ("train", "optimizer.zero_grad()", "pass"),  # a statement left out
        ("cross_entropy", "math.log(", "math.log10("),  # another function
        ("make_project", "exist_ok=True", "exist_ok=False"),  # a constant
    ],
)
def test_the_classic_mistakes_are_among_the_mutants(name, before, after):
    solution = ast.unparse(ast.parse(solution_source(name)))
    sources = [mutant.source for mutant in mutants_of(name)]
    assert solution.replace(before, after, 1) in sources

"""One sandbox and one grader for all tests, on the small chapter of ``submissions``."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.grading.submissions import EXERCISES, LIMITS, RIGHT, SEED, STUBS
from workbook.grading import answers, batch, verdicts
from workbook.grading.collect import collect
from workbook.grading.opening import open_sandbox
from workbook.grading.sandbox import NAMESPACES
from workbook.grading.verdicts import Graded, Grader


@pytest.fixture
def small_chapter(monkeypatch):
    """Let the grader know the exercises above in place of the course's."""
    monkeypatch.setattr(batch, "all_exercises", lambda: EXERCISES)
    for module, name, sources in (
        (answers, "stub_source", STUBS),
        (verdicts, "solution_source", RIGHT),
    ):
        monkeypatch.setattr(module, name, sources.__getitem__)


@pytest.fixture(scope="session")
def sandbox():
    """The strictest sandbox that this computer allows, one for all tests."""
    sandbox = open_sandbox(LIMITS, ())
    yield sandbox
    sandbox.close()


@pytest.fixture
def namespaces(sandbox):
    """Skip a test of what only namespaces promise, where there are none."""
    if sandbox.isolation != NAMESPACES:
        pytest.skip(f"this computer allows no namespaces: {sandbox.why_limited}")


@pytest.fixture(scope="session")
def session_grader(sandbox):
    exercises = batch.by_name(EXERCISES)
    names = [one.name for one in EXERCISES if one.chapter == 1]
    grader = Grader(exercises, names, SEED, sandbox, lambda: open_sandbox(LIMITS, ()))
    yield grader
    if grader._helper is not None:
        grader._helper.close()


@pytest.fixture
def grade(small_chapter, session_grader, tmp_path) -> Callable[..., Graded]:
    """Return a function that grades one submission: bytes, text, or a notebook as a dict."""

    def grade_one(content, file_name="notebook.ipynb", seconds=None) -> Graded:
        folder = tmp_path / "submissions" / "anna"
        folder.mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict):
            content = json.dumps(content)
        if isinstance(content, str):
            content = content.encode("utf-8")
        (folder / file_name).write_bytes(content)
        (submission,) = collect(folder.parent, EXERCISES)
        sandbox = session_grader.sandbox
        try:
            sandbox.limits = replace(LIMITS, question_seconds=seconds or LIMITS.question_seconds)
            return session_grader.grade(submission)
        finally:
            sandbox.limits = LIMITS

    return grade_one

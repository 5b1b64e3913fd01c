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
def sandboxes():
    """Return a function that opens the first or second sandbox of the session, each only once.

    They are the strictest that this computer allows. Importing torch in them takes seconds.
    """
    opened = {}

    def open_one(number):
        if number not in opened:
            opened[number] = open_sandbox(LIMITS, ())
        return opened[number]

    yield open_one
    for sandbox in opened.values():
        type(sandbox).close(sandbox)


@pytest.fixture(scope="session")
def sandbox(sandboxes):
    return sandboxes(1)


@pytest.fixture
def shared_sandboxes(sandboxes, monkeypatch):
    """Let batches use the sandboxes of the session, and leave them open."""

    class Shared:
        """Opens the first sandbox, then the second one as the first one's helper."""

        number = 0

        def __call__(self, limits, private, isolation):
            self.number = 3 - self.number if self.number else 1
            sandbox = sandboxes(self.number)
            monkeypatch.setattr(sandbox, "limits", limits)
            monkeypatch.setattr(sandbox, "close", lambda: setattr(self, "number", 0))
            return sandbox

    monkeypatch.setattr(batch, "open_sandbox", Shared())


@pytest.fixture
def namespaces(sandbox):
    """Skip a test of what only namespaces promise, where there are none."""
    if sandbox.isolation != NAMESPACES:
        pytest.skip(f"this computer allows no namespaces: {sandbox.why_limited}")


@pytest.fixture(scope="session")
def session_grader(sandboxes):
    exercises = batch.by_name(EXERCISES)
    names = [one.name for one in EXERCISES if one.chapter == 1]
    return Grader(exercises, names, SEED, sandboxes(1), lambda: sandboxes(2))


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

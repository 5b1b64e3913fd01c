"""A whole batch: results, going on after a stop, several processes, several machines."""

import csv
import json
import zipfile
from dataclasses import replace

import psutil
import pytest
from click.testing import CliRunner
from joblib.externals.loky.process_executor import TerminatedWorkerError

from tests.grading.submissions import LIMITS, RIGHT, handed_in, unavailable
from workbook.cli import command
from workbook.grading import batch, opening
from workbook.grading.batch import grade_submissions, merge_marks
from workbook.grading.report import GRADES
from workbook.grading.sandbox import NAMESPACES, SandboxUnavailable
from workbook.lessons.exercises.catalogue import all_exercises
from workbook.lessons.exercises.sources import solution_notebooks, solution_source

WRONG_TOTAL = "def total_of(numbers):\n    return 0"


def hand_in(folder, **students) -> None:
    for name, made in students.items():
        path = folder / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(made), encoding="utf-8")


def rows_of(out) -> list[dict]:
    with open(out / GRADES, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def totals(out) -> dict[str, str]:
    return {row["student"]: row["points"] for row in rows_of(out) if row["question"] == "total"}


@pytest.fixture
def places(small_chapter, shared_sandboxes, tmp_path):
    """Return the folders of two submissions and of results, graded in this process."""
    submissions, out = tmp_path / "submissions", tmp_path / "results"
    hand_in(submissions, anna=handed_in(), ben=handed_in(total_of=WRONG_TOTAL))
    return submissions, out


def grade(places, **settings):
    settings = {"jobs": 1, "progress": False, "limits": LIMITS} | settings
    return grade_submissions(*places, **settings)


def test_results_of_a_batch(places):
    summary = grade(places)
    rows = rows_of(places[1])
    assert [row["question"] for row in rows] == [*RIGHT, "total"] * 2
    assert totals(places[1]) == {"anna": "4", "ben": "3"}
    assert {row["isolation"] for row in rows} == {summary.graded[0].isolation}
    assert [row["outcome"] for row in rows if row["question"] == "total"] == ["to be marked"] * 2
    wrong = next(row for row in rows if row["outcome"] == "wrong")
    assert (wrong["student"], wrong["question"], wrong["points"]) == ("ben", "total_of", "0")
    assert len(list((places[1] / "feedback").glob("*.html"))) == 2
    log = (places[1] / "grading.log").read_text(encoding="utf-8")
    assert "anna" in log
    assert f"isolation={summary.graded[0].isolation}" in log
    assert "workbook marks" in str(summary)


def test_run_again_goes_on_where_it_was(places, monkeypatch):
    grade(places)
    hand_in(places[0], carla=handed_in(double_all="def double_all(numbers):\n    return 0"))
    hand_in(places[0], ben=handed_in())
    graded = []
    usual = batch._grade_one
    monkeypatch.setattr(
        batch,
        "_grade_one",
        lambda one, settings: graded.append(one.owner.name) or usual(one, settings),
    )
    summary = grade(places)
    assert graded == ["ben", "carla"]
    assert (summary.new, summary.kept) == (2, 1)
    assert totals(places[1]) == {"anna": "4", "ben": "4", "carla": "2"}


def test_a_stopped_run_loses_nothing(places, monkeypatch):
    usual = batch._grade_one

    def stopped_at_ben(one, settings):
        if one.owner.name == "ben":
            raise KeyboardInterrupt
        return usual(one, settings)

    monkeypatch.setattr(batch, "_grade_one", stopped_at_ben)
    with pytest.raises(KeyboardInterrupt):
        grade(places)
    monkeypatch.setattr(batch, "_grade_one", usual)
    summary = grade(places)
    assert (summary.new, summary.kept) == (1, 1)
    assert totals(places[1]) == {"anna": "4", "ben": "3"}


def test_inputs_are_drawn_anew_for_a_new_folder_and_kept_within_one(places, tmp_path):
    def seed(out):
        return json.loads((out / "state" / "run.json").read_text(encoding="utf-8"))["seed"]

    submissions, out = places
    for path in submissions.glob("ben*"):
        path.unlink()
    grade(places)
    first = seed(out)
    grade(places, again=True)
    assert seed(out) == first
    grade((submissions, tmp_path / "other"))
    assert seed(tmp_path / "other") != first


def test_a_worker_that_is_ended_does_not_end_the_batch(places, monkeypatch):
    hand_in(places[0], anna=handed_in(), ben=handed_in(), carla=handed_in())
    usual = batch._grade_in_parallel

    def with_a_killer(submissions, settings, processes, dask):
        for one in submissions:
            if one.owner.name == "ben":
                raise TerminatedWorkerError("killed")
            yield from usual([one], settings, 1, None)

    monkeypatch.setattr(batch, "_grade_in_parallel", with_a_killer)
    summary = grade(places)
    assert totals(places[1]) == {"anna": "4", "ben": "0", "carla": "4"}
    ben = summary.graded[1]
    assert {one.status for one in ben.grades} == {"stopped the grader"}
    assert {one.outcome for one in ben.grades} == {"cannot be checked"}


def test_a_fault_of_the_grader_is_said_and_does_not_end_the_batch(places, monkeypatch):
    usual = batch.Grader.grade

    def fails_for_anna(self, submission):
        if submission.owner.name == "anna":
            raise RuntimeError("a bug")
        return usual(self, submission)

    monkeypatch.setattr(batch.Grader, "grade", fails_for_anna)
    summary = grade(places)
    assert summary.graded[0].notes == ("grader failed (RuntimeError)",)
    assert totals(places[1]) == {"anna": "0", "ben": "3"}


def test_namespaces_that_are_asked_for_and_not_to_be_had(small_chapter, tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "NamespaceSandbox", unavailable)
    hand_in(tmp_path / "submissions", anna=handed_in())
    with pytest.raises(SandboxUnavailable, match="not on this computer"):
        grade((tmp_path / "submissions", tmp_path / "results"), isolation=NAMESPACES)
    assert not (tmp_path / "results" / GRADES).exists()


def test_limited_isolation_has_limits_and_is_never_silent(small_chapter, tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "NamespaceSandbox", unavailable)
    made = handed_in(double_all="def double_all(numbers):\n    while True: pass")
    hand_in(tmp_path / "submissions", anna=made)
    out = tmp_path / "results"
    limits = replace(LIMITS, question_seconds=3)
    summary = grade((tmp_path / "submissions", out), limits=limits)
    statuses = {one.question: (one.outcome, one.status) for one in summary.graded[0].grades}
    assert statuses["double_all"] == ("wrong", "time limit")
    assert statuses["average_of"] == ("right", "ok")
    assert not [one for one in psutil.process_iter(["cmdline"]) if _is_limited_worker(one)]
    assert {row["isolation"] for row in rows_of(out)} == {"limited"}
    assert "limited" in str(summary)
    assert "limited isolation" in (out / "class-report.html").read_text(encoding="utf-8")
    log = (out / "grading.log").read_text(encoding="utf-8")
    assert "isolation=limited (not on this computer)" in log


def test_a_process_that_got_away_with_the_line_holds_up_nobody(
    small_chapter, tmp_path, monkeypatch
):
    monkeypatch.setattr(opening, "NamespaceSandbox", unavailable)
    escape = """def double_all(numbers):
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(600)
            os._exit(0)
        while True: pass"""
    hand_in(tmp_path / "submissions", anna=handed_in(double_all=escape))
    limits = replace(LIMITS, question_seconds=3)
    summary = grade((tmp_path / "submissions", tmp_path / "results"), limits=limits)
    escaped = [one for one in psutil.process_iter(["cmdline"]) if _is_limited_worker(one)]
    for process in escaped:
        process.kill()
    assert escaped, "the grader waited until the process had ended, or it was not there at all"
    statuses = {one.question: (one.outcome, one.status) for one in summary.graded[0].grades}
    assert statuses["double_all"] == ("wrong", "time limit")
    assert statuses["average_of"] == ("right", "ok")


def _is_limited_worker(process) -> bool:
    return any('"task": "stream"' in part for part in process.info["cmdline"] or [])


def test_a_submission_has_a_time_limit_as_a_whole(places):
    loop = "def {}(numbers):\n    while True: pass"
    hand_in(places[0], anna=handed_in(**{name: loop.format(name) for name in list(RIGHT)[:3]}))
    (places[0] / "ben.ipynb").unlink()
    limits = LIMITS.__class__(question_seconds=1.5, submission_seconds=2)
    summary = grade(places, limits=limits)
    assert [one.status.split("; ")[-1] for one in summary.graded[0].grades[:3]] == [
        "time limit"
    ] * 3
    assert summary.graded[0].seconds < 3 * limits.question_seconds


def test_a_place_without_answers_is_said_in_a_sentence(small_chapter, tmp_path):
    hand_in(tmp_path / "submissions", anna={"cells": []})
    with pytest.raises(ValueError, match="--chapter 3"):
        grade((tmp_path / "submissions", tmp_path / "results"))


def test_marks_need_a_batch(tmp_path):
    with pytest.raises(FileNotFoundError, match="workbook grade"):
        merge_marks(tmp_path / "nothing")


# With the real exercises, in processes of their own

CHAPTER = 3


def real_submission(name: str, *, wrong: bool) -> str:
    notebook = json.loads(solution_notebooks()[CHAPTER - 1].read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        about = cell["metadata"].get("exercise", {})
        if wrong and about.get("role") == "answer" and about.get("name") == name:
            cell["source"] = solution_source(name).replace("return ", "return -")
    return json.dumps(notebook)


@pytest.fixture
def class_of_four(tmp_path):
    """A zip file as Moodle makes it: four students, the last one of them with a mistake."""
    first = next(one for one in all_exercises() if one.chapter == CHAPTER)
    place = tmp_path / "submissions.zip"
    with zipfile.ZipFile(place, "w") as archive:
        for number in range(4):
            folder = f"Student {number}_{number + 100}_assignsubmission_file_"
            archive.writestr(
                f"{folder}/03_first_neural_network.ipynb",
                real_submission(first.name, wrong=number == 3),
            )
    return place


def expected_totals() -> dict[str, str]:
    chapter = [one for one in all_exercises() if one.chapter == CHAPTER]
    full = sum(one.points for one in chapter if one.kind != "written")
    return {f"Student {n}": str(full - (n == 3) * chapter[0].points) for n in range(4)}


def test_command_line_from_zip_to_grades_on_two_processes(class_of_four, tmp_path):
    out = tmp_path / "results"
    result = CliRunner().invoke(
        command, ["grade", str(class_of_four), "--out", str(out), "--jobs", "2"]
    )
    assert result.exit_code == 0, result.output
    assert totals(out) == expected_totals()
    assert "class-report.html" in result.output


@pytest.mark.slow
def test_two_workers_of_a_dask_cluster(class_of_four, tmp_path):
    distributed = pytest.importorskip("dask.distributed")
    out = tmp_path / "results"
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=tmp_path / "dask"
    )
    with cluster:
        grade_submissions(class_of_four, out, dask=cluster.scheduler_address, progress=False)
    assert totals(out) == expected_totals()


def test_help_has_an_example():
    for name in ("grade", "marks"):
        result = CliRunner().invoke(command, [name, "--help"])
        assert "Example" in result.output


def test_a_sandbox_that_cannot_shut_in_is_no_fault_of_the_student(places, sandbox, monkeypatch):
    from workbook.grading.channel import Ended

    monkeypatch.setattr("workbook.grading.channel.Channel.receive", _raise(Ended("gone")))
    summary = grade(places)
    for one in summary.graded[0].grades[:3]:
        assert one.outcome == "cannot be checked"
        assert one.status == "no fault of the student's (RuntimeError)"


def _raise(error):
    def fail(*_):
        raise error

    return fail

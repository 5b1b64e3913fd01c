"""How many submissions are graded in a minute: ``workbook grade`` against nbgrader.

Run it with ``python benchmarks/grading.py``. Both grade the same submissions of one chapter, with
the same checks on the same kind of inputs: nbgrader's test cells call the chapter's own ``check``.
Whole commands are timed, from the first second to the last. nbgrader is installed into a virtual
environment that is thrown away, on top of the packages that are here; without a network, or with
``--without-nbgrader``, its row is left out. ``workbook grade`` is timed for some submissions and
for twice as many, with the memory of all its processes, to see whether it grows in a straight line.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import psutil
from results import write_markdown

from workbook.lessons.exercises.catalogue import all_exercises
from workbook.lessons.exercises.sources import (
    is_answer,
    read_notebook,
    solution_notebooks,
    source_of,
    stub_source,
)

ASSIGNMENT = "chapter"
MEGABYTE = 1 << 20


def main() -> None:
    """Measure, print, and write the table."""
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        rows = [
            time_workbook(folder, arguments, count, jobs)
            for count, jobs in (
                (arguments.submissions, 1),
                (arguments.submissions, -1),
                (2 * arguments.submissions, -1),
            )
        ]
        if not arguments.without_nbgrader:
            rows.append(time_nbgrader(folder, arguments))
    write_markdown("grading", "Submissions graded in a minute", pd.DataFrame(filter(None, rows)))


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--chapter", type=int, default=3)
    parser.add_argument("--submissions", type=int, default=100)
    parser.add_argument("--nbgrader-submissions", type=int, default=10)
    parser.add_argument("--without-nbgrader", action="store_true")
    return parser.parse_args()


def time_workbook(folder: Path, arguments: argparse.Namespace, count: int, jobs: int) -> dict:
    """Return the row of ``workbook grade`` on so many submissions and processes."""
    place = folder / f"submissions-{count}-{jobs}"
    for number in range(count):
        write_notebook(place / f"student{number:04}" / "notebook.ipynb", arguments.chapter, number)
    out = folder / f"results-{count}-{jobs}"
    command = [sys.executable, "-m", "workbook", "grade", str(place), "--out", str(out)]
    seconds, memory = timed([*command, "--jobs", str(jobs)])
    processes = os.cpu_count() if jobs == -1 else jobs
    check_totals(workbook_totals(out), arguments.chapter)
    return row(f"workbook grade, {processes} processes", count, seconds, memory)


def time_nbgrader(folder: Path, arguments: argparse.Namespace) -> dict | None:
    """Return the row of ``nbgrader autograde``, or None when it cannot be installed."""
    python = install_nbgrader(folder / "environment")
    if python is None:
        print("nbgrader could not be installed (is there a network?), so its row is left out.")
        return None
    course = folder / "course"
    write_notebook(course / "source" / ASSIGNMENT / "notebook.ipynb", arguments.chapter, tests=True)
    call = [str(python), "-m", "nbgrader"]
    # nbgrader starts programs of its environment by their names.
    os.environ["PATH"] = os.pathsep.join([str(python.parent), os.environ["PATH"]])
    subprocess.run([*call, "generate_assignment", ASSIGNMENT], cwd=course, check=True)
    for number in range(arguments.nbgrader_submissions):
        place = course / "submitted" / f"student{number:04}" / ASSIGNMENT / "notebook.ipynb"
        write_notebook(place, arguments.chapter, number, tests=True)
    seconds, memory = timed([*call, "autograde", ASSIGNMENT], course)
    subprocess.run([*call, "export", "--to", "grades.csv"], cwd=course, check=True)
    check_totals(nbgrader_totals(course / "grades.csv"), arguments.chapter)
    return row("nbgrader autograde", arguments.nbgrader_submissions, seconds, memory)


def row(what: str, count: int, seconds: float, memory: int) -> dict:
    """Return one row of the table."""
    return {
        "what": what,
        "submissions": count,
        "seconds": f"{seconds:.1f}",
        "submissions a minute": f"{60 * count / seconds:.1f}",
        "MB of memory at most": memory // MEGABYTE,
    }


def write_notebook(path: Path, chapter: int, number: int = -1, *, tests: bool = False) -> None:
    """Write the notebook of a student, who left out one answer; or of nobody, with all of them.

    number: the student's, which says what is left out. tests: whether nbgrader's test cells follow
    the answers.
    """
    solutions = read_notebook(solution_notebooks()[chapter - 1])
    names = in_code(chapter)
    left_out = left_out_by(number, chapter) if number >= 0 else None
    cells = []
    for cell in solutions["cells"]:
        name = cell["metadata"].get("exercise", {}).get("name")
        role = cell["metadata"].get("exercise", {}).get("role")
        if role in ("task", "setup") or is_answer(cell):
            if is_answer(cell) and name == left_out:
                cell["source"] = stub_source(name)
            cells.append(cell)
        if tests and is_answer(cell) and name in names:
            cells.append(test_cell(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    for cell in cells:
        cell["source"] = source_of(cell)
    path.write_text(json.dumps({**solutions, "cells": cells}), encoding="utf-8")


def test_cell(name: str) -> dict:
    """Return a cell by which nbgrader tests an answer, with the checks of the notebook."""
    about = {"grade_id": f"test_{name}", "grade": True, "solution": False, "locked": True}
    about |= {"points": points(name), "schema_version": 3, "task": False}
    return {
        "cell_type": "code",
        "id": f"test-{name}".replace("_", "-"),
        "metadata": {"nbgrader": about},
        "execution_count": None,
        "outputs": [],
        "source": f"assert check({name}).status == 'right'",
    }


def in_code(chapter: int) -> list[str]:
    """Return the names of a chapter's exercises that are answered in code."""
    return [one.name for one in all_exercises() if one.chapter == chapter and one.kind != "written"]


def left_out_by(number: int, chapter: int) -> str:
    """Return the exercise that a student leaves out: one that no other builds on.

    Where one builds on it, nbgrader takes the points of both away, and ``workbook grade`` does not.
    """
    chapters = [one for one in all_exercises() if one.chapter == chapter]
    needed = {name for one in chapters for name in one.builds_on}
    names = [name for name in in_code(chapter) if name not in needed]
    return names[number % len(names)]


def points(name: str) -> int:
    """Return the points of an exercise."""
    return next(one.points for one in all_exercises() if one.name == name)


def timed(command: Sequence[str], folder: Path | None = None) -> tuple[float, int]:
    """Run a command; return its seconds and the most memory of it and all that it started."""
    begin = time.perf_counter()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=folder, **quiet)
    memory = PeakMemory(process.pid)
    code = process.wait()
    seconds = time.perf_counter() - begin
    memory.stop()
    if code != 0:
        raise SystemExit(f"This command failed, run it by hand to see why: {' '.join(command)}")
    return seconds, memory.most


class PeakMemory:
    """Looks twice a second at the memory of a process and its children (bytes, shared ones too)."""

    def __init__(self, pid: int):
        self.most = 0
        self._root = psutil.Process(pid)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def stop(self) -> None:
        """Stop looking."""
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.5):
            self.most = max(self.most, self._now())

    def _now(self) -> int:
        total = 0
        try:
            for process in [self._root, *self._root.children(recursive=True)]:
                total += process.memory_info().rss
        except psutil.Error:
            return 0  # one of them ended meanwhile
        return total


def install_nbgrader(folder: Path) -> Path | None:
    """Make an environment with nbgrader on top of the packages that are here; return its Python."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = subprocess.run([python, "-c", where], capture_output=True, text=True, check=True)
    here = [sysconfig.get_path("purelib"), str(Path(__file__).resolve().parents[1])]
    (Path(packages.stdout.strip()) / "here.pth").write_text("\n".join(here), encoding="utf-8")
    install = [str(python), "-m", "pip", "install", "--quiet", "nbgrader"]
    finished = subprocess.run(install, stderr=subprocess.DEVNULL)
    return python if finished.returncode == 0 else None


def workbook_totals(out: Path) -> list[float]:
    """Return the points of the students, in their order."""
    with open(out / "grades.csv", encoding="utf-8-sig", newline="") as file:
        rows = [one for one in csv.DictReader(file) if one["question"] == "total"]
    return [float(one["points"]) for one in sorted(rows, key=lambda one: one["student"])]


def nbgrader_totals(path: Path) -> list[float]:
    """Return the points of the students, in their order."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda one: one["student_id"])
    return [float(one["score"]) for one in rows]


def check_totals(totals: list[float], chapter: int) -> None:
    """Stop when the points are not what the students earned, for then the times mean nothing."""
    full = sum(map(points, in_code(chapter)))
    earned = [full - points(left_out_by(number, chapter)) for number in range(len(totals))]
    if totals != earned:
        raise SystemExit(f"The points are {totals}, and should be {earned}.")


if __name__ == "__main__":
    main()

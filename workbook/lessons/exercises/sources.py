"""The notebooks with worked solutions are the only source; those with exercises are made from them.

``python -m workbook.lessons.exercises.sources`` writes ``exercises/`` anew from ``solutions/``. The
solutions carry nbgrader's markers and metadata, so that nbgrader can be used on them as well: it
makes the same notebooks, but for the broken code of "find the bug", which it does not know.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from workbook.atomic import replacing
from workbook.lessons.colab import colab_address

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
WRITE_HERE = "*Write your answer here.*"
ANSWER = "answer"  # the role, in a cell's metadata, of the cell that a learner fills in
PRELUDE = """\
import csv, hashlib, io, json, math, random
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F"""
SETUP = f"{PRELUDE}\n\nfrom workbook.lessons.exercises import check, hint, solution"


def solution_notebooks() -> list[Path]:
    """Return the notebooks with solutions. Raises FileNotFoundError when there are none."""
    return _notebooks_in("solutions")


def exercise_notebooks() -> list[Path]:
    """Return the notebooks for learners. Raises FileNotFoundError when there are none."""
    return _notebooks_in("exercises")


def _notebooks_in(name: str) -> list[Path]:
    """Return the notebooks of a folder inside the installed package, or beside it in a clone."""
    package = Path(__file__).resolve().parents[2]
    for folder in (package / name, package.parent / name):
        notebooks = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
        if notebooks:
            return notebooks
    raise FileNotFoundError(
        f"The notebooks with {name} are neither in {package} nor beside it. "
        "Install the workbook again, or use a whole copy of the project."
    )


def stub_source(name: str) -> str:
    """Return the source of the cell that a learner finds. Raises KeyError for an unknown name."""
    return make_stub(_answer_cell(name))


def solution_source(name: str) -> str:
    """Return the worked solution, without the markers. Raises KeyError for an unknown name."""
    lines = source_of(_answer_cell(name)).splitlines()
    return "\n".join(line for line in lines if line.strip() not in (BEGIN, END))


def task_text(name: str) -> str:
    """Return the text of the task, in Markdown. Raises KeyError for an unknown name."""
    return _cells_by_name()[name][0]


def make_stub(cell: dict[str, Any]) -> str:
    """Return what a learner finds in place of an answer cell of the solutions.

    The lines from ``### BEGIN SOLUTION`` to ``### END SOLUTION`` become ``...``; a stub in the
    cell's metadata (broken code, for "find the bug") takes the place of everything.
    """
    stub = cell["metadata"]["exercise"].get("stub")
    if stub is not None:
        return stub
    if cell["cell_type"] == "markdown":
        return WRITE_HERE
    kept, inside = [], False
    for line in source_of(cell).splitlines():
        if line.strip() == BEGIN:
            inside = True
            kept.append(line.replace(BEGIN, "..."))
        elif line.strip() == END:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def source_of(cell: dict[str, Any]) -> str:
    """Return a cell's source, which a notebook file holds as one text or as a list of lines."""
    return "".join(cell["source"])


def is_answer(cell: dict[str, Any]) -> bool:
    """Tell whether a learner fills in this cell."""
    return cell["metadata"].get("exercise", {}).get("role") == ANSWER


def read_notebook(path: Path) -> dict[str, Any]:
    """Read a notebook file, as the nested dictionaries that it consists of."""
    return json.loads(path.read_text(encoding="utf-8"))


def exercise_notebook(solutions: dict[str, Any]) -> dict[str, Any]:
    """Return the notebook for learners: stubs in place of answers, and no outputs."""
    cells = [_for_learners(cell) for cell in solutions["cells"]]
    return {**solutions, "cells": cells}


def _for_learners(cell: dict[str, Any]) -> dict[str, Any]:
    cell = json.loads(json.dumps(cell))
    if is_answer(cell):
        cell["source"] = make_stub(cell)
        cell["metadata"]["exercise"].pop("stub", None)
    if cell["cell_type"] == "code":
        cell["outputs"], cell["execution_count"] = [], None
    # A learner's badge opens the learner's notebook.
    source = source_of(cell).replace(colab_address("solutions/"), colab_address("exercises/"))
    cell["source"] = source.splitlines(keepends=True)
    return cell


def as_text(notebook: dict[str, Any]) -> str:
    """Return a notebook as it stands in its file."""
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def generate(folder: Path) -> list[Path]:
    """Write the notebooks for learners into ``folder``, and return their paths."""
    written = []
    for path in solution_notebooks():
        with replacing(folder / path.name) as temporary:
            text = as_text(exercise_notebook(read_notebook(path)))
            temporary.write_text(text, encoding="utf-8", newline="\n")
        written.append(folder / path.name)
    return written


def _answer_cell(name: str) -> dict[str, Any]:
    return _cells_by_name()[name][1]


@cache
def _cells_by_name() -> dict[str, tuple[str, dict[str, Any]]]:
    """Return, for each exercise, the text of its task and its answer cell."""
    found, task = {}, ""
    for path in solution_notebooks():
        for cell in read_notebook(path)["cells"]:
            if is_answer(cell):
                found[cell["metadata"]["exercise"]["name"]] = (task, cell)
            elif cell["cell_type"] == "markdown":
                task = source_of(cell)
    return found


if __name__ == "__main__":
    for notebook in generate(solution_notebooks()[0].parents[1] / "exercises"):
        print(notebook)

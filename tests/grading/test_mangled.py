"""Mangled notebooks are graded as far as they go, and the status says what was found.

Each row: what was handed in, then points, outcome and status of the four questions, then the notes
about the file. Where a row names no question, it is the right answer of an untouched notebook.
"""

import copy
import json

import pytest

from tests.grading.submissions import RIGHT, STUBS, code, handed_in, notebook, summary, text

FINE = {
    "double_all": (2, "right", "ok"),
    "total_of": (1, "right", "ok"),
    "average_of": (1, "right", "ok"),
    "why_photos": (None, "to be marked", "ok"),
}
MISSING = dict.fromkeys(FINE, (0, "not attempted", "not found"))


def all_with(status: str) -> dict:
    """Return right results with this status for the answers in code."""
    return {name: (*FINE[name][:2], status) for name in ("double_all", "total_of", "average_of")}


def cells_of(made: dict) -> list:
    return copy.deepcopy(made["cells"])


def without_metadata(made: dict) -> dict:
    return notebook(*[{**cell, "metadata": {}} for cell in made["cells"]])


def without_markers(made: dict) -> dict:
    cells = cells_of(made)
    for cell in cells:
        lines = "".join(cell["source"]).splitlines(keepends=True)
        cell["source"] = [line for line in lines if not line.startswith("# exercise:")]
    return notebook(*cells)


def in_order(made: dict, order) -> dict:
    cells = cells_of(made)
    return notebook(*[cells[i] for i in order(list(range(len(cells))))])


def with_place(made: dict, name: str, *cells: dict) -> dict:
    """Put other cells in the place of the answer to ``name``."""
    kept = []
    for cell in cells_of(made):
        is_place = cell["metadata"].get("exercise", {}).get("name") == name
        kept.extend(cells if is_place else [cell])
    return notebook(*kept)


def old_format(made: dict) -> dict:
    cells = [
        {"cell_type": "code", "input": cell["source"], "language": "python", "outputs": []}
        if cell["cell_type"] == "code"
        else cell
        for cell in made["cells"]
    ]
    return {"nbformat": 3, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]}


def from_colab(made: dict) -> dict:
    cells = cells_of(made)
    for number, cell in enumerate(cells):
        cell["metadata"] = {"id": f"aB{number}", "colab": {"base_uri": "https://localhost/"}}
    cells.insert(0, text('<a href="https://colab.research.google.com">Open in Colab</a>'))
    return notebook(*cells, metadata={"colab": {"provenance": []}, "accelerator": "GPU"})


def from_vscode(made: dict) -> dict:
    cells = cells_of(made)
    for cell in cells:
        cell["metadata"]["vscode"] = {"languageId": "python"}
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")
    return notebook(*cells, metadata={"language_info": {"name": "python"}})


def as_script(made: dict) -> str:
    lines = []
    for cell in made["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            lines += ["# %% [markdown]", *("# " + line for line in source.splitlines())]
        else:
            lines += ["# %%", source]
    return "\n".join(lines) + "\n"


def graded_with_nbgrader(made: dict) -> dict:
    cells = cells_of(made)
    for cell in cells:
        name = cell["metadata"].pop("exercise", {}).get("name")
        if name:
            cell["metadata"]["nbgrader"] = {"grade_id": name, "solution": True, "grade": False}
    return without_markers(notebook(*cells))


def cut_off(made: dict) -> str:
    whole = json.dumps(made, indent=1)
    return whole[: whole.index("def average_of")]


def with_conflict(made: dict) -> str:
    whole = json.dumps(made, indent=1)
    place = whole.index(' "cells"')
    return f"{whole[:place]}<<<<<<< HEAD\n=======\n>>>>>>> theirs\n{whole[place:]}"


def swapped(made: dict) -> dict:
    made = with_place(made, "double_all", code(RIGHT["total_of"], "double_all"))
    return with_place(made, "total_of", code(RIGHT["double_all"], "total_of"))


def huge(made: dict) -> dict:
    cells = cells_of(made)
    cells[3]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * (50 << 20)}]
    return notebook(*cells)


HALF, REST = "def total_of(numbers):\n    total = 0", "    return sum(numbers) + total"
HELPER = "def twice(number):\n    return factor * number"
USES_HELPER = "# exercise: double_all\ndef double_all(numbers):\n    return twice(numbers)"
HANGS = "while True:\n    pass"

MANGLED = {
    "untouched": (lambda made: made, {}, ()),
    "cells duplicated": (lambda made: in_order(made, lambda o: sorted(o + o)), {}, ()),
    "an older attempt left standing": (
        lambda made: with_place(
            made,
            "total_of",
            code("def total_of(numbers):\n    return 0", "total_of"),
            code(RIGHT["total_of"], "total_of"),
        ),
        {"total_of": (1, "right", "several cells, the last one counts")},
        (),
    ),
    "the stub duplicated behind the answer": (
        lambda made: with_place(
            made,
            "total_of",
            code(RIGHT["total_of"], "total_of"),
            code(STUBS["total_of"], "total_of"),
        ),
        {},
        (),
    ),
    "split after the head": (
        lambda made: with_place(
            made,
            "total_of",
            code("def total_of(numbers):", "total_of"),
            code("    return sum(numbers)", "total_of"),
        ),
        {"total_of": (1, "right", "split cells joined")},
        (),
    ),
    "split in the middle, the rest without metadata": (
        lambda made: with_place(made, "total_of", code(HALF, "total_of"), code(REST)),
        {"total_of": (1, "right", "split cells joined")},
        (),
    ),
    "reversed": (lambda made: in_order(made, lambda order: order[::-1]), {}, ()),
    "an answer deleted": (
        lambda made: with_place(made, "double_all"),
        {"double_all": (0, "not attempted", "not found")},
        (),
    ),
    "an upstream answer deleted": (
        lambda made: with_place(made, "total_of"),
        {
            "total_of": (0, "not attempted", "not found"),
            "average_of": (1, "right", "earlier answers replaced by right ones"),
        },
        (),
    ),
    "only the answers left": (
        lambda made: notebook(*[code(RIGHT[name]) for name in ("double_all", "total_of")]),
        {
            "double_all": (2, "right", "found by its comment"),
            "total_of": (1, "right", "found by its comment"),
            "average_of": (0, "not attempted", "not found"),
            "why_photos": (0, "not attempted", "not found"),
        },
        (),
    ),
    "a function renamed": (
        lambda made: with_place(
            made, "double_all", code("def doubled(numbers):\n    return 2 * numbers", "double_all")
        ),
        {"double_all": (2, "right", "defined under another name")},
        (),
    ),
    "metadata stripped": (
        without_metadata,
        all_with("found by its comment")
        | {"why_photos": (None, "to be marked", "found by its heading")},
        (),
    ),
    "metadata and comments stripped": (
        lambda made: without_markers(without_metadata(made)),
        all_with("found by its name")
        | {"why_photos": (None, "to be marked", "found by its heading")},
        (),
    ),
    "metadata of nbgrader only": (graded_with_nbgrader, {}, ()),
    "cut off in the middle": (
        cut_off,
        {
            "average_of": (0, "not attempted", "not found"),
            "why_photos": (0, "not attempted", "not found"),
        },
        ("invalid JSON, read in part",),
    ),
    "a merge conflict": (with_conflict, {}, ("invalid JSON, read in part",)),
    "a comma too many": (
        lambda made: json.dumps(made).replace('"cells": [', '"cells": [,', 1),
        {},
        ("invalid JSON, read in part",),
    ),
    "saved as Latin-1": (
        lambda made: json.dumps(
            with_place(made, "why_photos", text("Für Übung.", "why_photos")), ensure_ascii=False
        ).encode("cp1252"),
        {},
        ("not in UTF-8",),
    ),
    "saved as UTF-16": (lambda made: json.dumps(made).encode("utf-16"), {}, ("not in UTF-8",)),
    "with a byte order mark": (lambda made: b"\xef\xbb\xbf" + json.dumps(made).encode(), {}, ()),
    "another notebook": (
        lambda made: notebook(text("# My holiday"), code("print('sea')")),
        MISSING,
        ("no answer cells of the course",),
    ),
    "another chapter": (
        lambda made: notebook(
            code("def of_another_chapter(number):\n    return -number", "of_another_chapter")
        ),
        MISSING,
        (),
    ),
    "no cells": (lambda made: notebook(), MISSING, ("no cells", "no answer cells of the course")),
    "an empty file": (lambda made: b"", MISSING, ("empty file",)),
    "a picture": (lambda made: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, MISSING, ("unreadable",)),
    "a list in place of a notebook": (lambda made: "[1, 2, 3]", MISSING, ("unreadable",)),
    "JSON a million levels deep": (lambda made: "[" * 1_000_000, MISSING, ("unreadable",)),
    "fields of wrong types": (
        lambda made: notebook(
            None,
            3,
            {"cell_type": 5, "source": 7},
            {"metadata": [], "source": [1, None]},
            {"cell_type": "code", "metadata": {"exercise": "x", "nbgrader": 1}, "source": "a"},
            *made["cells"],
        ),
        {},
        (),
    ),
    "50 MB of output": (huge, {}, ()),
    "old nbformat 3": (
        old_format,
        all_with("found by its comment") | {"why_photos": (None, "to be marked", "ok")},
        ("old format",),
    ),
    "exported by Colab": (
        from_colab,
        all_with("found by its comment")
        | {"why_photos": (None, "to be marked", "found by its heading")},
        (),
    ),
    "saved by VS Code with Windows line ends": (from_vscode, {}, ()),
    "answers in each other's cells": (
        swapped,
        {
            "double_all": (2, "right", "found by its comment"),
            "total_of": (1, "right", "found by its comment"),
        },
        (),
    ),
    "the answer below an untouched stub": (
        lambda made: with_place(
            made,
            "double_all",
            code(STUBS["double_all"], "double_all"),
            code("def double_all(numbers):\n    return 2 * numbers"),
        ),
        {"double_all": (2, "right", "found by its name")},
        (),
    ),
    "an answer turned into a text cell": (
        lambda made: with_place(made, "total_of", text(RIGHT["total_of"], "total_of")),
        {"total_of": (1, "right", "answer in a text cell")},
        (),
    ),
    "helpers in other cells": (
        lambda made: notebook(
            code("factor = 2"),
            code(HELPER),
            *cells_of(with_place(made, "double_all", code(USES_HELPER, "double_all"))),
        ),
        {"double_all": (2, "right", "uses other cells")},
        (),
    ),
    "a hanging cell beside the answers": (
        lambda made: notebook(code(HANGS), *made["cells"], code(HANGS)),
        {},
        (),
    ),
    "check and trials in the same cell": (
        lambda made: with_place(
            made,
            "total_of",
            code(f"{RIGHT['total_of']}\n\ncheck(total_of)\ntotal_of([1, 2])", "total_of"),
        ),
        {},
        (),
    ),
    "a trial that fails in the same cell": (
        lambda made: with_place(
            made, "total_of", code(f"{RIGHT['total_of']}\n\nprint(total_of(numbers))", "total_of")
        ),
        {"total_of": (1, "right", "other code in the cell failed")},
        (),
    ),
    "magic and shell lines": (
        lambda made: with_place(
            made,
            "total_of",
            code(f"%matplotlib inline\n!pip install torch\n{RIGHT['total_of']}", "total_of"),
        ),
        {},
        (),
    ),
    "code that Python cannot read": (
        lambda made: with_place(
            made, "double_all", code("def double_all(numbers)\n    return 2 numbers", "double_all")
        ),
        {"double_all": (0, "wrong", "syntax error")},
        (),
    ),
    "a null byte in the code": (
        lambda made: with_place(
            made, "double_all", code("def double_all(numbers):\n    return 2\0", "double_all")
        ),
        {"double_all": (0, "wrong", "syntax error")},
        (),
    ),
    "stubs untouched": (
        lambda made: handed_in(**STUBS),
        dict.fromkeys(FINE, (0, "not attempted", "untouched")),
        (),
    ),
}


@pytest.mark.parametrize("name", MANGLED)
def test_mangled_notebook(name, grade):
    mangle, different, notes = MANGLED[name]
    graded = grade(mangle(handed_in()))
    assert summary(graded) == FINE | different
    assert graded.notes == notes


def test_script_exported_by_vscode(grade):
    graded = grade(as_script(handed_in()), "notebook.py")
    expected = all_with("found by its comment")
    assert summary(graded) == FINE | expected | {
        "why_photos": (None, "to be marked", "found by its heading")
    }
    assert graded.notes == ("a script, not a notebook",)


def test_a_written_answer_arrives_as_it_was_written(grade):
    graded = grade(handed_in(why_photos="*Write your answer here.*\n\nÜber **alles**"))
    assert [one.answer for one in graded.grades if one.answer] == ["Über **alles**"]


def test_what_is_wrong_with_the_code_is_quoted_by_line(grade):
    graded = grade(
        handed_in(double_all="# exercise: double_all\ndef double_all(numbers)\n    pass")
    )
    assert "Line 2" in graded.grades[0].message


def test_wrong_answer_comes_with_call_result_and_misconception(grade):
    graded = grade(handed_in(double_all="def double_all(numbers):\n    return numbers**2"))
    first = graded.grades[0]
    assert (first.points, first.misconception) == (0, "squared")
    assert first.message == "You square the numbers."
    assert first.call.startswith("double_all(")
    assert first.got
    assert first.expected


def test_wrong_upstream_answer_does_not_cost_the_one_that_builds_on_it(grade):
    graded = grade(handed_in(total_of="def total_of(numbers):\n    return 0"))
    assert summary(graded)["total_of"] == (0, "wrong", "ok")
    assert summary(graded)["average_of"] == (1, "right", "earlier answers replaced by right ones")


def test_right_upstream_answer_of_the_student_is_used(grade):
    counts = "calls = []\ndef total_of(numbers):\n    calls.append(1)\n    return sum(numbers)"
    uses = (
        "def average_of(numbers):\n    return total_of(numbers) / len(numbers) if not calls else 0"
    )
    graded = grade(handed_in(total_of=counts, average_of=f"calls = []\n{uses}"))
    assert summary(graded)["total_of"][1] == "right"
    assert summary(graded)["average_of"][1] == "wrong"  # the second call sees the first

"""The chapters' labs: which cells hold them, and how to run those without the rest.

A whole chapter takes a minute. So all its text stays, but of its code only what its labs need: the
cells that give a value to a name that a lab uses, and the cells that those need in turn.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from labs_looking import (
    drive_convolution,
    drive_layers,
    drive_loss,
    drive_neuron,
    drive_pixels,
    drive_rates,
)
from labs_photos import (
    drive_augmentation,
    drive_browser,
    drive_confusion,
    drive_looking,
    drive_sorting,
)
from labs_results import (
    drive_confidence,
    drive_curves,
    drive_first_progress,
    drive_prediction,
    drive_progress,
    drive_quiz,
)


@dataclass(frozen=True)
class ChapterLabs:
    """The labs of a chapter: the id of each one's cell, and ``drive(page, output)``.

    ``drive`` uses mouse and keyboard on a lab, and asserts that the right thing comes of it.
    ``page`` is Playwright's page, ``output`` the locator of the lab's output area. ``also``: cells
    that labs need though they give no name to anything. ``smaller``: code that is replaced, so that
    it makes fewer photos. ``whole``: run every cell.
    """

    labs: dict[str, Callable]
    also: tuple[str, ...] = ()
    smaller: dict[str, str] = field(default_factory=dict)
    whole: bool = False


CHAPTERS = {
    1: ChapterLabs(
        {"chapter-01-end-4": drive_quiz, "chapter-01-board-1": drive_first_progress}, whole=True
    ),
    2: ChapterLabs(
        {
            "chapter-02-labs-1": drive_pixels,
            "chapter-02-labs-3": drive_sorting,
            "chapter-02-labs-5": drive_browser,
            "chapter-02-end-4": drive_quiz,
            "chapter-02-board-1": drive_progress,
        },
        also=("chapter-02-086",),  # the repair
    ),
    3: ChapterLabs(
        {
            "chapter-03-labs-1": drive_neuron,
            "chapter-03-labs-3": drive_loss,
            "chapter-03-labs-5": drive_rates,
            "chapter-03-end-4": drive_quiz,
            "chapter-03-board-1": drive_progress,
        }
    ),
    4: ChapterLabs(
        {
            "chapter-04-labs-1": drive_convolution,
            "chapter-04-labs-3": drive_layers,
            "chapter-04-labs-5": drive_looking,
            "chapter-04-labs-7": drive_confidence,
            "chapter-04-labs-9": drive_prediction,
            "chapter-04-end-4": drive_quiz,
            "chapter-04-board-1": drive_progress,
        }
    ),
    5: ChapterLabs(
        {
            "chapter-05-labs-1": drive_confusion,
            "chapter-05-labs-3": drive_augmentation,
            "chapter-05-labs-5": drive_curves,
            "chapter-05-end-4": drive_quiz,
            "chapter-05-board-1": drive_progress,
        }
    ),
    6: ChapterLabs(
        {
            "chapter-06-labs-5": drive_prediction,
            "chapter-06-labs-1": drive_looking,
            "chapter-06-end-4": drive_quiz,
            "chapter-06-board-1": drive_progress,
        },
        smaller={"studio_set(50, ": "studio_set(8, ", "studio_set(25, ": "studio_set(4, "},
    ),
}


def lab_cells(notebook) -> list[str]:
    """Return the ids of the cells whose last line shows a lab."""
    return [
        cell.id
        for cell in notebook.cells
        if cell.cell_type == "code"
        and cell.source.splitlines()[-1].startswith(("explore_", "show_quiz("))
    ]


def shortened(notebook, chapter: ChapterLabs, photos: Path):
    """Return the chapter with the code that its labs need, and with other photos."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    wanted = {cell.id for cell in code} if chapter.whole else {*chapter.labs, *chapter.also}
    needed = needed_cells(code, wanted)
    cells = []
    for cell in notebook.cells:
        if cell.cell_type != "code" or cell.id in needed:
            cells.append(cell)
        if "parameters" in cell.metadata.get("tags", []):  # what papermill does, too
            cells.append(nbformat.v4.new_code_cell(f"photos = {str(photos)!r}"))
    for long, short in chapter.smaller.items():
        assert any(long in cell.source for cell in cells), f"no cell has {long}"
        for cell in cells:
            cell.source = cell.source.replace(long, short)
    return nbformat.v4.new_notebook(cells=cells, metadata=notebook.metadata)


def needed_cells(code: list, wanted: set[str]) -> set[str]:
    """Return the ids of the ``wanted`` cells and of all that come before and give them names."""
    names = {cell.id: names_in(cell.source) for cell in code}
    needed, used = set(), set()
    for cell in reversed(code):
        gives, uses = names[cell.id]
        if cell.id in wanted or gives & used:
            needed.add(cell.id)
            used |= uses
    return needed


def names_in(source: str) -> tuple[set[str], set[str]]:
    """Return the names that code gives a value to, and those that it uses."""
    gives, uses = set(), set()
    for node in ast.walk(ast.parse(source.replace("%pip", "pass  #"))):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                gives.add(name)
            case ast.Name(id=name):
                uses.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                gives.add(name)
            case ast.alias():
                gives.add((node.asname or node.name).split(".")[0])
    return gives, uses

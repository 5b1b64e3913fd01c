"""Find the answers in the cells of a notebook.

An answer is the cell whose metadata says so, else the cell with a comment ``# exercise: <name>``,
else the cell that defines the name. Of several, the last one that somebody worked on counts.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbook.grading.notebooks import Cell, Notebook
from workbook.grading.sourcecode import (
    defined_names,
    definitions_only,
    functions_in,
    helpers_for,
    parse,
    readable,
)
from workbook.lessons.exercises.attempted import attempted_source
from workbook.lessons.exercises.exercise import Exercise
from workbook.lessons.exercises.sources import WRITE_HERE, stub_source

BY_MARKER = "found by its comment"
BY_NAME = "found by its name"
SEVERAL = "several cells, the last one counts"
SPLIT = "split cells joined"
OTHER_NAME = "defined under another name"
NOT_CODE = "answer in a text cell"
HELPERS = "uses other cells"
SYNTAX_ERROR = "syntax error"
BY_HEADING = "found by its heading"


@dataclass(frozen=True)
class Answer:
    """A student's answer to one exercise, as text.

    source: the code of the answer, or the text of a written one. helpers: definitions of other
    cells that it uses. attempted: whether it differs from the stub. notes: how it was found.
    """

    source: str
    helpers: str = ""
    attempted: bool = True
    notes: tuple[str, ...] = ()


def find_answers(notebook: Notebook, exercises: Sequence[Exercise]) -> dict[str, Answer]:
    """Return the answers that a notebook holds, by the name of the exercise."""
    names = {exercise.name for exercise in exercises}
    found = {}
    for exercise in exercises:
        if exercise.kind == "written":
            answer = _written(notebook, exercise)
        else:
            answer = _code(notebook, exercise, names)
        if answer is not None:
            found[exercise.name] = answer
    return found


def _code(notebook: Notebook, exercise: Exercise, names: set[str]) -> Answer | None:
    """Return the answer in code, or None when no cell has anything to do with the exercise."""
    stub = stub_source(exercise.name)
    untouched = None
    for way, note in (("metadata", ""), ("marker", BY_MARKER), ("name", BY_NAME)):
        found = _all_answers(notebook, exercise, way, names)
        worked_on = [one for one in found if _is_worked_on(exercise.name, one.source, stub)]
        if worked_on:
            notes = [note] if note else []
            notes += [SEVERAL] if len({one.source for one in worked_on}) > 1 else []
            best = worked_on[-1]
            return Answer(best.source, best.helpers, True, (*notes, *best.notes))
        if found and untouched is None:
            untouched = Answer(found[-1].source, attempted=False)
    return untouched


def _all_answers(notebook: Notebook, exercise: Exercise, way: str, names: set[str]) -> list[Answer]:
    """Return what the cells hold that claim this exercise in this way, in their order."""
    found, end = [], 0
    for place in range(len(notebook.cells)):
        # A cell that was joined to the one before it is no answer by itself.
        if place >= end and _claims(notebook, place, exercise, way, names):
            source, end = _joined(notebook.cells, place)
            found.append(_answer(notebook, place, end, source, exercise))
    return found


def _claims(notebook: Notebook, place: int, exercise: Exercise, way: str, names: set[str]) -> bool:
    """Tell whether a cell claims this exercise in this way, and could be an answer to it."""
    cell = notebook.cells[place]
    if way == "name":
        return cell.kind == "code" and exercise.name in defined_names(cell.source)
    claimed = cell.names if way == "metadata" else cell.markers
    if exercise.name not in claimed or not cell.source.strip():
        return False
    others = (defined_names(cell.source) & names) - {exercise.name}
    return exercise.name in defined_names(cell.source) or not others


def _answer(notebook: Notebook, place: int, end: int, source: str, exercise: Exercise) -> Answer:
    """Return the answer that the cells from ``place`` to before ``end`` hold together."""
    notes = [SPLIT] if end > place + 1 else []
    if notebook.cells[place].kind != "code":
        notes.append(NOT_CODE)
        source = re.sub(r"^```\w*\n?|```\s*$", "", source.strip())
    source = readable(source)
    if parse(source) is None:
        return Answer(source, notes=(*notes, SYNTAX_ERROR))
    own = functions_in(source)
    if exercise.name not in defined_names(source) and len(own) == 1:
        notes.append(OTHER_NAME)
        source = f"{source}\n{exercise.name} = {own[0]}\n"
    others = [*notebook.cells[:place], *notebook.cells[end:]]
    sources = [cell.source for cell in others if cell.kind == "code"]
    helpers = helpers_for(source, sources, without={*exercise.builds_on, exercise.name})
    if helpers:
        notes.append(HELPERS)
    return Answer(source, helpers, notes=tuple(notes))


def _is_worked_on(name: str, source: str, stub: str) -> bool:
    """Tell whether a source is more than the stub. A name that is assigned is no stub."""
    if parse(source) is not None and name not in functions_in(source):
        return name in defined_names(source)
    # Only the definitions, because Python leaves out what follows a loop without end.
    return attempted_source(name, definitions_only(source), stub)


def _joined(cells: Sequence[Cell], place: int) -> tuple[str, int]:
    """Return the source of a cell with the ones that were split off from it, and where they end."""
    first = cells[place]
    source, end = first.source, place + 1
    for following in cells[place + 1 :]:
        is_other = set(following.names + following.markers) - set(first.names + first.markers)
        starts_indented = following.source[:1] in (" ", "\t")
        is_complete = parse(readable(source)) is not None
        if following.kind != "code" or is_other or (is_complete and not starts_indented):
            break
        source, end = f"{source}\n{following.source}", end + 1
    if parse(readable(source)) is None:
        return first.source, place + 1
    return source, end


def _written(notebook: Notebook, exercise: Exercise) -> Answer | None:
    by_metadata = [cell.source for cell in notebook.cells if exercise.name in cell.names]
    places = [(by_metadata, ()), (_under_heading(notebook.cells, exercise), (BY_HEADING,))]
    found = None
    for texts, notes in places:
        texts = [text.strip() for text in texts if text.strip()]
        worked_on = [text for text in texts if not _is_untouched(text)]
        if worked_on:
            text = "\n\n".join(dict.fromkeys(worked_on)).replace(WRITE_HERE, "").strip()
            return Answer(text, notes=notes)
        if texts:
            found = Answer("", attempted=False)
    return found


def _under_heading(cells: Iterable[Cell], exercise: Exercise) -> list[str]:
    """Return the texts after the cell that holds the task, up to the next code or heading."""
    texts, inside = [], False
    for cell in cells:
        heading = re.search(r"^##[ \t]+(.*)$", cell.source, re.MULTILINE)
        if cell.kind == "markdown" and heading:
            inside = heading[1].casefold().endswith(exercise.title.casefold())
        elif cell.kind == "code":
            inside = False
        elif inside:
            texts.append(cell.source)
    return texts


def _is_untouched(text: str) -> bool:
    return not text.replace(WRITE_HERE, "").strip()

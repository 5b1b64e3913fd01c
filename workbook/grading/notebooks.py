"""Read a notebook as far as it can be read, and say what was wrong with it.

Students' notebooks come cut off, with merge conflicts in them, saved by an editor in another
encoding, exported as a script, or as something else altogether.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

LONGEST_SOURCE = 100_000  # characters of one cell; the rest cannot be an answer
MOST_CELLS = 5_000
MARKER = re.compile(r"^[ \t]*#[ \t]*exercise:[ \t]*(\w+)[ \t]*$", re.MULTILINE)
SCRIPT_CELL = re.compile(r"^# ?(?:%%|In ?\[[ \d]*\]:?|<codecell>)[^\n]*$", re.MULTILINE)
CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})[^\n]*\n?", re.MULTILINE)

REPAIRED = "invalid JSON, read in part"
ENCODING = "not in UTF-8"
OLD_FORMAT = "old format"
SCRIPT = "a script, not a notebook"
NO_CELLS = "no cells"
TOO_LONG = "a cell far too long"


class NotANotebook(ValueError):
    """The file holds no notebook at all; str() says what it is instead."""


@dataclass(frozen=True)
class Cell:
    """One cell. names: the exercises that its metadata claims to answer."""

    kind: str
    source: str
    names: tuple[str, ...] = ()

    @property
    def markers(self) -> tuple[str, ...]:
        """Return the exercises that comments in the source claim to answer."""
        return tuple(MARKER.findall(self.source))


@dataclass(frozen=True)
class Notebook:
    """The cells of a notebook in their order, and what was wrong with the file."""

    cells: tuple[Cell, ...]
    notes: tuple[str, ...] = ()


def read_notebook(data: bytes, file_name: str = "") -> Notebook:
    """Return what can be read. Raises NotANotebook when that is nothing."""
    if not data.strip():
        raise NotANotebook("The file is empty.")
    text, notes = _decode(data)
    if file_name.lower().endswith(".py"):
        return Notebook(_cells_of_script(text), (*notes, SCRIPT))
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        cells = _salvage(text)
        notes.append(REPAIRED)
        if not cells:
            raise NotANotebook(
                "The file is no notebook, or so broken that no cell is left."
            ) from None
        return Notebook(cells, tuple(notes))
    found = _raw_cells(content)
    if found is None:
        raise NotANotebook("The file holds JSON, but no notebook.")
    if "worksheets" in content:
        notes.append(OLD_FORMAT)
    if not found:
        notes.append(NO_CELLS)
    if any(type(one) is dict and len(_source(one)) > LONGEST_SOURCE for one in found):
        notes.append(TOO_LONG)
    return Notebook(_cells(found), tuple(notes))


def _decode(data: bytes) -> tuple[str, list[str]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace"), [ENCODING]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), [ENCODING]


def _raw_cells(content: Any) -> list[Any] | None:
    """Return the list of cells of a notebook of any format, or None when there is none."""
    if type(content) is not dict:
        return None
    if type(content.get("cells")) is list:
        return content["cells"]
    sheets = content.get("worksheets")
    if type(sheets) is not list:
        return None
    pages = [sheet.get("cells") for sheet in sheets if type(sheet) is dict]
    return [cell for page in pages if type(page) is list for cell in page]


def _cells(found: list[Any]) -> tuple[Cell, ...]:
    cells = [_cell(one) for one in found[:MOST_CELLS] if type(one) is dict]
    return tuple(cell for cell in cells if cell is not None)


def _cell(raw: dict[str, Any]) -> Cell | None:
    source = _source(raw)
    if len(source) > LONGEST_SOURCE:
        return None
    kind = raw.get("cell_type")
    kind = kind if kind in ("code", "markdown", "raw") else "markdown"
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    return Cell(kind, source, _claimed(raw.get("metadata")))


def _source(raw: dict[str, Any]) -> str:
    source = raw.get("source", raw.get("input", ""))  # "input" in format 3
    if type(source) is list:
        source = "".join(line for line in source if type(line) is str)
    return source if type(source) is str else ""


def _claimed(metadata: Any) -> tuple[str, ...]:
    """Return the names that the course's metadata, or nbgrader's, gives this cell."""
    if type(metadata) is not dict:
        return ()
    names = []
    own = metadata.get("exercise")
    if type(own) is dict and own.get("role", "answer") == "answer":
        names.append(own.get("name"))
    nbgrader = metadata.get("nbgrader")
    if type(nbgrader) is dict and nbgrader.get("solution"):
        names.append(nbgrader.get("grade_id"))
    return tuple(dict.fromkeys(name for name in names if type(name) is str))


def _salvage(text: str) -> tuple[Cell, ...]:
    """Return the cells that can still be read in a broken file."""
    text = CONFLICT.sub("", text)
    try:
        return _cells(_raw_cells(json.loads(text)) or [])
    except (ValueError, RecursionError):
        pass
    decoder, found, position = json.JSONDecoder(strict=False), [], 0
    start = re.compile(r"\{\s*\"(?:cell_type|attachments|execution_count|id|metadata|source)\"")
    while (match := start.search(text, position)) and len(found) < MOST_CELLS:
        try:
            one, position = decoder.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            position = match.start() + 1
            continue
        if type(one) is dict and "cell_type" in one:
            found.append(one)
    return _cells(found)


def _cells_of_script(text: str) -> tuple[Cell, ...]:
    """Split a script that VS Code, Colab or Jupyter exported; else it is a single cell."""
    text = text.replace("\r\n", "\n")
    parts = SCRIPT_CELL.split(text)
    headings = ["", *SCRIPT_CELL.findall(text)]
    cells = []
    for heading, part in zip(headings, parts, strict=True):
        if not part.strip() or len(part) > LONGEST_SOURCE:
            continue
        if "[markdown]" in heading:
            lines = [re.sub(r"^# ?", "", line) for line in part.strip("\n").splitlines()]
            cells.append(Cell("markdown", "\n".join(lines)))
        else:
            cells.append(Cell("code", part.strip("\n")))
    return tuple(cells)

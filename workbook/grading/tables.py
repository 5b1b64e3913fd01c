"""Tables that are safe to open in a spreadsheet, and that survive being saved by one."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from workbook.atomic import replacing

# A cell that begins with one of these is a formula to a spreadsheet; the wide ones are read alike.
FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"
STARTS_FORMULA = re.compile(rf"(^|[\n;,|])(\s*)(?=[{re.escape(FORMULA)}])")
LONGEST_CELL = 30_000  # spreadsheets cut at 32767


def safe_cell(value: Any) -> Any:
    """Return a value as a cell that no spreadsheet takes for a formula.

    Text gets an apostrophe in front of what would begin a formula, also behind a semicolon or a
    line break, since a spreadsheet may take these for the end of a cell. Numbers stay.
    """
    if not isinstance(value, str):
        return value
    text = value[:LONGEST_CELL] + (" …" if len(value) > LONGEST_CELL else "")
    text = text.replace("\r\n", "\n").replace("\t", "    ")
    text = "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
    return STARTS_FORMULA.sub(r"\1\2'", text)


def original_cell(text: str) -> str:
    """Return a short text, such as a name, as it was before ``safe_cell``."""
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a CSV file whole or not at all, with the mark that tells spreadsheets it is UTF-8."""
    with (
        replacing(path) as temporary,
        open(temporary, "w", encoding="utf-8-sig", errors="replace", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([safe_cell(value) for value in row] for row in rows)


def read_table(path: Path, needed: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of a CSV file that a spreadsheet may have saved in its own way.

    Commas, semicolons or tabs; UTF-8, UTF-16 or the old encoding of Windows. Raises ValueError
    with a sentence when a needed column is missing.
    """
    text = _decode(path.read_bytes())
    first = text.lstrip("\n").split("\n", 1)[0]
    if first.lower().startswith("sep="):
        text = text.split("\n", 1)[1]
        first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))
    missing = [name for name in needed if rows and name not in rows[0]]
    if missing:
        raise ValueError(
            f"{path} has no column {missing[0]!r}. Keep the first row as it was written, and save "
            "the sheet as CSV."
        )
    return [{key: value or "" for key, value in row.items() if key} for row in rows]


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")

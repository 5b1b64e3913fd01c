"""The prose of the chapters, without markup, and what can be counted in it.

``python -m tests.notebooks.prose`` prints the report: one row for each section.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pandas as pd
import readability

from workbook.course import course_notebooks

GLOSSARY_LINK = re.compile(r"\]\(\.\./docs/glossary\.md#([\w-]+)\)")
LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
PICTURE = re.compile(r"\[?!\[[^\]]*\]\([^)]*\)(\]\([^)]*\))?")  # also one that is a link itself
STRIP = re.compile(r"^(\*\*)?\d+.* · .*$", re.MULTILINE)  # the line of ten steps
SENTENCE_END = re.compile(r"(?<=[.!?:])\s+(?=[A-Z\"'(*])")


@dataclass(frozen=True)
class Section:
    """A numbered section: its chapter's file, its number, and its cells of text as written."""

    chapter: Path
    number: str
    cells: tuple[str, ...]

    @property
    def new_terms(self) -> int:
        """How many words the section links to the glossary."""
        return len(GLOSSARY_LINK.findall("\n".join(self.cells)))


def text_cells(chapter: Path) -> list[str]:
    """Return the cells of text of a chapter, as written."""
    cells = nbformat.read(chapter, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "markdown"]


def sections(chapter: Path) -> list[Section]:
    """Return the six numbered sections of a chapter."""
    found: dict[str, list[str]] = {}
    here = None
    for cell in text_cells(chapter):
        heading = re.match(r"## (.*)", cell)
        if heading:
            number = re.match(r"\d\.\d", heading[1])
            here = number[0] if number else None
        if here:
            found.setdefault(here, []).append(cell)
    return [Section(chapter, number, tuple(cells)) for number, cells in found.items()]


def plain(cell: str) -> str:
    """Return what a reader reads: no headings, tables, code, pictures, link targets or marks."""
    cell = re.sub(r"```.*?```", " ", cell, flags=re.DOTALL)
    cell = STRIP.sub("", cell)
    cell = re.sub(r"^(#+ .*|\|.*\|)$", "", cell, flags=re.MULTILINE)
    cell = PICTURE.sub(" ", cell)
    cell = LINK.sub(r"\1", cell)
    cell = re.sub(r"`[^`]*`", "name", cell)  # a name in code is read as one word
    cell = re.sub(r"^\s*(\d+\.|[-*]) ", "", cell, flags=re.MULTILINE)
    return cell.replace("*", "").strip()


def words(text: str) -> list[str]:
    """Return the words of plain text."""
    return re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text)


def sentences(text: str) -> list[str]:
    """Return the sentences of plain text; an item of a list and a paragraph end one too."""
    paragraphs = re.split(r"\n\s*\n|\n(?=[-*\d])", text)
    found = [
        sentence
        for paragraph in paragraphs
        for sentence in SENTENCE_END.split(" ".join(paragraph.split()))
    ]
    return [sentence for sentence in found if words(sentence)]


def reading_grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of plain text: the school year that can read it."""
    lines = "\n".join(" ".join(words(sentence)) + " ." for sentence in sentences(text))
    return readability.getmeasures(lines, lang="en")["readability grades"]["Kincaid"]


def report() -> pd.DataFrame:
    """Return one row a section: words in the longest cell, sentences, grade and new terms."""
    rows = []
    for chapter in course_notebooks():
        for section in sections(chapter):
            cells = [plain(cell) for cell in section.cells]
            text = "\n\n".join(cells)
            lengths = [len(words(sentence)) for sentence in sentences(text)]
            rows.append(
                {
                    "section": section.number,
                    "cells": len(cells),
                    "words": len(words(text)),
                    "longest cell": max(len(words(cell)) for cell in cells),
                    "words a sentence": round(sum(lengths) / len(lengths), 1),
                    "longest sentence": max(lengths),
                    "grade": round(reading_grade(text), 1),
                    "new terms": section.new_terms,
                }
            )
    return pd.DataFrame(rows)


if __name__ == "__main__":
    print(report().to_string(index=False))

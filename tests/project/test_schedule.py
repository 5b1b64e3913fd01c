"""The minutes of the instructor's guide add up, and agree with those of the exercises."""

import re
from pathlib import Path

import pytest

from workbook.lessons.exercises import all_exercises

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "instructors.md"
SECTION = re.compile(r"\b([1-6])\.([1-6])\b")


def table(first_column: str) -> list[list[str]]:
    """Return the rows of the one table whose first heading is this, without its heading."""
    tables = re.findall(r"(?:^\|.*\|\n)+", GUIDE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    rows = [[line.strip("|").split("|") for line in each.splitlines()] for each in tables]
    (found,) = [each for each in rows if each[0][0].strip() == first_column]
    return [[cell.strip(" *") for cell in row] for row in found[2:]]


CHAPTERS = [[int(cell) for cell in row[1:]] for row in table("minutes")]


@pytest.mark.parametrize("number", range(1, 7))
def test_a_chapter_is_the_sum_of_its_parts(number):
    *parts, chapter, exercises = CHAPTERS[number - 1]
    assert len(parts) == 8
    assert sum(parts) == chapter
    assert sum(each.minutes for each in all_exercises() if each.chapter == number) == exercises


@pytest.mark.parametrize("half_day", ["first half-day", "second half-day"])
def test_a_half_day_adds_up(half_day):
    *rows, (_, together) = [(what, int(minutes)) for what, minutes in table(half_day)]
    assert sum(minutes for _, minutes in rows) == together == 240
    for what, minutes in rows:
        named = [(int(chapter), int(section)) for chapter, section in SECTION.findall(what)]
        if named:
            (chapter, first), (_, last) = named[0], named[-1]
            sections = range(first, last + 1) if " to " in what else [each for _, each in named]
            assert sum(CHAPTERS[chapter - 1][each - 1] for each in sections) == minutes, what


@pytest.mark.parametrize("number", range(1, 7))
def test_an_evening_adds_up(number):
    *_, mistakes, quiz, chapter, exercises = CHAPTERS[number - 1]
    row = [int(cell) for cell in table("evening")[number - 1]]
    evening, before, of_chapter, pause, exercise, together, homework = row
    assert (evening, of_chapter) == (number, chapter)
    assert before + of_chapter + pause + exercise == together
    assert homework == exercises - exercise
    assert together - mistakes - quiz - exercise <= 120, "the short evening of two hours"

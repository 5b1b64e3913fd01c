"""What a chapter must look like before anyone runs it."""

import itertools
import re

import nbformat
import pytest

from workbook.course import course_notebooks

CHAPTERS = course_notebooks()
CHECKED = "nbval-check-output"
LINES_OF_CODE = 15
WORDS_OF_TEXT = 120


def cells(chapter, kind=None):
    notebook = nbformat.read(chapter, as_version=4)
    return [cell for cell in notebook.cells if kind in (None, cell.cell_type)]


def tagged(chapter, tag):
    return [cell for cell in cells(chapter, "code") if tag in cell.metadata.get("tags", [])]


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.stem)
def chapter(request):
    return request.param


def test_the_notebook_is_valid_and_runs_on_any_python3_kernel(chapter):
    notebook = nbformat.read(chapter, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}


def test_only_checked_cells_have_outputs(chapter):
    for cell in cells(chapter, "code"):
        assert cell.execution_count == (1 if cell.outputs else None)
        if CHECKED not in cell.metadata.get("tags", []):
            assert not cell.outputs, f"clean this cell: {cell.source[:60]}"


def test_at_least_three_cells_are_compared_with_their_stored_output(chapter):
    checked = tagged(chapter, CHECKED)
    assert len(checked) >= 3
    assert all(cell.outputs for cell in checked), "run tests/notebooks/refresh.py"


def test_the_one_parameter_is_photos(chapter):
    (cell,) = tagged(chapter, "parameters")
    assert re.search(r'^photos = "studio"', cell.source, flags=re.MULTILINE)


def test_the_first_cell_is_the_same_everywhere(chapter):
    assert cells(chapter, "code")[0].source == cells(CHAPTERS[0], "code")[0].source


def test_the_key_figure_comes_last(chapter):
    (cell,) = tagged(chapter, "key-figure")
    assert cell.id == cells(chapter, "code")[-1].id


def test_cells_are_short(chapter):
    for cell in cells(chapter, "code"):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= LINES_OF_CODE, f"{len(lines)} lines: {lines[0]}"
    for cell in cells(chapter, "markdown"):
        words = cell.source.split()
        assert len(words) <= WORDS_OF_TEXT, f"{len(words)} words: {' '.join(words[:8])}"


def test_headings_are_in_order(chapter):
    text = "\n".join(cell.source for cell in cells(chapter, "markdown"))
    levels = [len(mark) for mark in re.findall(r"^(#+) ", text, flags=re.MULTILINE)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_the_six_sections_are_there(chapter):
    number = int(chapter.name[:2])
    text = "\n".join(cell.source for cell in cells(chapter, "markdown"))
    found = re.findall(rf"^## ({number}\.\d) ", text, flags=re.MULTILINE)
    assert found == [f"{number}.{section}" for section in range(1, 7)]
    assert "## Mistakes on purpose" in text


def test_mistakes_are_numbered_and_each_is_put_right(chapter):
    text = "\n".join(cell.source for cell in cells(chapter, "markdown"))
    mistakes = text.partition("## Mistakes on purpose")[2]
    numbers = re.findall(r"^### Mistake (\d): ", mistakes, flags=re.MULTILINE)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert len(numbers) >= 3
    assert mistakes.count("**The fix") == len(numbers)


def test_a_chapter_ends_with_a_door_to_the_next(chapter):
    ending = cells(chapter, "markdown")[-1].source
    following = CHAPTERS[(CHAPTERS.index(chapter) + 1) % len(CHAPTERS)]
    assert ending.startswith("## What comes next")
    assert f"]({following.name})" in ending


def test_there_are_claims(chapter):
    code = "\n".join(cell.source for cell in cells(chapter, "code"))
    assert len(re.findall(r"\bclaim\(", code)) >= 3


def test_no_path_of_somebodys_computer(chapter):
    text = "\n".join(cell.source for cell in cells(chapter))
    assert not re.search(r"(/home/|/root/|/Users/|/work/|[A-Z]:\\\\)", text)


def test_ids_are_unique(chapter):
    ids = [cell.id for cell in cells(chapter)]
    assert len(ids) == len(set(ids))

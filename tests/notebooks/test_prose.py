"""How the chapters read: short, plain, spelled rightly, with every new word explained."""

import re
from pathlib import Path

import pytest
from spellchecker import SpellChecker

from tests.notebooks.prose import (
    GLOSSARY_LINK,
    plain,
    reading_grade,
    sections,
    sentences,
    text_cells,
    words,
)
from workbook.course import course_notebooks
from workbook.lessons.glossary import Glossary
from workbook.lessons.workflow import chapter_strip, section_strip

REPOSITORY = Path(__file__).resolve().parents[2]
CHAPTERS = course_notebooks()
SECTIONS = [section for chapter in CHAPTERS for section in sections(chapter)]
PAGES = ["README.md", *(f"docs/{name}.md" for name in ("bigger", "faq", "glossary", "instructors"))]
OWN_WORDS = Path(__file__).with_name("words.txt").read_text(encoding="utf-8").split()
HIGHEST_GRADE = 8  # school years
LONGEST_SENTENCE = 40  # words
MOST_NEW_TERMS = 9  # in one section


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.stem)
def chapter(request):
    return request.param


@pytest.fixture(params=SECTIONS, ids=lambda section: section.number)
def section(request):
    return request.param


def test_a_section_reads_easily(section):
    text = "\n\n".join(plain(cell) for cell in section.cells)
    assert reading_grade(text) <= HIGHEST_GRADE
    longest = max(sentences(text), key=lambda sentence: len(words(sentence)))
    assert len(words(longest)) <= LONGEST_SENTENCE, longest
    assert section.new_terms <= MOST_NEW_TERMS


def test_the_reading_grade_tells_plain_from_difficult():
    plain_text = "The model looks at a photo. It says what it sees. Then you tell it the answer."
    difficult = (
        "Regularisation methodologies necessitate comprehensive experimental investigations of "
        "multidimensional hyperparameter configurations, notwithstanding computational limitations."
    )
    assert reading_grade(plain_text) < HIGHEST_GRADE < reading_grade(difficult)


def test_a_section_opens_with_its_steps_and_a_question(section):
    paragraphs = section.cells[0].split("\n\n")
    assert paragraphs[1] == section_strip(section.number)
    assert "?" in paragraphs[2]


def test_a_chapter_says_where_it_sits_and_how_long_it_runs(chapter):
    (where,) = [cell for cell in text_cells(chapter) if cell.startswith("## Where this chapter")]
    assert chapter_strip(int(chapter.name[:2])) in where
    seconds = int(re.search(r"run in about \*\*(\d+) seconds\*\*", where)[1])
    assert 5 <= seconds <= 90


def test_every_new_word_is_linked_to_the_glossary(chapter):
    linked = set(GLOSSARY_LINK.findall("\n".join(text_cells(chapter))))
    known = {_anchor(term.term) for term in Glossary.load().terms}
    assert linked <= known
    introduced = Glossary.load().of_chapter(int(chapter.name[:2])).terms
    assert {_anchor(term.term) for term in introduced} <= linked


def test_the_page_of_words_is_what_the_glossary_says():
    page = (REPOSITORY / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert page == Glossary.load().as_markdown(), "run: python -m workbook.lessons.glossary"


def test_words_are_spelled_rightly():
    checker = SpellChecker(language="en", distance=1)
    checker.word_frequency.load_words(OWN_WORDS)
    texts = {chapter.name: "\n\n".join(text_cells(chapter)) for chapter in CHAPTERS}
    texts |= {page: (REPOSITORY / page).read_text(encoding="utf-8") for page in PAGES}
    unknown = {}
    for name, text in texts.items():
        parts = [
            part.removesuffix("'s")
            for word in words(plain(text).replace("’", "'"))
            for part in word.split("-")
        ]
        wrong = checker.unknown(part for part in parts if part)
        if wrong:
            unknown[name] = sorted(wrong)
    assert not unknown, "misspelled, or missing in tests/notebooks/words.txt"


def _anchor(term: str) -> str:
    return term.lower().replace(" ", "-")

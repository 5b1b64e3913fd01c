import pytest

from workbook.lessons.glossary import Glossary, look_up

GLOSSARY = Glossary.load()


def test_there_are_at_least_seventy_words_in_order_and_none_twice():
    names = [term.term.lower() for term in GLOSSARY.terms]
    assert len(names) >= 70
    assert names == sorted(set(names))


@pytest.mark.parametrize("term", GLOSSARY.terms, ids=lambda term: term.term)
def test_an_entry_is_complete_and_plain(term):
    assert 1 <= term.chapter <= 6
    assert 5 <= len(term.definition.split()) <= 30
    assert term.definition.endswith(".")
    assert len(term.example) >= 10
    assert term.pytorch
    assert term.keras


def test_every_chapter_introduces_words():
    assert all(len(GLOSSARY.of_chapter(chapter)) >= 4 for chapter in range(1, 7))


def test_a_word_is_found_whatever_its_case():
    assert "pass through all training photos" in str(look_up(" Epoch "))


def test_an_unknown_word_names_the_nearest():
    with pytest.raises(KeyError, match="Did you mean softmax"):
        look_up("sotfmax")


def test_the_table_is_readable_by_a_screen_reader():
    page = GLOSSARY._repr_html_()
    assert page.count('scope="row"') == len(GLOSSARY)
    assert "<script" not in page

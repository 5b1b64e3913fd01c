import subprocess
import sys
import tomllib

import pytest

from workbook.lessons.quiz import CONTENT, Quiz

CHAPTERS = range(1, 7)
ALL = [question for chapter in CHAPTERS for question in Quiz.load(chapter).questions]


@pytest.fixture(params=ALL, ids=lambda question: question.id)
def question(request):
    return request.param


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_quiz_has_eight_questions_from_easy_to_hard(chapter):
    quiz = Quiz.load(chapter)
    assert [q.id for q in quiz.questions] == [f"{chapter}.{number}" for number in range(1, 9)]
    levels = [q.difficulty for q in quiz.questions]
    assert levels == ["easy"] * 3 + ["medium"] * 3 + ["hard"] * 2
    assert {q.section.split(".")[0] for q in quiz.questions} == {str(chapter)}


def test_no_field_is_misspelled():
    fields = {"id", "section", "difficulty", "question", "choices", "hint", "solution"}
    fields |= {"code", "output"}
    for chapter in CHAPTERS:
        text = (CONTENT / f"quiz_{chapter}.toml").read_text(encoding="utf-8")
        for entry in tomllib.loads(text)["questions"]:
            assert set(entry) <= fields


def test_a_question_is_complete(question):
    assert len(question.choices) == 4
    assert len({choice.text for choice in question.choices}) == 4
    assert sum(choice.correct for choice in question.choices) == 1
    assert question.hint
    assert len(question.solution.split()) >= 8
    for choice in question.choices:
        assert len(choice.why.split()) >= 4, f"{question.id} {choice.letter}"
        assert bool(choice.misconception) != choice.correct, f"{question.id} {choice.letter}"


def test_code_that_is_shown_prints_what_is_claimed(question):
    if not question.code:
        assert not question.output
        return
    run = subprocess.run([sys.executable, "-c", question.code], capture_output=True, text=True)
    assert run.stdout.strip() == question.output, run.stderr


def test_the_right_answer_of_a_code_question_is_what_the_code_prints():
    about_other_things = {"5.2"}  # asks for the name of what is printed
    for question in ALL:
        if question.output and question.id not in about_other_things:
            said, printed = (_letters_and_digits(t) for t in (question.right.text, question.output))
            assert said in printed or question.id == "5.8", question.id


def _letters_and_digits(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def test_at_least_a_third_ask_about_something_that_can_be_run():
    assert sum(bool(question.code) for question in ALL) >= len(ALL) / 3


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_right_answers_are_spread_over_the_positions(chapter):
    letters = [question.right.letter for question in Quiz.load(chapter).questions]
    for letter in "abcd":
        assert 1 <= letters.count(letter) <= 3, f"{letter} is right {letters.count(letter)} times"


def test_the_right_answer_is_not_regularly_the_longest():
    longest = 0
    for question in ALL:
        others = [len(choice.text) for choice in question.choices if not choice.correct]
        longest += len(question.right.text) > max(others)
    assert longest <= len(ALL) * 0.35, f"the longest choice is right {longest} times"


def test_answers_in_plain_text():
    quiz = Quiz.load(1)
    assert quiz.answer("1.3", "C").startswith("✔ Right.")
    assert quiz.answer("1.3", "b").startswith("✘ Not quite.")
    assert "c)" in quiz.solution("1.3")
    assert quiz.hint("1.3")
    assert "Question 1.8 (hard)" in str(quiz)


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: Quiz.load(7), "no quiz for chapter 7"),
        (lambda: Quiz.load(1).answer("9.9", "a"), 'no question "9.9"'),
        (lambda: Quiz.load(1).answer("1.1", "z"), "Its choices are a, b, c, d"),
    ],
)
def test_mistyped_answers_get_a_sentence(ask, sentence):
    with pytest.raises(ValueError, match=sentence):
        ask()


def test_the_static_page_folds_its_answers():
    page = Quiz.load(1).as_html()
    assert page.count("<details>") == 16
    assert "<script" not in page

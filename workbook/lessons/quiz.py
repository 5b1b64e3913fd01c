"""Quizzes: eight questions a chapter, kept as data, shown in three ways.

``Quiz.load(1)`` reads the questions of chapter 1. In a notebook a quiz shows itself with buttons
(see ``workbook.views.quiz``); on a static page its answers are folded away; and
``quiz.answer("1.3", "b")`` answers in plain text.
"""

import html
import tomllib
from dataclasses import dataclass
from pathlib import Path

from workbook.lessons.progress import Progress

CONTENT = Path(__file__).with_name("content")
LETTERS = "abcdef"
A_B_C = "list-style-type:lower-alpha"  # JupyterLab makes 1, 2, 3 of every list that is not told so


@dataclass(frozen=True)
class Choice:
    """One possible answer. ``why`` explains it; ``misconception`` is what a wrong one shows."""

    letter: str
    text: str
    correct: bool
    why: str
    misconception: str = ""


@dataclass(frozen=True)
class Question:
    """A question with its choices. ``code`` is shown below the question; ``output`` is what it
    prints, for the tests and for the solution."""

    id: str
    section: str
    difficulty: str
    question: str
    choices: tuple[Choice, ...]
    hint: str
    solution: str
    code: str = ""
    output: str = ""

    @property
    def right(self) -> Choice:
        """The choice that is correct."""
        return next(choice for choice in self.choices if choice.correct)

    def choice(self, letter: str) -> Choice:
        """Return the choice with this letter. Raises ValueError when there is none."""
        for choice in self.choices:
            if choice.letter == letter.strip().lower():
                return choice
        letters = ", ".join(choice.letter for choice in self.choices)
        raise ValueError(f'Question {self.id} has no choice "{letter}". Its choices are {letters}.')

    def feedback(self, letter: str) -> str:
        """Return what to tell somebody who chose this letter."""
        choice = self.choice(letter)
        verdict = "✔ Right." if choice.correct else "✘ Not quite."
        return f"{verdict} {choice.why}"

    def as_text(self) -> str:
        """Return the question and its choices as plain text, without the answer."""
        lines = [f"Question {self.id} ({self.difficulty}). {self.question}"]
        if self.code:
            lines += ["", *(f"    {line}" for line in self.code.splitlines()), ""]
        lines += [f"  {choice.letter}) {choice.text}" for choice in self.choices]
        return "\n".join(lines)

    def as_html(self) -> str:
        """Return the question as HTML, with hint and answer folded away."""
        choices = "".join(f"<li>{in_html(choice.text)}</li>" for choice in self.choices)
        reasons = "".join(
            f"<li>{'✔ right' if choice.correct else '✘ wrong'}: {in_html(choice.why)}</li>"
            for choice in self.choices
        )
        return (
            f"{self.heading_html()}"
            f'<ol type="a" style="{A_B_C}">{choices}</ol>'
            f"<details><summary>Hint</summary><p>{in_html(self.hint)}</p></details>"
            f"<details><summary>Answer</summary><p><strong>{self.right.letter})</strong> "
            f'{in_html(self.solution)}</p><ol type="a" style="{A_B_C}">{reasons}</ol></details>'
        )

    def heading_html(self) -> str:
        """Return the question itself as HTML, with its code."""
        code = f"<pre>{html.escape(self.code)}</pre>" if self.code else ""
        return (
            f"<p><strong>Question {self.id}</strong> <em>({self.difficulty})</em><br>"
            f"{in_html(self.question)}</p>{code}"
        )


class Quiz:
    """The questions of one chapter, in order."""

    def __init__(self, chapter: int, questions: tuple[Question, ...]):
        self.chapter = chapter
        self.questions = questions

    @classmethod
    def load(cls, chapter: int) -> "Quiz":
        """Read the quiz of a chapter. Raises ValueError when that chapter has none."""
        path = CONTENT / f"quiz_{chapter}.toml"
        if not path.exists():
            raise ValueError(f"There is no quiz for chapter {chapter}.")
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["questions"]
        return cls(chapter, tuple(_question(entry) for entry in entries))

    def __len__(self) -> int:
        return len(self.questions)

    def question(self, question_id: str) -> Question:
        """Return one question by its number, such as "1.3". Raises ValueError."""
        for question in self.questions:
            if question.id == str(question_id):
                return question
        known = f"{self.questions[0].id} to {self.questions[-1].id}"
        raise ValueError(f'There is no question "{question_id}" here. The questions are {known}.')

    def answer(self, question_id: str, letter: str) -> str:
        """Answer a question, and return what there is to say about the answer.

        A right answer is noted in the workspace, because it counts towards the milestones.
        """
        question = self.question(question_id)
        if question.choice(letter).correct:
            Progress().answered_right(question.id)
        return question.feedback(letter)

    def hint(self, question_id: str) -> str:
        """Return the hint to a question."""
        return self.question(question_id).hint

    def solution(self, question_id: str) -> str:
        """Return the worked solution of a question."""
        question = self.question(question_id)
        return f"{question.right.letter}) {question.solution}"

    def __str__(self) -> str:
        return "\n\n".join(question.as_text() for question in self.questions)

    def as_html(self) -> str:
        """Return the whole quiz as a static page: questions, choices, folded answers."""
        return "<hr>".join(question.as_html() for question in self.questions)


def in_html(text: str) -> str:
    """Return text as HTML: escaped, with `words in backquotes` set as code."""
    parts = html.escape(text.strip()).split("`")
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))


def _question(entry: dict) -> Question:
    choices = tuple(
        Choice(letter=letter, correct=choice.pop("correct", False), **choice)
        for letter, choice in zip(LETTERS, entry.pop("choices"), strict=False)
    )
    texts = {name: value.strip() for name, value in entry.items()}
    return Question(choices=choices, **texts)

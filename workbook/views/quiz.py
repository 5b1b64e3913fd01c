"""A quiz with buttons."""

import html

import ipywidgets

from workbook.lessons.quiz import Question, Quiz, in_html
from workbook.views.explorer import Lab

GREEN, ORANGE = "#1b7837", "#b35806"


class QuizView(Lab):
    """The questions of a chapter, each with a button per choice, a hint, and a worked solution.

    Buttons, because arrow keys leave JupyterLab's radio buttons for the next cell. Without a
    kernel the same questions are shown as text, with the answers folded away.
    """

    invitation = "In the notebook, run this cell to answer with buttons."

    def __init__(self, quiz: Quiz):
        self.quiz = quiz
        self.right_answers: set[str] = set()
        self._score = ipywidgets.HTML()
        rows = [self._row(question) for question in quiz.questions]
        super().__init__([*rows, self._score])
        self._show_score()

    def _row(self, question: Question) -> ipywidgets.VBox:
        feedback = ipywidgets.HTML()
        choices = ipywidgets.HTML(
            '<ol type="a" style="margin:4px 0 8px;line-height:1.6">'
            + "".join(f"<li>{in_html(choice.text)}</li>" for choice in question.choices)
            + "</ol>"
        )
        buttons = [
            _button(choice.letter, lambda _, c=choice: self._answer(question, c.letter, feedback))
            for choice in question.choices
        ]
        buttons.append(_button("Hint", lambda _: _say(feedback, "💡 ", question.hint, ORANGE)))
        buttons.append(_button("Solution", lambda _: self._solve(question, feedback)))
        wrapping = ipywidgets.Layout(flex_flow="row wrap")
        question_text = ipywidgets.HTML(question.heading_html())
        row = [question_text, choices, ipywidgets.HBox(buttons, layout=wrapping), feedback]
        return ipywidgets.VBox(row, layout=ipywidgets.Layout(margin="0 0 18px 0"))

    def _answer(self, question: Question, letter: str, feedback: ipywidgets.HTML) -> None:
        words = self.quiz.answer(question.id, letter)
        right = question.choice(letter).correct
        if right:
            self.right_answers.add(question.id)
        _say(feedback, f"{letter}) ", words, GREEN if right else ORANGE)
        self._show_score()

    def _solve(self, question: Question, feedback: ipywidgets.HTML) -> None:
        _say(feedback, f"{question.right.letter}) ", question.solution, GREEN)

    def _show_score(self) -> None:
        done, total = len(self.right_answers), len(self.quiz)
        self._score.value = (
            f'<p role="status"><strong>{done} of {total} answered right.</strong></p>'
        )

    def static_html(self) -> str:
        return self.quiz.as_html()

    def static_text(self) -> str:
        return str(self.quiz)


def show_quiz(chapter: int) -> QuizView:
    """Return the quiz of a chapter, with buttons."""
    return QuizView(Quiz.load(chapter))


def _button(words: str, action) -> ipywidgets.Button:
    width = "3.2em" if len(words) == 1 else "6em"
    button = ipywidgets.Button(description=words, layout=ipywidgets.Layout(width=width))
    button.on_click(action)
    return button


def _say(feedback: ipywidgets.HTML, start: str, text: str, colour: str) -> None:
    feedback.value = (
        f'<div role="status" style="border-left:4px solid {colour};padding:2px 10px">'
        f"{html.escape(start)}{in_html(text)}</div>"
    )

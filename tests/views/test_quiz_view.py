from workbook.views.quiz import show_quiz


def parts(view, row):
    _question, _choices, buttons, feedback = view.children[row].children
    return {button.description: button for button in buttons.children}, feedback


def test_buttons_answer_and_the_score_counts_right_answers_once():
    view = show_quiz(1)
    buttons, feedback = parts(view, 2)
    buttons["a"].click()
    assert "Not quite" in feedback.value
    assert "0 of 8" in view.children[-1].value
    buttons["c"].click()
    buttons["c"].click()
    assert "Right." in feedback.value
    assert "1 of 8" in view.children[-1].value


def test_hint_and_solution_are_shown_on_request():
    buttons, feedback = parts(show_quiz(1), 0)
    assert feedback.value == ""
    buttons["Hint"].click()
    assert "💡" in feedback.value
    buttons["Solution"].click()
    assert feedback.value.count("<div") == 1, "the solution takes the place of the hint"


def test_without_a_kernel_the_questions_can_be_read():
    view = show_quiz(3)
    assert "<details>" in view.static_html()
    assert "Question 3.1" in view.static_text()

"""The frame of the labs: one picture that follows its controls, and what is left without Python."""

import numpy as np
import pytest
import torch
from PIL import Image

from workbook.views import explorer
from workbook.views.controls import Choice, set_limit, whole_number
from workbook.views.explorer import WIDGET_VIEW, Explorer, figure


def numbers_lab(**options) -> Explorer:
    controls = {"row": whole_number("row", 1, 0, 9), "column": whole_number("column", 2, 0, 9)}
    return Explorer(show_place, controls, **options)


def show_place(row, column):
    if row == 9:
        raise ValueError("Nine is <too> much.")
    return f"<p>{row} and {column}</p>"


@pytest.fixture
def outputs(monkeypatch):
    """What was shown, as a list of MIME bundles."""
    shown = []
    monkeypatch.setattr(explorer, "display", lambda data, raw: shown.append(data))
    return shown


def test_the_picture_follows_the_controls():
    lab = numbers_lab()
    assert "<p>1 and 2</p>" in lab.picture.value
    lab.controls["row"].value = 5
    assert "<p>5 and 2</p>" in lab.picture.value


def test_the_last_of_many_quick_moves_wins():
    lab = numbers_lab()
    for step in range(200):
        lab.controls["column"].value = step % 9
    assert "<p>1 and 1</p>" in lab.picture.value


def test_an_error_is_shown_in_place_of_the_picture_and_goes_away_again():
    lab = numbers_lab()
    lab.controls["row"].value = 9
    assert "Nine is &lt;too&gt; much." in lab.picture.value
    assert 'role="alert"' in lab.picture.value
    lab.controls["row"].value = 8
    assert "<p>8 and 2</p>" in lab.picture.value


def test_a_cell_that_is_run_again_keeps_what_was_set():
    first = numbers_lab()
    first.controls["row"].value = 6
    again = numbers_lab()
    assert again.values == {"row": 6, "column": 2}
    assert "<p>6 and 2</p>" in again.picture.value


def test_a_lab_that_starts_elsewhere_is_not_moved_by_what_was_set_in_another():
    numbers_lab().controls["row"].value = 6
    controls = {"row": whole_number("row", 3, 0, 9), "column": whole_number("column", 2, 0, 9)}
    assert Explorer(show_place, controls).values["row"] == 3


def test_adjusting_limits_draws_once():
    drawn = []

    def draw(step, place):
        drawn.append((step, place))
        return ""

    step, place = whole_number("step", 9, 0, 9), whole_number("place", 9, 0, 9)
    lab = Explorer(
        draw, {"step": step, "place": place}, adjust=lambda: set_limit(place, step.value)
    )
    step.value = 4
    assert drawn == [(9, 9), (4, 4)]
    assert lab.values == {"step": 4, "place": 4}


def test_the_picture_without_python_and_the_widget_are_two_outputs(outputs):
    numbers_lab()._ipython_display_()
    still, living = outputs
    assert still["text/html"].count("<p>1 and 2</p>") == 1
    assert "run this cell" in still["text/html"]
    assert WIDGET_VIEW not in still
    assert set(living) == {WIDGET_VIEW, "text/plain"}, "the second output shows no second picture"
    assert living["text/plain"] == ""


def test_two_labs_in_one_page_do_not_hide_each_other(outputs):
    numbers_lab()._ipython_display_()
    numbers_lab()._ipython_display_()
    first, second = (outputs[index]["text/html"].split("html:has(")[1][:24] for index in (0, 2))
    assert first != second


def test_a_choice_is_made_with_buttons_and_says_which_is_chosen():
    choice = Choice("kernel", ["edges", "blur"])
    heard = []
    choice.observe(lambda change: heard.append(change["new"]), "value")
    choice.buttons[1].click()
    assert choice.value == "blur"
    assert heard == ["blur"]
    assert [button.description for button in choice.buttons] == ["○ edges", "● blur"]


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((4, 6), dtype=np.uint8),
        np.zeros((4, 6, 3), dtype=np.uint8),
        torch.zeros(3, 4, 6, dtype=torch.uint8),
        Image.new("RGB", (6, 4)),
    ],
)
def test_a_figure_has_a_caption_an_alt_text_and_marks(pixels):
    page = figure(pixels, 'red & "blue"', 120, marks=[(1, 3, 2, 3)])
    assert 'alt="red &amp; &quot;blue&quot;"' in page
    assert ">red &amp; &quot;blue&quot;</figcaption>" in page
    assert "left:50.00%;top:25.00%" in page
    assert "width:50.00%;height:50.00%" in page

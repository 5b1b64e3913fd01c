import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab_pages import Page, drawing_in

from workbook.views.drawing import (
    Chart,
    card,
    number_grid,
    readable_on,
    short,
    signed_colours,
    signed_picture,
    words,
)

NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=30)


def test_zero_is_white_and_signs_have_colours_of_their_own():
    colours = signed_colours(np.array([-2.0, -1.0, 0.0, 1.0, 2.0]), 1.0)
    assert colours[2].tolist() == [255, 255, 255]
    assert colours[0].tolist() == colours[1].tolist() == [0, 114, 178]
    assert colours[3].tolist() == colours[4].tolist() == [213, 94, 0]


def test_a_picture_of_values_has_the_colours_of_the_values():
    values = np.array([[-1.0, 0.0], [0.5, 1.0]])
    pixels = np.asarray(signed_picture(values, 1.0).convert("RGB")).astype(int)
    assert np.abs(pixels - signed_colours(values, 1.0)).max() <= 20, "a shade is this wide"
    assert pixels[0, 1].tolist() == [255, 255, 255]


@given(NAMES, NAMES)
def test_any_name_can_be_drawn_and_described(name, description):
    page = Page(card(90, 30, [words(5, 20, name)], description))
    assert page.descriptions == [description]
    drawing = drawing_in(page.addresses[0])
    assert "".join(drawing.itertext()) == name


def test_a_grid_holds_its_numbers_in_order():
    values = np.array([[1.0, -2.5], [0.0, -0.001]])
    grid = number_grid(0, 20, values, signed_colours(values, 2), digits=2)
    drawing = drawing_in(Page(card(100, 120, [grid], "numbers")).addresses[0])
    assert [text for text in drawing.itertext() if text] == ["1.00", "−2.50", "0.00", "0.00"]


@given(st.floats(-1e6, 1e6), st.integers(0, 5))
def test_short_numbers_are_close_and_never_minus_zero(number, digits):
    text = short(number, digits)
    assert float(text.replace("−", "-")) == pytest.approx(number, abs=0.5 * 10**-digits + 1e-9)
    assert "-" not in text
    assert text.strip("−0.") or not text.startswith("−")


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.booleans())
def test_a_value_never_leaves_its_chart(x, y, log):
    chart = Chart(200, 100, x=(0, 1), y=(0.1, 10), log_y=log)
    across, down = chart.place(x, y)
    assert chart.left <= across <= 200 - chart.right
    assert chart.top <= down <= 100 - chart.bottom


def test_text_is_dark_on_bright_and_bright_on_dark():
    assert readable_on((255, 255, 255)) != readable_on((0, 0, 0)) == "white"

"""The frame itself: the quiz, and a lab with nothing but numbers in it."""

from lab_case import LabCase
from playwright.sync_api import expect

SETUP = """
import numpy as np
from workbook.views.controls import whole_number
from workbook.views.explorer import Explorer, figure
from workbook.views.quiz import show_quiz

def square(side):
    return figure(np.full((8, 8), 20 * side, dtype=np.uint8), f"grey {20 * side}")
"""


def drive_numbers(page, output) -> None:
    box = output.get_by_label("side")
    box.focus()
    for _ in range(8):  # fast: faster than the pictures can follow
        page.keyboard.press("ArrowUp")
    image = output.get_by_role("img", name="grey 200", exact=True)
    expect(image).to_be_visible()
    assert image.evaluate("image => image.complete && image.naturalWidth == 8")
    expect(output.get_by_role("img")).to_have_count(1)
    cell = page.locator(".jp-CodeCell").nth(1)
    cell.locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+Enter")  # run again: what was set is still set
    expect(cell.locator(".jp-InputPrompt")).to_have_text("[4]:")
    expect(output.get_by_label("side")).to_have_value("10")
    expect(output.get_by_role("img", name="grey 200", exact=True)).to_be_visible()


def drive_quiz(page, output) -> None:
    output.get_by_role("button", name="a", exact=True).first.click()
    expect(output.get_by_role("status").first).to_contain_text("a)")


LABS = {
    "numbers": LabCase('Explorer(square, {"side": whole_number("side", 2, 0, 12)})', drive_numbers),
    "quiz": LabCase("show_quiz(1)", drive_quiz),
}

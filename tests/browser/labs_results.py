"""Reading curves, choosing a threshold, predicting a photo of one's own, and the progress board."""

import io
import re

from lab_case import fill, seen
from labs_photos import drag_to_the_end
from PIL import Image
from playwright.sync_api import expect


def drive_curves(page, output) -> None:
    expect(seen(output, "What differs, according to the experiment log")).to_be_visible()
    fill(output, "read epoch", 2)
    curves = output.get_by_role("img", name=re.compile("at epoch 2. plain: epoch 2"))
    expect(curves).to_be_visible()
    output.get_by_role("button", name="○ accuracy").click()
    expect(output.get_by_role("img", name=re.compile("curves, accuracy"))).to_be_visible()
    expect(seen(output, re.compile("^augmented: epoch"))).to_be_visible()
    output.get_by_role("button", name="○ no other run").click()
    expect(seen(output, re.compile("^augmented: epoch"))).to_have_count(0)
    expect(seen(output, "What the run doctor says")).to_be_visible()


def drive_confidence(page, output) -> None:
    box = output.get_by_label("threshold, in %", exact=True)
    box.focus()
    for _ in range(10):  # from 80
        page.keyboard.press("ArrowUp")
    expect(seen(output, "At a threshold of 90% the model")).to_be_visible()
    fill(output, "threshold, in %", 0)
    expect(seen(output, re.compile(r"answers (\d+) of \1 photos"))).to_be_visible()
    expect(seen(output, re.compile(r"Of (\d+) .* gives a name to \1\."))).to_be_visible()
    drag_to_the_end(page, output, "threshold, in %")
    expect(seen(output, "At a threshold of 99% the model")).to_be_visible()


def upload(page, output, file: dict) -> None:
    """Press the button, and choose this file in the browser's own window."""
    with page.expect_file_chooser() as chooser:
        output.get_by_role("button", name=re.compile("choose a photo of yours")).click()
    chooser.value.set_files(file)


def drive_prediction(page, output) -> None:
    fill(output, "example photo", 2)
    expect(output.get_by_role("img", name=re.compile("example 2, as it is"))).to_be_visible()
    picture = io.BytesIO()
    Image.new("RGB", (300, 200), (190, 30, 30)).save(picture, "JPEG")
    mine = {"name": "mine.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    upload(page, output, mine)
    expect(output.get_by_role("img", name=re.compile("mine.jpg, as it is"))).to_be_visible()
    upload(page, output, {**mine, "name": "broken.jpg", "buffer": b"\xff\xd8 broken"})
    expect(output.get_by_text("No answer: broken.jpg")).to_be_visible()
    expect(output.get_by_role("img")).to_have_count(0)
    upload(page, output, mine)
    expect(output.get_by_role("img", name=re.compile("mine.jpg, as it is"))).to_be_visible()


def drive_progress(page, output) -> None:
    board = output.get_by_role("img", name=re.compile("Milestones of six chapters"))
    expect(board).to_be_visible()
    for chapter in ("5", "2"):
        output.get_by_role("button", name=re.compile(f" {chapter}$")).click()
        tasks = output.get_by_role("listitem")
        expect(tasks).to_have_count(4)
        expect(tasks.first).to_contain_text(f"{chapter}.1 ")


def drive_first_progress(page, output) -> None:
    """The board at the end of a chapter that has been run whole."""
    expect(output.get_by_role("img", name=re.compile("reached: 1.1"))).to_be_visible()
    drive_progress(page, output)


def drive_quiz(page, output) -> None:
    said = output.get_by_role("status")
    expect(said).to_have_text(re.compile("0 of . answered right"))
    first = output.get_by_role("button", name="a", exact=True).first
    first.focus()
    page.keyboard.press("Enter")
    expect(said.first).to_contain_text("a)")
    about_a = said.first.text_content()
    output.get_by_role("button", name="Solution").first.click()
    expect(said.first).not_to_have_text(about_a)
    solution = said.first.text_content()
    output.get_by_role("button", name=solution.strip()[0], exact=True).first.click()
    expect(said.last).to_have_text(re.compile("1 of . answered right"))

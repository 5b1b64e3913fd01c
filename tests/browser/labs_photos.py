"""The labs that look at photos: browsing, sorting, augmenting, looking, confusing."""

import re

from lab_case import fill, seen
from playwright.sync_api import expect


def drive_browser(page, output) -> None:
    """The photo browser on the folder that the photo doctor looked at and repaired."""
    status, shown = output.get_by_role("status"), output.get_by_label("show")
    options = shown.locator("option").all_text_contents()
    groups = [option.replace("\xa0", " ") for option in options]
    (apples,) = [group for group in groups if group.startswith("class: apple (")]
    count = int(re.search(r"\d+", apples)[0])
    shown.select_option(index=groups.index(apples))
    expect(status).to_contain_text(f"Photos 1 to 12 of {count}")
    output.get_by_role("button", name="next group").click()
    output.get_by_role("button", name="previous group").click()
    output.get_by_label("page").focus()
    page.keyboard.press("ArrowUp")
    expect(status).to_contain_text("Photos 13 to ")
    button = output.get_by_role("button", name="choose 2", exact=True)
    button.focus()
    page.keyboard.press("Enter")  # the keyboard alone
    expect(output.get_by_role("button", name="✓ 2 chosen")).to_be_focused()
    expect(output.get_by_role("img", name=re.compile("^apple.*, chosen"))).to_be_visible()
    output.get_by_label("class", exact=True).fill("mug")
    output.get_by_role("button", name="move to this class").click()
    expect(status).to_contain_text("1 photo moved to mug")
    expect(shown).to_contain_text(f"class: apple ({count - 1})")
    output.get_by_role("button", name="undo").click()
    expect(status).to_contain_text("1 photo put back")
    expect(shown).to_contain_text(apples)
    finding = next(group for group in groups if group.startswith("finding: "))
    shown.select_option(index=groups.index(finding))
    expect(status).to_contain_text(f"of {re.search(r'[0-9]+', finding)[0]}; 0 chosen")


def drive_sorting(page, output) -> None:
    """The same on a folder of a camera, where no photo has a class yet."""
    status = output.get_by_role("status")
    expect(status).to_contain_text("Photos 1 to 9 of 9")
    for number in (1, 2, 3):
        output.get_by_role("button", name=f"choose {number}", exact=True).click()
    expect(status).to_contain_text("3 chosen")
    output.get_by_label("class", exact=True).fill("apple")
    output.get_by_role("button", name="move to this class").click()
    expect(status).to_contain_text("3 photos moved to apple")
    output.get_by_role("button", name="choose all on this page").click()
    output.get_by_role("button", name="to quarantine").click()
    expect(status).to_contain_text("moved to the quarantine; nothing is deleted")
    for _ in range(2):
        output.get_by_role("button", name="undo").click()
        expect(status).to_contain_text("put back")
    expect(output.get_by_label("show")).to_contain_text("unsorted (9)")


def drive_augmentation(page, output) -> None:
    expect(output.get_by_role("img")).to_have_count(9)
    expect(seen(output, "Small changes")).to_be_visible()
    code = output.locator("code").filter(visible=True)
    drag_to_the_end(page, output, "turn, degrees")
    expect(seen(output, "Turned by up to 180 degrees")).to_be_visible()
    expect(code).to_contain_text("rotate=180")
    box = output.get_by_label("turn, degrees", exact=True)
    expect(box).to_have_value("180")
    box.focus()
    for _ in range(12):  # faster than the pictures can follow: the last position wins
        page.keyboard.press("ArrowDown")
    expect(code).to_contain_text("rotate=168")
    handle = slider_beside(output, "turn, degrees").locator(".noUi-handle")
    expect(handle).to_have_attribute("aria-valuenow", re.compile("^168"))
    fill(output, "tint, in %", 50)
    expect(code).to_contain_text("tint=0.5")
    before = output.get_by_role("img", name="Version 1").get_attribute("src")
    output.get_by_role("button", name="a drawn 6").click()
    expect(seen(output, "6 and 9 may look alike")).to_be_visible()
    assert output.get_by_role("img", name="Version 1").get_attribute("src") != before


def drag_to_the_end(page, output, label: str) -> None:
    """Take the handle of a slider with the mouse and pull it to the right, in several moves."""
    slider = slider_beside(output, label)
    handle = slider.locator(".noUi-touch-area").bounding_box()
    track = slider.locator(".noUi-target").bounding_box()
    middle = handle["y"] + handle["height"] / 2
    page.mouse.move(handle["x"] + handle["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(track["x"] + track["width"] + 30, middle, steps=25)
    page.mouse.up()


def slider_beside(output, label: str):
    box = output.get_by_label(label, exact=True)
    return box.locator("xpath=ancestor::*[contains(@class, 'workbook-slider')]")


def drive_looking(page, output) -> None:
    expect(output.get_by_role("img")).to_have_count(10)
    second_map = output.get_by_role("img", name=re.compile("^Occlusion map")).nth(1)
    before = second_map.get_attribute("src")
    output.get_by_label("photo", exact=True).focus()
    page.keyboard.press("ArrowUp")
    expect(second_map).not_to_have_attribute("src", before)
    output.get_by_role("button", name="○ mug").click()
    expect(seen(output, "occlusion map for mug")).to_have_count(2)
    expect(seen(output, "What such a map cannot tell")).to_be_visible()


def drive_confusion(page, output) -> None:
    cells = output.locator("button.workbook-cell")
    counts = [int(text) for text in cells.all_text_contents()]
    classes = int(len(counts) ** 0.5)
    right = [index * (classes + 1) for index in range(classes)]
    wrong = [index for index in range(len(counts)) if index not in right]
    chosen = output.locator("button.workbook-chosen-cell")
    expect(chosen).to_have_text(str(max(counts[index] for index in wrong)))
    best = max(right, key=lambda index: counts[index])
    cells.nth(best).click()
    expect(seen(output, f", and right: {counts[best]}")).to_be_visible()
    expect(output.get_by_role("img", name=re.compile("Training photo of"))).to_have_count(4)
    mistake = max(wrong, key=lambda index: counts[index])
    cells.nth(mistake).focus()
    page.keyboard.press("Enter")
    expect(cells.nth(mistake)).to_have_class(re.compile("workbook-chosen-cell"))
    expect(seen(output, re.compile(f", called .*: {counts[mistake]}$"))).to_be_visible()
    output.get_by_role("button", name="this label is wrong").click()
    expect(seen(output, "label marked as wrong: none of the classes")).to_be_visible()
    output.get_by_role("button", name="take the mark back").click()
    expect(seen(output, "The mark is gone")).to_be_visible()

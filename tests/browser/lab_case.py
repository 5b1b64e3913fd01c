"""The steps that all browser tests of labs share."""

import os
import re
from pathlib import Path

from playwright.sync_api import expect

PROMPTS = ".jp-CodeCell .jp-InputPrompt"
STOPPED = r"""selector => {
  const prompts = [...document.querySelectorAll(selector)].map(prompt => prompt.textContent);
  return prompts.some(text => /\d/.test(text)) && !prompts.some(text => text.includes('*'));
}"""
CONTROLS = ("button", "spinbutton", "slider", "textbox", "combobox", "checkbox", "radio", "listbox")
SCREENSHOTS = os.environ.get("WORKBOOK_SCREENSHOTS")  # a folder: pictures of every lab go there


def open_notebook(page, address: str, name: str) -> None:
    """Open a notebook and wait until its kernel is ready."""
    page.goto(f"{address}lab/tree/{name}?reset")
    wait_until_idle(page)


def wait_until_idle(page) -> None:
    page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for(timeout=90_000)


def run_all(page, count: int) -> None:
    """Run all ``count`` cells. Fails with the output of a cell that stopped with an error."""
    choose(page, "Run", "Run All Cells")
    page.wait_for_function(STOPPED, arg=PROMPTS, timeout=300_000)
    run = sum("[ ]" not in prompt for prompt in page.locator(PROMPTS).all_text_contents())
    assert run == count, output_of(page, run - 1).inner_text()
    wait_until_idle(page)


def run_again(page, output) -> None:
    """Run the cell of an output area once more, and wait until that is done."""
    cell = output.locator("xpath=ancestor::*[contains(@class, 'jp-CodeCell')]")
    prompt = cell.locator(".jp-InputPrompt")
    before = prompt.text_content()
    cell.locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+Enter")
    expect(prompt).not_to_have_text(before)
    expect(prompt).to_have_text(re.compile(r"\[\d+\]"))


def choose(page, menu: str, entry: str) -> None:
    """Choose an entry of a menu; its shortcut may follow its name."""
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=re.compile(rf"^{entry}( |$|[^A-Za-z])")).first.click()


def output_of(page, index: int):
    """Return the output area of the code cell with this number, scrolled into view."""
    cell = page.locator(".jp-CodeCell").nth(index)
    cell.scroll_into_view_if_needed()
    return cell.locator(".jp-Cell-outputArea").first


def fill(output, label: str, value: object) -> None:
    """Type a value into a box and leave it with Enter, as a person does."""
    box = output.get_by_label(label, exact=True)
    box.fill(str(value))
    box.press("Enter")


def seen(output, words: str | re.Pattern):
    """Return what says so in the living lab, and not in the static picture hidden behind it."""
    return output.get_by_text(words).filter(visible=True)


def names_of_controls(page, output) -> list[str]:
    """Return the name of every control, as Chromium tells it to screen readers."""
    output.evaluate("element => element.dataset.lab = 'asked'")
    client = page.context.new_cdp_session(page)
    root = client.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    inside = {"nodeId": root, "selector": "[data-lab=asked]"}
    lab = client.send("DOM.querySelector", inside)["nodeId"]
    names = []
    for role in CONTROLS:
        asked = {"nodeId": lab, "role": role}
        found = client.send("Accessibility.queryAXTree", asked)["nodes"]
        names += [node["name"]["value"] for node in found if not node["ignored"]]
    client.detach()
    output.evaluate("element => delete element.dataset.lab")
    return names


def photograph(output, name: str, state: str) -> None:
    """Save a picture of a lab, when a folder for them is named in WORKBOOK_SCREENSHOTS.

    With WORKBOOK_DARK=1 in the environment, JupyterLab wears its dark theme.
    """
    if SCREENSHOTS:
        output.screenshot(path=Path(SCREENSHOTS) / f"{name}_{state}.png")

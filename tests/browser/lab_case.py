"""What a browser test has to know about a lab, and the steps that all of them share."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat

ALL_RUN = r"""() => {
  const cells = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')];
  const error = '[data-mime-type="application/vnd.jupyter.error"]';
  return cells.every(cell => /\[\d+\]/.test(cell.textContent)) || document.querySelector(error);
}"""
ERROR = '[data-mime-type="application/vnd.jupyter.error"]'
SCREENSHOTS = os.environ.get("WORKBOOK_SCREENSHOTS")  # a folder: pictures of every lab go there


@dataclass(frozen=True)
class LabCase:
    """One lab: ``show`` is the code whose last line is the lab, as a chapter has it.

    ``drive(page, output)`` uses mouse and keyboard on it, and asserts that the right thing comes
    of it. ``page`` is Playwright's page, ``output`` the locator of the lab's output area.
    """

    show: str
    drive: Callable


def write_notebook(path: Path, setup: str, cases: dict[str, LabCase]) -> None:
    """Write a notebook with ``setup`` in its first cell and one lab in each of the others."""
    cells = [nbformat.v4.new_code_cell(setup)]
    cells += [nbformat.v4.new_code_cell(case.show) for case in cases.values()]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
    path.write_text(nbformat.writes(notebook), encoding="utf-8")


def open_notebook(page, address: str, name: str) -> None:
    """Open a notebook and wait until its kernel is ready."""
    page.goto(f"{address}lab/tree/{name}?reset")
    wait_until_idle(page)


def wait_until_idle(page) -> None:
    page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for(timeout=90_000)


def run_all(page) -> None:
    """Run every cell and wait for the last. Fails with the error of a cell that stopped."""
    choose(page, "Run", "Run All Cells")
    page.wait_for_function(ALL_RUN, timeout=180_000)
    wait_until_idle(page)
    errors = page.locator(ERROR)
    assert errors.count() == 0, errors.first.text_content()


def choose(page, menu: str, entry: str) -> None:
    """Choose an entry of a menu; its shortcut may follow its name."""
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=re.compile(rf"^{entry}( |$|[^A-Za-z])")).first.click()


def output_of(page, index: int):
    """Return the output area of the code cell with this number, scrolled into view."""
    cell = page.locator(".jp-CodeCell").nth(index)
    cell.scroll_into_view_if_needed()
    return cell.locator(".jp-Cell-outputArea").first


def photograph(page, name: str, count: int, state: str) -> None:
    """Save a picture of every lab, when a folder for them is named in WORKBOOK_SCREENSHOTS.

    With WORKBOOK_DARK=1 in the environment, JupyterLab wears its dark theme.
    """
    for index in range(1, count + 1) if SCREENSHOTS else []:
        area = output_of(page, index)
        area.screenshot(path=Path(SCREENSHOTS) / f"{name}_{index}_{state}.png")

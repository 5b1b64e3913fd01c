"""Every lab in a real JupyterLab: driven, saved, and opened again without its Python.

A file ``labs_<name>.py`` beside this one brings SETUP, code that makes small models and photos in
a few seconds, and LABS, a dict of ``LabCase``. Each file becomes one notebook.
"""

import importlib.util
import time
import traceback
from pathlib import Path

import pytest
from lab_case import (
    SCREENSHOTS,
    choose,
    open_notebook,
    output_of,
    photograph,
    run_all,
    write_notebook,
)
from lab_case import wait_until_idle as wait_for_kernel

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FILES = sorted(Path(__file__).parent.glob("labs_*.py"))


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_labs_follow_their_controls_and_leave_a_picture(browser, jupyterlab, served_folder, file):
    labs = load(file)
    write_notebook(served_folder / f"{file.stem}.ipynb", labs.SETUP, labs.LABS)
    page = browser.new_page(viewport={"width": 1280, "height": 2600 if SCREENSHOTS else 1000})
    open_notebook(page, jupyterlab, f"{file.stem}.ipynb")
    run_all(page)
    photograph(page, file.stem, len(labs.LABS), "fresh")
    problems = []
    for index, (name, case) in enumerate(labs.LABS.items(), start=1):
        try:
            output = output_of(page, index)
            assert_living(output)
            case.drive(page, output)
        except Exception:  # each lab gets its turn, whatever became of the one before
            problems.append(f"{name}:\n{traceback.format_exc()}")
    assert not problems, "\n".join(problems)
    photograph(page, file.stem, len(labs.LABS), "driven")
    reopen_without_kernel(page, served_folder / f"{file.stem}.ipynb")
    for index in range(1, len(labs.LABS) + 1):
        assert_still(output_of(page, index))
    photograph(page, file.stem, len(labs.LABS), "still")
    page.close()


def load(file: Path):
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def assert_living(output) -> None:
    output.locator(".jupyter-widgets").first.wait_for()
    sentence = output.get_by_text("In the notebook, run this cell")
    assert not sentence.is_visible(), "the static picture stands beside the living one"


def assert_still(output) -> None:
    output.get_by_text("In the notebook, run this cell").wait_for()
    said = output.inner_text()
    assert "Error displaying widget" not in said
    assert "Loading widget" not in said
    shown = output.locator("img, svg, details")
    assert shown.count() > 0, "no picture was left"
    assert shown.first.is_visible()
    assert output.locator(".jupyter-widgets button, .jupyter-widgets input").count() == 0


def reopen_without_kernel(page, saved: Path) -> None:
    choose(page, "File", "Save Notebook")
    end = time.monotonic() + 30
    while "run this cell" not in saved.read_text(encoding="utf-8"):
        assert time.monotonic() < end, "the notebook was not saved"
        time.sleep(0.2)
    choose(page, "Kernel", "Shut Down Kernel")
    page.locator("#jp-main-statusbar").get_by_text("No Kernel").wait_for()
    page.reload()
    wait_for_kernel(page)

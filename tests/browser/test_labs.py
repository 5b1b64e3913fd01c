"""Every lab in its chapter, in a real JupyterLab: used, saved, and looked at without its Python."""

import json
import time
import traceback

import nbformat
import pytest
from chapter_labs import CHAPTERS, lab_cells, shortened
from lab_case import (
    SCREENSHOTS,
    choose,
    names_of_controls,
    open_notebook,
    output_of,
    photograph,
    run_all,
    wait_until_idle,
)
from nbconvert import HTMLExporter

from workbook.course import choose_chapters

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HEIGHT = 2600 if SCREENSHOTS else 1000  # of the window: no picture of a lab may be cut off
LARGEST = 300_000  # characters that the labs may add to a chapter
LOADED = "images => images.filter(i => !(i.complete && i.naturalWidth > 0)).map(i => i.alt)"
NO_WORDS = "images => images.filter(i => i.alt.trim().length < 10).map(i => i.src.slice(0, 60))"
INVITATION = "In the notebook, run this cell"


@pytest.fixture(scope="session")
def few_photos(tmp_path_factory):
    """Four classes of twenty photos, as large as those of the chapters."""
    from workbook.studio import make_photos

    classes = ["apple", "bottle", "bowl", "mug"]
    folder = tmp_path_factory.mktemp("few") / "photos"
    return make_photos(folder, classes=classes, per_class=20, size=64, seed=0, progress=False)


@pytest.mark.parametrize("number", CHAPTERS)
def test_no_lab_of_a_chapter_is_left_out(number):
    (chapter,) = choose_chapters([number])
    assert lab_cells(nbformat.read(chapter, as_version=4)) == list(CHAPTERS[number].labs)


@pytest.mark.parametrize("number", CHAPTERS)
def test_labs_follow_their_controls_and_leave_a_picture(
    browser, jupyterlab, served_folder, few_photos, number
):
    labs = CHAPTERS[number].labs
    (chapter,) = choose_chapters([number])
    notebook = shortened(nbformat.read(chapter, as_version=4), CHAPTERS[number], few_photos)
    saved = served_folder / f"labs_of_{chapter.name}"
    nbformat.write(notebook, saved)
    code = [cell.id for cell in notebook.cells if cell.cell_type == "code"]
    places = {name: code.index(name) for name in labs}
    page = browser.new_page(viewport={"width": 1280, "height": HEIGHT})
    open_notebook(page, jupyterlab, saved.name)
    run_all(page, len(code))
    assert page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0

    for name in labs:
        photograph(output_of(page, places[name]), name, "fresh")
    use_each_lab(page, labs, places)
    save(page, saved)
    check_size(nbformat.read(saved, as_version=4), labs)
    reopen_without_kernel(page)
    look_at_each(page, places, "reopened")
    page.close()
    look_at_a_strangers_copy(browser, jupyterlab, saved, places)
    look_at_the_page_made_of_it(browser, saved, labs)


def use_each_lab(page, labs, places) -> None:
    problems = []
    for name, drive in labs.items():
        try:
            output = output_of(page, places[name])
            output.locator(".jupyter-widgets").first.wait_for()
            assert not output.get_by_text(INVITATION).is_visible(), "the static picture stands too"
            drive(page, output)
            names = names_of_controls(page, output)
            assert names, "no controls"
            assert all(names), f"a control without a name, among {names}"
            photograph(output, name, "used")
        except Exception:  # each lab gets its turn, whatever became of the one before
            problems.append(f"{name}:\n{traceback.format_exc()}")
    assert not problems, "\n".join(problems)


def save(page, saved) -> None:
    choose(page, "File", "Save Notebook")
    end = time.monotonic() + 30
    while "run this cell" not in saved.read_text(encoding="utf-8"):
        assert time.monotonic() < end, "the notebook was not saved"
        time.sleep(0.2)


def check_size(notebook, labs) -> None:
    """What the labs add, as they are stored in the file of the chapter."""
    shown = {cell.id: cell.outputs for cell in notebook.cells if cell.id in labs}
    sizes = {name: len(json.dumps(outputs)) for name, outputs in shown.items()}
    assert all(sizes[name] > 500 for name in labs), sizes
    assert sum(sizes.values()) < LARGEST, sizes
    assert "widgets" not in notebook.metadata, "the state of all widgets was saved too"


def reopen_without_kernel(page) -> None:
    choose(page, "Kernel", "Shut Down Kernel")
    page.locator("#jp-main-statusbar").get_by_text("No Kernel").wait_for()
    page.reload()
    wait_until_idle(page)


def look_at_a_strangers_copy(browser, jupyterlab, saved, places) -> None:
    """JupyterLab trusts no notebook that was run elsewhere: it shows less of what is in it."""
    notebook = nbformat.read(saved, as_version=4)
    for cell in notebook.cells:
        cell.source += " "  # what was signed here is no more what is in the file
    copy = saved.with_name(f"elsewhere_{saved.name}")
    nbformat.write(notebook, copy)
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    open_notebook(page, jupyterlab, copy.name)
    look_at_each(page, places, "elsewhere")
    choose(page, "Kernel", "Shut Down Kernel")
    page.close()


def look_at_each(page, places, state: str) -> None:
    for name, place in places.items():
        output = output_of(page, place)
        check_still(name, output)
        photograph(output, name, state)


def look_at_the_page_made_of_it(browser, saved, labs) -> None:
    """The chapter as a single page of HTML, read without a network."""
    page_file = saved.with_suffix(".html")
    body, _ = HTMLExporter().from_filename(str(saved))
    page_file.write_text(body, encoding="utf-8")
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(page_file.as_uri(), wait_until="domcontentloaded")
    for name in labs:
        check_still(name, page.locator(f'[id="cell-id={name}"] .jp-OutputArea').first)
    context.close()


def check_still(name: str, output) -> None:
    """Check that what is seen without Python is a described picture, once, and a sentence."""
    output.get_by_text(INVITATION).filter(visible=True).wait_for()
    said = output.inner_text()
    for rubbish in ("Error displaying widget", "Loading widget", "Explorer(", "QuizView("):
        assert rubbish not in said, f"{name}: {rubbish}"
    pictures = output.locator("img")
    questions = output.locator("details")
    assert pictures.count() + questions.count() > 0, f"{name}: no picture was left"
    assert (pictures if pictures.count() else questions).first.is_visible(), name
    assert pictures.evaluate_all(NO_WORDS) == [], f"{name}: pictures without a description"
    assert pictures.evaluate_all(LOADED) == [], f"{name}: pictures that do not show"
    letters = "lists => lists.every(list => getComputedStyle(list).listStyleType == 'lower-alpha')"
    assert output.locator("ol").evaluate_all(letters), f"{name}: answers have letters"
    assert output.locator(".jupyter-widgets button, .jupyter-widgets input").count() == 0

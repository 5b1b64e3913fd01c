"""Labs on pages without Python: an exported notebook and the book, without a network."""

import shutil

import nbformat
import pytest
from lab_case import open_notebook

from workbook.book import build_book

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LABS = """
from workbook.views.loss_lab import explore_loss
from workbook.views.quiz import show_quiz
display(explore_loss(50), explore_loss(20))
show_quiz(1)
"""
LOADED = "image => image.complete && image.naturalWidth > 0"
ONCE = ["A share of 50 % for the truth costs 0.69", "A share of 20 % for the truth costs 1.61"]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """An executed notebook as a single HTML page, and as a page of the book."""
    from nbclient import NotebookClient
    from nbconvert import HTMLExporter

    folder = tmp_path_factory.mktemp("static")
    cells = [nbformat.v4.new_markdown_cell("# Labs"), nbformat.v4.new_code_cell(LABS)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(notebook, timeout=120, store_widget_state=False, kernel_name="python3")
    client.execute()
    nbformat.write(notebook, folder / "labs.ipynb")
    exported = folder / "exported.html"
    exported.write_text(HTMLExporter().from_notebook_node(notebook)[0], encoding="utf-8")
    index = build_book(folder, folder / "site")
    book = index.parent / "labs.html"
    return {"exported": exported, "book": book, "notebook": folder / "labs.ipynb"}


@pytest.mark.parametrize("kind", ["exported", "book"])
def test_every_lab_shows_its_picture_once_and_invites_to_run_it(browser, pages, kind):
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(pages[kind].as_uri(), wait_until="domcontentloaded")
    for words in ONCE:
        picture = page.locator(f'img[alt*="{words}"]')
        assert picture.count() == 1
        assert picture.is_visible()
        assert picture.evaluate(LOADED)
    assert page.get_by_text("In the notebook, run this cell").filter(visible=True).count() == 3
    assert page.locator("details").first.is_visible()
    said = page.locator("body").inner_text()
    for rubbish in ("Error displaying widget", "Loading widget", "Explorer(", "QuizView("):
        assert rubbish not in said
    context.close()


def test_a_notebook_that_was_run_elsewhere_shows_its_pictures(
    browser, jupyterlab, served_folder, pages
):
    """JupyterLab does not trust it: of its pictures, it shows img elements only."""
    shutil.copy(pages["notebook"], served_folder / "elsewhere.ipynb")
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    open_notebook(page, jupyterlab, "elsewhere.ipynb")
    for words in ONCE:
        picture = page.locator(f'img[alt*="{words}"]')
        picture.scroll_into_view_if_needed()
        assert picture.count() == 1
        assert picture.evaluate(LOADED)
    assert "Error displaying widget" not in page.locator(".jp-Notebook").inner_text()
    page.close()

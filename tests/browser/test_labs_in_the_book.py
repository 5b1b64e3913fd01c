"""Labs in the book, read without a network."""

import nbformat
import pytest
from nbclient import NotebookClient

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
def page_of_the_book(tmp_path_factory):
    """An executed notebook as a page of the book."""
    folder = tmp_path_factory.mktemp("static")
    cells = [nbformat.v4.new_markdown_cell("# Labs"), nbformat.v4.new_code_cell(LABS)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(notebook, timeout=120, store_widget_state=False, kernel_name="python3")
    client.execute()
    nbformat.write(notebook, folder / "labs.ipynb")
    return build_book(folder, folder / "site").parent / "labs.html"


def test_every_lab_shows_its_picture_once_and_invites_to_run_it(browser, page_of_the_book):
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(page_of_the_book.as_uri(), wait_until="domcontentloaded")
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

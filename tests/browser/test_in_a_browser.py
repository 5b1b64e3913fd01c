"""What a reader sees: the book, without a network."""

import pytest

from workbook.book import build_book
from workbook.course import course_notebooks

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The book of the chapters as they are in the repository, without outputs: quick to build."""
    return build_book(course_notebooks()[0].parent, tmp_path_factory.mktemp("book"))


@pytest.mark.parametrize("width", [1280, 390], ids=["desktop", "phone"])
def test_the_book_works_without_a_network(browser, book, width):
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    page = context.new_page()
    problems = []
    page.on("requestfailed", lambda request: problems.append(request.url))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(book.as_uri())
    page.locator("a[href='01_teaching_with_photos.html']").first.evaluate("link => link.click()")
    page.wait_for_url("**/01_teaching_with_photos.html")
    assert "Chapter 1" in page.locator("h1").first.inner_text()
    to_exercises = page.locator("article a[href='exercises/01_teaching_with_photos.html']")
    to_exercises.evaluate("link => link.click()")
    page.wait_for_url("**/exercises/01_teaching_with_photos.html")
    assert "Exercises of Chapter 1" in page.locator("h1").first.inner_text()
    too_wide = "document.documentElement.scrollWidth > window.innerWidth + 1"
    assert not page.evaluate(too_wide), "the page has to be scrolled sideways"
    assert problems == []
    context.close()


def test_the_book_can_be_searched_without_a_network(browser, book):
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(f"{book.parent.as_uri()}/search.html?q=softmax")
    results = page.locator("#search-results li")
    results.first.wait_for(timeout=15_000)
    assert results.count() > 0
    context.close()

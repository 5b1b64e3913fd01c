import re

import nbformat
import pytest

from workbook import course
from workbook.book import book_tools_installed, build_book


def write_notebook(path, *sources, tags=()):
    cells = [nbformat.v4.new_markdown_cell(f"# {path.stem}")]
    cells.append(nbformat.v4.new_code_cell('photos = "studio"', metadata={"tags": ["parameters"]}))
    cells += [nbformat.v4.new_code_cell(source) for source in sources]
    cells[-1].metadata["tags"] = list(tags)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, path)


@pytest.fixture
def two_chapters(tmp_path, monkeypatch):
    write_notebook(
        tmp_path / "01_good.ipynb", "print(f'photos  from\\n{photos}')", tags=["key-figure"]
    )
    write_notebook(tmp_path / "02_bad.ipynb", "raise ValueError('the mug broke')")
    monkeypatch.setattr(course, "course_notebooks", lambda: sorted(tmp_path.glob("*.ipynb")))
    return tmp_path


def test_a_chapter_that_stops_is_reported_and_the_others_run(two_chapters, tmp_path):
    result = course.run_course(photos="cifar10", out=tmp_path / "out", progress=False)
    good, bad = result.chapters
    assert good.key_figure == "photos from cifar10"
    assert bad.error == "ValueError: the mug broke"
    assert not result.ok
    assert "STOPPED: ValueError: the mug broke" in str(result)
    assert (tmp_path / "out" / "02_bad.ipynb").exists(), "the notebook shows how far it came"


def test_chapters_share_the_workspace_of_the_caller(tmp_path, monkeypatch):
    source = "import workbook.workspace as w; print(w.workspace())"
    write_notebook(tmp_path / "01_where.ipynb", source, tags=["key-figure"])
    monkeypatch.setattr(course, "course_notebooks", lambda: sorted(tmp_path.glob("*.ipynb")))
    monkeypatch.setenv("WORKBOOK_HOME", str(tmp_path / "my place"))
    result = course.run_course(out=tmp_path / "out", progress=False)
    assert result.chapters[0].key_figure == str(tmp_path / "my place")


def test_a_relative_folder_of_photos_is_found_from_the_chapters(
    two_chapters, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    result = course.run_course("own photos", chapters=[1], out="out", progress=False)
    assert result.chapters[0].key_figure == f"photos from {tmp_path / 'own photos'}"


def test_an_unknown_chapter_is_refused(two_chapters):
    with pytest.raises(ValueError, match=r"no chapter 9\. The chapters are 1, 2\."):
        course.run_course(chapters=[9])


def test_the_course_has_six_chapters():
    names = [path.stem for path in course.course_notebooks()]
    assert [name[:3] for name in names] == ["01_", "02_", "03_", "04_", "05_", "06_"]


@pytest.mark.skipif(
    not book_tools_installed(), reason="Sphinx is not installed: pip install .[site]"
)
def test_the_book_has_every_chapter_and_needs_no_network(two_chapters, tmp_path):
    page = build_book(two_chapters, tmp_path / "pages")
    index = page.read_text(encoding="utf-8")
    assert "01_good.html" in index
    assert "02_bad.html" in index
    for written in page.parent.glob("*.html"):
        text = written.read_text(encoding="utf-8")
        assert 'src="http' not in text, f"{written.name} loads something from the network"
        assert 'rel="stylesheet" href="http' not in text


@pytest.mark.skipif(
    not book_tools_installed(), reason="Sphinx is not installed: pip install .[site]"
)
def test_the_book_leads_only_to_its_own_chapters_and_folds_what_papermill_wrote(tmp_path):
    write_notebook(tmp_path / "01_one.ipynb", "photos = 'mine'", tags=["injected-parameters"])
    links = nbformat.read(tmp_path / "01_one.ipynb", as_version=4)
    links.cells[0].source += "\n\nNot to [it](03_gone.ipynb), but to [the second](02_two.ipynb)."
    nbformat.write(links, tmp_path / "01_one.ipynb")
    write_notebook(tmp_path / "02_two.ipynb", "1 + 1")
    build_book(tmp_path, tmp_path / "pages")
    text = (tmp_path / "pages" / "01_one.html").read_text(encoding="utf-8")
    assert re.search(r'href="02_two\.html"[^>]*>(<span[^>]*>)?the second<', text)
    assert "Not to it, but to" in text
    assert "tag_hide-input" in text
    assert "Author name not set" not in text


def test_a_book_of_nothing_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="no notebooks"):
        build_book(tmp_path)

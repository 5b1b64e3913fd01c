"""Turn executed chapters into a static book: pages with navigation and search, for any browser.

Sphinx does the work, with MyST-NB for the notebooks and the Sphinx Book Theme for the looks. The
pages load nothing from the network.
"""

import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from workbook.workspace import results_folder

MISSING_TOOLS = (
    "The page to read was not made, because Sphinx and its parts are not installed. "
    'Install them with: pip install "photo-classifier-workbook[site]"'
)
# What is read beside the chapters, in the order of the table of contents.
PAGES = ("faq.md", "glossary.md", "instructors.md")
BADGE = "images/open-in-colab.svg"  # stands on every chapter
INDEX = """# Build a photo classifier

Six chapters, from no programming at all to a classifier of your own. These pages were made by
running every chapter on this computer: each number and each picture is the result of the code
above it.

```{{toctree}}
:numbered: 0
:maxdepth: 2

{chapters}
```

```{{toctree}}
:caption: Exercises
:maxdepth: 1

{exercises}
```

```{{toctree}}
:maxdepth: 1

{pages}
```
"""
LINK_TO_CHAPTER = re.compile(r'\[([^\[\]\n"]+)\]\((\w+\.ipynb)\)')  # in the JSON of a notebook
STYLE = (
    "div.highlight pre { white-space: pre-wrap; }  /* long lines of code, on a phone above all */"
)

CONFIGURATION = """
project = "Build a photo classifier"
extensions = ["myst_nb"]
html_theme = "sphinx_book_theme"
html_title = project
html_copy_source = False
html_show_copyright = False
html_static_path = ["_static"]
html_css_files = ["book.css"]
myst_heading_anchors = 3
html_theme_options = {
    "use_download_button": True,
    "show_toc_level": 2,
    "secondary_sidebar_items": ["page-toc"],
    "footer_content_items": [],  # else: "By Author name not set"
}
nb_execution_mode = "off"
nb_merge_streams = True
nb_ipywidgets_js = {}
suppress_warnings = ["mystnb.unknown_mime_type", "myst.header"]
"""


def build_book(executed: str | Path, out: str | Path | None = None) -> Path | None:
    """Make a book of the notebooks in ``executed`` and return its first page.

    ``out``: the folder for the pages; without it, ``executed/site``. Pages of an earlier build in
    the same folder are replaced. Returns None when Sphinx is not installed. Raises RuntimeError
    with Sphinx's own words when it fails, and FileNotFoundError when there are no notebooks.
    """
    executed = Path(executed)
    out = Path(out) if out else executed / "site"
    notebooks = sorted(executed.glob("*.ipynb"))
    if not notebooks:
        raise FileNotFoundError(f"There are no notebooks in {executed} to make pages from.")
    if not book_tools_installed():
        return None
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "source"
        pages = Path(scratch) / "pages"
        _write_source(source, notebooks)
        _run_sphinx(source, pages)
        shutil.copytree(pages, out, dirs_exist_ok=True)
    return out / "index.html"


def book_tools_installed() -> bool:
    """Return whether the tools for building the book are installed."""
    return all(
        importlib.util.find_spec(name) for name in ("sphinx", "myst_nb", "sphinx_book_theme")
    )


def _write_source(source: Path, notebooks: list[Path]) -> None:
    source.mkdir()
    chapters = {notebook.name for notebook in notebooks}
    for notebook in notebooks:
        text = notebook.read_text(encoding="utf-8")
        # A book of some chapters cannot lead to the others.
        text = LINK_TO_CHAPTER.sub(lambda link: link[0] if link[2] in chapters else link[1], text)
        # In the repository the chapters and the pages lie in two folders, in the book in one.
        text = text.replace("](../docs/", "](").replace("](../exercises/", "](exercises/")
        # The cell that hands the choice of photos to a chapter is folded.
        text = text.replace('"injected-parameters"', '"injected-parameters", "hide-input"')
        (source / notebook.name).write_text(text, encoding="utf-8")
    exercises = _write_exercises(source / "exercises", chapters)
    pages = [docs_folder() / name for name in PAGES]
    (source / BADGE).parent.mkdir()
    shutil.copy(docs_folder() / BADGE, source / BADGE)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        (source / page.name).write_text(text.replace("](../notebooks/", "]("), encoding="utf-8")
    index = INDEX.format(
        chapters="\n".join(notebook.stem for notebook in notebooks),
        exercises="\n".join(f"exercises/{path.stem}" for path in exercises),
        pages="\n".join(page.stem for page in pages),
    )
    (source / "index.md").write_text(index, encoding="utf-8")
    (source / "conf.py").write_text(CONFIGURATION, encoding="utf-8")
    (source / "_static").mkdir()
    (source / "_static" / "book.css").write_text(STYLE, encoding="utf-8")


def _write_exercises(folder: Path, chapters: set[str]) -> list[Path]:
    """Copy the exercises of these chapters, and return them; they link to the book's chapters."""
    from workbook.lessons.exercises.sources import exercise_notebooks

    folder.mkdir()
    chosen = [path for path in exercise_notebooks() if path.name in chapters]
    for path in chosen:
        text = path.read_text(encoding="utf-8").replace("](../docs/", "](../")
        # JupyterLab and the book name the places inside a page differently, so those are left out.
        text = re.sub(r"\]\(\.\./notebooks/(\w+\.ipynb)(#[^)]*)?\)", r"](../\1)", text)
        (folder / path.name).write_text(text, encoding="utf-8")
    return chosen


def docs_folder() -> Path:
    """Return the folder of the pages to read: inside the installed package, or beside it.

    Raises FileNotFoundError when neither place has them.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "docs", package.parent / "docs"):
        if (folder / "glossary.md").is_file():
            return folder
    raise FileNotFoundError(
        f"The pages beside the chapters are neither in {package} nor beside it. "
        "Install the workbook again, or run it from a whole copy of the project."
    )


def _run_sphinx(source: Path, pages: Path) -> None:
    # A process of its own, because Sphinx changes settings of the process it runs in.
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-b",
        "html",
        "-q",
        "-j",
        "auto",
        str(source),
        str(pages),
    ]
    finished = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if finished.returncode:
        raise RuntimeError(f"The pages could not be built. Sphinx says: {finished.stderr.strip()}")


def latest_run() -> Path:
    """Return the folder of the latest run of the course in the workspace.

    Raises FileNotFoundError when the course has not been run yet.
    """
    runs = sorted(path.parent for path in results_folder().glob("course-*/*.ipynb"))
    if not runs:
        raise FileNotFoundError(
            f"There is no run of the course in {results_folder()} yet. "
            "Run the course first: make run"
        )
    return runs[-1]


def main() -> None:
    """Build the book from the latest run again, and say where it is."""
    try:
        page = build_book(latest_run())
    except (FileNotFoundError, RuntimeError) as problem:
        sys.exit(str(problem))
    print(f"The page to read: {page}" if page else MISSING_TOOLS)


if __name__ == "__main__":
    main()

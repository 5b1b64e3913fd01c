"""Run the course: execute the chapters in order, and tell how each of them went."""

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from workbook.progress import progress_bar
from workbook.workspace import results_folder, workspace

CELL_TIMEOUT = 600  # seconds; a cell that takes longer has hung
STUDIO = "studio"


@dataclass(frozen=True)
class ChapterResult:
    """How one chapter went: its name, its time, and its key figure or what stopped it."""

    name: str
    seconds: float
    key_figure: str
    error: str = ""


@dataclass(frozen=True)
class CourseResult:
    """How a run of the course went. ``folder`` holds the executed notebooks."""

    chapters: list[ChapterResult]
    folder: Path
    page: Path | None

    @property
    def ok(self) -> bool:
        """True when every chapter ran to its end."""
        return all(not chapter.error for chapter in self.chapters)

    def __str__(self) -> str:
        rows = [("chapter", "seconds", "key figure")]
        for chapter in self.chapters:
            outcome = f"STOPPED: {chapter.error}" if chapter.error else chapter.key_figure
            rows.append((chapter.name, f"{chapter.seconds:.0f}", outcome))
        rows.append(("all", f"{sum(chapter.seconds for chapter in self.chapters):.0f}", ""))
        width = max(len(name) for name, _, _ in rows)
        return "\n".join(
            f"{name:<{width}}  {secs:>7}  {figure}".rstrip() for name, secs, figure in rows
        )


def course_notebooks() -> list[Path]:
    """Return the chapters in order: from inside the installed package, or beside it in a clone.

    Raises FileNotFoundError when neither place has them.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "notebooks", package.parent / "notebooks"):
        chapters = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
        if chapters:
            return chapters
    raise FileNotFoundError(
        f"The course's notebooks are neither in {package} nor beside it. "
        "Install the workbook again, or run it from a whole copy of the project."
    )


def choose_chapters(numbers: list[int] | None = None) -> list[Path]:
    """Return the chapters with these numbers, or all of them.

    Raises ValueError for a number that no chapter has.
    """
    chapters = {int(path.name[:2]): path for path in course_notebooks()}
    unknown = [number for number in numbers or [] if number not in chapters]
    if unknown:
        known = ", ".join(str(number) for number in chapters)
        raise ValueError(f"There is no chapter {unknown[0]}. The chapters are {known}.")
    return [chapters[number] for number in numbers] if numbers else list(chapters.values())


def run_course(
    photos: str = STUDIO,
    chapters: list[int] | None = None,
    out: str | Path | None = None,
    *,
    seed: int = 0,
    page: bool = True,
    progress: bool = True,
) -> CourseResult:
    """Execute chapters on ``photos`` and return how they went.

    ``photos``: "studio", "cifar10" or another of ``WEB_SETS``, or a folder with one sub-folder per
    class. ``out``: a folder for the executed notebooks and the page made from them; without it, a
    new folder in the workspace's results, named by date and time. ``seed``: what every chapter's
    parameter of that name is set to. ``page``: whether to make the page to read. A chapter that
    stops does not stop the others.
    """
    from workbook.photos.web_sets import WEB_SETS

    notebooks = choose_chapters(chapters)
    folder = Path(out) if out else results_folder() / f"course-{datetime.now():%Y%m%d-%H%M%S}"
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    if photos not in (STUDIO, *WEB_SETS):
        # Chapters run in a folder of their own, so a relative path would point elsewhere.
        photos = str(Path(photos).expanduser().absolute())
    results = []
    with progress_bar(description="Course", total=len(notebooks), shown=progress) as bar:
        for notebook in notebooks:
            bar.set_postfix_str(notebook.stem)
            parameters = {"photos": photos, "seed": seed}
            results.append(_run_chapter(notebook, folder / notebook.name, parameters))
            bar.update()
    return CourseResult(results, folder, _page(folder) if page else None)


def _run_chapter(notebook: Path, executed: Path, parameters: dict) -> ChapterResult:
    # papermill brings clients for several clouds along, so it is imported only when it is needed.
    import papermill

    start = time.perf_counter()
    error = ""
    try:
        with _chapter_environment():
            papermill.execute_notebook(
                str(notebook),
                str(executed),
                parameters=parameters,
                cwd=str(executed.parent),
                kernel_name="python3",
                progress_bar=False,
                execution_timeout=CELL_TIMEOUT,
                store_widget_state=False,
                # The kernel talks to this computer only, so its note on encryption is no news.
                extra_arguments=["--IPKernelApp.log_level=ERROR"],
            )
    except papermill.PapermillExecutionError as problem:
        error = f"{problem.ename}: {problem.evalue}".splitlines()[0]
    except Exception as problem:  # a kernel that dies or hangs raises many kinds of errors
        error = f"{type(problem).__name__}: {problem}".splitlines()[0]
    seconds = time.perf_counter() - start
    return ChapterResult(notebook.stem, seconds, "" if error else _key_figure(executed), error)


@contextmanager
def _chapter_environment():
    """Set what the chapters' own processes should find, and put everything back afterwards.

    They share this program's workspace. Threads that wait should sleep: on a busy computer,
    spinning ones cost a third of the time.
    """
    before = dict(os.environ)
    os.environ["WORKBOOK_HOME"] = str(workspace())
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _key_figure(executed: Path) -> str:
    """Return what the cell tagged ``key-figure`` printed, in one line."""
    import nbformat

    for cell in nbformat.read(executed, as_version=4).cells:
        if "key-figure" in cell.metadata.get("tags", []):
            printed = [output["text"] for output in cell.outputs if output.output_type == "stream"]
            return " ".join("".join(printed).split())
    return ""


def _page(folder: Path) -> Path | None:
    from workbook.book import build_book

    return build_book(folder) if any(folder.glob("*.ipynb")) else None

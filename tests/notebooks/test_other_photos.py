"""Every chapter runs on other photos, from another folder, with only the built wheel installed.

That is what a learner has in Colab: no clone, a working folder of their own, their own photos.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.conftest import REAL_PHOTOS
from workbook.course import course_notebooks

ROOM = 10  # times what the chapter promises: other photos, other programs, a slow computer
RUN = "import sys; from workbook.cli import main; sys.argv[0] = 'workbook'; main()"


@pytest.fixture(scope="session")
def wheel_folder(built_wheel, tmp_path_factory) -> Path:
    """A folder with nothing but the installed wheel; the libraries come from the environment."""
    folder = tmp_path_factory.mktemp("installed")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder]
    subprocess.run([*install, built_wheel], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def other_photos(tmp_path_factory) -> Path:
    """Real photos where there are some, else rendered photos of classes that no chapter uses."""
    if REAL_PHOTOS.is_dir():
        return REAL_PHOTOS
    from workbook.studio import OTHER_KINDS, make_photos

    folder = tmp_path_factory.mktemp("photos") / "other"
    return make_photos(folder, classes=OTHER_KINDS[:4], per_class=60, seed=5, progress=False)


@pytest.fixture
def elsewhere(wheel_folder, tmp_path) -> dict:
    """Arguments for subprocess.run: another working folder, and the wheel before all else."""
    environment = {name: value for name, value in os.environ.items() if name != "WORKBOOK_CLAIMS"}
    environment["PYTHONPATH"] = str(wheel_folder)
    environment["WORKBOOK_HOME"] = str(tmp_path / "workspace")
    return {"cwd": tmp_path, "env": environment, "capture_output": True, "text": True}


def test_the_wheel_is_what_runs_and_it_carries_the_notebooks(wheel_folder, elsewhere):
    code = "import workbook.course as c; print(c.__file__); print(c.course_notebooks()[0])"
    finished = subprocess.run([sys.executable, "-c", code], **elsewhere, check=True)
    for line in finished.stdout.splitlines():
        assert Path(line).is_relative_to(wheel_folder)


def test_hints_and_solutions_work_from_the_wheel(wheel_folder, elsewhere):
    code = (
        "from workbook.lessons.exercises import hint, solution, sources; "
        "print(sources.solution_notebooks()[0]); print(sources.exercise_notebooks()[0]); "
        "solution('softmax'); print(hint('softmax'), solution('softmax'))"
    )
    finished = subprocess.run([sys.executable, "-c", code], **elsewhere, check=True)
    solutions, exercises, words = finished.stdout.split("\n", maxsplit=2)
    assert Path(solutions).is_relative_to(wheel_folder)
    assert Path(exercises).is_relative_to(wheel_folder)
    assert "Hint 1 of 3" in words
    assert "def softmax(scores):" in words


@pytest.mark.slow
@pytest.mark.parametrize("chapter", course_notebooks(), ids=lambda path: path.stem)
def test_chapter_runs_on_other_photos_from_the_wheel(chapter, other_photos, elsewhere, tmp_path):
    number = str(int(chapter.name[:2]))
    out = tmp_path / "out"
    command = [sys.executable, "-c", RUN, "run", "--photos", str(other_photos)]
    command += ["--chapters", number, "--out", str(out)]
    finished = subprocess.run(command, **elsewhere, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    seconds = int(re.search(rf"^{chapter.stem} +(\d+)", finished.stdout, flags=re.MULTILINE)[1])
    assert seconds < ROOM * seconds_in_the_header(chapter)
    executed = nbformat.read(out / chapter.name, as_version=4)
    check_outputs(executed)


def seconds_in_the_header(chapter: Path) -> int:
    cells = nbformat.read(chapter, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return int(re.search(r"run in about \*\*(\d+) seconds\*\*", text)[1])


def check_outputs(notebook) -> None:
    """Every picture has alt text, and nothing was written to the error stream."""
    pictures = 0
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.get("name") != "stderr", f"a warning for the learner: {output['text']}"
            data = output.get("data", {})
            assert "image/png" not in data, f"a picture without alt text: {cell.source[:80]}"
            for image in re.findall(r"<img[^>]*>", data.get("text/html", "")):
                assert re.search(r'alt="[^"]{10,}"', image), image[:200]
                pictures += 1
    assert pictures > 0

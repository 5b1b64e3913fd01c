"""Store the output of the cells that nbval compares, and remove every other output.

Run it after changing a chapter: python tests/notebooks/refresh.py [number of a chapter ...]
"""

import os
import sys
import tempfile

import nbformat
from nbclient import NotebookClient

from workbook.course import choose_chapters

CHECKED = "nbval-check-output"


def refresh(path) -> None:
    """Execute the chapter and write it back with only the checked outputs."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=600, kernel_name="python3", store_widget_state=False).execute()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.metadata.pop("execution", None)
        cell.outputs = kept(cell) if CHECKED in cell.metadata.get("tags", []) else []
        # nbval takes stored outputs for real only when the cell says that it was run.
        cell.execution_count = 1 if cell.outputs else None
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def kept(cell) -> list:
    """Return the cell's outputs without their running numbers."""
    for output in cell.outputs:
        if "execution_count" in output:
            output["execution_count"] = None
    return cell.outputs


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        os.environ["WORKBOOK_HOME"] = home
        os.environ["WORKBOOK_CLAIMS"] = "strict"
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        for chapter in choose_chapters([int(number) for number in sys.argv[1:]]):
            print(chapter.name, flush=True)
            refresh(chapter)

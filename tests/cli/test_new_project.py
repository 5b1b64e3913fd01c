"""The notebook of a new project runs from top to bottom, in the project's own folders."""

import os

import nbformat
import pytest
from tiny_classifier import make_coloured_photos

from workbook.project import create_project
from workbook.saving import Classifier


@pytest.mark.parametrize("name", ["fruit", 'my "best" project {1}'])
def test_the_first_notebook_runs(tmp_path, monkeypatch, name):
    try:
        project = create_project(tmp_path / name)
    except OSError:
        pytest.skip("this system does not allow such a name")
    make_coloured_photos(project / "data" / "photos")
    notebook = nbformat.read(project / "notebooks" / "first_classifier.ipynb", as_version=4)
    nbformat.validate(notebook)
    monkeypatch.chdir(project / "notebooks")
    monkeypatch.setitem(os.environ, "WORKBOOK_HOME", "set by the notebook")
    names = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(cell.source.replace("epochs = 25", "epochs = 1"), names)
    classifier = Classifier.load(project / "models" / f"{name}.safetensors")
    assert classifier.class_names == ("blue", "green", "red")
    assert (project / "results" / "experiments.jsonl").exists()
    assert not (project / "workspace").exists()


def test_a_blank_name_is_refused():
    with pytest.raises(ValueError, match="needs a name"):
        create_project(" ")

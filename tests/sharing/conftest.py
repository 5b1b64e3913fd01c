import importlib.util
from pathlib import Path

import pytest
from golden_photos import make_golden_photos
from untrained_classifier import untrained_classifier

from workbook.sharing import kept_export, project
from workbook.sharing.exports import export_onnx

EXPORTED: dict[int, tuple] = {}


@pytest.fixture(scope="session")
def golden_photos(tmp_path_factory) -> dict[str, Path]:
    return make_golden_photos(tmp_path_factory.mktemp("golden"))


@pytest.fixture(scope="session")
def classifier():
    """An untrained classifier of three classes. Use it, never change it."""
    return untrained_classifier()


@pytest.fixture(scope="session")
def light_program():
    """The program predict.py of a bundle, as a module."""
    path = project.LIGHT / "predict.py"
    spec = importlib.util.spec_from_file_location("light_predict", path)
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    return program


@pytest.fixture(autouse=True)
def export_once(monkeypatch):
    """Export each classifier once: it takes seconds, and test_exports.py has judged it."""

    def export(classifier, path):
        if id(classifier) not in EXPORTED:
            contents = export_onnx(classifier, path).read_bytes()
            EXPORTED[id(classifier)] = classifier, contents  # kept, so that no other has its id
        path.write_bytes(EXPORTED[id(classifier)][1])
        return path

    monkeypatch.setattr(kept_export, "export_onnx", export)

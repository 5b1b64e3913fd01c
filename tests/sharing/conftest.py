import importlib.util
from pathlib import Path

import pytest
from golden_photos import make_golden_photos
from untrained_classifier import untrained_classifier

import workbook.sharing


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
    path = Path(workbook.sharing.__file__).parent / "light" / "predict.py"
    spec = importlib.util.spec_from_file_location("light_predict", path)
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    return program

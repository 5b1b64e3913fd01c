import importlib.util
import sys
from pathlib import Path

import pytest

from workbook import load_splits, split_folder

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="session")
def planted_runs():
    """The module with the planted mistakes, shared with the benchmark."""
    name = "planted_runs"
    spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def studio_splits(tmp_path_factory):
    """Rendered photos of four classes at 32 pixels, divided into three parts."""
    from workbook.studio import make_photos

    folder = tmp_path_factory.mktemp("run_doctor")
    classes = ("banana", "bottle", "mug", "orange")
    photos = make_photos(folder / "photos", classes=classes, per_class=60, size=32, progress=False)
    split = split_folder(photos, folder / "split", progress=False)
    return load_splits(split, size=32, cache=False, progress=False, log=folder / "log.jsonl")

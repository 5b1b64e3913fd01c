"""The first cell in Google Colab: it installs the workbook and leaves what is there alone.

Colab is not here to be tried. What stands in for it: the cells run by IPython in a folder without a
checkout, with a pip that finds nothing but the built wheel; and pip itself, asked what it would do
to an environment in which Colab's versions are noted as installed.
"""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import nbformat
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.notebooks.conftest import REPOSITORY
from workbook.course import course_notebooks
from workbook.lessons import colab

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAME = PROJECT["name"]
SHARE = PROJECT["optional-dependencies"]["share"]
REQUIREMENTS = [*PROJECT["dependencies"], *(f'{line}; extra == "share"' for line in SHARE)]
FOLDERS = ("notebooks", "exercises", "solutions")

# Python 3.13, torch 2.11, IPython 7.34 and ipywidgets 7.7.1 are known of Colab in August 2026, as
# are the ipykernel and pandas that its own package insists on; the others are older, so that bounds
# that hold for them hold for Colab. captum and papermill are not there.
COLAB = {
    "torch": "2.11.0+cu128",
    "torchvision": "0.26.0+cu128",
    "numpy": "2.0.2",
    "scipy": "1.15.3",
    "pandas": "2.2.2",
    "matplotlib": "3.10.0",
    "scikit-learn": "1.6.1",
    "ipython": "7.34.0",
    "ipykernel": "6.17.1",
    "ipywidgets": "7.7.1",
    "widgetsnbextension": "3.6.10",
    "jupyterlab-widgets": "3.0.13",
    "jupyter-client": "7.4.9",
    "jupyter-core": "5.8.1",
    "traitlets": "5.7.1",
    "tornado": "6.4.2",
    "nbclient": "0.10.2",
    "nbconvert": "7.16.6",
    "nbformat": "5.10.4",
    "pillow": "11.2.1",
    "safetensors": "0.5.3",
    "tqdm": "4.67.1",
    "click": "8.2.1",
    "joblib": "1.5.1",
    "psutil": "5.9.5",
    "jinja2": "3.1.6",
    "packaging": "24.2",
    "pyyaml": "6.0.2",
    "requests": "2.32.3",
    "tenacity": "8.5.0",
    "protobuf": "5.29.5",  # what TensorFlow there insists on; the newest onnx wants a newer one
    "ml-dtypes": "0.5.1",
    "flatbuffers": "25.2.10",
    "typing-extensions": "4.14.0",
    "sympy": "1.13.3",
    "mpmath": "1.3.0",
}
# The oldest onnx that Colab's Python has a wheel for, which gets along with its protobuf.
OLDER_ONNX = ("onnx", "1.18.0", ["numpy>=1.22", "protobuf>=4.25.1", "typing_extensions>=4.7.1"])


# The cells


def cells_before(heading: str) -> list[str]:
    """Return the code of chapter 1 up to a heading."""
    sources = []
    for cell in nbformat.read(course_notebooks()[0], as_version=4).cells:
        if cell.cell_type == "markdown" and cell.source.startswith(heading):
            return sources
        if cell.cell_type == "code":
            sources.append(cell.source)
    raise AssertionError(f"chapter 1 has no heading {heading}")


FIRST_CELL = cells_before("## 1.1")[0]

IN_COLAB = """
import importlib, json, subprocess, sys
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell

checkout, wheel, target, cells, photos = sys.argv[1:]
sys.path[:] = [target, *(path for path in sys.path if Path(path).resolve() != Path(checkout))]
asked = []


class NothingInstalled:
    # An editable installation leaves a folder behind that passes for a package without names.
    def find_spec(self, name, path=None, module=None):
        if name == "workbook" and not Path(target, "workbook").exists():
            raise ModuleNotFoundError(name)


sys.meta_path.insert(0, NothingInstalled())


def pip(line):
    asked.append(line)
    if line.startswith("list"):
        return
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*install, "--target", target, wheel], check=True)
    importlib.invalidate_caches()


shell = InteractiveShell.instance()
shell.register_magic_function(pip, "line", "pip")
for number, source in enumerate(json.loads(Path(cells).read_text(encoding="utf-8"))):
    shell.run_cell(source, silent=True).raise_error()
    if source.startswith("photos ="):
        shell.user_ns["photos"] = photos
import workbook
print()
print(json.dumps({"asked": asked, "file": workbook.__file__, "cells": number + 1}))
"""


@pytest.fixture
def run_in_colab(built_wheel, studio_photos, tmp_path):
    """A function that runs cells where no workbook is installed and no checkout is near."""

    def run(cells: list[str]) -> dict:
        (tmp_path / "content").mkdir(exist_ok=True)
        (tmp_path / "cells.json").write_text(json.dumps(cells), encoding="utf-8")
        places = [REPOSITORY, built_wheel, tmp_path / "packages", tmp_path / "cells.json"]
        environment = {**os.environ, "IPYTHONDIR": str(tmp_path / "ipython")}
        environment.pop("PYTHONPATH", None)
        finished = subprocess.run(
            [sys.executable, "-c", IN_COLAB, *map(str, places), str(studio_photos)],
            cwd=tmp_path / "content",
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert finished.returncode == 0, finished.stdout[-2000:] + finished.stderr[-2000:]
        return json.loads(finished.stdout.splitlines()[-1])

    return run


def test_the_first_cell_installs_the_workbook_once_and_nothing_else(run_in_colab, tmp_path):
    told = run_in_colab([FIRST_CELL, FIRST_CELL])
    listing, installing = told["asked"]
    assert listing == "list --format=freeze > installed.txt"
    options = "--quiet --find-links . --constraint installed.txt"
    assert installing == f'install {options} "{NAME}[share]"'
    assert Path(told["file"]).is_relative_to(tmp_path / "packages")


def test_the_first_section_of_chapter_1_runs_from_the_wheel_alone(run_in_colab, tmp_path):
    told = run_in_colab(cells_before("## 1.2"))
    assert told["cells"] > 5
    assert Path(told["file"]).is_relative_to(tmp_path / "packages")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_notebook_begins_with_this_cell_and_installs_nothing_else(folder):
    notebooks = sorted((REPOSITORY / folder).glob("*.ipynb"))
    assert len(notebooks) == 6
    for notebook in notebooks:
        cells = nbformat.read(notebook, as_version=4).cells
        assert next(c for c in cells if c.cell_type == "code").source == FIRST_CELL
        installing = [c for c in cells if re.search(r"^\s*[%!]\s*(pip|conda)", c.source, re.M)]
        assert len(installing) == 1


# The badges


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_notebook_has_a_badge_that_opens_this_very_notebook(folder):
    for notebook in sorted((REPOSITORY / folder).glob("*.ipynb")):
        place = notebook.relative_to(REPOSITORY).as_posix()
        title, _, badge = nbformat.read(notebook, as_version=4).cells[0].source.splitlines()[:3]
        assert title.startswith("# ")
        assert badge == colab.badge(place), "run make exercises"


def test_the_picture_of_the_badge_is_in_the_wheel_too(built_wheel):
    [picture] = re.findall(r"\(\.\./([^)]*)\)", colab.badge("notebooks/a.ipynb"))
    assert (REPOSITORY / picture).is_file()
    assert f"workbook/{picture}" in zipfile.ZipFile(built_wheel).namelist()


def test_all_addresses_in_colab_are_made_from_the_one_constant():
    places = [REPOSITORY / "README.md", *REPOSITORY.glob("docs/*.md")]
    places += [path for folder in FOLDERS for path in (REPOSITORY / folder).glob("*.ipynb")]
    found = [
        address
        for path in places
        for address in re.findall(
            r"https://colab\.research\.google\.com/github/[^)\s\"\\]*", path.read_text("utf-8")
        )
    ]
    assert len(found) >= 18
    for address in found:
        assert address.startswith(colab.colab_address(""))
        assert (REPOSITORY / address.removeprefix(colab.colab_address(""))).is_file()


def test_another_address_is_put_into_the_badges(tmp_path, monkeypatch):
    [first, *_] = (REPOSITORY / "notebooks").glob("*.ipynb")
    copy = tmp_path / first.name
    copy.write_bytes(first.read_bytes())
    monkeypatch.setattr(colab, "PUBLISHED", "somebody/somewhere")
    colab.renew_addresses(copy)
    badge = nbformat.read(copy, as_version=4).cells[0].source.splitlines()[2]
    assert badge == colab.badge(f"notebooks/{first.name}")
    assert "github/somebody/somewhere/blob/" in badge


# What pip does


def note_as_installed(site_packages: Path, name: str, version: str) -> None:
    """Write what pip looks at to know that a package is installed."""
    folder = site_packages / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir()
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    (folder / "METADATA").write_text(head, encoding="utf-8")
    (folder / "INSTALLER").write_text("pip\n", encoding="utf-8")
    (folder / "RECORD").write_text("", encoding="utf-8")


def write_wheel(folder: Path, name: str, version: str, requirements: list[str]) -> None:
    """Write a wheel of a package that holds nothing but its requirements."""
    stem = f"{name.replace('-', '_')}-{version}"
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    files = {
        f"{stem}.dist-info/METADATA": head
        + "".join(f"Requires-Dist: {requirement}\n" for requirement in requirements)
        + "Provides-Extra: share\n",
        f"{stem}.dist-info/WHEEL": (
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        ),
    }
    record = ""
    for file, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content.encode()).digest()).rstrip(b"=")
        record += f"{file},sha256={digest.decode()},{len(content)}\n"
    files[f"{stem}.dist-info/RECORD"] = record + f"{stem}.dist-info/RECORD,,\n"
    with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
        for file, content in files.items():
            wheel.writestr(file, content)


def needed_packages(requirements: list[str]) -> set[str]:
    """Return the names of what is needed here, directly or by something that is needed."""
    found: set[str] = set()
    waiting = list(requirements)
    while waiting:
        requirement = Requirement(waiting.pop())
        name = canonicalize_name(requirement.name)
        if name in found or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        found.add(name)
        waiting += metadata.requires(name) or []
    return found


class RefusedByPip(Exception):
    """What pip says when it finds no versions that go together."""


@pytest.fixture(scope="module")
def newest_packages(tmp_path_factory) -> Path:
    """Wheels of the versions installed here, which pip may choose from."""
    folder = tmp_path_factory.mktemp("index")
    for name in needed_packages([*PROJECT["dependencies"], *SHARE]):
        write_wheel(folder, name, metadata.version(name), metadata.requires(name) or [])
    write_wheel(folder, *OLDER_ONNX)
    return folder


@pytest.fixture
def what_pip_would_install(newest_packages, tmp_path):
    """A function that asks pip what it would install, where some packages are installed."""

    def ask(
        installed: dict[str, str], requirements: list[str], constrained: bool = True
    ) -> dict[str, str]:
        place = tmp_path / "environment"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
        python = next(path for path in place.glob("*/python*") if path.stem == "python")
        code = "import sysconfig; print(sysconfig.get_path('purelib'))"
        told = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
        for name, version in installed.items():
            note_as_installed(Path(told.stdout.strip()), name, version)
        # The two lines of the first cell, with an index that holds the packages of this computer.
        # The wheel of the workbook lies where a learner uploads it.
        write_wheel(tmp_path, NAME, "0.1.0", requirements)
        report = tmp_path / "report.json"
        listing, installing = re.findall(r"%pip (.*)", FIRST_CELL)
        if not constrained:
            installing = installing.replace("--constraint installed.txt", "")
        pip = f'"{sys.executable}" -m pip --python "{python}"'
        index = f'--no-index --find-links "{newest_packages}" --dry-run --report "{report}"'
        for line in (listing, f"{installing} {index}"):
            finished = subprocess.run(
                f"{pip} {line}", shell=True, capture_output=True, text=True, check=False,
                cwd=tmp_path,
            )  # fmt: skip
            if finished.returncode:
                raise RefusedByPip(finished.stdout + finished.stderr)
        chosen = json.loads(report.read_text(encoding="utf-8"))["install"]
        about = [package["metadata"] for package in chosen]
        return {canonicalize_name(one["name"]): one["version"] for one in about}

    return ask


def test_pip_changes_nothing_that_colab_has(what_pip_would_install):
    chosen = what_pip_would_install(COLAB, REQUIREMENTS)
    assert {NAME, "captum", "papermill", "onnxruntime", "onnxscript"} <= set(chosen)
    assert chosen["onnx"] == OLDER_ONNX[1]
    assert set(chosen) & set(COLAB) == set()


def test_without_the_list_of_what_is_there_pip_would_change_it(what_pip_would_install):
    if metadata.version("onnx") == OLDER_ONNX[1]:
        pytest.skip("the onnx of this computer is the older one")
    chosen = what_pip_would_install(COLAB, REQUIREMENTS, constrained=False)
    assert "protobuf" in chosen


def test_a_bound_that_colab_does_not_satisfy_is_refused(what_pip_would_install):
    bounds = [line.replace("torch>=2.6", "torch>=2.12") for line in REQUIREMENTS]
    with pytest.raises(RefusedByPip, match="conflicting dependencies"):
        what_pip_would_install(COLAB, bounds)


def test_without_torch_pip_would_install_it(what_pip_would_install):
    without = {name: version for name, version in COLAB.items() if not name.startswith("torch")}
    assert {"torch", "torchvision"} <= set(what_pip_would_install(without, REQUIREMENTS))

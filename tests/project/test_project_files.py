"""What the project says about itself in several places must agree."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# conda-forge calls some packages by other names than PyPI.
CONDA_NAMES = {"torch": "pytorch", "matplotlib": "matplotlib-base"}


def requirements() -> list[str]:
    extras = PROJECT["optional-dependencies"]
    return PROJECT["dependencies"] + extras["lab"] + extras["share"] + extras["site"]


def test_conda_environment_is_in_step_with_pyproject():
    environment = yaml.safe_load((REPOSITORY / "environment.yml").read_text(encoding="utf-8"))
    listed = {line for line in environment["dependencies"] if isinstance(line, str)}
    expected = {f"python{PROJECT['requires-python']}", "pip"}
    for requirement in requirements():
        name, bound = requirement.split(">=")
        expected.add(f"{CONDA_NAMES.get(name, name)}>={bound}")
    assert listed == expected


def test_every_dependency_has_an_exact_version_that_satisfies_its_bound():
    lines = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    exact = dict(line.lower().split("==") for line in lines if "==" in line)
    for requirement in requirements() + PROJECT["optional-dependencies"]["test"]:
        name, bound = requirement.split(">=")
        version = exact.get(name, exact.get(name.replace("-", "_")))
        assert version, f"{name} has no exact version in constraints.txt"
        assert numbers(version) >= numbers(bound), f"{name} {version} is older than {bound}"


def numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def test_importing_the_workbook_imports_nothing_heavy():
    code = (
        "import sys, workbook; "
        "heavy = ('torch', 'pandas', 'matplotlib', 'sklearn'); "
        "print([name for name in heavy if name in sys.modules])"
    )
    finished = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert finished.stdout.strip() == "[]"


def test_every_name_the_workbook_offers_is_there():
    import workbook

    for name in workbook.__all__:
        assert getattr(workbook, name) is not None


def test_an_unknown_name_raises_attribute_error():
    import workbook

    with pytest.raises(AttributeError, match="nonsense"):
        _ = workbook.nonsense


def test_make_help_lists_the_commands_of_the_readme():
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    for command in re.findall(r"\bmake ([a-z]+)\b", readme):
        if command in ("sure", "it", "a", "the", "one"):
            continue
        assert command in targets, f"README says 'make {command}', which the Makefile does not have"


def test_links_to_files_in_the_readme_exist():
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", readme):
        if not target.startswith("http"):
            assert (REPOSITORY / target).exists(), f"README links to {target}, which is not there"


ROOMS = ["studio", "photos", "models", "training", "run_doctor", "evaluation", "experiments"]
ROOMS += ["saving", "prediction", "sharing"]


def imported_rooms(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8")
    return set(re.findall(r"^\s*(?:from|import) workbook\.(\w+)", text, flags=re.MULTILINE))


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_only_from_rooms_to_their_left(room):
    package = REPOSITORY / "workbook"
    files = [package / f"{room}.py"] if (package / f"{room}.py").exists() else []
    files += sorted((package / room).rglob("*.py"))
    assert files, f"there is no room called {room}"
    to_the_right = set(ROOMS[ROOMS.index(room) + 1 :]) | {
        "views",
        "lessons",
        "cli",
        "course",
        "book",
    }
    for path in files:
        wrong = imported_rooms(path) & to_the_right
        assert not wrong, f"{path.relative_to(REPOSITORY)} imports from {', '.join(wrong)}"

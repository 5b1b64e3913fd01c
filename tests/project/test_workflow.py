"""The workflow for GitHub says what it should, and every command in it exists here."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
[WORKFLOW] = (REPOSITORY / ".github" / "workflows").glob("*.yml")


@pytest.fixture(scope="module")
def workflow() -> dict:
    return yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))


def commands(job: dict) -> list[str]:
    """Return the commands of a job, one for each choice of the matrix."""
    found = [step["run"] for step in job["steps"] if "run" in step]
    for name, choices in job.get("strategy", {}).get("matrix", {}).items():
        mark = f"${{{{ matrix.{name} }}}}"
        found = [line.replace(mark, choice) for line in found for choice in choices]
    return list(dict.fromkeys(found))


def test_every_week_it_tries_three_systems_with_pinned_and_with_newest_versions(workflow):
    triggers = workflow[True]  # YAML takes the word "on" for "yes"
    assert re.fullmatch(r"\d+ \d+ \* \* \d", triggers["schedule"][0]["cron"])
    weekly = workflow["jobs"]["weekly"]
    assert weekly["strategy"]["matrix"] == {
        "system": ["ubuntu-latest", "windows-latest", "macos-latest"],
        "versions": ["test", "test-latest"],
    }
    assert weekly["strategy"]["fail-fast"] is False
    assert weekly["runs-on"] == "${{ matrix.system }}"
    assert "github.event_name == 'schedule'" in weekly["if"]


def test_it_may_read_and_no_more(workflow):
    assert workflow["permissions"] == {"contents": "read"}


def test_every_command_exists(workflow):
    found = [line for job in workflow["jobs"].values() for line in commands(job)]
    assert len(found) == 3
    if not shutil.which("make"):
        pytest.skip("make is not installed")
    for line in found:
        program, *words = line.split()
        if program == "make":
            subprocess.run(
                ["make", "--dry-run", *words], cwd=REPOSITORY, check=True, capture_output=True
            )
        else:
            assert (REPOSITORY / program).is_file()
            assert (REPOSITORY / program).stat().st_mode & 0o100, f"{program} may not be run"


def test_the_newest_versions_are_asked_for():
    if not shutil.which("make"):
        pytest.skip("make is not installed")
    told = subprocess.run(
        ["make", "--dry-run", "test-latest"],
        cwd=REPOSITORY, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    [install] = [line for line in told.splitlines() if "pip install" in line]
    assert ".venv-latest" in install
    assert "--upgrade --upgrade-strategy eager" in install
    assert "constraints.txt" not in install
    assert ".venv-latest/bin/python -m pytest" in told.replace("Scripts", "bin")

"""``make lab`` really starts JupyterLab, and shows the chapters with all that they link to."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.browser.conftest import server_environment, wait_for_server
from workbook.course import course_notebooks

REPOSITORY = Path(__file__).resolve().parents[2]
# An absolute path, because "make -n" would otherwise name the programs of .venv.
PROGRAMS = Path(sys.executable).parent


def command_of_make_lab() -> tuple[dict[str, str], list[str]]:
    """Return the variables and the words of the line with which ``make lab`` starts JupyterLab."""
    installed = [".venv/installed", f"BIN={PROGRAMS}"]
    told = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "--assume-old", *installed, "lab"],
        cwd=REPOSITORY, capture_output=True, text=True, check=True,
    )  # fmt: skip
    words = shlex.split(told.stdout.replace("\\\n", " "))
    variables = {}
    while "=" in words[0]:
        name, _, variables[name] = words.pop(0).partition("=")
    return variables, words


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of the server that ``make lab`` starts, without the token it asks people for."""
    if not shutil.which("make"):
        pytest.skip("make is not installed")
    variables, words = command_of_make_lab()
    home = tmp_path_factory.mktemp("lab")
    log = home / "log.txt"
    environment = server_environment(home) | variables
    with log.open("w", encoding="utf-8") as stream:
        server = subprocess.Popen(
            [*words, "--no-browser", "--port=0", "--IdentityProvider.token="],
            cwd=REPOSITORY, env=environment, stdout=stream, stderr=stream,
        )  # fmt: skip
    try:
        yield wait_for_server(server, home / "runtime", log)
    finally:
        server.terminate()
        server.wait(30)


def answer(address: str) -> tuple[str, bytes]:
    with urllib.request.urlopen(address, timeout=30) as response:
        return response.headers["Content-Type"], response.read()


def test_it_opens_the_folder_of_the_chapters(lab):
    variables, words = command_of_make_lab()
    assert Path(words[0]).name == "jupyter"
    assert variables["OMP_WAIT_POLICY"] == "PASSIVE"
    [place] = [word.partition("=")[2] for word in words if "default_url" in word]
    kind, page = answer(lab + place.lstrip("/"))
    assert kind.startswith("text/html")
    assert b"JupyterLab" in page


def test_every_chapter_and_what_it_links_to_is_served(lab):
    wanted = [f"notebooks/{path.name}" for path in course_notebooks()]
    wanted += [f"exercises/{path.name}" for path in course_notebooks()]
    wanted += ["docs/glossary.md", "docs/images/open-in-colab.svg"]
    for place in wanted:
        _, described = answer(f"{lab}api/contents/{place}?content=0")
        assert json.loads(described)["path"] == place


def test_the_root_user_is_allowed_only_where_it_has_to_be():
    if not shutil.which("make") or not hasattr(os, "getuid"):
        pytest.skip("there is no make, or no root user")
    _, words = command_of_make_lab()
    assert ("--allow-root" in words) == (os.getuid() == 0)

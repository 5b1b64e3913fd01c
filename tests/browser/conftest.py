"""A headless Chromium, and a JupyterLab server of its own with copies of the chapters."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 90


@pytest.fixture(scope="session")
def browser():
    """Chromium driven by Playwright, or a skip that says what is missing."""
    if not CHROMIUM:
        pytest.skip("no Chromium: apt-get install chromium, or set CHROMIUM to its path")
    api = pytest.importorskip("playwright.sync_api", reason="no Playwright: pip install playwright")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served_folder(tmp_path_factory) -> Path:
    """The folder that the JupyterLab server shows, with copies of the chapters."""
    from workbook.course import course_notebooks

    folder = tmp_path_factory.mktemp("jupyterlab") / "chapters"
    folder.mkdir()
    for chapter in course_notebooks():
        shutil.copy(chapter, folder)
    return folder


@pytest.fixture(scope="session")
def jupyterlab(browser, served_folder):
    """The address of a JupyterLab server that serves copies of the chapters."""
    home = served_folder.parent
    log = home / "log.txt"
    with log.open("w", encoding="utf-8") as stream:
        server = subprocess.Popen(
            server_command(served_folder),
            env=server_environment(home),
            stdout=stream,
            stderr=stream,
        )
    try:
        yield wait_for_server(server, home / "runtime", log)
    finally:
        server.terminate()
        server.wait(30)


def server_command(root: Path) -> list[str]:
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"]
    options += ["--IdentityProvider.token=", f"--ServerApp.root_dir={root}"]
    return [sys.executable, "-m", "jupyterlab", *options]


def server_environment(home: Path) -> dict[str, str]:
    """Keep the server away from the settings of whoever runs the tests."""
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    no_news = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(
        json.dumps(no_news), encoding="utf-8"
    )
    if os.environ.get("WORKBOOK_DARK"):
        dark = json.dumps({"theme": "JupyterLab Dark"})
        (settings / "themes.jupyterlab-settings").write_text(dark, encoding="utf-8")
    own = {
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "IPYTHONDIR": home / "ipython",
        "WORKBOOK_HOME": home / "workspace",
    }
    environment = {**os.environ, **{name: str(path) for name, path in own.items()}}
    environment.pop("WORKBOOK_CLAIMS")  # learners, too, go on after a claim that did not hold
    return environment


def wait_for_server(server: subprocess.Popen, runtime: Path, log: Path) -> str:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError, ValueError):
            described = (runtime / f"jpserver-{server.pid}.json").read_text(encoding="utf-8")
            address = json.loads(described)["url"]  # the port was chosen by the server
            urllib.request.urlopen(f"{address}api/status", timeout=2).close()
            return address
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")

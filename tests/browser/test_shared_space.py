"""The web app for Spaces, started with the Gradio that its README names, and used in a browser.

Gradio 6 wants Pillow below 13, and the course is pinned to a newer one. So it gets a Python of its
own, which is kept from one test run to the next; without a network the test is skipped.
"""

import os
import socket
import subprocess
import time
import urllib.request
import venv
from pathlib import Path

import pytest
from filelock import FileLock
from golden_photos import scene
from PIL import Image
from untrained_classifier import untrained_classifier

from workbook.sharing import share_space
from workbook.sharing.space import GRADIO_VERSION

pytestmark = [pytest.mark.browser, pytest.mark.slow]
INSTALL_SECONDS = 600
START_SECONDS = 90
HOSTILE = "<img src=x onerror='window.owned=1'>"


@pytest.fixture(scope="module")
def space(tmp_path_factory):
    """A folder for Spaces, with a class name that would like to be a program."""
    photos = tmp_path_factory.mktemp("photos")
    Image.fromarray(scene(80, 60)).save(photos / "one.jpg")
    classifier = untrained_classifier(class_names=("apple", "mug", HOSTILE), name="<b>toys</b>")
    folder = share_space(classifier, photos.with_name("space"), photos=photos).path
    return classifier, folder


@pytest.fixture(scope="module")
def gradio_python(request, space) -> Path:
    """A Python with Gradio and what the Space asks for, or a skip that says why there is none."""
    folder = Path(request.config.cache.mkdir(f"gradio-{GRADIO_VERSION}"))
    python = folder / "python" / ("Scripts" if os.name == "nt" else "bin") / "python"
    with FileLock(folder / "lock"):
        if not (folder / "ready").exists():
            venv.create(folder / "python", with_pip=True, clear=True)
            install = [python, "-m", "pip", "install", "--quiet", f"gradio=={GRADIO_VERSION}"]
            install += ["-r", space[1] / "requirements.txt"]
            try:
                subprocess.run(install, check=True, capture_output=True, timeout=INSTALL_SECONDS)
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
                pytest.skip(f"Gradio {GRADIO_VERSION} could not be installed: {error}")
            (folder / "ready").touch()
    return python


@pytest.fixture(scope="module")
def address(space, gradio_python, tmp_path_factory):
    """The address of the running app."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = tmp_path_factory.mktemp("gradio")
    settings = {
        **os.environ,
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_SERVER_NAME": "127.0.0.1",
        "GRADIO_ANALYTICS_ENABLED": "False",
        "GRADIO_TEMP_DIR": str(home),
        "HF_HUB_OFFLINE": "1",
    }
    with (home / "log.txt").open("w", encoding="utf-8") as log:
        app = subprocess.Popen(
            [gradio_python, "app.py"], cwd=space[1], env=settings, stdout=log, stderr=log
        )
    try:
        yield wait_for(app, f"http://127.0.0.1:{port}/", home / "log.txt")
    finally:
        app.terminate()
        app.wait(30)


def wait_for(app: subprocess.Popen, address: str, log: Path) -> str:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and app.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return address
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"The app did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")


def test_the_app_answers_about_a_photo(browser, space, address, tmp_path):
    classifier, _ = space
    photo = tmp_path / "photo.jpg"
    Image.fromarray(scene(200, 150, seed=5)).save(photo)
    best = classifier.class_names[classifier.probabilities(photo).argmax()]
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    page.goto(address)
    page.locator("h1").get_by_text("<b>toys</b>").wait_for()
    page.set_input_files("input[type=file]", photo)
    said = page.get_by_label("Answer")
    page.get_by_role("button", name="What is it?").click()
    page.wait_for_function(
        "() => [...document.querySelectorAll('textarea')].some(t => t.value.includes('%'))",
        timeout=30_000,
    )
    assert best in said.input_value()
    for name in classifier.class_names:
        assert page.get_by_text(name, exact=True).count() >= 1
    assert page.get_by_text("What it does not know").is_visible()
    assert page.evaluate("window.owned") is None
    page.close()

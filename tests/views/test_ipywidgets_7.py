"""The labs on the ipywidgets of Google Colab, 7.7.1, which differs from the one installed here."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
COLAB = "7.7.1"
HERE = Path(__file__)


@pytest.fixture(scope="module")
def with_colabs_widgets(request) -> dict[str, str]:
    """An environment in which Python finds ipywidgets 7.7.1 before the one installed."""
    folder = request.config.cache.mkdir(f"ipywidgets-{COLAB}")
    if not (folder / "ipywidgets").exists():
        packages = [f"ipywidgets=={COLAB}", "ipython_genutils"]
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        done = subprocess.run(
            [*command, "--target", str(folder), *packages],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        if done.returncode:
            pytest.skip(f"ipywidgets {COLAB} could not be fetched: {done.stderr.strip()[-200:]}")
    return {**os.environ, "PYTHONPATH": str(folder)}


def test_every_lab_works_on_the_widgets_of_colab(with_colabs_widgets):
    version = "import ipywidgets; print(ipywidgets.__version__)"
    told = run([sys.executable, "-c", version], with_colabs_widgets)
    assert told.stdout.strip() == COLAB
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"]
    tests = run([*command, str(HERE.parent), f"--ignore={HERE}"], with_colabs_widgets)
    assert tests.returncode == 0, tests.stdout[-3000:] + tests.stderr[-1000:]


def test_a_lab_is_shown_in_the_way_of_ipywidgets_7(with_colabs_widgets):
    """In 7, IPython asks a widget to show itself; both outputs must come, in this order."""
    program = (
        "from IPython.core.formatters import DisplayFormatter\n"
        "from workbook.views import explorer\n"
        "from workbook.views.loss_lab import explore_loss\n"
        "shown = []\n"
        "explorer.display = lambda data, raw: shown.append(sorted(data))\n"
        "assert DisplayFormatter().format(explore_loss()) == ({}, {})\n"
        "print(shown)\n"
    )
    told = run([sys.executable, "-c", program], with_colabs_widgets)
    view = "application/vnd.jupyter.widget-view+json"
    assert told.stdout.strip() == str([["text/html", "text/plain"], [view, "text/plain"]])


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess:
    return subprocess.run(
        command,
        env=environment,
        cwd=HERE.parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

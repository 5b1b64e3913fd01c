"""The sandbox by itself: what is hidden in it, and that it does not outlive the grader."""

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from workbook.grading import kit
from workbook.grading import namespaces as namespaces_module
from workbook.lessons.exercises.running import Case

# Hides one library, looks for it, then ends without a word while an answer is sleeping.
GRADER = """
import os, threading, time
from pathlib import Path
import jinja2
from workbook.grading.namespaces import NamespaceSandbox
from workbook.grading.sandbox import Limits
from workbook.lessons.exercises.running import Case

sandbox = NamespaceSandbox(Limits(), [Path(jinja2.__file__).parent])
listing = f"import os\\ndef answer(): return os.listdir({str(Path(jinja2.__file__).parent)!r})"
sleeping = "import time\\ndef answer(): time.sleep(1000)"
request = {"name": "answer", "cases": [Case(())], "served": []}
print(sandbox.run(request | {"sources": [listing]}, 60).observed)
asleep = (request | {"sources": [sleeping]}, 60)
threading.Thread(target=sandbox.run, args=asleep, daemon=True).start()
time.sleep(1)
print(sandbox._folder, len(sandbox._watched()), flush=True)
os._exit(1)
"""


def test_hidden_folders_are_empty_and_nothing_outlives_the_grader(namespaces):
    finished = subprocess.run(
        [sys.executable, "-c", GRADER], capture_output=True, text=True, timeout=300
    )
    listing, state = finished.stdout.splitlines()
    assert listing == "[Observed(value=[], error='')]"
    folder, running = state.rsplit(" ", 1)
    assert int(running) >= 1
    end = time.monotonic() + 20
    while time.monotonic() < end and any(_belongs_to(one, folder) for one in psutil.process_iter()):
        time.sleep(0.1)
    assert not any(_belongs_to(one, folder) for one in psutil.process_iter())


def _belongs_to(process: psutil.Process, folder: str) -> bool:
    try:
        return any(folder in part for part in process.cmdline())
    except psutil.Error:
        return False


def test_the_kit_holds_no_expected_values(tmp_path):
    kit.write_kit(tmp_path)
    shipped = {path.name for path in tmp_path.rglob("*.py") if path.stat().st_size}
    assert shipped == {
        "start.py", "running.py", "wire.py", "channel.py", "worker.py", "confinement.py",
    }  # fmt: skip


def test_the_course_is_hidden_wherever_it_is_installed(monkeypatch):
    installed = kit.library_folders()[0] / "workbook"
    monkeypatch.setattr(kit, "PACKAGE", installed)
    readable = kit.readable_folders(Path("/nowhere"))
    assert installed in kit.hidden_folders(readable, [])


def test_a_private_folder_around_the_libraries_does_not_hide_them():
    library = kit.library_folders()[0]
    readable = kit.readable_folders(Path("/nowhere"))
    assert library.parent not in kit.hidden_folders(readable, [library.parent])


def test_processes_that_cannot_be_found_hold_up_nobody(namespaces, sandbox, monkeypatch):
    monkeypatch.setattr(namespaces_module, "SECONDS_TO_GIVE_UP", 0.5)
    with monkeypatch.context() as blind:
        blind.setattr(sandbox, "_watched", list)
        request = {"sources": ["def answer():\n    while True: pass"], "name": "answer"}
        run = sandbox.run(request | {"cases": [Case(())], "served": []}, seconds=1)
    assert run.ended == "time limit"
    request = {"sources": ["def answer(): return 1"], "name": "answer"}
    run = sandbox.run(request | {"cases": [Case(())], "served": []}, seconds=60)
    assert [one.value for one in run.observed] == [1]


def test_a_cell_ends_also_when_the_grader_fails_beside_it(sandbox):
    one = "def one(): return 1"
    with pytest.raises(KeyError) as kept, sandbox.service([one], seconds=60):
        raise KeyError
    with sandbox.service([one], seconds=60) as call:
        assert call("one", [])["value"] == 1
    asking = {"sources": ["def two(): return one()"], "name": "two", "cases": [Case(())]}
    with pytest.raises(KeyError) as kept_too:
        sandbox.run(asking | {"served": ["one"]}, 60, lambda name, arguments: {}[name])
    run = sandbox.run({"sources": [one], "name": "one", "cases": [Case(())], "served": []}, 60)
    assert [one.value for one in run.observed] == [1]
    del kept, kept_too  # what an error holds stays alive, the line to the cell included

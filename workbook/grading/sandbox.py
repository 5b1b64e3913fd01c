"""The grader's side of the sandbox: start it, send it an answer and inputs, read what came back.

Two kinds: ``namespaces`` on a Linux that allows them, and ``limited`` everywhere else, an ordinary
process with limits. Which one was used is said with every grade.
"""

import atexit
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbook.grading.channel import Channel, Ended, TooLarge, pack
from workbook.grading.kit import library_folders, write_kit
from workbook.grading.watch import Watch
from workbook.grading.wire import WireError
from workbook.lessons.exercises.judging import Observed
from workbook.lessons.exercises.sources import PRELUDE

NAMESPACES, LIMITED = "namespaces", "limited"
SECONDS_TO_START = 120


@dataclass(frozen=True)
class Limits:
    """What one answer may use: seconds, bytes and counts."""

    question_seconds: float = 20.0
    submission_seconds: float = 180.0
    memory: int = 1 << 30
    processes: int = 32
    scratch: int = 64 << 20
    message: int = 8 << 20
    calls: int = 2000


@dataclass
class Run:
    """What came back from one answer.

    observed: one for each case, or fewer when it ended early. ended: "" or why it ended early, one
    of "time limit", "memory limit", "process limit", "crashed", "bad reply", "reply too large" and
    "too many calls". failed: the error that stopped the source itself, before any case.
    """

    observed: list[Observed] = field(default_factory=list)
    ended: str = ""
    failed: str = ""


class SandboxUnavailable(RuntimeError):
    """This computer does not allow the sandbox that was asked for; str() says why."""


class Sandbox:
    """What both kinds have in common: how one request is answered."""

    isolation = ""
    why_limited = ""

    def __init__(self, limits: Limits, private: Sequence[Path] = ()):
        self.limits = limits
        self.private = private
        self._folder = Path(tempfile.mkdtemp(prefix="workbook-sandbox-")).resolve()
        atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        self._start = write_kit(self._folder / "kit")

    def run(self, request: dict[str, Any], seconds: float, serve: Callable | None = None) -> Run:
        """Run one answer on its cases.

        request: sources, name, cases and served, see ``worker``. seconds: of wall time. serve: is
        called with a name and arguments when the answer calls an earlier exercise's function, and
        returns the reply. Never raises for anything that the answer does; raises WireError for a
        request that cannot travel, which is the exercise's fault, and RuntimeError when no process
        could be shut in to run the answer.
        """
        run, is_shut_in, broken = Run(), False, True
        packed = pack({"task": "answer", **request}, self.limits.message)
        line = self._open_line()
        try:
            with self._watch(seconds) as watch:
                line.send_packed(packed)
                is_shut_in = line.receive() == {"ready": True}
                self._converse(line, request, run, serve)
                broken = bool(run.ended)
        except Ended:
            run.ended = watch.reason or "crashed"
        except TooLarge:
            run.ended = "reply too large"
        except WireError:
            run.ended = "bad reply"
        finally:  # a cell that stayed would keep the next one waiting
            self._close_line(line, broken=broken)
        if not is_shut_in and not watch.reason:
            raise RuntimeError("The sandbox could not shut in a process.")
        if not run.ended and any(map(_is_out_of_memory, [run.failed, *_errors(run)])):
            run.ended = "memory limit"
        return run

    @contextmanager
    def service(self, sources: list[str], seconds: float) -> Iterator[Callable]:
        """Run sources of ours in a cell, and yield a function that calls what they define.

        It takes a name and a list of arguments and returns the reply, see ``worker.serve_calls``.
        The arguments may be a student's, and for that reason the call happens in here.
        """
        line = self._open_line()

        def call(name: str, arguments: list[Any]) -> dict[str, Any]:
            try:
                line.send({"call": name, "arguments": arguments})
                return line.receive()
            except (Ended, WireError):
                return {"error": f"{name} could not be called with these arguments."}

        try:
            with self._watch(seconds):
                with suppress(Ended):
                    line.send({"task": "serve", "sources": sources})
                yield call
        finally:
            self._close_line(line, broken=True)

    def next_submission(self) -> None:
        """Forget everything about the submission before."""

    def prepare(self) -> None:
        """Make everything ready for the next answer, so that this takes none of its time."""

    def close(self) -> None:
        """End the sandbox and remove its folder."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _watch(self, seconds: float) -> Watch:
        return Watch(self._watched, self._let_go, self.limits, seconds, self._idle_memory)

    def _converse(
        self, line: Channel, request: dict[str, Any], run: Run, serve: Callable | None
    ) -> None:
        calls = 0
        while len(run.observed) < len(request["cases"]):
            message = line.receive()
            if type(message) is not dict:
                raise WireError("A message that is no dict.")
            if "call" in message:
                calls += 1
                if calls > self.limits.calls:
                    run.ended = "too many calls"
                    return
                line.send(_serve(serve, message))
            elif "failed" in message:
                run.failed = str(message["failed"])[:600] or "unknown error"
                return
            else:
                run.observed.append(_observed(message))

    def _settings(self, task: str) -> dict[str, Any]:
        return {
            "task": task,
            "paths": [str(folder) for folder in library_folders()],
            "message": self.limits.message,
            "prelude": PRELUDE,
        }

    def _command(self, settings: dict[str, Any]) -> list[str]:
        # -I: neither the working folder nor variables of the environment lead to other modules.
        return [sys.executable, "-I", str(self._start), json.dumps(settings)]


def _observed(message: dict[str, Any]) -> Observed:
    if "error" in message:
        return Observed(error=str(message["error"])[:600] or "unknown error")
    if "observed" in message:
        return Observed(message["observed"])
    raise WireError("A message of no known kind.")


def _serve(serve: Callable | None, message: dict[str, Any]) -> dict[str, Any]:
    name, arguments = message.get("call"), message.get("arguments")
    if serve is None or type(name) is not str or type(arguments) is not list:
        raise WireError("A call that nobody answers.")
    return serve(name, arguments)


def _errors(run: Run) -> list[str]:
    return [one.error for one in run.observed]


def _is_out_of_memory(error: str) -> bool:
    return error.startswith("MemoryError") or "can't allocate memory" in error


def environment(home: str) -> dict[str, str]:
    """Return the variables that the sandbox sees: none of the instructor's, one thread each."""
    kept = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "DYLD_LIBRARY_PATH")
    threads = (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
    )
    return (
        {name: os.environ[name] for name in kept if name in os.environ}
        | dict.fromkeys(threads, "1")
        | dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "MPLCONFIGDIR"), home)
        | {"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "CUDA_VISIBLE_DEVICES": ""}
    )

"""Watch over a group of processes, and end them when they take too much."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import psutil

FIRST_LOOK = 0.3  # seconds; most answers are done by then
BETWEEN_LOOKS = 0.1
SECONDS_TO_DIE = 0.5


class Watch:
    """A context in which processes are ended once they exceed the limits.

    processes: returns the processes to watch, at any time. let_go: wakes whoever waits for an
    answer, and is called when that does not end by itself soon after the processes were ended.
    limits: memory (bytes beyond ``idle_memory`` for each process) and processes (count). seconds:
    of wall time. reason: after the end, "time limit", "memory limit" or "process limit", or ""
    when nothing was ended.
    """

    def __init__(
        self,
        processes: Callable[[], list[psutil.Process]],
        let_go: Callable[[], None],
        limits: Any,
        seconds: float,
        idle_memory: int,
    ):
        self.reason = ""
        self._processes = processes
        self._let_go = let_go
        self._limits = limits
        self._seconds = seconds
        self._idle_memory = idle_memory
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        end = time.monotonic() + self._seconds
        pause = min(FIRST_LOOK, self._seconds)
        while not self._done.wait(pause):
            processes = self._processes()
            self.reason = self._exceeded(processes, end)
            if self.reason:
                kill_tree(processes)
                self._end_what_is_left()
                return
            pause = max(0.0, min(BETWEEN_LOOKS, end - time.monotonic()))

    def _end_what_is_left(self) -> None:
        """A process that was just started, or got away, may still hold the line open."""
        while not self._done.wait(SECONDS_TO_DIE):
            kill_tree(self._processes())
            self._let_go()

    def _exceeded(self, processes: list[psutil.Process], end: float) -> str:
        if time.monotonic() >= end:
            return "time limit"
        if len(processes) > 2 * self._limits.processes:
            return "process limit"
        used = sum(max(0, memory_of(process) - self._idle_memory) for process in processes)
        return "memory limit" if used > 1.5 * self._limits.memory else ""


def memory_of(process: psutil.Process) -> int:
    """Return the bytes that a process really uses, 0 when it has gone."""
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0


def kill_tree(processes: list[psutil.Process], group: int | None = None) -> None:
    """End all these processes, and on Unix also the group of that number, without asking."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()
    if group is not None and hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)

"""The sandbox for Linux: namespaces around every answer."""

import array
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from workbook.grading.channel import Channel
from workbook.grading.kit import hidden_folders, readable_folders
from workbook.grading.sandbox import (
    NAMESPACES,
    SECONDS_TO_START,
    Limits,
    Sandbox,
    SandboxUnavailable,
    environment,
)
from workbook.grading.watch import kill_tree

SECONDS_TO_END = 0.2
SECONDS_TO_GIVE_UP = 10
SCRATCH = "/scratch"


class NamespaceSandbox(Sandbox):
    """Namespaces of Linux around a process that has torch imported and forks a cell per answer."""

    isolation = NAMESPACES

    def __init__(self, limits: Limits, private: Sequence[Path]):
        if sys.platform != "linux" or shutil.which("unshare") is None:
            raise SandboxUnavailable("Namespaces need Linux and the program unshare.")
        super().__init__(limits, private)
        self._line_end: socket.socket | None = None
        # Root needs no user namespace, and gives its rights up inside; but not every root may.
        self._in_user_namespace = os.geteuid() != 0
        try:
            self._start_process()
        except SandboxUnavailable:
            if self._in_user_namespace:
                raise
            self._in_user_namespace = True
            self._start_process()

    def close(self) -> None:
        self._stop_process()
        super().close()

    def _stop_process(self) -> None:
        self._process.kill()  # --kill-child takes everything inside along
        self._process.wait()
        self._control.close()

    def _start_process(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(SECONDS_TO_START)
        (self._folder / "root").mkdir(exist_ok=True)
        readable = readable_folders(self._folder / "kit")
        settings = self._settings("cells") | {
            "control": theirs.fileno(),
            "new_root": str(self._folder / "root"),
            "readable": [str(folder) for folder in readable],
            "hidden": [str(folder) for folder in hidden_folders(readable, self.private)],
            "cell": {
                "seconds": int(self.limits.submission_seconds) + 5,
                "memory": self.limits.memory,
                "processes": self.limits.processes,
                "scratch": self.limits.scratch,
            },
        }
        user = ["--user", "--map-root-user"] if self._in_user_namespace else []
        namespaces = ["--mount", "--net", "--ipc", "--uts", "--pid", "--fork", "--kill-child"]
        self._process = subprocess.Popen(
            [shutil.which("unshare"), *user, *namespaces, *self._command(settings)],
            pass_fds=[theirs.fileno()],
            env=environment(SCRATCH),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        theirs.close()
        self._control = ours
        reply = self._reply()
        if "ready" not in reply:
            self._stop_process()
            raise SandboxUnavailable(reply.get("error", "The sandbox did not start."))
        self._inside = psutil.Process(self._process.pid).children()[0]
        self._idle_memory = self._inside.memory_info().rss

    def _open_line(self) -> Channel:
        if self._process.poll() is not None:
            self._control.close()
            self._start_process()
        ours, theirs = socket.socketpair()
        handed_over = array.array("i", [theirs.fileno()])
        self._control.sendmsg([b"cell"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, handed_over)])
        theirs.close()
        self._line_end = ours
        return Channel(ours.makefile("rb"), ours.makefile("wb"), self.limits.message)

    def _close_line(self, line: Channel, *, broken: bool) -> None:
        """Wait until the cell has ended, after the end was brought about where necessary."""
        line.close()
        self._line_end.close()
        self._control.settimeout(0.001 if broken else SECONDS_TO_END)
        give_up = time.monotonic() + SECONDS_TO_GIVE_UP
        while not self._reply() and self._process.poll() is None:
            if time.monotonic() > give_up:
                self._stop_process()  # the next answer finds it gone, and starts another one
                return
            kill_tree(self._watched())
            self._control.settimeout(SECONDS_TO_END)
        self._control.settimeout(SECONDS_TO_START)

    def _let_go(self) -> None:
        with suppress(OSError):  # it is closed already
            self._line_end.shutdown(socket.SHUT_RDWR)

    def _reply(self) -> dict[str, Any]:
        try:
            return json.loads(self._control.recv(4096))
        except (OSError, ValueError):
            return {}

    def _watched(self) -> list[psutil.Process]:
        try:
            return self._inside.children(recursive=True)
        except psutil.NoSuchProcess:
            return []

"""The sandbox for every other system: an ordinary process with limits. It promises less."""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, Full, Queue
from typing import BinaryIO

import psutil

from workbook.grading.channel import Channel, Ended
from workbook.grading.sandbox import (
    LIMITED,
    SECONDS_TO_START,
    Limits,
    Sandbox,
    SandboxUnavailable,
    environment,
)
from workbook.grading.watch import Watch, kill_tree
from workbook.grading.wire import WireError

SECONDS_TO_NOTICE = 0.2
CHUNK_BYTES = 1 << 16


class LimitedSandbox(Sandbox):
    """An ordinary process with limits, for systems without namespaces. It promises less.

    A fresh process for every submission; the questions of one submission share it.
    """

    isolation = LIMITED

    def __init__(self, limits: Limits, private: Sequence[Path]):
        super().__init__(limits, private)
        self._process: subprocess.Popen | None = None

    def next_submission(self) -> None:
        self._end_process()

    def prepare(self) -> None:
        if self._process is None or self._process.poll() is not None:
            self._end_process()
            self._start_process()

    def close(self) -> None:
        self._end_process()
        super().close()

    def _open_line(self) -> Channel:
        self.prepare()
        return self._line

    def _close_line(self, line: Channel, *, broken: bool) -> None:
        if broken:
            self._end_process()

    def _start_process(self) -> None:
        scratch = Path(tempfile.mkdtemp(dir=self._folder))
        settings = self._settings("stream") | {
            "process_limits": {
                "seconds": int(self.limits.submission_seconds) + 60,
                "memory": self.limits.memory,
                "processes": _own_processes() + self.limits.processes,
                "file_size": self.limits.scratch,
            }
        }
        # A process between the grader and the answer takes the blow of "kill my parent".
        between = "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))"
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", between, *self._command(settings)],
            cwd=scratch,
            env=environment(str(scratch)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._replies = PumpedStream(self._process.stdout)
        self._line = Channel(self._replies, self._process.stdin, self.limits.message)
        with Watch(self._watched, self._let_go, Limits(), SECONDS_TO_START, 0):
            try:
                self._line.receive()
            except (Ended, WireError) as error:
                raise SandboxUnavailable("The worker process did not start.") from error
        self._idle_memory = sum(one.memory_info().rss for one in self._watched())

    def _end_process(self) -> None:
        if self._process is None:
            return
        kill_tree(self._watched(), group=self._process.pid)
        self._line.close()
        self._process.wait()
        self._process = None

    def _let_go(self) -> None:
        self._replies.close()

    def _watched(self) -> list[psutil.Process]:
        try:
            root = psutil.Process(self._process.pid)
            return [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


class PumpedStream:
    """A binary stream that a thread reads, so that whoever waits for it can be let go.

    A process that got away may hold the other end of a pipe open for ever, and a program that
    reads from a pipe cannot be woken. Here only the thread would wait for ever.
    """

    def __init__(self, stream: BinaryIO):
        self._stream = stream
        self._chunks: Queue[bytes] = Queue(maxsize=16)
        self._rest = b""
        self._closed = threading.Event()
        threading.Thread(target=self._pump, daemon=True).start()

    def read(self, count: int) -> bytes:
        """Return ``count`` bytes, or fewer when the stream ends before or is closed."""
        while len(self._rest) < count:
            chunk = self._next_chunk()
            if not chunk:
                break
            self._rest += chunk
        taken, self._rest = self._rest[:count], self._rest[count:]
        return taken

    def close(self) -> None:
        """Wake whoever reads. The stream itself is closed by the thread that waits for it."""
        self._closed.set()

    def _next_chunk(self) -> bytes:
        while not self._closed.is_set():
            with suppress(Empty):
                return self._chunks.get(timeout=SECONDS_TO_NOTICE)
        return b""

    def _pump(self) -> None:
        with suppress(OSError), self._stream:
            while self._hand_over(self._stream.read1(CHUNK_BYTES)):
                pass

    def _hand_over(self, chunk: bytes) -> bool:
        """Return whether there may be more to come."""
        while not self._closed.is_set():
            with suppress(Full):
                self._chunks.put(chunk, timeout=SECONDS_TO_NOTICE)
                return bool(chunk)
        return False


def _own_processes() -> int:
    """Return how many processes and threads this user runs already, as Linux counts them."""
    count = 0
    user = os.getuid() if hasattr(os, "getuid") else None
    for process in psutil.process_iter():
        try:
            if user is not None and process.uids().real == user:
                count += process.num_threads()
        except psutil.Error:
            continue
    return count

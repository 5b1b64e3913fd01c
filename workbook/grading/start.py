"""The first thing that runs inside the sandbox, as a program of its own.

``python start.py SETTINGS`` with settings as JSON. Task "cells": shut in, import torch once, then
fork a cell for each request that the grader sends, so that torch is not imported anew. Task
"stream": answer requests over standard input and output, in one process, on any system.
"""

import array
import gc
import json
import os
import select
import socket
import sys
from pathlib import Path
from typing import Any

NOT_SHUT_IN = 70  # exit status of a cell that could not be shut in, so no answer was run


def main() -> None:
    """Read the settings, and do what they say until the grader closes the line."""
    settings = json.loads(sys.argv[1])
    here = str(Path(__file__).resolve().parent)
    sys.path[:0] = [here]
    sys.path.extend(path for path in settings["paths"] if path not in sys.path)
    if settings["task"] == "cells":
        serve_cells(settings)
    else:
        serve_own_streams(settings)


def serve_own_streams(settings: dict[str, Any]) -> None:
    """Answer requests over standard input and output."""
    from workbook.grading import worker

    channel = worker.channel_of_own_streams(settings["message"])
    warm_up(settings["prelude"])
    if sys.platform == "linux":
        from workbook.grading import confinement

        confinement.set_limits(**settings["process_limits"])
    channel.send({"ready": True})
    worker.serve_stream(channel)


def serve_cells(settings: dict[str, Any]) -> None:
    """Fork a cell for each line that the grader hands over, and report how it ended."""
    control = socket.socket(fileno=settings["control"])
    try:
        from workbook.grading import confinement

        paths = {key: [Path(path) for path in settings[key]] for key in ("readable", "hidden")}
        confinement.enter_sandbox(Path(settings["new_root"]), **paths)
        warm_up(settings["prelude"])
    except Exception as error:
        control.send(json.dumps({"error": f"{type(error).__name__}: {error}"}).encode())
        return
    gc.freeze()  # so that looking for garbage in a cell does not copy the pages that it shares
    control.send(b'{"ready": true}')
    while (line := receive_line(control)) is not None:
        cell = confinement.fork_into_own_processes()
        if cell == 0:
            run_cell(line, settings)
        os.close(line)
        status = wait_for_cell(cell, control)
        control.send(json.dumps({"exit": os.waitstatus_to_exitcode(status)}).encode())


def warm_up(prelude: str) -> None:
    """Import what answers use, so that each of them finds it there.

    torch imports much of itself only at the first step of an optimizer, which would take seconds
    in every cell, and Pillow its file formats when the first photo is opened. No gradients are
    worked out here, because torch cannot fork after that.
    """
    from workbook.grading import worker  # noqa: F401

    space: dict[str, Any] = {"__name__": "prelude"}
    exec(prelude, space)
    torch = space["torch"]
    weight = torch.nn.Parameter(torch.zeros(1))
    weight.grad = torch.zeros(1)
    torch.optim.SGD([weight]).step()
    space["Image"].init()


def receive_line(control: socket.socket) -> int | None:
    """Return the socket that the grader hands over for one cell, or None when it is gone."""
    message, ancillary, _, _ = control.recvmsg(16, socket.CMSG_LEN(array.array("i").itemsize))
    if not message:
        return None
    numbers = array.array("i")
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            numbers.frombytes(data)
    return numbers[0]


def wait_for_cell(cell: int, control: socket.socket) -> int:
    """Return the wait status of a cell when it ends. When the grader is gone, end everything."""
    ended = os.pidfd_open(cell)
    events = select.poll()
    for number in (ended, control.fileno()):
        events.register(number, select.POLLIN)
    while ended not in [number for number, _ in events.poll()]:
        if not control.recv(1, socket.MSG_PEEK):
            os._exit(0)  # the first process of this namespace takes all others along
        events.unregister(control.fileno())  # the next request has come early
    os.close(ended)
    return os.waitpid(cell, 0)[1]


def run_cell(line: int, settings: dict[str, Any]) -> None:
    """Shut in, answer the one request that comes over the line, and end."""
    from workbook.grading import confinement, worker
    from workbook.grading.channel import Channel, Ended

    try:
        os.dup2(line, 3)
        os.closerange(4, 1 << 16)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        confinement.enter_cell(**settings["cell"])
    except OSError:
        os._exit(NOT_SHUT_IN)
    channel = Channel(os.fdopen(3, "rb"), os.fdopen(os.dup(3), "wb"), settings["message"])
    try:
        worker.handle(channel, channel.receive())
    except Ended:
        pass
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()

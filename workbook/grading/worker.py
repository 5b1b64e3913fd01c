"""Runs a student's code, inside the sandbox.

This file is shipped into the sandbox together with the few modules it imports. It is given the
source of an answer and inputs; it sends back what the answer gave. Expected values, comparison and
marks are not here, so there is nothing here that would be worth tampering with.

A request is a dict: sources (list of texts, run one after the other), name (what they define),
cases, and served (names that the grader provides, because the student's own answer is wrong).
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from workbook.grading.channel import Channel, Ended, TooLarge
from workbook.grading.wire import WireError
from workbook.lessons.exercises.running import Case, plain, run_case

LONGEST_ERROR = 300


def answer_request(channel: Channel, request: dict[str, Any]) -> None:
    """Run the sources, then each case, and send one message for each.

    Messages: {"ready": True} at the beginning, when this process is shut in; {"observed": value}
    or {"error": text} for a case; {"failed": text} when the sources cannot be run; {"call": name,
    "arguments": list} when a served function is needed.
    """
    channel.send({"ready": True})
    space = {"__name__": "__main__"}
    for name in request["served"]:
        space[name] = _served(channel, name)
    try:
        for source in request["sources"]:
            exec(compile(source, "answer", "exec"), space)  # this is what the sandbox is for
        answer = space[request["name"]]
    except BaseException as error:
        channel.send({"failed": describe(error)})
        return
    for case in request["cases"]:
        _answer_case(channel, answer, case)


def serve_calls(channel: Channel, request: dict[str, Any]) -> None:
    """Run the sources, which are ours, then answer calls until the line is closed.

    A call is a dict with name and arguments. The reply holds the value, and the arguments as they
    are after the call, since some functions change them in place.
    """
    space = {"__name__": "__main__"}
    for source in request["sources"]:
        exec(compile(source, "solution", "exec"), space)
    while True:
        message = channel.receive()
        arguments = message["arguments"]
        try:
            value = plain(space[message["call"]](*arguments))
            channel.send({"value": value, "arguments": [plain(one) for one in arguments]})
        except Exception as error:
            channel.send({"error": describe(error)})


def serve_stream(channel: Channel) -> None:
    """Answer requests one after the other, until the line is closed."""
    while True:
        try:
            request = channel.receive()
            handle(channel, request)
        except Ended:
            return


def handle(channel: Channel, request: dict[str, Any]) -> None:
    """Do what one request asks for."""
    if request["task"] == "serve":
        serve_calls(channel, request)
    else:
        answer_request(channel, request)


def describe(error: BaseException) -> str:
    """Return an error in one line, as ``ValueError: …``; its text may be a student's."""
    try:
        text = str(error).strip().splitlines()[0][:LONGEST_ERROR]
    except BaseException:  # there is no text, or the student's kind of error fails to give one
        text = ""
    return f"{type(error).__name__[:80]}: {text}"


def _answer_case(channel: Channel, answer: Callable, case: Case) -> None:
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            message = {"observed": run_case(answer, case, Path(folder))}
    except BaseException as error:
        message = {"error": describe(error)}
    try:
        channel.send(message)
    except TooLarge:
        channel.send({"error": "TooLarge: the answer is too large to be looked at"})
    except WireError as error:
        channel.send({"error": f"WireError: {error}"})


def _served(channel: Channel, name: str) -> Callable:
    """Return a function that lets the grader do the work of an earlier exercise."""

    def serve(*arguments):
        channel.send({"call": name, "arguments": list(arguments)})
        reply = channel.receive()
        if "error" in reply:
            raise RuntimeError(reply["error"])
        for argument, changed in zip(arguments, reply["arguments"], strict=True):
            _change_in_place(argument, changed)
        return reply["value"]

    serve.__name__ = serve.__qualname__ = name
    return serve


def _change_in_place(argument: Any, changed: Any) -> None:
    import numpy as np
    import torch

    if isinstance(argument, torch.Tensor):
        with torch.no_grad():
            argument.copy_(changed)
    elif isinstance(argument, np.ndarray | list):
        argument[... if isinstance(argument, np.ndarray) else slice(None)] = changed
    elif isinstance(argument, dict):
        argument.clear()
        argument.update(changed)


def channel_of_own_streams(limit: int) -> Channel:
    """Return a channel over standard input and output, and give these two to nobody else.

    What a student prints goes nowhere, and cannot get into the messages.
    """
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    return Channel(source, target, limit)

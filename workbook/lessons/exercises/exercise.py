"""What an exercise is: a task with cases drawn from a seed, a reference, and known misconceptions.

The same object serves the learner's own check in the notebook and the instructor's grading. The
text of the task, the stub and the worked solution stand in ``solutions/NN_….ipynb``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

DIFFICULTIES = ("easy", "medium", "hard")


@dataclass(frozen=True)
class Case:
    """One call of an answer: ``name(*arguments)``, and what is looked at afterwards.

    arguments: plain values (None, bool, int, float, str, bytes, list, tuple, dict with text keys),
        numpy arrays, torch tensors, or the stand-ins ``Folder`` and ``Layers`` below.
    observe: what is read after the call, one of ``OBSERVATIONS``.
    extra: what the observation needs, for instance the photos for a returned model.
    """

    arguments: tuple[Any, ...]
    observe: str = "result"
    extra: Mapping[str, Any] = field(default_factory=dict)


# result: what the call returned.
# arguments: the arguments after the call, for answers that change them in place.
# model: the call returned an nn.Module; extra["photos"] (N, 3, H, W) are shown to it in evaluation
#     mode, and what is read is a dict: outputs, parameters (count), trainable (count), training
#     (bool), repeated (outputs of a second identical call), and trained_outputs in training mode.
OBSERVATIONS = ("result", "arguments", "model")


@dataclass(frozen=True)
class Folder:
    """Stands for the path of a folder with these files: relative name to contents."""

    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Layers:
    """Stands for an ``nn.Sequential``: names and arguments of torch.nn layers, and its weights.

    layers: for instance ``(("Flatten", {}), ("Linear", {"in_features": 12, "out_features": 3}))``.
    weights: the state_dict, name to tensor; empty for the weights that torch draws.
    training: whether the model is handed over in training mode.
    """

    layers: tuple[tuple[str, Mapping[str, Any]], ...]
    weights: Mapping[str, Any] = field(default_factory=dict)
    training: bool = True


@dataclass(frozen=True)
class Misconception:
    """A known wrong way: its name, a function that goes wrong in that way, what to tell.

    An answer shows the misconception when it agrees with ``wrong`` on every case, and ``wrong``
    differs from the reference on at least one of them.
    """

    name: str
    wrong: Callable[..., Any]
    message: str


@dataclass(frozen=True)
class Exercise:
    """One exercise.

    name: what the learner defines, a function or class; unique in the course.
    chapter (1 to 6), section (such as "1.3"), title, difficulty, minutes, points.
    kind: "code", "bug" (the stub holds broken code) or "written" (marked by hand).
    reference: gives the expected value of each case; written differently from the solution where
        a library function can serve.
    cases: draws the cases from a seed; another seed gives other cases.
    misconceptions: what the check recognises.
    tolerance: largest allowed difference of numbers, absolute plus relative.
    same: compares (got, expected) where nearness of numbers is not the question; returns None when
        the answer is right, else one sentence that says what is wrong.
    hints: three, each giving away more.
    builds_on: names of earlier exercises that an answer may call.
    rubric: for written answers, what earns the points.
    """

    name: str
    chapter: int
    section: str
    title: str
    difficulty: str
    minutes: int
    hints: tuple[str, ...]
    points: int = 1
    kind: str = "code"
    reference: Callable[..., Any] | None = None
    cases: Callable[[int], list[Case]] | None = None
    misconceptions: tuple[Misconception, ...] = ()
    tolerance: float = 1e-5
    same: Callable[[Any, Any], str | None] | None = None
    builds_on: tuple[str, ...] = ()
    rubric: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a check found.

    status: "right", "wrong", "not attempted" or "cannot be checked".
    message: one or two sentences for the learner.
    misconception: the name of the one that was recognised, or "".
    call, got, expected: the first failing call, quoted as text, or "".
    """

    status: str
    message: str
    misconception: str = ""
    call: str = ""
    got: str = ""
    expected: str = ""

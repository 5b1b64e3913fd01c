"""Calling an answer: copies, chance, stand-ins, and values that nobody can tamper with."""

import random
import shutil
import subprocess
import sys
from collections import Counter, OrderedDict, namedtuple
from enum import IntEnum

import numpy as np
import pytest
import torch
from torch import nn

from workbook.lessons.exercises.exercise import Case, Folder, Foreign, Layers
from workbook.lessons.exercises.running import MOST_ENTRIES, plain, run_case, scratch_folder

Point = namedtuple("Point", "x y")


class Liar(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__

    def __float__(self):
        raise RuntimeError("never asked")


class Secretive(list):
    def __iter__(self):
        raise RuntimeError("never asked")

    def __eq__(self, other):
        return True

    __hash__ = None


class Colour(IntEnum):
    RED = 1


def run(answer, *arguments, **settings):
    case = Case(arguments, **settings)
    with scratch_folder(case) as folder:
        return run_case(answer, case, folder)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Liar(2.5), 2.5),
        (Secretive([1, 2]), [1, 2]),
        (Colour.RED, 1),
        (np.float32(0.5), 0.5),
        (np.int64(7), 7),
        (np.bool_(True), True),
        (np.str_("cat"), "cat"),
        (Counter("aab"), {"a": 2, "b": 1}),
        (OrderedDict(a=1), {"a": 1}),
        (Point(1, 2), (1, 2)),
        ({np.str_("a"): np.int64(1)}, {"a": 1}),
        (np.array(["a", "b"]), ["a", "b"]),
        ((1, [2, (3,)]), (1, [2, (3,)])),
    ],
)
def test_kinds_derived_from_plain_ones_become_plain(value, expected):
    result = plain(value)
    assert type(result) is type(expected)
    assert result == expected


@pytest.mark.parametrize(
    "value",
    [
        (number for number in range(3)),
        {1, 2},
        {1: "a"},
        object(),
        print,
        np.array([1j]),
        torch.tensor([1j]),
        nn.Linear(1, 1),
        range(3),
        list(range(MOST_ENTRIES + 1)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_cannot_travel_is_foreign(value):
    assert isinstance(plain(value), Foreign)


def test_a_list_that_holds_itself_comes_to_an_end():
    endless = []
    endless.extend([endless, endless])
    assert isinstance(plain(endless), list)


def test_parameters_travel_as_plain_tensors():
    assert type(plain(nn.Linear(2, 1).weight)) is torch.Tensor


def test_an_answer_gets_copies():
    photo, names = torch.zeros(3), ["cat"]

    def spoil(photo, names):
        photo += 1
        names.append("dog")

    case = Case((photo, names), observe="arguments")
    with scratch_folder(case) as folder:
        seen = run_case(spoil, case, folder)
    assert seen[0].tolist() == [1, 1, 1]
    assert seen[1] == ["cat", "dog"]
    assert photo.tolist() == [0, 0, 0]
    assert names == ["cat"]


def test_chance_is_the_same_for_every_case_and_left_alone():
    def draw():
        return [random.random(), np.random.rand(), torch.rand(1)]  # noqa: NPY002

    random.seed(1), np.random.seed(1), torch.manual_seed(1)  # noqa: NPY002
    untouched = draw()
    random.seed(1), np.random.seed(1), torch.manual_seed(1)  # noqa: NPY002
    first, second = run(draw), run(draw)
    assert first == second
    assert draw() == untouched


def test_chance_is_put_back_after_an_error():
    torch.manual_seed(3)
    before = torch.get_rng_state()
    with pytest.raises(ZeroDivisionError):
        run(lambda: torch.rand(2) / 0 + 1 / 0)
    assert torch.equal(before, torch.get_rng_state())


def test_a_folder_is_made_and_seen_afterwards():
    def tidy(folder):
        (folder / "notes.txt").unlink()
        (folder / "new").mkdir()
        (folder / "cat" / "2.jpg").write_bytes(b"two")

    files = Folder({"cat/1.jpg": b"one", "notes.txt": b"mine"})
    seen = run(tidy, files, observe="arguments")
    assert seen == [{"cat/1.jpg": b"one", "cat/2.jpg": b"two", "new/": b""}]


def test_layers_are_built_with_their_weights_and_seen_afterwards():
    weights = {"0.weight": torch.ones(1, 2), "0.bias": torch.zeros(1)}
    layers = Layers((("Linear", {"in_features": 2, "out_features": 1}),), weights, training=False)

    def freeze(model):
        model[0].weight.requires_grad = False

    (seen,) = run(freeze, layers, observe="arguments")
    assert seen["trainable"] == {"0.weight": False, "0.bias": True}
    assert seen["training"] is False
    assert seen["weights"]["0.weight"].tolist() == [[1, 1]]
    assert run(lambda model: model(torch.ones(1, 2)), layers).tolist() == [[2]]


def small_model(first=nn.ReLU):
    return nn.Sequential(nn.Flatten(), nn.Linear(12, 4), first(), nn.Dropout(), nn.Linear(4, 2))


class WrittenOut(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden, self.last = nn.Linear(12, 4), nn.Linear(4, 2)

    def forward(self, photos):
        hidden = torch.relu(self.hidden(photos.flatten(1)))
        return self.last(nn.functional.dropout(hidden, training=self.training))


def test_models_that_calculate_the_same_are_seen_as_the_same():
    photos = torch.randn(2, 3, 2, 2, generator=torch.Generator().manual_seed(0))
    settings = {"observe": "model", "extra": {"photos": photos}}
    seen, other = run(small_model, **settings), run(WrittenOut, **settings)
    assert torch.allclose(seen["filled_outputs"], other["filled_outputs"])
    assert seen["parameters"] == other["parameters"] == 12 * 4 + 4 + 4 * 2 + 2
    assert torch.equal(seen["outputs"], seen["repeated"])
    assert not torch.equal(seen["outputs"], seen["trained_outputs"])
    without_relu = run(lambda: small_model(nn.Identity), **settings)
    assert not torch.allclose(seen["filled_outputs"], without_relu["filled_outputs"])


def test_what_is_no_model_is_seen_as_it_is():
    settings = {"observe": "model", "extra": {"photos": torch.zeros(1, 3, 2, 2)}}
    assert run(lambda: 3, **settings) == 3
    assert isinstance(run(lambda: nn.Linear, **settings), Foreign)


def test_the_module_runs_where_the_workbook_is_hidden(tmp_path):
    from workbook.lessons.exercises import running

    shutil.copy(running.__file__, tmp_path / "running.py")
    code = (
        "import sys; sys.modules['workbook'] = None\n"
        "from pathlib import Path\n"
        "import running\n"
        "print(running.run_case(lambda x: x + 1, running.Case((2,)), Path('.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "3"

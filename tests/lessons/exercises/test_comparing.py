"""Comparing plain values: kinds, shapes, numbers."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from workbook.lessons.exercises.comparing import compare
from workbook.lessons.exercises.quoting import LONGEST, quote
from workbook.lessons.exercises.running import Foreign

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)
ARRAYS = arrays.arrays(
    st.sampled_from([np.float32, np.int64, np.uint8, bool]),
    arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
)


@given(VALUES | ARRAYS)
def test_a_value_equals_itself(value):
    assert compare(value, value, 1e-5) is None


@given(VALUES | ARRAYS, VALUES | ARRAYS)
def test_any_two_values_can_be_compared_and_quoted(one, other):
    difference = compare(one, other, 1e-5)
    assert difference is None or difference.code.startswith("wrong_")
    assert len(quote(one)) <= LONGEST


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        ((1, 2), [1, 2]),
        (np.array([1.0, 2.0]), [1, 2]),
        (torch.tensor([1, 2]), [1.0, 2.0]),
        (torch.tensor(3), 3),
        (np.array(3.0), 3),
        (True, 1),
        (3.0000001, 3),
        (1.000001, 1.0),
        (float("nan"), float("nan")),
        (math.inf, math.inf),
        ([[1, 2], [3]], [(1.0, 2.0), [3]]),
        ([torch.zeros(2), 1], (np.zeros(2), 1.0)),
        ({"b": 1, "a": 2}, {"a": 2, "b": 1}),
        ([], torch.zeros(0)),
        (torch.ones(2, dtype=torch.bfloat16), [1.0, 1.0]),
        (torch.ones(2, dtype=torch.float16), [1, 1]),
    ],
)
def test_matters_of_taste_are_no_difference(got, expected):
    assert compare(got, expected, 1e-5) is None


@pytest.mark.parametrize(
    ("code", "got", "expected"),
    [
        ("wrong_type", None, 3),
        ("wrong_type", "3", 3),
        ("wrong_type", [3], 3),
        ("wrong_type", 3, [3]),
        ("wrong_type", Foreign("generator"), [3]),
        ("wrong_type", {"a": 1}, [1]),
        ("wrong_type", torch.tensor(1), ["a"]),
        ("wrong_type", b"a", "a"),
        ("wrong_shape", [1, 2], [1, 2, 3]),
        ("wrong_shape", torch.zeros(2, 3), torch.zeros(3, 2)),
        ("wrong_shape", ["a"], ["a", "b"]),
        ("wrong_value", 150_529, 150_528),
        ("wrong_value", 150_528.5, 150_528),
        ("wrong_value", float("nan"), 1.0),
        ("wrong_value", 10**400, 1.0),
        ("wrong_value", [1, 2], [1, 3]),
        ("wrong_value", "cat", "dog"),
        ("wrong_value", {"a": 1}, {"a": 1, "b": 2}),
        ("wrong_value", {"a": 1, "b": 2}, {"a": 1}),
        ("wrong_value", True, 0),
        ("wrong_value", 255, np.uint8(1).item()),
    ],
)
def test_what_is_different_is_said_by_its_code(code, got, expected):
    difference = compare(got, expected, 1e-5)
    assert difference is not None
    assert difference.code == code
    assert difference.sentence.endswith((".", "?"))


def test_the_place_of_the_first_difference_is_named():
    got = torch.zeros(2, 3, 4)
    got[1, 2, 3] = 0.5
    assert "(1, 2, 3)" in compare(got, torch.zeros(2, 3, 4), 1e-5).sentence
    assert "'cat'" in compare({"cat": 1}, {"cat": 2}, 1e-5).sentence


def test_small_whole_numbers_do_not_wrap_around():
    got, expected = np.array([1], dtype=np.uint8), np.array([255], dtype=np.uint8)
    assert compare(got, expected, 1e-5).code == "wrong_value"
    assert compare(np.array([254.7]), expected, 1e-5).code == "wrong_value"

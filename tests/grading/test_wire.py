"""What travels arrives as it was; everything else is refused with an error of our own."""

import contextlib
import json
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies

from workbook.grading import wire
from workbook.lessons.exercises.running import Case, Folder, Foreign, Layers

NUMBERS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(max_size=50)
)
VALUES = st.recursive(
    NUMBERS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(st.text(max_size=5), inner, max_size=4),
    ),
    max_leaves=20,
)
ARRAYS = numpy_strategies.arrays(
    dtype=st.sampled_from(["bool", "int8", "int64", "uint8", "float16", "float32", "float64"]),
    shape=numpy_strategies.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["kind", "entries", "data", "shape", "dtype", "parts", "value"]), inner
        ),
        st.fixed_dictionaries(
            {"kind": st.sampled_from(sorted(wire.DECODERS))},
            optional=dict.fromkeys(["entries", "data", "shape", "dtype", "parts", "files"], inner),
        ),
    ),
    max_leaves=12,
)


def there_and_back(value):
    return wire.loads(wire.dumps(value))


def same(one, other) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return one == other or (math.isnan(one) and math.isnan(other))
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return one == other


@given(VALUES)
def test_plain_values_arrive_as_they_were(value):
    assert same(there_and_back(value), value)


@given(ARRAYS)
def test_arrays_and_tensors_arrive_as_they_were(array):
    back = there_and_back(array)
    assert back.dtype == array.dtype
    assert back.shape == array.shape
    np.testing.assert_array_equal(back, array)
    tensor = torch.from_numpy(array)
    assert torch.equal(there_and_back(tensor).nan_to_num(7), tensor.nan_to_num(7))
    assert there_and_back(tensor).dtype == tensor.dtype


def test_tensors_in_odd_places_of_memory():
    for tensor in (
        torch.arange(6).reshape(2, 3).T,
        torch.zeros(1).expand(4),
        torch.ones(2, requires_grad=True),
        torch.tensor([1.5, float("nan")], dtype=torch.bfloat16),
        torch.tensor(3),
    ):
        back = there_and_back(tensor)
        assert back.dtype == tensor.dtype
        assert torch.equal(back.nan_to_num(), tensor.detach().nan_to_num())
    assert there_and_back(np.arange(6, dtype=">i4").reshape(2, 3).T).tolist() == [
        [0, 3],
        [1, 4],
        [2, 5],
    ]


def test_cases_and_stand_ins_arrive_as_they_were():
    layers = Layers(
        (("Linear", {"in_features": 2, "out_features": 1}),), {"w": torch.ones(2)}, False
    )
    case = Case((Folder({"a/b.png": b"\x00\xff"}), layers, 3), "model", {"photos": torch.ones(2)})
    back = there_and_back([case, Foreign("DataFrame")])
    assert back[0].arguments[0] == case.arguments[0]
    assert back[0].arguments[1].layers == layers.layers
    assert torch.equal(back[0].arguments[1].weights["w"], torch.ones(2))
    assert (back[0].arguments[1].training, back[0].observe) == (False, "model")
    assert back[1] == Foreign("DataFrame")


@pytest.mark.parametrize("value", [object(), {1: 2}, {2}, 1j, lambda: 0, torch.device("cpu")])
def test_other_kinds_do_not_travel(value):
    with pytest.raises(wire.WireError):
        wire.dumps([value])


def test_arrays_of_other_kinds_arrive_as_foreign():
    assert there_and_back(np.array([object()])) == Foreign("array of object")
    assert there_and_back(torch.tensor([1j])) == Foreign("tensor of complex64")


@given(st.binary(max_size=200))
def test_any_bytes_give_a_value_or_an_error_of_ours(data):
    with contextlib.suppress(wire.WireError):
        wire.loads(data)


@given(JSON)
def test_any_json_gives_a_value_or_an_error_of_ours(content):
    with contextlib.suppress(wire.WireError):
        wire.loads(json.dumps(content).encode())


REFUSED = [
    b'{"kind":"pickle","data":"gASVFAAAAAAAAAA="}',
    b'{"kind":"tensor","dtype":"float32","shape":[9999999999],"data":""}',
    b'{"kind":"tensor","dtype":"float32","shape":[-1],"data":""}',
    b'{"kind":"tensor","dtype":"float32","shape":[1.0],"data":"AAAAAA=="}',
    b'{"kind":"tensor","dtype":"float32","shape":[true],"data":"AAAAAA=="}',
    b'{"kind":"array","dtype":"object","shape":[1],"data":"AAAAAAAAAAA="}',
    b'{"kind":"array","dtype":"bool","shape":[1],"data":"Ag=="}',
    b'{"kind":"array","dtype":"float32","shape":[1],"data":"AAA"}',
    b'{"kind":"float","value":"1e9999"}',
    b'{"kind":"dict","entries":[[1,2]]}',
    b'{"kind":"dict","entries":{"a":1}}',
    b'{"kind":"list"}',
    b"[1, 2]",
    b"NaN",
    b"-Infinity",
    b"9" * 10_000,
    b"[" * 100_000,
    b'{"kind":"list","entries":[' * 100 + b"1" + b"]}" * 100,
    b"\xff\xfe",
    b"",
]


@pytest.mark.parametrize("data", REFUSED)
def test_refused(data):
    with pytest.raises(wire.WireError):
        wire.loads(data)

"""Exercises that compare files and networks in their own way: odd contents are wrong, no more."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from tests.lessons.exercises.answer_files import expectations_of
from workbook.lessons.exercises.catalogue import all_exercises, find_exercise
from workbook.lessons.exercises.checking import SEED
from workbook.lessons.exercises.judging import Observed, judge, observe

OWN_COMPARISONS = [exercise for exercise in all_exercises() if exercise.same is not None]
ODD_VALUES = [
    None,
    True,
    float("nan"),
    "text",
    b"\xff\xd8\xff",
    [],
    [None, None, None],
    [{}, {}, {}],
    {"filled_outputs": None, "parameters": None, "trainable": None},
    {"filled_outputs": torch.full((4, 2), float("nan")), "parameters": 1426, "trainable": 1426},
    np.zeros(3),
]


def verdict(exercise, value):
    expectations = expectations_of(exercise.name, SEED)
    observed = [Observed(value)] * len(expectations.cases)
    return judge(exercise, expectations.cases, observed, expectations)


def with_file(name, place, file, contents):
    """Return what the reference gives on the first case, with other contents of one file."""
    exercise, expectations = find_exercise(name), expectations_of(name, SEED)
    first, *rest = expectations.right
    changed = [*first[:place], first[place] | {file: contents}, *first[place + 1 :]]
    observed = [Observed(value) for value in (changed, *rest)]
    return judge(exercise, expectations.cases, observed, expectations)


@pytest.mark.parametrize("exercise", OWN_COMPARISONS, ids=lambda exercise: exercise.name)
def test_odd_values_are_wrong_and_stop_nothing(exercise):
    for value in ODD_VALUES:
        outcome = verdict(exercise, value)
        assert outcome.status == "wrong", f"{value!r}\n{outcome}"
        assert outcome.message
        assert len(outcome.got) < 1000


def huge_photo():
    """Return a JPEG of a few bytes that claims to be larger than any photo should be."""
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "JPEG")
    start = file.getvalue().index(b"\xff\xc0") + 5  # height and width in the header
    size = (60_000).to_bytes(2, "big") * 2
    return file.getvalue()[:start] + size + file.getvalue()[start + 4 :]


def png_photo():
    file = io.BytesIO()
    Image.new("RGB", (40, 24)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("contents", [b"", b"no photo", huge_photo(), png_photo()])
def test_a_shared_photo_must_be_a_jpeg_of_a_sensible_size(contents):
    outcome = with_file("share_without_place", 0, "shared.jpg", contents)
    assert outcome.status == "wrong"


@pytest.mark.parametrize(
    ("file", "contents"),
    [
        ("classes.json", b"[" * 100_000),
        ("classes.json", b"\xff\xfe\x00"),
        ("classes.json", json.dumps(["mug"] * 50_000).encode()),
        ("weights.safetensors", b""),
        ("weights.safetensors", (2**62).to_bytes(8, "little") + b"{}"),
        ("weights.safetensors", (2).to_bytes(8, "little") + b"{}"),
    ],
)
def test_saved_files_that_cannot_be_read_are_wrong(file, contents):
    assert with_file("save_model", 2, file, contents).status == "wrong"


@pytest.mark.parametrize(
    "contents", [b"", b"\x00", b"file,answer,problem\n", b'"' + b"x" * 300_000, b"\xff\xfe,,\n" * 9]
)
def test_tables_that_hold_something_else_are_wrong(contents):
    assert with_file("classify_folder", 1, "answers.csv", contents).status == "wrong"


def test_a_table_from_a_spreadsheet_program_is_right():
    table = expectations_of("classify_folder", SEED).right[0][1]["answers.csv"]
    other = b"\xef\xbb\xbf" + table.replace(b"\r\n", b"\n").replace(b"cannot be read", b"broken!")
    assert with_file("classify_folder", 1, "answers.csv", other).status == "right"


def test_what_is_shown_never_hides_what_is_compared():
    """A fault in showing a value leaves the verdict as it is, and quotes the whole value."""
    exercise = find_exercise("freeze_backbone")
    faulty = replace(exercise, show=lambda observed: 1 / 0)
    expectations = expectations_of("freeze_backbone", SEED)
    cases = expectations.cases
    observed = [observe(lambda network: None, case) for case in cases]
    shown, whole = (judge(one, cases, observed, expectations) for one in (exercise, faulty))
    assert shown.message == whole.message
    assert "free to learn" in shown.got
    assert "weights" in whole.got

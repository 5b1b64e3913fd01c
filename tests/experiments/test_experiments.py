"""The experiment log: whole lines, from several programs, and broken ones do no harm."""

import json
import math
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from workbook.experiments import ExperimentLog, json_value
from workbook.photos.augment import Augmentation
from workbook.workspace import results_folder


@pytest.fixture
def log(tmp_path):
    return ExperimentLog(tmp_path / "log.jsonl")


def test_the_usual_place_is_the_results_folder():
    assert ExperimentLog().path == results_folder() / "experiments.jsonl"


def test_a_run_comes_back_as_it_was_recorded(log):
    run_id = log.record(
        "first try",
        dataset="fruit",
        split="abc",
        model="mlp",
        settings={"epochs": 3},
        results={"accuracy": 0.5},
        notes="größer",
    )
    run = log.find("first try")
    assert run["id"] == run_id
    assert log.find(run_id) == run
    assert (run["settings"], run["results"]) == ({"epochs": 3}, {"accuracy": 0.5})
    assert run["notes"] == "größer"
    assert pd.Timestamp(run["when"]).tzinfo is not None


def test_the_table_has_a_row_a_run_and_a_column_a_figure(log):
    log.record("a", settings={"epochs": 3}, results={"accuracy": 0.5, "per_class": {"x": 1}})
    log.record("b", settings={"augment": {"rotate": 12}}, results={"accuracy": 0.6})
    table = log.runs()
    assert list(table["name"]) == ["a", "b"]
    assert list(table["results.accuracy"]) == [0.5, 0.6]
    assert math.isnan(table["settings.epochs"][1])
    assert table["settings.augment.rotate"][1] == 12
    assert not [column for column in table.columns if "per_class" in column]


def test_an_empty_log_is_an_empty_table(log):
    assert log.runs().empty
    assert "name" in log.runs().columns
    assert log.test_openings().empty
    assert not log.path.exists()


def test_the_newest_run_of_a_name_is_found(log):
    log.record("same", results={"accuracy": 0.1})
    log.record("same", results={"accuracy": 0.2})
    assert log.find("same")["results"]["accuracy"] == 0.2


def test_an_unknown_run_is_told_with_the_known_ones(log):
    with pytest.raises(LookupError, match="Runs in it: none yet"):
        log.find("x")
    log.record("a")
    with pytest.raises(LookupError, match=r'no run called "x"\. Runs in it: a'):
        log.find("x")


def test_compare_shows_only_what_differs(log):
    log.record("a", model="mlp", settings={"epochs": 3, "seed": 0}, results={"accuracy": 0.5})
    log.record("b", model="mlp", settings={"epochs": 9, "seed": 0}, results={"accuracy": 0.5})
    table = log.compare("a", "b")
    assert list(table.index) == ["settings.epochs"]
    assert table.loc["settings.epochs"].to_dict() == {"a": 3, "b": 9}


def test_a_blank_name_is_refused(log):
    with pytest.raises(ValueError, match="needs a name"):
        log.record("  ")
    assert not log.path.exists()


@pytest.mark.parametrize(
    "line",
    [
        "{cut off",
        "[1, 2]",
        '{"kind": "run"}',
        '{"kind": "cake"}',
        "\x00\xff",
        '{"kind": "run", "id": 1}',
    ],
)
def test_a_broken_line_is_reported_and_harms_no_other(log, line):
    log.record("before")
    with open(log.path, "ab") as file:
        file.write(line.encode("latin-1") + b"\n")
    log.record("after")
    with pytest.warns(UserWarning, match="line 2 cannot be read"):
        table = log.runs()
    assert list(table["name"]) == ["before", "after"]
    assert log.broken_lines() == [2]


def test_a_line_cut_off_by_a_crash_spoils_only_itself(log):
    log.record("before")
    with open(log.path, "ab") as file:
        file.write(b'{"kind": "run", "na')
    log.record("after")
    assert log.broken_lines() == [2]
    with pytest.warns(UserWarning, match="line 2 cannot be read"):
        assert log.find("after")["name"] == "after"


def test_openings_of_the_test_set_stand_in_the_same_log(tmp_path, log):
    from tiny_classifier import split_coloured_photos

    from workbook.photos.splits import load_splits

    folder = split_coloured_photos(tmp_path).folder
    splits = load_splits(folder, size=16, cache=False, progress=False, log=log)
    log.record("a run")
    splits.open_test("final judgement")
    openings = log.test_openings()
    assert list(openings["reason"]) == ["final judgement"]
    assert list(openings["split"]) == [splits.fingerprint]
    assert list(log.runs()["name"]) == ["a run"]
    assert log.broken_lines() == []


def test_several_programs_write_at_once(log):
    program = (
        "import sys\nfrom workbook.experiments import ExperimentLog\n"
        "log = ExperimentLog(sys.argv[1])\n"
        "for number in range(40):\n"
        "    log.record(f'{sys.argv[2]}-{number}', notes='x' * 5000)\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", program, str(log.path), str(writer)])
        for writer in range(4)
    ]
    assert [writer.wait() for writer in writers] == [0] * 4
    assert log.broken_lines() == []
    names = set(log.runs()["name"])
    assert names == {f"{writer}-{number}" for writer in range(4) for number in range(40)}


def test_a_run_of_fit_is_recorded_whole(log, tmp_path):
    from tiny_classifier import split_coloured_photos, train_on

    from workbook.evaluation import evaluate

    splits = split_coloured_photos(tmp_path)
    model, history = train_on(splits, epochs=2)
    evaluation = evaluate(model, splits.validation, device="cpu")
    log.record_run("colours", history, splits=splits, model=model, evaluation=evaluation)
    run = log.find("colours")
    assert run["dataset"] == "split"
    assert run["split"] == splits.fingerprint
    assert run["model"] == model.recipe
    assert run["settings"]["epochs"] == 2
    assert run["results"]["epochs_run"] == 2
    assert run["results"]["accuracy"] == evaluation.accuracy
    assert 0 <= run["results"]["validation_accuracy"] <= 1
    assert log.runs()["results.stopped"][0] == "finished"
    assert log.runs()["model"][0] == "small_cnn"


def test_a_run_without_an_epoch_is_recorded(log):
    from workbook.training.history import History

    history = History({"epochs": 3})
    history.stopped = "interrupted"
    splits = SimpleNamespace(folder="fruit", fingerprint="abc")
    log.record_run("stopped", history, splits=splits, model=None)
    assert log.find("stopped")["results"]["stopped"] == "interrupted"


def test_what_json_cannot_hold_becomes_what_it_can():
    def own_optimizer(weights):
        raise AssertionError

    value = json_value(
        {
            "tensor": torch.tensor(2.5),
            "array": np.array([1, 2]),
            "nan": float("nan"),
            "tuple": (1, None, True),
            "augment": Augmentation(),
            "optimizer": own_optimizer,
            3: "three",
        }
    )
    assert value["tensor"] == 2.5
    assert value["array"] == [1, 2]
    assert value["nan"] is None
    assert value["tuple"] == [1, None, True]
    assert value["augment"]["kind"] == "Augmentation"
    assert value["optimizer"] == "own_optimizer"
    assert value["3"] == "three"
    json.dumps(value, allow_nan=False)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=8,
)


@given(anything)
def test_anything_becomes_json(value):
    json.loads(json.dumps(json_value(value), allow_nan=False))

"""A run that was cut off goes on to the same result as a run that was not."""

import os
import signal
import subprocess
import sys
import time

import pytest
import torch
from torch import nn

from workbook import Augmentation, EarlyStopping, fit
from workbook.training.checkpoint import CheckpointError


def network(classes: int = 3) -> nn.Module:
    torch.manual_seed(4)
    return nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Dropout(0.3),
        nn.Linear(4 * 14 * 14, classes),
    )  # fmt: skip


SETTINGS = {
    "epochs": 5,
    "learning_rate": 3e-3,
    "schedule": "onecycle",
    "augment": Augmentation(),
    "seed": 3,
    "device": "cpu",
    "progress": False,
}


class PowerCut(Exception):
    """Stands for whatever ends a program in the middle."""


def train_until_cut(train, validation, path, finished: int, monkeypatch, **settings) -> None:
    """Train, and fall over in the middle of the epoch after ``finished`` ones."""
    count = 0

    def cut(*arguments, **named):
        nonlocal count
        count += 1
        if count > finished:
            raise PowerCut
        return measure(*arguments, **named)

    fit_module = sys.modules["workbook.training.fit"]
    measure = fit_module.measure
    with monkeypatch.context() as patch:
        patch.setattr(fit_module, "measure", cut)
        with pytest.raises(PowerCut):
            fit(network(), train, validation, checkpoint=path, **SETTINGS | settings)


@pytest.mark.parametrize("finished", [1, 3])
def test_going_on_gives_the_result_of_an_unbroken_run(
    train, validation, tmp_path, monkeypatch, finished
):
    unbroken, resumed = network(), network()
    expected = fit(unbroken, train, validation, **SETTINGS)
    path = tmp_path / "run.checkpoint"
    train_until_cut(train, validation, path, finished, monkeypatch)
    torch.rand(7)  # other random numbers are drawn in the meantime
    history = fit(resumed, train, validation, checkpoint=path, resume=True, **SETTINGS)
    columns = ["train_loss", "train_accuracy", "validation_loss", "validation_accuracy"]
    assert history.table[columns].equals(expected.table[columns])
    for name, weights in unbroken.state_dict().items():
        assert torch.equal(weights, resumed.state_dict()[name]), name


def test_early_stopping_remembers_its_best_epoch(train, validation, tmp_path, monkeypatch):
    settings = {"early_stopping": EarlyStopping(patience=2), "learning_rate": 0.05, "epochs": 12}
    unbroken, resumed = network(), network()
    expected = fit(unbroken, train, validation, **SETTINGS | settings)
    path = tmp_path / "run.checkpoint"
    train_until_cut(train, validation, path, 2, monkeypatch, **settings)
    history = fit(resumed, train, validation, checkpoint=path, resume=True, **SETTINGS | settings)
    assert (history.stopped, len(history.rows)) == (expected.stopped, len(expected.rows))
    for name, weights in unbroken.state_dict().items():
        assert torch.equal(weights, resumed.state_dict()[name]), name


def test_a_run_that_is_done_is_not_trained_further(train, validation, tmp_path):
    path = tmp_path / "run.checkpoint"
    first, again = network(), network()
    fit(first, train, validation, checkpoint=path, **SETTINGS)
    history = fit(again, train, validation, checkpoint=path, resume=True, **SETTINGS)
    assert len(history.rows) == SETTINGS["epochs"]
    for name, weights in first.state_dict().items():
        assert torch.equal(weights, again.state_dict()[name])


def test_without_a_file_resuming_starts_anew(train, validation, tmp_path):
    path = tmp_path / "folder" / "run.checkpoint"
    history = fit(network(), train, validation, checkpoint=path, resume=True, **SETTINGS)
    assert len(history.rows) == SETTINGS["epochs"]
    assert path.exists()


def test_a_checkpoint_is_not_overwritten_by_another_run(train, validation, tmp_path):
    path = tmp_path / "run.checkpoint"
    fit(network(), train, validation, checkpoint=path, **SETTINGS)
    with pytest.raises(FileExistsError, match="resume=True"):
        fit(network(), train, validation, checkpoint=path, **SETTINGS)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"learning_rate": 1e-3}, "started with learning_rate = 0.003"),
        ({"seed": 8}, "started with seed = 3, and now it is 8"),
    ],
)
def test_other_settings_are_refused(train, validation, tmp_path, change, words):
    path = tmp_path / "run.checkpoint"
    fit(network(), train, validation, checkpoint=path, **SETTINGS)
    with pytest.raises(CheckpointError, match=words):
        fit(network(), train, validation, checkpoint=path, resume=True, **SETTINGS | change)


def test_another_model_is_refused(train, validation, tmp_path):
    path = tmp_path / "run.checkpoint"
    fit(network(), train, validation, checkpoint=path, **SETTINGS)
    other = nn.Sequential(nn.Flatten(), nn.Linear(3 * 16 * 16, 3))
    with pytest.raises(CheckpointError, match="belongs to another model"):
        fit(other, train, validation, checkpoint=path, resume=True, **SETTINGS)


@pytest.mark.parametrize("contents", [b"", b"not a checkpoint", b"PK\x03\x04 half a file"])
def test_a_damaged_file_is_refused(train, validation, tmp_path, contents):
    path = tmp_path / "run.checkpoint"
    path.write_bytes(contents)
    with pytest.raises(CheckpointError, match="cannot be read"):
        fit(network(), train, validation, checkpoint=path, resume=True, **SETTINGS)


def test_a_file_of_something_else_is_refused(train, validation, tmp_path):
    path = tmp_path / "run.checkpoint"
    torch.save({"weights": torch.ones(3)}, path)
    with pytest.raises(CheckpointError, match="no checkpoint of this version"):
        fit(network(), train, validation, checkpoint=path, resume=True, **SETTINGS)


COMMAND = [
    "train", "photos", "--model", "small_cnn", "--size", "16", "--epochs", "40", "--patience", "40",
    "--name", "cut",
]  # fmt: skip


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill -9")
def test_the_command_goes_on_after_kill_9(tmp_path):
    from workbook import Classifier
    from workbook.studio import make_photos

    make_photos(tmp_path / "photos", classes=["apple", "mug"], per_class=8, size=16, progress=False)
    environment = os.environ | {"WORKBOOK_HOME": str(tmp_path / "home")}
    code = "import sys; from workbook.cli import main; sys.argv[0] = 'workbook'; main()"
    start = [sys.executable, "-c", code, *COMMAND]
    models = tmp_path / "home" / "models"
    run = {"cwd": tmp_path, "env": environment, "stdout": subprocess.DEVNULL}

    victim = subprocess.Popen(start, **run, stderr=subprocess.DEVNULL)
    while not (models / "cut.checkpoint").exists() and victim.poll() is None:
        time.sleep(0.01)
    victim.send_signal(signal.SIGKILL)
    assert victim.wait() == -signal.SIGKILL, "it was done before it could be killed"
    assert not (models / "cut.safetensors").exists()

    subprocess.run([*start, "--resume"], **run, check=True)
    assert not (models / "cut.checkpoint").exists()
    unbroken = [*start, "--name", "unbroken"]
    subprocess.run(unbroken, **run, check=True)
    resumed, whole = (
        Classifier.load(models / f"{name}.safetensors") for name in ("cut", "unbroken")
    )
    for name, weights in whole.model.state_dict().items():
        assert torch.equal(weights, resumed.model.state_dict()[name]), name

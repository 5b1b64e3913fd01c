"""Two processes train together: the same steps as one process, one log, one model."""

import os
import subprocess
import sys

import pandas as pd
import pytest
import torch

from tests.training.conftest import coloured_photos
from workbook import Classifier, ExperimentLog
from workbook.studio import make_photos
from workbook.training.team import Team
from workbook.training.totals import Totals

pytestmark = pytest.mark.skipif(
    not torch.distributed.is_available() or sys.platform == "win32",
    reason="torch.distributed with gloo is needed",
)
COMMAND = ["-m", "workbook", "train", "photos", "--model", "softmax", "--size", "16"]
COMMAND += ["--epochs", "6", "--patience", "6", "--no-augment", "--batch-size", "7"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("team")
    make_photos(folder / "photos", classes=["apple", "mug"], per_class=12, size=16, progress=False)
    return folder


def train(folder, name: str, *start: str) -> Classifier:
    environment = os.environ | {"WORKBOOK_HOME": str(folder / "home"), "OMP_NUM_THREADS": "1"}
    environment["WORKBOOK_DEVICE"] = "cpu"
    run = [sys.executable, *start, *COMMAND, "--name", name]
    subprocess.run(run, cwd=folder, env=environment, check=True, capture_output=True)
    return Classifier.load(folder / "home" / "models" / f"{name}.safetensors")


def test_two_processes_take_the_steps_of_one(folder):
    torchrun = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    alone, together = train(folder, "alone"), train(folder, "together", *torchrun)
    for name, weights in alone.model.state_dict().items():
        torch.testing.assert_close(together.model.state_dict()[name], weights, atol=2e-3, rtol=0)

    log = ExperimentLog(folder / "home" / "results" / "experiments.jsonl").runs()
    assert log["name"].tolist() == ["alone", "together"], (
        "one entry for each run, not for each process"
    )
    for figure in ("train_loss", "validation_loss", "validation_accuracy"):
        first, second = log[f"results.{figure}"]
        assert second == pytest.approx(first, abs=0.01), figure
    assert not list((folder / "home" / "models").glob("*.checkpoint"))


def test_a_team_of_one_changes_nothing():
    team, totals = Team(), Totals()
    assert team.leads
    assert team.weight(5, torch.device("cpu")) == 1.0
    assert team.agree("answer") == "answer"
    assert team.add_up(totals, torch.device("cpu")) is totals
    model = torch.nn.Linear(2, 2)
    assert team.copies(model) is model


def test_shares_of_a_batch_are_the_batch():
    photos = coloured_photos(5, seed=0)
    whole = [labels.tolist() for _, labels in photos.batches(4, shuffle=True, seed=2)]
    shares = [
        [labels.tolist() for _, labels in photos.batches(4, shuffle=True, seed=2, share=(each, 2))]
        for each in (0, 1)
    ]
    for batch, first, second in zip(whole, *shares, strict=True):
        assert (batch[0::2], batch[1::2]) == (first, second)
    seen = [label for share in shares for batch in share for label in batch]
    assert pd.Series(seen).value_counts().tolist() == [5, 5, 5]


def test_a_batch_too_small_to_share_is_left_out_by_all():
    photos = coloured_photos(3, seed=0)  # 9 photos: the last batch of 4 holds one
    assert [len(list(photos.batches(4, share=(each, 2)))) for each in (0, 1)] == [2, 2]

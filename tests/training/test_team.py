"""Two processes train together: the same steps as one process, one log, one model."""

import os
import subprocess
import sys
from pathlib import Path

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
REPOSITORY = Path(__file__).resolve().parents[2]
# Without an address, torchrun uses the computer's own name, and waits for ever where no server
# knows it, as on a machine of continuous integration.
TORCHRUN = ("-m", "torch.distributed.run", "--standalone", "--local-addr", "localhost")
TORCHRUN += ("--nproc-per-node", "2")
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
    subprocess.run(run, cwd=folder, env=environment, check=True, capture_output=True, timeout=300)
    return Classifier.load(folder / "home" / "models" / f"{name}.safetensors")


def test_two_processes_take_the_steps_of_one(folder):
    alone, together = train(folder, "alone"), train(folder, "together", *TORCHRUN)
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


def test_what_is_wrong_is_said_once_by_one_process(tmp_path):
    environment = os.environ | {"WORKBOOK_HOME": str(tmp_path / "home"), "WORKBOOK_DEVICE": "cpu"}
    command = [sys.executable, *TORCHRUN, "-m", "workbook", "train", "nowhere", "--size", "16"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert (done.stdout + done.stderr).count("There is no folder") == 1
    assert "did not foresee" not in done.stdout + done.stderr


CUT_AND_RESUMED = """
import sys

import torch

from tests.training.conftest import coloured_photos
from tests.training.test_checkpoint import SETTINGS, PowerCut, network
from workbook import fit
from workbook.training.team import joined_team

fit_module = sys.modules["workbook.training.fit"]
check_epoch, photos, path = fit_module.check_epoch, coloured_photos(6, seed=0), sys.argv[1]


def cut(rows):
    if len(rows) == 3:
        raise PowerCut


with joined_team() as team:
    unbroken, resumed = network(), network()
    fit(unbroken, photos, photos, batch_size=6, **SETTINGS)
    fit_module.check_epoch = cut
    try:
        fit(network(), photos, photos, batch_size=6, checkpoint=path, **SETTINGS)
    except PowerCut:
        fit_module.check_epoch = check_epoch
    history = fit(
        resumed, photos, photos, batch_size=6, checkpoint=path, resume=True, **SETTINGS
    )
    pairs = zip(unbroken.state_dict().values(), resumed.state_dict().values(), strict=True)
    same = all(torch.equal(one, other) for one, other in pairs)
    states = torch.load(path, weights_only=True)["random"]
    apart = not torch.equal(states[0]["processor"], states[1]["processor"])
    print(team.gather([same, len(history.rows), apart]), flush=True)
"""


def test_a_team_that_is_cut_off_goes_on_to_the_result_of_an_unbroken_run(tmp_path):
    (tmp_path / "run.py").write_text(CUT_AND_RESUMED, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1"}
    run = [sys.executable, *TORCHRUN, tmp_path / "run.py", tmp_path / "cut.checkpoint"]
    done = subprocess.run(run, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count(str([[True, 5, True], [True, 5, True]])) == 2


def test_a_team_of_one_changes_nothing():
    team, totals = Team(), Totals()
    assert team.leads
    assert team.weight(5, torch.device("cpu")) == 1.0
    assert team.agree("answer") == "answer"
    assert team.gather("answer") == ["answer"]
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

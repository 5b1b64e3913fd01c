"""The doctor against planted mistakes; benchmarks/run_doctor.py tries every fault ten times."""

import pytest

from workbook import load_splits

FAULTS = [
    "gradients_not_zeroed",
    "softmax_before_loss",
    "unnormalised_input",
    "shuffled_labels",
    "learning_rate_too_high",
    "learning_rate_too_low",
    "frozen_weights",
    "eval_mode_forgotten",
    "wrong_class_count",
    "overfitting",
    "underfitting",
    "collapsed_to_one_class",
]


def test_every_fault_has_a_planted_run(planted_runs):
    assert list(planted_runs.FAULTS) == FAULTS


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("fault", FAULTS)
def test_planted_mistakes_are_named(planted_runs, studio_splits, fault, seed):
    trial = planted_runs.Trial(studio_splits.train, studio_splits.validation, seed, 40)
    diagnosis = planted_runs.FAULTS[fault](trial)
    assert diagnosis.top == fault, str(diagnosis)
    finding = diagnosis.findings[0]
    assert any(character.isdigit() for character in finding.evidence), "numbers are the evidence"
    assert finding.fix.endswith(".")
    assert finding.title in str(diagnosis)


@pytest.mark.parametrize("seed", range(2))
def test_healthy_runs_are_left_alone(planted_runs, studio_splits, seed):
    trial = planted_runs.Trial(studio_splits.train, studio_splits.validation, seed, 40)
    diagnosis = planted_runs.healthy(trial)
    assert diagnosis.top is None, str(diagnosis)
    assert "Nothing is wrong" in str(diagnosis)


@pytest.fixture(scope="module")
def real_splits(real_photos, tmp_path_factory):
    log = tmp_path_factory.mktemp("real") / "log.jsonl"
    return load_splits(real_photos, size=32, cache=False, progress=False, log=log)


@pytest.mark.parametrize(
    "fault", ["gradients_not_zeroed", "shuffled_labels", "learning_rate_too_low", "overfitting"]
)
def test_it_works_on_real_photos_too(planted_runs, real_splits, fault):
    trial = planted_runs.Trial(real_splits.train, real_splits.validation.take(20), seed=0)
    diagnosis = planted_runs.FAULTS[fault](trial)
    assert diagnosis.top == fault, str(diagnosis)


def test_a_healthy_run_on_real_photos(planted_runs, real_splits):
    trial = planted_runs.Trial(real_splits.train, real_splits.validation.take(20), seed=0)
    assert planted_runs.healthy(trial).top is None

"""Precision and recall of the doctor on planted faults, over several seeds.

The same for ten seeds and larger sets is measured by benchmarks/photo_doctor.py.
"""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from workbook.photos.doctor import FINDINGS, examine, repair
from workbook.photos.faults import plant_faults, score_findings
from workbook.photos.splits import split_folder
from workbook.studio import make_photos

SEEDS = (0, 1)
JUDGED_BY_LOOKS = ("near_duplicate", "leak_near", "suspicious_label", "border_or_mark")
FACTS = [name for name in FINDINGS if name not in JUDGED_BY_LOOKS]
# More of each than is usual, so that a share says something.
AMOUNTS = {
    **dict.fromkeys(FACTS, 4),
    "near_duplicate": 12,
    "leak_near": 12,
    "suspicious_label": 0.06,
    "imbalance": 1,
    "empty_class": 1,
    "single_photo_class": 1,
    "border_or_mark": 2,
}


@pytest.fixture(scope="module")
def studio_split(tmp_path_factory) -> Path:
    """Eight rendered classes of 40 photos, split."""
    folder = tmp_path_factory.mktemp("doctor")
    photos = make_photos(folder / "studio", per_class=40, size=48, seed=4, progress=False)
    return split_folder(photos, folder / "split", progress=False)


@pytest.fixture(scope="module")
def real_split(real_photos, tmp_path_factory) -> Path:
    """A part of the real photos: five classes of 50, 15 and 15."""
    out = tmp_path_factory.mktemp("doctor") / "real"
    for part, count in {"train": 50, "val": 15, "test": 15}.items():
        for class_folder in sorted((real_photos / part).iterdir()):
            target = out / part / class_folder.name
            target.mkdir(parents=True)
            for path in sorted(class_folder.iterdir())[:count]:
                shutil.copyfile(path, target / path.name)
    return out


def scores_over_seeds(clean: Path, clean_table: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Plant, examine and compare with every seed; return the sums and shares of each finding."""
    already_there = clean_table[clean_table["finding"] != "suspicious_label"]
    scores = []
    for seed in SEEDS:
        answers = plant_faults(clean, folder / str(seed), seed=seed, faults=AMOUNTS)
        report = examine(folder / str(seed), progress=False)
        scores.append(score_findings(report.table, answers, already_there=already_there))
        repair(report)
        left = examine(folder / str(seed), quick_model=False, progress=False).table
        assert set(left["action"]) == {"decide"}
    sums = pd.concat(scores).groupby("finding")[["planted", "found", "right"]].sum()
    sums["precision"] = sums["right"] / sums["found"]
    sums["recall"] = sums["right"] / sums["planted"]
    return sums


@pytest.fixture(scope="module")
def clean_studio(studio_split):
    return examine(studio_split, progress=False).table


@pytest.fixture(scope="module")
def clean_real(real_split):
    return examine(real_split, progress=False).table


@pytest.fixture(scope="module")
def studio_scores(studio_split, clean_studio, tmp_path_factory):
    return scores_over_seeds(studio_split, clean_studio, tmp_path_factory.mktemp("studio_mess"))


@pytest.fixture(scope="module")
def real_scores(real_split, clean_real, tmp_path_factory):
    return scores_over_seeds(real_split, clean_real, tmp_path_factory.mktemp("real_mess"))


@pytest.fixture(params=["studio_scores", "real_scores"])
def scores(request):
    return request.getfixturevalue(request.param)


def test_facts_are_all_found_and_none_is_invented(scores):
    facts = scores.loc[FACTS, ["precision", "recall"]]
    assert (facts == 1).all(axis=None), f"\n{facts[(facts < 1).any(axis=1)]}"


def test_near_duplicates(scores):
    sums = scores.loc[["near_duplicate", "leak_near"]].sum()
    assert sums["right"] / sums["found"] >= 0.95
    assert sums["right"] / sums["planted"] >= 0.9


def test_marks(scores):
    assert scores.loc["border_or_mark", "precision"] >= 0.9
    assert scores.loc["border_or_mark", "recall"] >= 0.9


def test_suspicious_labels_on_studio_photos(studio_scores):
    assert studio_scores.loc["suspicious_label", "precision"] >= 0.5
    assert studio_scores.loc["suspicious_label", "recall"] >= 0.3


def test_suspicious_labels_on_real_photos(real_scores):
    """Real photos of 32 pixels are hard: chance would have a precision of 0.06."""
    assert real_scores.loc["suspicious_label", "precision"] >= 0.2
    assert real_scores.loc["suspicious_label", "recall"] >= 0.2


def test_clean_studio_photos_raise_no_alarm(clean_studio):
    counts = clean_studio["finding"].value_counts()
    assert counts.sum() == counts.get("suspicious_label", 0) <= 6


def test_clean_real_photos_raise_no_alarm_but_for_hard_labels(clean_real):
    counts = clean_real["finding"].value_counts()
    assert set(counts.index) <= {"suspicious_label", "leak_near"}
    assert counts.get("leak_near", 0) <= 1  # the collection holds one photo twice
    assert counts.get("suspicious_label", 0) <= 30


def test_shots_of_one_scene_are_near_duplicates(tmp_path):
    photos = make_photos(tmp_path / "bursts", per_class=8, burst=4, seed=3, progress=False)
    scene = pd.read_csv(tmp_path / "bursts.csv").set_index("file")["scene"]
    near = examine(photos, quick_model=False, progress=False).table
    assert set(near["finding"]) == {"near_duplicate"}
    same = scene[near["file"]].to_numpy() == scene[near["other_file"]].to_numpy()
    assert same.all()
    assert same.sum() >= 0.7 * (len(scene) - scene.nunique())

"""Planting faults: the right files, the right answers, and the clean folder untouched."""

import hashlib
import os
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from made_photos import write_folder

from workbook.photos.doctor import FINDINGS
from workbook.photos.faults import copy_for_practice, plant_faults, score_findings
from workbook.photos.faults.pictures import SPOILERS
from workbook.photos.folder import scan_folder
from workbook.photos.splits import split_folder


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def clean(tmp_path_factory) -> Path:
    """Four classes of 30 photos, with names that are not plain English."""
    names = ["pomme d'été", "Äpfel & Birnen", "mug", "りんご"]
    return write_folder(tmp_path_factory.mktemp("clean") / "mes photos", dict.fromkeys(names, 30))


@pytest.fixture(scope="module")
def clean_split(clean, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("split") / "split"
    return split_folder(clean, out, fractions=(0.5, 0.25, 0.25), progress=False)


def test_every_finding_can_be_planted_and_the_clean_folder_stays(clean_split, tmp_path):
    before = contents(clean_split)
    answers = plant_faults(clean_split, tmp_path / "mess")
    assert set(answers["finding"]) == set(FINDINGS)
    assert contents(clean_split) == before


def test_a_folder_for_practice_holds_copies_of_some_photos(clean, tmp_path):
    before = contents(clean)
    (clean / "mug" / "older").mkdir()
    doubled = clean / "mug" / "older" / "mug_000.jpg"  # the same name in a folder further down
    doubled.write_bytes(next((clean / "mug").glob("*.jpg")).read_bytes())
    practice = copy_for_practice(scan_folder(clean), tmp_path / "practice")
    doubled.unlink()
    doubled.parent.rmdir()
    assert contents(clean) == before
    assert Counter(photo.class_name for photo in scan_folder(practice)) == {
        **dict.fromkeys(("pomme d'été", "Äpfel & Birnen", "りんご"), 30),
        "mug": 31,
    }
    with pytest.raises(FileExistsError):
        copy_for_practice(scan_folder(clean), practice)


def test_the_studio_lends_photos_to_a_folder_too_small_for_the_faults(tmp_path, monkeypatch):
    def render(folder, **_):
        return write_folder(folder, dict.fromkeys(["bowl", "mug", "orange", "pear"], 30))

    monkeypatch.setattr("workbook.studio.make_photos", render)
    few = scan_folder(write_folder(tmp_path / "few", {"cat": 6, "dog": 6}))
    practice = copy_for_practice(few, tmp_path / "practice")
    counts = Counter(photo.class_name for photo in scan_folder(practice))
    assert counts == dict.fromkeys(["bowl", "mug", "orange", "pear"], 30)
    answers = plant_faults(practice, tmp_path / "mess")
    assert {"suspicious_label", "near_duplicate", "imbalance"} <= set(answers["finding"])


def test_the_answers_name_files_that_are_there(clean, tmp_path):
    mess = tmp_path / "mess"
    answers = plant_faults(clean, mess)
    assert all((mess / file).exists() for file in answers["file"])
    assert all((mess / other).is_file() for other in answers["other_file"] if other)
    about_photos = answers[~answers["finding"].isin(["imbalance", "stray_file"])]
    assert about_photos["file"].is_unique  # no two faults in one file
    in_class = answers[answers["class"] != ""]
    assert (in_class["file"].str.split("/").str[0] == in_class["class"]).all()


def test_all_other_photos_are_copied_as_they_are(clean, tmp_path):
    answers = plant_faults(clean, tmp_path / "mess", faults={"greyscale": 3, "exact_duplicate": 2})
    before, after = contents(clean), contents(tmp_path / "mess")
    changed = {file for file in before if after.get(file) != before[file]}
    assert changed == set(answers.loc[answers["finding"] == "greyscale", "file"])
    added = set(after) - set(before)
    assert added == set(answers.loc[answers["finding"] == "exact_duplicate", "file"])


def test_the_answers_are_written_beside_the_mess(clean, tmp_path):
    answers = plant_faults(clean, tmp_path / "mess")
    written = pd.read_csv(
        tmp_path / "mess.answers.csv", dtype=object, keep_default_na=False, encoding="utf-8"
    )
    pd.testing.assert_frame_equal(written, answers)


def test_the_same_seed_plants_the_same_faults(clean, tmp_path):
    first = plant_faults(clean, tmp_path / "a", seed=5)
    again = plant_faults(clean, tmp_path / "b", seed=5)
    other = plant_faults(clean, tmp_path / "c", seed=6)
    pd.testing.assert_frame_equal(first, again)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert set(other["file"]) != set(first["file"])


def test_amounts_are_numbers_or_shares(clean, tmp_path):
    answers = plant_faults(clean, tmp_path / "a", faults={"tiny": 5, "suspicious_label": 0.1})
    assert Counter(answers["finding"]) == {"tiny": 5, "suspicious_label": 12}
    answers = plant_faults(clean, tmp_path / "b", faults=["cmyk", "empty_class"])
    assert Counter(answers["finding"]) == {"cmyk": 1, "empty_class": 1}


def test_wrong_labels_are_told_with_the_right_ones(clean, tmp_path):
    answers = plant_faults(clean, tmp_path / "mess", faults={"suspicious_label": 10})
    classes = {photo.class_name for photo in scan_folder(clean)}
    assert set(answers["true_class"]) <= classes
    assert (answers["true_class"] != answers["class"]).all()
    before = set(contents(clean).values())
    for row in answers.itertuples():
        content = (tmp_path / "mess" / row.file).read_bytes()
        assert hashlib.sha256(content).hexdigest() in before


def test_leaks_lie_in_different_parts(clean_split, tmp_path):
    answers = plant_faults(clean_split, tmp_path / "mess", faults={"leak_exact": 6, "leak_near": 6})
    parts = answers[["file", "other_file"]].map(lambda file: file.split("/")[0])
    assert (parts["file"] != parts["other_file"]).all()
    assert set(parts["file"]) == {"train", "val", "test"}


def test_what_cannot_be_planted_is_said_before_anything_is_written(clean, tmp_path):
    with pytest.raises(ValueError, match='no fault "hunger"'):
        plant_faults(clean, tmp_path / "mess", faults=["hunger"])
    with pytest.raises(ValueError, match="between the parts of a split"):
        plant_faults(clean, tmp_path / "mess", faults=["leak_exact"])
    with pytest.raises(ValueError, match="Give 0 or more"):
        plant_faults(clean, tmp_path / "mess", faults={"tiny": -1})
    with pytest.raises(ValueError, match=r'too few photos \(120\).*"tiny"'):
        plant_faults(clean, tmp_path / "mess", faults={"tiny": 1000})
    with pytest.raises(ValueError, match="inside one another"):
        plant_faults(clean, clean / "mess")
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        plant_faults(tmp_path / "nowhere", tmp_path / "mess")
    assert os.listdir(tmp_path) == []


def test_nothing_is_overwritten(clean, tmp_path):
    (tmp_path / "mess").mkdir()
    with pytest.raises(FileExistsError, match="will not be overwritten"):
        plant_faults(clean, tmp_path / "mess", faults=["tiny"])
    (tmp_path / "other.answers.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match="will not be overwritten"):
        plant_faults(clean, tmp_path / "other", faults=["tiny"])
    assert not (tmp_path / "other").exists()


def test_sets_too_small_for_all_faults(tmp_path):
    folder = write_folder(tmp_path / "few", {"apple": 3, "mug": 3})
    with pytest.raises(ValueError, match="too few photos"):
        plant_faults(folder, tmp_path / "mess")
    assert not (tmp_path / "mess").exists()
    one_class = write_folder(tmp_path / "one", {"apple": 5})
    with (
        pytest.warns(UserWarning, match="of one class"),
        pytest.raises(ValueError, match='"suspicious_label"'),
    ):
        plant_faults(one_class, tmp_path / "mess", faults={"suspicious_label": 1})


def test_every_spoiler_says_what_it_does():
    assert set(SPOILERS) < set(FINDINGS)
    assert all(spoil.__doc__ for spoil in SPOILERS.values())


def table(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["finding", "file", "other_file"])


def test_scores_count_pairs_either_way_round():
    answers = table(("near_duplicate", "a", "b"), ("tiny", "c", ""), ("tiny", "d", ""))
    found = table(
        ("near_duplicate", "b", "a"), ("tiny", "c", ""), ("tiny", "x", ""), ("cmyk", "c", "")
    )
    scores = score_findings(found, answers).set_index("finding")
    assert scores.loc["near_duplicate", ["precision", "recall"]].tolist() == [1, 1]
    assert scores.loc["tiny", ["precision", "recall"]].tolist() == [0.5, 0.5]
    assert scores.loc["cmyk", "planted"] == 0
    assert scores.loc["cmyk", "precision"] == 0
    assert pd.isna(scores.loc["cmyk", "recall"])


def test_scores_leave_out_what_was_there_before():
    found = table(("leak_near", "a", "b"), ("leak_near", "c", "d"))
    scores = score_findings(
        found, table(("leak_near", "c", "d")), already_there=table(("leak_near", "b", "a"))
    )
    assert scores[["found", "precision"]].to_numpy().tolist() == [[1, 1.0]]

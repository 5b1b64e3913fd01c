"""What the doctor says about photos compared with one another."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_photos import noise, write_folder
from PIL import Image, ImageDraw

from workbook.photos import doctor
from workbook.photos.doctor.labels import FEWEST_PER_CLASS, check_labels, disagreement
from workbook.photos.doctor.likeness import similar_pairs
from workbook.photos.doctor.quick_model import STRICTNESS, LeaveOneOut


def examine(folder: Path) -> pd.DataFrame:
    return doctor.examine(folder, quick_model=False, progress=False).table


def cropped(source: Path, target: Path) -> None:
    """Save the photo without its outer 4 %, a little brighter."""
    with Image.open(source) as image:
        edge = 0.04 * image.width
        box = (edge, edge, image.width - edge, image.height - edge)
        image = image.resize(image.size, box=box).point(lambda value: min(value * 1.1, 255))
        target.parent.mkdir(parents=True, exist_ok=True)
        image.save(target, quality=70)


def test_the_same_photo_twice_in_a_class(photo_folder):
    shutil.copyfile(photo_folder / "apple/apple_000.jpg", photo_folder / "apple/copy.jpg")
    with Image.open(photo_folder / "mug/mug_000.jpg") as image:
        image.save(photo_folder / "mug/other_format.png")
    table = examine(photo_folder)
    assert table[["finding", "file", "other_file"]].to_numpy().tolist() == [
        ["exact_duplicate", "apple/apple_000.jpg", "apple/copy.jpg"],
        ["exact_duplicate", "mug/mug_000.jpg", "mug/other_format.png"],
    ]


def test_a_note_in_the_file_does_not_hide_that_the_pixels_are_the_same(photo_folder):
    content = (photo_folder / "apple/apple_000.jpg").read_bytes()
    comment = b"\xff\xfe\x00\x07hello"
    (photo_folder / "apple/apple_000_b.jpg").write_bytes(content[:2] + comment + content[2:])
    assert examine(photo_folder)["finding"].tolist() == ["exact_duplicate"]


def test_of_copies_across_the_split_the_test_photo_stays(split_photos):
    original = split_photos / "test/apple/apple_000.jpg"
    shutil.copyfile(original, split_photos / "train/apple/x.jpg")
    shutil.copyfile(original, split_photos / "val/apple/y.jpg")
    shutil.copyfile(original, split_photos / "test/apple/much_longer_name.jpg")
    table = examine(split_photos).set_index("file")["finding"]
    assert table.to_dict() == {
        "test/apple/much_longer_name.jpg": "exact_duplicate",
        "train/apple/x.jpg": "leak_exact",
        "val/apple/y.jpg": "leak_exact",
    }


def test_near_duplicates_within_and_across_the_split(split_photos):
    cropped(split_photos / "train/apple/apple_000.jpg", split_photos / "train/apple/n.jpg")
    cropped(split_photos / "val/mug/mug_001.jpg", split_photos / "train/mug/m.jpg")
    table = examine(split_photos)
    pairs = {(row.finding, frozenset((row.file, row.other_file))) for row in table.itertuples()}
    assert pairs == {
        ("near_duplicate", frozenset(("train/apple/apple_000.jpg", "train/apple/n.jpg"))),
        ("leak_near", frozenset(("val/mug/mug_001.jpg", "train/mug/m.jpg"))),
    }
    assert table.set_index("finding").loc["leak_near", "file"] == "train/mug/m.jpg"


def test_labels_that_contradict_one_another_take_all_copies_out(photo_folder):
    shutil.copyfile(photo_folder / "apple/apple_000.jpg", photo_folder / "mug/also_mug.jpg")
    table = examine(photo_folder)
    assert set(table["file"]) == {"apple/apple_000.jpg", "mug/also_mug.jpg"}
    assert set(table["finding"]) == {"exact_duplicate"}
    assert table["detail"].str.contains("contradict").all()


def test_the_majority_of_copies_is_believed(photo_folder):
    source = photo_folder / "apple/apple_000.jpg"
    shutil.copyfile(source, photo_folder / "mug/odd_one_out.jpg")
    shutil.copyfile(source, photo_folder / "apple/a_second_one.jpg")
    table = examine(photo_folder)
    assert set(table["file"]) == {"mug/odd_one_out.jpg", "apple/a_second_one.jpg"}
    assert "labelled apple" in table.set_index("file").loc["mug/odd_one_out.jpg", "detail"]


def test_similar_pairs_are_few_and_right_among_unlike_photos():
    photos = np.stack([noise(64, 64, seed) for seed in range(60)])
    shifted = np.roll(photos[7], 2, axis=1)
    pairs = similar_pairs(np.concatenate([photos, shifted[None]]))
    assert [(first, second) for first, second, _ in pairs] == [(7, 60)]
    assert similar_pairs(photos[:1]) == []


def test_empty_pictures_are_not_nearly_alike():
    rng = np.random.default_rng(0)
    skies = np.clip(rng.normal(180, 0.4, (20, 64, 64, 3)).round(), 0, 255).astype(np.uint8)
    assert similar_pairs(skies) == []


def test_imbalance_is_told_for_small_and_for_large_classes(tmp_path):
    folder = write_folder(tmp_path / "a", {"apple": 10, "ball": 3, "mug": 10, "pear": 30})
    table = examine(folder)
    assert table[["finding", "file"]].to_numpy().tolist() == [
        ["imbalance", "ball"],
        ["imbalance", "pear"],
    ]
    even_enough = write_folder(tmp_path / "b", {"apple": 10, "ball": 5, "mug": 20})
    assert len(examine(even_enough)) == 0


def test_two_classes_of_different_size(tmp_path):
    table = examine(write_folder(tmp_path, {"apple": 20, "mug": 5}))
    assert table[["finding", "file"]].to_numpy().tolist() == [["imbalance", "mug"]]


def test_a_class_that_is_missing_in_one_part_of_the_split(split_photos):
    shutil.rmtree(split_photos / "val" / "mug")
    (split_photos / "test" / "pear").mkdir()
    table = examine(split_photos)
    assert table[["finding", "file", "split"]].to_numpy().tolist() == [
        ["empty_class", "train/pear", "train"],
        ["empty_class", "val/mug", "validation"],
        ["empty_class", "val/pear", "validation"],
        ["empty_class", "test/pear", "test"],
    ]


def stamped(folder: Path, share: float = 0.7) -> set[str]:
    """Put a small red cross into the corner of a share of the photos in a class folder."""
    paths = sorted(folder.iterdir())
    chosen = paths[: round(share * len(paths))]
    for path in chosen:
        with Image.open(path) as image:
            image.load()
        ImageDraw.Draw(image).line([(3, 3), (9, 9)], fill="red", width=2)
        ImageDraw.Draw(image).line([(9, 3), (3, 9)], fill="red", width=2)
        image.save(path, quality=90)
    return {path.name for path in chosen}


@pytest.mark.parametrize("classes", [("apple", "mug"), ("apple", "ball", "mug", "pear")])
def test_a_mark_is_told_of_the_class_that_bears_it(tmp_path, classes):
    folder = write_folder(tmp_path, dict.fromkeys(classes, 16))
    assert len(examine(folder)) == 0
    marked = stamped(folder / "mug")
    table = examine(folder)
    assert set(table["finding"]) == {"border_or_mark"}
    assert set(table["class"]) == {"mug"}
    assert {Path(file).name for file in table["file"]} == marked
    assert "top left" in table["detail"][0]


def test_a_mark_on_all_classes_alike_says_nothing_about_a_class(tmp_path):
    folder = write_folder(tmp_path, {"apple": 16, "mug": 16})
    stamped(folder / "apple", 1.0)
    stamped(folder / "mug", 1.0)
    assert "border_or_mark" not in examine(folder)["finding"].tolist()


def test_leaving_out_is_the_same_as_training_without(tmp_path):
    random = np.random.default_rng(3)
    features = random.normal(size=(30, 12)).astype(np.float32)
    class_of = np.repeat([0, 1, 2], [15, 10, 5])
    scores = LeaveOneOut(features, class_of).scores(class_of, 3)
    standard = (features - features.mean(0)) / (features.std(0) + 0.01)
    inputs = np.hstack([standard / np.sqrt(12), np.ones((30, 1))])
    weights = 30 / (3 * np.bincount(class_of)[class_of])
    targets = np.where(np.eye(3)[class_of] == 1, 1.0, -0.5)
    for left_out in (0, 17, 29):
        rest = np.arange(30) != left_out
        squares = inputs[rest].T @ (weights[rest, None] * inputs[rest])
        solution = np.linalg.solve(
            squares + STRICTNESS * np.eye(13),
            inputs[rest].T @ (weights[rest, None] * targets[rest]),
        )
        assert scores[left_out] == pytest.approx(inputs[left_out] @ solution, abs=1e-4)


def test_disagreement_is_positive_only_where_another_class_wins():
    scores = np.array([[0.9, -0.2, 0.1], [0.9, -0.2, 0.1]])
    assert disagreement(scores, np.array([0, 1])) == pytest.approx([-0.8, 1.1])


def coloured_folder(folder: Path, per_class: int) -> Path:
    """Two classes that are easy to tell apart: warm photos and cold ones."""
    for class_name, tint in {"warm": (1.0, 0.5, 0.2), "cold": (0.2, 0.5, 1.0)}.items():
        for number in range(per_class):
            pixels = noise(40, 40, seed=1000 * len(class_name) + number + ord(class_name[0])) * tint
            path = folder / class_name / f"{number:03d}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels.astype(np.uint8)).save(path)
    return folder


def test_swapped_labels_are_listed_first_and_clean_ones_are_not(tmp_path):
    folder = coloured_folder(tmp_path, 40)
    report = doctor.examine(folder, progress=False)
    assert len(report.table) == 0
    assert report.label_check.examined == 80
    (folder / "warm" / "003.jpg").rename(folder / "cold" / "wrong_1.jpg")
    (folder / "warm" / "004.jpg").rename(folder / "cold" / "wrong_2.jpg")
    (folder / "cold" / "005.jpg").rename(folder / "warm" / "wrong_3.jpg")
    report = doctor.examine(folder, progress=False)
    assert sorted(report.table["file"]) == [
        "cold/wrong_1.jpg",
        "cold/wrong_2.jpg",
        "warm/wrong_3.jpg",
    ]
    assert set(report.table["finding"]) == {"suspicious_label"}
    suggested = report.table.set_index("file")["suggested_class"]
    assert suggested["cold/wrong_1.jpg"] == "warm"
    assert "3 labels are wrong" in str(report)


def test_too_few_photos_for_a_quick_model_is_said(tmp_path):
    folder = coloured_folder(tmp_path, FEWEST_PER_CLASS - 1)
    report = doctor.examine(folder, progress=False)
    assert report.label_check is None
    assert "Wrong labels were not looked for" in str(report)
    assert check_labels([], progress=False) == ([], None)


def test_the_same_folder_gives_the_same_report(tmp_path):
    folder = coloured_folder(tmp_path, 25)
    (folder / "warm" / "003.jpg").rename(folder / "cold" / "wrong.jpg")
    first, second = (doctor.examine(folder, progress=False) for _ in range(2))
    pd.testing.assert_frame_equal(first.table, second.table)
    assert first.label_check == second.label_check

import json
from pathlib import Path

import pytest
import torch
from made_photos import write_folder, write_photo

from workbook.photos.photoset import PhotoSet
from workbook.photos.preprocess import Preprocess
from workbook.photos.splits import Splits, append_line, load_splits, read_lines, split_folder
from workbook.photos.streaming import StreamedPhotoSet
from workbook.workspace import results_folder


def load(folder: Path, **options) -> Splits:
    return load_splits(folder, progress=False, **({"size": 8} | options))


@pytest.fixture
def made_split(photo_folder, tmp_path) -> Path:
    return split_folder(photo_folder, tmp_path / "made", progress=False)


def test_three_parts(split_photos):
    splits = load(split_photos)
    assert (len(splits.train), len(splits.validation)) == (10, 10)
    assert splits.class_names == splits.train.class_names == ("apple", "mug")
    assert (splits.train.name, splits.validation.name) == ("train", "validation")
    assert splits.folder == split_photos
    assert splits.train.files[0] == "train/apple/apple_000.jpg"
    assert list(splits.table.columns) == ["file", "class", "group", "split"]
    assert splits.table["split"].value_counts().to_dict() == {
        "train": 10,
        "validation": 10,
        "test": 10,
    }
    assert repr(splits) == (
        f"Splits of {split_photos}: 10 photos for training, 10 for validation, 10 for the test "
        "(sealed); 2 classes: apple, mug"
    )


def test_the_statistics_are_those_of_the_training_photos(split_photos):
    splits = load(split_photos)
    alone = PhotoSet.from_folder(split_photos / "train", Preprocess(8), progress=False)
    assert splits.preprocess == Preprocess(8).fitted(alone)
    test = splits.open_test("compare")
    for part in (splits.train, splits.validation, test):
        assert part.preprocess == splits.preprocess
    assert torch.equal(splits.train.images, alone.images)


def test_given_preprocessing_is_used_as_it_is(split_photos):
    preprocess = Preprocess(8, "pad", mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
    splits = load(split_photos, preprocess=preprocess)
    assert splits.preprocess == splits.validation.preprocess == preprocess
    assert load(split_photos, resize="stretch").preprocess.resize == "stretch"


def test_large_parts_are_streamed(split_photos):
    splits = load(split_photos, memory_limit=100)
    in_memory = load(split_photos)
    assert isinstance(splits.train, StreamedPhotoSet)
    assert splits.preprocess == in_memory.preprocess
    streamed, _ = next(splits.train.batches(10, shuffle=True))
    expected, _ = next(in_memory.train.batches(10, shuffle=True))
    assert torch.equal(streamed, expected)


# The seal


def test_test_photos_are_not_decoded_before_they_are_opened(split_photos, monkeypatch):
    decoded = []
    pixels = Preprocess.pixels

    def listening(self, source):
        decoded.append(Path(source).relative_to(split_photos).parts[0])
        return pixels(self, source)

    monkeypatch.setattr(Preprocess, "pixels", listening)
    splits = load(split_photos)
    assert (splits.fingerprint, len(splits.table), splits.test_openings) == (
        splits.fingerprint,
        30,
        [],
    )
    assert set(decoded) == {"train", "val"}
    test = splits.open_test("final judgement")
    assert decoded.count("test") == 10
    assert (len(test), test.name, test.class_names) == (10, "test", splits.class_names)
    assert splits.open_test("once more") is test
    assert decoded.count("test") == 10


def test_each_opening_is_recorded(made_split):
    splits = load(made_split)
    splits.open_test("  first look ")
    splits.open_test("zweiter Blick: 苹果")
    assert [opening["reason"] for opening in splits.test_openings] == [
        "first look",
        "zweiter Blick: 苹果",
    ]
    for opening in splits.test_openings:
        assert set(opening) == {"kind", "when", "reason", "split"}
        assert opening["kind"] == "test_opening"
        assert opening["split"] == splits.fingerprint
        assert opening["when"].endswith("+00:00")
    logged = read_lines(results_folder() / "experiments.jsonl")
    assert logged == splits.test_openings == read_lines(made_split / "test_openings.jsonl")
    assert "opened 2 times" in repr(splits)
    assert load(made_split).test_openings == splits.test_openings
    assert load(made_split).fingerprint == splits.fingerprint


def test_a_folder_of_somebody_is_only_read(split_photos):
    before = sorted(split_photos.rglob("*"))
    splits = load(split_photos)
    splits.open_test("look")
    assert sorted(split_photos.rglob("*")) == before
    assert len(splits.test_openings) == 1
    other = write_folder(split_photos.parent / "other", {"a": 3, "b": 3}, ("train", "val", "test"))
    assert load(other).test_openings == []


def test_the_log_may_be_elsewhere(made_split, tmp_path):
    class Log:
        path = tmp_path / "my log.jsonl"

    for log in (Log(), Log.path, str(Log.path)):
        load(made_split, log=log).open_test("look")
    assert len(read_lines(Log.path)) == 3
    assert not (results_folder() / "experiments.jsonl").exists()


@pytest.mark.parametrize("reason", ["", "   \n", None])
def test_a_blank_reason_is_refused(reason, made_split):
    splits = load(made_split)
    with pytest.raises(ValueError, match="stay sealed without a reason"):
        splits.open_test(reason)
    assert splits.test_openings == []


def test_lines_survive_a_line_that_was_cut_off(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_text('{"a": 1}\n{"b": ', encoding="utf-8")
    append_line(path, {"c": "line\nbreak"})
    append_line(path, {"d": 2})
    assert read_lines(path) == [{"a": 1}, {"c": "line\nbreak"}, {"d": 2}]
    assert json.loads(path.read_text(encoding="utf-8").splitlines()[-1]) == {"d": 2}
    assert read_lines(tmp_path / "nothing") == []


# Fingerprints


def test_the_fingerprint_knows_names_groups_and_sizes(photo_folder, tmp_path):
    def fingerprint(name: str, **options) -> str:
        out = split_folder(photo_folder, tmp_path / name, progress=False, **options)
        return load(out).fingerprint

    first = fingerprint("one")
    assert first == fingerprint("two")
    together = {"apple/apple_000.jpg": "tree", "apple/apple_001.jpg": "tree"}
    others = [fingerprint("three", seed=1), fingerprint("four", groups=together)]
    path = next((tmp_path / "two" / "train").rglob("*.jpg"))
    path.write_bytes(path.read_bytes() + b"x")
    others.append(load(tmp_path / "two").fingerprint)
    assert len({first, *others}) == 4


# What is no split


def test_folders_that_are_no_split(photo_folder, tmp_path):
    with pytest.raises(ValueError, match="is not split into train, val and test"):
        load(photo_folder)
    two = write_folder(tmp_path / "two", {"a": 2, "b": 2}, ("train", "val"))
    with pytest.raises(ValueError, match="has no test photos"):
        load(two)
    one = write_folder(tmp_path / "one", {"a": 2, "b": 2}, ("train",))
    with pytest.raises(ValueError, match="has no validation and no test photos"):
        load(one)


def test_classes_must_agree(tmp_path):
    folder = write_folder(tmp_path / "split", {"a": 2, "b": 2}, ("train", "val", "test"))
    write_photo(folder / "train" / "c" / "1.jpg")
    with pytest.warns(UserWarning, match="There are no .* photos of c in") as caught:
        assert load(folder).class_names == ("a", "b", "c")
    assert [str(warning.message).split()[3] for warning in caught] == ["validation", "test"]
    write_photo(folder / "val" / "d" / "1.jpg")
    with pytest.raises(ValueError, match=r'validation photos in .* have the class "d"'):
        load(folder)

"""One photo: a Prediction that a beginner can read. A folder: one row a photo."""

import io
import os
from pathlib import Path

import pytest
import torch
from PIL import Image
from tiny_classifier import COLOURS, SIZE, coloured_photo, make_coloured_photos

from workbook.evaluation import predict_probabilities
from workbook.models import create_model
from workbook.photos.photoset import PhotoSet
from workbook.photos.reading import PhotoError
from workbook.prediction import Prediction, find_photos, predict_folder, predict_photo
from workbook.prediction.folding import fold_batch_norm
from workbook.prediction.single import percent
from workbook.saving import Classifier

COLUMNS = [
    *("file", "answer", "best_guess", "confidence"),
    *("second", "second_confidence", "third", "third_confidence", "problem"),
]


@pytest.fixture
def photos(tmp_path):
    return make_coloured_photos(tmp_path / "photos", per_class=3)


class TestOnePhoto:
    def test_names_the_most_likely_classes_best_first(self, classifier, splits):
        path = splits.validation.paths[0]
        prediction = predict_photo(classifier, path)
        probabilities = classifier.probabilities(path)
        assert sorted(prediction.names) == sorted(COLOURS)
        assert list(prediction.probabilities) == sorted(probabilities.tolist(), reverse=True)
        assert (
            prediction.answer
            == prediction.names[0]
            == classifier.class_names[probabilities.argmax()]
        )
        assert prediction.sure

    def test_below_the_threshold_it_is_not_sure(self, classifier, splits):
        prediction = predict_photo(classifier, splits.validation.paths[0], threshold=1.0)
        assert prediction.answer == "not sure"
        assert not prediction.sure
        assert "at least 100 % was asked for" in str(prediction)

    def test_reads_as_a_sentence(self):
        prediction = Prediction(
            "mug", ("mug", "bowl", "ball"), (0.87, 0.1299, 0.0001), True, 0.5, "IMG 1.jpg"
        )
        assert str(prediction) == (
            "IMG 1.jpg: most likely mug (87 %). Then bowl (13 %), ball (under 1 %)."
        )

    def test_never_claims_certainty_by_rounding(self):
        assert percent(0.9999) == "over 99 %"
        assert percent(0.0001) == "under 1 %"
        assert (percent(1.0), percent(0.0), percent(0.425)) == ("100 %", "0 %", "42 %")

    def test_shows_bars_and_describes_the_picture(self, classifier, splits):
        page = predict_photo(classifier, splits.validation.paths[0])._repr_html_()
        assert page.count("<tr>") == 3
        assert f'<img alt="{splits.validation.paths[0].name}: most likely' in page

    def test_hostile_names_stay_text(self):
        photo = Image.new("RGB", (4, 4))
        prediction = Prediction(
            "<b>", ("<b>",), (0.9,), True, 0.5, '"><script>alert(1)</script>.jpg', photo
        )
        page = prediction._repr_html_()
        assert "<script>" not in page
        assert "<b>" not in page
        assert 'alt=""' not in page

    def test_takes_whatever_read_photo_takes(self, classifier, splits):
        path = splits.validation.paths[0]
        expected = predict_photo(classifier, path)
        with path.open("rb") as file:
            assert predict_photo(classifier, file).probabilities == expected.probabilities
        assert predict_photo(classifier, path.read_bytes()).names == expected.names
        assert predict_photo(classifier, str(path)).source == path.name
        assert predict_photo(classifier, io.BytesIO(path.read_bytes())).source == "this photo"

    def test_top_is_at_most_the_number_of_classes(self, classifier, splits):
        assert len(predict_photo(classifier, splits.validation.paths[0], top=99).names) == 3
        with pytest.raises(ValueError, match="at least 1 class"):
            predict_photo(classifier, splits.validation.paths[0], top=0)

    @pytest.mark.parametrize("threshold", [-0.1, 50, float("nan")])
    def test_a_threshold_is_a_share(self, classifier, splits, threshold):
        with pytest.raises(ValueError, match="from 0 to 1"):
            predict_photo(classifier, splits.validation.paths[0], threshold=threshold)

    def test_a_broken_photo_is_told(self, classifier, tmp_path):
        (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8 no photo")
        with pytest.raises(PhotoError, match=r"broken\.jpg"):
            predict_photo(classifier, tmp_path / "broken.jpg")


class TestFolder:
    def test_one_row_a_photo_sorted_by_name(self, classifier, photos):
        table = predict_folder(classifier, photos, progress=False)
        assert list(table.columns) == COLUMNS
        assert list(table["file"]) == [
            f"{colour}/{colour}_{number:02}.jpg" for colour in COLOURS for number in range(3)
        ]
        assert list(table["answer"]) == [file.split("/")[0] for file in table["file"]]
        assert (table["confidence"] >= table["second_confidence"]).all()
        assert (table["problem"] == "").all()

    def test_agrees_with_the_evaluation_on_the_same_photos(self, classifier, splits):
        table = predict_folder(classifier, splits.folder / "val", progress=False)
        expected = predict_probabilities(classifier.model, splits.validation, device="cpu")
        best = torch.tensor(table["confidence"].to_numpy()).float()
        assert torch.allclose(best, expected.max(dim=1).values, rtol=0, atol=1e-6)

    @pytest.mark.parametrize("batch_size", [1, 2, 64])
    def test_the_batch_size_does_not_matter(self, classifier, photos, batch_size):
        expected = predict_folder(classifier, photos, progress=False)
        table = predict_folder(classifier, photos, batch_size=batch_size, progress=False)
        assert list(table["answer"]) == list(expected["answer"])
        assert abs(table["confidence"] - expected["confidence"]).max() < 1e-6

    def test_a_broken_file_becomes_a_row_with_its_reason(self, classifier, photos):
        (photos / "green" / "cut.jpg").write_bytes(
            (photos / "green" / "green_00.jpg").read_bytes()[:300]
        )
        (photos / "empty.png").write_bytes(b"")
        (photos / "letter.jpg").write_text("Dear reader", encoding="utf-8")
        table = predict_folder(classifier, photos, progress=False).set_index("file")
        assert len(table) == 12
        broken = table[table["problem"] != ""]
        assert list(broken.index) == ["empty.png", "green/cut.jpg", "letter.jpg"]
        assert "is empty (0 bytes)" in broken.loc["empty.png", "problem"]
        assert "text file" in broken.loc["letter.jpg", "problem"]
        assert (broken["answer"] == "").all()
        assert broken["confidence"].isna().all()
        assert (table.drop(broken.index)["answer"] != "").all()

    def test_all_files_broken(self, classifier, tmp_path):
        (tmp_path / "a.jpg").write_bytes(b"x")
        table = predict_folder(classifier, tmp_path, progress=False)
        assert list(table.columns) == COLUMNS
        assert list(table["answer"]) == [""]

    def test_what_systems_leave_behind_is_passed_over(self, classifier, photos):
        for name in (".DS_Store", "Thumbs.db", "._red.jpg", "notes.txt"):
            (photos / name).write_bytes(b"x")
        (photos / "_quarantine").mkdir()
        coloured_photo("red", 1).save(photos / "_quarantine" / "doubtful.jpg")
        assert len(predict_folder(classifier, photos, progress=False)) == 9

    def test_threshold_and_best_guess(self, classifier, photos):
        table = predict_folder(classifier, photos, threshold=1.0, progress=False)
        assert set(table["answer"]) == {"not sure"}
        assert set(table["best_guess"]) == set(COLOURS)

    def test_top_decides_on_the_columns(self, classifier, photos):
        table = predict_folder(classifier, photos, top=1, progress=False)
        assert list(table.columns) == ["file", "answer", "best_guess", "confidence", "problem"]
        table = predict_folder(classifier, photos, top=5, progress=False)
        assert table["fifth"].isna().all()  # there are three classes
        with pytest.raises(ValueError, match="from 1 to 5"):
            predict_folder(classifier, photos, top=6)

    def test_threads_are_put_back(self, classifier, photos):
        before = torch.get_num_threads()
        predict_folder(classifier, photos, progress=False)
        assert torch.get_num_threads() == before

    def test_folders_that_cannot_be_used(self, classifier, photos, tmp_path):
        with pytest.raises(FileNotFoundError, match="There is no folder"):
            predict_folder(classifier, tmp_path / "nowhere")
        with pytest.raises(NotADirectoryError, match="is a file"):
            predict_folder(classifier, photos / "red" / "red_00.jpg")
        (tmp_path / "empty").mkdir()
        with pytest.raises(ValueError, match="no photos in"):
            predict_folder(classifier, tmp_path / "empty")

    def test_links_in_a_circle_do_no_harm(self, photos):
        try:
            os.symlink(photos, photos / "red" / "circle", target_is_directory=True)
        except OSError:
            pytest.skip("this system does not allow links")
        assert len(find_photos(photos)) == 9

    def test_an_error_of_the_program_is_not_swallowed(self, classifier, photos, monkeypatch):
        def fail(self, photos):
            raise RuntimeError("a bug")

        monkeypatch.setattr(Classifier, "probabilities", fail)
        with pytest.raises(RuntimeError, match="a bug"):
            predict_folder(classifier, photos, progress=False)


@pytest.mark.parametrize("architecture", ["batchnorm_cnn", "transfer", "small_cnn"])
def test_folding_changes_the_steps_and_not_the_answers(architecture):
    model = create_model(architecture, classes=4, size=32).eval()
    with torch.no_grad():
        for part in model.modules():
            if isinstance(part, torch.nn.BatchNorm2d):
                part.running_mean.uniform_(-1, 1)
                part.running_var.uniform_(0.5, 2)
                part.weight.uniform_(0.5, 2)
    photos = torch.randn(5, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    folded = fold_batch_norm(model)
    with torch.no_grad():
        before, after = model(photos).softmax(dim=1), folded(photos).softmax(dim=1)
    assert torch.allclose(before, after, rtol=0, atol=1e-6)
    assert not any(isinstance(part, torch.nn.BatchNorm2d) for part in folded.modules())


@pytest.mark.parametrize("suffix", ["jpg", "png"])
@pytest.mark.parametrize("resize", ["crop", "stretch", "pad"])
def test_prediction_sees_the_very_pixels_of_training(splits, tmp_path, resize, suffix):
    folder = tmp_path / "photos"
    for number, colour in enumerate(COLOURS):
        (folder / colour).mkdir(parents=True)
        photo = coloured_photo(colour, number, side=200).crop((0, 0, 200, 100 + 40 * number))
        exif = Image.Exif()
        exif[0x0112] = 6 + number % 3  # turned
        photo.save(folder / colour / f"one.{suffix}", exif=exif)
    preprocess = splits.preprocess.__class__(size=SIZE, resize=resize, mean=(0.5, 0.4, 0.3))
    training = PhotoSet.from_folder(folder, preprocess, cache=False, progress=False)
    for position, path in enumerate(training.paths):
        for source in (path, str(path), path.read_bytes()):
            assert torch.equal(training.images[position], preprocess.pixels(source))
        (images, _), *_ = training.subset([position]).batches(1, device="cpu")
        assert torch.equal(images[0], preprocess(Path(path)))

"""The curve reader, the confidence lab, predicting a photo, and the progress board."""

import io
import re

import pytest
import torch
from lab_pages import LARGEST, Page, check_page
from PIL import Image

from tests.untrained_classifier import untrained_classifier
from workbook import ExperimentLog
from workbook.evaluation import Evaluation
from workbook.lessons.milestones import all_milestones
from workbook.lessons.progress import Progress
from workbook.training import History, Totals
from workbook.views.confidence_lab import explore_confidence
from workbook.views.curve_reader import explore_curves
from workbook.views.prediction_lab import explore_prediction, uploaded_file
from workbook.views.progress_board import explore_progress


def history(train: list[float], validation: list[float]) -> History:
    """A run with these accuracies of ten photos; the losses fall as the accuracies rise."""
    made = History({"learning_rate": 0.001})
    for epoch, (own, new) in enumerate(zip(train, validation, strict=True), start=1):
        totals = [Totals.from_sums(10, 10 * (1.2 - share), 10 * share) for share in (own, new)]
        made.add(epoch, *totals, seconds=1.0)
    return made


@pytest.fixture
def runs():
    return {
        "plain": history([0.5, 0.8, 1.0], [0.4, 0.6, 0.5]),
        "augmented": history([0.4, 0.6, 0.7, 0.8], [0.4, 0.5, 0.7, 0.7]),
    }


def test_the_curve_reader_reads_the_epoch_that_is_chosen(runs):
    lab = explore_curves(runs)
    lab.controls["epoch"].value = 2
    page = check_page(lab.picture.value)
    assert "plain: epoch 2: 80% of the training photos right, 60% of the validation" in page.text
    assert "a gap of 20 points. This is its best epoch." in page.text
    assert "augmented: epoch 2: 60%" in page.text
    lab.controls["epoch"].value = 4  # the shorter run is read at its end
    assert "plain: epoch 3: 100% of the training photos" in check_page(lab.picture.value).text


def test_the_curve_reader_shows_one_run_or_two_losses_or_accuracies(runs):
    lab = explore_curves(runs)
    lab.controls["other"].buttons[0].click()
    lab.controls["shown"].buttons[1].click()
    page = check_page(lab.picture.value)
    assert "augmented" not in page.text
    assert "Learning curves, accuracy" in page.descriptions[0]
    assert page.source.count("polyline") == 3  # training, validation, best epoch
    lab.controls["run"].buttons[1].click()
    lab.controls["other"].buttons[1].click()
    assert check_page(lab.picture.value).source.count("polyline") == 6


def test_the_curve_reader_compares_two_runs_from_the_log(runs, tmp_path):
    log = ExperimentLog(tmp_path / "log.jsonl")
    log.record("plain", settings={"augment": None}, results={"accuracy": 0.5})
    assert "does not hold both" in explore_curves(runs, log).picture.value
    log.record("augmented", settings={"augment": "gentle"}, results={"accuracy": 0.7})
    page = check_page(explore_curves(runs, log).picture.value)
    assert "settings.augment" in page.text
    assert "gentle" in page.text


def test_the_curve_reader_says_what_the_run_doctor_says():
    from tests.training.conftest import coloured_photos
    from workbook import create_model, fit

    photos = coloured_photos(6, seed=0)
    model = create_model("softmax", classes=3, size=16)
    frozen = fit(
        model, photos, photos, epochs=2, progress=False, device="cpu",
        optimizer=lambda weights: torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=1),
    )  # fmt: skip
    assert "Frozen weights" in explore_curves({"stuck": frozen}).picture.value


def test_the_curve_reader_bears_losses_that_are_no_numbers():
    broken = history([0.5, 0.5], [0.4, 0.4])
    for row in broken.rows:
        row["train_loss"] = row["validation_loss"] = float("nan")
    assert (
        "No epoch has a validation loss"
        in check_page(explore_curves({"a": broken}).picture.value).text
    )
    with pytest.raises(ValueError, match="no run with a finished epoch"):
        explore_curves({"nothing": History()})


@pytest.fixture
def evaluation():
    confidences = torch.tensor([0.95, 0.9, 0.8, 0.7, 0.6, 0.55])
    probabilities = torch.stack([confidences, 1 - confidences], dim=1)
    labels = torch.tensor([0, 0, 0, 1, 0, 1])
    return Evaluation(labels, probabilities, ("apple", "mug"))


@pytest.mark.parametrize("threshold", [0, 50, 65, 75, 92, 99])
def test_the_confidence_lab_counts_what_a_loop_counts(evaluation, threshold):
    unknown = torch.tensor([[0.97, 0.03], [0.6, 0.4], [0.5, 0.5]])
    lab = explore_confidence(evaluation, unknown)
    lab.controls["threshold"].value = threshold
    answered = right = 0
    for label, row in zip(evaluation.labels, evaluation.probabilities, strict=True):
        if row.max() >= threshold / 100:
            answered += 1
            right += int(row.argmax() == label)
    fooled = sum(float(row.max()) >= threshold / 100 for row in unknown)
    text = check_page(lab.picture.value).text
    if answered:
        assert f"answers {answered} of 6 photos and is right about {right / answered:.0%}" in text
    else:
        assert "answers none of the 6 photos" in text
    assert f"it still gives a name to {fooled}." in text


def test_the_confidence_lab_without_unknown_photos(evaluation):
    page = check_page(explore_confidence(evaluation).picture.value)
    assert "none of its classes" not in page.text
    assert len(page.descriptions) == 2


@pytest.fixture
def photo_file(tmp_path):
    path = tmp_path / "a <b> photo.png"
    Image.new("RGB", (90, 60), (200, 40, 40)).save(path)
    return path


def contents(image: Image.Image, format: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format)
    return buffer.getvalue()


def test_predicting_shows_the_photo_what_the_model_sees_and_the_answers(photo_file):
    lab = explore_prediction(untrained_classifier(), [photo_file])
    page = check_page(lab.picture.value)
    assert len(page.descriptions) == 2
    assert "what the model is shown" in page.text
    shares = [int(share) for share in re.findall(r"(\d+) %", page.text)]
    assert len(shares) >= 3
    lab.controls["threshold"].value = 99
    assert "not sure" in check_page(lab.picture.value).text


NEW = ({"name": "new <i>.png", "type": "image/png", "size": 3, "content": b"", "last_modified": 0},)


@pytest.mark.parametrize(
    "value",
    [
        lambda content: ({**NEW[0], "content": memoryview(content)},),
        lambda content: {"old.png": {"content": b"?"}, "new <i>.png": {"content": content}},
    ],
    ids=["ipywidgets 8", "ipywidgets 7"],
)
def test_an_upload_is_what_is_asked_about(photo_file, value):
    content = contents(Image.new("CMYK", (40, 80)), "JPEG")
    assert uploaded_file(value(content)) == ("new <i>.png", content)
    lab = explore_prediction(untrained_classifier(), [photo_file])
    shown = lab._render(example=0, threshold=0, upload=value(content))
    page = check_page(shown)
    assert "new <i>.png: most likely" in page.text
    assert "<i>" not in page.source


def test_a_broken_upload_gets_a_sentence_and_no_old_picture(photo_file):
    lab = explore_prediction(untrained_classifier(), [photo_file])
    shown = lab._render(example=0, threshold=50, upload=({**NEW[0], "content": b"no photo"},))
    page = Page(shown)
    assert "No answer: new <i>.png is not a photo" in page.text
    assert page.descriptions == []


def test_without_an_example_there_is_nothing_to_start_with():
    with pytest.raises(ValueError, match="at least one example"):
        explore_prediction(untrained_classifier(), [])


def test_the_board_shows_what_is_reached_since_it_was_made():
    lab = explore_progress(2)
    assert "none is reached yet" in check_page(lab.picture.value).descriptions[0]
    Progress().reach("2.3", "a split <b> on disk")
    lab.controls["chapter"].buttons[0].click()
    page = check_page(lab.picture.value)
    assert "reached: 2.3." in page.descriptions[0]
    assert "a split <b> on disk" in page.text
    assert page.source.count("<li") == len(all_milestones().rows)
    lab.controls["chapter"].buttons[3].click()
    assert check_page(lab.picture.value).source.count("<li") == 4


def test_labs_are_small(runs, evaluation, photo_file):
    labs = [
        explore_curves(runs),
        explore_confidence(evaluation),
        explore_prediction(untrained_classifier(), [photo_file]),
        explore_progress(),
    ]
    for lab in labs:
        assert len(lab.static_html()) < LARGEST

import json

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from workbook import PhotoSet, create_model, evaluate
from workbook.evaluation import (
    Evaluation,
    is_difference_real,
    predict_probabilities,
    wilson_interval,
)

NAMES = ("apple", "bowl", "mug")


def an_evaluation(labels, predictions, confidences=None) -> Evaluation:
    """Answers with the given confidence; the rest of it goes to the next class."""
    labels, predictions = torch.tensor(labels), torch.tensor(predictions)
    if confidences is None:
        confidences = torch.full((len(labels),), 0.8)
    confidences = torch.as_tensor(confidences)
    probabilities = torch.zeros(len(labels), 3)
    rows = torch.arange(len(labels))
    probabilities[rows, predictions] = confidences
    probabilities[rows, (predictions + 1) % 3] += 1 - confidences
    return Evaluation(labels, probabilities, NAMES, paths=[f"{i}.jpg" for i in rows])


@st.composite
def evaluations(draw):
    classes = st.integers(0, 2)
    pairs = draw(st.lists(st.tuples(classes, classes, st.floats(0.51, 1.0)), min_size=1))
    return an_evaluation(*map(list, zip(*pairs, strict=True)))


@given(evaluations())
@settings(deadline=None, max_examples=50)
def test_all_tables_count_every_photo_once(result):
    confusion = result.confusion().to_numpy()
    assert confusion.sum() == result.count
    assert confusion.trace() == result.correct
    assert result.per_class()["count"].sum() == result.count
    assert result.calibration()["count"].sum() == result.count
    assert len(result.worst_mistakes(n=10_000)) == result.count - result.correct
    groups = result.by_group([f"group {label}" for label in result.labels.tolist()])
    assert groups["count"].sum() == result.count
    assert (groups["accuracy"] * groups["count"]).sum() == pytest.approx(result.correct)
    first = result.thresholds().iloc[0]
    assert (first["answered"], first["accuracy"]) == (1, pytest.approx(result.accuracy))
    assert result.thresholds()["answered"].is_monotonic_decreasing
    assert 0 <= result.calibration_error <= 1
    low, high = result.interval()
    assert 0 <= low <= result.accuracy <= high <= 1


def test_figures_of_a_small_example():
    result = an_evaluation([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 1, 1])
    assert (result.correct, result.count, result.accuracy) == (4, 6, 4 / 6)
    assert result.confusion().loc["apple", "bowl"] == 1
    assert result.confusion().index.name == "true class"
    bowl = result.per_class().loc["bowl"]
    assert (bowl["precision"], bowl["recall"]) == (0.5, 1.0)
    assert bowl["f1"] == pytest.approx(2 / 3)
    assert result.per_class().loc["mug", "precision"] == 0, "mug was never answered"
    assert repr(result).startswith("4 of 6 photos right: accuracy 66.7% (95 % interval 30.0%")


def test_wilson_interval_against_the_published_example():
    """Newcombe (1998), table I: 81 of 263 and 0 of 20."""
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)


def test_worst_mistakes_come_surest_first():
    result = an_evaluation([0, 1, 2, 0], [1, 1, 0, 2], [0.6, 0.9, 0.95, 0.7])
    worst = result.worst_mistakes(2)
    assert worst["position"].tolist() == [2, 3]
    assert worst.iloc[0][["path", "true", "predicted"]].tolist() == ["2.jpg", "mug", "apple"]
    assert worst["confidence"].tolist() == pytest.approx([0.95, 0.7])
    assert result.worst_mistakes(0).empty


def test_calibration_of_a_model_that_is_always_too_sure():
    result = an_evaluation([0] * 10, [0] * 5 + [1] * 5, [0.95] * 10)
    (row,) = result.calibration().to_dict("records")
    assert (row["from_confidence"], row["to_confidence"]) == (0.9, 1.0)
    assert row["accuracy"] == 0.5
    assert result.calibration_error == pytest.approx(0.45, abs=1e-6)


def test_unsure_answers_can_be_withheld():
    result = an_evaluation([0, 0, 1, 1], [0, 1, 1, 1], [0.9, 0.55, 0.9, 0.9])
    table = result.thresholds().set_index("threshold")
    assert table.loc[0.6].tolist() == [0.75, 1.0]
    assert table.loc[0.95, "answered"] == 0
    assert table["accuracy"].isna().any(), "no answer, no accuracy"


def test_groups_by_sequence_or_by_file():
    result = an_evaluation([0, 0, 1, 1], [0, 1, 1, 1])
    by_order = result.by_group(["dark", "dark", "bright", "bright"])
    by_file = result.by_group(
        {"0.jpg": "dark", "1.jpg": "dark", "2.jpg": "bright", "3.jpg": "bright"}
    )
    assert by_order.equals(by_file)
    assert by_order.set_index("group")["accuracy"].to_dict() == {"bright": 1.0, "dark": 0.5}
    assert (by_order["low"] <= by_order["accuracy"]).all()
    with pytest.raises(ValueError, match=r"no group for 1\.jpg"):
        result.by_group({"0.jpg": "dark"})
    with pytest.raises(ValueError, match="2 group names for 4 photos"):
        result.by_group(["dark", "bright"])


def test_summary_is_plain_json():
    summary = an_evaluation([0, 1, 2], [0, 1, 1]).summary()
    assert json.loads(json.dumps(summary)) == summary
    assert summary["per_class"]["bowl"]["precision"] == 0.5
    assert summary["accuracy_low"] < summary["accuracy"] < summary["accuracy_high"]


def some_photos(count=10):
    images = torch.randint(0, 256, (count, 3, 16, 16), dtype=torch.uint8)
    return PhotoSet.from_tensors(images, torch.arange(count) % 3, NAMES)


@pytest.mark.parametrize("mode", [True, False])
def test_the_model_is_judged_in_evaluation_mode_and_left_in_its_own(mode):
    model = create_model("mlp", classes=3, size=16, dropout=0.9).train(mode)
    photos = some_photos()
    once, again = evaluate(model, photos), evaluate(model, photos, batch_size=3)
    assert model.training is mode
    assert torch.allclose(once.probabilities, again.probabilities, atol=1e-6)
    assert torch.equal(once.labels, photos.labels)
    assert once.paths == photos.paths
    assert torch.allclose(once.probabilities.sum(dim=1), torch.ones(10))
    assert torch.equal(predict_probabilities(model, photos), once.probabilities)


def test_photos_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="no photos to evaluate on"):
        evaluate(create_model("mlp", classes=3, size=16), some_photos().subset([]))
    with pytest.raises(ValueError, match=r"gives 5 scores for each photo, but .* 3 classes"):
        evaluate(create_model("mlp", classes=5, size=16), some_photos())


def test_the_model_is_put_back_when_judging_fails():
    model = nn.Sequential(nn.Flatten(), nn.Linear(5, 3)).train()
    with pytest.raises(ValueError, match="cannot read photos of 16 x 16 pixels"):
        evaluate(model, some_photos())
    assert model.training


def test_differences_and_noise():
    clear = is_difference_real([0.80, 0.82, 0.81], [0.70, 0.71, 0.69])
    assert clear.real
    assert clear.low < clear.mean < clear.high
    assert "larger than the noise" in str(clear)
    noise = is_difference_real([0.80, 0.70, 0.75], [0.78, 0.69, 0.74])
    assert not noise.real
    assert "not distinguishable from noise" in str(noise)
    assert is_difference_real([0.5, 0.5], [0.4, 0.4]).real
    assert not is_difference_real([0.5, 0.5], [0.5, 0.5]).real
    with pytest.raises(ValueError, match="at least two of each"):
        is_difference_real([0.8], [0.7, 0.6])

import types

import pandas as pd
import pytest
import torch

from workbook.lessons.trace import observe_epoch, trace_pipeline, trace_prediction, trace_training
from workbook.models import create_model
from workbook.photos.augment import Augmentation
from workbook.photos.sources import get_splits


@pytest.fixture(scope="module")
def splits(studio_photos, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBOOK_HOME", str(tmp_path_factory.mktemp("home")))
        yield get_splits(str(studio_photos), size=32, progress=False)


def test_the_pipeline_shows_real_shapes(splits):
    model = create_model("small_cnn", classes=8, size=32)
    table = trace_pipeline(splits, model, batch_size=16, augment=Augmentation()).table
    out = dict(zip(table["stage"], table["out"], strict=True))
    assert out["preprocess"] == "(3, 32, 32)"
    assert out["augment"] == "(16, 3, 32, 32)"
    assert out["train"] == "(16, 8)"


def test_tracing_changes_nothing(splits):
    model = create_model("batchnorm_cnn", classes=8, size=32)
    before = {name: weights.clone() for name, weights in model.state_dict().items()}
    trace_pipeline(splits, model)
    trace_prediction(model, splits.train.paths[0], splits.preprocess, splits.class_names)
    assert all(torch.equal(weights, before[name]) for name, weights in model.state_dict().items())
    assert model.training


def test_one_photo_is_followed_layer_by_layer(splits):
    model = create_model("small_cnn", classes=8, size=32)
    photo = splits.train.paths[0]
    trace = trace_prediction(model, photo, splits.preprocess, splits.class_names)
    table = trace.table
    assert list(table["kind"])[:3] == ["Preprocess", "Conv2d", "MaxPool2d"]
    assert list(table["kind"])[-2:] == ["Linear", "softmax"]
    conv = table[table["kind"] == "Conv2d"].iloc[0]
    assert conv["shape that comes out"] == "(1, 32, 32, 32)"
    assert conv["adjustable numbers"] == "896"  # 32 kernels of 3 x 3 x 3, and 32 biases
    with torch.no_grad():
        scores = model.eval()(splits.preprocess(photo)[None])
    assert splits.class_names[int(scores.argmax())] in trace.title


ROWS = [
    {"train_loss": 2.0, "train_accuracy": 0.2, "validation_accuracy": 0.2},
    {"train_loss": 1.0, "train_accuracy": 0.5, "validation_accuracy": 0.5},
    {"train_loss": 0.1, "train_accuracy": 1.0, "validation_accuracy": 0.4},
    {"train_loss": 0.3, "train_accuracy": 0.9, "validation_accuracy": 0.5},
]


@pytest.mark.parametrize(
    ("epoch", "best", "words"),
    [
        (0, None, "the first guesses"),
        (1, 0.2, "the loss falls, best so far on validation photos"),
        (2, 0.5, "the loss falls, worse on validation photos than before, 60% better on its own "
        "photos: it memorises"),
        (3, 0.5, "the loss rises, 40% better on its own photos: it memorises"),
    ],
)  # fmt: skip
def test_observations_come_from_the_numbers(epoch, best, words):
    before = ROWS[epoch - 1] if epoch else None
    assert observe_epoch(ROWS[epoch], before, best) == words


def test_the_training_trace_has_a_row_and_bars_for_each_epoch():
    rows = [{"epoch": number + 1, **row} for number, row in enumerate(ROWS)]
    table = trace_training(types.SimpleNamespace(table=pd.DataFrame(rows))).table
    assert list(table["epoch"]) == [1, 2, 3, 4]
    assert table["training photos right"][1].count("█") == 10
    assert table["observation"][0] == "the first guesses"

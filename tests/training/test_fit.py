import re

import pytest
import torch
from torch import nn

from workbook import Augmentation, EarlyStopping, PhotoSet, create_model, evaluate, fit
from workbook.training.precision import layer_precision


def small_model(seed=0, **arguments):
    settings = {"channels": (4, 8), "dropout": 0.2, **arguments}
    return create_model("small_cnn", classes=3, size=16, seed=seed, **settings)


def quiet_fit(model, train, validation, **settings):
    return fit(model, train, validation, **{"epochs": 3, "progress": False, **settings})


class Interrupting(PhotoSet):
    """A photo set in whose n-th epoch the learner presses Ctrl-C."""

    def batches(self, *args, epoch=0, **settings):
        for number, batch in enumerate(super().batches(*args, epoch=epoch, **settings)):
            if epoch == self.stop_in_epoch and number == 1:
                raise KeyboardInterrupt
            yield batch


def interrupting(photos, epoch):
    copy = photos.subset(range(len(photos)))
    copy.__class__ = Interrupting
    copy.stop_in_epoch = epoch
    return copy


def test_it_learns_and_says_so(train, validation):
    model = small_model()
    history = quiet_fit(model, train, validation, epochs=8, learning_rate=3e-3)
    table = history.table
    assert list(table["epoch"]) == list(range(1, 9))
    assert table["train_loss"].iloc[-1] < 0.5 * table["train_loss"].iloc[0]
    assert table["validation_accuracy"].iloc[-1] > 0.9
    assert (table["seconds"] > 0).all()
    assert history.stopped == "finished"
    assert history.best_epoch == table["validation_loss"].idxmin() + 1
    assert history.settings["learning_rate"] == 3e-3


def test_the_last_row_is_what_evaluate_finds(train, validation):
    model = small_model()
    history = quiet_fit(model, train, validation)
    assert evaluate(model, validation).accuracy == history.rows[-1]["validation_accuracy"]


def test_figures_come_from_sums_over_all_photos(train, validation):
    """7 photos a batch leaves a small last batch, which an average of batches overrates."""
    frozen = quiet_fit(
        small_model(dropout=0.0), train, validation, epochs=1, learning_rate=1e-12, batch_size=7,
        amp=False,
    )  # fmt: skip
    result = evaluate(small_model(dropout=0.0), train)
    assert frozen.rows[0]["train_accuracy"] == pytest.approx(result.accuracy)
    picked = result.probabilities[torch.arange(len(train)), result.labels]
    assert frozen.rows[0]["train_loss"] == pytest.approx(-picked.log().mean().item(), rel=1e-4)


def test_same_seed_same_numbers_and_nothing_else_is_disturbed(train, validation):
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    settings = {"augment": Augmentation(), "seed": 5}
    models = [small_model(seed=2) for _ in range(3)]
    one, two = (quiet_fit(model, train, validation, **settings) for model in models[:2])
    other = quiet_fit(models[2], train, validation, **settings | {"seed": 6})
    assert torch.equal(torch.rand(2), expected)

    def figures(history):
        return history.table.drop(columns="seconds")

    assert figures(one).equals(figures(two))
    assert not figures(one).equals(figures(other))
    for mine, yours in zip(models[0].parameters(), models[1].parameters(), strict=True):
        assert torch.equal(mine, yours)


@pytest.mark.parametrize("monitor", ["validation_loss", "validation_accuracy"])
def test_early_stopping_brings_the_best_weights_back(train, validation, monitor):
    few = train.take(4)
    few.labels = few.labels.roll(2)  # half of them wrong: learning these by heart spoils the rest
    model = create_model("mlp", classes=3, size=16)
    history = quiet_fit(
        model,
        few,
        validation,
        epochs=100,
        learning_rate=3e-3,
        early_stopping=EarlyStopping(patience=3, monitor=monitor),
    )
    assert history.stopped == "early stopping"
    assert len(history.rows) == history.best_epoch + 3
    best = history.rows[history.best_epoch - 1]
    assert evaluate(model, validation).accuracy == best["validation_accuracy"]
    assert f"weights of epoch {history.best_epoch} are restored" in history.message


def test_ctrl_c_returns_what_was_trained(train, validation):
    model = small_model()
    history = quiet_fit(model, interrupting(train, epoch=3), validation, epochs=9)
    assert history.stopped == "interrupted"
    assert len(history.rows) == 2
    assert "Interrupted after 2 of 9 epochs" in history.message
    assert history.evidence.steps > 0
    assert evaluate(model, validation).count == len(validation)


def test_ctrl_c_in_the_first_epoch_is_no_error_either(train, validation):
    history = quiet_fit(
        small_model(), interrupting(train, epoch=1), validation, early_stopping=EarlyStopping()
    )
    assert history.table.empty
    assert history.best_epoch is None
    assert "Interrupted after 0" in history._repr_html_()


def test_a_rate_far_too_high_is_named(train, validation):
    history = quiet_fit(
        create_model("mlp", classes=3, size=16), train, validation, epochs=30,
        optimizer="sgd", learning_rate=1e4,
    )  # fmt: skip
    assert history.stopped == "diverged"
    assert len(history.rows) < 30
    assert "learning rate that is too high (10000)" in history.message


def test_raw_pixels_are_named_as_the_cause(train, validation):
    raw = type(train.preprocess)(size=16, std=(1 / 255, 1 / 255, 1 / 255))
    history = quiet_fit(
        create_model("mlp", classes=3, size=16), train.with_preprocess(raw),
        validation.with_preprocess(raw), epochs=30, optimizer="sgd", learning_rate=10.0,
    )  # fmt: skip
    assert history.stopped == "diverged"
    assert re.search(r"run from \d+ to 255: the photos look unnormalised", history.message)


def test_values_that_are_no_numbers_are_named(train, validation):
    history = quiet_fit(
        small_model(), train, validation, epochs=40, augment=lambda images, _: images * float("nan")
    )
    assert history.stopped == "diverged"
    assert "values that are no numbers" in history.message


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"epochs": 0}, "epochs must be 1 or more"),
        ({"batch_size": 0}, "batch_size must be 1 or more"),
        ({"learning_rate": 0.0}, "learning_rate must be above 0"),
        ({"optimizer": "adagrad"}, "no optimizer called 'adagrad'"),
        ({"schedule": "cosine"}, "no schedule called 'cosine'"),
        ({"amp": "bf16"}, 'amp must be "auto", True or False'),
    ],
)
def test_settings_that_make_no_sense(train, validation, settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        quiet_fit(small_model(), train, validation, **settings)


def test_photos_and_model_that_do_not_go_together(train, validation):
    with pytest.raises(ValueError, match=r"gives 4 scores for each photo, but .* 3 classes"):
        quiet_fit(create_model("mlp", classes=4, size=16), train, validation)
    with pytest.raises(ValueError, match="cannot read photos of 16 x 16 pixels"):
        quiet_fit(create_model("mlp", classes=3, size=32), train, validation)
    with pytest.raises(ValueError, match="The validation set has no photos"):
        quiet_fit(small_model(), train, validation.subset([]))
    with pytest.raises(ValueError, match="The training set has no photos"):
        quiet_fit(small_model(), train.subset([]), validation)
    with pytest.raises(ValueError, match=r"classes red, green, blue, but .* has red, blue"):
        quiet_fit(small_model(), train, validation.only(["red", "blue"]))
    with pytest.raises(ValueError, match="Every weight of the model is frozen"):
        quiet_fit(small_model().requires_grad_(False), train, validation)
    with pytest.raises(ValueError, match="EarlyStopping cannot watch"):
        EarlyStopping(monitor="accuracy")
    with pytest.raises(ValueError, match="patience of at least 1"):
        EarlyStopping(patience=0)


def test_an_optimizer_of_ones_own_and_a_schedule(train, validation):
    model = small_model()
    own = quiet_fit(
        model, train, validation, optimizer=lambda weights: torch.optim.RMSprop(weights, lr=1e-3)
    )
    assert own.evidence.learning_rates[0] == 1e-3
    cycled = quiet_fit(
        small_model(), train, validation, schedule="onecycle", learning_rate=0.01, epochs=5
    )
    rates = cycled.evidence.learning_rates
    assert max(rates) == pytest.approx(0.01, rel=0.05)
    assert rates[-1] < rates[0] < max(rates)


@pytest.mark.parametrize("amp", [True, False])
def test_bfloat16_and_float32_agree_nearly(train, validation, amp):
    history = quiet_fit(small_model(), train, validation, amp=amp, epochs=6, learning_rate=3e-3)
    assert history.rows[-1]["validation_accuracy"] > 0.8
    assert all(weights.dtype == torch.float32 for weights in small_model().parameters())


def test_plain_arithmetic_where_the_processor_has_no_bfloat16(monkeypatch):
    for question in ("_is_amx_tile_supported", "_is_avx512_bf16_supported"):
        monkeypatch.setattr(torch.cpu, question, lambda: False, raising=False)
    with layer_precision("auto", torch.device("cpu")):
        assert nn.Linear(2, 2)(torch.ones(1, 2)).dtype == torch.float32


def test_the_model_is_left_in_an_ordinary_state(train, validation):
    model = small_model().eval()
    quiet_fit(model, train, validation)
    assert all(weights.is_contiguous() for weights in model.parameters())
    assert not model[0]._forward_hooks
    assert not model._forward_hooks
    assert not model._forward_pre_hooks


def test_frozen_weights_stay_as_they_are(train, validation):
    model = small_model()
    model[0].requires_grad_(False)
    before = model[0].weight.clone()
    quiet_fit(model, train, validation, weight_decay=0.1)
    assert torch.equal(model[0].weight, before)


def test_progress_bar_shows_loss_and_accuracies(train, validation, capsys):
    fit(small_model(), train, validation, epochs=2)
    shown = capsys.readouterr().err
    assert re.search(r"epoch \d: loss \d\.\d+, right \d+%, of validation", shown)

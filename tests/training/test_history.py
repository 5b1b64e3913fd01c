import base64

import pytest

from workbook.training import History, Totals


@pytest.fixture
def history():
    history = History({"epochs": 3})
    losses = [(1.0, 1.1), (0.6, 0.7), (0.4, 0.9)]
    for epoch, (train_loss, validation_loss) in enumerate(losses, start=1):
        row = (epoch, train_loss, 0.2 * epoch, validation_loss, 0.1 * epoch, 1.5)
        names = ("epoch", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
        history.rows.append(dict(zip((*names, "seconds"), row, strict=True)))
    return history


def test_best_epoch_follows_what_is_monitored(history):
    assert history.best_epoch == 2
    history.monitor = "validation_accuracy"
    assert history.best_epoch == 3


def test_plot_has_titles_labels_and_the_best_epoch(history):
    figure = history.plot()
    assert figure.get_suptitle() == "Learning curves"
    losses, accuracies = figure.axes
    for axes in (losses, accuracies):
        assert axes.get_title()
        assert axes.get_xlabel() == "epoch"
        assert axes.get_ylabel()
        assert "best epoch: 2" in [text.get_text() for text in axes.get_legend().get_texts()]
        train, validation = axes.lines[:2]
        assert train.get_linestyle() != validation.get_linestyle()
    assert list(losses.lines[1].get_ydata()) == [1.1, 0.7, 0.9]


def test_plotting_leaves_no_figure_open(history):
    import matplotlib.pyplot as plt

    history.plot()
    assert not plt.get_fignums()


def test_notebook_gets_a_picture_with_its_text(history):
    bundle = history._repr_mimebundle_()
    picture = bundle["text/html"].split("base64,")[1].split('"')[0]
    assert base64.b64decode(picture).startswith(b"\x89PNG")
    assert "image/png" not in bundle, "a bare picture has no alt text"
    assert 'alt="Learning curves. 3 epochs in 4.5 s.' in bundle["text/html"]
    assert "Best epoch: 2" in bundle["text/plain"]
    assert history._repr_html_() == bundle["text/html"]


def test_a_run_without_a_finished_epoch_shows_itself_too():
    history = History()
    history.message = "Interrupted <early>."
    assert "No epoch was finished" in repr(history)
    assert "&lt;early&gt;" in history._repr_html_()
    assert history.plot().axes[0].get_title()


def test_totals_of_nothing_are_no_numbers():
    assert Totals().loss != Totals().loss
    assert Totals().accuracy != Totals().accuracy


def test_losses_that_are_no_numbers_are_never_the_best(history):
    history.rows[1]["validation_loss"] = float("nan")
    assert history.best_epoch == 3
    for row in history.rows:
        row["validation_loss"] = float("inf")
    assert history.best_epoch is None
    assert "Best epoch" not in repr(history)
    assert history._repr_html_().startswith("<figure>")

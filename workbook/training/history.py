"""What happened in a training run, epoch by epoch; it draws itself in a notebook."""

import base64
import io
import math
from html import escape

from workbook.training.evidence import Evidence
from workbook.training.totals import Totals

COLUMNS = (
    "epoch",
    "train_loss",
    "train_accuracy",
    "validation_loss",
    "validation_accuracy",
    "seconds",
)
# Blue and vermilion of Okabe and Ito's palette, told apart by colour-blind readers as well.
TRAIN_LINE = {"color": "#0072B2", "linestyle": "-", "marker": "o", "markersize": 3}
VALIDATION_LINE = {"color": "#D55E00", "linestyle": "--", "marker": "s", "markersize": 3}


class History:
    """The course of one training run.

    Attributes:
        stopped: "finished", "early stopping", "interrupted" or "diverged".
        message: one or two sentences on how the run ended.
        settings: what ``fit`` was called with, as plain numbers and words.
        evidence: what the run doctor reads (see ``workbook.run_doctor``).
        monitor: the column that decides which epoch was best.
    """

    def __init__(self, settings: dict | None = None, monitor: str = "validation_loss"):
        self.rows: list[dict] = []
        self.stopped = "finished"
        self.message = ""
        self.settings = dict(settings or {})
        self.evidence: Evidence | None = None
        self.monitor = monitor

    def add(self, epoch: int, train: Totals, validation: Totals, *, seconds: float) -> None:
        """Append one finished epoch."""
        figures = (train.loss, train.accuracy, validation.loss, validation.accuracy)
        self.rows.append(dict(zip(COLUMNS, (epoch, *figures, seconds), strict=True)))

    def latest(self) -> str:
        """Return the figures of the last epoch in one line, for the progress bar."""
        row = self.rows[-1]
        return (
            f"epoch {row['epoch']}: loss {row['train_loss']:.2f}, right {row['train_accuracy']:.0%}"
            f", of validation {row['validation_accuracy']:.0%}"
        )

    @property
    def table(self):
        """One row per finished epoch, as a pandas DataFrame.

        Losses are means per photo, accuracies are shares from 0 to 1. Those of the training
        photos are collected while the weights change, those of the validation photos at the end
        of the epoch.
        """
        import pandas as pd

        return pd.DataFrame(self.rows, columns=list(COLUMNS))

    @property
    def best_epoch(self) -> int | None:
        """The epoch with the best validation figure, counted from 1; None before the first."""
        rows = [row for row in self.rows if math.isfinite(row[self.monitor])]
        if not rows:
            return None
        choose = max if self.monitor == "validation_accuracy" else min
        return choose(rows, key=lambda row: row[self.monitor])["epoch"]

    def plot(self):
        """Draw loss and accuracy over the epochs; return a matplotlib Figure with two panels."""
        import matplotlib.pyplot as plt

        figure, (losses, accuracies) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
        figure.suptitle("Learning curves")
        self._draw(losses, "loss", title="Loss: lower is better", label="loss per photo")
        self._draw(accuracies, "accuracy", title="Accuracy: higher is better", label="share right")
        accuracies.set_ylim(0, 1.02)
        plt.close(figure)  # else a notebook would draw it a second time
        return figure

    def _draw(self, axes, quantity: str, *, title: str, label: str) -> None:
        epochs = [row["epoch"] for row in self.rows]
        for part, line in (("train", TRAIN_LINE), ("validation", VALIDATION_LINE)):
            axes.plot(epochs, [row[f"{part}_{quantity}"] for row in self.rows], label=part, **line)
        if self.best_epoch is not None:
            axes.axvline(
                self.best_epoch,
                color="0.4",
                linestyle=":",
                label=f"best epoch: {self.best_epoch}",
            )
        axes.set(title=title, xlabel="epoch", ylabel=label)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)

    def describe(self) -> str:
        """Tell the run in words: the text in place of the picture."""
        if not self.rows:
            return f"No epoch was finished. {self.message}".strip()
        last = self.rows[-1]
        words = (
            f"{len(self.rows)} epochs in {sum(row['seconds'] for row in self.rows):.1f} s. "
            f"Training: loss {last['train_loss']:.2f}, accuracy {last['train_accuracy']:.0%}. "
            f"Validation: loss {last['validation_loss']:.2f}, "
            f"accuracy {last['validation_accuracy']:.0%}. "
        )
        if self.best_epoch is not None:
            best = self.rows[self.best_epoch - 1]
            words += (
                f"Best epoch: {best['epoch']}, with validation loss {best['validation_loss']:.2f} "
                f"and accuracy {best['validation_accuracy']:.0%}. "
            )
        return f"{words}{self.message}".strip()

    def __repr__(self) -> str:
        return f"History: {self.describe()}"

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        if not self.rows:
            return {"text/plain": repr(self)}
        buffer = io.BytesIO()
        self.plot().savefig(buffer, format="png", dpi=100)
        picture = base64.b64encode(buffer.getvalue()).decode("ascii")
        text = escape(self.describe(), quote=True)
        html = (
            f'<figure><img alt="Learning curves. {text}" src="data:image/png;base64,{picture}">'
            f"<figcaption>{text}</figcaption></figure>"
        )
        # No bare PNG beside it: notebooks would show that one without its alt text.
        return {"text/plain": repr(self), "text/html": html}

    def _repr_html_(self) -> str:
        bundle = self._repr_mimebundle_()
        return bundle.get("text/html", f"<p>{escape(bundle['text/plain'])}</p>")

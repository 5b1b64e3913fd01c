"""The curve reader: two runs beside each other, epoch by epoch, and what the run doctor says."""

import html
import math
from collections.abc import Mapping

from workbook.run_doctor import examine_run
from workbook.training import History
from workbook.views.controls import Choice, whole_number
from workbook.views.drawing import FAINT, Chart, card, words
from workbook.views.explorer import Explorer
from workbook.views.picture import COLOURS
from workbook.views.thumbnails import note, paragraph

NOBODY = "no other run"
QUANTITIES = {"loss": "loss per photo", "accuracy": "share right"}
WIDTH, HEIGHT = 640, 330
LEGEND = 206  # pixels on the right of the chart
MOST_DIFFERENCES = 8  # rows of the comparison from the log


def explore_curves(histories: Mapping[str, History], log=None) -> Explorer:
    """Return a lab that shows the curves of one or two runs, and reads them aloud.

    ``histories``: the name of each run -> what ``fit`` returned. ``log``: an ExperimentLog; where
    it knows both runs by name, what differs between them is listed. Raises ValueError without a
    run that has finished an epoch.
    """
    runs = {name: history for name, history in histories.items() if history.rows}
    if not runs:
        raise ValueError("There is no run with a finished epoch. Give at least one that has.")
    names = list(runs)
    longest = max(len(history.rows) for history in runs.values())
    controls = {
        "run": Choice("run", names),
        "other": Choice("beside it", [NOBODY, *names], names[1] if len(names) > 1 else NOBODY),
        "shown": Choice("show", list(QUANTITIES)),
        "epoch": whole_number("read epoch", longest, 1, longest),
    }
    return Explorer(_Curves(runs, log), controls)


class _Curves:
    """Draws the curves of the chosen runs, and says what is to be seen in them."""

    def __init__(self, runs: Mapping[str, History], log):
        self.runs = runs
        self.log = log
        self.diagnoses = {name: _diagnosis(history) for name, history in runs.items()}

    def __call__(self, run: str, other: str, shown: str, epoch: int) -> str:
        chosen = [run] if other in (NOBODY, run) else [run, other]
        chart = self._chart(chosen, shown, epoch)
        readings = [f"{name}: {_reading(self.runs[name], epoch)}" for name in chosen]
        doctor = "".join(
            note([f"{name}: {self.diagnoses[name]}"], colour=COLOURS[index])
            for index, name in enumerate(chosen)
        )
        heading = paragraph("<strong>What the run doctor says</strong>")
        return (
            f"{chart}{''.join(paragraph(html.escape(each)) for each in readings)}"
            f"{heading}{doctor}{self._differences(chosen)}"
        )

    def _chart(self, chosen: list[str], shown: str, epoch: int) -> str:
        longest = max(len(self.runs[name].rows) for name in chosen)
        highest = 1.0
        if shown == "loss":
            values = [row[f"{part}_loss"] for name in chosen for row in self.runs[name].rows
                      for part in ("train", "validation")]  # fmt: skip
            highest = _rounded_up(max(filter(math.isfinite, values), default=1.0))
        chart = Chart(WIDTH, HEIGHT, x=(1, max(longest, 2)), y=(0, highest), right=LEGEND)
        every = math.ceil(longest / 12)
        count = 3 if f"{highest:.1e}"[:3] in ("1.5", "3.0", "6.0") else 4  # round numbers
        marks = [highest * part / count for part in range(count + 1)]
        parts = [
            chart.frame(
                f"{shown.capitalize()} of training and validation photos",
                "epoch",
                QUANTITIES[shown],
                range(1, longest + 1, every),
                marks,
            )
        ]
        for index, name in enumerate(chosen):
            parts.append(self._lines(chart, name, shown, epoch, index))
        seen = "; ".join(f"{name}: {_reading(self.runs[name], epoch)}" for name in chosen)
        return card(WIDTH, HEIGHT, parts, f"Learning curves, {shown}, at epoch {epoch}. {seen}")

    def _lines(self, chart: Chart, name: str, shown: str, epoch: int, index: int) -> str:
        history, colour = self.runs[name], COLOURS[index]
        drawn = []
        for part, dashes in (("train", "7 4"), ("validation", "")):
            points = [
                (row["epoch"], row[f"{part}_{shown}"])
                for row in history.rows
                if math.isfinite(row[f"{part}_{shown}"])
            ]
            drawn.append(chart.curve(points, colour, dashes=dashes))
            drawn += [chart.dot(*point, colour, 5) for point in points if point[0] == epoch]
        if history.best_epoch is not None:
            top, bottom = (history.best_epoch, chart.y[1]), (history.best_epoch, chart.y[0])
            drawn.append(chart.curve([top, bottom], colour, dashes="2 4", thickness=1.5))
        down = 56 + 92 * index
        left = WIDTH - LEGEND + 14
        drawn.append(words(left, down, _short(name), colour=colour, bold=True))
        for line, text in enumerate(("- -  training photos", "—  validation photos")):
            drawn.append(words(left, down + 19 + 18 * line, text, size=12))
        best = f"···  best epoch: {history.best_epoch or 'none'}"
        drawn.append(words(left, down + 55, best, size=12, colour=FAINT))
        return "".join(drawn)

    def _differences(self, chosen: list[str]) -> str:
        if self.log is None or len(chosen) < 2:
            return ""
        try:
            table = self.log.compare(*chosen)
        except LookupError:
            return paragraph("The experiment log does not hold both of these runs by name.")
        table = table[~table.index.str.contains("seconds|when")].head(MOST_DIFFERENCES)
        if table.empty:
            return paragraph("The experiment log finds no difference between these runs.")
        title = "<strong>What differs, according to the experiment log</strong>"
        return paragraph(title) + _table(table.map(_plain))


def _reading(history: History, epoch: int) -> str:
    """Read one epoch aloud: both figures, the gap, and how far it is from the best epoch."""
    row = history.rows[min(epoch, len(history.rows)) - 1]
    gap = row["train_accuracy"] - row["validation_accuracy"]
    text = (
        f"epoch {row['epoch']}: {row['train_accuracy']:.0%} of the training photos right, "
        f"{row['validation_accuracy']:.0%} of the validation photos, a gap of {100 * gap:.0f} "
        "points."
    )
    best = history.best_epoch
    if best is None:
        return f"{text} No epoch has a validation loss that is a number."
    if best == row["epoch"]:
        return f"{text} This is its best epoch."
    return f"{text} Its best epoch is {best}."


def _diagnosis(history: History) -> str:
    """Return the surest finding about a run in one or two sentences."""
    try:
        diagnosis = examine_run(history)
    except ValueError as error:  # a history read from elsewhere may have no evidence
        return str(error)
    if not diagnosis.findings:
        return str(diagnosis)
    surest = diagnosis.findings[0]
    return f"{surest.title} ({surest.confidence:.0%} sure). {surest.evidence} {surest.fix}"


def _rounded_up(value: float) -> float:
    """Return the next number that reads well on an axis."""
    size = 10 ** math.floor(math.log10(max(value, 1e-6)))
    return next(step * size for step in (1, 1.5, 2, 3, 4, 6, 8, 10) if step * size >= value)


def _table(table) -> str:
    """Return a table as HTML, its columns in line whatever the page makes of tables."""
    style = 'style="text-align:left;padding:2px 18px 2px 0;line-height:1.4"'
    head = "".join(f'<th scope="col" {style}>{html.escape(name)}</th>' for name in table.columns)
    rows = "".join(
        f'<tr><th scope="row" {style}>{html.escape(name)}</th>'
        + "".join(f"<td {style}>{html.escape(value)}</td>" for value in values)
        + "</tr>"
        for name, *values in table.itertuples()
    )
    return f"<table><tr><td></td>{head}</tr>{rows}</table>"


def _short(name: str) -> str:
    return name if len(name) <= 26 else f"{name[:25]}…"


def _plain(value) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)

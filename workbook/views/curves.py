"""Curves: how something changes from step to step."""

from collections.abc import Mapping, Sequence

from workbook.views.picture import COLOURS, LINE_STYLES, MARKERS, Picture


def plot_lines(
    lines: Mapping[str, Sequence[float] | tuple[Sequence[float], Sequence[float]]],
    *,
    title: str,
    x_label: str,
    y_label: str,
    description: str | None = None,
    log_x: bool = False,
    log_y: bool = False,
) -> Picture:
    """Draw one line per entry: name -> y values, or name -> (x values, y values).

    Lines differ in colour, dash pattern and marker, so that none depends on colour alone.
    Raises ValueError when there is nothing to draw.
    """
    import matplotlib.pyplot as plt

    if not lines:
        raise ValueError("There are no lines to draw. Pass at least one name with its values.")
    figure, axes = plt.subplots(figsize=(7, 3.6), layout="constrained")
    for index, (name, values) in enumerate(lines.items()):
        x, y = values if isinstance(values, tuple) else (range(1, len(values) + 1), values)
        axes.plot(
            list(x),
            list(y),
            label=name,
            color=COLOURS[index % len(COLOURS)],
            linestyle=LINE_STYLES[index % len(LINE_STYLES)],
            marker=MARKERS[index % len(MARKERS)] if len(list(y)) <= 40 else None,
            markersize=4,
        )
    axes.set(title=title, xlabel=x_label, ylabel=y_label)
    if log_x:
        axes.set_xscale("log")
    if log_y:
        axes.set_yscale("log")
    axes.grid(alpha=0.3)
    if len(lines) > 1:
        axes.legend(frameon=False)
    return Picture.of_figure(figure, description or _describe(lines, title, x_label, y_label))


def plot_history(histories, *, title: str = "Learning curves") -> Picture:
    """Draw loss and accuracy of one training run, or of several: name -> History.

    A History is what ``fit`` returns; its table has the columns epoch, train_loss, train_accuracy,
    validation_loss and validation_accuracy.
    """
    import matplotlib.pyplot as plt

    named = histories if isinstance(histories, Mapping) else {"": histories}
    figure, panels = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for index, (name, history) in enumerate(named.items()):
        colour = COLOURS[index % len(COLOURS)]
        for axes, measure in zip(panels, ("loss", "accuracy"), strict=True):
            for part, style in (("train", "--"), ("validation", "-")):
                label = f"{name} {part}".strip()
                values = history.table[f"{part}_{measure}"]
                axes.plot(history.table["epoch"], values, style, color=colour, label=label)
    panels[0].set(title="Loss", xlabel="epoch", ylabel="loss (lower is better)")
    panels[1].set(title="Accuracy", xlabel="epoch", ylabel="share right", ylim=(0, 1.02))
    for axes in panels:
        axes.grid(alpha=0.3)
    panels[1].legend(frameon=False, fontsize="small")
    figure.suptitle(title)
    return Picture.of_figure(figure, _describe_histories(named, title))


def _describe(lines, title: str, x_label: str, y_label: str) -> str:
    ends = []
    for name, values in lines.items():
        y = list(values[1] if isinstance(values, tuple) else values)
        ends.append(f"{name} goes from {y[0]:.3g} to {y[-1]:.3g}")
    return f"Line chart, {title}: {y_label} against {x_label}. " + "; ".join(ends) + "."


def _describe_histories(named, title: str) -> str:
    ends = []
    for name, history in named.items():
        last = history.table.iloc[-1]
        ends.append(
            f"{name or 'the run'} ends at {last['train_accuracy']:.0%} right on training photos "
            f"and {last['validation_accuracy']:.0%} on validation photos"
        )
    return f"Line charts of loss and accuracy by epoch, {title}: " + "; ".join(ends) + "."

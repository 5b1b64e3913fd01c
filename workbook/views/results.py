"""Pictures of results: bars, the confusion matrix, confidence against correctness."""

from collections.abc import Mapping

from workbook.views.picture import COLOURS, Picture


def plot_bars(
    values: Mapping[str, float],
    *,
    title: str,
    x_label: str,
    intervals: Mapping[str, tuple[float, float]] | None = None,
    chance: float | None = None,
    number_format: str = ".2f",
    description: str | None = None,
) -> Picture:
    """Draw one horizontal bar per name, longest names included, with its number at the end.

    ``intervals``: name -> (low, high), drawn as error bars. ``chance``: where a dotted line marks
    what guessing would reach. Raises ValueError when there is nothing to draw.
    """
    import matplotlib.pyplot as plt

    values = dict(values)
    if not values:
        raise ValueError("There are no bars to draw. Pass at least one name with its value.")
    names = list(values)
    figure, axes = plt.subplots(figsize=(7, 0.8 + 0.36 * len(names)), layout="constrained")
    bars = axes.barh(names, list(values.values()), color=COLOURS[0])
    if intervals:
        low = [values[name] - intervals[name][0] for name in names]
        high = [intervals[name][1] - values[name] for name in names]
        axes.errorbar(
            list(values.values()), names, xerr=[low, high], fmt="none", ecolor="black", capsize=3
        )
        axes.bar_label(
            bars,
            [format(values[name], number_format) for name in names],
            label_type="center",
            color="white",
        )
    else:
        axes.bar_label(bars, [format(values[name], number_format) for name in names], padding=3)
        axes.margins(x=0.12)
    if chance is not None:
        axes.axvline(chance, color="black", linestyle=":", label="guessing")
        # Beside the bars: inside, the legend would lie on a bar's number.
        axes.legend(frameon=False, fontsize="small", loc="lower left", bbox_to_anchor=(1, 0))
    axes.invert_yaxis()
    axes.set(title=title, xlabel=x_label)
    axes.spines[["top", "right"]].set_visible(False)
    listed = ", ".join(f"{name} {format(value, number_format)}" for name, value in values.items())
    return Picture.of_figure(figure, description or f"Bar chart, {title} ({x_label}): {listed}.")


def plot_confusion(evaluation, *, title: str = "Confusion matrix") -> Picture:
    """Draw the confusion matrix of an Evaluation: rows are the truth, columns the answers."""
    import matplotlib.pyplot as plt

    table = evaluation.confusion()
    counts, names = table.to_numpy(), [str(name) for name in table.index]
    side = max(3.6, 0.55 * len(names) + 1.6)
    figure, axes = plt.subplots(figsize=(side + 0.6, side), layout="constrained")
    axes.imshow(counts, cmap="Blues", vmin=0)
    darkest = counts.max() or 1
    for row in range(len(names)):
        for column in range(len(names)):
            shade = "white" if counts[row, column] > darkest * 0.55 else "black"
            axes.text(column, row, int(counts[row, column]), ha="center", va="center", color=shade)
    axes.set_xticks(range(len(names)), names, rotation=40, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.set(title=title, xlabel="the model said", ylabel="the photo shows")
    return Picture.of_figure(figure, f"{title}. {_describe_confusion(counts, names)}")


def plot_reliability(evaluation, *, title: str = "Confidence against correctness") -> Picture:
    """Draw how often answers of each confidence are right; on the diagonal both agree."""
    import matplotlib.pyplot as plt

    table = evaluation.calibration()
    table = table[table["count"] > 0]
    figure, axes = plt.subplots(figsize=(4.6, 4.2), layout="constrained")
    axes.plot([0, 1], [0, 1], ":", color="black", label="confidence equals correctness")
    axes.plot(table["confidence"], table["accuracy"], "o-", color=COLOURS[1], label="this model")
    for x, y, count in zip(table["confidence"], table["accuracy"], table["count"], strict=True):
        axes.annotate(
            str(int(count)),
            (x, y),
            textcoords="offset points",
            xytext=(0, -14),
            ha="center",
            fontsize=8,
        )
    axes.set(
        title=title,
        xlabel="mean confidence of the answers",
        ylabel="share of them that are right",
        xlim=(0, 1.02),
        ylim=(-0.05, 1.05),
    )
    axes.legend(frameon=False, fontsize="small")
    pairs = ", ".join(
        f"{x:.0%} sure and {y:.0%} right"
        for x, y in zip(table["confidence"], table["accuracy"], strict=True)
    )
    return Picture.of_figure(figure, f"{title}; small numbers count the photos. By group: {pairs}.")


def _describe_confusion(counts, names: list[str]) -> str:
    right = int(counts.diagonal().sum())
    wrong = counts.copy()
    wrong[range(len(names)), range(len(names))] = 0
    sentence = (
        f"{right} of {int(counts.sum())} photos lie on the diagonal, where the answer is right."
    )
    if wrong.max() > 0:
        row, column = divmod(int(wrong.argmax()), len(names))
        sentence += (
            f" The commonest mistake: {names[row]} taken for {names[column]}, "
            f"{int(wrong.max())} times."
        )
    return sentence

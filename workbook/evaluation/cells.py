"""The photos behind each cell of a confusion matrix."""

from workbook.evaluation.answers import Evaluation


def photos_in_cell(evaluation: Evaluation, shown: int, said: int) -> list[int]:
    """Return the positions of the photos that show one class and were called another.

    The answers that the model was surest of come first. ``shown`` and ``said`` are labels, and the
    same for right answers.
    """
    inside = (evaluation.labels == shown) & (evaluation.predictions == said)
    positions = inside.nonzero().flatten()
    order = evaluation.confidences[positions].argsort(descending=True, stable=True)
    return positions[order].tolist()


def largest_mistakes(evaluation: Evaluation) -> list[tuple[int, int, int]]:
    """Return (shown, said, count) for each kind of mistake that was made, the commonest first."""
    counts = evaluation.confusion().to_numpy()
    mistakes = [
        (shown, said, int(counts[shown, said]))
        for shown in range(len(counts))
        for said in range(len(counts))
        if shown != said and counts[shown, said]
    ]
    return sorted(mistakes, key=lambda mistake: -mistake[2])


def most_mistaken_classes(evaluation: Evaluation, most: int) -> list[int]:
    """Return the labels of all classes, or of the ``most`` with most mistakes, in their order."""
    counts = evaluation.confusion().to_numpy()
    mistakes = counts.sum(axis=0) + counts.sum(axis=1) - 2 * counts.diagonal()
    worst = sorted(range(len(counts)), key=lambda label: -mistakes[label])[:most]
    return sorted(worst)

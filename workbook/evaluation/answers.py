"""The answers of a model on a set of photos, and the figures that follow from them."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import torch

from workbook.evaluation.intervals import Interval, wilson_interval

if TYPE_CHECKING:
    import pandas as pd


class Evaluation:
    """The answers of a model on a set of photos, and what can be computed from them.

    Attributes:
        labels: the true classes, int64 ``(N,)``.
        probabilities: float32 ``(N, classes)``, rows sum to 1.
        predictions: the class with the highest probability, int64 ``(N,)``.
        confidences: that probability, float32 ``(N,)``.
        class_names, paths, groups: as in the photo set.
    """

    def __init__(
        self,
        labels: torch.Tensor,
        probabilities: torch.Tensor,
        class_names: Sequence[str],
        *,
        paths: Sequence = (),
        groups: Sequence = (),
    ):
        self.labels = labels
        self.probabilities = probabilities
        self.class_names = tuple(class_names)
        self.paths = list(paths) or [None] * len(labels)
        self.groups = list(groups) or [""] * len(labels)
        self.confidences, self.predictions = probabilities.max(dim=1)

    @cached_property
    def _right(self) -> torch.Tensor:
        return self.predictions == self.labels

    @property
    def count(self) -> int:
        """How many photos were judged."""
        return len(self.labels)

    @property
    def correct(self) -> int:
        """How many answers were right."""
        return int(self._right.sum())

    @property
    def accuracy(self) -> float:
        """Share of right answers, 0 to 1."""
        return self.correct / self.count

    def interval(self, confidence: float = 0.95) -> Interval:
        """Return the range in which the accuracy on endlessly many such photos is likely to be.

        Wilson's score interval (Wilson 1927), which unlike the simple formula also holds for few
        photos and for accuracies near 0 or 1.
        """
        return wilson_interval(self.correct, self.count, confidence)

    def per_class(self) -> "pd.DataFrame":
        """Return precision, recall, F1 (0 to 1) and the number of photos of each class.

        A class that was never answered has precision 0.
        """
        import pandas as pd
        from sklearn.metrics import precision_recall_fscore_support

        precision, recall, f1, count = precision_recall_fscore_support(
            self.labels, self.predictions, labels=range(len(self.class_names)), zero_division=0
        )
        columns = {"precision": precision, "recall": recall, "f1": f1, "count": count}
        return pd.DataFrame(columns, index=pd.Index(self.class_names, name="class"))

    def confusion(self) -> "pd.DataFrame":
        """Return how often each true class (row) was answered as each class (column)."""
        import pandas as pd
        from sklearn.metrics import confusion_matrix

        counts = confusion_matrix(
            self.labels, self.predictions, labels=range(len(self.class_names))
        )
        return pd.DataFrame(
            counts,
            index=pd.Index(self.class_names, name="true class"),
            columns=pd.Index(self.class_names, name="predicted class"),
        )

    def worst_mistakes(self, n: int = 9) -> "pd.DataFrame":
        """Return the wrong answers that the model was surest of, the surest first.

        Columns: position (in the photo set), path, true, predicted, confidence (in the wrong
        answer) and true_probability (what it gave the right one).
        """
        import pandas as pd

        wrong = (~self._right).nonzero().flatten()
        surest = self.confidences[wrong].argsort(descending=True, stable=True)[:n]
        rows = [
            {
                "position": position,
                "path": self.paths[position],
                "true": self.class_names[self.labels[position]],
                "predicted": self.class_names[self.predictions[position]],
                "confidence": float(self.confidences[position]),
                "true_probability": float(self.probabilities[position, self.labels[position]]),
            }
            for position in wrong[surest].tolist()
        ]
        names = ["position", "path", "true", "predicted", "confidence", "true_probability"]
        return pd.DataFrame(rows, columns=names)

    def calibration(self, bins: int = 10) -> "pd.DataFrame":
        """Compare confidence with accuracy, in ``bins`` equal ranges of confidence.

        Columns: from_confidence, to_confidence, count, confidence (their mean), accuracy.
        Ranges without a photo are left out.
        """
        import pandas as pd

        bin_of = (self.confidences * bins).ceil().long().clamp(1, bins) - 1
        rows = []
        for index in bin_of.unique().tolist():
            inside = bin_of == index
            rows.append(
                {
                    "from_confidence": index / bins,
                    "to_confidence": (index + 1) / bins,
                    "count": int(inside.sum()),
                    "confidence": float(self.confidences[inside].double().mean()),
                    "accuracy": float(self._right[inside].double().mean()),
                }
            )
        return pd.DataFrame(rows)

    @property
    def calibration_error(self) -> float:
        """Mean distance of confidence and accuracy over ten ranges, weighted by their photos.

        The expected calibration error of Naeini, Cooper and Hauskrecht (2015): 0 is perfect.
        """
        table = self.calibration(bins=10)
        distances = (table["confidence"] - table["accuracy"]).abs()
        return float((distances * table["count"]).sum() / self.count)

    def by_group(self, values: Sequence | Mapping) -> "pd.DataFrame":
        """Return the accuracy of each group of photos, such as dark and bright ones.

        ``values`` names the group of each photo: a sequence in the order of the photos, or a
        mapping from file name or path. Columns: group, count, accuracy, and low and high of
        its 95 % Wilson interval. Raises ValueError when a photo has no group.
        """
        import pandas as pd

        groups = pd.Series(self._group_values(values))
        right = pd.Series(self._right.tolist())
        rows = []
        for group, members in right.groupby(groups, sort=True):
            low, high = wilson_interval(int(members.sum()), len(members))
            rows.append(
                {
                    "group": group,
                    "count": len(members),
                    "accuracy": members.mean(),
                    "low": low,
                    "high": high,
                }
            )
        return pd.DataFrame(rows, columns=["group", "count", "accuracy", "low", "high"])

    def _group_values(self, values: Sequence | Mapping) -> list:
        if isinstance(values, Mapping):
            found = [values.get(path, values.get(str(path))) for path in self.paths]
            if None in found:
                missing = self.paths[found.index(None)]
                raise ValueError(f"There is no group for {missing}. Name one for every photo.")
            return found
        found = list(values)
        if len(found) != self.count:
            raise ValueError(
                f"There are {len(found)} group names for {self.count} photos. "
                "Give one for every photo, in the order of the photo set."
            )
        return found

    def thresholds(self, steps: int = 20) -> "pd.DataFrame":
        """Return what becomes of the accuracy when unsure answers are withheld.

        Columns: threshold (answers with less confidence become "not sure"), answered (share of
        the photos that still get an answer), accuracy (of these answers; not a number when there
        is none).
        """
        import pandas as pd

        rows = []
        for threshold in [step / steps for step in range(steps)]:
            answered = self.confidences >= threshold
            right = self._right[answered].double()
            rows.append(
                {
                    "threshold": threshold,
                    "answered": float(answered.double().mean()),
                    "accuracy": float(right.mean()) if len(right) else float("nan"),
                }
            )
        return pd.DataFrame(rows)

    def summary(self) -> dict:
        """Return the main figures as plain numbers and words, ready for JSON."""
        low, high = self.interval()
        return {
            "count": self.count,
            "correct": self.correct,
            "accuracy": self.accuracy,
            "accuracy_low": low,
            "accuracy_high": high,
            "calibration_error": self.calibration_error,
            "per_class": {
                name: {
                    "precision": float(row["precision"]),
                    "recall": float(row["recall"]),
                    "f1": float(row["f1"]),
                    "count": int(row["count"]),
                }
                for name, row in self.per_class().iterrows()
            },
        }

    def __repr__(self) -> str:
        low, high = self.interval()
        return (
            f"{self.correct} of {self.count} photos right: accuracy {self.accuracy:.1%} "
            f"(95 % interval {low:.1%} to {high:.1%})"
        )

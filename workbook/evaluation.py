"""Judge a model on photos: how often it is right, where it errs, and how sure that is."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import torch

from workbook.device import pick_device
from workbook.training.before_training import explain_wrong_size

if TYPE_CHECKING:
    import pandas as pd


class Interval(NamedTuple):
    """A range, from ``low`` to ``high``, that is likely to contain the true value."""

    low: float
    high: float


@torch.no_grad()
def predict_probabilities(model, photos, *, batch_size: int = 256, device=None) -> torch.Tensor:
    """Return the model's probabilities for every photo, in the order of the set.

    Returns float32 ``(N, classes)`` on the CPU; each row sums to 1. The model is put in
    evaluation mode for the purpose and back afterwards.
    """
    probabilities, _ = _probabilities_and_labels(model, photos, batch_size, device)
    return probabilities


def evaluate(model, photos, *, batch_size: int = 256, device=None) -> "Evaluation":
    """Ask the model about every photo of a set and compare with the labels.

    Raises ValueError when the set is empty, or the model's scores do not fit its classes.
    """
    if len(photos) == 0:
        raise ValueError("There are no photos to evaluate on. Look at where the set comes from.")
    probabilities, labels = _probabilities_and_labels(model, photos, batch_size, device)
    if probabilities.shape[1] != len(photos.class_names):
        raise ValueError(
            f"The model gives {probabilities.shape[1]} scores for each photo, but the photos have "
            f"{len(photos.class_names)} classes ({', '.join(photos.class_names)}). "
            "Use the photos that the model was trained for."
        )
    return Evaluation(
        labels, probabilities, photos.class_names, paths=photos.paths, groups=photos.groups
    )


@torch.no_grad()
def _probabilities_and_labels(model, photos, batch_size, device):
    # Labels come from the same pass as the answers: two passes could differ in their order.
    device = pick_device(device)
    model.to(device)
    was_training = model.training
    model.eval()
    probabilities, labels = [], []
    try:
        for images, true_labels in photos.batches(batch_size, device=device):
            probabilities.append(model(images).float().softmax(dim=1).cpu())
            labels.append(true_labels.cpu())
    except RuntimeError as error:
        raise ValueError(explain_wrong_size(images, error)) from error
    finally:
        model.train(was_training)
    return torch.cat(probabilities), torch.cat(labels)


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


def wilson_interval(correct: int, count: int, confidence: float = 0.95) -> Interval:
    """Return Wilson's score interval for a share of ``correct`` in ``count`` (Wilson 1927)."""
    from scipy.stats import binomtest

    interval = binomtest(correct, count).proportion_ci(confidence, method="wilson")
    return Interval(float(interval.low), float(interval.high))


class Difference(NamedTuple):
    """How much better ``a`` is than ``b`` on average, with its interval; prints as a sentence."""

    mean: float
    low: float
    high: float
    real: bool

    def __str__(self) -> str:
        verdict = "larger than the noise" if self.real else "not distinguishable from noise"
        return (
            f"a difference of {self.mean:+.3f} (95 % interval {self.low:+.3f} to "
            f"{self.high:+.3f}), {verdict}"
        )


def is_difference_real(
    scores_a: Sequence[float], scores_b: Sequence[float], *, confidence: float = 0.95
) -> Difference:
    """Compare the scores of two ways of training, each repeated with several seeds.

    Returns the difference of the means (a minus b) with Welch's interval (Welch 1947), and
    ``real``: whether the interval leaves out zero. Raises ValueError with fewer than two scores a
    side, because a single run says nothing about the noise.
    """
    from scipy.stats import ttest_ind

    scores_a, scores_b = list(scores_a), list(scores_b)
    if len(scores_a) < 2 or len(scores_b) < 2:
        raise ValueError(
            f"There are {len(scores_a)} and {len(scores_b)} scores, and at least two of each are "
            "needed to see the noise. Train with further seeds."
        )
    mean = sum(scores_a) / len(scores_a) - sum(scores_b) / len(scores_b)
    if len({*scores_a}) == len({*scores_b}) == 1:  # no noise at all: any difference is real
        return Difference(mean, mean, mean, mean != 0)
    result = ttest_ind(scores_a, scores_b, equal_var=False)
    low, high = result.confidence_interval(confidence)
    return Difference(mean, float(low), float(high), bool(low > 0 or high < 0))

"""The few numbers about a run that the checks reason from."""

import math
from dataclasses import dataclass
from functools import cached_property

from workbook.run_doctor.labels import LabelSignal, label_signal
from workbook.training import Evidence, History, measure

LAST_PART = 8  # "at the end" means the last eighth of the steps, "at the start" the first
SMOOTHING = 5  # steps


@dataclass
class Facts:
    """A run in numbers. ``train`` and ``validation`` are photo sets, or None when not given."""

    evidence: Evidence
    history: History | None = None
    model: object = None
    train: object = None
    validation: object = None

    @cached_property
    def classes(self) -> int:
        """How many classes there are; as far as the labels tell, when no photo set is given."""
        for photos in (self.train, self.validation):
            if photos is not None:
                return len(photos.class_names)
        return self.evidence.largest_label + 1

    @property
    def guessing_loss(self) -> float:
        """The loss of a model that finds all classes equally likely: log(classes), in nats."""
        return math.log(max(self.classes, 2))

    @property
    def label_shares(self) -> list[float]:
        """Share of each class among the training labels."""
        counts = self.evidence.label_counts
        return [] if counts is None else (counts / counts.sum()).tolist()

    @property
    def chance(self) -> float:
        """Accuracy on the training photos of always answering the most frequent class."""
        return max(self.label_shares, default=1 / max(self.classes, 2))

    @property
    def _part(self) -> int:
        return max(1, len(self.evidence.losses) // LAST_PART)

    @property
    def loss_is_a_number(self) -> bool:
        """Whether every training loss was a number, and not infinite."""
        return all(math.isfinite(loss) for loss in self.evidence.losses)

    @property
    def first_loss(self) -> float:
        """Training loss before the first step."""
        return self.evidence.losses[0]

    @property
    def last_loss(self) -> float:
        """Mean training loss at the end."""
        return _mean(self.evidence.losses[-self._part :])

    @cached_property
    def peak_loss(self) -> float:
        """The highest training loss, smoothed over a few steps."""
        losses = self.evidence.losses
        windows = range(max(1, len(losses) - SMOOTHING + 1))
        return max(_mean(losses[start : start + SMOOTHING]) for start in windows)

    @property
    def train_accuracy(self) -> float:
        """Accuracy on the training photos at the end, while training."""
        return _mean(self.evidence.accuracies[-self._part :])

    @property
    def learned(self) -> float:
        """How far the training accuracy has come from chance (0) to perfect (1)."""
        return (self.train_accuracy - self.chance) / max(1 - self.chance, 1e-9)

    @cached_property
    def validation_curve(self) -> list[tuple[float, float, int]]:
        """(loss, accuracy, photos) of each validation pass, in order."""
        passes: dict[int, list] = {}
        for step, loss, correct, count in self.evidence.validation:
            sums = passes.setdefault(step, [0.0, 0, 0])
            sums[0] += loss * count
            sums[1] += correct
            sums[2] += count
        curve = [(loss / count, correct / count, count) for loss, correct, count in passes.values()]
        if not curve and self.model is not None and self.validation is not None:
            device = next(self.model.parameters()).device
            totals = measure(self.model, self.validation, device=device)
            curve = [(totals.loss, totals.accuracy, totals.count)]
        return curve

    @property
    def validation_accuracy(self) -> float | None:
        """Accuracy of the last validation pass, or None."""
        return self.validation_curve[-1][1] if self.validation_curve else None

    @property
    def validation_above_guessing(self) -> bool:
        """Whether the best validation accuracy is too good for mere guessing."""
        if not self.validation_curve:
            return False
        _, best, count = max(self.validation_curve, key=lambda row: row[1])
        guess = 1 / max(self.classes, 2)
        return best > guess + 3 * math.sqrt(guess * (1 - guess) / count)

    @property
    def weights_moved(self) -> float:
        """The largest change among the layers, in multiples of their starting weights."""
        moved = [layer.moved for layer in self.evidence.layers if len(layer.shape) > 1]
        return max(moved, default=0.0)

    @property
    def favourite_answer(self) -> tuple[int, float]:
        """The most frequent answer at the end, and its share; of validation photos if there are."""
        counts = self.evidence.validation_predictions
        if counts is None:
            counts = self.evidence.predictions[-self._part :].sum(dim=0)
        return int(counts.argmax()), float(counts.max() / counts.sum())

    @property
    def learning_rate(self) -> float:
        """The largest learning rate that was used."""
        return max(self.evidence.learning_rates, default=float("nan"))

    @property
    def best_weights_restored(self) -> bool:
        """Whether early stopping has brought back the weights of the best epoch."""
        return bool(self.history is not None and self.history.settings.get("early_stopping"))

    @cached_property
    def label_signal(self) -> LabelSignal | None:
        """How well a simple model tells the labels from thumbnails; None with too few photos."""
        return label_signal(self.evidence, self.train)

    def class_name(self, index: int) -> str:
        """The name of a class, or its number when no names are known."""
        for photos in (self.train, self.validation):
            if photos is not None and index < len(photos.class_names):
                return f'"{photos.class_names[index]}"'
        return f"class number {index}"


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else float("nan")

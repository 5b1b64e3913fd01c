"""Loss and accuracy of a whole set of photos, from sums, never from averages of batches.

Averaging the accuracies of batches is wrong as soon as the last batch is smaller than the others:
its photos would count for more.
"""

import torch
from torch.nn.functional import cross_entropy


class Totals:
    """Sums over the batches seen so far; ``loss`` and ``accuracy`` are exact for all of them."""

    def __init__(self):
        self.count = 0
        self._loss_sum = 0.0
        self._correct = 0

    def add(self, loss: torch.Tensor, scores: torch.Tensor, labels: torch.Tensor) -> None:
        """Add one batch: its mean loss, its scores ``(N, classes)`` and its labels ``(N,)``."""
        # The sums stay on the device: asking a graphics card for a number makes it wait.
        self.count += len(labels)
        self._loss_sum = self._loss_sum + loss.detach() * len(labels)
        self._correct = self._correct + (scores.argmax(dim=1) == labels).sum()

    def sums(self) -> tuple[float, float, float]:
        """Return the number of photos, the sum of their losses, and how many were right."""
        return float(self.count), float(self._loss_sum), float(self._correct)

    @classmethod
    def from_sums(cls, count: float, loss_sum: float, correct: float) -> "Totals":
        """Make totals of what ``sums`` returned."""
        totals = cls()
        totals.count, totals._loss_sum, totals._correct = int(count), loss_sum, correct
        return totals

    @property
    def loss(self) -> float:
        """Mean loss per photo; not a number before the first batch."""
        return float(self._loss_sum) / self.count if self.count else float("nan")

    @property
    def accuracy(self) -> float:
        """Share of photos whose highest score is the right class, 0 to 1."""
        return float(self._correct) / self.count if self.count else float("nan")


@torch.no_grad()
def measure(model, photos, *, batch_size: int = 256, device=None) -> Totals:
    """Return the totals of the model over a photo set, without changing the model.

    The model is put in evaluation mode for the purpose and back afterwards.
    """
    was_training = model.training
    model.eval()
    totals = Totals()
    try:
        for images, labels in photos.batches(batch_size, device=device):
            scores = model(images)
            totals.add(cross_entropy(scores, labels), scores, labels)
    finally:
        model.train(was_training)
    return totals

"""Whether the labels have anything to do with the photos."""

import math
from typing import NamedTuple

import torch
from torch.nn.functional import adaptive_avg_pool2d

from workbook.training import Evidence
from workbook.training.watch import MOST_THUMBNAILS, THUMBNAIL

FEWEST_PHOTOS = 60
FOLDS = 5
RIDGE = 300.0  # strength of the pull towards zero: thumbnails have more numbers than photos


class LabelSignal(NamedTuple):
    """Accuracy of a simple model on photos it was not fitted to, against guessing.

    ``deviations`` is the distance between the two in standard deviations of guessing: below 3 is
    what shuffled labels look like, and ordinary photos are far above.
    """

    accuracy: float
    guessing: float
    photos: int
    deviations: float


def label_signal(evidence: Evidence, train=None) -> LabelSignal | None:
    """Predict labels from thumbnails with ridge regression, cross-validated.

    A model so simple cannot learn labels by heart, so on photos that it was not fitted to it is
    only better than guessing when photos and labels belong together. Uses ``train`` where it is
    given, else the thumbnails that ``watch`` kept. None with fewer than 60 photos, or classes too
    small to be divided.
    """
    from sklearn.linear_model import RidgeClassifier
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    thumbnails, labels = _thumbnails(evidence, train)
    if thumbnails is None or len(labels) < FEWEST_PHOTOS or not thumbnails.isfinite().all():
        return None
    counts = torch.bincount(labels)
    kept = counts[labels] >= FOLDS
    if len(counts[counts >= FOLDS]) < 2:
        return None
    simple = make_pipeline(StandardScaler(), RidgeClassifier(RIDGE, class_weight="balanced"))
    # Balanced accuracy: each class counts the same, so guessing is 1 / classes.
    accuracy = cross_val_score(
        simple,
        thumbnails[kept].flatten(1).numpy(),
        labels[kept].numpy(),
        cv=StratifiedKFold(FOLDS, shuffle=True, random_state=0),
        scoring="balanced_accuracy",
    ).mean()
    photos = int(kept.sum())
    guessing = 1 / int((counts >= FOLDS).sum())
    spread = math.sqrt(guessing * (1 - guessing) / photos)
    return LabelSignal(float(accuracy), guessing, photos, float(accuracy - guessing) / spread)


def _thumbnails(evidence: Evidence, train) -> tuple[torch.Tensor | None, torch.Tensor | None]:
    if train is None:
        return evidence.thumbnails, evidence.thumbnail_labels
    thumbnails, labels = [], []
    for images, batch_labels in train.batches(256, shuffle=True):
        thumbnails.append(adaptive_avg_pool2d(images, THUMBNAIL))
        labels.append(batch_labels)
        if sum(len(part) for part in labels) >= MOST_THUMBNAILS:
            break
    return torch.cat(thumbnails)[:MOST_THUMBNAILS], torch.cat(labels)[:MOST_THUMBNAILS]

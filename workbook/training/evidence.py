"""What a training run leaves for the run doctor to read."""

from dataclasses import dataclass, field

import torch


@dataclass
class Layer:
    """What happened to one tensor of weights.

    ``size`` is the root mean square of its numbers at the start, ``moved`` the root mean square
    of their change divided by ``size`` (0: nothing happened; 1: as large as the weights).
    ``looks_random`` says that the numbers at the start looked like fresh random ones.
    """

    name: str
    shape: tuple[int, ...]
    trainable: bool
    in_optimizer: bool
    size: float
    moved: float
    looks_random: bool


@dataclass
class Evidence:
    """What ``watch`` saw. A field "per step" has one entry for each training batch.

    Attributes:
        losses, accuracies: per step, loss and share of right answers of the batch.
        batch_sizes, learning_rates: per step, photos in the batch and the learning rate.
        predictions: per step and class, how many photos of the batch got their highest score
            there; int64 ``(steps, outputs)``.
        label_counts: how many training labels had each class number; int64 ``(classes,)``.
        validation: one (steps before it, mean loss, right answers, photos) for each batch whose
            loss was taken but not trained on.
        validation_predictions: how often each class was answered in the latest of those batches
            that belong together; int64 ``(outputs,)``.
        inputs: (lowest, highest, mean, deviation) of the model's input in the steps looked at.
        outputs: how many scores the model gives for a photo.
        largest_label: the largest class number among all labels.
        probability_scores: per step looked at, whether all scores were from 0 to 1 and summed to
            1 before the loss was taken.
        leftovers: per step looked at, the part of the gradient (0 to 1) that did not come from
            the photos since the step before.
        erased_gradients: steps that found no gradient although ``backward`` had run.
        backwards, steps: how often ``backward`` and ``optimizer.step`` ran.
        judged_in_training_mode, judged_in_evaluation_mode: forward passes without ``backward``,
            by the mode the model was in.
        trained_in_evaluation_mode: forward passes with ``backward``, in evaluation mode.
        has_mode_layers: whether the model has dropout or batch normalisation, which behave
            differently in the two modes.
        thumbnails, thumbnail_labels: the first training photos, float32 ``(n, 3, 8, 8)``, with
            their labels ``(n,)``.
        layers: one ``Layer`` for each tensor of weights.
    """

    losses: list = field(default_factory=list)
    accuracies: list = field(default_factory=list)
    batch_sizes: list = field(default_factory=list)
    learning_rates: list = field(default_factory=list)
    predictions: torch.Tensor | None = None
    label_counts: torch.Tensor | None = None
    validation: list = field(default_factory=list)
    validation_predictions: torch.Tensor | None = None
    inputs: list = field(default_factory=list)
    outputs: int | None = None
    largest_label: int = -1
    probability_scores: list = field(default_factory=list)
    leftovers: list = field(default_factory=list)
    erased_gradients: int = 0
    backwards: int = 0
    steps: int = 0
    judged_in_training_mode: int = 0
    judged_in_evaluation_mode: int = 0
    trained_in_evaluation_mode: int = 0
    has_mode_layers: bool = False
    thumbnails: torch.Tensor | None = None
    thumbnail_labels: torch.Tensor | None = None
    layers: list[Layer] = field(default_factory=list)

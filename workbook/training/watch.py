"""Listen to a training run from outside and write down what the run doctor needs."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn
from torch.nn.functional import adaptive_avg_pool2d, cross_entropy
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.dropout import _DropoutNd
from torch.overrides import TorchFunctionMode

from workbook.training.evidence import Evidence, Layer

ALWAYS_LOOK = 20  # The first steps are looked at closely,
LOOK_EVERY = 25  # and then one in so many: that keeps the cost of watching small.
THUMBNAIL = 8  # width and height in pixels
MOST_THUMBNAILS = 1000
SAMPLED_WEIGHTS = 4096  # of each layer: enough to see whether training moves it


@contextmanager
def watch(model: nn.Module, optimizer: torch.optim.Optimizer) -> Iterator[Evidence]:
    """Record the training that happens inside the ``with`` block::

        with watch(model, optimizer) as evidence:
            for images, labels in photos.batches(32, shuffle=True):
                optimizer.zero_grad()
                loss = cross_entropy(model(images), labels)
                loss.backward()
                optimizer.step()
        examine_run(evidence)

    It hears the forward passes of ``model``, every ``cross_entropy`` (also through
    ``nn.CrossEntropyLoss``), the gradients and the steps of ``optimizer``, and changes none of
    them. The evidence is complete when the block has ended, also when it ended in an error.
    """
    recorder = _Recorder(model, optimizer)
    hooks = recorder.listen()
    try:
        with _LossListener(recorder):
            yield recorder.evidence
    finally:
        for hook in hooks:
            hook.remove()
        recorder.finish()


class _LossListener(TorchFunctionMode):
    """See the scores and labels of each ``cross_entropy``, wherever it is called."""

    def __init__(self, recorder: "_Recorder"):
        super().__init__()
        self._recorder = recorder

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if function is not cross_entropy:
            return function(*args, **kwargs)
        scores = args[0] if args else kwargs["input"]
        labels = args[1] if len(args) > 1 else kwargs["target"]
        self._recorder.before_loss(scores, labels)
        loss = function(*args, **kwargs)
        self._recorder.after_loss(scores, labels, loss)
        return loss


class _Batch:
    """One forward pass, not yet known to be for training: ``backward`` will tell."""

    def __init__(self, images, training_mode: bool):
        self.images = images
        self.training_mode = training_mode
        self.loss = None
        self.labels = None
        self.predicted = None
        self.correct = None
        self.are_probabilities = None


class _Recorder:
    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer):
        self.evidence = Evidence(has_mode_layers=_has_mode_layers(model))
        self._model = model
        self._optimizer = optimizer
        self._start = [_sample(weights) for weights in model.parameters()]
        self._batch: _Batch | None = None
        self._fresh = None  # gradient of the watched weights since the last step
        self._backwards_since_step = 0
        self._predictions, self._thumbnails, self._thumbnail_labels = [], [], []
        self._validation_predictions = []
        trainable = [weights for weights in model.parameters() if weights.requires_grad]
        # The last weights belong to the output layer and get a gradient from every photo.
        self._watched = trainable[-1] if trainable else None

    def listen(self) -> list:
        hooks = [
            self._model.register_forward_pre_hook(self._before_forward),
            self._model.register_forward_hook(self._after_forward),
            self._optimizer.register_step_pre_hook(self._before_step),
        ]
        if self._watched is not None:
            hooks.append(self._watched.register_hook(self._on_gradient))
        return hooks

    @property
    def _looking(self) -> bool:
        steps = self.evidence.steps
        return steps < ALWAYS_LOOK or steps % LOOK_EVERY == 0

    def _before_forward(self, model, inputs) -> None:
        self._close_batch()
        images = inputs[0].detach() if inputs and isinstance(inputs[0], torch.Tensor) else None
        self._batch = _Batch(images, model.training)

    def _after_forward(self, model, inputs, scores) -> None:
        if isinstance(scores, torch.Tensor) and scores.ndim == 2:
            self.evidence.outputs = scores.shape[1]

    def before_loss(self, scores, labels) -> None:
        # Noted before the loss is taken, because a label that is too large makes it fail.
        if not labels.is_floating_point() and len(labels):
            self.evidence.largest_label = max(self.evidence.largest_label, int(labels.max()))

    def after_loss(self, scores, labels, loss) -> None:
        if self._batch is None or labels.is_floating_point() or scores.ndim != 2 or loss.ndim:
            return
        if self._looking:
            values = scores.detach().float()
            sums_to_one = (values.sum(dim=1) - 1).abs().max() < 1e-2
            self._batch.are_probabilities = (values.min() >= 0) & sums_to_one
        answers = scores.detach().argmax(dim=1)
        self._batch.loss = loss.detach()
        self._batch.labels = labels
        self._batch.predicted = torch.bincount(answers, minlength=scores.shape[1])
        self._batch.correct = (answers == labels).sum()

    def _on_gradient(self, gradient) -> None:
        self.evidence.backwards += 1
        self._backwards_since_step += 1
        if self._looking:
            fresh = gradient.detach().clone()
            self._fresh = fresh if self._fresh is None else self._fresh + fresh
        self._close_batch(trained=True)

    def _close_batch(self, *, trained: bool = False) -> None:
        """File the last forward pass under training or under judging."""
        batch, self._batch = self._batch, None
        if batch is None:
            return
        evidence = self.evidence
        if trained:
            evidence.trained_in_evaluation_mode += not batch.training_mode
            self._note_images(batch)
        else:
            evidence.judged_in_training_mode += batch.training_mode
            evidence.judged_in_evaluation_mode += not batch.training_mode
        if batch.loss is None:
            return
        count = len(batch.labels)
        if trained:
            evidence.losses.append(batch.loss)
            evidence.accuracies.append(batch.correct / count)
            evidence.batch_sizes.append(count)
            self._predictions.append(batch.predicted)
            self._count_labels(batch.labels)
            if batch.are_probabilities is not None:
                evidence.probability_scores.append(batch.are_probabilities)
        else:
            evidence.validation.append((evidence.steps, batch.loss, batch.correct, count))
            self._validation_predictions.append((evidence.steps, batch.predicted))

    def _note_images(self, batch: _Batch) -> None:
        images = batch.images
        if images is None or images.ndim != 4 or not images.is_floating_point():
            return
        if self._looking:
            deviation, mean = torch.std_mean(images)
            self.evidence.inputs.append((images.min(), images.max(), mean, deviation))
        if batch.labels is not None and len(batch.labels) == len(images):
            self._note_thumbnails(images, batch.labels)

    def _note_thumbnails(self, images, labels) -> None:
        # Only up to the first judging, which ends the first epoch: a photo that comes twice
        # would make its own label look predictable.
        wanted = MOST_THUMBNAILS - sum(len(part) for part in self._thumbnails)
        if wanted > 0 and not self.evidence.validation:
            small = adaptive_avg_pool2d(images[:wanted].float(), THUMBNAIL)
            self._thumbnails.append(small.cpu())
            self._thumbnail_labels.append(labels[:wanted].cpu())

    def _count_labels(self, labels) -> None:
        counts = torch.bincount(labels).cpu()
        known = self.evidence.label_counts
        if known is None:
            known = counts.new_zeros(0)
        total = counts.new_zeros(max(len(known), len(counts)))
        total[: len(known)] += known
        total[: len(counts)] += counts
        self.evidence.label_counts = total

    def _before_step(self, optimizer, args, kwargs) -> None:
        evidence = self.evidence
        if self._backwards_since_step:
            gradient = self._watched.grad
            if gradient is None or not gradient.any():
                evidence.erased_gradients += 1
            elif self._fresh is not None:
                evidence.leftovers.append(_part_not_from(gradient, self._fresh))
        evidence.learning_rates.append(optimizer.param_groups[0]["lr"])
        evidence.steps += 1
        self._fresh = None
        self._backwards_since_step = 0

    def finish(self) -> None:
        """Close the last batch and turn tensors into plain numbers."""
        self._close_batch()
        evidence = self.evidence
        evidence.losses = [float(loss) for loss in evidence.losses]
        evidence.accuracies = [float(accuracy) for accuracy in evidence.accuracies]
        evidence.learning_rates = [float(rate) for rate in evidence.learning_rates]
        evidence.leftovers = [float(part) for part in evidence.leftovers]
        evidence.probability_scores = [bool(found) for found in evidence.probability_scores]
        evidence.inputs = [tuple(float(value) for value in row) for row in evidence.inputs]
        evidence.validation = [
            (step, float(loss), int(correct), count)
            for step, loss, correct, count in evidence.validation
        ]
        if self._predictions:
            evidence.predictions = torch.stack(self._predictions).cpu()
        if self._validation_predictions:
            latest = self._validation_predictions[-1][0]
            parts = [counts for step, counts in self._validation_predictions if step == latest]
            evidence.validation_predictions = torch.stack(parts).sum(dim=0).cpu()
        if self._thumbnails:
            evidence.thumbnails = torch.cat(self._thumbnails)
            evidence.thumbnail_labels = torch.cat(self._thumbnail_labels)
        evidence.layers = self._describe_layers()

    def _describe_layers(self) -> list[Layer]:
        optimized = {id(w) for group in self._optimizer.param_groups for w in group["params"]}
        layers = []
        for (name, weights), start in zip(self._model.named_parameters(), self._start, strict=True):
            size = float(start.square().mean().sqrt())
            change = float((_sample(weights) - start).square().mean().sqrt())
            layers.append(
                Layer(
                    name=name,
                    shape=tuple(weights.shape),
                    trainable=weights.requires_grad,
                    in_optimizer=id(weights) in optimized,
                    size=size,
                    moved=change / size if size else float(change > 0),
                    looks_random=_looks_random(start, weights.shape),
                )
            )
        return layers


def _sample(weights: torch.Tensor) -> torch.Tensor:
    return weights.detach().flatten()[:SAMPLED_WEIGHTS].float().clone()


def _part_not_from(gradient: torch.Tensor, fresh: torch.Tensor) -> torch.Tensor:
    """Part of ``gradient`` (0 to 1) that ``fresh`` does not account for.

    Clipping makes numbers smaller, so everything between 0 and the fresh gradient is accounted for.
    """
    zero = torch.zeros_like(fresh)
    accounted = gradient.clamp(torch.minimum(fresh, zero), torch.maximum(fresh, zero))
    return (gradient - accounted).norm() / gradient.norm()


def _looks_random(start: torch.Tensor, shape: torch.Size) -> bool:
    """Whether the numbers look like PyTorch's starting values for linear and convolution layers.

    Those are uniform between -b and b, with b = 1 / sqrt(inputs of one output number)
    (``torch.nn.init.kaiming_uniform_`` with a = sqrt(5)).
    """
    if len(shape) < 2 or len(start) < 64:
        return False
    bound = 1 / math.sqrt(math.prod(shape[1:]))
    largest, deviation = float(start.abs().max()), float(start.std())
    fills_the_range = 0.9 * bound < largest <= 1.001 * bound
    return fills_the_range and abs(deviation * math.sqrt(3) / bound - 1) < 0.1


def _has_mode_layers(model: nn.Module) -> bool:
    return any(
        isinstance(layer, _BatchNorm) or (isinstance(layer, _DropoutNd) and layer.p > 0)
        for layer in model.modules()
    )

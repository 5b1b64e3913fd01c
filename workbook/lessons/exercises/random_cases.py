"""What the cases of exercises are drawn with: seeded chance, and networks with random weights."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import nn

from workbook.lessons.exercises.exercise import Layers


def generator_of(seed: int) -> torch.Generator:
    """Return torch's chance for this seed."""
    return torch.Generator().manual_seed(seed)


def whole(generator: torch.Generator, low: int, high: int) -> int:
    """Draw a whole number from low to high, both included."""
    return int(torch.randint(low, high + 1, (1,), generator=generator))


def labels_and_answers(
    chance: random.Random, classes: int, count: int, *, right: float = 0.6, used: int | None = None
) -> tuple[list[int], list[int]]:
    """Draw labels and answers (class numbers), of which about the share ``right`` agrees.

    The classes from ``used`` on get no photo and no answer.
    """
    used = used or classes
    truth = [chance.randrange(used) for _ in range(count)]
    return truth, [one if chance.random() < right else chance.randrange(used) for one in truth]


def random_network(
    layers: Sequence[tuple[str, Mapping[str, Any]]], generator: torch.Generator
) -> Layers:
    """Return a stand-in for an ``nn.Sequential`` whose numbers are all drawn from ``generator``.

    layers: names and arguments of torch.nn layers, in order.

    The running averages of batch normalisation are drawn as well, so that a network in evaluation
    mode answers differently from one in training mode.
    """
    network = nn.Sequential(*(getattr(nn, kind)(**arguments) for kind, arguments in layers))
    weights = {
        name: _drawn_like(name, values, generator) for name, values in network.state_dict().items()
    }
    return Layers(layers=tuple(layers), weights=weights, training=True)


def _drawn_like(name: str, values: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    if not values.is_floating_point():  # the count of batches seen
        return values.clone()
    if name.endswith("running_var"):
        return torch.rand(values.shape, generator=generator) + 0.5
    inputs = values[0].numel() if values.dim() > 1 else 4
    return torch.randn(values.shape, generator=generator) / inputs**0.5

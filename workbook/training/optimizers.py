"""Create what changes the weights, and the plan for its learning rate."""

from collections.abc import Callable

import torch
from torch import nn

MOMENTUM = 0.9


def create_optimizer(
    choice: str | Callable, model: nn.Module, learning_rate: float, weight_decay: float
) -> torch.optim.Optimizer:
    """Return the optimizer for the weights of ``model`` that are not frozen.

    ``fused`` does a whole step in one go instead of layer by layer, with the same result.
    """
    weights = [part for part in model.parameters() if part.requires_grad]
    if callable(choice):
        return choice(weights)
    if choice == "adam":
        return torch.optim.AdamW(weights, lr=learning_rate, weight_decay=weight_decay, fused=True)
    if choice == "sgd":
        return torch.optim.SGD(
            weights, lr=learning_rate, momentum=MOMENTUM, weight_decay=weight_decay, fused=True
        )
    raise ValueError(
        f'There is no optimizer called {choice!r} here. Use "adam" or "sgd", or pass a function '
        "such as lambda weights: torch.optim.RMSprop(weights)."
    )


def create_schedule(
    choice: str | None, optimizer: torch.optim.Optimizer, learning_rate: float, steps: int
):
    """Return the schedule, to be stepped after every batch, or None for a constant rate."""
    if choice is None:
        return None
    if choice == "onecycle":
        return torch.optim.lr_scheduler.OneCycleLR(
            optimizer, max_lr=learning_rate, total_steps=steps
        )
    raise ValueError(f'There is no schedule called {choice!r}. Use None or "onecycle".')

"""Going downhill on a loss that has a single weight, so that each step can be seen."""

import math

LOWEST = 3.0  # the weight at which the loss is smallest
FARTHEST = 1e12  # a ball that jumps even further is just as lost
START = -2.0  # the weight before the first step


def price(share: float) -> float:
    """Return the loss for one photo: minus the logarithm of the true class's share (0 to 1).

    This is cross-entropy. A share of 0 costs infinitely much.
    """
    return math.inf if share <= 0 else -math.log(share)


def loss_at(weight: float) -> float:
    """Return the loss at a weight: a valley with its lowest point at ``LOWEST``."""
    return (weight - LOWEST) ** 2 / 2


def slope_at(weight: float) -> float:
    """Return how steep the valley is there: the gradient of ``loss_at``."""
    return weight - LOWEST


def descend(learning_rate: float, steps: int, start: float = START) -> list[float]:
    """Return the weights on the way: the start, and one more after each step.

    Each step is gradient descent: the learning rate times the slope is subtracted.
    """
    weights = [float(start)]
    for _ in range(steps):
        here = weights[-1]
        there = here - learning_rate * slope_at(here)
        weights.append(min(max(there, -FARTHEST), FARTHEST))
    return weights


def verdict(learning_rate: float) -> str:
    """Say what becomes of a ball that moves down the valley at this learning rate.

    Each step multiplies the distance to the lowest point by (1 - learning rate).
    """
    if learning_rate <= 0:
        return "It does not go downhill."
    if learning_rate < 0.2:
        return "It creeps: right direction, tiny steps."
    if learning_rate <= 1:
        return "It goes straight down."
    if learning_rate < 2:
        return "It jumps over the lowest point, back and forth, and still gets there."
    if learning_rate == 2:
        return "It jumps from side to side and gets nowhere."
    return "Each jump is wider than the last: the loss grows."

"""Notice a loss that explodes, and say what usually causes it."""

import math

from workbook.training.evidence import Evidence

HUGE_INPUT = 10.0  # deviation of the input; 0.3 for pixels from 0 to 1, about 1 standardised
EXPLODES = 3.0  # times the loss of the first epoch
FAR_ABOVE_GUESSING = 20.0  # nats; guessing among 1,000 classes costs log(1000) = 6.9


class Diverged(Exception):
    """The loss has become so large, or no number at all, that going on is pointless."""


def check_epoch(rows: list[dict]) -> None:
    """Raise Diverged when the training loss is no number or has grown out of all bounds."""
    first, latest = rows[0]["train_loss"], rows[-1]["train_loss"]
    explodes = latest > max(EXPLODES * first, FAR_ABOVE_GUESSING)
    if explodes or not math.isfinite(latest):
        raise Diverged


def explain_divergence(evidence: Evidence, learning_rate: float) -> str:
    """Say what most likely made the loss explode, and what to try."""
    deviations = [deviation for _, _, _, deviation in evidence.inputs]
    if not all(math.isfinite(deviation) for deviation in deviations):
        return (
            "The photos that reached the model contain values that are no numbers. "
            "Look at the mean and the deviation of your Preprocess: a deviation of 0 divides by 0."
        )
    if deviations and max(deviations) > HUGE_INPUT:
        lowest = min(low for low, _, _, _ in evidence.inputs)
        highest = max(high for _, high, _, _ in evidence.inputs)
        return (
            f"The numbers that reach the model run from {lowest:.0f} to {highest:.0f}: the photos "
            "look unnormalised. Scale the pixels to 0-1 and standardise them, which Preprocess "
            "does."
        )
    return (
        f"The most likely cause is a learning rate that is too high ({learning_rate:g}): each step "
        f"jumps over the goal. Try a tenth of it, {learning_rate / 10:g}, with a fresh model."
    )

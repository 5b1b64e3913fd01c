"""Mistakes that can be seen directly: each check returns a Finding, or None."""

import math

from workbook.run_doctor.facts import Facts
from workbook.run_doctor.findings import Finding

LARGE_INPUT = 8.0  # deviation; standardised photos have about 1, pixels from 0 to 255 about 60
SMALL_INPUT = 0.02  # deviation; pixels from 0 to 1 have about 0.25
LEFTOVER = 0.01


def wrong_class_count(facts: Facts) -> Finding | None:
    """The last layer gives more or fewer scores than there are classes."""
    outputs, classes = facts.evidence.outputs, facts.classes
    if outputs is None or classes < 1 or outputs == classes:
        return None
    known = facts.train is not None or facts.validation is not None
    enough_labels = sum(facts.evidence.batch_sizes) >= 20 * classes
    if outputs > classes and not known and not enough_labels:
        return None
    consequence = (
        "Labels without a score of their own make the loss fail."
        if outputs < classes
        else "The spare scores can only take probability away from the real classes."
    )
    return Finding(
        "wrong_class_count",
        0.99 if known or outputs < classes else 0.9,
        f"The model gives {outputs} scores for each photo, but the labels have {classes} classes. "
        f"{consequence}",
        f"Create the model with classes={classes}.",
    )


def gradients_not_zeroed(facts: Facts) -> Finding | None:
    """Gradients of earlier batches are still there when the optimizer takes its step."""
    later = [part for part in facts.evidence.leftovers[1:] if math.isfinite(part)]
    stale = [part for part in later if part > LEFTOVER]
    reached = any(layer.in_optimizer for layer in facts.evidence.layers)
    if len(later) < 2 or len(stale) < len(later) / 2 or not reached:
        return None
    share = sum(stale) / len(stale)
    return Finding(
        "gradients_not_zeroed",
        0.98,
        f"In {len(stale)} of {len(later)} steps looked at, the gradient still held what earlier "
        f"batches had left; it made up {share:.0%} of the gradient.",
        "Call optimizer.zero_grad() in every round of the loop, before loss.backward().",
    )


def softmax_before_loss(facts: Facts) -> Finding | None:
    """The scores that reach the loss are already probabilities."""
    found = facts.evidence.probability_scores
    if not found or sum(found) < 0.9 * len(found):
        return None
    return Finding(
        "softmax_before_loss",
        0.97,
        f"In {sum(found)} of {len(found)} batches looked at, the scores of every photo lay between "
        "0 and 1 and summed to 1 before the loss was taken. cross_entropy applies softmax itself; "
        "twice, it cannot tell sure from unsure, and learning is slow.",
        "Give cross_entropy the model's raw scores: take the softmax out of the model or the loop.",
    )


def unnormalised_input(facts: Facts) -> Finding | None:
    """The numbers that reach the model are far too large, far too small, or no numbers."""
    inputs = facts.evidence.inputs
    if not inputs:
        return None
    deviations = sorted(deviation for _, _, _, deviation in inputs)
    lowest, highest = min(row[0] for row in inputs), max(row[1] for row in inputs)
    typical = deviations[len(deviations) // 2]
    fix = (
        "Scale the pixels to 0-1 and standardise them once, with the mean and deviation of the "
        "training photos; Preprocess and splits.train do both."
    )
    if not all(math.isfinite(deviation) for deviation in deviations):
        words = "The photos that reached the model contain values that are no numbers (nan)."
        return Finding("unnormalised_input", 0.95, words, fix)
    spread = f"run from {lowest:.4g} to {highest:.4g}, with a deviation of {typical:.3g}"
    if typical > LARGE_INPUT:
        words = (
            f"The numbers that reach the model {spread}; about 1 is usual. They look like raw "
            "pixels from 0 to 255, for which the starting weights and the learning rate are not "
            "made."
        )
        return Finding("unnormalised_input", 0.96, words, fix)
    if typical < SMALL_INPUT:
        words = (
            f"The numbers that reach the model {spread}; about 1 is usual. The photos look almost "
            "empty, as if they had been divided by 255 twice."
        )
        return Finding("unnormalised_input", 0.93, words, fix)
    return None


def frozen_weights(facts: Facts) -> Finding | None:
    """Training does not reach some of the weights, which are still random."""
    evidence = facts.evidence
    layers = [layer for layer in evidence.layers if len(layer.shape) > 1]
    still = [layer for layer in layers if layer.moved == 0]
    if not evidence.steps or not still:
        return None
    if len(still) == len(layers):
        reason, fix = _why_nothing_moves(facts)
        words = f"No layer has changed at all in {evidence.steps} steps. {reason}"
        return Finding("frozen_weights", 0.98, words, fix)
    random = [layer for layer in still if layer.looks_random]
    if not random:
        return None  # a borrowed backbone is frozen on purpose
    frozen = [layer.name for layer in random if not layer.trainable]
    names = ", ".join(layer.name for layer in random[:3]) + (", ..." if len(random) > 3 else "")
    reason = (
        "requires_grad is False for them"
        if len(frozen) == len(random)
        else "the optimizer was not given them"
        if not any(layer.in_optimizer for layer in random)
        else "no gradient reaches them"
    )
    return Finding(
        "frozen_weights",
        0.94,
        f"{len(random)} of {len(layers)} layers ({names}) have not changed in {evidence.steps} "
        f"steps and still hold their random starting numbers: {reason}.",
        "Give the optimizer model.parameters(), and set requires_grad_(True) for layers that were "
        "never trained. Freeze only layers that have learned from other photos.",
    )


def _why_nothing_moves(facts: Facts) -> tuple[str, str]:
    evidence = facts.evidence
    if not any(layer.trainable for layer in evidence.layers):
        return "requires_grad is False for all of them.", "Set model.requires_grad_(True)."
    if not any(layer.in_optimizer for layer in evidence.layers):
        return (
            "The optimizer holds the weights of another model.",
            "Create the optimizer after the model, with this model's parameters().",
        )
    if evidence.erased_gradients >= evidence.steps / 2:
        return (
            "The gradients were erased between loss.backward() and optimizer.step().",
            "Call optimizer.zero_grad() before loss.backward(), not after it.",
        )
    if not evidence.backwards:
        return "loss.backward() never ran.", "Call loss.backward() before optimizer.step()."
    return (
        f"The learning rate is {facts.learning_rate:g}.",
        "Use a learning rate above 0, such as 0.001.",
    )


def eval_mode_forgotten(facts: Facts) -> Finding | None:
    """Validation photos were judged while dropout and batch normalisation were still training."""
    evidence = facts.evidence
    if not evidence.has_mode_layers or evidence.judged_in_training_mode < 2:
        return None
    passes = evidence.judged_in_training_mode + evidence.judged_in_evaluation_mode
    return Finding(
        "eval_mode_forgotten",
        0.95,
        f"{evidence.judged_in_training_mode} of {passes} batches that were only judged went "
        "through the model in training mode, where dropout switches numbers off at random and "
        "batch normalisation uses (and learns from) the photos being judged.",
        "Call model.eval() before judging photos, and model.train() before training goes on.",
    )


def train_mode_forgotten(facts: Facts) -> Finding | None:
    """Training went on in evaluation mode, so that dropout and batch normalisation did nothing."""
    evidence = facts.evidence
    switched_off = evidence.trained_in_evaluation_mode
    if not evidence.has_mode_layers or switched_off < 0.3 * max(evidence.backwards, 1):
        return None
    return Finding(
        "train_mode_forgotten",
        0.92,
        f"{switched_off} of {evidence.backwards} training batches went through the model in "
        "evaluation mode, where dropout does nothing and batch normalisation does not adapt.",
        "Call model.train() at the start of every epoch, because judging switches it off.",
    )


CAUSES = (
    wrong_class_count,
    gradients_not_zeroed,
    softmax_before_loss,
    unnormalised_input,
    frozen_weights,
    eval_mode_forgotten,
    train_mode_forgotten,
)

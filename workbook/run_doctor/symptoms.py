"""What the course of a run points to: each check returns a Finding, or None."""

from workbook.run_doctor.facts import Facts
from workbook.run_doctor.findings import Finding

EXPLODED = 3.0  # times the loss of guessing
VALIDATION_EXPLODED = 5.0
MOVED_FAR = 4.0  # times the starting weights
HARDLY_MOVED = 0.12
HARDLY_MOVED_PER_STEP = 0.0015  # else the run was short, not slow
LITTLE_LEARNED = 0.4  # of the way from chance to perfect
HALF_WAY, NEARLY_ALL = 0.5, 0.75  # of the way from a fair share of the answers to all of them
NO_SIGNAL, CLEAR_SIGNAL = 3.0, 5.0  # standard deviations of guessing


def shuffled_labels(facts: Facts) -> Finding | None:
    """The labels have nothing to do with the photos."""
    if facts.chance > 0.5 or facts.validation_above_guessing:
        return None
    signal = facts.label_signal
    if signal is None or signal.deviations > CLEAR_SIGNAL:
        return None
    words = (
        f"A very simple model, asked about {signal.photos} training photos that it was not fitted "
        f"to, finds {signal.accuracy:.0%} of the labels; guessing finds {signal.guessing:.0%}."
    )
    if facts.validation_accuracy is not None:
        words += (
            f" The training accuracy has reached {facts.train_accuracy:.0%}, but on validation "
            f"photos it is {facts.validation_accuracy:.0%}, no better than guessing."
        )
    sure = signal.deviations < NO_SIGNAL and facts.validation_accuracy is not None
    return Finding(
        "shuffled_labels",
        0.9 if sure else 0.6,
        words,
        "Show some photos with their labels. Whatever sorts or shuffles must move photos and "
        "labels together.",
    )


def learning_rate_too_high(facts: Facts) -> Finding | None:
    """Each step jumps over the goal."""
    rate, guessing = facts.learning_rate, facts.guessing_loss
    fix = f"Create a fresh model and try a tenth of the learning rate: {rate / 10:g}."
    if not facts.loss_is_a_number:
        words = f"With the learning rate {rate:g} the loss grew until it was no number any more."
        return Finding("learning_rate_too_high", 0.88, words, fix)
    validation_peak = max((loss for loss, _, _ in facts.validation_curve), default=0.0)
    exploded = facts.peak_loss > EXPLODED * max(guessing, facts.first_loss)
    if exploded or validation_peak > VALIDATION_EXPLODED * max(guessing, facts.first_loss):
        words = (
            f"The training loss began at {facts.first_loss:.2f} and then rose to "
            f"{facts.peak_loss:.3g}"
            + (f", that of the validation photos to {validation_peak:.3g}" * (validation_peak > 0))
            + f"; guessing would cost {guessing:.2f}. The learning rate is {rate:g}."
        )
        return Finding("learning_rate_too_high", 0.86, words, fix)
    if facts.weights_moved > MOVED_FAR and facts.learned < LITTLE_LEARNED:
        words = (
            f"The weights have moved {facts.weights_moved:.0f} times as far as their starting "
            f"size, and yet the training accuracy is only {facts.train_accuracy:.0%}. "
            f"The learning rate is {rate:g}."
        )
        return Finding("learning_rate_too_high", 0.82, words, fix)
    return None


def learning_rate_too_low(facts: Facts) -> Finding | None:
    """The steps are so small that training hardly gets anywhere."""
    limit = min(HARDLY_MOVED, HARDLY_MOVED_PER_STEP * facts.evidence.steps)
    if not 0 < facts.weights_moved < limit or facts.learned > LITTLE_LEARNED:
        return None
    rate = facts.learning_rate
    return Finding(
        "learning_rate_too_low",
        0.84,
        f"In {facts.evidence.steps} steps no layer moved by more than {facts.weights_moved:.1%} of "
        f"its starting size, and the loss only went from {facts.first_loss:.2f} to "
        f"{facts.last_loss:.2f}. The learning rate is {rate:g}.",
        f"Try ten times the learning rate, {rate * 10:g}, and go on as long as it helps.",
    )


def collapsed_to_one_class(facts: Facts) -> Finding | None:
    """The model gives nearly every photo the same answer."""
    if facts.classes < 2:
        return None
    fair = 1 / facts.classes
    answer, share = facts.favourite_answer
    name, shares = facts.class_name(answer), facts.label_shares
    words = f"{share:.0%} of the latest answers were {name}, out of {facts.classes} classes."
    frequent_label = answer < len(shares) and shares[answer] > 2 * fair
    if frequent_label and share > fair + HALF_WAY * (1 - fair):
        words += f" {shares[answer]:.0%} of the training photos have that label."
        fix = (
            "Collect more photos of the other classes, or use equally many of each: while most "
            "labels are the same, the same answer for all is hard to beat."
        )
        return Finding("collapsed_to_one_class", 0.9, words, fix)
    if share > fair + NEARLY_ALL * (1 - fair):
        fix = "Check the labels first; then start with a fresh model and a smaller learning rate."
        return Finding("collapsed_to_one_class", 0.75, words, fix)
    return None


def overfitting(facts: Facts) -> Finding | None:
    """The training photos are learned by heart, at the cost of the others."""
    if facts.best_weights_restored or not facts.validation_curve:
        return None
    losses = [loss for loss, _, _ in facts.validation_curve]
    gap = facts.train_accuracy - facts.validation_accuracy
    if gap < 0.2 or facts.train_accuracy < 0.85:
        return None
    if len(losses) > 1:
        if losses[-1] < 1.2 * min(losses):
            return None
        turned = (
            f" The validation loss was lowest, {min(losses):.2f}, after pass "
            f"{losses.index(min(losses)) + 1} of {len(losses)}, and has risen to {losses[-1]:.2f}."
        )
    else:
        turned = ""
    return Finding(
        "overfitting",
        0.8 if turned else 0.6,
        f"Accuracy is {facts.train_accuracy:.0%} on training photos but "
        f"{facts.validation_accuracy:.0%} on validation photos.{turned}",
        "Stop earlier (early_stopping=EarlyStopping()), change the training photos at random "
        "(augment=Augmentation()), collect more of them, or use a smaller model.",
    )


def underfitting(facts: Facts) -> Finding | None:
    """The model does not even get the training photos right."""
    if facts.learned > LITTLE_LEARNED:
        return None
    return Finding(
        "underfitting",
        0.65,
        f"At the end the accuracy on the training photos themselves is only "
        f"{facts.train_accuracy:.0%} (always giving the most frequent answer: "
        f"{facts.chance:.0%}), and the loss {facts.last_loss:.2f}.",
        "Train for more epochs, use a model with more layers or channels, or reduce dropout, "
        "weight decay and augmentation.",
    )


SYMPTOMS = (
    shuffled_labels,
    learning_rate_too_high,
    learning_rate_too_low,
    collapsed_to_one_class,
    overfitting,
    underfitting,
)

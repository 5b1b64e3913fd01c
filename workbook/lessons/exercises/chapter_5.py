"""The exercises of Chapter 5: metrics, early stopping, honest augmentation, reading curves."""

import random

import torch

from workbook.lessons.exercises.confusion import CONFUSION_MATRIX, RECALL_PER_CLASS
from workbook.lessons.exercises.exercise import Case, Exercise, Misconception
from workbook.lessons.exercises.metrics import ACCURACY_INTERVAL, PRECISION_AND_RECALL
from workbook.lessons.exercises.random_cases import generator_of

# 5.5 early_stopping


def _early_stopping(losses, patience):
    best = 0
    for index, loss in enumerate(losses):
        if loss < losses[best]:
            best = index
        if index - best == patience:
            return best + 1, index + 1
    return best + 1, len(losses)


def _stop_with(losses, patience, *, better=lambda loss, best: loss < best, reset=True):
    """Return the epoch of the best loss and the number of epochs run, under other rules."""
    best_loss, best_epoch, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if better(loss, best_loss):
            best_loss, best_epoch = loss, epoch
            waited = 0 if reset else waited
        else:
            waited += 1
        if waited == patience:
            return best_epoch, epoch
    return best_epoch, len(losses)


def _compared_with_the_last(losses, patience):
    waited, best, before = 0, 0, float("inf")
    for epoch, loss in enumerate(losses, start=1):
        waited = 0 if loss < before else waited + 1
        best = best if waited else epoch
        before = loss
        if waited == patience:
            return best, epoch
    return best, len(losses)


def _stopping_cases(seed):
    chance = random.Random(seed)
    cases = [
        Case(([1.0, 0.6, 0.5, 0.7, 0.8, 0.4], 2)),
        Case(([0.9, 0.8, 0.85, 0.7, 0.75, 0.72, 0.71, 0.3], 3)),
        Case(([0.9, 0.7, 0.7, 0.7, 0.6], 2)),
        Case(([0.8, 0.4, 0.5, 0.6, 0.7, 0.9], 2)),
        Case(([0.9, 0.8, 0.7], 1)),
        Case(([0.5, 0.9, 0.8, 0.7], 3)),
    ]
    for patience in (1, 2, 3, 4):
        count = chance.randint(8, 14)
        falling = [1.5 / (1 + 0.4 * epoch) for epoch in range(count)]
        losses = [round(loss + chance.uniform(-0.25, 0.35), 2) for loss in falling]
        cases.append(Case((losses, patience)))
    return cases


EARLY_STOPPING = Exercise(
    name="early_stopping",
    chapter=5,
    section="5.5",
    title="When would you have stopped?",
    difficulty="medium",
    minutes=15,
    milestone="5.2",
    reference=_early_stopping,
    cases=_stopping_cases,
    hints=(
        "Go through the losses with enumerate(losses, start=1), which counts the epochs from 1. "
        "Remember three things: the best loss, its epoch, and how long you have waited.",
        "A loss below the best one: remember it and its epoch, and set waited back to 0. Any other "
        "loss: waited += 1.",
        "As soon as waited == patience, return best_epoch, epoch. If the loop comes to its end, "
        "return best_epoch, len(losses).",
    ),
    misconceptions=(
        Misconception(
            "looks_into_the_future",
            lambda losses, patience: (
                losses.index(min(losses)) + 1,
                _early_stopping(losses, patience)[1],
            ),
            "Your best epoch comes after the stop. Once training has stopped, the later losses "
            "never happen.",
        ),
        Misconception(
            "counted_from_zero",
            lambda losses, patience: (
                _early_stopping(losses, patience)[0] - 1,
                _early_stopping(losses, patience)[1],
            ),
            "Your best epoch is one too small. Python counts places from 0, epochs count from 1.",
        ),
        Misconception(
            "waiting_never_starts_anew",
            lambda losses, patience: _stop_with(losses, patience, reset=False),
            "You add up all the bad epochs. After each new best loss, the waiting starts anew "
            "from 0.",
        ),
        Misconception(
            "equal_counts_as_better",
            lambda losses, patience: _stop_with(
                losses, patience, better=lambda loss, best: loss <= best
            ),
            "An equal loss is no improvement. Only a loss that is really lower counts.",
        ),
        Misconception(
            "one_epoch_too_patient",
            lambda losses, patience: _early_stopping(losses, patience + 1),
            "You wait one epoch too long. Stop in the epoch in which the number of waited epochs "
            "reaches the patience.",
        ),
        Misconception(
            "compared_with_the_epoch_before",
            _compared_with_the_last,
            "You compare each loss with the one before it. Compare it with the best one so far.",
        ),
        Misconception(
            "last_epoch_kept",
            lambda losses, patience: (_early_stopping(losses, patience)[1],) * 2,
            "You keep the weights of the last epoch. Early stopping goes back to the best one.",
        ),
    ),
)


# 5.4 make_sets


def _make_sets(images, labels, parts):
    is_train = torch.tensor([part == "train" for part in parts])
    is_validation = torch.tensor([part == "validation" for part in parts])
    all_labels = torch.tensor(labels)
    train, train_labels = images[is_train], all_labels[is_train].tolist()
    return (
        torch.cat([train, train.flip(-1)]),
        train_labels * 2,
        images[is_validation],
        all_labels[is_validation].tolist(),
    )


def _mirrored_everywhere(images, labels, parts):
    train, train_labels, validation, validation_labels = _make_sets(images, labels, parts)
    both = torch.cat([validation, validation.flip(-1)])
    return train, train_labels, both, validation_labels * 2


def _mirrored_nowhere(images, labels, parts):
    train, train_labels, validation, validation_labels = _make_sets(images, labels, parts)
    half = len(train_labels) // 2
    return train[:half], train_labels[:half], validation, validation_labels


def _mirrored_validation(images, labels, parts):
    train, train_labels, validation, validation_labels = _mirrored_nowhere(images, labels, parts)
    both = torch.cat([validation, validation.flip(-1)])
    return train, train_labels, both, validation_labels * 2


def _upside_down(images, labels, parts):
    train, train_labels, validation, validation_labels = _mirrored_nowhere(images, labels, parts)
    return torch.cat([train, train.flip(-2)]), train_labels * 2, validation, validation_labels


def _labels_not_doubled(images, labels, parts):
    train, train_labels, *rest = _make_sets(images, labels, parts)
    return train, train_labels[: len(train_labels) // 2], *rest


def _all_but_train_validates(images, labels, parts):
    return _make_sets(images, labels, [part.replace("test", "validation") for part in parts])


def _sets_cases(seed):
    generator, chance = generator_of(seed), random.Random(seed)
    cases = []
    for count in (4, 6, 9):
        images = torch.randint(0, 256, (count, 3, 4, 5), generator=generator).to(torch.uint8)
        labels = [chance.randrange(3) for _ in range(count)]
        parts = ["train", "validation", "test", "train"]
        parts += [chance.choice(parts) for _ in range(count - 4)]
        chance.shuffle(parts)
        cases.append(Case((images, labels, parts)))
    return cases


MAKE_SETS = Exercise(
    name="make_sets",
    chapter=5,
    section="5.4",
    title="Find the bug: validation photos in the mirror",
    difficulty="medium",
    minutes=12,
    kind="bug",
    milestone="5.3",
    reference=_make_sets,
    cases=_sets_cases,
    hints=(
        "Try the broken code with one training photo and one validation photo. How many validation "
        "photos come out, and how many should?",
        "The photos are mirrored first and sorted into their parts afterwards. Which photos are "
        "changed, and which may be changed?",
        "Sort into parts first. Then mirror the training photos only: torch.cat([train_images, "
        "train_images.flip(3)]), with train_labels + train_labels.",
    ),
    misconceptions=(
        Misconception(
            "validation_mirrored_too",
            _mirrored_everywhere,
            "Mirrored photos are still among the validation photos. They stand for the photos that "
            "will come later, so they stay as they are. Mirror the training photos only.",
        ),
        Misconception(
            "nothing_mirrored",
            _mirrored_nowhere,
            "Now nothing is mirrored at all. The training photos should keep their mirrored "
            "copies.",
        ),
        Misconception(
            "only_validation_mirrored",
            _mirrored_validation,
            "It is the other way round now: the validation photos are mirrored, and the training "
            "photos are not.",
        ),
        Misconception(
            "upside_down",
            _upside_down,
            "Your copies stand on their heads. A mirror swaps left and right, which is the last "
            "direction of the tensor: flip(3).",
        ),
        Misconception(
            "labels_not_doubled",
            _labels_not_doubled,
            "There are twice as many training photos, but not twice as many labels. Each copy "
            "needs the label of its photo.",
        ),
        Misconception(
            "test_photos_used",
            _all_but_train_validates,
            "Test photos have slipped in among the validation photos. Only the parts called "
            '"train" and "validation" are used.',
        ),
    ),
)


# Written

DIAGNOSE_CURVES = Exercise(
    name="diagnose_curves",
    chapter=5,
    section="5.3",
    title="In your own words: what is wrong with these three runs?",
    difficulty="medium",
    minutes=15,
    points=3,
    kind="written",
    milestone="5.4",
    hints=(
        "For each run ask two questions: does it do well on its own training photos? And how far "
        "is validation behind?",
        "Poor on both: it has not learned enough. Good on training and poor on validation: it has "
        "learned by heart. For each of the two, Chapter 5 names what to try first.",
        "Change one thing, so that you know what helped. And with 60 validation photos, ask how "
        "wide the range of an accuracy is before you believe in a difference.",
    ),
    rubric=(
        "1 point: run A overfits and run B underfits, each with the numbers that show it.\n"
        "1 point: for A and B one change each that fits (A: more photos, augmentation, dropout or "
        "early stopping; B: more epochs, a better learning rate or a larger model), and only one "
        "at a time.\n"
        "1 point: says that C is not shown to be better than A's validation result by a single "
        "point on 60 photos, because the ranges overlap; proposes several seeds or more photos."
    ),
)

EXERCISES = (
    PRECISION_AND_RECALL,
    ACCURACY_INTERVAL,
    CONFUSION_MATRIX,
    RECALL_PER_CLASS,
    MAKE_SETS,
    EARLY_STOPPING,
    DIAGNOSE_CURVES,
)

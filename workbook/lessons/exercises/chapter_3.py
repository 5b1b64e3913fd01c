"""The exercises of Chapter 3: neurons, the loss, a step of learning, and the training loop."""

import math
import random

import torch
from torch.nn import functional as F

from workbook.lessons.exercises.exercise import Case, Exercise, Misconception
from workbook.lessons.exercises.neurons import ADJUST_WEIGHTS, COUNT_PARAMETERS, NEURON
from workbook.lessons.exercises.random_cases import generator_of, random_network, whole

# 3.3 cross_entropy


def _cross_entropy(scores, label):
    return F.cross_entropy(torch.tensor([scores]).double(), torch.tensor([label])).item()


def _shares(scores):
    return torch.tensor(scores).double().softmax(dim=0).tolist()


def _cross_entropy_cases(seed):
    chance = random.Random(seed)
    cases = [
        Case(([2.0, 1.0, 0.5], 0)),
        Case(([2.0, 1.0, 0.5], 2)),
        Case(([1.0, 1.0, 1.0, 1.0], 3)),
    ]
    for count in (2, 3, 5, 8):
        scores = [round(chance.uniform(-3, 3), 2) for _ in range(count)]
        cases.append(Case((scores, chance.randrange(count))))
    return cases


CROSS_ENTROPY = Exercise(
    name="cross_entropy",
    chapter=3,
    section="3.3",
    title="The loss of one answer",
    difficulty="medium",
    minutes=15,
    milestone="3.3",
    reference=_cross_entropy,
    cases=_cross_entropy_cases,
    hints=(
        "There are two parts. First the shares: make every score positive with math.exp, and add "
        "all of them up.",
        "You need one share only, that of the true class: exponentials[label] divided by the sum.",
        "The loss is minus the logarithm of that share: -math.log(share).",
    ),
    misconceptions=(
        Misconception(
            "minus_forgotten",
            lambda scores, label: -_cross_entropy(scores, label),
            "Your loss is below zero. The logarithm of a share is, so put a minus before it.",
        ),
        Misconception(
            "share_returned",
            lambda scores, label: _shares(scores)[label],
            "You return the share of the true class. The loss is minus its logarithm.",
        ),
        Misconception(
            "one_minus_share",
            lambda scores, label: 1 - _shares(scores)[label],
            "You return 1 minus the share. That never gets larger than 1, however sure a wrong "
            "answer was. Take minus the logarithm.",
        ),
        Misconception(
            "largest_share",
            lambda scores, label: -math.log(max(_shares(scores))),
            "You look at the largest share. The loss looks at the share of the true class, even "
            "if it is small.",
        ),
        Misconception(
            "other_logarithm",
            lambda scores, label: _cross_entropy(scores, label) / math.log(10),
            "You take the logarithm to base 10. math.log is the natural one, which belongs to "
            "math.exp.",
        ),
        Misconception(
            "score_returned",
            lambda scores, label: -scores[label],
            "You return minus the score. Without the sum over all classes it does not matter what "
            "the others got.",
        ),
        Misconception(
            "all_classes_added",
            lambda scores, label: -sum(math.log(share) for share in _shares(scores)),
            "You add up all classes. Only the true class counts.",
        ),
    ),
)


# 3.5 train


def _train(model, photos, labels, epochs, learning_rate):
    parameters = list(model.parameters())
    for _ in range(epochs):
        gradients = torch.autograd.grad(F.cross_entropy(model(photos), labels), parameters)
        with torch.no_grad():
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter -= learning_rate * gradient


def _train_with(optimizer_class=torch.optim.SGD, zero=True, activation=None, sign=1):
    """Return a training loop that goes wrong where it is told to."""

    def train(model, photos, labels, epochs, learning_rate):
        optimizer = optimizer_class(model.parameters(), lr=learning_rate)
        for _ in range(epochs):
            if zero:
                optimizer.zero_grad()
            scores = model(photos) if activation is None else activation(model(photos))
            (sign * F.cross_entropy(scores, labels)).backward()
            optimizer.step()

    return train


def _train_cases(seed):
    generator = generator_of(seed)
    cases = []
    for epochs, learning_rate in ((2, 0.1), (3, 0.05), (5, 0.2), (1, 0.1)):
        classes, inputs = whole(generator, 2, 4), 3 * 4 * 4
        hidden = whole(generator, 3, 6)
        layers = [
            ("Flatten", {}),
            ("Linear", {"in_features": inputs, "out_features": hidden}),
            ("ReLU", {}),
            ("Linear", {"in_features": hidden, "out_features": classes}),
        ]
        photos = torch.randn(6, 3, 4, 4, generator=generator)
        labels = torch.randint(0, classes, (6,), generator=generator)
        model = random_network(layers, generator)
        arguments = (model, photos, labels, epochs, learning_rate)
        cases.append(Case(arguments, observe="arguments"))
    return cases


TRAIN = Exercise(
    name="train",
    chapter=3,
    section="3.5",
    title="Find the bug: a training loop that remembers too much",
    difficulty="medium",
    minutes=15,
    milestone="3.1",
    kind="bug",
    reference=_train,
    cases=_train_cases,
    tolerance=1e-3,
    hints=(
        "Go through the five parts of a step: guess, measure, forget the old gradients, find the "
        "gradients, adjust. Which one is missing?",
        "PyTorch adds new gradients to the old ones until it is told to forget them. In the first "
        "epoch that does no harm; from the second on, every step is pushed by the past.",
        "Put optimizer.zero_grad() inside the loop, before loss.backward().",
    ),
    misconceptions=(
        Misconception(
            "gradients_not_zeroed",
            _train_with(zero=False),
            "The gradients of all epochs still add up. optimizer.zero_grad() has to be called in "
            "every epoch, inside the loop.",
        ),
        Misconception(
            "nothing_learned",
            lambda model, photos, labels, epochs, learning_rate: None,
            "The model is unchanged: either no step is taken, or the gradients are forgotten "
            "between backward and step. Put zero_grad before backward.",
        ),
        Misconception(
            "softmax_before_the_loss",
            _train_with(activation=lambda scores: scores.softmax(dim=1)),
            "F.cross_entropy does the softmax itself. Give it the plain scores.",
        ),
        Misconception(
            "another_optimizer",
            _train_with(optimizer_class=torch.optim.Adam),
            "You changed the optimizer to Adam. The bug is elsewhere: keep SGD.",
        ),
        Misconception(
            "one_epoch_alone",
            lambda model, photos, labels, epochs, learning_rate: _train(
                model, photos, labels, 1, learning_rate
            ),
            "Only one step is taken. The step belongs inside the loop, once for each epoch.",
        ),
        Misconception(
            "uphill",
            _train_with(sign=-1),
            "The loss grows instead of shrinking. Is there a minus too many?",
        ),
    ),
)


IS_IT_BETTER = Exercise(
    name="is_it_better",
    chapter=3,
    section="3.6",
    title="Is it better, or was it lucky?",
    difficulty="medium",
    minutes=15,
    milestone="3.4",
    points=3,
    kind="written",
    hints=(
        "Compare seed by seed: what is the difference in each row? Does it always have the same "
        "sign?",
        "Compare the average difference with how much the differences vary from seed to seed.",
        "What was done differently in the last row, besides the network?",
    ),
    rubric=(
        "1 point for the differences by seed (+4, -3, +5, -2, +12) and that their sign changes. "
        "1 point for naming the unfair row: more epochs in the last one. 1 point for the verdict "
        "that this does not show a difference larger than the noise, and what to do next: same "
        "epochs, more seeds or more validation photos."
    ),
)


EXERCISES = (NEURON, COUNT_PARAMETERS, CROSS_ENTROPY, ADJUST_WEIGHTS, TRAIN, IS_IT_BETTER)

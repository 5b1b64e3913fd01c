"""Exercises of Chapter 3 on neurons: what one says, how many numbers many have, how one learns."""

import math
import random
from itertools import pairwise

import torch

from workbook.lessons.exercises.exercise import Case, Exercise, Misconception

# 3.1 neuron


def _neuron(inputs, weights, bias):
    return float(torch.tensor(inputs).double() @ torch.tensor(weights).double() + bias)


def _draw(chance, count):
    return [round(chance.uniform(-3, 3), 2) for _ in range(count)]


def _neuron_cases(seed):
    chance = random.Random(seed)
    cases = [Case(([2.0, 1.0, 3.0], [0.5, -4.0, 1.0], 0.25)), Case(([1.0], [2.0], -3.0))]
    for count in (2, 4, 7, 12):
        cases.append(Case((_draw(chance, count), _draw(chance, count), _draw(chance, 1)[0])))
    return cases


NEURON = Exercise(
    name="neuron",
    chapter=3,
    section="3.1",
    title="One neuron",
    difficulty="easy",
    minutes=10,
    milestone="3.2",
    reference=_neuron,
    cases=_neuron_cases,
    hints=(
        "Begin with total = bias. Then let a loop add something to total for each input.",
        "for number, weight in zip(inputs, weights) walks through both lists together.",
        "Inside the loop: total = total + number * weight. After the loop, return total.",
    ),
    misconceptions=(
        Misconception(
            "bias_forgotten",
            lambda inputs, weights, bias: _neuron(inputs, weights, 0),
            "The bias is missing. It is added once, on top of the sum.",
        ),
        Misconception(
            "bias_for_each_input",
            lambda inputs, weights, bias: _neuron(inputs, weights, bias * len(inputs)),
            "You add the bias once for each input. It is added only once.",
        ),
        Misconception(
            "bias_multiplied",
            lambda inputs, weights, bias: _neuron(inputs, weights, 0) * bias,
            "You multiply by the bias. The bias is added.",
        ),
        Misconception(
            "weights_added",
            lambda inputs, weights, bias: sum(inputs) + sum(weights) + bias,
            "You add the weights to the inputs. Each input is multiplied by its weight.",
        ),
        Misconception(
            "relu_added",
            lambda inputs, weights, bias: max(0.0, _neuron(inputs, weights, bias)),
            "You cut off what is below zero. That is what a ReLU does, after the neuron.",
        ),
        Misconception(
            "last_input_alone",
            lambda inputs, weights, bias: inputs[-1] * weights[-1] + bias,
            "Only the last input counts. Add to the total, instead of writing over it.",
        ),
        Misconception(
            "first_input_alone",
            lambda inputs, weights, bias: inputs[0] * weights[0] + bias,
            "Only the first input counts. Does the return stand inside the loop?",
        ),
    ),
)


# 3.2 count_parameters


def _count_parameters(sizes):
    layers = (torch.nn.Linear(*pair, device="meta") for pair in pairwise(sizes))
    return sum(parameter.numel() for layer in layers for parameter in layer.parameters())


def _weights_alone(sizes):
    return sum(inputs * outputs for inputs, outputs in pairwise(sizes))


def _count_parameters_cases(seed):
    chance = random.Random(seed)
    cases = [Case(([4, 3],)), Case(([4, 3, 2],)), Case(([12288, 128, 5],))]
    for count in (2, 3, 4, 5):
        cases.append(Case(([chance.randrange(2, 300) for _ in range(count)],)))
    return cases


COUNT_PARAMETERS = Exercise(
    name="count_parameters",
    chapter=3,
    section="3.2",
    title="How many numbers does training have to find?",
    difficulty="medium",
    minutes=15,
    milestone="3.2",
    reference=_count_parameters,
    cases=_count_parameters_cases,
    hints=(
        "A layer with 4 inputs and 3 neurons has 4 times 3 weights, and 3 biases: one for each "
        "neuron.",
        "Each layer takes what the one before gives. zip(sizes, sizes[1:]) makes the pairs: for "
        "[4, 3, 2] these are 4 and 3, then 3 and 2.",
        "For each pair, add inputs * neurons + neurons to a total that begins at 0.",
    ),
    misconceptions=(
        Misconception(
            "biases_forgotten",
            _weights_alone,
            "The biases are missing. Each neuron has one.",
        ),
        Misconception(
            "one_bias_for_each_layer",
            lambda sizes: _weights_alone(sizes) + len(sizes) - 1,
            "You count one bias for each layer. Each neuron of a layer has one.",
        ),
        Misconception(
            "inputs_have_biases",
            lambda sizes: _weights_alone(sizes) + sum(sizes),
            "You count biases for the inputs of the network. Those are pixels, not neurons.",
        ),
        Misconception(
            "biases_of_the_inputs_instead",
            lambda sizes: _weights_alone(sizes) + sum(sizes[:-1]),
            "You count a bias for each input of a layer. Count one for each of its neurons.",
        ),
        Misconception(
            "first_layer_alone",
            lambda sizes: _count_parameters(sizes[:2]),
            "You count the first layer only.",
        ),
        Misconception(
            "all_multiplied",
            lambda sizes: math.prod(sizes),
            "You multiply all sizes. Only neighbours are connected: count each layer by itself, "
            "then add.",
        ),
    ),
)


# 3.4 adjust_weights


def _adjust_weights(inputs, weights, bias, target, learning_rate, direction=-1):
    numbers, before = torch.tensor(inputs).double(), torch.tensor(weights).double()
    error = before @ numbers + bias - target
    after = before + direction * learning_rate * error * numbers
    return after.tolist(), float(bias + direction * learning_rate * error)


def _adjust_bias_only_by_input(inputs, weights, bias, target, learning_rate):
    error = _neuron(inputs, weights, bias) - target
    step = learning_rate * error
    return [weight - step for weight in weights], bias - step


def _adjust_one_by_one(inputs, weights, bias, target, learning_rate):
    weights = list(weights)
    for place, number in enumerate(inputs):
        error = _neuron(inputs, weights, bias) - target
        weights[place] -= learning_rate * error * number
    error = _neuron(inputs, weights, bias) - target
    return weights, bias - learning_rate * error


def _adjust_weights_cases(seed):
    chance = random.Random(seed)
    cases = [
        Case(([2.0, 1.0], [0.5, -1.0], 0.0, 1.0, 0.1)),
        Case(([1.0, -1.0, 0.0], [1.0, 1.0, 1.0], 0.5, 0.0, 0.5)),
    ]
    for count in (2, 3, 5):
        bias, target = _draw(chance, 2)
        rate = round(chance.uniform(0.01, 0.4), 2)
        cases.append(Case((_draw(chance, count), _draw(chance, count), bias, target, rate)))
    return cases


ADJUST_WEIGHTS = Exercise(
    name="adjust_weights",
    chapter=3,
    section="3.4",
    title="One step of learning",
    difficulty="hard",
    minutes=20,
    milestone="3.3",
    points=2,
    reference=_adjust_weights,
    cases=_adjust_weights_cases,
    builds_on=("neuron",),
    hints=(
        "First ask the neuron: output = neuron(inputs, weights, bias). The error is "
        "output - target, and it is the same for all weights.",
        "The gradient of a weight is error * number, with the number that this weight belongs to. "
        "The gradient of the bias is the error itself.",
        "Each new weight is weight - learning_rate * error * number. Collect them in a list, and "
        "return that list and the new bias: return new_weights, new_bias.",
    ),
    misconceptions=(
        Misconception(
            "uphill",
            lambda *arguments: _adjust_weights(*arguments, direction=+1),
            "Your step goes uphill, and the neuron gets worse. The gradient says where the loss "
            "grows, so subtract it.",
        ),
        Misconception(
            "bias_unchanged",
            lambda inputs, weights, bias, target, learning_rate: (
                _adjust_weights(inputs, weights, bias, target, learning_rate)[0],
                bias,
            ),
            "The weights are right, but the bias stays as it was. It learns as well.",
        ),
        Misconception(
            "learning_rate_ignored",
            lambda inputs, weights, bias, target, learning_rate: _adjust_weights(
                inputs, weights, bias, target, 1.0
            ),
            "You take the whole gradient as a step. Multiply it by the learning rate.",
        ),
        Misconception(
            "input_ignored",
            _adjust_bias_only_by_input,
            "All weights change by the same amount. A weight is to blame as far as its input "
            "took part: multiply by the input.",
        ),
        Misconception(
            "error_worked_out_anew",
            _adjust_one_by_one,
            "You ask the neuron again after each changed weight. All weights take their step "
            "from the same place, so work out the error once, before the loop.",
        ),
        Misconception(
            "target_ignored",
            lambda inputs, weights, bias, target, learning_rate: _adjust_weights(
                inputs, weights, bias, 0.0, learning_rate
            ),
            "The target is missing: the error is the output minus the target.",
        ),
    ),
)

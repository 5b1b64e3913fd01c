"""Exercises of Chapter 4 on whole networks: a small CNN, and a frozen backbone."""

import torch
from torch import nn
from torch.nn import functional as F

from workbook.lessons.exercises.exercise import Case, Exercise, Misconception
from workbook.lessons.exercises.random_cases import generator_of, random_network, whole

# 4.4 small_cnn


def _layers_of_cnn(classes, *, padding=1, relu=nn.ReLU, pool=nn.MaxPool2d, end=()):
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=padding),
        relu(),
        pool(2),
        nn.Conv2d(8, 16, 3, padding=padding),
        relu(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(16, classes),
        *end,
    )


def _largest_place(classes):
    network = _layers_of_cnn(classes)
    network[5] = nn.AdaptiveMaxPool2d(1)
    return network


class _SmallCNN(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.edges = nn.Conv2d(3, 8, 3, padding=1)
        self.shapes = nn.Conv2d(8, 16, 3, padding=1)
        self.scores = nn.Linear(16, classes)

    def forward(self, photos):
        maps = F.max_pool2d(F.relu(self.edges(photos)), 2)
        maps = F.relu(self.shapes(maps))
        return self.scores(maps.mean(dim=(2, 3)))


def _small_cnn_cases(seed):
    generator = generator_of(seed)
    # Not 8 or 16 classes: every block of weights must have a shape of its own, so that models whose
    # layers are defined in another order are filled with the same numbers.
    sizes = ((2, 8, 8), (5, 12, 12), (7, 9, 14), (whole(generator, 9, 15), 16, 16))
    return [
        Case(
            (classes,),
            observe="model",
            extra={"photos": torch.randn(4, 3, height, width, generator=generator)},
        )
        for classes, height, width in sizes
    ]


def _same_calculation(got, expected):
    """Compare what two networks calculate with the same weights, not how they are built."""
    if not isinstance(got, dict) or "filled_outputs" not in got:
        return "small_cnn must return a network, such as nn.Sequential(...)."
    if got["parameters"] != expected["parameters"]:
        return (
            f"Your network has {got['parameters']} numbers to learn, and the described one has "
            f"{expected['parameters']}. Compare the layers one by one."
        )
    if got["trainable"] != expected["trainable"]:
        return "Some weights of your network are frozen. All of them must be free to learn."
    scores, wanted = got["filled_outputs"], expected["filled_outputs"]
    if not isinstance(scores, torch.Tensor) or scores.shape != wanted.shape:
        return f"The scores for {len(wanted)} photos must have the shape {tuple(wanted.shape)}."
    if not torch.allclose(scores.float(), wanted, rtol=1e-3, atol=1e-4):
        return (
            "Your network has as many weights as it should, but calculates something else with "
            "them. Look at what stands between the layers with weights."
        )
    return None


def _scores_and_size(observed):
    """Show the scores that the check compares, and the number of parameters."""
    if not isinstance(observed, dict):
        return observed
    return {"numbers to learn": observed["parameters"], "scores": observed["filled_outputs"]}


SMALL_CNN = Exercise(
    name="small_cnn",
    chapter=4,
    section="4.4",
    title="A small CNN for photos of any size",
    difficulty="hard",
    minutes=20,
    milestone="4.1",
    points=2,
    reference=_SmallCNN,
    cases=_small_cnn_cases,
    same=_same_calculation,
    show=_scores_and_size,
    hints=(
        "nn.Sequential(...) puts layers in a row. The first is nn.Conv2d(3, 8, 3, padding=1): from "
        "3 colours to 8 maps, with kernels of 3 by 3.",
        "Then nn.ReLU() and nn.MaxPool2d(2). The second convolution starts from 8 maps. After its "
        "ReLU, nn.AdaptiveAvgPool2d(1) takes the mean of each map.",
        "The means still have two empty directions of size 1. nn.Flatten() removes them. The last "
        "layer is nn.Linear(16, classes), and nothing follows it.",
    ),
    misconceptions=(
        Misconception(
            "softmax_inside",
            lambda classes: _layers_of_cnn(classes, end=(nn.Softmax(dim=1),)),
            "Your network ends in a softmax. The task asks for plain scores: the loss function "
            "does the softmax itself, and doing it twice spoils the training.",
        ),
        Misconception(
            "relu_missing",
            lambda classes: _layers_of_cnn(classes, relu=nn.Identity),
            "The ReLUs are missing. Without them your two convolutions are worth no more than one.",
        ),
        Misconception(
            "padding_missing",
            lambda classes: _layers_of_cnn(classes, padding=0),
            "Your maps shrink at each convolution. With padding=1 they keep their size.",
        ),
        Misconception(
            "average_instead_of_max",
            lambda classes: _layers_of_cnn(classes, pool=nn.AvgPool2d),
            "Between the two convolutions the task asks for max pooling, and yours takes the "
            "average.",
        ),
        Misconception(
            "pooling_missing",
            lambda classes: _layers_of_cnn(classes, pool=nn.Identity),
            "Nothing makes the maps smaller between the two convolutions. The max pooling is "
            "missing.",
        ),
        Misconception(
            "largest_of_all_places",
            _largest_place,
            "At the end you keep the largest value of each map. The task asks for the mean over "
            "all places.",
        ),
    ),
)


# 4.5 freeze_backbone


def _freeze_backbone(network):
    last = list(network.children())[-1]
    trainable = {id(parameter) for parameter in last.parameters()}
    for parameter in network.parameters():
        parameter.requires_grad = id(parameter) in trainable


def _freeze_nothing(network):
    pass


def _freeze_all(network):
    network.requires_grad_(False)


def _freeze_the_head(network):
    network[-1].requires_grad_(False)


def _freeze_the_first(network):
    network[0].requires_grad_(False)


def _freeze_cases(seed):
    generator = generator_of(seed)
    classes, filters, hidden = (whole(generator, 2, 6) for _ in range(3))
    size = 6
    cnn = [
        ("Conv2d", {"in_channels": 3, "out_channels": filters, "kernel_size": 3, "padding": 1}),
        ("BatchNorm2d", {"num_features": filters}),
        ("ReLU", {}),
        ("Flatten", {}),
        ("Linear", {"in_features": filters * size * size, "out_features": hidden + 3}),
        ("ReLU", {}),
        ("Linear", {"in_features": hidden + 3, "out_features": classes}),
    ]
    stacked = [
        ("Flatten", {}),
        ("Linear", {"in_features": 3 * size * size, "out_features": hidden + 2}),
        ("Linear", {"in_features": hidden + 2, "out_features": classes}),
    ]
    only_a_head = [
        ("Flatten", {}),
        ("Linear", {"in_features": 3 * size * size, "out_features": classes}),
    ]
    return [
        Case((random_network(layers, generator),), observe="arguments")
        for layers in (cnn, stacked, only_a_head)
    ]


def _same_freezing(got, expected):
    """Compare which weights are free to learn, and that their numbers are untouched."""
    network, wanted = got[0], expected[0]
    if set(network["weights"]) != set(wanted["weights"]):
        return "The layers of the network must stay as they are."
    for name, free in wanted["trainable"].items():
        if network["trainable"][name] != free:
            return f"{name} should be {'free to learn' if free else 'frozen'}, and it is not."
    weights, wanted_weights = network["weights"], wanted["weights"]
    if not all(torch.equal(weights[name], wanted_weights[name]) for name in wanted_weights):
        return "The numbers in the network must stay as they are. Only the switches change."
    return None


def _free_to_learn(observed):
    """Show which weights of the network training may change."""
    return {"free to learn": [name for name, free in observed[0]["trainable"].items() if free]}


FREEZE_BACKBONE = Exercise(
    name="freeze_backbone",
    chapter=4,
    section="4.5",
    title="Find the bug: a backbone that does not freeze",
    difficulty="medium",
    minutes=10,
    milestone="4.1",
    kind="bug",
    reference=_freeze_backbone,
    cases=_freeze_cases,
    same=_same_freezing,
    show=_free_to_learn,
    hints=(
        "Run the broken code and print [p.requires_grad for p in network.parameters()]. Which "
        "weights are frozen?",
        "Python lets you put any new name on any object. layer.requires_grad = False makes a new "
        "name on the layer, which PyTorch never reads. The switch sits on each block of weights.",
        "Loop over layer.parameters() and switch off requires_grad for each of them. Or call the "
        "function that does it for a whole layer: layer.requires_grad_(False).",
    ),
    misconceptions=(
        Misconception(
            "nothing_frozen",
            _freeze_nothing,
            "All weights can still change. A layer has no switch called requires_grad; its "
            "parameters have one each.",
        ),
        Misconception(
            "head_frozen_too",
            _freeze_all,
            "Now everything is frozen, the head as well. Then nothing is left that could learn.",
        ),
        Misconception(
            "only_the_head_frozen",
            _freeze_the_head,
            "You froze the head and left the backbone free. It must be the other way round.",
        ),
        Misconception(
            "only_the_first_frozen",
            _freeze_the_first,
            "Only the first layer is frozen. All layers but the last belong to the backbone.",
        ),
    ),
)

"""The ladder of architectures, from one layer to a convolutional network.

Where a layer list reads "pool, then ReLU": taking the largest value of a square and then setting
negative ones to zero gives the same numbers as the other way round, with a quarter of the work.
"""

from collections import OrderedDict

from torch import nn

from workbook.models.registry import register_model


@register_model("softmax")
def softmax_model(*, classes: int, size: int = 64) -> nn.Module:
    """The baseline: every pixel votes for every class, and the votes are added up."""
    return nn.Sequential(nn.Flatten(), nn.Linear(3 * size * size, classes))


@register_model("mlp")
def mlp(*, classes: int, size: int = 64, hidden: int = 128, dropout: float = 0.0) -> nn.Module:
    """Two layers with a ReLU between them (a multi-layer perceptron)."""
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(3 * size * size, hidden),
        nn.ReLU(),
        nn.Dropout(dropout),
        nn.Linear(hidden, classes),
    )


@register_model("small_cnn")
def small_cnn(
    *, classes: int, size: int = 64, channels: tuple[int, int] = (32, 64), dropout: float = 0.0
) -> nn.Module:
    """Two convolutions that look at 3x3 pixels each, then one layer that decides."""
    first, second = channels
    return nn.Sequential(
        nn.Conv2d(3, first, kernel_size=3, padding=1),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Conv2d(first, second, kernel_size=3, padding=1),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dropout(dropout),
        nn.Linear(second * (size // 4) ** 2, classes),
    )


@register_model("batchnorm_cnn")
def batchnorm_cnn(
    *,
    classes: int,
    size: int = 64,
    channels: tuple[int, int, int, int] = (32, 64, 128, 128),
    dropout: float = 0.2,
) -> nn.Module:
    """Four convolutions with batch normalisation, then the average of every feature map.

    With the default channels it holds 0.24 million numbers, fewer than ``small_cnn``'s last layer
    at 128 pixels: the average takes the place of a large layer over all positions.
    """
    return nn.Sequential(
        OrderedDict(
            features=convolutional_features(size=size, channels=channels),
            head=average_and_decide(channels[-1], classes, dropout),
        )
    )


def convolutional_features(*, size: int, channels: tuple[int, int, int, int]) -> nn.Sequential:
    """Photos ``(N, 3, size, size)`` to feature maps ``(N, channels[-1], about size/16, ...)``."""
    first, second, third, fourth = channels
    stride = 2 if size >= 48 else 1  # a small photo has no pixels to spare
    return nn.Sequential(
        convolution_block(3, first, kernel_size=5, stride=stride),
        convolution_block(first, second),
        convolution_block(second, third),
        convolution_block(third, fourth, pool=False),
    )


def convolution_block(
    inputs: int, outputs: int, *, kernel_size: int = 3, stride: int = 1, pool: bool = True
) -> nn.Sequential:
    """Convolution, batch normalisation, pooling (halves width and height), ReLU.

    The convolution has no bias, because batch normalisation brings its own.
    """
    padding = kernel_size // 2
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel_size, stride=stride, padding=padding, bias=False),
        nn.BatchNorm2d(outputs),
        *([nn.MaxPool2d(2)] if pool else []),
        nn.ReLU(),
    )


def average_and_decide(inputs: int, classes: int, dropout: float) -> nn.Sequential:
    """Average every feature map over all positions, then one layer that decides."""
    return nn.Sequential(
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout), nn.Linear(inputs, classes)
    )

"""The network of gpu.py and how it is trained: airbench94, written to be read.

Layers, starting weights and settings are those of Jordan 2024, "94% on CIFAR-10 in 3.29 seconds on
a single GPU" (https://arxiv.org/abs/2404.00498).
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import nn

CLASSES = 10
WIDTHS = (64, 256, 256)
# For the mean of the loss over a batch of 1024; the paper gives them for the sum.
LEARNING_RATE, BIAS_FACTOR, MOMENTUM, WEIGHT_DECAY = 1.5, 64, 0.85, 0.00133
RISING_SHARE = 0.23  # of all steps, after which the learning rate falls to FINAL_SHARE of its peak
FINAL_SHARE = 0.07


class Network(nn.Module):
    """Seven convolutions; the first is fixed to look at patches without what they have in common.

    Gives scores ``(N, 10)`` for normalised photos ``(N, 3, 32, 32)``.
    """

    def __init__(self, images: torch.Tensor, widths: Sequence[int] = WIDTHS):
        """``images``: normalised training photos, to fix the first layer by."""
        super().__init__()
        self.first = nn.Conv2d(3, 24, kernel_size=2)
        self.first.weight.requires_grad_(False).copy_(whitening_filters(images))
        nn.init.zeros_(self.first.bias)
        pairs = pairwise((24, *widths))
        self.blocks = nn.Sequential(*(block(before, after) for before, after in pairs))
        self.pool = nn.MaxPool2d(3)
        self.last = nn.Linear(widths[-1], CLASSES, bias=False)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        features = self.blocks(nn.functional.gelu(self.first(images)))
        return self.last(self.pool(features).flatten(1)) / 9


def block(before: int, after: int) -> nn.Sequential:
    """Two convolutions of 3 x 3 pixels; the first one is followed by a halving of the size."""
    return nn.Sequential(
        convolution(before, after),
        nn.MaxPool2d(2),
        batch_norm(after),
        nn.GELU(),
        convolution(after, after),
        batch_norm(after),
        nn.GELU(),
    )


def convolution(before: int, after: int) -> nn.Conv2d:
    """A convolution whose first filters pass their input on unchanged when training starts."""
    layer = nn.Conv2d(before, after, kernel_size=3, padding="same", bias=False)
    nn.init.dirac_(layer.weight[:before])
    return layer


def batch_norm(channels: int) -> nn.BatchNorm2d:
    """A batch normalisation that learns shifts but no scales."""
    layer = nn.BatchNorm2d(channels, eps=1e-12, momentum=0.4)
    layer.weight.requires_grad_(False)
    return layer


def whitening_filters(images: torch.Tensor) -> torch.Tensor:
    """Return 24 filters ``(24, 3, 2, 2)`` whose answers to 2 x 2 patches are uncorrelated.

    They are the principal components of the patches, scaled to equal strength, and their negatives.
    """
    patches = nn.functional.unfold(images, kernel_size=2).transpose(1, 2).reshape(-1, 12).double()
    strengths, directions = torch.linalg.eigh(patches.T @ patches / len(patches))
    filters = (directions / (strengths + 5e-4).sqrt()).T.reshape(12, 3, 2, 2).flip(0).float()
    return torch.cat([filters, -filters])


def make_optimizer(network: Network, batch_size: int) -> torch.optim.Optimizer:
    """Gradient descent with momentum; the shifts of batch normalisation learn far quicker."""
    learning_rate = LEARNING_RATE * batch_size / 1024
    shifts = [w for name, w in network.blocks.named_parameters() if name.endswith("bias")]
    others = [network.first.bias, network.last.weight]
    others += [w for name, w in network.blocks.named_parameters() if w.ndim == 4]
    quick = {
        "params": shifts,
        "lr": learning_rate * BIAS_FACTOR,
        "weight_decay": WEIGHT_DECAY / BIAS_FACTOR,
    }
    normal = {"params": others, "lr": learning_rate, "weight_decay": WEIGHT_DECAY}
    return torch.optim.SGD([quick, normal], momentum=MOMENTUM, nesterov=True)


def rate(progress: float) -> float:
    """Return the share of the largest learning rate, for a progress from 0 to 1: up, then down."""
    if progress < RISING_SHARE:
        return 0.2 + 0.8 * progress / RISING_SHARE
    falling = (progress - RISING_SHARE) / (1 - RISING_SHARE)
    return 1 - (1 - FINAL_SHARE) * falling

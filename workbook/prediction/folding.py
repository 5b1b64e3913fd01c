"""Fold batch normalisation into the convolution before it: the same answers with less work."""

import copy

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


def fold_batch_norm(model: nn.Module) -> nn.Module:
    """Return a copy of a model, in evaluation mode, that computes the same in fewer steps.

    In evaluation mode batch normalisation multiplies and shifts each channel by constants, and so
    does a convolution, so one can do both. Pairs are folded where they follow one another in an
    ``nn.Sequential``; all else stays. Answers differ by rounding only.
    """
    model = copy.deepcopy(model).eval()
    for layers in [part for part in model.modules() if isinstance(part, nn.Sequential)]:
        for position in range(len(layers) - 1):
            first, second = layers[position], layers[position + 1]
            if _can_be_folded(first, second):
                layers[position] = fuse_conv_bn_eval(first, second)
                layers[position + 1] = nn.Identity()
    return model


def _can_be_folded(first: nn.Module, second: nn.Module) -> bool:
    pair = type(first) is nn.Conv2d and type(second) is nn.BatchNorm2d
    return pair and second.running_mean is not None

"""Models: from a single layer to a convolutional network, all plain ``torch.nn.Module``s.

Every model takes photos as float32 ``(N, 3, size, size)`` and returns one score (a logit, any
real number) per photo and class, ``(N, classes)``. Softmax turns the scores into probabilities;
``torch.nn.functional.cross_entropy`` does that itself, so no model here ends in a softmax.
"""

from workbook.models import architectures, pretrained, transfer
from workbook.models.pretrained import is_pretrained, pretrained_model, pretrained_preprocess
from workbook.models.registry import ARCHITECTURES, create_model, register_model
from workbook.models.transfer import backbone_preprocess, unfreeze_last_block

__all__ = [
    "ARCHITECTURES",
    "architectures",
    "backbone_preprocess",
    "count_parameters",
    "create_model",
    "is_pretrained",
    "pretrained",
    "pretrained_model",
    "pretrained_preprocess",
    "register_model",
    "transfer",
    "unfreeze_last_block",
]


def count_parameters(model, *, trainable_only: bool = False) -> int:
    """Return how many numbers the model holds, or only those that training may change."""
    return sum(
        weights.numel()
        for weights in model.parameters()
        if weights.requires_grad or not trainable_only
    )

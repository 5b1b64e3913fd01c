"""Backbones of torchvision, which have learned from a million real photos (ImageNet).

Their weights are fetched once, by torchvision's own mechanism, and kept where torch keeps them
(``TORCH_HOME``). Training on them is as in chapter 4: the backbone is frozen, the head is new.
Models and weights: https://docs.pytorch.org/vision/stable/models.html
"""

from dataclasses import replace
from http.client import HTTPException
from pathlib import Path

import torch
from torch import nn

from workbook.models.architectures import average_and_decide
from workbook.models.registry import create_model, register_model
from workbook.models.transfer import TransferModel
from workbook.photos.preprocess import Preprocess

SIZE = 224  # pixels, of the photos that the backbones have learned from
CHANNELS = {"mobilenet_v3_small": 576, "resnet18": 512, "efficientnet_b0": 1280}


class WeightsUnavailable(RuntimeError):
    """The weights are neither on this computer nor could they be fetched."""


@register_model("mobilenet_v3_small")
def mobilenet_v3_small(*, classes: int, size: int = SIZE, dropout: float = 0.2) -> nn.Module:
    """MobileNetV3 (Howard et al. 2019), made for phones: the smallest and quickest here."""
    return _with_new_head("mobilenet_v3_small", classes, dropout)


@register_model("resnet18")
def resnet18(*, classes: int, size: int = SIZE, dropout: float = 0.2) -> nn.Module:
    """ResNet with 18 layers (He et al. 2015), the one that most courses show."""
    return _with_new_head("resnet18", classes, dropout)


@register_model("efficientnet_b0")
def efficientnet_b0(*, classes: int, size: int = SIZE, dropout: float = 0.2) -> nn.Module:
    """EfficientNet-B0 (Tan and Le 2019): usually the best of the three, and the slowest."""
    return _with_new_head("efficientnet_b0", classes, dropout)


def pretrained_model(
    name: str, *, classes: int, size: int = SIZE, dropout: float = 0.2, seed: int = 0
) -> TransferModel:
    """Return a torchvision backbone with the weights it learned, frozen, and a new head.

    Args:
        name: "mobilenet_v3_small", "resnet18" or "efficientnet_b0".
        classes: how many classes the new head tells apart.
        size: pixels; smaller than 224 is quicker and less exact, and 96 is a sensible least.
        dropout: share of the values before the head that training switches off.
        seed: fixes the starting weights of the head.

    Raises:
        ValueError: the name is none of these.
        WeightsUnavailable: the weights could not be fetched, with what to do.
    """
    _check_name(name)
    model = create_model(name, classes=classes, size=size, dropout=dropout, seed=seed)
    # Fetched whole, and only then put into the backbone: its own head is left out.
    network = _torchvision_network(name)
    network.load_state_dict(_fetch_weights(name))
    model.backbone.load_state_dict(_backbone_of(network).state_dict())
    return model


def pretrained_preprocess(name: str, size: int = SIZE) -> Preprocess:
    """Return the preprocessing that the weights were trained with, at a size of your choice.

    Mean and standard deviation are torchvision's own. Raises ValueError for an unknown name.
    """
    _check_name(name)
    its_own = _weights_of(name).transforms()
    return replace(Preprocess(size=size), mean=tuple(its_own.mean), std=tuple(its_own.std))


def is_pretrained(name: str) -> bool:
    """Whether a name stands for a backbone of torchvision."""
    return name in CHANNELS


def _with_new_head(name: str, classes: int, dropout: float) -> TransferModel:
    backbone = _backbone_of(_torchvision_network(name))
    return TransferModel(backbone, average_and_decide(CHANNELS[name], classes, dropout))


def _torchvision_network(name: str) -> nn.Module:
    from torchvision.models import get_model

    return get_model(name, weights=None)


def _backbone_of(network: nn.Module) -> nn.Sequential:
    if hasattr(network, "features"):
        return network.features
    layers = ("conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4")
    return nn.Sequential(*(getattr(network, layer) for layer in layers))


def _weights_of(name: str):
    from torchvision.models import get_model_weights

    return get_model_weights(name).DEFAULT


def _fetch_weights(name: str) -> dict:
    try:
        return _weights_of(name).get_state_dict(progress=True, check_hash=True)
    # URLError, timeouts and full disks are OSErrors; a wrong check sum is a RuntimeError.
    except (OSError, HTTPException, RuntimeError, EOFError) as error:
        kept = Path(torch.hub.get_dir(), "checkpoints", _weights_of(name).url.rsplit("/", 1)[1])
        if kept.exists():
            raise WeightsUnavailable(
                f"The weights of {name} in {kept} are damaged. Delete that file and try again."
            ) from error
        raise WeightsUnavailable(
            f"The weights of {name} could not be fetched ({error}). Connect to the internet and "
            'try again, or use create_model("transfer", ...), whose weights come with the workbook.'
        ) from error


def _check_name(name: str) -> None:
    if not is_pretrained(name):
        raise ValueError(
            f'torchvision\'s backbones here are {", ".join(CHANNELS)}; "{name}" is none of them.'
        )

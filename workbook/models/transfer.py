"""Transfer learning: borrow the feature detectors of a network that has seen other photos.

The backbone was trained on rendered objects that are in none of the course's classes
(``benchmarks/make_backbone.py`` makes it again) and is shipped with the package.
"""

import json
from pathlib import Path

from torch import nn

from workbook.models.architectures import average_and_decide, convolutional_features
from workbook.models.registry import register_model
from workbook.photos.preprocess import Preprocess

BACKBONE_FILE = Path(__file__).with_name("studio_backbone.safetensors")


class TransferModel(nn.Module):
    """A borrowed backbone and a new head.

    ``backbone`` maps photos to feature maps and is frozen: training does not change it.
    ``head`` maps feature maps to scores and is all that is trained at first.
    """

    def __init__(self, backbone: nn.Sequential, head: nn.Sequential):
        super().__init__()
        self.backbone = backbone
        self.head = head
        self.backbone.requires_grad_(False)

    def forward(self, photos):
        return self.head(self.backbone(photos))

    def train(self, mode: bool = True):
        """Switch the head to training mode and leave the backbone in evaluation mode.

        Batch normalisation in training mode would replace the averages of the photos that the
        backbone was trained on by those of your few, even where its weights are frozen.
        """
        super().train(mode)
        self.backbone.eval()
        return self


@register_model("transfer")
def transfer(*, classes: int, size: int = 64, dropout: float = 0.2) -> nn.Module:
    """The frozen studio backbone with a new head. Feed it with ``backbone_preprocess()``."""
    details, weights = _read_backbone()
    # Always the layers for 64-pixel photos, which the weights were trained in; as the feature
    # maps are averaged, photos of any size pass through them.
    backbone = convolutional_features(size=details["size"], channels=details["channels"])
    backbone.load_state_dict(weights)
    return TransferModel(backbone, average_and_decide(details["channels"][-1], classes, dropout))


def unfreeze_last_block(model: TransferModel) -> None:
    """Let training change the last block of the backbone as well; use a small learning rate.

    Raises ValueError for a model that has no borrowed backbone.
    """
    if not isinstance(model, TransferModel):
        raise ValueError(
            "Only a transfer model has a frozen backbone. "
            'Make one with create_model("transfer", classes=...).'
        )
    model.backbone[-1].requires_grad_(True)


def backbone_preprocess(size: int = 64) -> Preprocess:
    """Return the preprocessing that the backbone was trained with, at a size of your choice."""
    details, _ = _read_backbone(weights=False)
    return Preprocess(size=size, mean=tuple(details["mean"]), std=tuple(details["std"]))


def _read_backbone(*, weights: bool = True) -> tuple[dict, dict]:
    from safetensors import safe_open

    with safe_open(BACKBONE_FILE, framework="pt") as file:
        details = json.loads(file.metadata()["backbone"])
        names = file.keys() if weights else []
        return details, {name: file.get_tensor(name).float() for name in names}

"""Where in a photo does an answer come from? Two maps, both computed by Captum.

Neither says why. A map shows on which places a score depends, not what the model recognises there,
and a map that lies on the object does not prove that the model knows the object. Maps of an
untrained network can look convincing, too (Adebayo and others 2018), so compare with one.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

# At most so many squares in each direction (more where they would leave gaps between them), so
# that the map comes at once.
SQUARES_ACROSS = 6
PHOTOS_AT_ONCE = 64


def occlusion_map(
    model: nn.Module, image: torch.Tensor, class_index: int, *, cover: int = 16
) -> torch.Tensor:
    """Return how much probability a class loses when a place is covered (Zeiler, Fergus 2014).

    A grey square of ``cover`` by ``cover`` pixels is put over one place after the other. ``image``:
    float32 ``(3, H, W)``, normalised, so that grey, the mean colour, is 0.

    Returns float32 ``(H, W)``, -1 to 1: the fall of the probability, averaged over all squares
    that lie on the pixel. Below 0, covering the place makes the class more probable. Raises
    ValueError when the square is larger than the photo.
    """
    from captum.attr import Occlusion

    height, width = image.shape[1:]
    if not 1 <= cover <= min(height, width):
        raise ValueError(
            f"A square of {cover} pixels does not fit into a photo of {height} by {width}. "
            f"Choose 1 to {min(height, width)}."
        )
    few = math.ceil((max(height, width) - cover) / (SQUARES_ACROSS - 1))
    stride = min(cover, max(1, cover // 2, few))
    device = _device_of(model)
    with _evaluating(model), torch.no_grad():
        losses = Occlusion(lambda photos: model(photos).float().softmax(dim=1)).attribute(
            image.unsqueeze(0).to(device),
            target=class_index,
            sliding_window_shapes=(len(image), cover, cover),
            strides=(len(image), stride, stride),
            baselines=0,
            perturbations_per_eval=PHOTOS_AT_ONCE,
        )
    return losses[0, 0].float().cpu()


def grad_cam(model: nn.Module, image: torch.Tensor, class_index: int) -> torch.Tensor:
    """Return which places of the last feature maps speak for a class (Selvaraju and others 2017).

    Each map counts as much as the score of the class grows when the map does; their sum is
    enlarged to the size of the photo. ``image``: float32 ``(3, H, W)``, normalised.

    Returns float32 ``(H, W)``, 0 or more; only the shape means something, not the size of the
    numbers. Raises ValueError for a network without feature maps.
    """
    from captum.attr import LayerAttribution, LayerGradCam

    batch = image.unsqueeze(0).to(_device_of(model))
    with _evaluating(model):
        layer = last_feature_maps(model, batch)
        with torch.enable_grad():
            weighted = LayerGradCam(model, layer).attribute(
                batch, target=class_index, relu_attributions=True
            )
    enlarged = LayerAttribution.interpolate(weighted, tuple(image.shape[1:]), "bilinear")
    return enlarged[0, 0].detach().float().cpu().clamp(min=0)


def cover_place(
    image: torch.Tensor, row: int, column: int, cover: int, colour: float | torch.Tensor = 0
) -> torch.Tensor:
    """Return a copy of a photo ``(3, H, W)`` with a square around a place painted over.

    At the edge the square is moved inwards, so that it lies in the photo as a whole.
    """
    height, width = image.shape[1:]
    top = min(max(row - cover // 2, 0), height - cover)
    left = min(max(column - cover // 2, 0), width - cover)
    covered = image.clone()
    covered[:, top : top + cover, left : left + cover] = colour
    return covered


def cover_middle(image: torch.Tensor, colour: float | torch.Tensor = 0) -> torch.Tensor:
    """Return a copy of a photo ``(3, H, W)`` with a square of half its width over the middle."""
    height, width = image.shape[1:]
    return cover_place(image, height // 2, width // 2, min(height, width) // 2, colour)


@torch.no_grad()
def share_kept_without_middle(model: nn.Module, photos) -> float:
    """Return how often a network gives the same answer when the middle of a photo is covered.

    Where the objects are in the middle, a network that knows them should change most of its
    answers. One that goes by the surroundings keeps them. Returns 0 to 1.
    """
    device, kept = _device_of(model), 0
    with _evaluating(model):
        for images, _ in photos.batches(256, device=device):
            covered = torch.stack([cover_middle(image) for image in images])
            kept += int((model(images).argmax(dim=1) == model(covered).argmax(dim=1)).sum())
    return kept / len(photos)


def strongest_place(values: torch.Tensor) -> tuple[int, int]:
    """Return row and column of the middle of the largest values of a map ``(H, W)``."""
    rows, columns = (values >= values.max() - 1e-6).nonzero().float().mean(dim=0).tolist()
    return round(rows), round(columns)


def share_inside(values: torch.Tensor, mask: torch.Tensor) -> float:
    """Return which share of a map's positive part lies inside a mask, both ``(H, W)``; 0 to 1."""
    positive = values.clamp(min=0)
    total = float(positive.sum())
    return float(positive[mask].sum()) / total if total else 0.0


@torch.no_grad()
def last_feature_maps(model: nn.Module, batch: torch.Tensor) -> nn.Module:
    """Return the layer whose output is the last feature maps that still have places in them.

    ``batch``: ``(1, 3, H, W)``. Raises ValueError when no layer has such an output.
    """
    found: list[nn.Module] = []

    def note(layer, _inputs, output):
        if isinstance(output, torch.Tensor) and output.ndim == 4 and output[0, 0].numel() > 1:
            found.append(layer)

    leaves = [layer for layer in model.modules() if not list(layer.children())]
    hooks = [layer.register_forward_hook(note) for layer in leaves]
    try:
        model(batch)
    finally:
        for hook in hooks:
            hook.remove()
    if not found:
        raise ValueError(
            "This network has no feature maps: it takes the photo as one long row of numbers. "
            "Use occlusion_map, which works with any network."
        )
    return found[-1]


@contextmanager
def _evaluating(model: nn.Module) -> Iterator[None]:
    """Evaluation mode inside the block, and the mode of before after it."""
    was_training = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(was_training)


def _device_of(model: nn.Module) -> torch.device:
    return next(model.parameters()).device

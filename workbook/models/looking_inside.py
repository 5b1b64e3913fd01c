"""Look inside a model: what each layer makes of a photo, and the arithmetic behind any value.

``follow`` sends one photo through a model and notes what goes into each layer and what comes out.
``workbook.models.arithmetic.explain`` then takes a single one of those values apart.
"""

from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True)
class Step:
    """One layer at work on one photo.

    ``name``: the layer's place in the model, such as "features.0.1". ``taken``, ``given``: what
    goes in and what comes out, float32 on the processor, without the batch dimension: feature maps
    (channels, rows, columns), or numbers in a row (count,).
    """

    name: str
    layer: nn.Module
    taken: torch.Tensor
    given: torch.Tensor

    @property
    def kind(self) -> str:
        """PyTorch's name for this kind of layer, such as "Conv2d"."""
        return type(self.layer).__name__

    @property
    def gives_maps(self) -> bool:
        """Whether feature maps come out, not numbers in a row."""
        return self.given.ndim == 3


@dataclass(frozen=True)
class WeightedSum:
    """What one neuron does with a photo. Each ``products`` is a number times its weight."""

    products: torch.Tensor
    bias: float

    @property
    def speaks_for(self) -> float:
        """The sum of the products above zero."""
        return self.products.clamp(min=0).sum().item()

    @property
    def speaks_against(self) -> float:
        """The sum of the products below zero."""
        return self.products.clamp(max=0).sum().item()

    @property
    def total(self) -> float:
        """All products and the bias, added up."""
        return self.products.sum().item() + self.bias

    @property
    def after_relu(self) -> float:
        """The sum, or zero where the sum is negative."""
        return max(0.0, self.total)


def weigh(numbers: torch.Tensor, weights: torch.Tensor, bias: float) -> WeightedSum:
    """Multiply each number by its weight. Both have the same shape; raises ValueError if not."""
    if numbers.shape != weights.shape:
        raise ValueError(
            f"The photo has the shape {tuple(numbers.shape)}, the weights {tuple(weights.shape)}. "
            "A neuron needs one weight for each number."
        )
    return WeightedSum(numbers.double().cpu() * weights.detach().double().cpu(), float(bias))


def follow(model: nn.Module, photo: torch.Tensor) -> list[Step]:
    """Send one photo through a model, and return its innermost layers at work, in order.

    ``photo``: float32 (channels, rows, columns), normalised as the model expects it. The model is
    asked in evaluation mode and left as it was.
    """
    steps = []
    for taken, given, name, layer in _notes(model, photo.unsqueeze(0)):
        steps.append(Step(name, layer, taken[0], given[0]))
    return steps


def loudest_values(model: nn.Module, photos: torch.Tensor) -> list[torch.Tensor]:
    """Return, for each layer in order, the largest value of each map on each photo: (N, maps).

    ``photos``: float32 (N, channels, rows, columns), normalised. A map whose largest value is
    zero or less on every photo comes out of a ReLU as nothing but zeros.
    """
    return [
        given.flatten(2).amax(dim=2) if given.ndim == 4 else given
        for _, given, _, _ in _notes(model, photos)
    ]


def seen_part(steps: list[Step], index: int, row: int, column: int) -> tuple[int, int, int, int]:
    """Return which part of the photo a value can depend on: (row, column, rows, columns).

    ``row``, ``column``: of a value that layer ``index`` gives. Walks back from layer to layer, so
    it holds for models whose layers follow one another. A layer that takes all numbers at once
    sees the whole photo.
    """
    top, left, bottom, right = row, column, row + 1, column + 1
    for step in reversed(steps[: index + 1]):
        if step.taken.ndim != 3 or not step.gives_maps or _takes_all(step):
            height, width = steps[0].taken.shape[-2:]
            return 0, 0, height, width
        (kernel_height, kernel_width), (down, across), (above, before) = _geometry(step.layer)
        # What lies outside is padding, and depends on nothing.
        _, height, width = step.taken.shape
        bottom = min(height, (bottom - 1) * down - above + kernel_height)
        right = min(width, (right - 1) * across - before + kernel_width)
        top, left = max(0, top * down - above), max(0, left * across - before)
    return top, left, max(0, bottom - top), max(0, right - left)


def _takes_all(step: Step) -> bool:
    return isinstance(step.layer, nn.AdaptiveAvgPool2d | nn.AdaptiveMaxPool2d)


def _geometry(layer: nn.Module) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    """Return the reach of a layer's window, its stride and its padding, each (down, across)."""
    if not hasattr(layer, "kernel_size"):
        return (1, 1), (1, 1), (0, 0)
    kernel = pair(layer.kernel_size)
    dilation = pair(getattr(layer, "dilation", 1))
    reach = tuple((k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True))
    return reach, pair(layer.stride), padding_before(layer)


def padding_before(layer: nn.Module) -> tuple[int, int]:
    """Return how many rows and columns a layer adds above and to the left."""
    if layer.padding == "valid":
        return 0, 0
    if layer.padding == "same":
        kernel, dilation = pair(layer.kernel_size), pair(layer.dilation)
        return tuple((k - 1) * d // 2 for k, d in zip(kernel, dilation, strict=True))
    return pair(layer.padding)


def pair(setting: int | tuple[int, int]) -> tuple[int, int]:
    """Return a setting for rows and for columns; PyTorch takes one number for both."""
    return tuple(setting) if isinstance(setting, tuple | list) else (setting, setting)


def _notes(model: nn.Module, photos: torch.Tensor):
    """Return (taken, given, name, layer) of each innermost layer, in the order of the work."""
    notes, taken = [], {}

    def before(layer, inputs):
        # A copy, because some layers write their result over what they were given.
        taken[layer] = inputs[0].detach().cpu().clone()

    def after(name):
        def note(layer, _inputs, output):
            notes.append((taken.pop(layer), output.detach().cpu().clone(), name, layer))

        return note

    modes = {module: module.training for module in model.modules()}
    hooks = []
    for name, layer in model.named_modules():
        if not list(layer.children()):
            hooks += [
                layer.register_forward_pre_hook(before),
                layer.register_forward_hook(after(name)),
            ]
    try:
        model.eval()
        with torch.no_grad():
            model(photos.to(next((w.device for w in model.parameters()), photos.device)))
    finally:
        for hook in hooks:
            hook.remove()
        for module, mode in modes.items():
            module.training = mode
    return notes

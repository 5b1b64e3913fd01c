"""The arithmetic behind one value that a layer gives, written out so that it can be checked."""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.functional import pad

from workbook.models.looking_inside import Step, padding_before, pair


@dataclass(frozen=True)
class Arithmetic:
    """How one value came about.

    ``rule``: what is done, in words. ``numbers``: what goes in, float64, (channels, rows, columns)
    for a window on feature maps, otherwise (count,). ``weights``: one for each of the numbers,
    where there are any; then ``bias`` is added to the sum of the products. ``first_channel``: the
    input channel that the numbers begin with. ``formula``: the sum, written out. ``value``: the
    result, computed from the above.
    """

    rule: str
    numbers: torch.Tensor
    value: float
    formula: str
    weights: torch.Tensor | None = None
    bias: float = 0.0
    first_channel: int = 0

    @property
    def products(self) -> torch.Tensor:
        """Each number times its weight; the numbers themselves where there are no weights."""
        return self.numbers if self.weights is None else self.numbers * self.weights


def explain(step: Step, position: tuple[int, ...]) -> Arithmetic:
    """Return how the value at ``position`` of what a layer gives was made.

    ``position``: (channel, row, column) in feature maps, (index,) in numbers in a row. Raises
    ValueError for a kind of layer that is not known here, and IndexError outside of what it gives.
    """
    inside = len(position) == step.given.ndim and all(
        0 <= place < count for place, count in zip(position, step.given.shape, strict=True)
    )
    if not inside:
        raise IndexError(f"There is no value at {position} in the shape {tuple(step.given.shape)}.")
    for kinds, rule in RULES.items():
        if isinstance(step.layer, kinds):
            return rule(step, position)
    raise ValueError(
        f"This view cannot take a layer of the kind {step.kind} apart. "
        "Choose another layer: before it or after it."
    )


def _convolution(step: Step, position) -> Arithmetic:
    layer, (channel, row, column) = step.layer, position
    per_group = layer.in_channels // layer.groups
    first = channel // (layer.out_channels // layer.groups) * per_group
    maps = _padded_for(layer, step.taken[first : first + per_group].double())
    (down, across), (step_down, step_across) = pair(layer.stride), pair(layer.dilation)
    kernel_height, kernel_width = layer.kernel_size
    top, left = row * down, column * across
    window = maps[
        :,
        top : top + (kernel_height - 1) * step_down + 1 : step_down,
        left : left + (kernel_width - 1) * step_across + 1 : step_across,
    ]
    bias = None if layer.bias is None else layer.bias[channel].item()
    return _weighted(
        "Convolution: the numbers under the window times the weights of the filter, added up, "
        "plus the bias.",
        window,
        layer.weight[channel],
        bias,
        first_channel=first,
    )


def _padded_for(layer: nn.Conv2d, maps: torch.Tensor) -> torch.Tensor:
    above, before = padding_before(layer)
    below, behind = above, before
    if layer.padding == "same":  # an even window has no middle: one more at the far end
        reaches = [(k - 1) * d for k, d in zip(layer.kernel_size, layer.dilation, strict=True)]
        below, behind = reaches[0] - above, reaches[1] - before
    mode = "constant" if layer.padding_mode == "zeros" else layer.padding_mode
    return pad(maps.unsqueeze(0), (before, behind, above, below), mode=mode)[0]


def _dense(step: Step, position) -> Arithmetic:
    layer, index = step.layer, position[-1]
    bias = None if layer.bias is None else layer.bias[index].item()
    return _weighted(
        "Dense layer: every number times its own weight, added up, plus the bias.",
        step.taken.double(),
        layer.weight[index],
        bias,
    )


def _weighted(
    rule: str, numbers, weights, bias: float | None, first_channel: int = 0
) -> Arithmetic:
    weights = weights.detach().double().cpu()
    total = (numbers * weights).sum().item()
    count = weights.numel()
    formula = (
        f"{total:.4f} (sum of {count} products; this layer has no bias)"
        if bias is None
        else f"{total:.4f} (sum of {count} products) + {bias:.4f} (bias)"
    )
    return Arithmetic(
        rule, numbers, total + (bias or 0), formula, weights, bias or 0.0, first_channel
    )


def _largest(step: Step, position) -> Arithmetic:
    layer, (channel, row, column) = step.layer, position
    top, left = _corner(layer, row, column)
    (height, width), (down, across) = pair(layer.kernel_size), pair(layer.dilation)
    rows = [top + i * down for i in range(height)]
    columns = [left + i * across for i in range(width)]
    window = _inside(step.taken, channel, rows, columns)
    return Arithmetic(
        "Max pooling: the largest number of the window.",
        window,
        window.max().item(),
        f"the largest of {_listed(window)}",
        first_channel=channel,
    )


def _average(step: Step, position) -> Arithmetic:
    layer, (channel, row, column) = step.layer, position
    top, left = _corner(layer, row, column)
    (height, width), (above, before) = pair(layer.kernel_size), pair(layer.padding)
    bottom = min(top + height, step.taken.shape[1] + above)
    right = min(left + width, step.taken.shape[2] + before)
    window = _inside(step.taken, channel, range(top, bottom), range(left, right))
    with_padding = (bottom - top) * (right - left)
    count = with_padding if layer.count_include_pad else window.numel()
    return _mean(window, layer.divisor_override or count, channel)


def _average_of_part(step: Step, position) -> Arithmetic:
    channel, row, column = position
    window = _part(step, channel, row, column)
    return _mean(window, window.numel(), channel)


def _largest_of_part(step: Step, position) -> Arithmetic:
    channel, row, column = position
    window = _part(step, channel, row, column)
    words = "Max pooling: the largest number of this part of the map."
    formula = f"the largest of {window.numel()} numbers"
    return Arithmetic(words, window, window.max().item(), formula, first_channel=channel)


def _part(step: Step, channel: int, row: int, column: int) -> torch.Tensor:
    """Return the part of a map that adaptive pooling makes into one number."""
    (height, width), (rows, columns) = step.taken.shape[1:], step.given.shape[1:]
    top, bottom = row * height // rows, -(-(row + 1) * height // rows)
    left, right = column * width // columns, -(-(column + 1) * width // columns)
    return step.taken[channel : channel + 1, top:bottom, left:right].double()


def _mean(window: torch.Tensor, count: int, channel: int) -> Arithmetic:
    total = window.sum().item()
    return Arithmetic(
        "Average pooling: the numbers of the window added up, divided by how many they are.",
        window,
        total / count,
        f"{total:.4f} (sum of {window.numel()} numbers) / {count}",
        first_channel=channel,
    )


def _corner(layer: nn.Module, row: int, column: int) -> tuple[int, int]:
    (down, across), (above, before) = pair(layer.stride), padding_before(layer)
    return row * down - above, column * across - before


def _inside(maps: torch.Tensor, channel: int, rows, columns) -> torch.Tensor:
    """Return the numbers of a window that lie inside the map, float64 (1, rows, columns)."""
    rows = [row for row in rows if 0 <= row < maps.shape[1]]
    columns = [column for column in columns if 0 <= column < maps.shape[2]]
    return maps[channel][rows][:, columns].double().unsqueeze(0)


def _normalisation(step: Step, position) -> Arithmetic:
    layer, channel = step.layer, position[0]
    number = step.taken[position].double()
    mean, variance = layer.running_mean[channel].item(), layer.running_var[channel].item()
    scale = 1.0 if layer.weight is None else layer.weight[channel].item()
    shift = 0.0 if layer.bias is None else layer.bias[channel].item()
    deviation = (variance + layer.eps) ** 0.5
    return Arithmetic(
        "Batch normalisation: minus the mean of this map in training, divided by its spread, "
        "then a learned scale and a learned shift.",
        number.reshape(1),
        (number.item() - mean) / deviation * scale + shift,
        f"({number:.4f} − {mean:.4f}) / {deviation:.4f} × {scale:.4f} + {shift:.4f}",
    )


def _relu(step: Step, position) -> Arithmetic:
    number = step.taken[position].double()
    return Arithmetic(
        "ReLU: a number above zero stays, one below zero becomes zero.",
        number.reshape(1),
        max(0.0, number.item()),
        f"the larger one of 0 and {number:.4f}",
    )


def _other_activation(step: Step, position) -> Arithmetic:
    number = step.taken[position].double().reshape(1)
    words = f"{step.kind}: each number by itself is put through the curve of that name."
    return Arithmetic(words, number, step.layer(number).item(), f"{step.kind} of {number[0]:.4f}")


def _flattening(step: Step, position) -> Arithmetic:
    place = torch.unravel_index(torch.tensor(position[0]), step.taken.shape)
    number = step.taken[place].double()
    where = ", ".join(str(int(index)) for index in place)
    return Arithmetic(
        "Flatten: all maps are put into one row, nothing is changed.",
        number.reshape(1),
        number.item(),
        f"the number at channel, row, column {where}",
    )


def _unchanged(step: Step, position) -> Arithmetic:
    number = step.taken[position].double()
    words = f"{step.kind}: does nothing when a network is asked; it matters in training only."
    return Arithmetic(words, number.reshape(1), number.item(), f"{number:.4f}, as it came")


def _softmax(step: Step, position) -> Arithmetic:
    if step.taken.ndim != 1:
        raise ValueError("Softmax over feature maps cannot be taken apart here: only over scores.")
    scores = step.taken.double()
    exponentials = (scores - scores.max()).exp()  # the largest is taken off, or they may overflow
    own, total = exponentials[position[0]].item(), exponentials.sum().item()
    return Arithmetic(
        "Softmax: e to the power of this score, divided by the sum of the same for all scores. "
        "(The largest score is subtracted from all first; that changes no share.)",
        scores[position[0]].reshape(1),
        own / total,
        f"{own:.4f} / {total:.4f}",
    )


def _listed(window: torch.Tensor) -> str:
    return ", ".join(f"{number:.4f}" for number in window.flatten().tolist())


RULES = {
    nn.Conv2d: _convolution,
    nn.Linear: _dense,
    nn.MaxPool2d: _largest,
    nn.AvgPool2d: _average,
    nn.AdaptiveAvgPool2d: _average_of_part,
    nn.AdaptiveMaxPool2d: _largest_of_part,
    nn.BatchNorm2d | nn.BatchNorm1d: _normalisation,
    nn.ReLU: _relu,
    nn.LeakyReLU | nn.ELU | nn.GELU | nn.SiLU | nn.Hardswish | nn.Sigmoid | nn.Tanh: (
        _other_activation
    ),
    nn.Flatten: _flattening,
    nn.Dropout | nn.Dropout2d | nn.Identity: _unchanged,
    nn.Softmax: _softmax,
}
"""Kind of layer -> what explains it."""

"""The way of a photo through a network as a strip: one small picture for each layer."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image
from torch.nn.functional import adaptive_avg_pool2d

from workbook.models.looking_inside import Step
from workbook.views.drawing import (
    ABOVE,
    BELOW,
    FAINT,
    RULE,
    as_hex,
    box,
    card,
    image,
    short,
    signed_picture,
    words,
)
from workbook.views.pixel_art import as_image

SIDE = 60  # of a small picture on the page, in pixels
ACROSS, DOWN, MARGIN = 80, 110, 12  # from one picture to the next, and at the edge
IN_A_ROW = 11
DOTS = 22  # of a small picture itself: enough for its size, and little to store
SHORT_NAMES = {"BatchNorm2d": "Norm", "AdaptiveAvgPool2d": "AvgPool", "MaxPool2d": "MaxPool"}
MANY = 24  # more numbers than this are not drawn as bars
THIN = 16  # bars in a small picture
CHOSEN = "#D55E00"
GREY = "#8c959f"
OUTLINE = f'<path d="M0 0h{SIDE}v{SIDE}h-{SIDE}z" fill="none" stroke="{RULE}"/>'


def layer_strip(
    photo: torch.Tensor, steps: list[Step], layer: int, channel: int, names: Sequence[str]
) -> str:
    """Return the strip. ``layer``: the chosen one, from 1; it is framed, and its name is bold.

    ``photo``: uint8 (3, H, W). ``channel``: which map of each layer is drawn, or the
    last where there are fewer.
    """
    small = as_image(photo).resize((DOTS * 2, DOTS * 2), Image.Resampling.BOX).quantize(16)
    tiles = [_tile(0, _image(small), "photo", photo.shape, False)]
    for number, step in enumerate(steps, start=1):
        picture = _small_map(step, channel) if step.gives_maps else _small_bars(step.given)
        tiles.append(
            _tile(number, picture, f"{number} {step.kind}", step.given.shape, number == layer)
        )
    shares = steps[-1].given
    answer = f"{names[int(shares.argmax())]} {float(shares.max()):.0%}"
    rows = math.ceil(len(tiles) / IN_A_ROW)
    width = MARGIN + min(len(tiles), IN_A_ROW) * ACROSS
    height = rows * DOWN + 34
    ending = words(MARGIN, height - 12, f"The answer: {answer}", bold=True)
    description = "The way through the network: photo " + ", ".join(
        f"{number} {step.kind} {_shape(step.given.shape)}" for number, step in enumerate(steps, 1)
    )
    return card(width, height, [*tiles, ending], f"{description}. The answer: {answer}.")


def share_bars(step: Step, names: Sequence[str], chosen: int, title: str) -> str:
    """Draw numbers in a row as bars, with the classes' names where there is one for each.

    Of a long row, the part round the chosen number is drawn.
    """
    values = step.given.numpy()
    first = 0 if len(values) <= MANY else min(max(0, chosen - MANY // 2), len(values) - MANY)
    shown = values[first : first + MANY]
    named = len(values) == len(names)
    longest = max(float(np.abs(values).max()), 1e-9)
    parts = [words(12, 20, f"{title}: {step.kind}", bold=True)]
    zero, half, line = 108, 56, 20
    for index, value in enumerate(shown.tolist()):
        y, length = 30 + index * line, abs(value) / longest * half
        is_chosen = first + index == chosen
        name = names[index] if named else f"number {first + index}"
        colour = as_hex(ABOVE if value > 0 else BELOW) if is_chosen else GREY
        left = zero + half - (length if value < 0 else 0)
        parts += [
            words(zero - 10, y + 13, name, size=12, anchor="end", bold=is_chosen),
            box(left, y, length, line - 5, fill=colour),
            words(zero + 2 * half + 8, y + 13, short(value, 3), size=12, bold=is_chosen),
        ]
    height = 38 + line * len(shown)
    parts.append(box(zero + half - 0.5, 28, 1, height - 36, fill=RULE))
    of_all = "" if len(shown) == len(values) else f"numbers {first} to {first + MANY - 1} of "
    description = f"{title}, {step.kind}: {of_all}{len(values)} numbers. Chosen: " + (
        f"{names[chosen] if named else chosen} {short(float(values[chosen]), 3)}."
    )
    return card(zero + 2 * half + 62, height, parts, description)


def _tile(index: int, picture: str, name: str, shape: Sequence[int], chosen: bool) -> str:
    """Place the picture of one layer, with its name and shape below."""
    row, column = divmod(index, IN_A_ROW)
    x, y = MARGIN + column * ACROSS, 10 + row * DOWN
    frame = (
        f'<rect x="-5" y="-5" width="{SIDE + 10}" height="{SIDE + 42}" rx="5" fill="none" '
        f'stroke="{CHOSEN}" stroke-width="3"/>'
    )
    kind = SHORT_NAMES.get(name.split()[-1], name.split()[-1])
    label = " ".join([*name.split()[:-1], kind])
    bold = ' font-weight="600"' if chosen else ""
    return (
        f'<g transform="translate({x},{y})" font-size="11">{picture}'
        f'<text y="{SIDE + 15}"{bold}>{label}</text>'
        f'<text y="{SIDE + 29}" fill="{FAINT}">{_shape(shape)}</text>'
        f"{frame if chosen else ''}</g>"
    )


def _small_map(step: Step, channel: int) -> str:
    values = step.given[min(channel, len(step.given) - 1)]
    if max(values.shape) > DOTS:
        values = adaptive_avg_pool2d(values[None], DOTS)[0]
    return _image(signed_picture(values.numpy(), float(values.abs().max())))


def _image(picture: Image.Image) -> str:
    return image(0, 0, SIDE, SIDE, picture) + OUTLINE


def _small_bars(values: torch.Tensor) -> str:
    """Draw a row of numbers as thin bars; of a long row only the first few."""
    shown = values[:THIN]
    middle = SIDE / 2
    lengths = (shown / shown.abs().max().clamp(min=1e-9) * (middle - 2)).tolist()
    width = SIDE / len(lengths)
    paths = {ABOVE: "", BELOW: ""}
    for index, length in enumerate(lengths):
        left, bar = index * width, max(width - 1, 1)
        paths[ABOVE if length > 0 else BELOW] += (
            f"M{left:.1f} {middle}h{bar:.1f}v{-length:.1f}h{-bar:.1f}z"
        )
    bars = [f'<path d="{path}" fill="{as_hex(colour)}"/>' for colour, path in paths.items()]
    return "".join([*bars, OUTLINE])


def _shape(shape: Sequence[int]) -> str:
    return "×".join(str(count) for count in shape)

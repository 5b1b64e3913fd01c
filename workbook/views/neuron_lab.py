"""One neuron at work on one photo: numbers times weights, added up, and what ReLU makes of it."""

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image

from workbook.models.looking_inside import WeightedSum, weigh
from workbook.views.controls import whole_number
from workbook.views.drawing import ABOVE, BELOW, RULE, as_hex, box, card, short, signed_picture
from workbook.views.drawing import words as written
from workbook.views.explorer import Explorer, figure
from workbook.views.pixel_art import as_image

STEPS = 5
COLOURS = ("red", "green", "blue")
GREY = "#8c959f"


class NeuronLab(Explorer):
    """A photo, the weights of one neuron as a picture, their products, the sum, and ReLU."""

    def __init__(self, weights, biases, photos, start: dict[str, int]):
        self.weights = weights.detach().float().cpu()
        self.biases = torch.as_tensor(biases).detach().tolist()
        self.photos = photos
        _, _, height, width = self.weights.shape
        controls = {
            "photo": whole_number("photo", start["photo"], 0, len(photos) - 1),
            "neuron": whole_number("neuron", start["neuron"], 0, len(self.weights) - 1),
            "step": whole_number("step", start["step"], 1, STEPS),
            "row": whole_number("row", start["row"], 0, height - 1),
            "column": whole_number("column", start["column"], 0, width - 1),
        }
        super().__init__(self._draw, controls)

    def sums(self, photo: int) -> list[WeightedSum]:
        """Return what each neuron makes of a photo."""
        numbers = self.photos.preprocess.normalize(self.photos[photo][0].cpu())
        return [
            weigh(numbers, weights, bias)
            for weights, bias in zip(self.weights, self.biases, strict=True)
        ]

    def _draw(self, photo, neuron, step, row, column) -> str:
        image, label = self.photos[photo]
        names = self.photos.class_names
        sums = self.sums(photo)
        chosen = sums[neuron]
        marks = [(row, column, 1, 1)]
        truth = names[int(label)]
        parts = [
            figure(as_image(image).quantize(64), f"1. Photo {photo}: {truth}.", 190, marks=marks)
        ]
        if step >= 2:
            caption = f"2. The weights of neuron {neuron}, {names[neuron]}. Grey is zero."
            parts.append(
                figure(_weights_as_colours(self.weights[neuron]), caption, 190, marks=marks)
            )
        if step >= 3:
            summed = chosen.products.sum(dim=0).numpy()
            caption = "3. Their products. Orange speaks for the class, blue against it."
            picture = signed_picture(summed, np.quantile(np.abs(summed), 0.99))
            parts.append(figure(picture, caption, 190, marks=marks))
            numbers = self.photos.preprocess.normalize(image.cpu())[:, row, column]
            parts.append(
                _pixel_sentence(numbers, self.weights[neuron, :, row, column], row, column)
            )
        if step >= 4:
            parts.append(_scale(chosen, with_relu=step >= 5))
            parts.append(_all_sums([each.total for each in sums], names, neuron))
        return "".join(parts)


def explore_neuron(
    weights: torch.Tensor,
    biases: Sequence[float],
    photos,
    *,
    photo: int = 0,
    neuron: int = 0,
    step: int = STEPS,
) -> NeuronLab:
    """Return a lab that follows the sum of one neuron step by step.

    ``weights``: (neurons, 3, H, W), one neuron for each class. ``biases``: one for each neuron.
    ``photos``: a PhotoSet with photos of that size. ``photo``, ``neuron``, ``step``: at the start.
    """
    middle = weights.shape[-1] // 2
    start = {"photo": photo, "neuron": neuron, "step": step, "row": middle, "column": middle}
    return NeuronLab(weights, biases, photos, start)


def _weights_as_colours(weights: torch.Tensor) -> Image.Image:
    spread = weights.std().clamp(min=1e-12) * 3
    pixels = ((weights / spread).clamp(-1, 1) * 127.5 + 127.5).round().byte()
    return as_image(pixels).quantize(48)  # few colours look the same here and take little space


def _pixel_sentence(numbers, weights, row: int, column: int) -> str:
    sums = "; ".join(
        f"{name} {short(number, 2)} × {short(weight, 3)} = {short(number * weight, 3)}"
        for name, number, weight in zip(COLOURS, numbers.tolist(), weights.tolist(), strict=True)
    )
    return f"<p>The pixel in row {row}, column {column}, number times weight: {sums}.</p>"


def _scale(parts: WeightedSum, *, with_relu: bool) -> str:
    """Draw the sum as bars: what speaks for, what against, the bias, the total."""
    rows = [
        ("all products above zero", parts.speaks_for),
        ("all products below zero", parts.speaks_against),
        ("bias", parts.bias),
        ("4. added up", parts.total),
    ]
    if with_relu:
        rows.append(("5. after ReLU", parts.after_relu))
    title = "The sum of this neuron"
    said = f"{title}: " + ", ".join(f"{name} {short(value, 2)}" for name, value in rows) + "."
    return _bars(title, rows, {3, 4}, said)


def _all_sums(totals: list[float], names: Sequence[str], neuron: int) -> str:
    rows = list(zip(names, totals, strict=True))
    best = max(range(len(totals)), key=totals.__getitem__)
    title = f"The sums of all neurons. Largest: {names[best]}"
    said = f"{title}. " + ", ".join(f"{name} {short(value, 2)}" for name, value in rows) + "."
    return _bars(title, rows, {neuron}, said)


def _bars(title: str, rows, bold: set[int], description: str) -> str:
    """Draw one bar per row, to the right above zero and to the left below."""
    longest = max(max(abs(value) for _, value in rows), 1e-9)
    name_width, half, line = 164, 62, 26
    zero, height = name_width + half, 40 + line * len(rows)
    parts = [written(12, 22, title, bold=True)]
    for index, (name, value) in enumerate(rows):
        y, length = 36 + index * line, abs(value) / longest * (half - 6)
        colour = as_hex(ABOVE if value > 0 else BELOW) if index in bold else GREY
        parts += [
            written(name_width - 8, y + 14, name, anchor="end", bold=index in bold),
            box(zero if value > 0 else zero - length, y, length, line - 8, fill=colour),
            written(zero + half + 8, y + 14, short(value, 2), bold=index in bold),
        ]
    parts.append(box(zero - 0.5, 32, 1, line * len(rows), fill=RULE))
    return card(zero + half + 96, height, parts, description)

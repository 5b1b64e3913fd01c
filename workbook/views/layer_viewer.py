"""A viewer for the inside of a network: any layer, any channel, any photo, and the sums behind."""

from collections.abc import Mapping

import numpy as np
import torch
from PIL import Image
from torch import nn

from workbook.models.arithmetic import explain
from workbook.models.looking_inside import Step, follow, loudest_values, seen_part
from workbook.views.controls import Choice, set_limit, whole_number
from workbook.views.drawing import short, signed_picture
from workbook.views.explorer import Explorer, figure
from workbook.views.layer_strip import layer_strip, share_bars
from workbook.views.pixel_art import as_image
from workbook.views.sums import draw_arithmetic

TRIED = 32  # photos on which a silent map is tried out
BIG, SMALL = 200, 150  # the sides of the pictures on the page, in pixels
KEPT = 6  # photos whose way through a model is kept, so that going back and forth is quick


class LayerViewer(Explorer):
    """Any layer and channel of one or several models of the same build, on any photo.

    The controls: photo, layer (1 is the first), channel, and the row and column of the value whose
    arithmetic is shown. In a layer that gives numbers in a row, the channel is the number's index.
    """

    def __init__(self, models: Mapping[str, nn.Module], photos, start: dict[str, int]):
        self.models = dict(models)
        self.photos = photos
        self._ways: dict[tuple[str, int], list[Step]] = {}
        self._loudest: dict[str, list[torch.Tensor]] = {}
        names = list(self.models)
        steps = self.steps(names[-1], start["photo"])
        controls = {
            "photo": whole_number("photo", start["photo"], 0, len(photos) - 1),
            "layer": whole_number("layer", start["layer"], 1, len(steps)),
            "channel": whole_number("channel", start["channel"], 0, 10**6),
            "row": whole_number("row", start["row"], 0, 10**6),
            "column": whole_number("column", start["column"], 0, 10**6),
            "model": Choice("model", names, names[-1]),
        }
        self._size = tuple(photos[start["photo"]][0].shape[-2:])
        self._spot = (0.5, 0.5)  # where in the photo, as shares of its height and width
        super().__init__(self._draw, controls, adjust=self._adjust_limits)

    def steps(self, model: str, photo: int) -> list[Step]:
        """Return the layers of a model at work on a photo, and softmax as the last of them."""
        if (model, photo) not in self._ways:
            if len(self._ways) >= KEPT * len(self.models):
                self._ways.clear()
            numbers = self.photos.preprocess.normalize(self.photos[photo][0].cpu())
            steps = follow(self.models[model], numbers)
            scores = steps[-1].given
            softmax = Step("shares", nn.Softmax(dim=0), scores, scores.softmax(dim=0))
            self._ways[model, photo] = [*steps, softmax]
        return self._ways[model, photo]

    def silent_on(self, model: str, layer: int, channel: int) -> tuple[int, int]:
        """Return on how many photos a map has no value above zero, and how many were tried."""
        if model not in self._loudest:
            tried = torch.stack([self.photos[index][0].cpu() for index in self._tried()])
            batch = self.photos.preprocess.normalize(tried)
            self._loudest[model] = loudest_values(self.models[model], batch)
        loudest = self._loudest[model][layer - 1][:, channel]
        return int((loudest <= 0).sum()), len(loudest)

    def _tried(self) -> range:
        count = min(TRIED, len(self.photos))
        return range(0, len(self.photos), max(1, len(self.photos) // count))[:count]

    def _shape(self) -> tuple[int, int, int]:
        """Return how many channels, rows and columns the chosen layer gives."""
        values = self.values
        given = self.steps(values["model"], values["photo"])[values["layer"] - 1].given
        return tuple(given.shape) if given.ndim == 3 else (len(given), 1, 1)

    def _adjust_limits(self) -> None:
        """Keep channel, row and column inside the layer, and at the same place of the photo."""
        channels, height, width = self._shape()
        row, column = self.controls["row"], self.controls["column"]
        set_limit(self.controls["channel"], channels - 1)
        set_limit(row, height - 1)
        set_limit(column, width - 1)
        if (height, width) != self._size:
            row.value, column.value = int(self._spot[0] * height), int(self._spot[1] * width)
            self._size = (height, width)
        elif height > 1:
            self._spot = ((row.value + 0.5) / height, (column.value + 0.5) / width)

    def _draw(self, photo, layer, channel, row, column, model) -> str:
        steps = self.steps(model, photo)
        step = steps[layer - 1]
        image, label = self.photos[photo]
        title = f"Layer {layer} of {len(steps)}: {step.kind}"
        taken = _shape_in_words(step.taken, "colours" if layer == 1 else "maps")
        shapes = f"{taken} go in, {_shape_in_words(step.given)} come out"
        position = (channel, row, column) if step.gives_maps else (channel,)
        seen = seen_part(steps, layer - 1, row, column)
        caption = f"Photo {photo}: {self.photos.class_names[int(label)]}. " + (
            "The frame: all that this value can depend on."
            if seen[2:] != image.shape[1:]
            else "This value can depend on all of it."
        )
        return "".join(
            [
                layer_strip(image, steps, layer, channel, self.photos.class_names),
                f"<p><strong>{title}.</strong> {shapes}.</p>",
                figure(as_image(image).quantize(32), caption, SMALL, marks=[seen]),
                self._maps(photo, layer, channel, row, column),
                self._silence(model, step, layer, channel),
                draw_arithmetic(explain(step, position), step, position, of_photo=layer == 1),
            ]
        )

    def _maps(self, photo, layer, channel, row, column) -> str:
        """Draw the chosen map, or the numbers, of every model on one scale."""
        named = {name: self.steps(name, photo)[layer - 1] for name in self.models}
        if not next(iter(named.values())).gives_maps:
            names = self.photos.class_names
            return "".join(share_bars(step, names, channel, name) for name, step in named.items())
        maps = {name: step.given[channel].numpy() for name, step in named.items()}
        largest = max(float(np.abs(each).max()) for each in maps.values())
        return "".join(
            figure(
                _map_picture(values, largest),
                f"{name}: map {channel} of {len(named[name].given)}, {_range(values)}",
                BIG,
                marks=[(row, column, 1, 1)],
            )
            for name, values in maps.items()
        )

    def _silence(self, model: str, step: Step, layer: int, channel: int) -> str:
        """Say why a map is empty, or will be after the next ReLU."""
        if not step.gives_maps or float(step.given[channel].max()) > 0:
            return ""
        silent, tried = self.silent_on(model, layer, channel)
        empty = float(step.given[channel].abs().max()) == 0
        start = (
            "This map is empty (hatched): every value is zero."
            if empty
            else "No value here is above zero, so ReLU makes an empty map of it."
        )
        meaning = (
            "It is silent on every photo tried: such a filter is called dead. It adds nothing, and "
            "training can hardly wake it up again."
            if silent == tried
            else "That is not a fault: its pattern is just not in this photo."
        )
        return (
            f'<p role="status"><strong>{start}</strong> It is silent on {silent} of {tried} photos '
            f"tried. {meaning}</p>"
        )


def explore_layers(
    models: Mapping[str, nn.Module] | nn.Module,
    photos,
    *,
    photo: int = 0,
    layer: int = 1,
    channel: int = 0,
) -> LayerViewer:
    """Return a viewer for the layers of a model, or of several of the same build side by side.

    ``models``: name -> model, such as {"before training": ..., "after training": ...}. ``photos``:
    a PhotoSet; any photo in it can be chosen. ``photo``, ``layer``, ``channel``: at the start.
    """
    named = models if isinstance(models, Mapping) else {"this model": models}
    height, width = photos[photo][0].shape[-2:]
    start = {"photo": photo, "layer": layer, "channel": channel}
    return LayerViewer(named, photos, start | {"row": height // 2, "column": width // 2})


def _map_picture(values: np.ndarray, largest: float) -> Image.Image:
    if float(np.abs(values).max()) > 0:
        return signed_picture(values, largest)
    rows, columns = np.indices(values.shape)
    hatched = (rows + columns) % 4 == 0  # an empty map must not look like a broken picture
    return as_image(np.where(hatched, 200, 255).astype(np.uint8))


def _range(values: np.ndarray) -> str:
    if float(np.abs(values).max()) == 0:
        return "all zero"
    low, high = short(values.min(), 2), short(values.max(), 2)
    return f"{low} to {high}. Orange: above zero, blue: below"


def _shape_in_words(tensor: torch.Tensor, name: str = "maps") -> str:
    if tensor.ndim == 1:
        return f"{len(tensor):,} numbers"
    maps, height, width = tensor.shape
    return f"{maps} {name} of {height} by {width}"

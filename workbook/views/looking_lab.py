"""The lab of where a network looked: two maps over a photo, for one network or for several."""

import html
from collections.abc import Mapping

import numpy as np
import torch
from torch import nn

from workbook.evaluation.looking import (
    cover_place,
    grad_cam,
    occlusion_map,
    strongest_place,
)
from workbook.views.controls import Choice, whole_number
from workbook.views.explorer import Explorer
from workbook.views.thumbnails import in_rows, note, paragraph, thumbnail

ITS_ANSWER = "its own answer"
# Orange for, blue against: told apart with any kind of colour vision.
SPEAKS_FOR, SPEAKS_AGAINST = (213, 94, 0), (0, 114, 178)
WIDTH = 150
FULL_COLOUR = 0.3  # a fall of the probability by this much gets the full colour
WHAT_A_MAP_CANNOT_TELL = (
    "What such a map cannot tell: what the network sees in a place, and why it matters. A map on "
    "the object is no proof that the network knows the object, and even an untrained network has a "
    "map. So compare networks, and compare photos."
)


def explore_looking(models: nn.Module | Mapping[str, nn.Module], photos) -> Explorer:
    """Return a lab that shows on which places of a photo an answer depends.

    ``models``: a model, or several by name, which then stand below one another. ``photos``: a
    PhotoSet, prepared as the models need it.
    """
    named = dict(models) if isinstance(models, Mapping) else {"your network": models}
    size = photos.preprocess.size
    controls = {
        "number": whole_number("photo", 0, 0, len(photos) - 1),
        "cover": whole_number("size of the square", size // 4, size // 6, size // 2),
        "explained": Choice("explain", [ITS_ANSWER, *photos.class_names]),
    }
    return Explorer(_Maps(named, photos), controls)


class _Maps:
    """Draws a row of pictures for each network."""

    def __init__(self, models: dict[str, nn.Module], photos):
        self.models = models
        self.photos = photos

    def __call__(self, number: int, cover: int, explained: str) -> str:
        image, label = self.photos[number]
        truth = self.photos.class_names[label]
        rows = [
            self._row(name, model, image, truth, cover, explained)
            for name, model in self.models.items()
        ]
        legend = paragraph(
            "<b>Orange</b> in the occlusion map: with this place covered, the probability falls, "
            "so the answer depends on it. <b>Blue</b>: with this place covered, it rises. Orange "
            "in Grad-CAM: here the last feature maps speak for the class."
        )
        return "".join(rows) + legend + note([WHAT_A_MAP_CANNOT_TELL])

    def _row(self, name, model, image, truth, cover, explained) -> str:
        names = self.photos.class_names
        prepared = self.photos.preprocess.normalize(image)
        probabilities = _probabilities(model, prepared)
        answer = int(probabilities.argmax())
        target = answer if explained == ITS_ANSWER else names.index(explained)
        losses = occlusion_map(model, prepared, target, cover=cover)
        row, column = strongest_place(losses)
        spot = _in_words(row, column, image.shape[1])
        about = f"{names[target]} in the eyes of {name}"
        pictures = [
            thumbnail(
                image,
                f"the truth: {truth}\nthe answer: {names[answer]} {probabilities[answer]:.0%}",
                WIDTH,
                description=f"A photo of {truth}; {name} answers {names[answer]}",
            ),
            thumbnail(
                _tinted(image, losses / FULL_COLOUR),
                f"occlusion map for {names[target]}",
                WIDTH,
                description=f"Occlusion map for {about}: strongest {spot}",
            ),
            self._covered("strongest place", model, image, target, (row, column, cover), about),
            self._covered("middle", model, image, target, _middle(image), about),
            _grad_cam_picture(model, prepared, image, target, about),
        ]
        return paragraph(f"<b>{html.escape(name)}</b>") + in_rows(pictures, gap=14)

    def _covered(self, what, model, image, target, place, about) -> str:
        """Show the photo with a grey square, and what is left of the probability."""
        prepared = self.photos.preprocess.normalize(image)
        before = _probabilities(model, prepared)[target]
        after = _probabilities(model, cover_place(prepared, *place))[target]
        grey = self.photos.preprocess.denormalize(torch.zeros(3, 1, 1))
        return thumbnail(
            cover_place(image, *place, colour=grey),
            f"{what} covered:\n{self.photos.class_names[target]} {before:.0%} → {after:.0%}",
            WIDTH,
            description=f"The same photo with the {what} covered, {about}",
        )


def _middle(image: torch.Tensor) -> tuple[int, int, int]:
    """Return row, column and side of the square that ``cover_middle`` covers."""
    size = image.shape[1]
    return size // 2, size // 2, size // 2


def _grad_cam_picture(model, prepared, image, target: int, about: str) -> str:
    try:
        values = grad_cam(model, prepared, target)
    except ValueError:  # a network that takes the photo as one long row of numbers
        return thumbnail(image // 3, "no Grad-CAM: this network has no feature maps", WIDTH)
    strongest = float(values.max())
    if strongest == 0:
        return thumbnail(image // 3, "Grad-CAM: nothing speaks for it", WIDTH)
    row, column = strongest_place(values)
    return thumbnail(
        _tinted(image, values / strongest),
        "Grad-CAM of the last feature maps",
        WIDTH,
        description=f"Grad-CAM for {about}: strongest {_in_words(row, column, image.shape[1])}",
    )


@torch.no_grad()
def _probabilities(model: nn.Module, prepared: torch.Tensor) -> torch.Tensor:
    was_training = model.training
    device = next(model.parameters()).device
    probabilities = model.eval()(prepared.unsqueeze(0).to(device)).float().softmax(dim=1)
    model.train(was_training)
    return probabilities[0].cpu()


def _tinted(image: torch.Tensor, strengths: torch.Tensor) -> np.ndarray:
    """Return a grey photo with colour where a map is strong: uint8 ``(H, W, 3)``.

    ``strengths``: ``(H, W)``, -1 (all blue) to 1 (all orange).
    """
    grey = image.float().mean(dim=0).numpy()[:, :, None] * 0.8 + 30
    strengths = strengths.clamp(-1, 1).numpy()[:, :, None]
    colour = np.where(strengths > 0, np.array(SPEAKS_FOR), np.array(SPEAKS_AGAINST))
    share = np.abs(strengths) * 0.8
    return (grey * (1 - share) + colour * share).clip(0, 255).astype(np.uint8)


def _in_words(row: int, column: int, size: int) -> str:
    down = ("at the top", "in the middle", "at the bottom")[min(3 * row // size, 2)]
    across = ("left", "centre", "right")[min(3 * column // size, 2)]
    return f"{down}, {across}"

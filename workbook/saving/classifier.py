"""A classifier: a trained model together with everything that is needed to use it."""

import copy
import html
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import nn

from workbook.atomic import replacing
from workbook.device import pick_device
from workbook.photos.preprocess import Preprocess
from workbook.saving import card as cards
from workbook.saving.container import CARD_KEY, ModelFileError, read_header
from workbook.saving.rebuild import build_model, checksum_of_weights, fill_weights, weights_of


@dataclass
class Classifier:
    """A model, the preprocessing of its photos, the names of its classes in order, and a card.

    ``model`` gives logits of shape (N, classes) for normalised photos (N, 3, size, size).
    The model is put into evaluation mode, because a classifier only predicts. Raises ValueError
    when the model does not accept such photos or gives another number of scores than classes.
    """

    model: nn.Module
    preprocess: Preprocess
    class_names: tuple[str, ...]
    card: dict = field(repr=False)
    _layout: torch.memory_format = field(
        default=torch.contiguous_format, init=False, repr=False, compare=False
    )

    def __post_init__(self):
        self.class_names = tuple(self.class_names)
        self.model.eval()
        self._try_out()

    @classmethod
    def from_training(
        cls,
        model: nn.Module,
        splits,
        *,
        name: str,
        version: str = "1.0",
        history=None,
        evaluation=None,
        evaluated_on: str = "validation",
        notes: str = "",
        limits: Sequence[str] = cards.USUAL_LIMITS,
        licence: str = cards.LICENCE_UNKNOWN,
    ) -> "Classifier":
        """Make a classifier from a trained model and the photos it was trained on.

        The model is copied, so that training it further does not change the classifier. The card
        is filled from ``splits`` (classes, preprocessing, counts, openings of the test set), from
        ``history`` (settings) and from ``evaluation`` (measures of the part ``evaluated_on``).
        Raises ValueError when the model does not fit the classes or cannot say how it is built.
        """
        recipe = getattr(model, "recipe", None)
        if recipe is None:
            raise ValueError(
                f"The model {type(model).__name__} does not say how it is built, so it could not "
                "be loaded again. Make it with create_model; for a model of your own, put "
                '@register_model("its-name") above its definition first.'
            )
        settings = {} if history is None else {**history.settings, "best_epoch": history.best_epoch}
        card = cards.write_card(
            name=name,
            version=version,
            recipe=recipe,
            class_names=splits.class_names,
            preprocess=splits.preprocess,
            data=cards.describe_data(splits),
            metrics={} if evaluation is None else {evaluated_on: evaluation.summary()},
            settings={**settings, "notes": notes},
            test_openings=splits.test_openings,
            limits=list(limits),
            licence=licence,
        )
        return cls(copy.deepcopy(model), splits.preprocess, splits.class_names, card)

    @property
    def device(self) -> torch.device:
        """The device that the weights are on."""
        return next((weights.device for weights in self.model.parameters()), torch.device("cpu"))

    def save(self, path: str | Path, *, overwrite: bool = True) -> Path:
        """Write the classifier to one safetensors file, whole or not at all; return its path.

        The file is read back before it takes its place, so that what was saved can be loaded. An
        older file of that name is replaced, unless ``overwrite`` is False.
        Raises FileExistsError when ``overwrite`` is False and the file is there, ValueError for
        weights that are not numbers, OSError when the disk is full or the folder not writable.
        """
        path = Path(path)
        if path.exists() and not overwrite:
            raise FileExistsError(
                f"{path} is already there and will not be overwritten. Choose another name."
            )
        weights = weights_of(self.model)
        for name, tensor in weights.items():
            if tensor.is_floating_point() and not tensor.isfinite().all():
                raise ValueError(
                    f'The weights "{name}" are not all numbers (NaN or infinite): the training '
                    "went wrong. Train again with a smaller learning rate before saving."
                )
        checks = {**self.card["checks"], "weights": checksum_of_weights(weights)}
        text = json.dumps({**self.card, "checks": checks}, ensure_ascii=True, allow_nan=False)
        contents = safetensors.torch.save(weights, metadata={CARD_KEY: text})
        with replacing(path) as temporary:
            temporary.write_bytes(contents)
            try:
                Classifier.load(temporary, device="cpu")
            except ModelFileError as error:
                problem = f"was not saved, because it could not be loaded again: {error.problem}"
                raise ModelFileError(path, problem, error.remedy) from error
        return path

    @classmethod
    def load(cls, path: str | Path, *, device: str | torch.device | None = None) -> "Classifier":
        """Read a classifier from a file written by ``save``, onto ``device`` (see pick_device).

        Nothing in the file is run. Raises ModelFileError, with a sentence for each kind of
        trouble, when the file is missing, foreign, damaged, cut off or does not fit together.
        """
        path = Path(path)
        header = read_header(path)
        card = cards.parse_card(path, header.card_text)
        preprocess = cards.parse_preprocess(path, card)
        model = build_model(path, card, header.tensors)
        try:
            weights = safetensors.torch.load(path.read_bytes())
        except SafetensorError as error:
            raise ModelFileError(
                path,
                f"the table of its weights is damaged ({error}).",
                "Copy or download it again.",
            ) from error
        fill_weights(path, card, model, weights)
        model.to(pick_device(device))
        try:
            return cls(model, preprocess, tuple(card["class_names"]), card)
        except ValueError as error:
            raise ModelFileError(path, str(error), cards.SAVE_AGAIN) from error

    def probabilities(self, photos: Any) -> torch.Tensor:
        """Return the probability of each class, float32 on the CPU.

        ``photos`` is one photo (anything that ``read_photo`` takes), which gives the shape
        (classes,); or a list of photos, or prepared pixels (uint8, (N, 3, size, size), as
        ``preprocess.pixels`` makes them), which give (N, classes). Raises PhotoError for a photo
        that cannot be read, ValueError for pixels of another size or kind.
        """
        if isinstance(photos, torch.Tensor) and photos.ndim == 4:
            return self._of_pixels(photos)
        if isinstance(photos, list | tuple):
            if not photos:
                return torch.zeros(0, len(self.class_names))
            return self._of_pixels(torch.stack([self.preprocess.pixels(one) for one in photos]))
        return self._of_pixels(self.preprocess.pixels(photos)[None])[0]

    def _of_pixels(self, pixels: torch.Tensor) -> torch.Tensor:
        size = self.preprocess.size
        if pixels.dtype != torch.uint8 or tuple(pixels.shape[1:]) != (3, size, size):
            raise ValueError(
                f"These pixels are {pixels.dtype} of shape {tuple(pixels.shape)}; this classifier "
                f"takes uint8 of shape (N, 3, {size}, {size}), 0 to 255. Give it the photos "
                "themselves, or what preprocess.pixels returns."
            )
        with torch.inference_mode():
            normalised = self.preprocess.normalize(pixels.to(self.device))
            logits = self.model(normalised.contiguous(memory_format=self._layout))
            return logits.float().softmax(dim=1).cpu()

    def _try_out(self) -> None:
        """Ask the model about one black photo, and compare its scores with the class names.

        Raises ValueError when they do not fit together. Convolutions are quickest when the colours
        of a pixel lie side by side in memory (channels last), but a model of a learner's own may
        not bear that, because it calls ``view``: then the usual layout is kept.
        """
        size = self.preprocess.size
        black = torch.zeros(1, 3, size, size, dtype=torch.uint8)
        shape = None
        for self._layout in (torch.channels_last, torch.contiguous_format):
            self.model.to(memory_format=self._layout)
            try:
                shape = tuple(self._of_pixels(black).shape)
                break
            except (RuntimeError, TypeError, AttributeError, IndexError) as error:
                trouble = error
        if shape is None:
            raise ValueError(
                f"The model does not give scores for photos of {size} by {size} pixels, which is "
                f"what its preprocessing makes ({trouble})."
            ) from trouble
        if shape != (1, len(self.class_names)):
            raise ValueError(
                f"The model gives {shape[-1]} scores for a photo, but there are "
                f"{len(self.class_names)} class names."
            )

    def __str__(self) -> str:
        size = self.preprocess.size
        lines = [
            f"{self.card['name']} {self.card['version']}: tells {len(self.class_names)} classes "
            f"apart ({', '.join(self.class_names)}) on photos of {size} by {size} pixels."
        ]
        for part, measures in self.card["metrics"].items():
            if isinstance(measures, dict) and isinstance(measures.get("accuracy"), float):
                lines.append(f"Accuracy on the {part} photos: {_with_interval(measures)}.")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(str(self))}</p>".replace("\n", "<br>")


def _with_interval(measures: dict) -> str:
    low, high = measures.get("accuracy_low"), measures.get("accuracy_high")
    if not isinstance(low, float) or not isinstance(high, float):
        return f"{measures['accuracy']:.0%}"
    return f"{measures['accuracy']:.0%} (95 % interval {low:.0%} to {high:.0%})"

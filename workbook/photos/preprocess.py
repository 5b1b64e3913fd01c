"""From a photo to the numbers a model sees: one definition for training and for prediction."""

import math
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image

from workbook.photos.reading import PhotoSource, read_photo

if TYPE_CHECKING:
    from workbook.photos.collection import PhotoCollection

RESIZE_RULES = ("crop", "stretch", "pad")
PADDING_GREY = (128, 128, 128)


@dataclass(frozen=True)
class Preprocess:
    """How a photo becomes numbers. Stored with the model, so that prediction does the same.

    size: width and height of the result, in pixels.
    resize: what happens to photos that are not square. "crop" cuts out the square in the middle,
        "stretch" squeezes the whole photo into a square, "pad" adds grey bars.
    mean, std: for red, green and blue, on the scale 0 to 1. A value v from 0 to 255 becomes
        (v / 255 - mean) / std.

    Raises ValueError with a sentence when a setting makes no sense.
    """

    size: int = 64
    resize: str = "crop"
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)

    def __post_init__(self):
        if isinstance(self.size, bool) or not isinstance(self.size, int) or self.size < 1:
            raise ValueError(
                f"The size of the photos is {self.size!r}. "
                "Give a whole number of pixels above 0, for example 64."
            )
        if self.resize not in RESIZE_RULES:
            known = ", ".join(f'"{rule}"' for rule in RESIZE_RULES)
            raise ValueError(f'There is no resize rule "{self.resize}". Choose one of {known}.')
        # Lists (as JSON has them) become tuples, so that equal settings compare as equal.
        object.__setattr__(self, "mean", _three_numbers("mean", self.mean))
        object.__setattr__(self, "std", _three_numbers("std", self.std))
        if min(self.std) <= 0:
            raise ValueError(f"Each number in std must be above 0, but std is {self.std}.")

    def __call__(self, source: PhotoSource) -> torch.Tensor:
        """Return a photo as the model sees it: float32 ``(3, size, size)``, normalised.

        Raises PhotoError when the photo cannot be read.
        """
        return self.normalize(self.pixels(source))

    def pixels(self, source: PhotoSource) -> torch.Tensor:
        """Return a photo upright, in colour and resized: uint8 ``(3, size, size)``, 0 to 255.

        ``source`` is anything that ``read_photo`` takes. Raises PhotoError.
        """
        image = self._resized(read_photo(source, at_least=self.size))
        # Pillow keeps the three colours of a pixel together; torch wants one plane per colour.
        return torch.from_numpy(np.asarray(image).transpose(2, 0, 1).copy())

    def normalize(self, images: torch.Tensor) -> torch.Tensor:
        """Return uint8 images ``(N, 3, H, W)`` or ``(3, H, W)`` as float32, normalised."""
        scale, shift = _scale_and_shift(self.mean, self.std, images.device)
        return images.to(torch.float32).mul_(scale).add_(shift)

    def standardize(self, images: torch.Tensor) -> torch.Tensor:
        """Return float images on the scale 0 to 1 as ``(images - mean) / std``."""
        mean = torch.tensor(self.mean, device=images.device).view(3, 1, 1)
        std = torch.tensor(self.std, device=images.device).view(3, 1, 1)
        return (images - mean) / std

    def denormalize(self, images: torch.Tensor) -> torch.Tensor:
        """Undo ``normalize``: from normalised floats back to uint8 0 to 255, of the same shape."""
        mean = torch.tensor(self.mean, device=images.device).view(3, 1, 1)
        std = torch.tensor(self.std, device=images.device).view(3, 1, 1)
        return ((images * std + mean) * 255).round().clamp(0, 255).to(torch.uint8)

    def fitted(self, photo_set: "PhotoCollection") -> "Preprocess":
        """Return the same settings with the mean and standard deviation of these photos.

        Both are taken over all pixels of each colour, and rounded to 4 digits. A colour that never
        changes gets the standard deviation 1. Raises ValueError when there are no photos.
        """
        counts = torch.zeros(3, 256, dtype=torch.int64)
        for images in photo_set.pixel_batches():
            for colour in range(3):
                counts[colour] += torch.bincount(images[:, colour].flatten(), minlength=256)
        photos_seen = counts.sum(dim=1, keepdim=True)
        if photos_seen[0] == 0:
            raise ValueError("There are no photos to take the mean and standard deviation of.")
        share = counts.double() / photos_seen
        values = torch.arange(256, dtype=torch.float64) / 255
        mean = (share * values).sum(dim=1)
        std = (share * (values - mean[:, None]) ** 2).sum(dim=1).sqrt()
        return replace(
            self,
            mean=tuple(round(number, 4) for number in mean.tolist()),
            std=tuple(round(number, 4) or 1.0 for number in std.tolist()),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain numbers, lists and text, ready for JSON."""
        return asdict(self) | {"mean": list(self.mean), "std": list(self.std)}

    @classmethod
    def from_dict(cls, settings: dict[str, Any]) -> "Preprocess":
        """Build from what ``as_dict`` gave. Raises ValueError for missing or unknown settings."""
        known = ("size", "resize", "mean", "std")
        missing = [name for name in known if name not in settings]
        unknown = [str(name) for name in settings if name not in known]
        if missing:
            raise ValueError(
                f"The preprocessing settings lack {', '.join(missing)}. "
                "Without them photos would not look to the model as they did in training."
            )
        if unknown:
            raise ValueError(
                f"The preprocessing settings hold {', '.join(unknown)}, which this version of the "
                "workbook does not know. Install the version that the model was made with."
            )
        return cls(**settings)

    def same_pixels(self, other: "Preprocess") -> bool:
        """Tell whether the other one cuts and resizes photos in the same way."""
        return (self.size, self.resize) == (other.size, other.resize)

    def _resized(self, image: Image.Image) -> Image.Image:
        if self.resize == "stretch":
            return _resize(image, (self.size, self.size))
        if self.resize == "crop":
            return _resize(_middle_square(image), (self.size, self.size))
        return _padded(image, self.size)


def _three_numbers(name: str, values: Any) -> tuple[float, float, float]:
    try:
        numbers = tuple(float(value) for value in values)
    except (TypeError, ValueError):
        numbers = ()
    if len(numbers) != 3 or not all(math.isfinite(number) for number in numbers):
        raise ValueError(
            f"{name} is {values!r}. Give three numbers, one each for red, green and blue."
        )
    return numbers


@lru_cache(maxsize=64)
def _scale_and_shift(mean: tuple, std: tuple, device: torch.device) -> tuple[torch.Tensor, ...]:
    # (v / 255 - mean) / std  =  v * scale + shift: two passes over the numbers instead of three.
    std64 = torch.tensor(std, dtype=torch.float64).view(3, 1, 1)
    mean64 = torch.tensor(mean, dtype=torch.float64).view(3, 1, 1)
    scale, shift = 1 / (255 * std64), -mean64 / std64
    return scale.float().to(device), shift.float().to(device)


def _resize(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if image.size == size:
        return image
    # A reducing gap lets Pillow first average whole blocks of a large photo, which is much faster.
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _middle_square(image: Image.Image) -> Image.Image:
    if image.width == image.height:
        return image
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return image.crop((left, top, left + side, top + side))


def _padded(image: Image.Image, size: int) -> Image.Image:
    scale = size / max(image.size)
    width, height = (max(1, round(side * scale)) for side in image.size)
    square = Image.new("RGB", (size, size), PADDING_GREY)
    square.paste(_resize(image, (width, height)), ((size - width) // 2, (size - height) // 2))
    return square

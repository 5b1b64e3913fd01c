"""Change training photos a little, differently each time, so that there is more to learn from.

Only ever for training photos. A whole batch is changed at once, on the device it lies on: flip,
rotation, zoom and shift together are one affine map per photo, brightness, contrast and tint
together one multiplication and one addition per colour.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F


@dataclass(frozen=True)
class Augmentation:
    """What may change, and how far. Each photo gets its own random changes.

    flip: mirror left and right for half of the photos.
    rotate: up to so many degrees to either side.
    zoom: smallest and largest magnification; below 1 the photo gets smaller, and its surroundings
        are filled with its mirror image.
    shift: up to this share of the width and height, in any direction.
    brightness, contrast: up to this share more or less.
    tint: red, green and blue each up to this share more or less.

    Raises ValueError with a sentence when a setting makes no sense.
    """

    flip: bool = True
    rotate: float = 12.0
    zoom: tuple[float, float] = (0.85, 1.1)
    shift: float = 0.08
    brightness: float = 0.25
    contrast: float = 0.25
    tint: float = 0.0

    def __post_init__(self):
        zoom = tuple(self.zoom) if isinstance(self.zoom, list | tuple) else ()
        if len(zoom) != 2 or not 0 < zoom[0] <= zoom[1]:
            raise ValueError(
                f"zoom is {self.zoom}. Give the smallest and the largest magnification, "
                "for example (0.85, 1.1)."
            )
        object.__setattr__(self, "zoom", zoom)
        if not 0 <= self.rotate <= 180:
            raise ValueError(f"rotate is {self.rotate}. Give degrees from 0 to 180.")
        for name in ("shift", "brightness", "contrast", "tint"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(
                    f"{name} is {getattr(self, name)}. Give a share from 0 to below 1."
                )

    def __call__(
        self, images: torch.Tensor, generator: torch.Generator | None = None
    ) -> torch.Tensor:
        """Return changed copies of float images ``(B, 3, H, W)`` with values from 0 to 1.

        The same generator state gives the same changes, on whichever device the images are.
        """
        turned = self._moved(images, generator)
        return self._lit(turned, generator)

    @classmethod
    def mild(cls) -> "Augmentation":
        """Return half of everything: where to begin with photos that are all taken alike."""
        return cls(rotate=6, zoom=(0.92, 1.05), shift=0.04, brightness=0.12, contrast=0.12)

    def preview(self, image: torch.Tensor, count: int = 8, seed: int = 0) -> torch.Tensor:
        """Return ``count`` changed copies of one uint8 image ``(3, H, W)``, as uint8."""
        generator = torch.Generator().manual_seed(seed)
        copies = (image.to(torch.float32) / 255).expand(count, -1, -1, -1)
        return (self(copies, generator) * 255).round().to(torch.uint8)

    def _moved(self, images: torch.Tensor, generator: torch.Generator | None) -> torch.Tensor:
        count, _, height, width = images.shape
        angle = _between(-1, 1, count, generator) * math.radians(self.rotate)
        zoom = _between(*self.zoom, count, generator)
        mirror = torch.where(_between(0, 1, count, generator) < 0.5, -1.0, 1.0)
        # grid_sample counts from -1 to 1, so a shift by the whole width is 2.
        shift = 2 * self.shift * _between(-1, 1, (count, 2), generator)
        if not self.flip:
            mirror = torch.ones(count)
        # From a place in the result to the place in the photo: turn, shrink, mirror, move. The
        # ratio of the sides keeps a rotation from shearing photos that are not square.
        cosine, sine, sides = torch.cos(angle) / zoom, torch.sin(angle) / zoom, height / width
        by_x = torch.stack([mirror * cosine, sine / sides], dim=1)
        by_y = torch.stack([-mirror * sine * sides, cosine], dim=1)
        maps = torch.stack([by_x, by_y, shift], dim=2).to(images.device)
        grid = _places_in_photo(maps, height, width)
        return F.grid_sample(images, grid, padding_mode="reflection", align_corners=False)

    def _lit(self, images: torch.Tensor, generator: torch.Generator | None) -> torch.Tensor:
        count = images.shape[0]
        light = 1 + self.brightness * _between(-1, 1, (count, 1), generator)
        tint = 1 + self.tint * _between(-1, 1, (count, 3), generator)
        contrast = 1 + self.contrast * _between(-1, 1, (count, 1), generator)
        contrast = contrast.to(images.device)[:, :, None, None]
        gain = (light * tint).to(images.device)[:, :, None, None]
        # Contrast moves values away from, or towards, the mean brightness of each photo.
        middle = images.mean(dim=(1, 2, 3), keepdim=True)
        return (images * (gain * contrast)).add_(gain * middle * (1 - contrast)).clamp_(0, 1)


def _places_in_photo(maps: torch.Tensor, height: int, width: int) -> torch.Tensor:
    """Return for each pixel of the result its place in the photo, ``(B, H, W, 2)``, from -1 to 1.

    ``maps`` are affine maps ``(B, 2, 3)``. The same as ``torch.nn.functional.affine_grid``, in a
    twentieth of the time: a place is a part that depends on the column plus one that depends on
    the row, and both are short. With affine_grid, half of the time of a batch went into the grid.
    """
    x = (torch.arange(width, device=maps.device) * 2 + 1) / width - 1
    y = (torch.arange(height, device=maps.device) * 2 + 1) / height - 1
    of_column = maps[:, :, 0, None] * x
    of_row = maps[:, :, 1, None] * y + maps[:, :, 2, None]
    return (of_row[:, :, :, None] + of_column[:, :, None, :]).permute(0, 2, 3, 1)


def _between(low: float, high: float, shape, generator: torch.Generator | None) -> torch.Tensor:
    # Drawn on the processor: the same seed gives the same changes on every device.
    return low + (high - low) * torch.rand(shape, generator=generator)

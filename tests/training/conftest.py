import pytest
import torch

from workbook.photos.photoset import PhotoSet


def coloured_photos(per_class: int, seed: int, noise: float = 60.0) -> PhotoSet:
    """Noisy squares of 16 pixels that are mostly red, green or blue: learned in an instant."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(3).repeat_interleave(per_class)
    images = 100 + noise * torch.randn(len(labels), 3, 16, 16, generator=generator)
    images[torch.arange(len(labels)), labels] += 50
    images = images.round().clamp(0, 255).to(torch.uint8)
    photos = PhotoSet.from_tensors(images, labels, ("red", "green", "blue"))
    return photos.with_preprocess(photos.preprocess.fitted(photos))


@pytest.fixture(scope="session")
def train():
    return coloured_photos(20, seed=1)


@pytest.fixture(scope="session")
def validation():
    return coloured_photos(9, seed=2)

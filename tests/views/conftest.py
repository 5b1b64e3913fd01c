import pytest
import torch

from workbook.views import explorer


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Labs remember how they were left; a test must not see what another one did."""
    explorer.REMEMBERED.clear()


@pytest.fixture(scope="session")
def shapes_photos():
    """Twelve noisy photos of 32 pixels, of three classes."""
    from workbook import PhotoSet, Preprocess

    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (12, 3, 32, 32), generator=generator, dtype=torch.uint8)
    preprocess = Preprocess(size=32, mean=(0.5, 0.5, 0.5), std=(0.3, 0.3, 0.3))
    labels = torch.arange(12) % 3
    return PhotoSet.from_tensors(images, labels, ["apple", "bowl", "mug"], preprocess=preprocess)

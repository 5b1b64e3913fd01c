"""These tests need an NVIDIA graphics card, and say so where there is none."""

import pytest
import torch
from tiny_classifier import split_coloured_photos


@pytest.fixture(scope="session", autouse=True)
def cuda() -> torch.device:
    """Return the graphics card, or skip."""
    if not torch.cuda.is_available():
        pytest.skip("this computer has no NVIDIA graphics card that PyTorch can use")
    return torch.device("cuda")


@pytest.fixture(scope="session")
def splits(cuda, tmp_path_factory):
    """Photos of three colours, 16 pixels, in three parts."""
    return split_coloured_photos(tmp_path_factory.mktemp("coloured"))

"""Fixtures for the tests of the photos room."""

from pathlib import Path

import pytest
from made_photos import write_folder


@pytest.fixture
def photo_folder(tmp_path) -> Path:
    """A flat folder: 10 photos of apples and 8 of mugs."""
    return write_folder(tmp_path / "my photos", {"apple": 10, "mug": 8})


@pytest.fixture
def split_photos(tmp_path) -> Path:
    """A folder of train, val and test: 6 apples and 4 mugs in each."""
    return write_folder(tmp_path / "split", {"apple": 6, "mug": 4}, ("train", "val", "test"))

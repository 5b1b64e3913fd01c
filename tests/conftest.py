"""Fixtures that every test folder uses."""

import os
from pathlib import Path

import pytest
from tiny_classifier import split_coloured_photos, train_classifier

REPOSITORY = Path(__file__).resolve().parents[1]
REAL_PHOTOS = Path(
    os.environ.get("WORKBOOK_REAL_PHOTOS", REPOSITORY.parent / "shared/data/cifar10-small")
)


@pytest.fixture(autouse=True)
def own_workspace(tmp_path, monkeypatch):
    """Give each test a workspace of its own, so that none sees what another left behind."""
    monkeypatch.setenv("WORKBOOK_HOME", str(tmp_path / "workspace"))
    monkeypatch.delenv("WORKBOOK_CLAIMS", raising=False)


@pytest.fixture(scope="session")
def real_photos() -> Path:
    """The folder of real photos (train, val and test, five classes), or a skip that says why."""
    if not REAL_PHOTOS.is_dir():
        pytest.skip(
            f"no real photos at {REAL_PHOTOS}: set WORKBOOK_REAL_PHOTOS to a folder of them"
        )
    return REAL_PHOTOS


@pytest.fixture(scope="session")
def studio_photos(tmp_path_factory) -> Path:
    """A small rendered set: eight classes of ten photos at 32 pixels. Read it, never change it."""
    from workbook.studio import make_photos

    folder = tmp_path_factory.mktemp("studio") / "photos"
    return make_photos(folder, per_class=10, size=32, seed=0, progress=False)


@pytest.fixture(scope="session")
def splits(tmp_path_factory):
    """Photos of three colours, split. Read them, never change them."""
    return split_coloured_photos(tmp_path_factory.mktemp("coloured"))


@pytest.fixture(scope="session")
def classifier(splits):
    """A classifier of three colours. Use it, never change it."""
    return train_classifier(splits)


@pytest.fixture
def saved(classifier, tmp_path):
    """The file of the classifier of three colours."""
    return classifier.save(tmp_path / "colours.safetensors")

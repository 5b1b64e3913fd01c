"""Fixtures that every test folder uses."""

import os
from pathlib import Path

import pytest

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

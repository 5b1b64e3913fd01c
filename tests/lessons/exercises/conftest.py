import pytest


@pytest.fixture(autouse=True)
def somewhere_else(tmp_path, monkeypatch):
    """Wrong answers may write files where they should not: not into the repository."""
    monkeypatch.chdir(tmp_path)

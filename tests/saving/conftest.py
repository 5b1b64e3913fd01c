import pytest
from tiny_classifier import split_coloured_photos, train_classifier


@pytest.fixture(scope="session")
def splits(tmp_path_factory):
    return split_coloured_photos(tmp_path_factory.mktemp("coloured"))


@pytest.fixture(scope="session")
def classifier(splits):
    """A classifier of three colours. Use it, never change it."""
    return train_classifier(splits)


@pytest.fixture
def saved(classifier, tmp_path):
    return classifier.save(tmp_path / "colours.safetensors")

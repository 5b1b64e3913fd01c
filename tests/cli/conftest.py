import pytest
from click.testing import CliRunner
from tiny_classifier import make_coloured_photos, split_coloured_photos, train_classifier

from workbook.cli import command


@pytest.fixture(scope="session")
def splits(tmp_path_factory):
    return split_coloured_photos(tmp_path_factory.mktemp("coloured"))


@pytest.fixture(scope="session")
def classifier(splits):
    """A classifier of three colours. Use it, never change it."""
    return train_classifier(splits)


@pytest.fixture
def model(classifier, tmp_path):
    """The file of a classifier of three colours."""
    return classifier.save(tmp_path / "colours.safetensors")


@pytest.fixture
def photos(tmp_path):
    """A folder of photos of three colours, in a folder whose name has spaces and accents."""
    return make_coloured_photos(tmp_path / "mes photos été", per_class=8)


@pytest.fixture
def run():
    """Call the command line in this process: run("train", folder) -> result."""

    def call(*arguments, expect: int = 0):
        result = CliRunner().invoke(command, [str(argument) for argument in arguments])
        assert result.exit_code == expect, result.output
        assert "Traceback" not in result.output
        return result

    return call

import pytest
from click.testing import CliRunner
from tiny_classifier import make_coloured_photos

from workbook.cli import command


@pytest.fixture
def model(saved):
    """The file of a classifier of three colours."""
    return saved


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

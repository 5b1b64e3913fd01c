"""The command line: ``workbook --help`` is its table of contents.

PyTorch takes a second to import, so nothing here imports it before a command needs it.
"""

import os
import sys
import warnings
from pathlib import Path

import click

from workbook import __version__
from workbook.cli.contents import TableOfContents, example
from workbook.cli.exercises import exercises
from workbook.cli.grading import grade, marks
from workbook.cli.photos import photos
from workbook.cli.predicting import predict
from workbook.cli.project import info, new, progress, run
from workbook.cli.sharing import share
from workbook.cli.training import evaluate, train


@click.group(
    cls=TableOfContents,
    epilog=example("workbook run", "workbook train my_photos", "workbook COMMAND --help"),
)
@click.version_option(__version__, prog_name="workbook")
@click.option(
    "--workspace",
    type=click.Path(path_type=Path),
    help="Folder for data, models and results (else WORKBOOK_HOME, else ./workspace).",
)
def command(workspace: Path | None) -> None:
    """Build a photo classifier of your own, from photos to a file that a friend can use."""
    if workspace is not None:
        os.environ["WORKBOOK_HOME"] = str(workspace)


command.add_section("The course", [run, new, exercises, progress])
command.add_section("Photos", [photos])
command.add_section("Training and measuring", [train, evaluate])
command.add_section("Using a classifier", [predict, share])
command.add_section("Teaching", [grade, marks])
command.add_section("This computer", [info])


def main() -> None:
    """Run the command line; the console script ``workbook`` calls this."""
    # Threads that wait without spinning leave the processor to the threads that decode photos.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a file name may hold what the terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    warnings.formatwarning = _as_note
    command(prog_name="workbook")


def _as_note(message, category, filename, lineno, line=None) -> str:
    return f"Note: {message}\n"

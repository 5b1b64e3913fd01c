"""The course, projects, and this computer: ``workbook run``, ``new``, ``progress``, ``info``."""

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from workbook.cli.contents import example
from workbook.cli.errors import printable

SHOWN_PACKAGES = (
    "torch",
    "torchvision",
    "numpy",
    "pandas",
    "pillow",
    "scikit-learn",
    "matplotlib",
    "safetensors",
    "jupyterlab",
    "ipywidgets",
)


@click.command(
    epilog=example("workbook run", "workbook run --photos my_photos", "workbook run --chapters 1,2")
)
@click.option(
    "--photos",
    default="studio",
    show_default=True,
    help='"studio" (made here), "cifar10" (downloaded), or a folder of yours.',
)
@click.option("--chapters", help="Only these chapters, such as 1,2,5.  [default: all]")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for the executed chapters and the page."
)
def run(photos: str, chapters: str | None, out: Path | None) -> None:
    """Run the course, chapter by chapter."""
    numbers = _chapter_numbers(chapters)

    from workbook.book import MISSING_TOOLS
    from workbook.course import run_course

    result = run_course(photos=photos, chapters=numbers, out=out)
    click.echo(printable(str(result)))
    click.echo(printable(f"\nThe executed chapters are in {result.folder}"))
    click.echo(printable(f"The page to read: {result.page}" if result.page else MISSING_TOOLS))
    if not result.ok:
        raise click.exceptions.Exit(1)


@click.command(epilog=example("workbook new fruit_project"))
@click.argument("project", type=click.Path(path_type=Path))
def new(project: Path) -> None:
    """Start a project of your own: folders, a README and a first notebook."""
    from workbook.project import create_project

    folder = create_project(project)
    click.echo(f"Your project is in {folder}. Its README.md says what to do next.")


@click.command(epilog=example("workbook progress"))
def progress() -> None:
    """Show milestones reached and exercises solved."""
    from workbook.lessons.milestones import all_milestones, exercises_solved

    click.echo(printable(str(all_milestones())))
    click.echo(printable(exercises_solved()))


@click.command(epilog=example("workbook info"))
def info() -> None:
    """Show versions, the device that computes, and where files go."""
    import os

    import torch

    import workbook
    from workbook.device import pick_device
    from workbook.workspace import workspace

    rows = [
        ("workbook", workbook.__version__),
        ("python", platform.python_version()),
        *((package, _version(package)) for package in SHOWN_PACKAGES),
        ("system", platform.platform()),
        ("processor cores", str(os.cpu_count())),
        ("threads of torch", str(torch.get_num_threads())),
        ("device", _describe(pick_device())),
        ("workspace", str(workspace())),
    ]
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        click.echo(f"{name:<{width}}  {value}")


def _chapter_numbers(chapters: str | None) -> list[int] | None:
    if chapters is None:
        return None
    parts = [part.strip() for part in chapters.split(",")]
    if not all(part.isdecimal() for part in parts):
        raise click.BadParameter("give numbers with commas between them, such as 1,2,5.")
    return [int(part) for part in parts]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _describe(device) -> str:
    import torch

    if device.type == "cuda":
        return f"cuda ({torch.cuda.get_device_name(device)})"
    return {"cpu": "cpu (the processor)", "mps": "mps (Apple graphics)"}.get(
        device.type, str(device)
    )

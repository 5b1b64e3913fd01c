"""``workbook photos``: make, fetch, examine and split photos."""

from pathlib import Path

import click

from workbook.cli.contents import example
from workbook.cli.errors import printable


@click.group(epilog=example("workbook photos render", "workbook photos examine my_photos"))
def photos() -> None:
    """Make, fetch, examine and split photos."""


@photos.command(
    epilog=example(
        "workbook photos render", "workbook photos render my_photos --per-class 40 --size 96"
    )
)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--per-class", default=160, show_default=True, help="Photos of each class.")
@click.option("--size", default=64, show_default=True, help="Width and height in pixels.")
@click.option("--seed", default=0, show_default=True, help="Another seed, other photos.")
def render(folder: Path | None, per_class: int, size: int, seed: int) -> None:
    """Render photos of eight everyday objects.

    No network is needed. They go to FOLDER, or to data/studio in the workspace.
    """
    if folder is None:
        from workbook.photos.sources import get_photos

        folder = get_photos("studio", per_class=per_class, size=size, seed=seed)
    else:
        from workbook.studio import make_photos

        folder = make_photos(folder, per_class=per_class, size=size, seed=seed)
    click.echo(printable(f"The photos are in {folder}."))


@photos.command(epilog=example("workbook photos download", "workbook photos download eurosat"))
@click.argument("name", required=False)
def download(name: str | None) -> None:
    """Download small real photos: cifar10, fashion or eurosat.

    Without a name, tells what there is, how large, and under which licence.
    """
    from workbook.photos.sources import get_photos
    from workbook.photos.web_sets import WEB_SETS

    if name is None:
        for known, web_set in WEB_SETS.items():
            click.echo(f"{known}: {web_set.title}; {web_set.megabytes} MB.")
            click.echo(f"    licence: {web_set.licence}")
        return
    if name not in WEB_SETS:
        raise click.UsageError(f'There is no set "{name}". Known are {", ".join(WEB_SETS)}.')
    folder = get_photos(name)
    click.echo(printable(f"The photos are in {folder}."))
    click.echo(f"Licence: {WEB_SETS[name].licence}.")


@photos.command(
    epilog=example(
        "workbook photos examine my_photos", "workbook photos examine my_photos --repair"
    )
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--repair",
    "repairing",
    is_flag=True,
    help="Move what is faulty to a _quarantine folder inside FOLDER. Nothing is deleted.",
)
@click.option("--csv", "csv_path", type=click.Path(path_type=Path), help="Write the findings here.")
@click.option("--overwrite", is_flag=True, help="Replace the CSV file if it is there.")
@click.option(
    "--quick", is_flag=True, help="Skip the search for wrong labels, which trains a model."
)
def examine(folder: Path, repairing: bool, csv_path: Path | None, overwrite: bool, quick: bool):
    """Look for faults in a folder of photos.

    Finds broken files, odd formats, duplicates, leaks between the parts of a split, imbalance and
    doubtful labels.
    """
    from workbook.photos import doctor
    from workbook.prediction.table import check_csv_path, write_csv

    if csv_path is not None:
        check_csv_path(csv_path, overwrite=overwrite)
    report = doctor.examine(folder, quick_model=not quick)
    click.echo(printable(str(report)))
    if csv_path is not None:
        write_csv(report.table, csv_path)
        click.echo(printable(f"The findings are in {csv_path}."))
    if repairing:
        moved = doctor.repair(report)
        click.echo(f"{len(moved)} files were moved or converted. Nothing was deleted.")


@photos.command(epilog=example("workbook photos undo my_photos"))
@click.argument("folder", type=click.Path(path_type=Path))
def undo(folder: Path) -> None:
    """Put back what "examine --repair" moved."""
    from workbook.photos.doctor import undo_repair

    restored = undo_repair(folder)
    click.echo(f"{len(restored)} files are back in their places.")


@photos.command(epilog=example("workbook photos split my_photos my_photos_split"))
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--fractions",
    nargs=3,
    type=float,
    default=(0.70, 0.15, 0.15),
    show_default=True,
    help="Shares for training, validation and test.",
)
@click.option("--seed", default=0, show_default=True, help="Another seed, another split.")
def split(folder: Path, out: Path, fractions: tuple[float, float, float], seed: int) -> None:
    """Copy photos into train, val and test folders.

    Every class is spread evenly, and photos of one scene stay together.
    """
    from workbook.photos.splits import split_folder

    made = split_folder(folder, out, fractions=fractions, seed=seed)
    click.echo(printable(f"The split photos are in {made}. The originals were left as they are."))

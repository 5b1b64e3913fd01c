"""``workbook predict``: ask a saved classifier about photos."""

from pathlib import Path

import click

from workbook.cli.contents import example
from workbook.cli.errors import printable


@click.command(
    epilog=example(
        "workbook predict model.safetensors holiday.jpg garden.png",
        "workbook predict model.safetensors my_photos --csv answers.csv",
    )
)
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("photos", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--csv",
    "csv_path",
    type=click.Path(path_type=Path),
    help="Write one row a photo to this file (with one FOLDER of photos).",
)
@click.option("--overwrite", is_flag=True, help="Replace the CSV file if it is there.")
@click.option("--top", default=3, show_default=True, help="How many classes to name.")
@click.option(
    "--threshold",
    default=0.5,
    show_default=True,
    help='Below this probability the answer is "not sure".',
)
def predict(model, photos, csv_path, overwrite, top, threshold) -> None:
    """Say what is on photos, or on every photo in a folder."""
    is_folder = len(photos) == 1 and photos[0].is_dir()
    if csv_path is not None and not is_folder:
        raise click.UsageError("--csv needs one folder of photos, and nothing else, after MODEL.")
    if csv_path is not None:
        from workbook.prediction.table import check_csv_path

        check_csv_path(csv_path, overwrite=overwrite)

    from workbook.saving import Classifier

    classifier = Classifier.load(model)
    if is_folder:
        _predict_folder(classifier, photos[0], csv_path, top=top, threshold=threshold)
    else:
        _predict_photos(classifier, photos, top=top, threshold=threshold)


def _predict_photos(classifier, photos: tuple[Path, ...], *, top: int, threshold: float) -> None:
    from workbook.photos.reading import PhotoError
    from workbook.prediction import predict_photo

    broken = 0
    for photo in photos:
        try:
            prediction = predict_photo(classifier, photo, top=top, threshold=threshold)
        except PhotoError as error:
            broken += 1
            click.echo(f"Error: {printable(str(error))}", err=True)
        else:
            click.echo(printable(str(prediction)))
    if broken:
        raise click.exceptions.Exit(1)


def _predict_folder(classifier, folder: Path, csv_path: Path | None, **options) -> None:
    from workbook.prediction import predict_folder, write_csv

    table = predict_folder(classifier, folder, **options)
    if csv_path is None:
        _print_rows(table)
    else:
        write_csv(table, csv_path)
        click.echo(f"The answers are in {printable(str(csv_path))}.")
    answers = table["answer"][table["problem"] == ""].value_counts()
    counts = ", ".join(f"{count} {name}" for name, count in answers.items())
    broken = int((table["problem"] != "").sum())
    click.echo(printable(f"{len(table)} photos: {counts or 'no answers'}; {broken} not readable."))


def _print_rows(table) -> None:
    from workbook.prediction.single import percent

    for row in table.itertuples():
        if row.problem:
            click.echo(printable(f"{row.file}: {row.problem}"))
        else:
            guess = "" if row.answer == row.best_guess else f"best guess {row.best_guess}, "
            click.echo(printable(f"{row.file}: {row.answer} ({guess}{percent(row.confidence)})"))

"""``workbook share``: a classifier for people who have neither the course nor PyTorch."""

from pathlib import Path

import click

from workbook.cli.contents import example
from workbook.cli.errors import printable


@click.command(
    epilog=example(
        "workbook share model.safetensors --project --photos my_photos",
        "workbook share model.safetensors --page --out fruit.html",
    )
)
@click.argument("model", type=click.Path(path_type=Path))
@click.option("--project", is_flag=True, help="A folder and a zip file that a friend runs.")
@click.option("--page", is_flag=True, help="One HTML file that runs in a browser, offline too.")
@click.option("--space", is_flag=True, help="A web app for Hugging Face Spaces.")
@click.option("--exports", is_flag=True, help="The bare model as ONNX and for torch.export.")
@click.option(
    "--photos",
    type=click.Path(path_type=Path),
    help="Folder to take up to six sample photos from. Their notes and names are left out.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Where it goes.  [default: results/shared in the workspace]",
)
@click.option("--overwrite", is_flag=True, help="Replace what was shared there before.")
def share(model, project, page, space, exports, photos, out, overwrite) -> None:
    """Make something of a saved classifier that other people can use.

    Personal things stay at home: paths, user names, places and times in photos. What was left out
    is listed.
    """
    kinds = {"project": project, "page": page, "space": space, "exports": exports}
    chosen = [kind for kind, wanted in kinds.items() if wanted]
    if len(chosen) != 1:
        raise click.UsageError("Choose one of --project, --page, --space and --exports.")
    [kind] = chosen
    if photos is not None and kind == "exports":
        raise click.UsageError("--exports takes no sample photos. Leave out --photos.")
    if kind == "page" and out is not None and out.suffix.lower() not in (".html", ".htm"):
        raise click.UsageError(f"The page is one file. Write --out {out}.html.")

    from workbook.saving import Classifier
    from workbook.workspace import results_folder

    # The model runs here no more than a few times, so the processor is quick enough.
    classifier = Classifier.load(model, device="cpu")
    ending = ".html" if kind == "page" else f"-{kind}"
    out = out or results_folder() / "shared" / f"{model.stem}{ending}"
    shared = _share(classifier, kind, out, photos, overwrite)
    click.echo(printable(str(shared)))


def _share(classifier, kind: str, out: Path, photos: Path | None, overwrite: bool):
    from workbook import sharing

    if kind == "exports":
        return sharing.share_exports(classifier, out, overwrite=overwrite)
    makers = {
        "project": sharing.share_project,
        "page": sharing.share_page,
        "space": sharing.share_space,
    }
    return makers[kind](classifier, out, photos=photos, overwrite=overwrite)

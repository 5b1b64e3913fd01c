"""``workbook train`` and ``workbook evaluate``: from photos to a classifier, and how good it is."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from workbook.cli.contents import INTERRUPTED, example
from workbook.cli.errors import printable


@click.command(
    epilog=example(
        "workbook train my_photos",
        "workbook train my_photos --model small_cnn --epochs 10 --out my_photos.safetensors",
        "workbook train my_photos --resume",
    )
)
@click.argument("photos", metavar="FOLDER")
@click.option(
    "--model",
    default="batchnorm_cnn",
    show_default=True,
    help="softmax, mlp, small_cnn, batchnorm_cnn, transfer, or a backbone of torchvision: "
    "mobilenet_v3_small, resnet18, efficientnet_b0 (use --size 224).",
)
@click.option(
    "--epochs",
    type=click.IntRange(min=1),
    default=25,
    show_default=True,
    help="Passes over the photos, at most.",
)
@click.option(
    "--patience",
    type=click.IntRange(min=1),
    default=8,
    show_default=True,
    help="Epochs to wait for a better one.",
)
@click.option(
    "--batch-size",
    type=click.IntRange(min=1),
    default=32,
    show_default=True,
    help="Photos in each step.",
)
@click.option(
    "--learning-rate",
    type=click.FloatRange(min=0, min_open=True),
    default=3e-3,
    show_default=True,
    help="The largest step.",
)
@click.option("--augment/--no-augment", default=True, help="Vary the training photos a little.")
@click.option("--size", default=64, show_default=True, help="Photos become this many pixels wide.")
@click.option(
    "--resize",
    type=click.Choice(["crop", "stretch", "pad"]),
    default="crop",
    show_default=True,
    help="How photos become square.",
)
@click.option("--seed", default=0, show_default=True, help="Same seed, same numbers.")
@click.option("--name", help="Name of the run and of the classifier.  [default: FOLDER-MODEL]")
@click.option("--notes", default="", help="A sentence for the experiment log.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File of the classifier.  [default: NAME.safetensors in the models folder]",
)
@click.option("--overwrite", is_flag=True, help="Replace the file if it is there.")
@click.option("--resume", is_flag=True, help="Go on with a run of the same name that was cut off.")
def train(photos, model, out, overwrite, resume, name, notes, **settings) -> None:
    """Train a classifier on FOLDER, which holds one folder per class.

    FOLDER may also be "studio" or "cifar10". Photos that are not yet in train, val and test
    folders are split first; the test photos stay sealed. Every epoch is kept in a file beside the
    classifier's until the run is done, so that --resume can go on after a power cut.
    """
    from workbook.training.team import joined_team
    from workbook.workspace import models_folder

    name = name or f"{Path(photos).expanduser().absolute().name}-{model}"
    out = out or models_folder() / f"{name}.safetensors"
    checkpoint = out.parent / f"{out.stem}.checkpoint"
    # A run that was interrupted has saved a classifier already; going on replaces it.
    _check_model_path(out, overwrite or (resume and checkpoint.exists()))
    settings |= {"checkpoint": checkpoint, "resume": resume}
    with joined_team() as team:
        network, splits, history = _trained(photos, model, team, **settings)
    if not team.leads:
        return
    if history.stopped == "diverged":
        checkpoint.unlink(missing_ok=True)  # going on would lead to the same end
        raise click.ClickException(history.message)
    if not len(history.table):
        click.echo("Stopped before the first epoch was done; nothing was saved.", err=True)
        raise click.exceptions.Exit(INTERRUPTED)

    from workbook.evaluation import evaluate as evaluate_model
    from workbook.experiments import ExperimentLog
    from workbook.saving import Classifier

    evaluation = evaluate_model(network, splits.validation)
    classifier = Classifier.from_training(
        network, splits, name=name, history=history, evaluation=evaluation, notes=notes
    )
    classifier.save(out)
    log = ExperimentLog()
    log.record_run(name, history, splits=splits, model=network, evaluation=evaluation, notes=notes)
    click.echo(f"Validation photos: {evaluation!r}.")
    click.echo(printable(f"The classifier is in {out}."))
    click.echo(printable(f"The run is in the experiment log {log.path}."))
    if history.stopped == "interrupted":
        click.echo("The same command with --resume goes on from here.")
        raise click.exceptions.Exit(INTERRUPTED)
    checkpoint.unlink(missing_ok=True)


@click.command(
    epilog=example(
        "workbook evaluate model.safetensors my_photos",
        'workbook evaluate model.safetensors my_photos --test --reason "final judgement"',
    )
)
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("photos", metavar="FOLDER")
@click.option("--test", "on_test", is_flag=True, help="Open the sealed test photos (see --reason).")
@click.option("--reason", default="", help="Why the test photos are opened; this is recorded.")
@click.option(
    "--all", "on_all", is_flag=True, help="Take every photo (of a folder it has never seen)."
)
def evaluate(model: Path, photos: str, on_test: bool, reason: str, on_all: bool) -> None:
    """Measure a saved classifier on the validation photos of FOLDER."""
    if on_test and not reason.strip():
        raise click.UsageError("--test needs --reason: say why the test photos are opened.")
    if on_test and on_all:
        raise click.UsageError("--test and --all exclude each other.")

    from workbook.evaluation import evaluate as evaluate_model
    from workbook.saving import Classifier

    classifier = Classifier.load(model)
    if on_all:
        chosen, part = _whole_folder(classifier, photos), "All photos"
    elif on_test:
        splits = _splits_of(classifier, photos)
        chosen, part = splits.open_test(reason), "Test photos"
    else:
        splits = _splits_of(classifier, photos)
        chosen, part = splits.validation, "Validation photos"
    # The photos as this classifier wants them, whatever their own mean and deviation are.
    prepared = chosen.with_preprocess(classifier.preprocess)
    evaluation = evaluate_model(classifier.model, prepared)
    click.echo(f"{part}: {evaluation!r}.")
    table = evaluation.per_class().to_string(float_format=lambda value: f"{value:.2f}")
    click.echo(printable(table))
    if on_test:
        classifier.card["test_openings"] = splits.test_openings
        classifier.card["metrics"]["test"] = evaluation.summary()
        classifier.save(model)
        click.echo("The opening and its result were noted in the experiment log and on the card.")


def _trained(photos, model, team, *, size, resize, seed, patience, augment, **settings):
    from workbook.models import create_model, is_pretrained, pretrained_model
    from workbook.photos.augment import Augmentation
    from workbook.photos.sources import get_splits
    from workbook.training import EarlyStopping, fit

    create_model(model, classes=2, size=size)  # a wrong name is told before photos are copied
    # The split does not depend on the seed: runs on different splits could not be compared.
    splits = _split_by_one(team, partial(get_splits, photos, size=size, resize=resize))
    if model == "transfer" or is_pretrained(model):
        splits = _prepared_for_the_backbone(splits, model)
    build = partial(pretrained_model if is_pretrained(model) else create_model, model)
    network = build(classes=len(splits.class_names), size=size, seed=seed)
    history = fit(
        network,
        splits.train,
        splits.validation,
        schedule="onecycle",
        augment=Augmentation() if augment else None,
        early_stopping=EarlyStopping(patience=patience),
        seed=seed,
        progress=team.leads,
        **settings,
    )
    return network, splits, history


def _split_by_one(team, get_splits):
    """Return the splits, after the leading process has copied the photos into their parts.

    When it cannot, it says why, and the other processes end without a word.
    """
    if team.size == 1:
        return get_splits()
    splits, problem = None, None
    if team.leads:
        try:
            splits = get_splits()
        except Exception as error:  # the others must be told of any error, or would wait for ever
            problem = error
    if not team.agree(problem is None):
        raise problem or click.exceptions.Exit(1)
    return splits if team.leads else get_splits(progress=False)


def _prepared_for_the_backbone(splits, model: str):
    from workbook.models import backbone_preprocess, is_pretrained, pretrained_preprocess
    from workbook.photos.splits import load_splits

    size = splits.preprocess.size
    own = pretrained_preprocess(model, size) if is_pretrained(model) else backbone_preprocess(size)
    return load_splits(splits.folder, preprocess=replace(own, resize=splits.preprocess.resize))


def _check_model_path(path: Path, overwrite: bool) -> None:
    if path.is_dir():
        raise click.ClickException(printable(f"{path} is a folder. Give the name of a file in it."))
    if path.suffix != ".safetensors":
        raise click.ClickException(
            printable(f"{path.name} should end in .safetensors. Write --out {path}.safetensors.")
        )
    if path.exists() and not overwrite:
        raise click.ClickException(
            printable(
                f"{path} is already there and will not be overwritten. Choose another name with "
                "--name or --out, or add --overwrite."
            )
        )


def _splits_of(classifier, photos: str):
    from workbook.photos.sources import get_splits

    preprocess = classifier.preprocess
    splits = get_splits(photos, size=preprocess.size, resize=preprocess.resize)
    if splits.class_names != classifier.class_names:
        raise click.ClickException(
            printable(
                f"The classifier tells {', '.join(classifier.class_names)} apart, but the folders "
                f"in {splits.folder} are {', '.join(splits.class_names)}. Give it photos of its "
                "own classes."
            )
        )
    if splits.fingerprint != classifier.card["data"].get("fingerprint"):
        click.echo(
            "Note: this is not the split that the classifier was trained on. If some of these "
            "photos were among its training photos, the figures flatter it.",
            err=True,
        )
    return splits


def _whole_folder(classifier, photos: str):
    from workbook.photos.photoset import PhotoSet

    return PhotoSet.from_folder(
        photos, classifier.preprocess, class_names=classifier.class_names, cache=False
    )

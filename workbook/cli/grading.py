"""``workbook grade`` and ``workbook marks``: for instructors."""

from pathlib import Path

import click

from workbook.cli.contents import example
from workbook.cli.errors import printable


@click.command(
    epilog=example(
        "workbook grade submissions.zip --out results",
        "workbook grade submissions --out results --chapter 3",
    )
)
@click.argument("submissions", type=click.Path(path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="Folder for all results."
)
@click.option(
    "--chapter",
    "chapters",
    multiple=True,
    type=click.IntRange(1, 6),
    help="Which chapter; may be given several times.  [default: what most students handed in]",
)
@click.option(
    "--seconds",
    default=20.0,
    show_default=True,
    type=click.FloatRange(min=0.5),
    help="Time limit for one question.",
)
@click.option(
    "--isolation",
    type=click.Choice(["auto", "namespaces", "limited"]),
    default="auto",
    show_default=True,
    help='"namespaces" refuses to grade where they are not to be had.',
)
@click.option("--seed", type=int, help="Draws the inputs.  [default: random, once for a folder]")
@click.option("--jobs", default=-1, show_default=True, help="Processes; -1: one on each core.")
@click.option("--dask", help="Address of a Dask scheduler, to grade on several machines.")
@click.option("--again", is_flag=True, help="Grade anew what was graded before; marks stay.")
def grade(submissions, out, chapters, seconds, isolation, seed, jobs, dask, again) -> None:
    """Grade a folder or zip file of notebooks.

    Run again, it goes on where it was stopped.
    """
    from workbook.grading.batch import grade_submissions
    from workbook.grading.sandbox import Limits

    summary = grade_submissions(
        submissions,
        out,
        chapters=chapters,
        seed=seed,
        limits=Limits(question_seconds=seconds, submission_seconds=9 * seconds),
        isolation=isolation,
        jobs=jobs,
        dask=dask,
        again=again,
    )
    click.echo(printable(str(summary)))


@click.command(epilog=example("workbook marks results"))
@click.argument("results", type=click.Path(path_type=Path))
def marks(results: Path) -> None:
    """Take over the marks for written answers from written-answers.csv."""
    from workbook.grading.batch import merge_marks

    click.echo(printable(str(merge_marks(results))))

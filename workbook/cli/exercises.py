"""The exercises: ``workbook exercises``."""

import click

from workbook.cli.contents import example
from workbook.cli.errors import printable

HEADINGS = ("exercise", "section", "kind", "difficulty", "minutes", "solved")


@click.command(epilog=example("workbook exercises", "workbook exercises --chapter 3"))
@click.option("--chapter", type=click.IntRange(1, 6), help="Only this chapter.  [default: all]")
def exercises(chapter: int | None) -> None:
    """List the exercises, and which of them you have solved."""
    from workbook.lessons.exercises.catalogue import all_exercises
    from workbook.lessons.exercises.sources import exercise_notebooks
    from workbook.lessons.progress import Progress

    solved = Progress().exercises
    chosen = [one for one in all_exercises() if chapter in (None, one.chapter)]
    rows = [HEADINGS] + [
        (
            one.name,
            one.section,
            one.kind,
            one.difficulty,
            str(one.minutes),
            "yes" if one.name in solved else "",
        )
        for one in chosen
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo(printable("  ".join(cells).rstrip()))
    minutes = sum(one.minutes for one in chosen)
    done = sum(one.name in solved for one in chosen)
    click.echo(f"\n{done} of {len(chosen)} solved; all of them take about {minutes} minutes.")
    click.echo(printable(f"The notebooks are in {exercise_notebooks()[0].parent}"))

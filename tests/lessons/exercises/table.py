"""Print all exercises and how their checks were tested (``make exercises``).

right and wrong: written answers that the check has to tell apart. mutants: automatic changes of the
solution that change what it does. caught: how many of those the check calls wrong.
"""

import contextlib
import tempfile

from tests.lessons.exercises.answer_files import CODE_EXERCISES, blocks_of
from tests.lessons.exercises.test_mutants import counts
from workbook.lessons.exercises.catalogue import all_exercises
from workbook.progress import progress_bar

HEADINGS = ("exercise", "section", "kind", "difficulty", "minutes")
COUNTS = ("right", "wrong", "mutants", "caught")


def counts_of(exercise) -> tuple[int, int, int, int]:
    """Return the numbers in the order of ``COUNTS``; the solution is one of the right answers."""
    kinds = [block.kind for block in blocks_of(exercise.name)]
    return 1 + kinds.count("right"), kinds.count("wrong"), *counts(exercise)


def main() -> None:
    """Print the table, with the sums in its last line."""
    bar = progress_bar(CODE_EXERCISES, description="Exercises")
    numbers = {exercise.name: counts_of(exercise) for exercise in bar}
    rows = [(*HEADINGS, *COUNTS)]
    for one in all_exercises():
        facts = (one.name, one.section, one.kind, one.difficulty, one.minutes)
        rows.append((*facts, *numbers.get(one.name, ("-",) * len(COUNTS))))
    sums = [sum(column) for column in zip(*numbers.values(), strict=True)]
    minutes = sum(one.minutes for one in all_exercises())
    rows.append((f"{len(all_exercises())} exercises", "", "", "", minutes, *sums))
    widths = [max(len(str(cell)) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        words = [str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)]
        print("  ".join(words).rstrip())
    print(f"{sums[3] / sums[2]:.1%} of the mutants that change the behaviour are caught.")


if __name__ == "__main__":
    # Wrong answers may write files where they should not: not into the repository.
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        main()

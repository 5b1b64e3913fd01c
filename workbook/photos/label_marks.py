"""Labels that a person found to be wrong, kept in a CSV file until somebody acts on them.

Marking changes no photo and no folder. The file can be opened in any spreadsheet.
"""

import csv
import os
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from workbook.atomic import replacing
from workbook.workspace import results_folder

if TYPE_CHECKING:
    import pandas as pd

FILE_NAME = "wrong_labels.csv"


@dataclass(frozen=True)
class LabelMark:
    """One photo whose label is wrong. ``should_be`` is "" when none of the classes fits."""

    file: str
    label: str
    should_be: str
    marked: str
    """When, in Coordinated Universal Time."""


COLUMNS = tuple(field.name for field in fields(LabelMark))


class LabelMarks:
    """The marks in one CSV file, by default ``wrong_labels.csv`` among the results.

    Each change is written at once, whole or not at all. A mark of a photo that is marked already
    takes its place. ``mark`` and ``remove`` raise OSError when the file cannot be written to, such
    as when it is open in a spreadsheet.
    """

    def __init__(self, path: str | os.PathLike | None = None):
        self.path = results_folder() / FILE_NAME if path is None else Path(path).expanduser()

    def mark(self, file: str | os.PathLike, label: str, should_be: str = "") -> LabelMark:
        """Note that the label of a photo is wrong. Raises ValueError if it would stay the same."""
        if should_be == label:
            raise ValueError(
                f'The photo is labelled "{label}" already. Choose the class that it really shows.'
            )
        now = datetime.now(UTC).isoformat(timespec="seconds")
        mark = LabelMark(str(file), label, should_be, now)
        self._write({**self._read(), mark.file: mark})
        return mark

    def remove(self, file: str | os.PathLike) -> None:
        """Forget the mark of a photo. Does nothing when there is none."""
        marks = self._read()
        if marks.pop(str(file), None):
            self._write(marks)

    def get(self, file: str | os.PathLike) -> LabelMark | None:
        """Return the mark of a photo, or None."""
        return self._read().get(str(file))

    def table(self) -> "pd.DataFrame":
        """Return all marks, oldest first: file, label, should_be, marked."""
        import pandas as pd

        return pd.DataFrame([asdict(mark) for mark in self._read().values()], columns=COLUMNS)

    def __len__(self) -> int:
        return len(self._read())

    def _read(self) -> dict[str, LabelMark]:
        # Read anew each time: the file may have been edited in a spreadsheet in between.
        if not self.path.exists():
            return {}
        with self.path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        if rows and not {"file", "label"} <= rows[0].keys():
            raise ValueError(
                f"{self.path} is no list of wrong labels: it lacks the columns file and label. "
                "Move it away, and mark again."
            )
        marks = [LabelMark(*(row.get(name) or "" for name in COLUMNS)) for row in rows]
        return {mark.file: mark for mark in marks}

    def _write(self, marks: dict[str, LabelMark]) -> None:
        with (
            replacing(self.path) as temporary,
            temporary.open("w", encoding="utf-8", newline="") as stream,
        ):
            writer = csv.DictWriter(stream, COLUMNS)
            writer.writeheader()
            writer.writerows(asdict(mark) for mark in marks.values())

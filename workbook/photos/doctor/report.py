"""The result of an examination: a table for programs, a text and a page for people."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from workbook.photos.doctor.files import InspectedFile
from workbook.photos.doctor.findings import FINDINGS, KINDS, Finding
from workbook.photos.doctor.labels import LabelCheck
from workbook.photos.doctor.wording import report_page, report_text

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "finding",
    "file",
    "class",
    "split",
    "detail",
    "action",
    "other_file",
    "suggested_class",
)
WHOLE_SET = "photos"  # the column of counts when there are no parts of a split


@dataclass
class Report:
    """What an examination found. ``print(report)`` explains it; a notebook shows it as a page.

    folder: the examined folder.
    table: a DataFrame with one row per finding and the COLUMNS. ``action`` is what ``repair`` does
        with the file: "move", "convert", or "decide" (nothing, a person has to look).
    photo_counts: a DataFrame with the number of readable photos, a row per class and a column per
        part of the split.
    label_check: how the search for wrong labels went, or None when there was none.
    checksums: the sha256 of every file, by which ``repair`` notices what has changed since.
    """

    folder: Path
    table: "pd.DataFrame"
    photo_counts: "pd.DataFrame"
    label_check: LabelCheck | None = None
    checksums: dict[str, str] = field(default_factory=dict, repr=False)
    thumbnails: dict[str, np.ndarray] = field(default_factory=dict, repr=False)

    def counts(self) -> "pd.Series":
        """Return how many findings there are of each kind that was found."""
        found = self.table["finding"].value_counts()
        return found.reindex([name for name in FINDINGS if name in found.index])

    def is_unchanged(self, file: str) -> bool:
        """Tell whether a file, relative to the folder, is still as it was examined."""
        known = self.checksums.get(file)
        return bool(known) and known == file_checksum(self.folder / file)

    def __str__(self) -> str:
        return report_text(self)

    def _repr_html_(self) -> str:
        return report_page(self)


def file_checksum(path: Path) -> str:
    """Return the sha256 of a file, or "" when it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def make_report(
    folder: Path,
    findings: Sequence[Finding],
    inspected: Sequence[InspectedFile],
    class_names: Sequence[str],
    label_check: LabelCheck | None,
) -> Report:
    """Put together what was found. Findings keep their order within each kind."""
    import pandas as pd

    ordered = sorted(findings, key=lambda finding: FINDINGS.index(finding.finding))
    rows = [
        (
            one.finding,
            one.file,
            one.class_name,
            one.split,
            one.detail,
            KINDS[one.finding].action,
            one.other_file,
            one.suggested_class,
        )
        for one in ordered
    ]
    mentioned = {name for one in findings for name in (one.file, one.other_file)}
    return Report(
        folder,
        pd.DataFrame(rows, columns=list(COLUMNS), dtype=object),
        _count_photos(inspected, class_names),
        label_check,
        {one.found.file: one.sha256 for one in inspected},
        {
            one.found.file: one.thumbnail
            for one in inspected
            if one.is_photo and one.found.file in mentioned
        },
    )


def _count_photos(inspected: Sequence[InspectedFile], class_names: Sequence[str]) -> "pd.DataFrame":
    import pandas as pd

    found = [one.found for one in inspected if one.is_photo]
    counts = pd.crosstab(
        pd.Series([one.class_name for one in found], dtype=object),
        pd.Series([one.split or WHOLE_SET for one in found], dtype=object),
    )
    parts = [p for p in ("train", "validation", "test", WHOLE_SET) if p in counts.columns]
    counts = counts.reindex(index=list(class_names), columns=parts, fill_value=0)
    return counts.rename_axis(index="class", columns=None)

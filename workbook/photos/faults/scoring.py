"""Compare the doctor's table with the answer key: precision and recall of each finding."""

from typing import TYPE_CHECKING

from workbook.photos.doctor.findings import FINDINGS

if TYPE_CHECKING:
    import pandas as pd

SCORE_COLUMNS = ("finding", "planted", "found", "right", "precision", "recall")


def score_findings(
    found: "pd.DataFrame", answers: "pd.DataFrame", *, already_there: "pd.DataFrame | None" = None
) -> "pd.DataFrame":
    """Return SCORE_COLUMNS for each finding that was planted or found.

    found: the table of a report on the messy copy. answers: what ``plant_faults`` returned.
    already_there: the table of a report on the clean folder; what is in it was not planted and
    does not count as found. Precision is the share of the found ones that are right, recall the
    share of the planted ones that were found; NaN where there is nothing to divide by. Of two
    photos that repeat each other it does not matter which one is reported.
    """
    import pandas as pd

    planted, reported = _keys(answers), _keys(found)
    known = _keys(already_there) if already_there is not None else set()
    rows = []
    for name in FINDINGS:
        of_key = {key for key in planted if key[0] == name}
        of_doctor = {key for key in reported if key[0] == name} - (known - of_key)
        right = len(of_key & of_doctor)
        if of_key or of_doctor:
            rows.append(
                (
                    name,
                    len(of_key),
                    len(of_doctor),
                    right,
                    right / len(of_doctor) if of_doctor else float("nan"),
                    right / len(of_key) if of_key else float("nan"),
                )
            )
    return pd.DataFrame(rows, columns=list(SCORE_COLUMNS))


def _keys(table: "pd.DataFrame") -> set[tuple[str, frozenset[str]]]:
    """Describe each row by its finding and the one or two photos it is about."""
    return {
        (finding, frozenset(filter(None, (file, other))))
        for finding, file, other in zip(
            table["finding"], table["file"], table["other_file"].fillna(""), strict=True
        )
    }

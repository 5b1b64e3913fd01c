"""Statements of the course that are checked instead of believed.

A chapter does not say "the network beats the baseline": it computes both numbers and hands them to
``claim``, which prints the verdict. On your own photos a claim may well turn out false; then the
chapter goes on, and the text says what usually explains the difference. When the course tests
itself, the environment variable ``WORKBOOK_CLAIMS=strict`` turns a false claim into an error.
"""

import html
import os
from dataclasses import dataclass


class ClaimFailed(AssertionError):
    """A statement of the course turned out false while the course was testing itself."""


@dataclass(frozen=True)
class Claim:
    """A statement, whether it held, the numbers behind it, and what explains a failure."""

    statement: str
    holds: bool
    evidence: str
    otherwise: str

    def __str__(self) -> str:
        if self.holds:
            return f"✔ Holds: {self.statement}\n  Evidence: {self.evidence}"
        return (
            f"✘ Does not hold here: {self.statement}\n  Evidence: {self.evidence}\n"
            f"  What usually explains it: {self.otherwise}"
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        colour, verdict = (
            ("#1b7837", "✔ Holds") if self.holds else ("#b35806", "✘ Does not hold here")
        )
        lines = [
            f"<strong>{verdict}:</strong> {html.escape(self.statement)}",
            f"<strong>Evidence:</strong> {html.escape(self.evidence)}",
        ]
        if not self.holds:
            lines.append(
                f"<strong>What usually explains it:</strong> {html.escape(self.otherwise)}"
            )
        return (
            f'<div role="note" style="border-left:4px solid {colour};padding:4px 12px">'
            + "<br>".join(lines)
            + "</div>"
        )


def claim(
    statement: str,
    holds: bool,
    *,
    evidence: str,
    otherwise: str = "With few photos, chance alone moves results by several percentage points.",
) -> Claim:
    """Check a statement: ``holds`` is the computed verdict, ``evidence`` quotes the numbers.

    Returns a Claim, which a notebook shows as a box. Raises ClaimFailed when the claim is false
    and ``WORKBOOK_CLAIMS`` is "strict", as it is while the course tests itself on studio photos.
    """
    checked = Claim(statement, bool(holds), evidence, otherwise)
    if not checked.holds and os.environ.get("WORKBOOK_CLAIMS") == "strict":
        raise ClaimFailed(str(checked))
    return checked

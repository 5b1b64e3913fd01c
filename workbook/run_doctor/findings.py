"""What the run doctor says: findings, the surest first."""

from dataclasses import dataclass, field
from html import escape


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a run.

    Attributes:
        name: such as "gradients_not_zeroed".
        confidence: how sure the doctor is, 0 to 1.
        evidence: a sentence with the numbers that speak for it.
        fix: a sentence that says what to do.
    """

    name: str
    confidence: float
    evidence: str
    fix: str

    @property
    def title(self) -> str:
        """The name in words."""
        return self.name.replace("_", " ").capitalize()

    def __str__(self) -> str:
        return (
            f"{self.title} ({self.confidence:.0%} sure)\n"
            f"  What shows it: {self.evidence}\n"
            f"  What to do: {self.fix}"
        )


@dataclass(frozen=True)
class Diagnosis:
    """All findings about one run, the surest first; prints as text, shows itself in a notebook.

    Attributes:
        findings: a list of ``Finding``; empty for a healthy run.
        healthy: a sentence for a run without findings.
    """

    findings: list[Finding] = field(default_factory=list)
    healthy: str = ""

    @property
    def top(self) -> str | None:
        """The name of the surest finding, or None for a healthy run."""
        return self.findings[0].name if self.findings else None

    def __str__(self) -> str:
        if not self.findings:
            return f"Nothing is wrong that the run doctor knows of. {self.healthy}".strip()
        return "\n".join(str(finding) for finding in self.findings)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        if not self.findings:
            return f"<p>{escape(str(self))}</p>"
        items = "".join(
            f"<li><strong>{escape(finding.title)}</strong> ({finding.confidence:.0%} sure)<br>"
            f"What shows it: {escape(finding.evidence)}<br>"
            f"What to do: {escape(finding.fix)}</li>"
            for finding in self.findings
        )
        return f"<p>What the run doctor found, the surest first:</p><ol>{items}</ol>"

"""Say in plain words, as text and as a page, what an examination found."""

import base64
import html
import io
import textwrap
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from workbook.photos.doctor.findings import CONVERT, DECIDE, KINDS, MOVE
from workbook.photos.doctor.labels import FEWEST_PER_CLASS

if TYPE_CHECKING:
    import pandas as pd

    from workbook.photos.doctor.report import Report

EXAMPLES_IN_TEXT, EXAMPLES_ON_PAGE = 3, 6
PICTURE_SIDE = 72  # pixels on the page
_WIDTH = 96
_DONE_BY_REPAIR = {MOVE: "repair moves", CONVERT: "repair converts", DECIDE: "you decide"}


def report_text(report: "Report") -> str:
    """Return the report as lines of at most about 100 characters."""
    paragraphs = [_opening(report)]
    if len(report.table):
        paragraphs.append(_overview(report))
    for name, rows in _by_finding(report):
        kind = KINDS[name]
        lines = [
            f"{kind.title.upper()} ({name}): {len(rows)}",
            *_wrapped("Why it matters: " + kind.why),
            *_wrapped("What to do: " + kind.advice),
        ]
        if name == "suspicious_label":
            lines += _wrapped(label_note(report))
        lines += [f"    {line}" for line in _examples(rows)]
        paragraphs.append("\n".join(lines))
    paragraphs.append("\n".join(textwrap.wrap(_closing(report), _WIDTH)))
    return "\n\n".join(paragraphs)


def report_page(report: "Report") -> str:
    """Return the report as HTML that needs no script: findings unfold to examples and pictures."""
    sections = []
    for name, rows in _by_finding(report):
        kind = KINDS[name]
        note = f"<p>{html.escape(label_note(report))}</p>" if name == "suspicious_label" else ""
        sections.append(
            f"<details><summary><b>{html.escape(kind.title)}</b> ({len(rows)}, "
            f"{_DONE_BY_REPAIR[kind.action]})</summary>"
            f"<p>{html.escape(kind.why)} {html.escape(kind.advice)}</p>{note}"
            f"{_pictures(report, rows)}{_list_of_examples(rows)}</details>"
        )
    return (
        f"<div><p>{html.escape(_opening(report))}</p>{''.join(sections)}"
        f"<p>{html.escape(_closing(report))}</p></div>"
    )


def label_note(report: "Report") -> str:
    """Say how far the list of suspicious labels can be trusted, in numbers from this folder."""
    check = report.label_check
    if check is None:
        return ""
    listed = int((report.table["finding"] == "suspicious_label").sum())
    return (
        f"How far to trust this list: the quick model agrees with {check.accuracy:.0%} of all "
        f"labels. In a trial with labels swapped on purpose, {check.caught:.0%} of the swapped "
        f"ones would have been listed. A rough estimate from this, too high where photos are hard "
        f"to tell apart: {check.expected_wrong:.0f} of the {listed} labels are wrong. The others "
        "are right, and some wrong ones are missing."
    )


def _opening(report: "Report") -> str:
    counts = report.photo_counts
    photos, classes = int(counts.to_numpy().sum()), len(counts)
    parts = ""
    if len(counts.columns) > 1:
        sums = ", ".join(f"{part} {int(counts[part].sum()):,}" for part in counts.columns)
        parts = f" ({sums})"
    plural = "photo" if photos == 1 else "photos"
    named = "class" if classes == 1 else "classes"
    return (
        f"The doctor examined {printable(str(report.folder))}: "
        f"{photos:,} readable {plural} of {classes} {named}{parts}."
    )


def _overview(report: "Report") -> str:
    lines = ["What was found:"]
    for name, count in report.counts().items():
        kind = KINDS[name]
        lines.append(f"  {count:6,}  {kind.title:<52} {name:<19} {_DONE_BY_REPAIR[kind.action]}")
    return "\n".join(lines)


def _closing(report: "Report") -> str:
    table = report.table
    sentences = []
    files = table.loc[table["action"] != DECIDE, "file"].nunique()
    decisions = int((table["action"] == DECIDE).sum())
    if not len(table):
        sentences.append("Nothing was found.")
    if files:
        plural = "file" if files == 1 else "files"
        sentences.append(
            f"repair(report) moves or converts {files} {plural}. Nothing is deleted: the "
            "originals go to the folder _quarantine, and undo_repair brings them back."
        )
    if decisions:
        plural = "finding needs" if decisions == 1 else "findings need"
        sentences.append(f"{decisions} {plural} your decision.")
    if report.label_check is None:
        sentences.append(
            "Wrong labels were not looked for: that needs the quick model, and two classes of at "
            f"least {FEWEST_PER_CLASS} photos."
        )
    return " ".join(sentences)


def _by_finding(report: "Report"):
    return report.table.groupby("finding", sort=False)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="  ")


def _examples(rows: "pd.DataFrame") -> list[str]:
    shown = rows.head(EXAMPLES_IN_TEXT)
    lines = [
        f"{printable(file)}: {printable(detail)}"
        for file, detail in zip(shown["file"], shown["detail"], strict=True)
    ]
    if len(rows) > len(shown):
        lines.append(f"... and {len(rows) - len(shown)} more in report.table")
    return lines


def printable(name: str) -> str:
    """Return a file name such as it is, or with escapes where no screen could show it."""
    if name.isprintable():
        return name
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name)


def _list_of_examples(rows: "pd.DataFrame") -> str:
    items = "".join(f"<li>{html.escape(line)}</li>" for line in _examples(rows))
    return f"<ul>{items}</ul>"


def _pictures(report: "Report", rows: "pd.DataFrame") -> str:
    figures = []
    shown = rows.head(EXAMPLES_ON_PAGE)
    for file, other in zip(shown["file"], shown["other_file"], strict=True):
        for name in filter(None, (file, other)):
            thumbnail = report.thumbnails.get(name)
            if thumbnail is not None:
                figures.append(_figure(name, thumbnail))
    return f'<div style="display:flex;flex-wrap:wrap;gap:8px">{"".join(figures)}</div>'


def _figure(name: str, thumbnail: np.ndarray) -> str:
    stream = io.BytesIO()
    Image.fromarray(thumbnail).save(stream, "JPEG", quality=80)
    data = base64.b64encode(stream.getvalue()).decode("ascii")
    label = html.escape(printable(name), quote=True)
    return (
        f'<figure style="margin:0;max-width:{PICTURE_SIDE * 2}px;overflow-wrap:anywhere">'
        f'<img alt="{label}" width="{PICTURE_SIDE}" height="{PICTURE_SIDE}" '
        f'src="data:image/jpeg;base64,{data}"><figcaption>{label}</figcaption></figure>'
    )

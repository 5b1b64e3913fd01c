"""The doctor: examines a folder of photos, explains what is wrong, and repairs it.

``examine`` only reads. ``repair`` moves doubtful files into a quarantine folder and never deletes
any; ``undo_repair`` puts everything back. The files, in the order in which an examination comes
about: ``findings`` (what can be found), ``files`` (one file by itself), ``likeness`` and
``duplicates`` (photos that repeat one another), ``classes`` (how many of each), ``marks`` (frames
and watermarks), ``quick_model`` and ``labels`` (suspicious labels), ``examination`` (all of it),
``report`` (what the reader sees), ``moves`` and ``repair``.
"""

from workbook.photos.doctor.examination import examine
from workbook.photos.doctor.findings import FINDINGS
from workbook.photos.doctor.repair import repair, undo_repair
from workbook.photos.doctor.report import Report

__all__ = ["FINDINGS", "Report", "examine", "repair", "undo_repair"]

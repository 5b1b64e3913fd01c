"""Planted faults: a messy copy of a clean folder of photos, with an answer key.

``plant_faults`` makes the mess, ``score_findings`` compares what the doctor found with the key.
"""

from workbook.photos.faults.planting import plant_faults
from workbook.photos.faults.scoring import score_findings

__all__ = ["plant_faults", "score_findings"]

"""Planted faults: a messy copy of a clean folder of photos, with an answer key.

``copy_for_practice`` makes a clean folder for it, ``plant_faults`` makes the mess, and
``score_findings`` compares what the doctor found with the key.
"""

from workbook.photos.faults.planting import plant_faults
from workbook.photos.faults.practice import copy_for_practice
from workbook.photos.faults.scoring import score_findings

__all__ = ["copy_for_practice", "plant_faults", "score_findings"]

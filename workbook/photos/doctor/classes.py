"""Compare the classes with one another: how many photos has each, in each part of the split?"""

from collections import Counter
from collections.abc import Sequence
from statistics import median_high

from workbook.photos.doctor.files import InspectedFile, Tree
from workbook.photos.doctor.findings import Finding

# A class stands out when it has fewer than 0.4 times, or more than 2.5 times, as many photos as
# the class in the middle.
FEW, MANY = 0.4, 2.5


def check_classes(tree: Tree, photos: Sequence[InspectedFile]) -> list[Finding]:
    """Return the findings about empty classes, classes of a single photo, and imbalance."""
    counts = Counter((photo.found.split, photo.found.class_name) for photo in photos)
    totals = Counter(photo.found.class_name for photo in photos)
    findings = []
    for split, part_folder in tree.part_folders.items():
        counted = [counts[split, name] for name in tree.class_names if counts[split, name]]
        usual = median_high(counted) if counted else 0
        for name in tree.class_names:
            count = counts[split, name]
            problem = _problem(count, totals[name], usual)
            if problem:
                file = f"{part_folder}/{name}".lstrip("/")
                findings.append(Finding(problem[0], file, name, split, problem[1]))
    return findings


def _problem(count: int, total: int, usual: int) -> tuple[str, str] | None:
    if count == 0:
        return "empty_class", "no photo that can be read"
    if total == 1:
        return "single_photo_class", "one photo in all"
    if count < FEW * usual:
        return "imbalance", f"only {count} photos, where the middle class has {usual}"
    if count > MANY * usual:
        return "imbalance", f"{count} photos, where the middle class has {usual}"
    return None

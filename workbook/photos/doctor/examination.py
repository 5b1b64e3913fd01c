"""Examine a folder of photos."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from workbook.photos.doctor.classes import check_classes
from workbook.photos.doctor.duplicates import find_duplicates
from workbook.photos.doctor.files import (
    FoundFile,
    InspectedFile,
    inspect_file,
    list_files,
    note_small_photos,
)
from workbook.photos.doctor.findings import KINDS, MOVE, Finding
from workbook.photos.doctor.labels import check_labels
from workbook.photos.doctor.marks import find_marks
from workbook.photos.doctor.report import Report, make_report
from workbook.photos.folder import find_folder
from workbook.progress import progress_bar

READING_THREADS = min(8, os.cpu_count() or 1)


def examine(
    folder: str | os.PathLike, *, quick_model: bool = True, progress: bool = True
) -> Report:
    """Examine a folder of photos, split or not, and return a report; nothing is changed.

    quick_model: also train a quick model to find suspicious labels, the longest part of it.

    Raises FileNotFoundError, NotADirectoryError or ValueError, with a sentence, when there is no
    folder, or no photos in class folders in it.
    """
    root = find_folder(folder).absolute()
    tree = list_files(root)
    inspected = _inspect_all(tree.files, progress)
    photos = [one for one in inspected if one.is_photo]
    note_small_photos(photos)
    findings = [
        Finding(name, one.found.file, one.found.class_name, one.found.split, detail)
        for one in inspected
        for name, detail in one.problems
    ]
    findings += find_duplicates(photos)
    findings += check_classes(tree, photos)
    # What is going to be moved anyway would count twice, or mislead, in what follows.
    leaving = {finding.file for finding in findings if KINDS[finding.finding].action == MOVE}
    staying = [photo for photo in photos if photo.found.file not in leaving]
    findings += find_marks(staying)
    label_check = None
    if quick_model:
        suspicious, label_check = check_labels(staying, progress=progress)
        findings += suspicious
    return make_report(root, findings, inspected, tree.class_names, label_check)


def _inspect_all(files: Sequence[FoundFile], progress: bool) -> list[InspectedFile]:
    # Pillow lets other threads work while it decodes.
    pool = ThreadPoolExecutor(READING_THREADS)
    try:
        results = pool.map(inspect_file, files)
        bar = progress_bar(
            results, description="Examining photos", total=len(files), shown=progress
        )
        return list(bar)
    finally:
        pool.shutdown(cancel_futures=True)  # so that Ctrl-C does not wait for the whole folder

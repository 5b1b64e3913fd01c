"""Which photos of a folder belong together: of one class, of one part, of one finding."""

from workbook.photos.doctor.findings import KINDS
from workbook.photos.doctor.report import Report
from workbook.photos.folder import PhotoFile

ALL = "all photos"


def findings_by_file(report: Report | None) -> dict[str, dict[str, str]]:
    """Return finding -> file -> what the doctor says, of files that are still as examined."""
    if report is None:
        return {}
    unchanged = {file for file in set(report.table["file"]) if report.is_unchanged(file)}
    found: dict[str, dict[str, str]] = {}
    for name, file, detail in zip(
        report.table["finding"], report.table["file"], report.table["detail"], strict=True
    ):
        if file in unchanged:
            found.setdefault(f"finding: {KINDS[name].title}", {})[file] = detail
    return found


def group_photos(
    photos: list[PhotoFile], details: dict[str, dict[str, str]]
) -> dict[str, list[PhotoFile]]:
    """Return title -> photos: all of them, and those of each class, part and finding.

    ``details`` are those of ``findings_by_file``; findings none of whose files are left are left
    out. Photos in no class folder are "unsorted".
    """
    groups = {ALL: photos}
    for name in sorted({photo.class_name for photo in photos}):
        title = f"class: {name}" if name else "unsorted"
        groups[title] = [photo for photo in photos if photo.class_name == name]
    for part in dict.fromkeys(photo.split for photo in photos if photo.split):
        groups[f"part: {part}"] = [photo for photo in photos if photo.split == part]
    for title, files in details.items():
        members = [photo for photo in photos if photo.file in files]
        if members:
            groups[title] = members
    return groups

"""Whose file is it? Learning-management systems put the student's name into file and folder names.

Each pattern is that of the system's "download all submissions".
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from workbook.lessons.exercises.sources import solution_notebooks

# The folder or file begins with the name, then the number of the participant.
MOODLE = re.compile(
    r"^(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<rest>.*)$"
)
# Family and given name in one word, "LATE" where it is, number of the user, of the submission.
CANVAS = re.compile(r"^(?P<name>[^_]+)_(?:LATE_)?(?P<id>\d{3,})_(?P<version>\d{3,})_(?P<rest>.+)$")
BLACKBOARD = re.compile(
    r"^.*_(?P<id>[^_]+)_attempt_(?P<version>\d{4}(?:-\d\d){2,5})(?:_(?P<rest>.*))?$"
)
BRIGHTSPACE = re.compile(r"^(?P<id>\d+)-\d+ ?- (?P<name>[^-]+?)(?: ?- .+)?$")
SAKAI = re.compile(r"^(?P<family>[^,()]+), ?(?P<given>[^()]+)\((?P<id>[^()]+)\)$")
PATTERNS = (MOODLE, BLACKBOARD, CANVAS, BRIGHTSPACE, SAKAI)

# Folders that systems put between the student's folder and the file.
BETWEEN = re.compile(
    r"^(submission attachment\(s\)|attachments?|version \d+|v\d+|submissions?|files?|notebooks?|"
    r"exercises|feedback attachment\(s\))$",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"(?:-(\d+)| ?\((\d+)\)|[ _]v(\d+)|^version (\d+)$)", re.IGNORECASE)
JOINTS = " \t_-–.,()"


@dataclass(frozen=True, order=True)
class Owner:
    """A student as far as file names tell: name for people, and the system's number or login."""

    name: str
    identifier: str = ""

    @property
    def key(self) -> str:
        """Return what tells two students apart; same name and same number is the same student."""
        return " ".join(f"{self.name} {self.identifier}".casefold().split())


def owner_of(parts: tuple[str, ...]) -> Owner:
    """Return whose file this is. parts: the names of the folders from outside in, then the file.

    Patterns of systems come first, in folders and then in the file; otherwise the outermost folder
    is the student's; otherwise what the file is called besides the name of the course's notebook.
    """
    for part in (*parts[:-1], _stem(parts[-1])):
        for pattern in PATTERNS:
            found = pattern.match(part)
            if found:
                return _owner(found.groupdict())
    folders = [part for part in parts[:-1] if not BETWEEN.match(part)]
    if folders:
        return Owner(_readable(folders[0]))
    stem = _stem(parts[-1])
    return Owner(_readable(_besides_course_file(stem) or stem))


def version_of(parts: tuple[str, ...]) -> tuple[str, int]:
    """Return what orders several files of one student: what the system says, else a number."""
    said, number = "", 0
    for part in (*parts[:-1], _stem(parts[-1])):
        for pattern in PATTERNS:
            found = pattern.match(part)
            if found and found.groupdict().get("version"):
                said = found["version"].rjust(20, "0")
        for groups in NUMBERED.findall(part):
            number = next(int(group) for group in groups if group)
    return said, number


def without_common_folder(files: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Leave out outer folders that hold all files, such as "submissions".

    They stay when they are a student's: where the pattern of a system says so, or where the files
    in them would name no student, or only one.
    """
    common = 0
    while files and all(len(parts) > common + 1 for parts in files):
        folders = {parts[common] for parts in files}
        if len(folders) > 1 or _is_students(folders.pop()):
            break
        common += 1
    inner = [parts[common:] for parts in files]
    begins_with_students = any(len(parts) > 1 and _is_students(parts[0]) for parts in inner)
    names_nobody = all(len(parts) == 1 and _is_course_file(parts[0]) for parts in inner)
    owners = {owner_of(parts).key for parts in inner}
    if begins_with_students or (len(owners) > 1 and not names_nobody):
        return inner
    return files


def _owner(found: dict[str, str | None]) -> Owner:
    identifier = (found.get("id") or "").strip()
    if found.get("family"):
        return Owner(_readable(f"{found['given']} {found['family']}"), identifier)
    name = _readable(found.get("name") or identifier)
    return Owner(name, identifier if identifier != name else "")


def _is_students(folder: str) -> bool:
    return any(pattern.match(folder) for pattern in PATTERNS)


def _is_course_file(name: str) -> bool:
    return not _besides_course_file(_stem(name))


def _besides_course_file(stem: str) -> str:
    """Return what a file is called besides the course's own name for it."""
    rest = NUMBERED.sub("", stem)
    for name in _course_files():
        rest = re.sub(rf"(?:copy of )?{re.escape(name)}", "", rest, flags=re.IGNORECASE)
    return rest.strip(JOINTS)


@cache
def _course_files() -> tuple[str, ...]:
    return tuple(path.stem for path in solution_notebooks())


def _stem(name: str) -> str:
    """Return a file name without its endings, of which mail programs like to add a second."""
    return re.sub(r"(\.(ipynb|json|txt|py|zip|pdf|html?|docx?))+$", "", name, flags=re.IGNORECASE)


def _readable(name: str) -> str:
    """Return a name as it stands in a table: no odd characters, and not endless."""
    name = unicodedata.normalize("NFC", name)  # macOS stores ü as two characters
    printable = "".join(sign if sign.isprintable() else " " for sign in name)
    return " ".join(printable.split())[:80] or "unnamed"

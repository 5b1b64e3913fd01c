"""Gather what each student handed in: one submission for each student, with all its answers."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from workbook.grading.answers import Answer, find_answers
from workbook.grading.files import SubmittedFile, TooLarge, submitted_files
from workbook.grading.naming import Owner, owner_of, version_of, without_common_folder
from workbook.grading.notebooks import NotANotebook, read_notebook
from workbook.lessons.exercises.exercise import Exercise

NO_NOTEBOOK = "no notebook"
UNREADABLE = "unreadable"
TOO_LARGE = "file too large"
EMPTY = "empty file"
NO_ANSWERS = "no answer cells of the course"
SEVERAL_FILES = "several files, the newest answers count"


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    files: their names. notes: what was found wrong with them. answers: by name of the exercise.
    fingerprint: changes when the content of the files does.
    """

    owner: Owner
    files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    answers: dict[str, Answer] = field(default_factory=dict)
    fingerprint: str = ""


def collect(place: Path, exercises: Sequence[Exercise], progress=lambda files: files) -> list:
    """Return the submissions in a folder or zip file, sorted by name.

    progress: wraps the files that are gone through, for a progress bar. Raises FileNotFoundError
    or ValueError when there is nothing that could be a submission.
    """
    files = submitted_files(place)
    shortened = without_common_folder([file.parts for file in files])
    by_student: dict[str, list[SubmittedFile]] = {}
    owners: dict[str, Owner] = {}
    for file, parts in zip(files, shortened, strict=True):
        owner = owner_of(parts)
        owners.setdefault(owner.key, owner)
        by_student.setdefault(owner.key, []).append(replace(file, parts=parts))
    if not by_student:
        raise ValueError(f"There are no files in {place}. Give the folder with the submissions.")
    students = progress(sorted(by_student, key=lambda key: owners[key]))
    return [_submission(owners[key], by_student[key], exercises) for key in students]


def chapters_in(submissions: Sequence[Submission], exercises: Sequence[Exercise]) -> list[int]:
    """Return the chapters that this batch is about: those that many of the students handed in.

    A chapter counts when at least a third as many students handed it in as the commonest one.
    """
    counts: dict[int, int] = {}
    for submission in submissions:
        held = {one.chapter for one in exercises if one.name in submission.answers}
        for chapter in held:
            counts[chapter] = counts.get(chapter, 0) + 1
    commonest = max(counts.values(), default=0)
    return sorted(chapter for chapter, count in counts.items() if 3 * count >= commonest)


def _submission(
    owner: Owner, files: list[SubmittedFile], exercises: Sequence[Exercise]
) -> Submission:
    notes, answers, digest = [], {}, hashlib.sha256()
    notebooks = [file for file in files if file.looks_like_a_notebook]
    if not notebooks:
        notes.append(f"{NO_NOTEBOOK} ({_shown(files[0])})")
    for file in sorted(notebooks, key=lambda one: (version_of(one.parts), one.modified)):
        found, about = _read(file, exercises, digest)
        notes.extend(about)
        if _add(answers, found):
            notes.append(SEVERAL_FILES)
    return Submission(
        owner=owner,
        files=tuple("/".join(file.parts) for file in files),
        notes=tuple(dict.fromkeys(notes)),
        answers=answers,
        fingerprint=digest.hexdigest(),
    )


def _read(
    file: SubmittedFile, exercises: Sequence[Exercise], digest
) -> tuple[dict[str, Answer], list[str]]:
    """Return the answers in a file and what is wrong with it. Raises nothing."""
    try:
        data = file.read()
        digest.update(hashlib.sha256(data).digest())
        notebook = read_notebook(data, file.parts[-1])
    except TooLarge:
        return {}, [f"{TOO_LARGE} ({_shown(file)})"]
    except NotANotebook:
        return {}, [UNREADABLE if data.strip() else EMPTY]
    except (OSError, ValueError):
        return {}, [UNREADABLE]
    found = find_answers(notebook, exercises)
    return found, [*notebook.notes, *([] if found else [NO_ANSWERS])]


def _add(answers: dict[str, Answer], newer: dict[str, Answer]) -> bool:
    """Let newer answers take the place of older ones; tell whether an attempted one went."""
    replaced = False
    for name, answer in newer.items():
        older = answers.get(name)
        if older is None or answer.attempted or not older.attempted:
            answers[name] = answer
            replaced |= bool(older and older.attempted and older.source != answer.source)
    return replaced


def _shown(file: SubmittedFile) -> str:
    return file.parts[-1][:60]

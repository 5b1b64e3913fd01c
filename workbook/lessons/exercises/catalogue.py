"""All exercises of the course, in order."""

from workbook.lessons.exercises import (
    chapter_1,
    chapter_2,
    chapter_3,
    chapter_4,
    chapter_5,
    chapter_6,
)
from workbook.lessons.exercises.exercise import Exercise

CHAPTERS = (chapter_1, chapter_2, chapter_3, chapter_4, chapter_5, chapter_6)


def all_exercises() -> tuple[Exercise, ...]:
    """Return the exercises of all chapters, in order."""
    return tuple(exercise for chapter in CHAPTERS for exercise in chapter.EXERCISES)


def find_exercise(name: str) -> Exercise:
    """Return the exercise of this name. Raises ValueError when there is none."""
    for exercise in all_exercises():
        if exercise.name == name:
            return exercise
    raise ValueError(f'There is no exercise called "{name}".')

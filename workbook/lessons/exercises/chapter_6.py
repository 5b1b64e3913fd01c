"""The exercises of chapter 6."""

from workbook.lessons.exercises.exercise import Exercise

EXERCISES: tuple[Exercise, ...] = ()

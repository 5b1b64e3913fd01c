"""The exercises of chapter 3."""

from workbook.lessons.exercises.exercise import Exercise

EXERCISES: tuple[Exercise, ...] = ()

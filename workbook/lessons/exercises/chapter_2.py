"""The exercises of chapter 2."""

from workbook.lessons.exercises.exercise import Exercise

EXERCISES: tuple[Exercise, ...] = ()

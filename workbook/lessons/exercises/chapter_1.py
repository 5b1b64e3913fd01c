"""The exercises of chapter 1."""

from workbook.lessons.exercises.exercise import Exercise

EXERCISES: tuple[Exercise, ...] = ()

"""Judge a model on photos: how often it is right, where it errs, and how sure that is."""

from workbook.evaluation.answers import Evaluation
from workbook.evaluation.intervals import (
    Difference,
    Interval,
    is_difference_real,
    wilson_interval,
)
from workbook.evaluation.judging import evaluate, predict_probabilities

__all__ = [
    "Difference",
    "Evaluation",
    "Interval",
    "evaluate",
    "is_difference_real",
    "predict_probabilities",
    "wilson_interval",
]

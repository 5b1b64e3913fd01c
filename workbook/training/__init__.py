"""Training: the loop of chapter 3, with everything around it that a long run needs."""

from workbook.training.early_stopping import EarlyStopping
from workbook.training.evidence import Evidence
from workbook.training.fit import fit
from workbook.training.history import History
from workbook.training.totals import Totals, measure
from workbook.training.watch import watch

__all__ = ["EarlyStopping", "Evidence", "History", "Totals", "fit", "measure", "watch"]

"""Name what is wrong with a training run, from its own evidence."""

from workbook.training.watch import watch

__all__ = ["watch"]

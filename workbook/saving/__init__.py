"""Saving: a classifier as one file that describes itself.

``container`` reads the outside of a file, ``card`` writes and checks what the file says about
itself, ``rebuild`` makes the model anew from it, and ``classifier`` puts the three together.
"""

from workbook.saving.classifier import Classifier
from workbook.saving.container import ModelFileError

__all__ = ["Classifier", "ModelFileError"]

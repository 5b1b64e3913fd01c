"""Packages that only sharing needs: imported late, and missed with a sentence."""

from importlib import import_module
from types import ModuleType


class MissingPackage(RuntimeError):
    """A package that sharing needs is not installed; the text says what to type."""


def needed(*packages: str) -> list[ModuleType]:
    """Import packages and return them. Raises MissingPackage when one is not installed."""
    missing, found = [], []
    for package in packages:
        try:
            found.append(import_module(package))
        except ImportError:
            missing.append(package)
    if missing:
        raise MissingPackage(
            f"Sharing a classifier needs {' and '.join(missing)}, which this computer does not "
            'have yet. Install what is missing: pip install "photo-classifier-workbook[share]".'
        )
    return found

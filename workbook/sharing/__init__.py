"""Sharing: a classifier for people who have neither the course nor PyTorch.

``exports`` writes it in the formats that other programs read; ``project`` makes a folder that a
friend runs, ``page`` a single HTML file for any browser, ``space`` a web app. ``about`` and
``privacy`` decide which words go along, ``samples`` which photos.
"""

from workbook.sharing.exports import ExportError, export_onnx, export_torch, share_exports
from workbook.sharing.needs import MissingPackage
from workbook.sharing.page import share_page
from workbook.sharing.project import share_project
from workbook.sharing.report import Shared
from workbook.sharing.runtime import NoRuntime
from workbook.sharing.space import share_space

__all__ = [
    "ExportError",
    "MissingPackage",
    "NoRuntime",
    "Shared",
    "export_onnx",
    "export_torch",
    "share_exports",
    "share_page",
    "share_project",
    "share_space",
]

"""The studio: renders labelled, photo-like pictures of everyday objects on a table.

It knows nothing of learning. The files, in the order in which a photo comes about:
``catalogue`` (which kinds there are), ``shapes``, ``skins``, ``glazed``, ``surfaces`` (what things
look like, painted with ``paint`` on a ``canvas``), ``cupboard`` (where they are kept), ``placing``
and ``scene`` (what stands where), ``camera``, ``tracing``, ``light``, ``renderer`` (the picture),
``dials`` and ``photos`` (many pictures in a folder).
"""

from .catalogue import COURSE_CLASSES, LIGHT_LEVELS, OTHER_KINDS, SURFACES
from .contact_sheet import contact_sheet
from .photos import make_photos, render_photos

__all__ = [
    "COURSE_CLASSES",
    "LIGHT_LEVELS",
    "OTHER_KINDS",
    "SURFACES",
    "contact_sheet",
    "make_photos",
    "render_photos",
]

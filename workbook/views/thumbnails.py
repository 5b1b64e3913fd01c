"""Small photos for labs: many of them must fit into a notebook without making it heavy."""

import base64
import html
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from workbook.photos.decoding import decode_photos
from workbook.photos.preprocess import Preprocess
from workbook.views.pixel_art import CAPTION_STYLE

QUALITY = 82  # of WebP, where a photo of 64 pixels takes about 1 KB, a tenth of a PNG
LINE = "#D55E00"


def thumbnail(
    pixels: torch.Tensor | np.ndarray,
    caption: str,
    width: int = 112,
    *,
    description: str | None = None,
    framed: bool = False,
    sharp: bool = True,
) -> str:
    """Return a photo with a caption as an HTML figure.

    ``pixels``: uint8 tensor ``(3, H, W)`` or array ``(H, W, 3)``. ``width``: on the page, in
    pixels. ``description``: the alt text; the caption where there is none. ``caption`` may have
    several lines. ``framed``: draw a thick line around the photo. ``sharp``: each pixel stays a
    square when the photo is enlarged.
    """
    rendering = "pixelated" if sharp else "auto"
    line = f"outline:4px solid {LINE};outline-offset:-4px;" if framed else ""
    alt = html.escape((description or caption).replace("\n", ", "), quote=True)
    lines = "<br>".join(html.escape(part) for part in caption.split("\n"))
    return (
        f'<figure style="margin:0;width:{width}px;line-height:1.25;overflow-wrap:anywhere">'
        f'<img alt="{alt}" src="{_data_url(pixels)}" style="display:block;width:100%;'
        f'image-rendering:{rendering};border-radius:3px;{line}">'
        f'<figcaption style="font-size:12px;margin-top:3px;{CAPTION_STYLE}">{lines}</figcaption>'
        "</figure>"
    )


class SmallPictures:
    """Photos of a folder at a small size. Each is read once, unless it changes on disk."""

    def __init__(self, size: int, most: int = 2000):
        self._preprocess = Preprocess(size=size, resize="pad")
        self._most = most
        self._known: dict[tuple, torch.Tensor | None] = {}

    def of(self, paths: Sequence[Path]) -> list[torch.Tensor | None]:
        """Return uint8 ``(3, size, size)`` for each photo, or None where it cannot be read."""
        marks = [_file_mark(path) for path in paths]
        missing = [i for i, mark in enumerate(marks) if mark not in self._known]
        if len(self._known) + len(missing) > self._most:
            self._known.clear()
            missing = list(range(len(paths)))
        images, problems = decode_photos(
            [paths[i] for i in missing], self._preprocess, progress=False
        )
        for place, (i, image) in enumerate(zip(missing, images, strict=True)):
            self._known[marks[i]] = None if place in problems else image
        return [self._known[mark] for mark in marks]


def _file_mark(path: Path) -> tuple:
    """Return what tells a file from one that takes its place later."""
    try:
        about = path.stat()
    except OSError:
        return path, 0, 0
    return path, about.st_mtime_ns, about.st_size


def in_rows(figures: list[str], gap: int = 10, *, above: int = 6) -> str:
    """Return figures side by side, in as many rows as the page needs."""
    style = f"display:flex;flex-wrap:wrap;gap:{gap}px;margin:{above}px 0 6px"
    return f'<div style="{style}">{"".join(figures)}</div>'


def paragraph(content: str, *, above: int = 8) -> str:
    """Return a paragraph; ``content`` is HTML. Widgets would set its lines far apart."""
    style = f"margin:{above}px 0 4px;max-width:48em;line-height:1.4"
    return f'<p style="{style}">{content}</p>'


def note(sentences: list[str], *, colour: str = LINE, sign: str = "") -> str:
    """Return paragraphs beside a coloured line; a screen reader reads changes out."""
    paragraphs = "".join(
        f'<p style="margin:3px 0">{sign}{html.escape(sentence)}</p>' for sentence in sentences
    )
    return (
        f'<div role="status" style="border-left:4px solid {colour};padding:2px 10px;margin:8px 0;'
        f'max-width:48em;line-height:1.4">{paragraphs}</div>'
    )


def _data_url(pixels: torch.Tensor | np.ndarray) -> str:
    if isinstance(pixels, torch.Tensor):
        pixels = pixels.permute(1, 2, 0).cpu().numpy()
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "WEBP", quality=QUALITY, method=2)
    return f"data:image/webp;base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"

"""Pixels as small PNG pictures inside a page."""

import io
from base64 import b64encode

import numpy as np
import torch
from PIL import Image

# Some themes make captions thin and pale.
CAPTION_STYLE = "color:inherit;font-weight:normal"


def png_address(image: Image.Image) -> str:
    """Return a picture as an address that holds all of it, for the ``src`` of an img element."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return f"data:image/png;base64,{b64encode(buffer.getvalue()).decode('ascii')}"


def as_image(pixels: np.ndarray | torch.Tensor | Image.Image) -> Image.Image:
    """Return uint8 pixels, in any of the shapes that ``figure`` takes, as a Pillow image."""
    if isinstance(pixels, Image.Image):
        return pixels
    if isinstance(pixels, torch.Tensor):
        pixels = (pixels.permute(1, 2, 0) if pixels.ndim == 3 else pixels).cpu().numpy()
    return Image.fromarray(np.ascontiguousarray(pixels))

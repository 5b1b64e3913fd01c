"""Contact sheets: many photos side by side in one picture."""

import torch
from PIL import Image
from torch import Tensor

GAP = 2  # pixels of white between photos


def contact_sheet(images: Tensor, columns: int) -> Image.Image:
    """Photos, uint8 (N, 3, H, W), in rows of ``columns``."""
    count, _, height, width = images.shape
    rows = -(-count // columns)
    sheet = torch.full((3, rows * (height + GAP) - GAP, columns * (width + GAP) - GAP), 255)
    for number, image in enumerate(images):
        top, left = number // columns * (height + GAP), number % columns * (width + GAP)
        sheet[:, top : top + height, left : left + width] = image
    return Image.fromarray(sheet.byte().permute(1, 2, 0).contiguous().numpy())

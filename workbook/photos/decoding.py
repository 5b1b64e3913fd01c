"""Decode many photos at once, with several threads."""

from collections.abc import Sequence
from pathlib import Path

import torch

from workbook.photos.ahead import DECODING_THREADS, compute_ahead
from workbook.photos.preprocess import Preprocess
from workbook.photos.reading import PhotoError
from workbook.progress import progress_bar


def decode_photos(
    paths: Sequence[Path], preprocess: Preprocess, *, progress: bool = True
) -> tuple[torch.Tensor, dict[int, PhotoError]]:
    """Read photos into one uint8 tensor ``(N, 3, size, size)``, in the order of ``paths``.

    Also returns the errors of the photos that cannot be read, by position; their images are black.
    """
    images = torch.zeros(len(paths), 3, preprocess.size, preprocess.size, dtype=torch.uint8)
    problems: dict[int, PhotoError] = {}

    def decode(position: int) -> None:
        try:
            images[position] = preprocess.pixels(paths[position])
        except PhotoError as error:
            problems[position] = error

    decoded = compute_ahead(
        decode, range(len(paths)), ahead=4 * DECODING_THREADS, threads=DECODING_THREADS
    )
    for _ in progress_bar(decoded, description="Reading photos", total=len(paths), shown=progress):
        pass
    return images, problems

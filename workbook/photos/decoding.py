"""Decode many photos at once, with several threads."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch

from workbook.photos.preprocess import Preprocess
from workbook.photos.reading import PhotoError
from workbook.progress import progress_bar

# Pillow lets other threads work while it decodes, so threads are enough and processes not needed.
DECODING_THREADS = min(8, os.cpu_count() or 1)


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

    pool = ThreadPoolExecutor(DECODING_THREADS)
    try:
        decoded = pool.map(decode, range(len(paths)))
        for _ in progress_bar(
            decoded, description="Reading photos", total=len(paths), shown=progress
        ):
            pass
    finally:
        pool.shutdown(cancel_futures=True)  # so that Ctrl-C does not wait for the whole folder
    return images, problems

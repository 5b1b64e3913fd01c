"""Photo sets that do not fit into memory: decoded while they are used, a little ahead."""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch

from workbook.photos.collection import PhotoCollection
from workbook.photos.decoding import DECODING_THREADS
from workbook.photos.folder import find_folder
from workbook.photos.photoset import PhotoSet, describe_photos, scan_classes
from workbook.photos.preprocess import Preprocess
from workbook.photos.reading import PhotoError
from workbook.progress import progress_bar

MEMORY_LIMIT = 2 * 1024**3


class StreamedPhotoSet(PhotoCollection):
    """Labelled photos that stay on disk. Everything PhotoSet has, except ``images``.

    At most ``batches_ahead + 1`` batches are in memory while ``batches`` runs: the one in use, and
    those that threads decode in the meantime. The batches are the same as PhotoSet's.
    """

    batches_ahead = 2

    @classmethod
    def from_folder(
        cls,
        folder: str | os.PathLike,
        preprocess: Preprocess | None = None,
        *,
        class_names: Iterable[str] | None = None,
        groups: Mapping[str, str] | None = None,
        progress: bool = True,
        name: str | None = None,
    ) -> "StreamedPhotoSet":
        """Look through a folder with one folder per class, as ``PhotoSet.from_folder`` does.

        Every photo is decoded once to see whether it can be read, but none is kept.
        """
        root = find_folder(folder)
        about = describe_photos(scan_classes(root), class_names, groups)
        about |= {"preprocess": preprocess or Preprocess(), "name": name or root.name}
        return cls.from_files(root, about, progress=progress)

    @classmethod
    def from_files(
        cls, root: Path, about: dict[str, Any], *, progress: bool = True
    ) -> "StreamedPhotoSet":
        """Check the photos that ``describe_photos`` lists. They lie below ``root``."""
        photo_set = cls(**about)
        return photo_set._without(photo_set._find_problems(progress), root)

    def __getitem__(self, index: int | slice) -> "tuple[torch.Tensor, int] | StreamedPhotoSet":
        """Return photo number ``index``: uint8 image ``(3, H, W)`` and its label."""
        if isinstance(index, slice):
            return self.subset(range(len(self))[index])
        return self.preprocess.pixels(self.paths[index]), int(self.labels[index])

    def _pixels(
        self, index_batches: Iterable[torch.Tensor], device: torch.device
    ) -> Iterator[torch.Tensor]:
        pool = ThreadPoolExecutor(DECODING_THREADS)
        under_way: deque[list[Future]] = deque()
        try:
            for indices in index_batches:
                paths = [self.paths[index] for index in indices.tolist()]
                under_way.append([pool.submit(self.preprocess.pixels, path) for path in paths])
                if len(under_way) > self.batches_ahead:
                    yield _finished(under_way.popleft()).to(device)
            while under_way:
                yield _finished(under_way.popleft()).to(device)
        finally:
            pool.shutdown(cancel_futures=True)

    def _select(self, indices: torch.Tensor) -> None:
        pass  # there is nothing beside the lists

    def _find_problems(self, progress: bool) -> dict[int, PhotoError]:
        problems: dict[int, PhotoError] = {}

        def check(position: int) -> None:
            try:
                self.preprocess.pixels(self.paths[position])
            except PhotoError as error:
                problems[position] = error

        pool = ThreadPoolExecutor(DECODING_THREADS)
        try:
            checked = pool.map(check, range(len(self)))
            for _ in progress_bar(
                checked, description="Checking photos", total=len(self), shown=progress
            ):
                pass
        finally:
            pool.shutdown(cancel_futures=True)
        return problems


def open_photos(
    folder: str | os.PathLike,
    preprocess: Preprocess | None = None,
    *,
    class_names: Iterable[str] | None = None,
    groups: Mapping[str, str] | None = None,
    memory_limit: int = MEMORY_LIMIT,
    cache: bool = True,
    progress: bool = True,
    name: str | None = None,
) -> PhotoCollection:
    """Return a PhotoSet if the photos fit into ``memory_limit`` bytes, else a StreamedPhotoSet.

    A photo takes 3 * size * size bytes. The rest is as in ``PhotoSet.from_folder``.
    """
    root = find_folder(folder)
    about = describe_photos(scan_classes(root), class_names, groups)
    about |= {"preprocess": preprocess or Preprocess(), "name": name or root.name}
    return open_files(root, about, memory_limit=memory_limit, cache=cache, progress=progress)


def open_files(
    root: Path,
    about: dict[str, Any],
    *,
    memory_limit: int = MEMORY_LIMIT,
    cache: bool = True,
    progress: bool = True,
) -> PhotoCollection:
    """Do what ``open_photos`` does with photos that ``describe_photos`` lists."""
    count = len(about["paths"])
    needed = count * 3 * about["preprocess"].size ** 2
    if needed <= memory_limit:
        return PhotoSet.from_files(root, about, cache=cache, progress=progress)
    if progress:
        print(
            f"The {count:,} photos in {root} need {needed / 1e9:.1f} GB of memory, more than the "
            f"limit of {memory_limit / 1e9:.1f} GB. They are read from disk during training."
        )
    return StreamedPhotoSet.from_files(root, about, progress=progress)


def _finished(photos: list[Future]) -> torch.Tensor:
    return torch.stack([photo.result() for photo in photos])

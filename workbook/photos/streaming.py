"""Photo sets that do not fit into memory: read from disk while they are used, a little ahead."""

import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import torch

from workbook.photos.ahead import compute_ahead
from workbook.photos.collection import PhotoCollection
from workbook.photos.folder import find_folder
from workbook.photos.photoset import PhotoSet, describe_photos, scan_classes
from workbook.photos.pixel_store import PixelStore, check_photos, store_photos
from workbook.photos.preprocess import Preprocess

MEMORY_LIMIT = 2 * 1024**3


class StreamedPhotoSet(PhotoCollection):
    """Labelled photos that stay on disk. Everything PhotoSet has, except ``images``.

    The photos are decoded once, into a file in the workspace (pixel_store.py), and every batch is
    read from there. Without such a file, for want of room on the disk for instance, they are
    decoded in every epoch. Either way the batches are the same as PhotoSet's, and few of them are
    in memory while ``batches`` runs: the one in use, the one after it, and ``batches_ahead`` that
    threads prepare in the meantime.
    """

    batches_ahead = 2

    def __init__(self, labels: torch.Tensor, store: PixelStore | None = None, **about):
        super().__init__(labels, **about)
        self._store = store
        self._rows = torch.tensor([store.row_of.get(f, -1) for f in self.files] if store else [])

    @classmethod
    def from_folder(
        cls,
        folder: str | os.PathLike,
        preprocess: Preprocess | None = None,
        *,
        class_names: Iterable[str] | None = None,
        groups: Mapping[str, str] | None = None,
        cache: bool = True,
        progress: bool = True,
        name: str | None = None,
    ) -> "StreamedPhotoSet":
        """Look through a folder with one folder per class, as ``PhotoSet.from_folder`` does.

        cache: keep the decoded photos in the workspace. Without it every photo is decoded once to
        see whether it can be read, and again in every epoch.
        """
        root = find_folder(folder)
        about = describe_photos(scan_classes(root), class_names, groups)
        about |= {"preprocess": preprocess or Preprocess(), "name": name or root.name}
        return cls.from_files(root, about, cache=cache, progress=progress)

    @classmethod
    def from_files(
        cls, root: Path, about: dict[str, Any], *, cache: bool = True, progress: bool = True
    ) -> "StreamedPhotoSet":
        """Decode or check the photos that ``describe_photos`` lists. They lie below ``root``."""
        paths, preprocess = about["paths"], about["preprocess"]
        if cache:
            store, problems = store_photos(root, paths, preprocess, progress=progress)
        else:
            store, problems = None, check_photos(paths, preprocess, progress=progress)
        return cls(store=store, **about)._without(problems, root)

    def __getitem__(self, index: int | slice) -> "tuple[torch.Tensor, int] | StreamedPhotoSet":
        """Return photo number ``index``: uint8 image ``(3, H, W)`` and its label."""
        if isinstance(index, slice):
            return self.subset(range(len(self))[index])
        return self._read(torch.tensor([index]))[0], int(self.labels[index])

    def _pixels(
        self, index_batches: Iterable[torch.Tensor], device: torch.device
    ) -> Iterator[torch.Tensor]:
        index_batches = list(index_batches)
        if self._store is None:
            batches = self._decoded(index_batches)
        else:
            batches = compute_ahead(self._read, index_batches, ahead=self.batches_ahead, threads=1)
        for images in batches:
            yield images.to(device)

    def _read(self, indices: torch.Tensor) -> torch.Tensor:
        """Return these photos from the store, or from their own files when it is not there."""
        if self._store is not None:
            try:
                return self._store.read(self._rows[indices].tolist())
            except OSError:  # removed or made anew since this set was opened
                pass
        paths = [self.paths[index] for index in indices.tolist()]
        return torch.stack([self.preprocess.pixels(path) for path in paths])

    def _decoded(self, index_batches: list[torch.Tensor]) -> Iterator[torch.Tensor]:
        """Yield batches of photos decoded by many threads, which share the photos of a batch."""
        paths = (self.paths[index] for indices in index_batches for index in indices.tolist())
        longest = max(map(len, index_batches), default=0)
        photos = compute_ahead(self.preprocess.pixels, paths, ahead=self.batches_ahead * longest)
        for indices in index_batches:
            yield torch.stack(list(islice(photos, len(indices))))

    def _select(self, indices: torch.Tensor) -> None:
        if self._store is not None:
            self._rows = self._rows[indices]


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
    return StreamedPhotoSet.from_files(root, about, cache=cache, progress=progress)

"""What photo sets in memory and photo sets on disk have in common."""

import hashlib
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import torch
from torch.utils.data import Dataset

from workbook.photos.augment import Augmentation
from workbook.photos.preprocess import Preprocess
from workbook.photos.reading import PhotoError

if TYPE_CHECKING:
    import pandas

Batch = tuple[torch.Tensor, torch.Tensor]


class PhotoCollection(Dataset):
    """Labelled photos of one size. Use PhotoSet (in memory) or StreamedPhotoSet (on disk).

    labels: int64 ``(N,)``, indices into class_names.
    class_names: the names of the classes, sorted.
    paths: where each photo lies. files: the same relative to the folder, with forward slashes.
    groups: photos with the same group show the same scene and belong in the same part of a split.
    preprocess: how the photos were, and prediction photos will be, turned into numbers.
    name: what the set is for, such as "train".
    problems: the PhotoErrors of the files that could not be read and are left out.
    """

    def __init__(
        self,
        labels: torch.Tensor,
        class_names: Sequence[str],
        paths: Sequence[Path],
        files: Sequence[str],
        groups: Sequence[str],
        preprocess: Preprocess,
        name: str,
        problems: Sequence[PhotoError] = (),
    ):
        self.labels = labels
        self.class_names = tuple(class_names)
        self.paths = list(paths)
        self.files = list(files)
        self.groups = list(groups)
        self.preprocess = preprocess
        self.name = name
        self.problems = list(problems)

    # What the two kinds of sets do differently.

    def __getitem__(self, index: int | slice) -> "tuple[torch.Tensor, int] | Self":
        """Return photo number ``index``: uint8 image ``(3, H, W)`` and its label.

        A slice such as ``photos[:10]`` gives a set of these photos.
        """
        raise NotImplementedError

    def _pixels(
        self, index_batches: Iterable[torch.Tensor], device: torch.device
    ) -> Iterator[torch.Tensor]:
        """For each batch of indices, yield the uint8 images ``(B, 3, H, W)`` on the device."""
        raise NotImplementedError

    def _select(self, indices: torch.Tensor) -> None:
        """Keep only these photos of whatever the kind of set holds beside the common lists."""
        raise NotImplementedError

    # What they share.

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        size, kinds = self.preprocess.size, len(self.class_names)
        name = f" {self.name}" if self.name else ""
        photos = f"{len(self):,} photo{'' if len(self) == 1 else 's'}"
        classes = f"{kinds} class{'' if kinds == 1 else 'es'}"
        unread = f" ({len(self.problems)} files could not be read)" if self.problems else ""
        return f"{type(self).__name__}{name}: {photos} of {classes}, {size} x {size}{unread}"

    @property
    def class_to_index(self) -> dict[str, int]:
        """Map each class name to its label."""
        return {name: index for index, name in enumerate(self.class_names)}

    def counts(self) -> "pandas.Series":
        """Return the number of photos of each class."""
        import pandas

        counts = torch.bincount(self.labels, minlength=len(self.class_names))
        classes = pandas.Index(self.class_names, name="class")
        return pandas.Series(counts.tolist(), index=classes, name="photos")

    def batches(
        self,
        batch_size: int = 32,
        *,
        shuffle: bool = False,
        seed: int = 0,
        epoch: int = 0,
        device: str | torch.device | None = None,
        augment: Augmentation | None = None,
        drop_last: bool = False,
        channels_last: bool = False,
        share: tuple[int, int] = (0, 1),
    ) -> Iterator[Batch]:
        """Yield ``(images, labels)``, batch after batch, once through the set.

        images: float32 ``(B, 3, H, W)``, normalised. labels: int64 ``(B,)``. Both on ``device``
        (None: the processor). The last batch may be smaller, or is dropped with ``drop_last``.

        The order (``shuffle``) and the changes (``augment``) depend on ``seed`` and ``epoch``
        alone. ``channels_last`` lays the same numbers out in memory as fast convolutions like it.
        ``share`` (number, of how many) gives one of several processes its part of every batch; a
        batch with fewer photos than processes is left out.
        Raises ValueError for a batch size below 1.
        """
        if batch_size < 1:
            raise ValueError(f"The batch size is {batch_size}. Give a whole number from 1 on.")
        device = torch.device(device or "cpu")
        order = self._order(shuffle, seed, epoch).split(batch_size)
        if drop_last:
            order = [indices for indices in order if len(indices) == batch_size]
        number, shares = share
        order = [indices[number::shares] for indices in order if len(indices) >= shares]
        # Purposes 0 and 2 are taken, by the order and by ``take``.
        generator = _generator(seed, epoch, 1 if number == 0 else 2 + number)
        return self._batches(order, device, augment, generator, channels_last)

    def _order(self, shuffle: bool, seed: int, epoch: int) -> torch.Tensor:
        if shuffle:
            return torch.randperm(len(self), generator=_generator(seed, epoch, 0))
        return torch.arange(len(self))

    def _batches(
        self,
        order: Sequence[torch.Tensor],
        device: torch.device,
        augment: Augmentation | None,
        generator: torch.Generator,
        channels_last: bool,
    ) -> Iterator[Batch]:
        if len(self) == 0:
            return
        for indices, pixels in zip(order, self._pixels(order, device), strict=True):
            if augment is None:
                images = self.preprocess.normalize(pixels)
            else:
                images = augment(pixels.to(torch.float32).div_(255), generator)
                images = self.preprocess.standardize(images)
            if channels_last:
                images = images.contiguous(memory_format=torch.channels_last)
            yield images, self.labels[indices].to(device)

    def pixel_batches(self, batch_size: int = 256) -> Iterator[torch.Tensor]:
        """Yield all photos in order as uint8 ``(B, 3, H, W)``, neither normalised nor changed."""
        return self._pixels(torch.arange(len(self)).split(batch_size), torch.device("cpu"))

    def subset(self, indices: Sequence[int] | torch.Tensor | np.ndarray) -> Self:
        """Return a set of these photos only, in this order.

        ``indices`` are positions, or one True or False per photo. Raises IndexError.
        """
        chosen = torch.as_tensor(indices)
        if chosen.dtype == torch.bool:
            if len(chosen) != len(self):
                raise IndexError(
                    f"There are {len(chosen)} True or False values for {len(self)} photos. "
                    "Give one for each photo."
                )
            chosen = chosen.nonzero().flatten()
        chosen = chosen.long()
        if len(chosen) and not (-len(self) <= chosen.min() and chosen.max() < len(self)):
            raise IndexError(
                f"Photo number {int(chosen.max())} was asked for, but the set has {len(self)} "
                f"photos: 0 to {len(self) - 1}."
            )
        chosen = chosen % max(1, len(self))
        part = copy(self)
        part.__dict__.pop("fingerprint", None)
        part.labels = self.labels[chosen]
        for name in ("paths", "files", "groups"):
            values = getattr(self, name)
            setattr(part, name, [values[index] for index in chosen.tolist()])
        part._select(chosen)
        return part

    def only(self, classes: Iterable[str]) -> Self:
        """Return a set with the photos of these classes only, whose labels count from 0 again.

        Raises ValueError when there is no such class.
        """
        wanted = {classes} if isinstance(classes, str) else set(classes)
        unknown = sorted(wanted - set(self.class_names))
        if unknown:
            raise ValueError(
                f'There is no class "{unknown[0]}" here. '
                f"The classes are: {', '.join(self.class_names)}."
            )
        kept = [index for index, name in enumerate(self.class_names) if name in wanted]
        part = self.subset(torch.isin(self.labels, torch.tensor(kept, dtype=torch.int64)))
        part.class_names = tuple(self.class_names[index] for index in kept)
        new_label = torch.full((len(self.class_names),), -1)
        new_label[kept] = torch.arange(len(kept))
        part.labels = new_label[part.labels]
        return part

    def take(self, per_class: int, seed: int = 0) -> Self:
        """Return a set with at most ``per_class`` photos of each class, drawn with the seed."""
        order = torch.randperm(len(self), generator=_generator(seed, 0, 2))
        shuffled_labels = self.labels[order]
        chosen = [
            order[shuffled_labels == label][:per_class] for label in range(len(self.class_names))
        ]
        return self.subset(torch.cat(chosen).sort().values)

    def with_preprocess(self, preprocess: Preprocess) -> Self:
        """Return the same photos under other normalisation. The pixels are shared, not copied.

        Raises ValueError when size or resize rule differ: for that the files are read again.
        """
        if not preprocess.same_pixels(self.preprocess):
            raise ValueError(
                f"These photos were prepared with size {self.preprocess.size} and resize "
                f'"{self.preprocess.resize}", which cannot be changed afterwards. '
                "Load them again from their folder with the new settings."
            )
        same = copy(self)
        same.preprocess = preprocess
        return same

    def _without(self, problems: Mapping[int, PhotoError], folder: Path) -> Self:
        """Leave the unreadable photos out, with a warning. Raises ValueError if none is left."""
        if not problems:
            return self
        first = problems[min(problems)]
        if len(problems) == len(self):
            raise ValueError(f"None of the {len(self)} photos in {folder} can be read. {first}")
        warnings.warn(
            f"{len(problems)} of {len(self)} files in {folder} cannot be read and are left out; "
            f"the set's .problems lists them. The first: {first}",
            stacklevel=4,
        )
        part = self.subset([i for i in range(len(self)) if i not in problems])
        part.problems = [problems[position] for position in sorted(problems)]
        return part

    @cached_property
    def fingerprint(self) -> str:
        """16 hexadecimal digits made of file names, labels and pixels: equal sets, equal digits.

        The order of the photos does not matter.
        """
        digests = []
        position = 0
        for images in self.pixel_batches():
            for image in images:
                digest = hashlib.sha256(f"{self.files[position]}\n".encode(errors="replace"))
                digest.update(f"{int(self.labels[position])}\n".encode())
                digest.update(image.numpy().tobytes())
                digests.append(digest.digest())
                position += 1
        whole = hashlib.sha256(repr((self.class_names, self.preprocess.size)).encode())
        whole.update(b"".join(sorted(digests)))
        return whole.hexdigest()[:16]


def _generator(seed: int, epoch: int, purpose: int) -> torch.Generator:
    # Mixed, so that neither neighbouring seeds and epochs nor order and augmentation are related.
    (mixed,) = np.random.SeedSequence([abs(seed), epoch, purpose]).generate_state(1, np.uint64)
    return torch.Generator().manual_seed(int(mixed) % 2**63)

"""A photo set in memory: decoded once, kept as one tensor."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from workbook.photos.cache import decode_with_cache
from workbook.photos.collection import PhotoCollection
from workbook.photos.decoding import decode_photos
from workbook.photos.folder import PhotoFile, find_folder, scan_folder
from workbook.photos.preprocess import Preprocess

# Up to this size a set is copied to a graphics card once, instead of batch by batch.
MAXIMUM_BYTES_ON_DEVICE = 2 * 1024**3


class PhotoSet(PhotoCollection):
    """Labelled photos in memory, as one tensor.

    images: uint8 ``(N, 3, H, W)``, values 0 to 255. The rest is described in PhotoCollection:
    labels, class_names, paths, files, groups, preprocess, name and problems.

    ``set[i]`` gives ``(image, label)``, so a plain DataLoader works too; ``batches`` is faster.
    """

    def __init__(self, images: torch.Tensor, labels: torch.Tensor, **about):
        super().__init__(labels, **about)
        self.images = images
        self._copy_on_device: torch.Tensor | None = None

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
    ) -> "PhotoSet":
        """Read a folder with one folder per class. Files that cannot be read become problems.

        class_names: the classes and their order; None takes the folders', sorted.
        groups: relative file name -> group; a photo without one is a group of its own.
        cache: keep the decoded photos in the workspace, for a quicker start next time.

        Raises FileNotFoundError, NotADirectoryError or ValueError with a sentence.
        """
        root = find_folder(folder)
        photos = scan_classes(root)
        about = describe_photos(photos, class_names, groups)
        about |= {"preprocess": preprocess or Preprocess(), "name": name or root.name}
        return cls.from_files(root, about, cache=cache, progress=progress)

    @classmethod
    def from_files(
        cls, root: Path, about: dict[str, Any], *, cache: bool = True, progress: bool = True
    ) -> "PhotoSet":
        """Read the photos that ``describe_photos`` lists. They lie below ``root``."""
        paths, preprocess = about["paths"], about["preprocess"]
        if cache:
            images, problems = decode_with_cache(root, paths, preprocess, progress=progress)
        else:
            images, problems = decode_photos(paths, preprocess, progress=progress)
        return cls(images, **about)._without(problems, root)

    @classmethod
    def from_tensors(
        cls,
        images: torch.Tensor,
        labels: torch.Tensor | Sequence[int],
        class_names: Sequence[str],
        *,
        preprocess: Preprocess | None = None,
        paths: Sequence[str | os.PathLike] | None = None,
        groups: Sequence[str] | None = None,
        name: str = "",
    ) -> "PhotoSet":
        """Build a set from uint8 images ``(N, 3, H, W)``, square, and labels 0 to classes - 1.

        Raises ValueError with a sentence when they do not fit together.
        """
        labels = torch.as_tensor(labels, dtype=torch.int64)
        _check_tensors(images, labels, class_names)
        size = images.shape[-1]
        if preprocess is None:
            preprocess = Preprocess(size=size)
        elif preprocess.size != size:
            raise ValueError(
                f"The images are {size} x {size}, but the preprocessing says {preprocess.size}. "
                "Use the same size for both."
            )
        names = [f"photo_{number:05d}" for number in range(len(images))]
        paths = [Path(path) for path in (paths or names)]
        files = [path.as_posix() for path in paths]
        return cls(
            images,
            labels,
            class_names=class_names,
            paths=paths,
            files=files,
            groups=[str(group) for group in groups] if groups is not None else files,
            preprocess=preprocess,
            name=name,
        )

    def __getitem__(self, index: int | slice) -> "tuple[torch.Tensor, int] | PhotoSet":
        """Return photo number ``index``: uint8 image ``(3, H, W)`` and its label."""
        if isinstance(index, slice):
            return self.subset(range(len(self))[index])
        return self.images[index], int(self.labels[index])

    def _pixels(
        self, index_batches: Iterable[torch.Tensor], device: torch.device
    ) -> Iterator[torch.Tensor]:
        images = self._images_for(device)
        for indices in index_batches:
            # Far faster than images[indices] on a processor, and the same.
            yield images.index_select(0, indices.to(images.device)).to(device)

    def _images_for(self, device: torch.device) -> torch.Tensor:
        if device == self.images.device or self.images.nbytes > MAXIMUM_BYTES_ON_DEVICE:
            return self.images
        if self._copy_on_device is None or self._copy_on_device.device.type != device.type:
            self._copy_on_device = self.images.to(device)
        return self._copy_on_device

    def _select(self, indices: torch.Tensor) -> None:
        self.images = self.images[indices]
        self._copy_on_device = None


def scan_classes(root: Path) -> list[PhotoFile]:
    """Scan a folder with one folder per class. Raises ValueError when it is split already."""
    photos = scan_folder(root)
    if photos[0].split is not None:
        part = photos[0].file.split("/")[0]
        raise ValueError(
            f"{root} is split into training, validation and test photos, which must not be mixed. "
            f"Use load_splits on it, or name one part: {root / part}."
        )
    return photos


def describe_photos(
    photos: Sequence[PhotoFile],
    class_names: Iterable[str] | None,
    groups: Mapping[str, str] | None,
) -> dict[str, Any]:
    """Return labels, class_names, paths, files and groups of photos that have been found.

    Raises ValueError when a photo's class is not among ``class_names`` (None: whatever is there).
    """
    found = sorted({photo.class_name for photo in photos})
    names = tuple(found if class_names is None else class_names)
    unexpected = [name for name in found if name not in names]
    if unexpected:
        raise ValueError(
            f'There are photos of "{unexpected[0]}", which is not among the classes '
            f"{', '.join(names)}. Move that folder away, or add the class."
        )
    label_of = {name: label for label, name in enumerate(names)}
    groups = groups or {}
    return {
        "labels": torch.tensor([label_of[p.class_name] for p in photos], dtype=torch.int64),
        "class_names": names,
        "paths": [photo.path for photo in photos],
        "files": [photo.file for photo in photos],
        "groups": [str(groups.get(photo.file, photo.file)) for photo in photos],
    }


def _check_tensors(images: torch.Tensor, labels: torch.Tensor, class_names: Sequence[str]) -> None:
    right_shape = images.ndim == 4 and images.shape[1] == 3 and images.shape[2] == images.shape[3]
    if images.dtype != torch.uint8 or not right_shape:
        raise ValueError(
            f"The images are {images.dtype} of shape {tuple(images.shape)}. "
            "Give uint8 of shape (N, 3, H, H), with values from 0 to 255."
        )
    if labels.shape != (len(images),):
        raise ValueError(
            f"There are {len(images)} images but the labels have the shape {tuple(labels.shape)}. "
            "Give one label for each image."
        )
    if len(labels) and not 0 <= int(labels.min()) <= int(labels.max()) < len(class_names):
        raise ValueError(
            f"The labels run from {int(labels.min())} to {int(labels.max())}, but for "
            f"{len(class_names)} classes they run from 0 to {len(class_names) - 1}."
        )

"""Small real photos: five classes of CIFAR-10, downloaded on demand.

CIFAR-10 was collected from the web by Alex Krizhevsky, Vinod Nair and Geoffrey Hinton
(https://www.cs.toronto.edu/~kriz/cifar.html). It states no licence, and the rights of its
photographers are unknown: use it to learn, and do not publish its photos.
"""

from pathlib import Path

import numpy as np

from workbook.atomic import new_folder
from workbook.photos.download import download
from workbook.photos.folder import SPLIT_NAMES
from workbook.photos.splitting import FOLDER_OF_SPLIT, explain_failed_copy
from workbook.progress import progress_bar
from workbook.workspace import data_folder

CLASSES = ("airplane", "bird", "cat", "dog", "truck")
PER_CLASS = {"train": 200, "validation": 50, "test": 50}


def get_cifar10(
    *,
    per_class: dict[str, int] | None = None,
    seed: int = 0,
    progress: bool = True,
) -> Path:
    """Return a folder with train, val and test photos of five CIFAR-10 classes, 32 x 32 pixels.

    Downloads 170 MB the first time, to where torchvision looks for it, and checks the sum that
    torchvision knows. Training and validation photos come from CIFAR-10's training images, test
    photos from its test images; the seed chooses them. They are written as PNG, without loss.

    Raises ConnectionError, ValueError or OSError with a sentence when the download fails.
    """
    from torchvision.datasets import CIFAR10

    counts = per_class or PER_CLASS
    name = f"cifar10-{'-'.join(str(counts[split]) for split in SPLIT_NAMES)}-seed{seed}"
    out = data_folder() / ("cifar10" if (counts, seed) == (PER_CLASS, 0) else name)
    if out.exists():
        return out
    store = data_folder() / "downloads"
    try:
        download(CIFAR10.url, store / CIFAR10.filename, md5=CIFAR10.tgz_md5, progress=progress)
    except ConnectionError as error:
        raise ConnectionError(f'{error} The photos called "studio" need no network.') from error
    try:
        with new_folder(out) as temporary:
            for is_train in (True, False):
                # torchvision finds the archive in its place, unpacks it and checks the content.
                images = CIFAR10(str(store), train=is_train, download=True)
                splits = ("train", "validation") if is_train else ("test",)
                _write_photos(images, splits, counts, seed, temporary, progress)
    except OSError as error:
        raise explain_failed_copy(error, out) from error
    return out


def _write_photos(
    images, splits: tuple[str, ...], counts: dict[str, int], seed: int, out: Path, progress: bool
) -> None:
    labels = np.asarray(images.targets)
    generator = np.random.default_rng(abs(seed))
    for class_name in progress_bar(CLASSES, description="Writing photos", shown=progress):
        shuffled = generator.permutation(np.flatnonzero(labels == images.class_to_idx[class_name]))
        first = 0
        for split in splits:
            folder = out / FOLDER_OF_SPLIT[split] / class_name
            folder.mkdir(parents=True)
            for number in sorted(shuffled[first : first + counts[split]]):
                image, _ = images[int(number)]
                image.save(folder / f"{class_name}_{number:05d}.png")
            first += counts[split]

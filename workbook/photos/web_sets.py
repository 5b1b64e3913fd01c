"""Small real photos from the web, downloaded on demand and checked.

Whoever takes photos from the web must know what may be done with them, so every set says its
licence here, and that CIFAR-10 has none.
"""

import gzip
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from workbook.atomic import new_folder, replacing
from workbook.photos.download import download
from workbook.photos.folder import SPLIT_NAMES
from workbook.photos.splitting import FOLDER_OF_SPLIT, explain_failed_copy
from workbook.progress import progress_bar
from workbook.workspace import data_folder

PER_CLASS = {"train": 200, "validation": 50, "test": 50}


@dataclass(frozen=True)
class Archive:
    """A file to download: where from, where to inside the store, and its check sum."""

    url: str
    place: str
    md5: str


@dataclass(frozen=True)
class WebSet:
    """A set of photos on the web.

    archives: lists the files to download. parts: unpacks and opens them with torchvision; gives
    pairs of a dataset and of the parts of our split that its photos go to.
    classes: those that are taken; none means all.
    """

    title: str
    licence: str
    megabytes: int
    archives: Callable[[], list[Archive]]
    parts: Callable[[str], list[tuple[Any, Sequence[str]]]]
    classes: tuple[str, ...] = ()


def _cifar10_archives() -> list[Archive]:
    from torchvision.datasets import CIFAR10

    return [Archive(CIFAR10.url, CIFAR10.filename, CIFAR10.tgz_md5)]


def _cifar10_parts(store: str) -> list:
    from torchvision.datasets import CIFAR10

    training = CIFAR10(store, train=True, download=True)
    return [(training, ("train", "validation")), (CIFAR10(store, False, download=True), ("test",))]


def _fashion_archives() -> list[Archive]:
    from torchvision.datasets import FashionMNIST

    (mirror,) = FashionMNIST.mirrors[:1]
    folder = "FashionMNIST/raw"
    return [
        Archive(f"{mirror}{name}", f"{folder}/{name}", md5) for name, md5 in FashionMNIST.resources
    ]


def _fashion_parts(store: str) -> list:
    from torchvision.datasets import FashionMNIST

    for archive in _fashion_archives():
        packed = Path(store, archive.place)
        # torchvision would take a file for whole that an interrupted unpacking has left behind.
        with (
            gzip.open(packed) as source,
            replacing(packed.with_suffix("")) as temporary,
            temporary.open("wb") as target,
        ):
            shutil.copyfileobj(source, target)
    training, test = FashionMNIST(store, train=True), FashionMNIST(store, train=False)
    return [(training, ("train", "validation")), (test, ("test",))]


def _eurosat_archives() -> list[Archive]:
    return [Archive(EUROSAT_URL, "EuroSAT.zip", EUROSAT_MD5)]


def _eurosat_parts(store: str) -> list:
    from torchvision.datasets import EuroSAT

    if not Path(store, "eurosat").exists():
        with new_folder(Path(store, "eurosat")) as temporary:
            shutil.unpack_archive(Path(store, "EuroSAT.zip"), temporary)
    return [(EuroSAT(store), ("train", "validation", "test"))]


# As in torchvision.datasets.EuroSAT, which has no names for them.
EUROSAT_URL = (
    "https://huggingface.co/datasets/torchgeo/eurosat/resolve/"
    "c877bcd43f099cd0196738f714544e355477f3fd/EuroSAT.zip"
)
EUROSAT_MD5 = "c8fa014336c82ac7804f0398fcb19387"

WEB_SETS = {
    "cifar10": WebSet(
        "airplanes, birds, cats, dogs and trucks, 32 pixels (five classes of CIFAR-10)",
        "none stated: collected from the web, so learn with it and do not publish its photos",
        170,
        _cifar10_archives,
        _cifar10_parts,
        ("airplane", "bird", "cat", "dog", "truck"),
    ),
    "fashion": WebSet(
        "ten kinds of clothes in grey, 28 pixels (Fashion-MNIST)",
        "MIT, https://github.com/zalandoresearch/fashion-mnist",
        31,
        _fashion_archives,
        _fashion_parts,
    ),
    "eurosat": WebSet(
        "ten kinds of land seen from a satellite, 64 pixels (EuroSAT)",
        "MIT, https://github.com/phelber/EuroSAT",
        94,
        _eurosat_archives,
        _eurosat_parts,
    ),
}


def get_web_set(
    name: str,
    *,
    per_class: dict[str, int] | None = None,
    seed: int = 0,
    progress: bool = True,
) -> Path:
    """Return a folder with train, val and test photos of a set in ``WEB_SETS``.

    Downloads it the first time, to where torchvision looks for it, and checks the sum that
    torchvision knows. Test photos come from the set's own test photos where it has any; the seed
    chooses photos. They are written as PNG, without loss.

    per_class: how many photos of a class go to "train", "validation" and "test".

    Raises KeyError for an unknown name; ConnectionError, ValueError or OSError with a sentence
    when the download fails.
    """
    web_set = WEB_SETS[name]
    counts = per_class or PER_CLASS
    long_name = f"{name}-{'-'.join(str(counts[split]) for split in SPLIT_NAMES)}-seed{seed}"
    out = data_folder() / (name if (counts, seed) == (PER_CLASS, 0) else long_name)
    if out.exists():
        return out
    store = data_folder() / "downloads"
    try:
        for archive in web_set.archives():
            download(archive.url, store / archive.place, md5=archive.md5, progress=progress)
    except ConnectionError as error:
        raise ConnectionError(f'{error} The photos called "studio" need no network.') from error
    try:
        with new_folder(out) as temporary:
            for images, splits in web_set.parts(str(store)):
                classes = web_set.classes or tuple(images.class_to_idx)
                _write_photos(images, classes, splits, counts, seed, temporary, progress)
    except OSError as error:
        raise explain_failed_copy(error, out) from error
    return out


def _write_photos(
    images,
    classes: Sequence[str],
    splits: Sequence[str],
    counts: dict[str, int],
    seed: int,
    out: Path,
    progress: bool,
) -> None:
    labels = np.asarray(images.targets)
    generator = np.random.default_rng(abs(seed))
    for class_name in progress_bar(classes, description="Writing photos", shown=progress):
        shuffled = generator.permutation(np.flatnonzero(labels == images.class_to_idx[class_name]))
        name = _folder_name(class_name)
        first = 0
        for split in splits:
            folder = out / FOLDER_OF_SPLIT[split] / name
            folder.mkdir(parents=True)
            for number in sorted(shuffled[first : first + counts[split]]):
                image, _ = images[int(number)]
                image.save(folder / f"{name}_{number:05d}.png")
            first += counts[split]


def _folder_name(class_name: str) -> str:
    """Return "annual_crop" for AnnualCrop, and "t_shirt_top" for T-shirt/top."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", class_name)
    return re.sub(r"[^a-z0-9]+", "_", parted.lower())

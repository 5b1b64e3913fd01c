"""Small photos made on the spot, each unlike the others."""

from pathlib import Path

import numpy as np
from PIL import Image


def noise(width: int, height: int, seed: int = 0, channels: int = 3) -> np.ndarray:
    """Return smooth random pixels ``(height, width, channels)``, uint8: JPEG keeps them well."""
    rough = np.random.default_rng(seed).integers(0, 256, (4, 4, channels), dtype=np.uint8)
    bands = [Image.fromarray(rough[:, :, band]).resize((width, height)) for band in range(channels)]
    return np.stack([np.asarray(band) for band in bands], axis=2)


def write_photo(path: Path, seed: int = 0, size: tuple[int, int] = (40, 30), **options) -> Path:
    """Write one RGB photo, in the format that the suffix names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(noise(*size, seed)).save(path, **options)
    return path


def write_folder(folder: Path, classes: dict[str, int], parts: tuple[str, ...] = ("",)) -> Path:
    """Write so many JPEG photos of each class, into each of the parts."""
    seed = 0
    for part in parts:
        for class_name, count in classes.items():
            for number in range(count):
                write_photo(folder / part / class_name / f"{class_name}_{number:03d}.jpg", seed)
                seed += 1
    return folder

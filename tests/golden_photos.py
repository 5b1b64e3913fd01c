"""Photos of every awkward kind, on which Python, the exported model and the page must agree."""

import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image

SIDEWAYS = 6  # "turn me a quarter to the right"
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)]
PASSES += [(0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]  # of an interlaced PNG: first x, y, steps


def scene(width: int, height: int, channels: int = 3, seed: int = 0) -> np.ndarray:
    """Return waves, noise and a hard edge: uint8 (height, width, channels)."""
    y, x = np.mgrid[0:height, 0:width]
    waves = [np.sin(x / (7 + 3 * c + seed) + y / (11 + c)) for c in range(channels)]
    pixels = 127 + 110 * np.stack(waves, axis=2)
    pixels += np.random.default_rng(seed).normal(0, 20, pixels.shape)
    pixels[height // 3 : height // 2, width // 4 : width // 2] = (250, 20, 30, 200)[:channels]
    return np.clip(pixels, 0, 255).astype(np.uint8)


def make_golden_photos(folder: Path) -> dict[str, Path]:
    """Write the photos and return them by name."""
    folder.mkdir(parents=True, exist_ok=True)
    photos: dict[str, Path] = {}

    def save(name: str, suffix: str, pixels: np.ndarray | Image.Image, **options) -> None:
        picture = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
        photos[name] = folder / f"{name}{suffix}"
        picture.save(photos[name], **options)

    for orientation in range(2, 9):
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = orientation
        save(f"turned_{orientation}", ".jpg", scene(150, 100, seed=orientation), exif=exif)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = SIDEWAYS
    save("phone", ".jpg", scene(640, 480), exif=exif, quality=85, subsampling=2)
    save("turned_png", ".png", scene(90, 60), exif=exif)
    save("greyscale", ".jpg", scene(200, 120, channels=1)[:, :, 0])
    save("greyscale_png", ".png", scene(61, 80, channels=1)[:, :, 0])
    save("rgba", ".png", scene(120, 90, channels=4))
    save("grey_and_alpha", ".png", Image.fromarray(scene(70, 90, channels=4)).convert("LA"))
    save("palette", ".png", Image.fromarray(scene(120, 90)).quantize(40))
    clear = bytes([0, 100, 200]) + b"\xff" * 37
    save("clear_palette", ".png", Image.fromarray(scene(99, 88)).quantize(40), transparency=clear)
    save("black_and_white", ".png", Image.fromarray(scene(97, 90)).convert("1"))
    save("cmyk", ".jpg", Image.fromarray(scene(300, 200, channels=4), mode="CMYK"))
    deep = np.random.default_rng(0).integers(0, 65536, (77, 133)).astype(np.uint16)
    save("sixteen_bits", ".png", deep)
    save("panorama", ".jpg", scene(1600, 200), quality=80)
    save("tower", ".jpg", scene(90, 700), quality=80)
    save("progressive", ".jpg", scene(333, 250), progressive=True, subsampling=1)
    save("restarts", ".jpg", scene(222, 170), restart_marker_blocks=5)
    save("tiny", ".jpg", scene(5, 3))
    photos["interlaced"] = folder / "interlaced.png"
    photos["interlaced"].write_bytes(interlaced_png(scene(45, 37)))
    return photos


def interlaced_png(pixels: np.ndarray) -> bytes:
    """Return an interlaced PNG, which Pillow reads but does not write."""
    rows = []
    for left, top, across, down in PASSES:
        part = pixels[top::down, left::across]
        rows += [b"\0" + row.tobytes() for row in part if part.shape[1]]
    height, width = pixels.shape[:2]
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 1)),
        (b"IDAT", zlib.compress(b"".join(rows))),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part)) + kind + part + struct.pack(">I", zlib.crc32(kind + part))
        for kind, part in chunks
    )

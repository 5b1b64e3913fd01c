"""Read one photo, whatever it is, as an upright RGB picture.

Everything in the workbook that opens a photo (training, prediction, the doctor, the widgets) does
it here, so a photo never looks one way to the model that learns and another to the one that
answers.
"""

import io
import os
import string
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch
from PIL import ExifTags, Image, UnidentifiedImageError

_JPEG_SUFFIXES = {".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"}
_OTHER_SUFFIXES = {".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".heif"}
PHOTO_SUFFIXES = frozenset(_JPEG_SUFFIXES | _OTHER_SUFFIXES | {".ppm"})
# 89 million pixels take 270 MB of memory. A few bytes on disk can claim far more.
MAXIMUM_PIXELS = Image.MAX_IMAGE_PIXELS or 89_478_485
READ_AT_ONCE = 32 << 20  # bytes; longer files are no ordinary photos

PhotoSource = str | PathLike | bytes | BinaryIO | Image.Image | np.ndarray | torch.Tensor

_TURN_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")

# Pillow warns between one and two times the limit. The check in `_decoded` counts the pixels that
# are really decoded, so a huge JPEG that is read at an eighth of its size is no cause for alarm.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


class PhotoError(ValueError):
    """A photo that cannot be used. ``str(error)`` is a sentence that names the file.

    ``path`` is the file, or None when the photo did not come from a file; ``reason`` is the
    sentence without the name of the file ("is empty (0 bytes). Copy it again ...").
    """

    def __init__(self, path: str | Path | None, reason: str):
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{'This photo' if self.path is None else self.path} {self.reason}"


def read_photo(source: PhotoSource, *, at_least: int | None = None) -> Image.Image:
    """Return a photo as an upright Pillow picture in mode RGB (8 bits, values 0 to 255).

    ``source`` is a path, the bytes of a file, an open binary file, a Pillow picture (which is left
    as it is), an array ``(H, W)``, ``(H, W, 3)`` or ``(H, W, 4)``, or a tensor ``(3, H, W)``.
    Arrays and tensors hold uint8 values 0 to 255, uint16 values 0 to 65535, or floats 0 to 1.

    What happens to photos that are not plain RGB:

    - turned by their EXIF orientation;
    - transparent parts are shown on white;
    - greyscale gets three equal channels; 16-bit values are divided by 257; 32-bit integers and
      floats are taken as 0 to 1, 0 to 255 or 0 to 65535, whichever is the smallest range that
      holds them all, and stretched from their darkest to their brightest value otherwise;
    - CMYK is converted without a colour profile, and colour profiles of RGB photos are ignored;
    - of an animation, the first picture counts.

    With ``at_least`` (pixels) a JPEG is decoded straight to 1/2, 1/4 or 1/8 of its size as long
    as both sides keep that many pixels, which is several times as fast.

    Raises PhotoError with a sentence when the photo is missing, empty, damaged, no photo, or has
    more than MAXIMUM_PIXELS pixels.
    """
    if isinstance(source, np.ndarray | torch.Tensor):
        return _rgb(_picture_of_array(source))
    if isinstance(source, Image.Image):
        waiting_in_file = getattr(source, "tile", None) and getattr(source, "filename", "")
        if not waiting_in_file:
            with _sentences_for(None):
                return _decoded(source, None)
        source = source.filename  # opened but not decoded yet: as good as its path
    if isinstance(source, bytes | bytearray | memoryview):
        return _read_stream(io.BytesIO(source), None, at_least)
    if hasattr(source, "read"):
        return _read_stream(source, None, at_least)
    return _read_file(Path(source), at_least)


def _read_file(path: Path, at_least: int | None) -> Image.Image:
    try:
        with path.open("rb") as file:
            # Pillow reads a header in dozens of small steps, which are quicker in memory.
            fits = os.fstat(file.fileno()).st_size <= READ_AT_ONCE
            return _read_stream(io.BytesIO(file.read()) if fits else file, path, at_least)
    except FileNotFoundError:
        raise PhotoError(path, "is not there. Check the name and the folder.") from None
    except (IsADirectoryError, PermissionError):
        if path.is_dir():
            reason = "is a folder, not a photo. Name one photo inside it."
        else:
            reason = "may not be read. Ask for permission to read it, or copy it somewhere else."
        raise PhotoError(path, reason) from None
    except OSError as error:
        raise PhotoError(path, f"cannot be opened ({error.strerror}). Check the name.") from None


def _read_stream(stream: BinaryIO, path: Path | None, at_least: int | None) -> Image.Image:
    start = stream.read(64)
    stream.seek(0)
    if not start:
        reason = "is empty (0 bytes). Copy it again from where it came from, or leave it out."
        raise PhotoError(path, reason)
    if _is_heic(start):
        _learn_to_read_heic(path)
    with _sentences_for(path, start), Image.open(stream) as image:
        if at_least is not None:
            image.draft(image.mode, (at_least, at_least))  # does nothing unless it is a JPEG
        return _decoded(image, path)


@contextmanager
def _sentences_for(path: Path | None, start: bytes = b"") -> Iterator[None]:
    try:
        yield
    except PhotoError:
        raise
    except Image.DecompressionBombError:
        raise _too_many_pixels(path) from None
    except UnidentifiedImageError:
        if _is_heic(start):
            reason = "is a damaged HEIC photo. Copy it again from where it came from."
            raise PhotoError(path, reason) from None
        reason = f"is not a photo that can be read ({_looks_like(start)}). Leave it out."
        raise PhotoError(path, reason) from None
    except MemoryError:
        reason = "does not fit into memory. Make it smaller in a picture editor."
        raise PhotoError(path, reason) from None
    except Exception as error:  # Pillow's decoders raise nearly anything on damaged files
        raise PhotoError(path, _damage(error)) from error


def _decoded(image: Image.Image, path: Path | None) -> Image.Image:
    if image.width * image.height > MAXIMUM_PIXELS:
        raise _too_many_pixels(path, image.size)
    image.load()  # before EXIF is looked at: Pillow turns TIFF photos here itself
    picture = _rgb(image)
    turn = _TURN_UPRIGHT.get(_orientation(image))
    if turn is not None:
        picture = picture.transpose(turn)
    picture.info.clear()  # else the EXIF note would turn it once more when it is read again
    return picture


def _too_many_pixels(path: Path | None, size: tuple[int, int] | None = None) -> PhotoError:
    have = "too many pixels" if size is None else f"{size[0]} x {size[1]} pixels"
    limit = f"{MAXIMUM_PIXELS / 1e6:.0f} million"
    return PhotoError(path, f"has {have}: more than {limit} are not read. Make it smaller first.")


def _damage(error: Exception) -> str:
    if "truncated" in str(error).lower():
        what = "is damaged: the file breaks off before its end"
    else:
        what = f"is damaged and cannot be decoded ({error or type(error).__name__})"
    return f"{what}. Copy it again from where it came from, or leave it out."


def _looks_like(start: bytes) -> str:
    if start.startswith(b"%PDF"):
        return "it is a PDF document"
    if start.startswith(b"PK\x03\x04"):
        return "it is a zip archive"
    if start[4:8] == b"ftyp":
        return "it is a video or a picture in an unknown format"
    if start.lstrip().lower().startswith((b"<svg", b"<?xml", b"<!doctype", b"<html")):
        return "it is a web page or a drawing"
    if set(start) <= set(string.printable.encode()):
        return "it is a text file"
    return "its content is in no known picture format"


def _is_heic(start: bytes) -> bool:
    return start[4:8] == b"ftyp" and start[8:12] in _HEIC_BRANDS


def _learn_to_read_heic(path: Path | None) -> None:
    try:
        import pillow_heif
    except ImportError:
        reason = (
            'is a HEIC photo. Install the plug-in that reads it with "pip install pillow-heif", '
            "or export the photo as JPEG."
        )
        raise PhotoError(path, reason) from None
    pillow_heif.register_heif_opener()


def _orientation(image: Image.Image) -> int:
    try:
        return image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # a damaged note beside the picture does not make the picture unusable
        return 1


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        return _grey(np.asarray(image).astype(np.float64) / 257)
    if image.mode in ("I", "F"):
        return _grey(_to_255(np.asarray(image).astype(np.float64)))
    if image.mode == "LAB":
        from PIL import ImageCms

        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
    if image.has_transparency_data:
        return _on_white(image.convert("RGBA"))
    return image.convert("RGB")


def _grey(values: np.ndarray) -> Image.Image:
    return Image.fromarray(values.round().astype(np.uint8)).convert("RGB")


def _to_255(values: np.ndarray) -> np.ndarray:
    """Bring any finite range of brightness to 0-255; values that are no numbers become black."""
    values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    darkest, brightest = values.min(), values.max()
    if darkest < 0 or brightest > 65535:
        return (values - darkest) * (255 / (brightest - darkest))
    for white in (1, 255, 65535):
        if brightest <= white:
            break
    return values * (255 / white)


def _on_white(image: Image.Image) -> Image.Image:
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")


def _picture_of_array(array: np.ndarray | torch.Tensor) -> Image.Image:
    if isinstance(array, torch.Tensor):
        array = array.detach().cpu()
        array = (array.permute(1, 2, 0) if array.ndim == 3 else array).numpy()
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    shape_is_known = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))
    if not shape_is_known or 0 in array.shape:
        reason = (
            f"is an array of shape {tuple(array.shape)}. A photo has the shape (height, width) or "
            "(height, width, 3), and as a tensor (3, height, width)."
        )
        raise PhotoError(None, reason)
    return Image.fromarray(np.ascontiguousarray(_as_bytes(array)))


def _as_bytes(array: np.ndarray) -> np.ndarray:
    if array.dtype == np.uint8:
        return array
    if array.dtype == bool:
        return array.astype(np.uint8) * np.uint8(255)
    if array.dtype == np.uint16:
        return (array / 257).round().astype(np.uint8)
    if np.issubdtype(array.dtype, np.floating) and array.min() >= 0 and array.max() <= 1:
        return (array * 255).round().astype(np.uint8)
    reason = (
        f"is an array of {array.dtype} from {array.min()} to {array.max()}. "
        "Whole numbers must be uint8 (0 to 255), and decimal numbers lie between 0 and 1."
    )
    raise PhotoError(None, reason)

import io
import os
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from made_photos import noise, write_photo
from PIL import Image

from workbook.photos import reading
from workbook.photos.reading import PhotoError, read_photo

WHITE, BLACK = (255, 255, 255), (0, 0, 0)


def pixel(image: Image.Image, x: int = 0, y: int = 0) -> tuple[int, int, int]:
    return image.getpixel((x, y))


def as_bytes(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


# Colours


def grey_alpha() -> Image.Image:
    image = Image.new("LA", (6, 4), (100, 255))
    image.putpixel((0, 0), (0, 0))
    return image


def clear_corner() -> Image.Image:
    image = Image.new("RGBA", (6, 4), (200, 10, 30, 255))
    image.putpixel((0, 0), (0, 0, 0, 0))
    return image


def palette_with_clear_corner() -> bytes:
    image = Image.new("P", (6, 4), 1)
    image.putpalette([0, 0, 0, 200, 10, 30])
    image.putpixel((0, 0), 0)
    return as_bytes(image, transparency=0)


RED = (200, 10, 30)
ODD_KINDS = {
    "greyscale": (as_bytes(Image.new("L", (6, 4), 90)), (90,) * 3, (90,) * 3),
    "black and white": (as_bytes(Image.new("1", (6, 4), 1)), WHITE, WHITE),
    "greyscale with alpha": (as_bytes(grey_alpha()), WHITE, (100,) * 3),
    "alpha": (as_bytes(clear_corner()), WHITE, RED),
    "palette": (as_bytes(Image.new("RGB", (6, 4), RED).quantize(4)), RED, RED),
    "palette with a transparent colour": (palette_with_clear_corner(), WHITE, RED),
    "RGB with a transparent colour": (
        as_bytes(Image.new("RGB", (6, 4), RED), transparency=RED),
        WHITE,
        WHITE,
    ),
    "CMYK": (as_bytes(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "TIFF"), (255, 0, 0), None),
    "16-bit PNG": (as_bytes(Image.new("I;16", (6, 4), 257 * 77)), (77,) * 3, (77,) * 3),
    "16-bit TIFF": (as_bytes(Image.new("I;16", (6, 4), 65535), "TIFF"), WHITE, WHITE),
    "32-bit TIFF": (as_bytes(Image.new("I", (6, 4), 200), "TIFF"), (200,) * 3, (200,) * 3),
    "float TIFF from 0 to 1": (as_bytes(Image.new("F", (6, 4), 0.6), "TIFF"), (153,) * 3, None),
    "float TIFF from 0 to 255": (as_bytes(Image.new("F", (6, 4), 153.0), "TIFF"), (153,) * 3, None),
    "bitmap": (as_bytes(Image.new("RGB", (6, 4), RED), "BMP"), RED, RED),
    "lossless WebP": (as_bytes(Image.new("RGB", (6, 4), RED), "WEBP", lossless=True), RED, RED),
}


@pytest.mark.parametrize("kind", ODD_KINDS)
def test_odd_kinds_become_rgb(kind):
    source, corner, elsewhere = ODD_KINDS[kind]
    image = read_photo(source)
    assert image.mode == "RGB"
    assert pixel(image) == corner
    if elsewhere:
        assert pixel(image, 5, 3) == elsewhere


def test_a_cmyk_jpeg_is_not_shown_as_a_negative():
    source = as_bytes(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG", quality=95)
    red, green, blue = pixel(read_photo(source), 8, 8)
    assert red > 230
    assert green < 25
    assert blue < 25


def test_lab_colours_are_converted():
    source = as_bytes(Image.new("LAB", (6, 4), (255, 128, 128)), "TIFF")
    assert min(pixel(read_photo(source))) > 250


def test_floats_of_any_range_are_stretched():
    values = np.array([[-40.0, 0.0], [60.0, np.nan]], dtype=np.float32)
    image = read_photo(as_bytes(Image.fromarray(values), "TIFF"))
    assert [pixel(image, x, y)[0] for x, y in ((0, 0), (1, 0), (0, 1), (1, 1))] == [
        0,
        102,
        255,
        102,
    ]


@pytest.mark.parametrize(
    ("kind", "options"), [("GIF", {}), ("WEBP", {"lossless": True}), ("PNG", {})]
)
def test_the_first_picture_of_an_animation_counts(kind, options):
    frames = [Image.new("RGB", (6, 4), colour) for colour in ("red", "lime", "blue")]
    source = as_bytes(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    assert getattr(Image.open(io.BytesIO(source)), "n_frames", 1) == 3
    assert pixel(read_photo(source)) == (255, 0, 0)


def test_a_half_transparent_pixel_is_half_white():
    image = Image.new("RGBA", (2, 2), (0, 0, 0, 128))
    assert pixel(read_photo(as_bytes(image))) == (127, 127, 127)


# Orientation

UPRIGHT = np.arange(24, dtype=np.uint8).reshape(4, 6) * 10
AS_STORED = {
    1: UPRIGHT,
    2: np.fliplr(UPRIGHT),
    3: np.rot90(UPRIGHT, 2),
    4: np.flipud(UPRIGHT),
    5: UPRIGHT.T,
    6: np.rot90(UPRIGHT, 1),
    7: np.rot90(UPRIGHT, 2).T,
    8: np.rot90(UPRIGHT, -1),
}


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", AS_STORED)
def test_exif_orientation_is_applied_once(orientation, kind):
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(np.ascontiguousarray(AS_STORED[orientation]))
    options = {"lossless": True} if kind == "WEBP" else {}
    source = as_bytes(stored.convert("RGB"), kind, exif=exif, **options)
    image = read_photo(source)
    assert np.array_equal(np.asarray(image)[:, :, 0], UPRIGHT)
    assert np.array_equal(np.asarray(read_photo(image)), np.asarray(image))
    opened = Image.open(io.BytesIO(source))
    assert np.array_equal(np.asarray(read_photo(opened)), np.asarray(image))


def test_orientation_and_draft_go_together(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    path = write_photo(tmp_path / "turned.jpg", size=(400, 200), exif=exif)
    assert read_photo(path).size == (200, 400)
    assert read_photo(path, at_least=50).size == (50, 100)


def test_a_damaged_exif_note_does_not_spoil_the_photo():
    source = as_bytes(Image.fromarray(noise(20, 20)), "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff")
    assert read_photo(source).size == (20, 20)


# Sources


def test_each_way_to_hand_over_a_photo_gives_the_same_pixels(tmp_path):
    path = write_photo(tmp_path / "photo.jpg", size=(300, 200))
    expected = np.asarray(read_photo(path, at_least=64))
    assert expected.shape == (100, 150, 3)
    opened = Image.open(path)
    with path.open("rb") as stream:
        for source in (str(path), path.read_bytes(), bytearray(path.read_bytes()), stream, opened):
            assert np.array_equal(np.asarray(read_photo(source, at_least=64)), expected)
    assert opened.size == (300, 200)


def test_arrays_and_tensors_are_taken_as_they_are():
    pixels = noise(8, 6)
    assert np.array_equal(np.asarray(read_photo(pixels)), pixels)
    assert np.array_equal(np.asarray(read_photo(torch.from_numpy(pixels).permute(2, 0, 1))), pixels)
    assert np.array_equal(np.asarray(read_photo(pixels / 255)), pixels)
    assert np.array_equal(np.asarray(read_photo(pixels.astype(np.uint16) * 257)), pixels)
    assert pixel(read_photo(np.ones((3, 3), dtype=bool))) == WHITE
    assert pixel(read_photo(np.full((3, 3, 1), 7, dtype=np.uint8))) == (7, 7, 7)
    assert pixel(read_photo(np.zeros((3, 3, 4), dtype=np.uint8))) == WHITE


def test_a_picture_handed_over_stays_as_it_is():
    image = Image.fromarray(noise(300, 200))
    read_photo(image, at_least=10)
    assert image.size == (300, 200)


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros((3, 8, 8), np.uint8), "shape (3, 8, 8). A photo has the shape"),
        (np.zeros((0, 8, 3), np.uint8), "shape (0, 8, 3)"),
        (np.zeros(5, np.uint8), "shape (5,)"),
        (np.full((4, 4, 3), 300), "Whole numbers must be uint8"),
        (np.full((4, 4, 3), 3.5), "from 3.5 to 3.5"),
        (np.full((4, 4, 3), np.nan), "decimal numbers lie between 0 and 1"),
    ],
)
def test_arrays_that_are_no_photo(array, words):
    with pytest.raises(PhotoError) as error:
        read_photo(array)
    assert words in str(error.value)
    assert str(error.value).startswith("This photo is an array")


# Bad files


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(b"\x00" * 100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


GOOD_JPEG = as_bytes(Image.fromarray(noise(200, 150)), "JPEG")
GOOD_PNG = as_bytes(Image.fromarray(noise(200, 150)))
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)
BAD_FILES = {
    "empty.jpg": (b"", "is empty (0 bytes). Copy it again"),
    "text.jpg": (b"Hello, I am not a photo.\n", "is not a photo that can be read (it is a text"),
    "page.jpg": (b"<!DOCTYPE html><html></html>", "it is a web page"),
    "paper.jpg": (b"%PDF-1.7\n\xe2\xe3", "it is a PDF document"),
    "packed.jpg": (b"PK\x03\x04" + bytes(40), "it is a zip archive"),
    "film.jpg": (b"\x00\x00\x00\x18ftypisom" + bytes(40), "it is a video"),
    "random.png": (bytes(range(1, 250)), "its content is in no known picture format"),
    "truncated.jpg": (GOOD_JPEG[: len(GOOD_JPEG) // 2], "the file breaks off before its end"),
    "truncated.png": (GOOD_PNG[: len(GOOD_PNG) // 2], "the file breaks off before its end"),
    "head only.jpg": (GOOD_JPEG[:30], "is "),
    "corrupt.png": (GOOD_PNG[:60] + b"\xff" * 200 + GOOD_PNG[260:], "is damaged"),
    "bomb.png": (png_that_claims(60_000, 60_000), "has too many pixels: more than 89 million"),
    "large.png": (png_that_claims(10_000, 10_000), "has 10000 x 10000 pixels: more than 89"),
    "phone.heic": (HEIC, '"pip install pillow-heif", or export the photo as JPEG.'),
    "phone.jpg": (HEIC, "is a HEIC photo"),
}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files_are_refused_with_a_sentence(name, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)  # as if it were not installed
    content, words = BAD_FILES[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(PhotoError) as error:
        read_photo(path)
    assert str(error.value).startswith(str(path))
    assert words in str(error.value)
    assert str(error.value).endswith(".")
    assert error.value.path == path
    with pytest.raises(PhotoError, match=r"^This photo "):
        read_photo(content)


def test_missing_files_and_folders(tmp_path):
    with pytest.raises(PhotoError, match=r"nothing\.jpg is not there\. Check the name"):
        read_photo(tmp_path / "nothing.jpg")
    with pytest.raises(PhotoError, match="is a folder, not a photo"):
        read_photo(tmp_path)
    with pytest.raises(PhotoError, match="cannot be opened"):
        read_photo(tmp_path / ("x" * 300 + ".jpg"))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
def test_a_file_that_may_not_be_read(tmp_path):
    path = write_photo(tmp_path / "private.jpg")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user (root) may read everything")
    with pytest.raises(PhotoError, match="may not be read"):
        read_photo(path)


def test_a_plug_in_that_is_there_is_used(tmp_path, monkeypatch):
    class PillowHeif:
        registered = False

        @classmethod
        def register_heif_opener(cls):
            cls.registered = True

    monkeypatch.setitem(sys.modules, "pillow_heif", PillowHeif)
    with pytest.raises(PhotoError):
        read_photo(HEIC)
    assert PillowHeif.registered


def test_what_counts_is_the_size_that_is_decoded(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAXIMUM_PIXELS", 10_000)
    path = write_photo(tmp_path / "large.jpg", size=(200, 160))
    assert read_photo(path, at_least=64).size == (100, 80)
    with pytest.raises(PhotoError, match="has 200 x 160 pixels"):
        read_photo(path)


def test_a_stereo_photo_of_a_phone_gives_its_first_picture():
    first, second = (Image.fromarray(noise(200, 100, seed)) for seed in (1, 2))
    source = as_bytes(first, "MPO", save_all=True, append_images=[second], quality=95)
    difference = np.asarray(read_photo(source)).astype(int) - np.asarray(first)
    assert abs(difference).max() < 30
    assert read_photo(source, at_least=50).size == (100, 50)


def test_the_error_keeps_its_parts_when_it_is_copied():
    import copy
    import pickle

    error = PhotoError(Path("a.jpg"), "is empty.")
    for again in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert (str(again), again.path, again.reason) == (
            "a.jpg is empty.",
            Path("a.jpg"),
            "is empty.",
        )

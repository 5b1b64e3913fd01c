"""Spoil a single photo: one function for each fault that a file can have by itself.

Each function takes a photo (a Pillow picture, RGB, upright) and a numpy Generator, and returns the
ending and the content of the faulty file.
"""

import io
from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from PIL import ExifTags, Image, ImageDraw, ImageFont

Spoiled = tuple[str, bytes]

# To store a photo turned with the note "orientation 6", it is turned the other way first.
_STORED_TURNED = {
    3: Image.Transpose.ROTATE_180,
    6: Image.Transpose.ROTATE_90,
    8: Image.Transpose.ROTATE_270,
}
_MARK_SHARPNESS = 4  # marks are drawn this many times as large, then made smaller
_WEB_PAGE = b"<!DOCTYPE html>\n<html><body><h1>404: photo not found</h1></body></html>\n"


def unreadable(photo: Image.Image, random: Generator) -> Spoiled:
    """A JPEG whose beginning is right and all else is garbled."""
    content = _jpeg(photo)
    # Without the value 255, which begins every part of a JPEG, no part can be found.
    garbled = random.integers(0, 255, len(content) - 11).astype(np.uint8)
    return ".jpg", content[:11] + garbled.tobytes()


def truncated(photo: Image.Image, random: Generator) -> Spoiled:
    """A JPEG that breaks off in the middle of the picture."""
    content = _jpeg(photo)
    picture_starts = content.rfind(b"\xff\xda") + 14
    share = random.uniform(0.2, 0.8)
    return ".jpg", content[: picture_starts + round(share * (len(content) - picture_starts))]


def not_an_image(photo: Image.Image, random: Generator) -> Spoiled:
    """A web page under the name of a photo, as a failed download leaves it."""
    return ".jpg", _WEB_PAGE


def wrong_extension(photo: Image.Image, random: Generator) -> Spoiled:
    """A PNG, WebP or BMP file whose name says JPEG."""
    return ".jpg", _saved(photo, str(random.choice(["PNG", "WEBP", "BMP"])))


def alpha(photo: Image.Image, random: Generator) -> Spoiled:
    """A PNG with a round cut-out, the corners transparent."""
    mask = Image.new("L", photo.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle(
        [0, 0, photo.width - 1, photo.height - 1], radius=min(photo.size) / 6, fill=255
    )
    see_through = photo.copy()
    see_through.putalpha(mask)
    return ".png", _saved(see_through, "PNG")


def palette(photo: Image.Image, random: Generator) -> Spoiled:
    """A PNG or GIF with a palette of 64 colours or more."""
    reduced = photo.quantize(int(random.choice([64, 128, 256])))
    name = str(random.choice(["PNG", "GIF"]))
    return f".{name.lower()}", _saved(reduced, name)


def greyscale(photo: Image.Image, random: Generator) -> Spoiled:
    """A JPEG with one channel."""
    return ".jpg", _jpeg(photo.convert("L"))


def cmyk(photo: Image.Image, random: Generator) -> Spoiled:
    """A JPEG in printing colours."""
    return ".jpg", _jpeg(photo.convert("CMYK"))


def sixteen_bit(photo: Image.Image, random: Generator) -> Spoiled:
    """A PNG with 16 bits a pixel."""
    values = np.asarray(photo.convert("L")).astype(np.uint16) * 257
    return ".png", _saved(Image.fromarray(values), "PNG")


def animation(photo: Image.Image, random: Generator) -> Spoiled:
    """A GIF of three pictures, each a little brighter."""
    later = [photo.point(lambda value, step=step: min(value + step, 255)) for step in (8, 16)]
    stream = io.BytesIO()
    photo.save(stream, "GIF", save_all=True, append_images=later, duration=200, loop=0)
    return ".gif", stream.getvalue()


def exif_rotated(photo: Image.Image, random: Generator) -> Spoiled:
    """A JPEG stored turned, with the note that turns it upright again."""
    orientation = int(random.choice(list(_STORED_TURNED)))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    turned = photo.transpose(_STORED_TURNED[orientation])
    return ".jpg", _saved(turned, "JPEG", quality=95, exif=exif)


def tiny(photo: Image.Image, random: Generator) -> Spoiled:
    """A preview of 8 to 20 pixels."""
    side = int(random.integers(8, 21))
    return ".jpg", _jpeg(photo.resize((side, side)))


def extreme_shape(photo: Image.Image, random: Generator) -> Spoiled:
    """A strip four to six times as long as high: the photo and its mirror image in turns."""
    times = int(random.integers(4, 7))
    mirrored = photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    side = min(photo.size)
    strip = Image.new("RGB", (times * side, side))
    for place in range(times):
        strip.paste((mirrored if place % 2 else photo).resize((side, side)), (place * side, 0))
    return ".jpg", _jpeg(strip)


def another_shot(photo: Image.Image, random: Generator) -> Spoiled:
    """The photo cropped by up to 7 % on each side, brighter or darker, and saved again."""
    width, height = photo.size
    left, top, right, bottom = random.uniform(0, 0.07, 4)
    box = (left * width, top * height, width - right * width, height - bottom * height)
    cropped = photo.resize(photo.size, Image.Resampling.BICUBIC, box=box)
    brightness = random.uniform(0.82, 1.18)
    changed = Image.fromarray((np.asarray(cropped) * brightness).clip(0, 255).astype(np.uint8))
    return ".jpg", _saved(changed, "JPEG", quality=int(random.integers(55, 90)))


SPOILERS: dict[str, Callable[[Image.Image, Generator], Spoiled]] = {
    spoil.__name__: spoil
    for spoil in (
        unreadable,
        truncated,
        not_an_image,
        wrong_extension,
        animation,
        sixteen_bit,
        alpha,
        cmyk,
        palette,
        greyscale,
        exif_rotated,
        tiny,
        extreme_shape,
    )
}


def draw_stamp(random: Generator) -> Callable[[Image.Image], Image.Image]:
    """Choose a stamp in one corner, and return a function that puts it on photos of any size."""
    colour = tuple(int(value) for value in random.integers(0, 256, 3))
    height, stretch = random.uniform(0.2, 0.3), random.uniform(1.0, 1.6)
    right, bottom = bool(random.integers(2)), bool(random.integers(2))
    opacity = round(255 * random.uniform(0.65, 0.9))

    def draw(pen: ImageDraw.ImageDraw, width: int, full_height: int) -> None:
        unit = min(width, full_height)
        high, wide, gap = unit * height, unit * height * stretch, unit * 0.03
        x = width - gap - wide if right else gap
        y = full_height - gap - high if bottom else gap
        white = (255, 255, 255, opacity)
        pen.rounded_rectangle(
            [x, y, x + wide, y + high],
            radius=high / 5,
            fill=(*colour, opacity),
            outline=white,
            width=max(1, round(high / 12)),
        )
        font = ImageFont.load_default(size=high * 0.4)
        pen.text((x + wide / 2, y + high / 2), "PHOTO", anchor="mm", font=font, fill=white)

    return lambda photo: _with_layer(photo, draw)


def draw_frame(random: Generator) -> Callable[[Image.Image], Image.Image]:
    """Choose a frame of one colour, and return a function that puts it around photos."""
    white, black = (255, 255, 255), (0, 0, 0)
    any_colour = tuple(int(value) for value in random.integers(0, 256, 3))
    colour = [white, black, any_colour][random.integers(3)]
    thickness = random.uniform(0.04, 0.08)

    def draw(pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
        line = max(_MARK_SHARPNESS, round(min(width, height) * thickness))
        pen.rectangle([0, 0, width - 1, height - 1], outline=(*colour, 255), width=line)

    return lambda photo: _with_layer(photo, draw)


def marked(photo: Image.Image, put_mark: Callable[[Image.Image], Image.Image]) -> Spoiled:
    """Return the photo with a mark on it, saved as JPEG."""
    return ".jpg", _saved(put_mark(photo), "JPEG", quality=90)


def copied(photo: Image.Image) -> Spoiled:
    """Return the photo saved without loss."""
    return ".png", _saved(photo, "PNG")


def _with_layer(photo: Image.Image, draw: Callable) -> Image.Image:
    size = (photo.width * _MARK_SHARPNESS, photo.height * _MARK_SHARPNESS)
    layer = Image.new("RGBA", size, (0, 0, 0, 0))
    draw(ImageDraw.Draw(layer), *size)
    layer = layer.resize(photo.size, Image.Resampling.BOX)
    return Image.alpha_composite(photo.convert("RGBA"), layer).convert("RGB")


def _jpeg(photo: Image.Image) -> bytes:
    return _saved(photo, "JPEG", quality=92)


def _saved(photo: Image.Image, name: str, **settings) -> bytes:
    stream = io.BytesIO()
    photo.save(stream, name, **settings)
    return stream.getvalue()

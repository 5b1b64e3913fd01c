"""Exercise of Chapter 6 on the notes in a photo file, which may tell an address."""

import io

import numpy as np
from PIL import ExifTags, Image, ImageOps

from workbook.lessons.exercises.exercise import Case, Exercise, Folder, Misconception

LARGEST_SIDE = 200  # pixels; the photos of this exercise are far smaller

# 6.5 share_without_place


def _share_without_place(folder):
    with Image.open(folder / "photo.jpg") as image:
        upright = ImageOps.exif_transpose(image)
        pixels = Image.fromarray(np.asarray(upright.convert("RGB")))
    pixels.save(folder / "shared.jpg", quality=95)


def _lies_on_its_side(folder):
    with Image.open(folder / "photo.jpg") as image:
        image.convert("RGB").save(folder / "shared.jpg", quality=95, exif=b"")


def _place_kept(folder):
    (folder / "shared.jpg").write_bytes((folder / "photo.jpg").read_bytes())


def _turned_twice(folder):
    with Image.open(folder / "photo.jpg") as image:
        note = Image.Exif()
        note[ExifTags.Base.Orientation] = image.getexif().get(ExifTags.Base.Orientation, 1)
        ImageOps.exif_transpose(image).save(folder / "shared.jpg", quality=95, exif=note)


def _original_overwritten(folder):
    _share_without_place(folder)
    (folder / "shared.jpg").replace(folder / "photo.jpg")


def _original_overwritten_too(folder):
    _share_without_place(folder)
    (folder / "photo.jpg").write_bytes((folder / "shared.jpg").read_bytes())


def _turned_and_place_kept(folder):
    with Image.open(folder / "photo.jpg") as image:
        upright = ImageOps.exif_transpose(image)
        upright.save(folder / "shared.jpg", quality=95, exif=upright.getexif())


def _same_photo_to_share(got, expected):
    """Compare what a viewer shows of the new photo, whether it has a place, and the original."""
    files, wanted = got[0], expected[0]
    original, wanted_original = _seen(files, "photo.jpg"), _seen(wanted, "photo.jpg")
    if original is None or wanted_original is None or original[0] != wanted_original[0]:
        return "The file photo.jpg must stay as it was. Write the new photo to shared.jpg."
    shared, wanted_shared = _seen(files, "shared.jpg"), _seen(wanted, "shared.jpg")
    if shared is None or wanted_shared is None:
        return None if shared is wanted_shared else "There should be a JPEG photo in shared.jpg."
    if shared[0] != wanted_shared[0]:
        return f"shared.jpg should {'' if wanted_shared[0] else 'not '}tell a place."
    if shared[1].shape != wanted_shared[1].shape:
        return "The photo in shared.jpg does not stand upright, or has another size."
    if np.abs(shared[1] - wanted_shared[1]).mean() > 8:
        return "shared.jpg does not show the same picture as photo.jpg, upright."
    return None


def _seen(files, name):
    """Return whether the photo tells a place, and its pixels as a viewer shows them, or None."""
    try:
        image = Image.open(io.BytesIO(files[name]), formats=["JPEG"])
        if max(image.size) > LARGEST_SIDE:
            return None
        has_place = bool(image.getexif().get_ifd(ExifTags.IFD.GPSInfo))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    except (KeyError, OSError, SyntaxError, ValueError):
        return None
    return has_place, np.asarray(upright).astype(float)


def _what_viewers_show(observed):
    """Show the size of each photo as a viewer shows it, and whether it tells a place."""
    return {name: _in_words(_seen(observed[0], name)) for name in observed[0]}


def _in_words(seen):
    if seen is None:
        return "no photo that can be read"
    height, width = seen[1].shape[:2]
    return f"{width} by {height} pixels, {'a' if seen[0] else 'no'} place"


def _phone_photo(chance, orientation, with_place):
    """Return a smooth photo as a phone stores it: turned, with notes, perhaps with a place."""
    corners = chance.integers(0, 256, (2, 2, 3)).astype(np.uint8)
    upright = Image.fromarray(corners).resize((40, 24), Image.Resampling.BILINEAR)
    turns = {1: None, 3: "ROTATE_180", 6: "ROTATE_90", 8: "ROTATE_270"}[orientation]
    stored = upright.transpose(Image.Transpose[turns]) if turns else upright
    note = Image.Exif()
    note[ExifTags.Base.Orientation] = orientation
    note[ExifTags.Base.Make] = "Phone"
    if with_place:
        north, east = (tuple(map(float, chance.integers(0, 60, 3))) for _ in range(2))
        note.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: north, 3: "E", 4: east})
    file = io.BytesIO()
    stored.save(file, "JPEG", exif=note, quality=95)
    return file.getvalue()


def _share_cases(seed):
    chance = np.random.default_rng(seed)
    photos = [
        _phone_photo(chance, orientation, with_place)
        for orientation, with_place in ((1, True), (6, True), (3, True), (8, True), (6, False))
    ]
    return [Case((Folder({"photo.jpg": photo}),), observe="arguments") for photo in photos]


SHARE_WITHOUT_PLACE = Exercise(
    name="share_without_place",
    chapter=6,
    section="6.5",
    title="A photo that keeps your address to itself",
    difficulty="medium",
    minutes=12,
    milestone="6.4",
    reference=_share_without_place,
    cases=_share_cases,
    same=_same_photo_to_share,
    show=_what_viewers_show,
    hints=(
        'Open the photo with Image.open(folder / "photo.jpg"). Among its notes is one that says '
        "how to turn it, and that one is still needed for a moment.",
        "ImageOps.exif_transpose(image) turns the photo upright as its note says. Do this first, "
        "before the notes are gone.",
        'upright.convert("RGB").save(folder / "shared.jpg", exif=b"") writes the pixels with empty '
        "notes, so no place is left.",
    ),
    misconceptions=(
        Misconception(
            "place_kept",
            _turned_and_place_kept,
            "The new photo still tells the place. Save the pixels without the notes.",
        ),
        Misconception(
            "lies_on_its_side",
            _lies_on_its_side,
            "The place is gone, and so is the note that says how to turn the photo. Turn it "
            "upright first, with ImageOps.exif_transpose.",
        ),
        Misconception(
            "turned_twice",
            _turned_twice,
            "You turned the photo and kept the note that says “turn me”, so every viewer turns it "
            "once more.",
        ),
        Misconception(
            "original_overwritten",
            _original_overwritten,
            "You wrote over photo.jpg, and its notes are lost for ever. Write the new photo to "
            "shared.jpg.",
        ),
        Misconception(
            "original_overwritten_too",
            _original_overwritten_too,
            "shared.jpg is right, but you wrote over photo.jpg as well. The original stays as it "
            "is.",
        ),
    ),
)

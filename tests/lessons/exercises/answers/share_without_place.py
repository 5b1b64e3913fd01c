# %% right: a new picture from the pixels
from PIL import ImageOps


def share_without_place(folder):
    with Image.open(folder / "photo.jpg") as photo:
        pixels = np.array(ImageOps.exif_transpose(photo))
    Image.fromarray(pixels).save(folder / "shared.jpg")


# %% right: keeps the notes, except for the place
def share_without_place(folder):
    photo = Image.open(folder / "photo.jpg")
    notes = photo.getexif()
    if 34853 in notes:
        del notes[34853]
    photo.save(folder / "shared.jpg", exif=notes, quality=95)


# %% right: turned by hand
def share_without_place(folder):
    photo = Image.open(folder / "photo.jpg")
    turn = {3: 180, 6: 270, 8: 90}.get(photo.getexif().get(274), 0)
    photo.convert("RGB").rotate(turn, expand=True).save(folder / "shared.jpg", "JPEG", quality=90)


# %% wrong: place_kept
def share_without_place(folder):
    (folder / "shared.jpg").write_bytes((folder / "photo.jpg").read_bytes())


# %% wrong: place_kept
from PIL import ImageOps


def share_without_place(folder):
    upright = ImageOps.exif_transpose(Image.open(folder / "photo.jpg"))
    upright.save(folder / "shared.jpg", exif=upright.getexif(), quality=95)


# %% wrong: lies_on_its_side
def share_without_place(folder):
    photo = Image.open(folder / "photo.jpg").convert("RGB")
    photo.save(folder / "shared.jpg", exif=b"", quality=95)


# %% wrong: turned_twice
from PIL import ImageOps


def share_without_place(folder):
    photo = Image.open(folder / "photo.jpg")
    notes = photo.getexif()
    if 34853 in notes:
        del notes[34853]
    ImageOps.exif_transpose(photo).save(folder / "shared.jpg", exif=notes, quality=95)


# %% wrong: original_overwritten
from PIL import ImageOps


def share_without_place(folder):
    upright = ImageOps.exif_transpose(Image.open(folder / "photo.jpg")).convert("RGB")
    upright.save(folder / "photo.jpg", quality=95, exif=b"")


# %% wrong: original_overwritten_too
from PIL import ImageOps


def share_without_place(folder):
    upright = ImageOps.exif_transpose(Image.open(folder / "photo.jpg")).convert("RGB")
    for name in ("shared.jpg", "photo.jpg"):
        upright.save(folder / name, quality=95, exif=b"")


# %% wrong: wrong_value
from PIL import ImageOps


def share_without_place(folder):
    upright = ImageOps.exif_transpose(Image.open(folder / "photo.jpg")).convert("RGB")
    upright.resize((8, 8)).save(folder / "shared.jpg", exif=b"")


# %% wrong: wrong_value
from PIL import ImageOps


def share_without_place(folder):
    upright = ImageOps.exif_transpose(Image.open(folder / "photo.jpg")).convert("L")
    upright.save(folder / "shared.jpg", quality=95, exif=b"")


# %% wrong: wrong_value
def share_without_place(folder):
    return "shared.jpg"


# %% wrong: error
def share_without_place(folder):
    photo = Image.open(folder + "/photo.jpg")
    photo.save(folder + "/shared.jpg", exif=b"")

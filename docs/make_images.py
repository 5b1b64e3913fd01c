"""Make the pictures that the README shows: ``python docs/make_images.py``."""

from pathlib import Path

from workbook.studio import COURSE_CLASSES, OTHER_KINDS, contact_sheet, render_photos

IMAGES = Path(__file__).parent / "images"
SIZE, COLUMNS = 96, 12
KINDS = [*COURSE_CLASSES, *OTHER_KINDS[:4]] * 3 + [*COURSE_CLASSES, *OTHER_KINDS[4:8]] * 3


def studio() -> None:
    """A contact sheet of the studio: six rows of twelve photos."""
    photos, _ = render_photos(KINDS, size=SIZE, seed=4, light={"bright": 2, "normal": 3})
    IMAGES.mkdir(exist_ok=True)
    contact_sheet(photos, COLUMNS).save(IMAGES / "studio.jpg", quality=88)


if __name__ == "__main__":
    studio()

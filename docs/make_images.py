"""Make the pictures that the README shows: ``python docs/make_images.py``."""

from pathlib import Path

from workbook.studio import COURSE_CLASSES, contact_sheet, render_photos

IMAGES = Path(__file__).parent / "images"
SIZE, COLUMNS = 96, 12
FIRST_ROWS = (*COURSE_CLASSES, "lemon", "strawberry", "cactus", "doughnut")
LAST_ROWS = (*COURSE_CLASSES, "mushroom", "tomato", "wineglass", "pumpkin")


def studio() -> None:
    """A contact sheet of the studio: six rows of twelve photos."""
    kinds = FIRST_ROWS * 3 + LAST_ROWS * 3
    photos, _ = render_photos(kinds, size=SIZE, seed=4, light={"bright": 2, "normal": 3})
    IMAGES.mkdir(exist_ok=True)
    contact_sheet(photos, COLUMNS).save(IMAGES / "studio.jpg", quality=88)


if __name__ == "__main__":
    studio()

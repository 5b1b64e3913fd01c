import pytest
import torch

from workbook.views import show_pixel_values


def test_the_description_tells_where_and_what():
    image = torch.zeros(3, 16, 20, dtype=torch.uint8)
    image[:, 4, 9] = torch.tensor([10, 20, 30], dtype=torch.uint8)
    picture = show_pixel_values(image, 4, 9, count=3)
    assert "row 4, column 9 is red 10, green 20, blue 30" in picture.description
    assert picture.png.startswith(b"\x89PNG")


@pytest.mark.parametrize(("row", "column"), [(-1, 0), (11, 0), (0, 15)])
def test_pixels_outside_the_photo_are_refused(row, column):
    image = torch.zeros(3, 16, 20, dtype=torch.uint8)
    with pytest.raises(ValueError, match="16 rows and 20 columns"):
        show_pixel_values(image, row, column)


def test_the_last_pixels_can_be_shown():
    image = torch.zeros(3, 16, 20, dtype=torch.uint8)
    assert show_pixel_values(image, 10, 14, count=6)

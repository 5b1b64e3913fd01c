"""Warnings where a change may turn a photo into something else."""

import pytest
import torch

from workbook.photos.augment import Augmentation
from workbook.photos.meaning import meaning_warnings, share_filled_by_zoom, share_left_by_zoom

NOTHING = {"flip": False, "rotate": 0, "zoom": (1, 1), "shift": 0, "brightness": 0, "contrast": 0}


def warnings_of(names=(), **settings) -> list[str]:
    return meaning_warnings(Augmentation(**(NOTHING | settings)), names)


@pytest.mark.parametrize("gentle", [Augmentation(), Augmentation.mild(), Augmentation(**NOTHING)])
def test_the_settings_that_the_course_uses_give_no_warning(gentle):
    from workbook.studio import COURSE_CLASSES

    assert meaning_warnings(gentle, COURSE_CLASSES) == []


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"rotate": 180}, "A 6 becomes a 9"),
        ({"rotate": 60}, "lie on their side"),
        ({"zoom": (1, 2)}, "only 25% of a photo stays"),
        ({"zoom": (0.5, 1)}, "fills only 25% of the picture"),
        ({"shift": 0.4}, "up to 40%"),
        ({"brightness": 0.8}, "So much brightness makes"),
        ({"brightness": 0.8, "contrast": 0.8}, "brightness and contrast"),
        ({"tint": 0.4}, "red apple may turn orange"),
    ],
)
def test_each_strong_setting_is_named(settings, words):
    (warning,) = warnings_of(**settings)
    assert words in warning


@pytest.mark.parametrize(
    ("names", "settings", "pair"),
    [
        (["5", "6", "9"], {"rotate": 180}, "6 and 9"),
        (["B", "D", "x"], {"flip": True}, "B and D"),
        (["apple", "mug", "orange"], {"tint": 0.5}, "apple and orange"),
    ],
)
def test_classes_that_turn_into_one_another_come_first(names, settings, pair):
    warnings = warnings_of(names, **settings)
    assert pair in warnings[0]
    assert sum("among your classes" in warning for warning in warnings) == 1


def test_a_six_and_a_nine_without_rotation_are_no_trouble():
    assert warnings_of(["6", "9"], flip=True) == []


def test_the_share_that_stays_is_the_share_that_can_be_seen():
    """Zoom into a photo that counts its own columns and rows, and look which are left."""
    size, zoom = 64, 2.0
    columns = torch.arange(size).expand(3, size, size).to(torch.uint8)
    (enlarged,) = Augmentation(**(NOTHING | {"zoom": (zoom, zoom)})).preview(columns, count=1)
    left = len(enlarged[0].unique()) / size
    assert left**2 == pytest.approx(share_left_by_zoom(zoom), abs=0.03)
    assert share_left_by_zoom(0.5) == 1
    assert share_filled_by_zoom(0.5) == 0.25

"""Wishes that cannot be fulfilled are refused before anything is rendered, in plain words."""

import re

import pytest

from workbook.studio import make_photos, render_photos
from workbook.studio.dials import check_light, set_dials

FINE = {
    "classes": ("apple", "mug"),
    "per_class": 2,
    "size": 32,
    "seed": 0,
    "burst": 1,
    "shortcut": 0.0,
    "light": None,
    "new_objects": False,
}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"classes": ("aple",)}, "The studio has no 'aple'. Did you mean 'apple'?"),
        ({"classes": ("Mugg",)}, "Did you mean 'mug'?"),
        ({"classes": ("xylophone",)}, "Choose from apple, orange"),
        ({"classes": "apple"}, "is one word, not a list of classes"),
        ({"classes": ()}, "Name at least one"),
        ({"classes": ("apple", "apple")}, "'apple' is named twice"),
        ({"size": 15}, "size is 15. Give a whole number from 16 to 512 pixels."),
        ({"size": 64.5}, "size is 64.5"),
        ({"size": "64"}, "size is '64'"),
        ({"size": True}, "size is True"),
        ({"per_class": -1}, "per_class is -1"),
        ({"per_class": 0}, "No photo is asked for"),
        ({"per_class": {"apple": 1}}, "says nothing about 'mug'"),
        ({"per_class": {"apple": 1, "mug": 2, "mugs": 3}}, "counts 'mugs'"),
        ({"per_class": {"apple": 1, "mug": -2}}, "per_class['mug'] is -2"),
        ({"burst": 0}, "burst is 0"),
        ({"seed": -3}, "seed is -3. Give a whole number of at least 0."),
        ({"shortcut": 1.2}, "shortcut is 1.2"),
        ({"shortcut": float("nan")}, "shortcut is nan"),
        ({"shortcut": "often"}, "shortcut is 'often'"),
        ({"light": "drak"}, "There is no light level 'drak'. Did you mean 'dark'?"),
        ({"light": {"dark": -1}}, "The share of 'dark' light is -1"),
        ({"light": {"dark": 0}}, "No light level has a share above 0"),
    ],
)
def test_bad_values_are_refused_in_words(wrong, sentence, tmp_path):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        make_photos(tmp_path / "photos", **(FINE | wrong))
    assert not (tmp_path / "photos").exists()


def test_unknown_surface_is_refused():
    with pytest.raises(ValueError, match=r"no surface 'wod'\. Did you mean 'wood'\?"):
        render_photos(["apple"], surface="wod")


def test_light_mixes_become_shares():
    assert check_light("dark") == {"dark": 1.0}
    assert check_light({"dark": 1, "bright": 3}) == {"bright": 0.75, "dark": 0.25}
    assert sum(check_light(None).values()) == pytest.approx(1)


def test_one_count_serves_all_classes():
    assert set_dials(**FINE).counts == {"apple": 2, "mug": 2}
    fewer = FINE | {"per_class": {"mug": 7, "apple": 0}}
    assert set_dials(**fewer).counts == {"apple": 0, "mug": 7}

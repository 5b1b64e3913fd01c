"""The augmentation lab: what the sliders do, and when it warns."""

import re

import pytest
import torch
from lab_pages import LARGEST, check_controls, check_page

from workbook.evaluation import evaluate
from workbook.models import create_model
from workbook.photos.augment import Augmentation
from workbook.photos.photoset import PhotoSet
from workbook.views.augmentation_lab import A_SIX, VERSIONS, drawn_six, explore_augmentation

SIZE, NAMES = 24, ("apple", "mug", "orange")
SLIDERS = ("rotate", "smallest", "largest", "shift", "brightness", "contrast", "tint")


@pytest.fixture
def photos() -> PhotoSet:
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (6, 3, SIZE, SIZE), generator=generator, dtype=torch.uint8)
    return PhotoSet.from_tensors(images, [number % 3 for number in range(6)], NAMES)


def alt_texts(lab) -> list[str]:
    return re.findall(r'<img alt="([^"]*)"', lab.picture.value)


def test_it_begins_with_eight_gentle_versions(photos):
    lab = explore_augmentation(photos)
    assert len(alt_texts(lab)) == VERSIONS + 1
    assert "⚠" not in lab.picture.value
    assert "Small changes" in lab.picture.value


@pytest.mark.parametrize(
    ("slider", "value", "words"),
    [
        ("rotate", 180, "A 6 becomes a 9"),
        ("largest", 300, "cut off"),
        ("smallest", 30, "The object is small"),
        ("shift", 50, "leaves the picture"),
        ("brightness", 90, "nearly black, white or grey"),
        ("tint", 50, "apple and orange may look alike"),
    ],
)
def test_a_strong_setting_changes_the_picture_and_warns(photos, slider, value, words):
    lab = explore_augmentation(photos)
    before = lab.picture.value
    lab.controls[slider].value = value
    assert lab.picture.value != before
    assert "⚠" in lab.picture.value
    assert words in lab.picture.value


def test_the_settings_stand_there_as_code_that_gives_the_same(photos):
    start = Augmentation(flip=False, rotate=40, zoom=(0.5, 2), tint=0.3)
    lab = explore_augmentation(photos, start=start)
    code = re.search(r"<code>(.*)</code>", lab.picture.value).group(1)
    assert eval(code, {"Augmentation": Augmentation}) == start


def test_a_six_can_be_turned_into_a_nine(photos):
    lab = explore_augmentation(photos)
    lab.controls["source"].value = A_SIX
    assert "still 6?" in lab.picture.value
    lab.controls["rotate"].value = 170
    assert "6 and 9 may look alike" in lab.picture.value


def test_the_drawn_six_is_a_picture_with_ink_in_its_middle():
    picture = drawn_six(SIZE).float()
    assert picture.shape == (3, SIZE, SIZE)
    assert float(picture.min()) < 100 < 200 < float(picture.max())
    lower, upper = picture[:, SIZE // 2 :].mean(), picture[:, : SIZE // 2].mean()
    assert lower < upper  # the bowl of a 6 is below


def test_the_model_answers_for_each_version(photos):
    model = create_model("small_cnn", classes=3, size=SIZE, channels=(4, 8))
    lab = explore_augmentation(photos, model)
    nothing = {
        "rotate": 0,
        "smallest": 100,
        "largest": 100,
        "shift": 0,
        "brightness": 0,
        "contrast": 0,
    }
    for name, value in nothing.items():
        lab.controls[name].value = value
    lab.controls["flip"].value = "no"
    evaluation = evaluate(model, photos)
    for number in range(len(photos)):
        lab.controls["number"].value = number
        answer = NAMES[int(evaluation.predictions[number])]
        right = answer == NAMES[number % 3]
        assert lab.picture.value.count(f"{'✓' if right else '✗'} {answer} ") == 2 * VERSIONS
        assert f"calls {VERSIONS if right else 0} of 8 versions" in lab.picture.value


def test_draw_again_gives_other_versions_and_the_same_number_the_same(photos):
    lab = explore_augmentation(photos)
    first = lab.picture.value
    lab.controls["draw"].value = 1
    assert lab.picture.value != first
    lab.controls["draw"].value = 0
    assert lab.picture.value == first


def test_every_slider_has_a_box_with_its_name_that_goes_along(photos):
    lab = explore_augmentation(photos)
    for name in SLIDERS:
        control = lab.controls[name]
        assert len(control.box.description) > 3
        assert control.slider.description == ""
        control.value = control.box.max
        assert control.box.value == control.slider.value == control.box.max
        before = lab.picture.value
        control.box.value = control.box.min
        assert control.value == control.box.min
        assert lab.picture.value != before
    check_controls(lab)


def test_the_static_page_stands_alone_and_is_small(photos):
    lab = explore_augmentation(photos)
    assert len(set(alt_texts(lab))) == VERSIONS + 1
    check_page(lab.static_html())
    assert len(lab.static_html()) < LARGEST

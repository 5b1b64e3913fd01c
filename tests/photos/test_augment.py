import math
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.photos.augment import Augmentation, _places_in_photo

NOTHING = Augmentation(False, 0, (1, 1), 0, 0, 0, 0)


def only(**settings) -> Augmentation:
    return replace(NOTHING, **settings)


def photos(count: int = 16, height: int = 12, width: int = 12) -> torch.Tensor:
    return torch.rand(count, 3, height, width, generator=torch.Generator().manual_seed(0))


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@settings(deadline=None, max_examples=40)
@given(
    flip=st.booleans(),
    rotate=st.floats(0, 180),
    zoom=st.tuples(st.floats(0.3, 1), st.floats(1, 3)),
    shift=st.floats(0, 0.5),
    light=st.tuples(*[st.floats(0, 0.9)] * 3),
    seed=st.integers(0, 99),
)
def test_any_setting_keeps_shape_range_and_seed(flip, rotate, zoom, shift, light, seed):
    augmentation = Augmentation(flip, rotate, zoom, shift, *light)
    images = photos(5, 8, 10)
    before = images.clone()
    changed = augmentation(images, seeded(seed))
    assert changed.shape == images.shape
    assert changed.dtype == torch.float32
    assert torch.isfinite(changed).all()
    assert changed.min() >= 0
    assert changed.max() <= 1
    assert torch.equal(images, before)
    assert torch.equal(changed, augmentation(images, seeded(seed)))


def test_nothing_changes_nothing():
    assert torch.allclose(NOTHING(photos(), seeded()), photos(), atol=1e-5)


def test_flip_mirrors_about_half_of_the_photos():
    images = photos(200)
    flipped = only(flip=True)(images, seeded())
    pairs = list(zip(flipped, images, strict=True))
    mirrored = [torch.allclose(new, old.flip(2), atol=1e-5) for new, old in pairs]
    unchanged = [torch.allclose(new, old, atol=1e-5) for new, old in pairs]
    assert sum(mirrored) + sum(unchanged) == 200
    assert 70 < sum(mirrored) < 130


def brightest_place(image: torch.Tensor) -> tuple[float, float]:
    """Return row and column of the light's centre of gravity, from the middle of the photo."""
    weight = image.mean(dim=0)
    height, width = weight.shape
    rows = torch.arange(height) - (height - 1) / 2
    columns = torch.arange(width) - (width - 1) / 2
    return (
        float((weight.sum(1) * rows).sum() / weight.sum()),
        float((weight.sum(0) * columns).sum() / weight.sum()),
    )


def spot(
    row: int, column: int, count: int = 300, height: int = 61, width: int = 61
) -> torch.Tensor:
    images = torch.zeros(300, 3, height, width)
    images[:, :, row - 2 : row + 3, column - 2 : column + 3] = 1
    return images


def test_shift_stays_within_its_share():
    places = torch.tensor([brightest_place(i) for i in only(shift=0.1)(spot(30, 30), seeded())])
    assert (places.abs() <= 6.1 + 0.1).all()
    assert (places.abs().amax(dim=0) > 5.5).all()
    assert (places.mean(dim=0).abs() < 0.6).all()


def test_rotation_stays_within_its_degrees_and_keeps_the_distance():
    for height, width in ((61, 61), (61, 101)):
        images = spot(30, width // 2 + 20, height=height, width=width)
        places = torch.tensor([brightest_place(i) for i in only(rotate=30)(images, seeded())])
        degrees = torch.atan2(places[:, 0], places[:, 1]) * 180 / math.pi
        assert degrees.abs().max() <= 30.5
        assert degrees.max() > 27
        assert degrees.min() < -27
        assert (places.norm(dim=1) - 20).abs().max() < 0.5


def test_zoom_above_one_makes_things_larger():
    def distances(**settings) -> torch.Tensor:
        return torch.tensor(
            [brightest_place(i)[1] for i in only(**settings)(spot(30, 40), seeded())]
        )

    larger, smaller = distances(zoom=(1.0, 1.3)), distances(zoom=(0.7, 1.0))
    assert 9.8 < larger.min() < 10.3
    assert 12.7 < larger.max() < 13.2
    assert 6.8 < smaller.min() < 7.3
    assert 9.7 < smaller.max() < 10.2


def test_what_lies_outside_is_filled_with_the_mirror_image():
    images = torch.full((8, 3, 16, 16), 0.5)
    assert torch.allclose(only(zoom=(0.5, 0.5), rotate=45)(images, seeded()), images, atol=1e-5)


def test_brightness_contrast_and_tint():
    images = 0.3 + 0.2 * photos(100)
    middle = images.mean(dim=(1, 2, 3))
    ratio = only(brightness=0.2)(images, seeded()) / images
    assert torch.allclose(ratio, ratio[:, :1, :1, :1].expand_as(ratio), atol=1e-4)
    assert 0.8 <= ratio.min() < 0.83
    assert 1.17 < ratio.max() <= 1.2001
    contrasted = only(contrast=0.5)(images, seeded())
    assert torch.allclose(contrasted.mean(dim=(1, 2, 3)), middle, atol=1e-4)
    spread = contrasted.std(dim=(1, 2, 3)) / images.std(dim=(1, 2, 3))
    assert 0.5 <= spread.min() < 0.55
    assert 1.45 < spread.max() <= 1.5001
    tinted = (only(tint=0.1)(images, seeded()) / images).mean(dim=(2, 3))
    assert (tinted.std(dim=1) > 0.001).all()
    assert tinted.min() >= 0.9
    assert tinted.max() <= 1.1001


def test_the_grid_is_that_of_torch():
    maps = torch.randn(4, 2, 3, generator=seeded())
    expected = F.affine_grid(maps, [4, 3, 9, 14], align_corners=False)
    assert torch.allclose(_places_in_photo(maps, 9, 14), expected, atol=1e-5)


def test_no_generator_uses_the_global_one_and_a_generator_leaves_it_alone():
    state = torch.get_rng_state()
    Augmentation()(photos(), seeded())
    Augmentation().preview((photos()[0] * 255).to(torch.uint8))
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(0)
    first = Augmentation()(photos())
    torch.manual_seed(0)
    assert torch.equal(first, Augmentation()(photos()))


def test_a_preview_shows_different_versions_of_one_photo():
    image = (photos()[0] * 255).to(torch.uint8)
    versions = Augmentation().preview(image, count=5, seed=3)
    assert (versions.shape, versions.dtype) == ((5, 3, 12, 12), torch.uint8)
    assert len({version.numpy().tobytes() for version in versions}) == 5
    assert torch.equal(versions, Augmentation().preview(image, count=5, seed=3))


def test_mild_is_milder():
    mild, usual = Augmentation.mild(), Augmentation()
    for name in ("rotate", "shift", "brightness", "contrast"):
        assert 0 < getattr(mild, name) < getattr(usual, name)
    assert usual.zoom[0] < mild.zoom[0] < 1 < mild.zoom[1] < usual.zoom[1]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"rotate": -1}, "rotate is -1. Give degrees from 0 to 180"),
        ({"zoom": (1.2, 0.8)}, "Give the smallest and the largest magnification"),
        ({"zoom": (0, 1)}, "Give the smallest and the largest"),
        ({"zoom": 1.2}, "Give the smallest and the largest"),
        ({"shift": 1.5}, "shift is 1.5. Give a share"),
        ({"brightness": -0.1}, "brightness is -0.1"),
        ({"contrast": 25}, "contrast is 25. Give a share from 0 to below 1"),
    ],
)
def test_settings_that_make_no_sense(wrong, words):
    with pytest.raises(ValueError) as error:  # noqa: PT011 (the words are checked below)
        Augmentation(**wrong)
    assert words in str(error.value)

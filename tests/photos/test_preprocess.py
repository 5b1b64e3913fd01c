import io
import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from made_photos import noise, write_photo
from PIL import Image

from workbook.photos.photoset import PhotoSet
from workbook.photos.preprocess import PADDING_GREY, RESIZE_RULES, Preprocess

MODES = ("RGB", "L", "LA", "RGBA", "P", "1", "CMYK", "I;16")


@st.composite
def photo_files(draw) -> bytes:
    """Files of random shape, mode and format, small ones and ones large enough for draft mode."""
    width = draw(st.integers(1, 300))
    height = draw(st.integers(1, 300))
    mode = draw(st.sampled_from(MODES))
    image = Image.fromarray(noise(width, height, draw(st.integers(0, 99))))
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)
    else:
        image = image.convert(mode)
    kinds = {"CMYK": ["JPEG", "TIFF"], "RGB": ["JPEG", "PNG"], "L": ["JPEG", "PNG"]}
    kind = draw(st.sampled_from(kinds.get(mode, ["PNG"])))
    options = {}
    if kind == "JPEG":
        exif = Image.Exif()
        exif[0x0112] = draw(st.integers(1, 8))
        options = {"exif": exif, "quality": draw(st.integers(30, 95))}
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


@settings(max_examples=60, deadline=None)
@given(
    source=photo_files(),
    size=st.sampled_from([1, 7, 32, 64]),
    rule=st.sampled_from(RESIZE_RULES),
    neighbours=st.integers(0, 5),
)
def test_training_and_prediction_see_the_same_numbers(
    tmp_path_factory, source, size, rule, neighbours
):
    """Bit for bit: as a file in a training batch, as a path, as bytes, and on its own."""
    folder = tmp_path_factory.mktemp("photos")
    (folder / "a").mkdir()
    path = folder / "a" / "photo.jpg"
    path.write_bytes(source)
    for number in range(neighbours):
        write_photo(folder / "b" / f"{number}.png", seed=number)
    write_photo(folder / "c" / "one.png")
    preprocess = Preprocess(size, rule, mean=(0.4, 0.5, 0.6), std=(0.2, 0.25, 0.3))
    photo_set = PhotoSet.from_folder(folder, preprocess, cache=False, progress=False)
    (images, _) = next(photo_set.batches(len(photo_set)))
    assert images.dtype == torch.float32
    assert images[0].shape == (3, size, size)
    assert torch.equal(images[0], preprocess(path))
    assert torch.equal(images[0], preprocess(source))
    assert torch.equal(images[0], preprocess(Image.open(path)))
    assert torch.equal(images[0], preprocess.normalize(preprocess.pixels(path)))


@pytest.mark.parametrize("rule", RESIZE_RULES)
@pytest.mark.parametrize("size", [(1, 5000), (5000, 1), (1, 1), (2, 3), (3, 700)])
def test_extreme_shapes_work_with_every_rule(size, rule):
    image = Image.new("RGB", size, (10, 200, 30))
    pixels = Preprocess(16, rule).pixels(image)
    assert pixels.shape == (3, 16, 16)
    assert pixels[:, 7, 7].tolist() == [10, 200, 30]


@pytest.mark.parametrize("rule", RESIZE_RULES)
def test_a_photo_of_the_right_size_is_not_touched(rule):
    pixels = noise(24, 24)
    assert torch.equal(Preprocess(24, rule).pixels(pixels).permute(1, 2, 0), torch.tensor(pixels))


def test_crop_takes_the_middle_without_blurring_it():
    pixels = noise(41, 24)
    middle = Preprocess(24, "crop").pixels(pixels).permute(1, 2, 0).numpy()
    assert np.array_equal(middle, pixels[:, 8:32])


def test_stretch_keeps_the_whole_photo_and_pad_keeps_its_shape():
    halves = np.zeros((20, 40, 3), np.uint8)
    halves[:, 20:] = 255
    stretched = Preprocess(20, "stretch").pixels(halves)
    assert (stretched[:, :, 0] == 0).all()
    assert (stretched[:, :, -1] == 255).all()
    padded = Preprocess(20, "pad").pixels(halves)
    grey = torch.tensor(PADDING_GREY, dtype=torch.uint8)[:, None]
    assert (padded[:, 0] == grey).all()
    assert (padded[:, -1] == grey).all()
    assert (padded[:, 10, 0] == 0).all()
    assert (padded[:, 10, -1] == 255).all()


def test_fine_stripes_do_not_turn_into_coarse_ones():
    """Without antialiasing, every 8th column of a striped photo would be all black or all white."""
    stripes = np.zeros((256, 256, 3), np.uint8)
    stripes[:, ::2] = 255
    for source in (stripes, jpeg(stripes)):
        small = Preprocess(32, "stretch").pixels(source).float()
        assert abs(small - 127.5).max() < 16


def jpeg(pixels: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=95)
    return stream.getvalue()


def test_draft_mode_gives_nearly_what_full_decoding_gives(real_photos):
    """Twice as large and then read at half size: within a few grey levels of the plain way."""
    differences = []
    for path in sorted(real_photos.glob("train/*/*.jpg"))[:40]:
        large = Image.open(path).resize((256, 256), Image.Resampling.BICUBIC)
        drafted = Preprocess(32).pixels(jpeg(np.asarray(large))).float()
        decoded = Preprocess(32).pixels(np.asarray(large)).float()
        differences.append((drafted - decoded).abs().mean())
    assert max(differences) < 6


# Normalising


def test_normalise_follows_its_formula():
    images = torch.arange(256, dtype=torch.uint8).repeat(3, 1).view(1, 3, 16, 16)
    mean, std = (0.1, 0.5, 0.9), (0.2, 0.3, 0.4)
    result = Preprocess(16, mean=mean, std=std).normalize(images)
    expected = (images.double() / 255 - torch.tensor(mean).double().view(3, 1, 1)) / torch.tensor(
        std
    ).double().view(3, 1, 1)
    assert torch.allclose(result.double(), expected, atol=1e-6)
    plain = Preprocess(16).normalize(images)
    assert (plain.min(), plain.max()) == (0, 1)


@settings(deadline=None)
@given(
    mean=st.tuples(*[st.floats(0, 1)] * 3),
    std=st.tuples(*[st.floats(0.01, 1)] * 3),
)
def test_denormalise_undoes_normalise(mean, std):
    images = torch.arange(256, dtype=torch.uint8).repeat(3, 1).view(3, 16, 16)
    preprocess = Preprocess(16, mean=mean, std=std)
    assert torch.equal(preprocess.denormalize(preprocess.normalize(images)), images)
    in_a_batch = preprocess.normalize(images.expand(5, 3, 16, 16))
    assert torch.equal(in_a_batch[3], preprocess.normalize(images))


def test_both_ways_to_normalise_agree():
    images = torch.randint(0, 256, (4, 3, 9, 9), dtype=torch.uint8)
    preprocess = Preprocess(9, mean=(0.4, 0.5, 0.6), std=(0.2, 0.25, 0.3))
    two_steps = preprocess.standardize(images.float() / 255)
    assert torch.allclose(two_steps, preprocess.normalize(images), atol=1e-5)


def test_fitted_takes_mean_and_standard_deviation_of_all_pixels():
    images = torch.randint(0, 256, (50, 3, 8, 8), dtype=torch.uint8)
    images[:, 2] = 51
    photo_set = PhotoSet.from_tensors(images, [0] * 50, ["a"])
    fitted = Preprocess(8).fitted(photo_set)
    values = images.double() / 255
    for colour in range(2):
        assert fitted.mean[colour] == round(float(values[:, colour].mean()), 4)
        assert fitted.std[colour] == round(float(values[:, colour].std(correction=0)), 4)
    assert (fitted.mean[2], fitted.std[2]) == (0.2, 1.0)
    whole = photo_set.with_preprocess(fitted)
    normalised = torch.cat([batch for batch, _ in whole.batches()])
    assert abs(normalised.mean()) < 0.01
    with pytest.raises(ValueError, match="no photos"):
        Preprocess(8).fitted(photo_set.subset([]))


# Settings


def test_settings_survive_json():
    preprocess = Preprocess(48, "pad", mean=(0.1, 0.2, 0.3), std=(0.4, 0.5, 0.6))
    again = Preprocess.from_dict(json.loads(json.dumps(preprocess.as_dict())))
    assert again == preprocess
    assert hash(again) == hash(preprocess)


def test_missing_and_unknown_settings_are_refused():
    settings_ = Preprocess().as_dict()
    with pytest.raises(ValueError, match="lack size, mean"):
        Preprocess.from_dict({k: v for k, v in settings_.items() if k not in ("size", "mean")})
    with pytest.raises(ValueError, match="hold gamma, which this version"):
        Preprocess.from_dict(settings_ | {"gamma": 2})


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"size": 0}, "whole number of pixels above 0"),
        ({"size": 32.0}, "whole number of pixels"),
        ({"size": True}, "whole number of pixels"),
        ({"resize": "zoom"}, 'no resize rule "zoom". Choose one of "crop", "stretch", "pad"'),
        ({"mean": (0.5, 0.5)}, "three numbers, one each for red, green and blue"),
        ({"mean": "grey"}, "mean is 'grey'"),
        ({"mean": 0.5}, "three numbers"),
        ({"std": (0.2, float("nan"), 0.2)}, "three numbers"),
        ({"std": (0.2, 0.0, 0.2)}, "must be above 0"),
    ],
)
def test_settings_that_make_no_sense(wrong, words):
    with pytest.raises(ValueError) as error:  # noqa: PT011 (the words are checked below)
        Preprocess(**wrong)
    assert words in str(error.value)

"""The exercises of Chapter 2: the shape of photos, classes, splits, copies, standardising."""

import numpy as np
import torch

from workbook.lessons.exercises.datasets import CLASS_NUMBERS, FIND_COPIES, GROUPED_SPLIT
from workbook.lessons.exercises.exercise import Case, Exercise, Misconception
from workbook.lessons.exercises.random_cases import generator_of

# 2.1 repair_photo


def _three_channels(photo):
    if photo.ndim == 2:
        photo = photo[:, :, None].repeat(3, axis=2)
    return photo[:, :, :3]


def _channels_first(photo):
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(photo, 2, 0))).float()


def _repair_photo(photo):
    return _channels_first(_three_channels(photo)) / 255


def _grey_stays_red(photo):
    if photo.ndim == 2:
        photo = np.stack([photo, 0 * photo, 0 * photo], axis=2)
    return _repair_photo(photo)


def _repair_photo_cases(seed):
    chance = np.random.default_rng(seed)
    shapes = [(2, 3, 3), (2, 3), (2, 3, 4), (6, 6, 3), (5, 7), (6, 4, 4), (4, 4, 4)]
    return [Case((chance.integers(0, 256, shape, dtype=np.uint8),)) for shape in shapes]


REPAIR_PHOTO = Exercise(
    name="repair_photo",
    chapter=2,
    section="2.1",
    title="One shape for all photos",
    difficulty="hard",
    minutes=20,
    milestone="2.1",
    points=2,
    reference=_repair_photo,
    cases=_repair_photo_cases,
    hints=(
        "photo.ndim is the number of parts of the shape: 2 for a grey photo. "
        "np.stack([photo, photo, photo], axis=2) puts three copies behind each other.",
        "photo[:, :, :3] keeps the first three channels, and does no harm when there are only "
        "three. Dividing by 255 comes next.",
        "torch.from_numpy(photo) makes a tensor, .permute(2, 0, 1) takes the last direction to the "
        "front, and .float() makes ordinary numbers with a point.",
    ),
    misconceptions=(
        Misconception(
            "reshaped",
            lambda photo: (
                torch.from_numpy(
                    np.ascontiguousarray(_three_channels(photo)).reshape(3, *photo.shape[:2])
                ).float()
                / 255
            ),
            "The shape is right, but the picture is scrambled: reshape keeps the numbers in their "
            "old order. permute(2, 0, 1) turns the directions.",
        ),
        Misconception(
            "channels_last",
            lambda photo: _three_channels(photo) / 255,
            "Your channels come last, as in a photo file. PyTorch wants them first: "
            "permute(2, 0, 1).",
        ),
        Misconception(
            "height_and_width_swapped",
            lambda photo: _repair_photo(photo).transpose(1, 2),
            "Height and width are swapped, and the photo lies on its side. After the channels, "
            "height comes first.",
        ),
        Misconception(
            "not_divided",
            lambda photo: 255 * _repair_photo(photo),
            "Your numbers go up to 255. Divide by 255, so that they lie between 0 and 1.",
        ),
        Misconception(
            "grey_is_red",
            _grey_stays_red,
            "Your grey photos have turned red: the green and blue channels are empty. All three "
            "get the same numbers.",
        ),
        Misconception(
            "first_channel_lost",
            lambda photo: _repair_photo(photo if photo.ndim == 2 else photo[:, :, -3:]),
            "Of four channels you keep the last three. The fourth one, which says how see-through "
            "a pixel is, has to go.",
        ),
        Misconception(
            "colours_in_reverse",
            lambda photo: _repair_photo(photo).flip(0),
            "Red and blue are swapped. Keep the channels in their order.",
        ),
    ),
)


# 2.6 standardise


def _standardise(train, other, dims=(0, 2, 3), measured=None):
    measured = train if measured is None else measured
    mean = measured.mean(dim=dims, keepdim=True)
    return (other - mean) / measured.std(dim=dims, keepdim=True)


def _standardise_cases(seed):
    generator = generator_of(seed)
    cases = []
    for train_count, other_count, darkness in ((6, 4, 0.3), (5, 3, 0.6), (8, 2, 0.2)):
        level = torch.rand(3, 1, 1, generator=generator) * 0.5
        train = level + torch.rand(train_count, 3, 12, 14, generator=generator) * (1 - level)
        other = torch.rand(other_count, 3, 12, 14, generator=generator) * darkness
        cases.append(Case((train, other)))
    return cases


STANDARDISE = Exercise(
    name="standardise",
    chapter=2,
    section="2.6",
    title="Find the bug: numbers that know too much",
    difficulty="medium",
    minutes=15,
    milestone="2.4",
    kind="bug",
    reference=_standardise,
    cases=_standardise_cases,
    tolerance=2e-3,  # whether a deviation divides by n or by n - 1 is a matter of taste
    hints=(
        "Which photos do the average and the deviation come from here? Which photos does a model "
        "know when it is trained?",
        "torch.cat puts the training photos and the other photos into one heap. So the photos "
        "kept back have a say in how the training is done.",
        "Leave out the heap: take train.mean(dim=(0, 2, 3)) and train.std(dim=(0, 2, 3)).",
    ),
    misconceptions=(
        Misconception(
            "all_photos",
            lambda train, other: _standardise(train, other, measured=torch.cat([train, other])),
            "The average and the deviation still come from all photos. They have to come from the "
            "training photos alone.",
        ),
        Misconception(
            "own_numbers",
            lambda train, other: _standardise(other, other),
            "Now the other photos are measured by themselves. Then dark photos look like bright "
            "ones, and each group is changed in its own way. Use the training photos.",
        ),
        Misconception(
            "one_number_for_all_channels",
            lambda train, other: _standardise(train, other, dims=(0, 1, 2, 3)),
            "You take one average for all three colours. Each channel needs its own: "
            "dim=(0, 2, 3) leaves the channels apart.",
        ),
        Misconception(
            "train_returned",
            lambda train, other: _standardise(train, train),
            "You return the training photos. The other photos are wanted.",
        ),
        Misconception(
            "not_divided",
            lambda train, other: other - train.mean(dim=(0, 2, 3), keepdim=True),
            "You subtract the average, and leave out the division by the deviation.",
        ),
        Misconception(
            "variance_used",
            lambda train, other: (
                (other - train.mean(dim=(0, 2, 3), keepdim=True))
                / train.var(dim=(0, 2, 3), keepdim=True)
            ),
            "You divide by the variance. Its root, the standard deviation, is .std().",
        ),
    ),
)


DEFINE_CLASSES = Exercise(
    name="define_classes",
    chapter=2,
    section="2.2",
    title="Say what belongs to a class",
    difficulty="medium",
    minutes=15,
    milestone="2.2",
    points=3,
    kind="written",
    hints=(
        "What do you see that makes a mug a mug? Look for things that a photo shows, not for what "
        "people use it for.",
        "Go through the four doubtful photos. Does your sentence decide each of them, and would "
        "a stranger decide in the same way?",
        "Where a photo has no single right answer, say what happens to it: leave it out, or "
        "give it to one class by a rule.",
    ),
    rubric=(
        "1 point for two definitions that rest on what a photo shows (such as a handle). 1 point "
        "if the four doubtful photos are decided by the definitions, without contradiction. "
        "1 point for saying what happens to photos with both things or neither."
    ),
)


EXERCISES = (
    REPAIR_PHOTO,
    CLASS_NUMBERS,
    DEFINE_CLASSES,
    GROUPED_SPLIT,
    FIND_COPIES,
    STANDARDISE,
)

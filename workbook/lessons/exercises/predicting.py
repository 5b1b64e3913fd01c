"""Exercise of Chapter 6 on the way from the pixels of a photo to a name."""

import torch
from torch.nn import functional as F

from workbook.lessons.exercises.exercise import Case, Exercise, Misconception
from workbook.lessons.exercises.random_cases import generator_of, whole
from workbook.lessons.exercises.saved_models import small_network, unsorted_names

# 6.2 predict_name


def _prepared(pixels, mean, std):
    from torchvision.transforms.functional import normalize

    photo = torch.from_numpy(pixels).permute(2, 0, 1).float() / 255
    return normalize(photo, list(mean), list(std))


def _best(network, photo, class_names, *, training=False):
    with torch.inference_mode():
        shares = F.softmax(network.train(training)(photo[None]), dim=1)[0]
    share, index = shares.max(dim=0)
    return class_names[int(index)], float(share)


def _predict_name(network, pixels, mean, std, class_names):
    return _best(network, _prepared(pixels, mean, std), class_names)


def _not_scaled(network, pixels, mean, std, class_names):
    photo = torch.from_numpy(pixels).permute(2, 0, 1).float()
    photo = (photo - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(std).view(3, 1, 1)
    return _best(network, photo, class_names)


def _not_standardised(network, pixels, mean, std, class_names):
    return _best(network, torch.from_numpy(pixels).permute(2, 0, 1) / 255, class_names)


def _training_mode(network, pixels, mean, std, class_names):
    return _best(network, _prepared(pixels, mean, std), class_names, training=True)


def _reshaped(network, pixels, mean, std, class_names):
    photo = torch.from_numpy(pixels).reshape(3, *pixels.shape[:2]).float() / 255
    photo = (photo - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(std).view(3, 1, 1)
    return _best(network, photo, class_names)


def _transposed(network, pixels, mean, std, class_names):
    return _best(network, _prepared(pixels, mean, std).transpose(1, 2), class_names)


def _score_given(network, pixels, mean, std, class_names):
    with torch.inference_mode():
        scores = network.eval()(_prepared(pixels, mean, std)[None])[0]
    return class_names[int(scores.argmax())], float(scores.max())


def _number_given(network, pixels, mean, std, class_names):
    name, share = _predict_name(network, pixels, mean, std, class_names)
    return class_names.index(name), share


def _predict_cases(seed):
    generator = generator_of(seed)
    cases = []
    for place, classes in enumerate((2, 3, 4, 6)):
        height, width = whole(generator, 4, 6), whole(generator, 7, 9)
        pixels = torch.randint(0, 256, (height, width, 3), generator=generator)
        mean = [round(0.35 + 0.3 * float(torch.rand(1, generator=generator)), 3) for _ in range(3)]
        std = [round(0.15 + 0.2 * float(torch.rand(1, generator=generator)), 3) for _ in range(3)]
        names = unsorted_names(seed + 11 * place, classes)
        network = small_network(generator, classes, height, width)
        cases.append(Case((network, pixels.to(torch.uint8).numpy(), mean, std, names)))
    return cases


PREDICT_NAME = Exercise(
    name="predict_name",
    chapter=6,
    section="6.2",
    title="From pixels to a name",
    difficulty="hard",
    minutes=20,
    points=2,
    milestone="6.2",
    reference=_predict_name,
    cases=_predict_cases,
    tolerance=1e-4,
    hints=(
        "torch.tensor(pixels) makes a tensor, .permute(2, 0, 1) puts the colours first, and / 255 "
        "scales to 0-1.",
        "torch.tensor(mean).view(3, 1, 1) has one number for each colour, so you can subtract it "
        "from the whole photo. Do the same with std, and add a batch of one with .unsqueeze(0).",
        "Before you ask: network.eval(). Then network(batch).softmax(dim=1)[0] are the shares; "
        ".argmax() is the place of the largest one. Turn the share into a plain number with "
        ".item().",
    ),
    misconceptions=(
        Misconception(
            "not_scaled",
            _not_scaled,
            "Your pixels are still 0-255 when they are standardised. Divide by 255 first, as in "
            "training.",
        ),
        Misconception(
            "not_standardised",
            _not_standardised,
            "You scale the pixels, but do not standardise them. Subtract the mean and divide by "
            "the deviation, colour by colour.",
        ),
        Misconception(
            "evaluation_mode_forgotten",
            _training_mode,
            "The network is still in training mode: it standardises by the photo that it is asked "
            "about. Call network.eval() first.",
        ),
        Misconception(
            "colours_mixed_up",
            _reshaped,
            "reshape and view only cut the row of numbers at other places, so colours and pixels "
            "get mixed up. To move the colours to the front, use permute(2, 0, 1).",
        ),
        Misconception(
            "height_and_width_swapped",
            _transposed,
            "The photo lies on its side: height and width are swapped. The order is colours, "
            "height, width, which is permute(2, 0, 1).",
        ),
        Misconception(
            "score_given",
            _score_given,
            "You give the score. Softmax turns scores into shares that sum to 1.",
        ),
        Misconception(
            "number_given",
            _number_given,
            "You give the number of the class. Its name stands at that place in class_names.",
        ),
    ),
)

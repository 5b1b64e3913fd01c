"""The labs without a browser: their controls are driven, and what they show is read."""

import math
import re

import pytest
import torch
from lab_pages import LARGEST, check_controls, check_page
from torch import nn

from workbook.lessons.descent import LOWEST, descend, loss_at, price
from workbook.models import create_model
from workbook.models.looking_inside import follow
from workbook.views.convolution_lab import KERNELS, OWN, explore_convolution
from workbook.views.layer_viewer import explore_layers
from workbook.views.learning_rate_lab import explore_learning_rates
from workbook.views.loss_lab import explore_loss
from workbook.views.neuron_lab import explore_neuron
from workbook.views.pixel_inspector import explore_pixels


class Run:
    """As much of a History as the lab reads."""

    def __init__(self, rate: float, losses: list[float]):
        import pandas as pd

        self.settings = {"learning_rate": rate}
        self.table = pd.DataFrame({"train_loss": losses})


@pytest.fixture
def photo(shapes_photos):
    return shapes_photos[0][0]


@pytest.fixture
def networks():
    settings = {"classes": 3, "size": 32, "channels": (4, 6)}
    return {
        "before training": create_model("small_cnn", seed=0, **settings),
        "after training": create_model("small_cnn", seed=1, **settings),
    }


@pytest.fixture
def viewer(networks, shapes_photos):
    return explore_layers(networks, shapes_photos)


@pytest.fixture
def labs(photo, shapes_photos, viewer):
    return {
        "pixels": explore_pixels(photo, 3, 4),
        "neuron": explore_neuron(torch.randn(3, 3, 32, 32), [0.1, 0.2, 0.3], shapes_photos),
        "loss": explore_loss(),
        "rates": explore_learning_rates({"small": Run(1e-6, [2.0, 1.9])}),
        "convolution": explore_convolution(photo),
        "layers": viewer,
    }


def test_every_lab_is_described_labelled_and_small(labs):
    for lab in labs.values():
        page = check_page(lab.static_html())
        check_controls(lab)
        assert len(page.source) < LARGEST, type(lab).__name__


def test_class_names_with_signs_in_them_are_shown_as_they_are(shapes_photos):
    from workbook import PhotoSet

    names = ["<b>bold", '100 % "sure" & #1', "it's"]
    photos = PhotoSet.from_tensors(
        shapes_photos.images, shapes_photos.labels, names, preprocess=shapes_photos.preprocess
    )
    model = create_model("softmax", classes=3, size=32)
    viewer = explore_layers(model, photos, layer=3)
    neuron = explore_neuron(torch.ones(3, 3, 32, 32), [0, 1, 2], photos, neuron=1)
    for lab in (viewer, neuron):
        page = check_page(lab.static_html())
        assert any(names[1] in description for description in page.descriptions)


def test_every_lab_keeps_to_the_limits_of_its_controls(labs):
    for lab in labs.values():
        for control in lab.controls.values():
            if hasattr(control, "max"):
                for extreme in (10**9, -(10**9)):
                    control.value = extreme
                    check_page(lab.picture.value)


def test_the_pixel_inspector_writes_the_numbers_of_the_photo(photo):
    lab = explore_pixels(photo, 3, 4, count=2)
    lab.controls["row"].value, lab.controls["column"].value = 10, 20
    red, green, blue = photo[:, 10, 20].tolist()
    page = check_page(lab.picture.value)
    assert f"In row 10, column 20: red {red}, green {green}, blue {blue}." in page.descriptions[1]
    for number in photo[:, 10:12, 20:22].flatten().tolist():
        assert f">{number}<" in page.source
    lab.controls["shown"].buttons[3].click()
    assert "How much blue" in check_page(lab.picture.value).descriptions[0]


def test_the_window_of_the_pixel_inspector_stays_inside_the_photo(photo):
    lab = explore_pixels(photo, 31, 31, count=2)
    lab.controls["count"].value = 8
    assert lab.values["row"] == lab.values["column"] == 24


def test_the_neuron_lab_adds_up_what_a_linear_layer_adds_up(shapes_photos):
    layer = nn.Linear(3 * 32 * 32, 3)
    lab = explore_neuron(layer.weight.view(3, 3, 32, 32), layer.bias, shapes_photos)
    for photo in (0, 7):
        numbers = shapes_photos.preprocess.normalize(shapes_photos[photo][0])
        expected = layer(numbers.flatten()).tolist()
        assert [each.total for each in lab.sums(photo)] == pytest.approx(expected, abs=1e-4)
        lab.controls["photo"].value = photo
        best = shapes_photos.class_names[expected.index(max(expected))]
        assert f"Largest: {best}" in lab.picture.value


def test_the_neuron_lab_shows_one_step_after_the_other(shapes_photos):
    lab = explore_neuron(torch.ones(3, 3, 32, 32), [0, 0, 0], shapes_photos, step=1)
    counts = []
    for step in range(1, 6):
        lab.controls["step"].value = step
        counts.append(len(check_page(lab.picture.value).descriptions))
    assert counts == [1, 2, 3, 5, 5]
    assert "after ReLU" in lab.picture.value


@pytest.mark.parametrize(("percent", "said"), [(50, "0.69"), (100, "0.00"), (0, "infinitely")])
def test_the_price_of_a_probability(percent, said):
    lab = explore_loss()
    lab.controls["percent"].value = percent
    page = check_page(lab.picture.value)
    assert f"A share of {percent} % for the truth costs {said}" in page.descriptions[0]


def test_prices_are_what_torch_charges():
    for share in (0.01, 0.3, 0.99):
        scores = torch.tensor([[math.log(share), math.log(1 - share)]])
        charged = nn.functional.cross_entropy(scores, torch.tensor([0])).item()
        assert price(share) == pytest.approx(charged, abs=1e-6)


def test_a_ball_goes_the_way_of_torchs_gradient_descent():
    weight = torch.tensor(-2.0, requires_grad=True, dtype=torch.float64)
    optimizer = torch.optim.SGD([weight], lr=0.6)
    for expected in descend(0.6, 5):
        assert weight.item() == pytest.approx(expected)
        loss = loss_at(weight)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert abs(descend(0.05, 30)[-1] - LOWEST) < abs(descend(0.05, 5)[-1] - LOWEST)
    assert abs(descend(2.1, 30)[-1] - LOWEST) > abs(descend(2.1, 5)[-1] - LOWEST)


def test_balls_and_real_runs_follow_their_controls():
    runs = {"fine": Run(1e-3, [2.0, 1.0, 0.5]), "lost": Run(9.0, [3.0, math.inf, math.nan])}
    lab = explore_learning_rates(runs)
    lab.controls["epochs"].value = 2
    page = check_page(lab.picture.value)
    assert "fine (rate 0.001) has loss 1" in page.descriptions[-1]
    assert "lost (rate 9) has loss no number" in page.descriptions[-1]
    lab.controls["steps"].value = 30
    lab.controls["large"].value = 1e6
    assert "off the chart" in check_page(lab.picture.value).descriptions[2]


@pytest.mark.parametrize("kernel", list(KERNELS))
def test_the_convolution_lab_does_what_torch_does(photo, kernel):
    lab = explore_convolution(photo)
    next(button for button in lab.choice.buttons if button.description.endswith(kernel)).click()
    grey = photo.float().mean(dim=0).round()
    weights = torch.tensor(KERNELS[kernel]).float().view(1, 1, 3, 3)
    expected = nn.functional.conv2d(grey[None, None], weights, padding=1)[0]
    assert torch.allclose(lab.step.given, expected, atol=1e-3)
    lab.controls["row"].value, lab.controls["column"].value = 0, 31
    value = round(expected[0, 0, 31].item(), 2)
    said = re.search(r"added up (−?[\d.]+)\.", check_page(lab.picture.value).descriptions[2])
    assert float(said[1].replace("−", "-")) == pytest.approx(value, abs=0.06)


def test_an_edited_kernel_is_named_and_a_known_one_is_recognised(photo):
    lab = explore_convolution(photo, "unchanged")
    lab.boxes[4].value = 2
    assert lab.choice.value == OWN
    lab.boxes[4].value = 1
    assert lab.choice.value == "unchanged"


def test_choosing_a_kernel_draws_once(photo, monkeypatch):
    lab = explore_convolution(photo)
    drawn = []
    monkeypatch.setattr(lab, "_render", lambda **values: drawn.append(values) or "")
    lab.choice.buttons[5].click()
    assert len(drawn) == 1


def test_the_viewer_shows_shapes_values_and_sums_of_every_layer(viewer, networks, shapes_photos):
    numbers = shapes_photos.preprocess.normalize(shapes_photos[5][0])
    steps = follow(networks["after training"], numbers)
    viewer.controls["photo"].value = 5
    for layer, step in enumerate(steps, start=1):
        viewer.controls["layer"].value = layer
        viewer.controls["channel"].value = 2
        values = viewer.values
        position = (2, values["row"], values["column"]) if step.gives_maps else (2,)
        page = check_page(viewer.picture.value)
        assert f"Layer {layer} of {len(steps) + 1}: {step.kind}" in page.text
        computed = f"{step.given[position].item():.5f}".replace("-", "−")
        assert page.text.count(computed) >= 2, "the sum and PyTorch's value are the same"
        assert "×".join(map(str, step.given.shape)) in page.descriptions[0]


def test_the_viewer_stays_at_the_same_place_of_the_photo(viewer):
    viewer.controls["row"].value = 20
    viewer.controls["layer"].value = 3
    assert (viewer.values["row"], viewer.controls["row"].max) == (10, 15)
    viewer.controls["layer"].value = 9
    assert viewer.values["row"] == 0
    viewer.controls["layer"].value = 1
    assert (viewer.values["row"], viewer.controls["row"].max) == (20, 31)


def test_the_viewer_starts_in_the_middle_of_any_layer(networks, shapes_photos):
    values = explore_layers(networks, shapes_photos, layer=4).values
    assert (values["row"], values["column"]) == (8, 8)


def test_the_last_layer_gives_the_shares_of_the_model(viewer, networks, shapes_photos):
    viewer.controls["layer"].value = viewer.controls["layer"].max
    numbers = shapes_photos.preprocess.normalize(shapes_photos[0][0])
    shares = networks["after training"].eval()(numbers[None]).softmax(dim=1)[0]
    assert torch.allclose(viewer.steps("after training", 0)[-1].given, shares, atol=1e-6)
    best = shapes_photos.class_names[int(shares.argmax())]
    assert f"The answer: {best} {shares.max():.0%}" in viewer.picture.value


def test_a_dead_map_is_explained_and_hatched(networks, shapes_photos):
    with torch.no_grad():
        networks["after training"][0].weight[1] = 0
        networks["after training"][0].bias[1] = -5
    viewer = explore_layers(networks, shapes_photos, layer=1, channel=1)
    assert "No value here is above zero" in viewer.picture.value
    assert "silent on 12 of 12 photos" in viewer.picture.value
    viewer.controls["layer"].value = 3
    assert "every value is zero" in viewer.picture.value
    assert "called dead" in viewer.picture.value
    viewer.controls["channel"].value = 0
    assert "called dead" not in viewer.picture.value


def test_the_viewer_takes_a_single_model_of_another_build(shapes_photos):
    viewer = explore_layers(create_model("batchnorm_cnn", classes=3, size=32), shapes_photos)
    for layer in range(1, viewer.controls["layer"].max + 1):
        viewer.controls["layer"].value = layer
        check_page(viewer.picture.value)
    assert "Softmax" in viewer.picture.value

"""What the views show of a model's inside must be what torch computes."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from workbook.models import create_model
from workbook.models.arithmetic import explain
from workbook.models.looking_inside import follow, loudest_values, seen_part, weigh

WINDOWS = st.integers(1, 3)
CLOSE = 1e-5


@st.composite
def convolutions(draw, channels):
    groups = draw(st.sampled_from([1, channels]))
    strange = draw(st.booleans())
    settings_of_edge = (
        {"padding": draw(st.integers(0, 2)), "stride": draw(st.integers(1, 2))}
        if strange
        else {"padding": draw(st.sampled_from(["same", "valid"]))}
    )
    layer = nn.Conv2d(
        channels,
        2 * channels,
        (draw(WINDOWS), draw(WINDOWS)),
        dilation=draw(st.integers(1, 2)),
        groups=groups,
        bias=draw(st.booleans()),
        padding_mode=draw(st.sampled_from(["zeros", "reflect", "replicate"])),
        **settings_of_edge,
    )
    return layer, 2 * channels


@st.composite
def poolings(draw):
    kernel = draw(st.integers(1, 3))
    shared = {
        "stride": draw(st.integers(1, 3)),
        "padding": draw(st.integers(0, kernel // 2)),
        "ceil_mode": draw(st.booleans()),
    }
    if draw(st.booleans()):
        return nn.MaxPool2d(kernel, dilation=draw(st.integers(1, 2)), **shared)
    return nn.AvgPool2d(kernel, count_include_pad=draw(st.booleans()), **shared)


@st.composite
def models(draw):
    """A convolutional model with every kind of layer, in random settings."""
    first, channels = draw(convolutions(2))
    second, _ = draw(convolutions(channels))
    norm = nn.BatchNorm2d(channels, affine=draw(st.booleans()))
    activation = draw(
        st.sampled_from([nn.ReLU(), nn.ReLU(inplace=True), nn.LeakyReLU(0.2), nn.GELU()])
    )
    model = nn.Sequential(
        first,
        norm,
        activation,
        draw(poolings()),
        second,
        draw(st.sampled_from([nn.AdaptiveAvgPool2d((2, 3)), nn.AdaptiveMaxPool2d(2)])),
        nn.Dropout(0.5),
        nn.Flatten(),
        nn.LazyLinear(3),
        nn.Identity(),
        nn.Softmax(dim=1),
    )
    generator = torch.Generator().manual_seed(draw(st.integers(0, 1000)))
    photo = torch.randn(2, 40, 37, generator=generator)
    model.eval()
    with torch.no_grad():
        model(photo.unsqueeze(0))
        for weights in [*model.parameters(), norm.running_mean]:
            weights.copy_(torch.randn(weights.shape, generator=generator) * 0.5)
        norm.running_var.copy_(torch.rand(channels, generator=generator) + 0.3)
    return model, photo


@settings(max_examples=60, deadline=None)
@given(models(), st.data())
def test_the_arithmetic_of_any_value_in_any_layer_gives_what_torch_computed(model_and_photo, data):
    model, photo = model_and_photo
    for step in follow(model, photo):
        position = tuple(data.draw(st.integers(0, count - 1)) for count in step.given.shape)
        arithmetic = explain(step, position)
        computed = step.given[position].item()
        assert arithmetic.value == pytest.approx(computed, rel=CLOSE, abs=CLOSE), step.layer
        if arithmetic.weights is not None:
            by_hand = arithmetic.products.sum().item() + arithmetic.bias
            assert by_hand == pytest.approx(computed, rel=CLOSE, abs=CLOSE)


@pytest.mark.parametrize("name", ["softmax", "mlp", "small_cnn", "batchnorm_cnn", "transfer"])
def test_every_layer_of_the_courses_models_can_be_taken_apart(name):
    model = create_model(name, classes=3, size=32)
    steps = follow(model, torch.rand(3, 32, 32))
    for step in steps:
        position = tuple(count // 2 for count in step.given.shape)
        value = step.given[position].item()
        assert explain(step, position).value == pytest.approx(value, rel=CLOSE, abs=CLOSE)
    with torch.no_grad():
        scores = model.eval()(torch.rand(1, 3, 32, 32))
    assert steps[-1].given.shape == scores[0].shape


def test_following_a_photo_changes_nothing_in_the_model():
    model = create_model("batchnorm_cnn", classes=3, size=16).train()
    model.features[0].eval()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    follow(model, torch.rand(3, 16, 16))
    assert model.training
    assert not model.features[0].training
    assert not any(module._forward_hooks for module in model.modules())
    assert all(torch.equal(before[name], now) for name, now in model.state_dict().items())


def test_a_layer_that_overwrites_its_input_does_not_falsify_the_step_before():
    model = nn.Sequential(nn.Conv2d(1, 1, 1, bias=False), nn.ReLU(inplace=True))
    nn.init.ones_(model[0].weight)
    convolution, relu = follow(model, torch.linspace(-1, 1, 16).view(1, 4, 4))
    assert convolution.given.min() < 0
    assert torch.equal(convolution.given, relu.taken)


def test_a_place_outside_and_an_unknown_layer_are_named():
    step = follow(nn.Sequential(nn.Conv2d(1, 2, 3)), torch.rand(1, 5, 5))[0]
    for position in [(2, 0, 0), (0, 3, 0), (0, -1, 0), (0, 0)]:
        with pytest.raises(IndexError, match="shape"):
            explain(step, position)
    unknown = follow(nn.Sequential(nn.PixelShuffle(1)), torch.rand(1, 5, 5))[0]
    with pytest.raises(ValueError, match="PixelShuffle"):
        explain(unknown, (0, 0, 0))


@settings(max_examples=60, deadline=None)
@given(
    kernels=st.lists(st.integers(2, 4), min_size=2, max_size=2),
    strides=st.lists(st.integers(1, 2), min_size=2, max_size=2),
    padding=st.integers(0, 1),
    place=st.tuples(st.floats(0, 0.999), st.floats(0, 0.999)),
)
def test_the_part_of_the_photo_that_is_seen_is_where_the_gradient_is(
    kernels, strides, padding, place
):
    first, second = (
        nn.Conv2d(1, 1, kernel, stride=stride, padding=padding)
        for kernel, stride in zip(kernels, strides, strict=True)
    )
    model = nn.Sequential(first, nn.AvgPool2d(2), second)
    for convolution in (first, second):
        nn.init.ones_(convolution.weight)
    photo = torch.rand(1, 24, 20, requires_grad=True)
    given = model(photo)
    row, column = int(place[0] * given.shape[1]), int(place[1] * given.shape[2])
    given[0, row, column].backward()
    reached = photo.grad[0].nonzero()
    top, left, rows, columns = seen_part(follow(model, photo.detach()), 2, row, column)
    if len(reached):
        lowest, highest = reached.min(dim=0).values.tolist(), reached.max(dim=0).values.tolist()
        assert lowest == [top, left]
        assert highest == [top + rows - 1, left + columns - 1]


def test_the_last_layers_see_the_whole_photo():
    steps = follow(create_model("batchnorm_cnn", classes=3, size=32), torch.rand(3, 32, 32))
    assert seen_part(steps, len(steps) - 1, 0, 0) == (0, 0, 32, 32)


def test_the_loudest_values_tell_a_dead_map():
    convolution = nn.Conv2d(1, 2, 1)
    with torch.no_grad():
        convolution.weight[:] = torch.tensor([1.0, -1.0]).view(2, 1, 1, 1)
        convolution.bias.zero_()
    photos = torch.rand(5, 1, 3, 3) + 0.1
    before_relu, after_relu = loudest_values(nn.Sequential(convolution, nn.ReLU()), photos)
    assert torch.equal(before_relu[:, 0], photos.flatten(1).amax(dim=1))
    assert (before_relu[:, 1] < 0).all()
    assert (after_relu[:, 1] == 0).all()


@given(st.integers(0, 1000), st.floats(-3, 3))
def test_a_neuron_by_parts_is_the_neuron_of_torch(seed, bias):
    generator = torch.Generator().manual_seed(seed)
    numbers, weights = torch.randn(2, 3, 4, 4, generator=generator)
    parts = weigh(numbers, weights, bias)
    expected = nn.functional.linear(
        numbers.flatten(), weights.flatten()[None], torch.tensor([bias])
    )
    assert parts.total == pytest.approx(expected.item(), abs=1e-4)
    together = parts.speaks_for + parts.speaks_against + bias
    assert together == pytest.approx(parts.total, abs=1e-9)
    assert parts.after_relu == max(0.0, parts.total)


def test_a_neuron_with_too_few_weights_is_refused():
    with pytest.raises(ValueError, match="one weight for each number"):
        weigh(torch.rand(3, 4, 4), torch.rand(3, 4, 5), 0)

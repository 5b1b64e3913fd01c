"""Maps of where an answer comes from, against arithmetic by hand and networks made for the test."""

import subprocess
import sys

import pytest
import torch
from torch import nn

from workbook.evaluation.looking import (
    cover_middle,
    cover_place,
    grad_cam,
    last_feature_maps,
    occlusion_map,
    share_inside,
    share_kept_without_middle,
    strongest_place,
)
from workbook.models import create_model
from workbook.photos.photoset import PhotoSet

SIZE = 32


class LooksAtOneCorner(nn.Module):
    """Says class 1 when the upper left quarter is bright, and sees nothing else."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(4.0))

    def forward(self, photos):
        corner = photos[:, :, : SIZE // 2, : SIZE // 2].mean(dim=(1, 2, 3)) * self.weight
        return torch.stack([-corner, corner], dim=1)


class FeelsOneMap(nn.Module):
    """Two feature maps, left and right half; class 1 depends on the left one alone."""

    def __init__(self):
        super().__init__()
        self.maps = nn.Conv2d(3, 2, 1, bias=False)
        nn.init.ones_(self.maps.weight)
        self.relu = nn.ReLU()

    def forward(self, photos):
        maps = self.relu(self.maps(photos))
        left = maps[:, 0, :, : SIZE // 2].mean(dim=(1, 2))
        return torch.stack([torch.zeros_like(left), left], dim=1)


def probability(model, image, class_index):
    with torch.no_grad():
        return float(model(image.unsqueeze(0)).softmax(dim=1)[0, class_index])


def test_each_value_is_the_fall_of_the_probability():
    model = create_model("small_cnn", classes=4, size=SIZE, channels=(4, 8), seed=1).eval()
    image = torch.randn(3, SIZE, SIZE, generator=torch.Generator().manual_seed(0))
    values = occlusion_map(model, image, 2, cover=8)
    before = probability(model, image, 2)
    # Every place is covered by up to four squares, five pixels apart: the mean over all of them.
    row, column = 16, 17
    falls = [
        before - probability(model, cover_place(image, top + 4, left + 4, 8), 2)
        for top in range(0, SIZE - 7, 5)
        for left in range(0, SIZE - 7, 5)
        if top <= row < top + 8 and left <= column < left + 8
    ]
    assert len(falls) == 4
    assert float(values[row, column]) == pytest.approx(sum(falls) / 4, abs=1e-6)


def test_the_map_lies_where_the_network_looks():
    model, image = LooksAtOneCorner(), torch.ones(3, SIZE, SIZE)
    values = occlusion_map(model, image, 1, cover=8)
    corner = torch.zeros(SIZE, SIZE, dtype=torch.bool)
    corner[: SIZE // 2, : SIZE // 2] = True
    assert values.shape == (SIZE, SIZE)
    assert share_inside(values, corner) > 0.85  # squares that reach over the edge blur it a little
    assert float(values[SIZE // 2 + 8 :].abs().max()) == 0
    row, column = strongest_place(values)
    assert row < SIZE // 2
    assert column < SIZE // 2


def test_against_the_other_class_the_map_is_negative():
    values = occlusion_map(LooksAtOneCorner(), torch.ones(3, SIZE, SIZE), 0, cover=8)
    assert float(values.min()) < 0
    assert float(values.max()) <= 1e-6


def test_grad_cam_weighs_maps_by_their_gradient():
    image = torch.rand(3, SIZE, SIZE, generator=torch.Generator().manual_seed(2))
    values = grad_cam(FeelsOneMap(), image, 1)
    # Only the first map has a gradient, the same everywhere, so the map is what remains.
    first = image.sum(dim=0)
    assert torch.allclose(values / values.max(), first / first.max(), atol=1e-5)
    assert float(grad_cam(FeelsOneMap(), image, 0).max()) == 0


@pytest.mark.parametrize("name", ["small_cnn", "batchnorm_cnn", "transfer"])
def test_both_maps_fit_every_convolutional_network(name):
    model = create_model(name, classes=3, size=SIZE, seed=0).train()
    before = {key: value.clone() for key, value in model.state_dict().items()}
    image = torch.randn(3, SIZE, SIZE)
    assert grad_cam(model, image, 1).shape == (SIZE, SIZE)
    assert occlusion_map(model, image, 1).shape == (SIZE, SIZE)
    assert model.training
    assert all(torch.equal(before[key], value) for key, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())


def test_a_network_without_maps_is_explained():
    model = create_model("mlp", classes=3, size=SIZE)
    with pytest.raises(ValueError, match="no feature maps"):
        grad_cam(model, torch.zeros(3, SIZE, SIZE), 0)
    assert occlusion_map(model, torch.zeros(3, SIZE, SIZE), 0).shape == (SIZE, SIZE)


def test_the_last_maps_are_those_before_the_average():
    model = create_model("batchnorm_cnn", classes=3, size=SIZE)
    assert last_feature_maps(model.eval(), torch.zeros(1, 3, SIZE, SIZE)) is model.features[-1][-1]


class LooksEverywhere(LooksAtOneCorner):
    """Says class 1 when the photo is bright."""

    def forward(self, photos):
        brightness = photos.mean(dim=(1, 2, 3))
        return torch.stack([-brightness, brightness], dim=1)


@pytest.mark.parametrize("cover", [1, 3, 5, 7, SIZE])
def test_no_place_is_left_out(cover):
    values = occlusion_map(LooksEverywhere(), torch.ones(3, SIZE, SIZE), 1, cover=cover)
    assert float(values.min()) > 0


@pytest.mark.parametrize("cover", [0, SIZE + 1])
def test_a_square_that_does_not_fit_is_refused(cover):
    with pytest.raises(ValueError, match="does not fit"):
        occlusion_map(LooksAtOneCorner(), torch.ones(3, SIZE, SIZE), 1, cover=cover)


def test_a_covered_place_stays_inside():
    covered = cover_place(torch.ones(3, SIZE, SIZE), SIZE - 1, 0, 8)
    assert int((covered[0] == 0).sum()) == 64
    assert not covered[0, -8:, :8].any()


def test_a_network_that_sees_only_the_middle_loses_it():
    class LooksAtTheMiddle(LooksAtOneCorner):
        def forward(self, photos):
            quarter = SIZE // 4
            middle = photos[:, :, quarter:-quarter, quarter:-quarter].mean(dim=(1, 2, 3))
            return torch.stack([torch.full_like(middle, 1e-6), middle], dim=1)

    bright = torch.full((4, 3, SIZE, SIZE), 255, dtype=torch.uint8)
    photos = PhotoSet.from_tensors(bright, [0, 1, 0, 1], ["a", "b"])
    assert share_kept_without_middle(LooksAtTheMiddle(), photos) == 0
    assert share_kept_without_middle(LooksEverywhere(), photos) == 1
    assert int((cover_middle(torch.ones(3, SIZE, SIZE)) == 0)[0].sum()) == (SIZE // 2) ** 2


def test_a_map_without_any_weight_has_no_share():
    assert share_inside(torch.zeros(4, 4), torch.ones(4, 4, dtype=torch.bool)) == 0


def test_captum_is_not_imported_before_it_is_needed():
    code = "import sys, workbook.evaluation.looking; print('captum' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"

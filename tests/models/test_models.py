import json

import pytest
import torch
from torch import nn

from workbook.models import (
    ARCHITECTURES,
    backbone_preprocess,
    count_parameters,
    create_model,
    register_model,
    unfreeze_last_block,
)
from workbook.models.architectures import convolution_block

NAMES = ["softmax", "mlp", "small_cnn", "batchnorm_cnn", "transfer"]


@pytest.mark.parametrize("size", [16, 32, 45, 64, 96])
@pytest.mark.parametrize("name", NAMES)
def test_scores_have_one_column_per_class(name, size):
    model = create_model(name, classes=5, size=size).eval()
    scores = model(torch.rand(3, 3, size, size))
    assert scores.shape == (3, 5)
    assert scores.isfinite().all()
    assert (scores.sum(dim=1) - 1).abs().min() > 1e-6, "raw scores are wanted, not probabilities"


@pytest.mark.parametrize("name", NAMES)
def test_recipe_survives_json_and_rebuilds_the_same_layers(name):
    arguments = {"hidden": 20} if name == "mlp" else {}
    model = create_model(name, classes=4, size=32, **arguments)
    recipe = json.loads(json.dumps(model.recipe))
    assert recipe == {"name": name, "arguments": {"classes": 4, "size": 32, **arguments}}
    again = create_model(recipe["name"], **recipe["arguments"])
    again.load_state_dict(model.state_dict())
    photos = torch.rand(2, 3, 32, 32)
    assert torch.equal(again.eval()(photos), model.eval()(photos))


def test_lists_from_a_file_do_for_channels():
    model = create_model("small_cnn", classes=3, size=16, channels=[4, 8])
    assert model(torch.rand(1, 3, 16, 16)).shape == (1, 3)


def test_seed_fixes_the_starting_weights_and_disturbs_nothing():
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    first, same, other = (create_model("mlp", classes=3, size=16, seed=s) for s in (1, 1, 2))
    assert torch.equal(torch.rand(3), expected)
    assert torch.equal(first[1].weight, same[1].weight)
    assert not torch.equal(first[1].weight, other[1].weight)


def test_batchnorm_cnn_has_a_quarter_of_a_million_numbers():
    assert 0.23e6 < count_parameters(create_model("batchnorm_cnn", classes=8)) < 0.25e6


def test_pooling_before_relu_changes_nothing_but_the_work():
    features = torch.randn(2, 4, 8, 8)
    pool, relu = nn.MaxPool2d(2), nn.ReLU()
    assert torch.equal(relu(pool(features)), pool(relu(features)))
    kinds = [type(layer) for layer in convolution_block(3, 4)]
    assert kinds == [nn.Conv2d, nn.BatchNorm2d, nn.MaxPool2d, nn.ReLU]


def test_transfer_trains_only_its_head_until_the_last_block_is_unfrozen():
    model = create_model("transfer", classes=4)
    head = 128 * 4 + 4
    assert count_parameters(model, trainable_only=True) == head
    unfreeze_last_block(model)
    last_convolution = 128 * 128 * 9
    assert count_parameters(model, trainable_only=True) == head + last_convolution + 2 * 128


def test_transfer_keeps_the_statistics_of_the_photos_it_was_trained_on():
    model = create_model("transfer", classes=4)
    before = {name: values.clone() for name, values in model.backbone.state_dict().items()}
    model.train()
    assert model.head.training
    assert not model.backbone.training
    model(torch.randn(8, 3, 64, 64) * 5 + 3)
    for name, values in model.backbone.state_dict().items():
        assert torch.equal(values, before[name]), name


def test_backbone_preprocess_is_that_of_its_training_photos():
    preprocess = backbone_preprocess(96)
    assert preprocess.size == 96
    assert all(0.1 < mean < 0.9 for mean in preprocess.mean)
    assert all(0.05 < deviation < 0.5 for deviation in preprocess.std)


def test_unfreezing_another_model_is_refused():
    with pytest.raises(ValueError, match="Only a transfer model"):
        unfreeze_last_block(create_model("mlp", classes=3, size=16))


def test_an_architecture_of_ones_own(monkeypatch):
    monkeypatch.setattr("workbook.models.registry.ARCHITECTURES", dict(ARCHITECTURES))

    @register_model("tiny")
    def tiny(*, classes, size=64, width=2):
        return nn.Sequential(nn.Flatten(), nn.Linear(3 * size * size, classes))

    register_model("tiny")(tiny)  # a cell that was run twice
    assert create_model("tiny", classes=2, size=16, width=3).recipe["arguments"]["width"] == 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"name": "resnet", "classes": 3}, 'no architecture called "resnet"'),
        ({"name": "mlp", "classes": 0}, "classes must be a whole number of 1 or more"),
        ({"name": "mlp", "classes": ("a", "b")}, "classes must be a whole number"),
        ({"name": "mlp", "classes": 3, "size": 8}, "size must be a whole number of 16 or more"),
        ({"name": "mlp", "classes": 3, "hiden": 5}, "no setting called hiden. It has hidden"),
        ({"name": "softmax", "classes": 3, "hidden": 5}, "It has none"),
        ({"name": "mlp", "classes": 3, "hidden": torch.ones(1)}, "cannot be written into a file"),
    ],
)
def test_what_cannot_be_built_is_refused_in_words(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        create_model(**arguments)


def test_names_of_the_workbook_are_not_taken_over():
    with pytest.raises(ValueError, match='"mlp" belongs to an architecture of the workbook'):
        register_model("mlp")(lambda *, classes, size: None)

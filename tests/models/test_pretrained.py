"""Backbones of torchvision, with weights of the right shapes lying where torchvision keeps them."""

import urllib.error

import pytest
import torch
from torchvision.models import get_model, get_model_weights

from workbook.models import create_model, pretrained_model, pretrained_preprocess
from workbook.models.pretrained import CHANNELS, WeightsUnavailable

NAMES = list(CHANNELS)


@pytest.fixture
def torch_home(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    return folder


def put_weights(folder, name: str) -> dict:
    torch.manual_seed(2)
    state = get_model(name, weights=None).state_dict()
    torch.save(state, folder / get_model_weights(name).DEFAULT.url.rsplit("/", 1)[1])
    return state


@pytest.mark.parametrize("name", NAMES)
def test_the_backbone_has_torchvisions_weights_and_only_the_head_learns(torch_home, name):
    state = put_weights(torch_home, name)
    model = pretrained_model(name, classes=4, size=32)
    borrowed = list(model.backbone.state_dict().values())
    first = next(iter(state.values()))
    assert torch.equal(borrowed[0], first)
    assert model(torch.rand(2, 3, 32, 32)).shape == (2, 4)
    learning = {key for key, weights in model.named_parameters() if weights.requires_grad}
    assert learning == {key for key, _ in model.named_parameters() if key.startswith("head.")}


@pytest.mark.parametrize("name", NAMES)
def test_features_are_those_of_torchvisions_own_network(torch_home, name):
    state = put_weights(torch_home, name)
    network = get_model(name, weights=None).eval()
    network.load_state_dict(state)
    taken = []
    pool = network.avgpool
    pool.register_forward_hook(lambda module, inputs, output: taken.append(inputs[0]))
    photos = torch.rand(2, 3, 64, 64)
    model = pretrained_model(name, classes=4, size=64).eval()
    with torch.no_grad():
        network(photos)
        torch.testing.assert_close(model.backbone(photos), taken[0])


@pytest.mark.parametrize("name", NAMES)
def test_its_own_preprocessing(name):
    preprocess = pretrained_preprocess(name, size=96)
    assert preprocess.size == 96
    assert preprocess.mean == (0.485, 0.456, 0.406)
    assert preprocess.std == (0.229, 0.224, 0.225)


def test_a_saved_model_is_rebuilt_without_a_network(torch_home, monkeypatch):
    put_weights(torch_home, "resnet18")
    model = pretrained_model("resnet18", classes=3, size=32).eval()
    monkeypatch.setattr("torch.hub.download_url_to_file", refuse)
    again = create_model(model.recipe["name"], **model.recipe["arguments"]).eval()
    again.load_state_dict(model.state_dict())
    photos = torch.rand(1, 3, 32, 32)
    with torch.no_grad():
        assert torch.equal(again(photos), model(photos))


def refuse(*arguments, **settings):
    raise urllib.error.URLError("Name or service not known")


def test_offline_is_told_in_a_sentence(torch_home, monkeypatch):
    monkeypatch.setattr("torch.hub.download_url_to_file", refuse)
    with pytest.raises(WeightsUnavailable, match="Connect to the internet"):
        pretrained_model("resnet18", classes=3)
    assert list(torch_home.iterdir()) == []


def test_half_a_file_is_told_in_a_sentence(torch_home):
    put_weights(torch_home, "mobilenet_v3_small")
    (path,) = torch_home.iterdir()
    path.write_bytes(path.read_bytes()[:10_000])
    with pytest.raises(WeightsUnavailable, match=r"are damaged\. Delete that file"):
        pretrained_model("mobilenet_v3_small", classes=3)


def test_an_unknown_name_is_told():
    with pytest.raises(ValueError, match='"vgg16" is none of them'):
        pretrained_model("vgg16", classes=3)

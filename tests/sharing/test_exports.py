"""The exported model gives the workbook's own answers, whatever the architecture and the photo."""

import json
import sys

import numpy as np
import onnx
import pytest
import torch
from torch import nn
from untrained_classifier import classifier_of, untrained_classifier

from workbook.photos.preprocess import RESIZE_RULES
from workbook.sharing import ExportError, MissingPackage, export_onnx, export_torch, share_exports
from workbook.sharing import exports as exports_module

SAME = 1e-4
COURSE = ("softmax", "mlp", "small_cnn", "batchnorm_cnn", "transfer")
TORCHVISION = ("mobilenet_v3_small", "resnet18", "efficientnet_b0")


def check_same_answers(classifier, path, photos, light_program):
    exported = light_program.PhotoClassifier(export_onnx(classifier, path))
    expected = np.stack([classifier.probabilities(photo).numpy() for photo in photos.values()])
    answered = np.stack([exported.probabilities(photo) for photo in photos.values()])
    assert np.abs(answered - expected).max() < SAME
    assert np.ptp(expected, axis=0).max() > 0.1, "the photos must differ for this to mean anything"
    assert exported.class_names == list(classifier.class_names)


@pytest.mark.parametrize("architecture", COURSE)
def test_every_architecture_of_the_course(architecture, golden_photos, light_program, tmp_path):
    classifier = untrained_classifier(architecture)
    check_same_answers(classifier, tmp_path / "model.onnx", golden_photos, light_program)


@pytest.mark.slow
@pytest.mark.parametrize("name", TORCHVISION)
def test_backbones_of_torchvision(name, golden_photos, light_program, tmp_path):
    import torchvision

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = getattr(torchvision.models, name)(weights=None, num_classes=3)
    classifier = classifier_of(model, {"name": name, "arguments": {"classes": 3}}, size=64)
    check_same_answers(classifier, tmp_path / "model.onnx", golden_photos, light_program)


@pytest.mark.parametrize("resize", RESIZE_RULES)
@pytest.mark.parametrize("size", [32, 57])
def test_the_light_program_prepares_photos_as_the_workbook_does(
    resize, size, golden_photos, light_program
):
    preprocess = untrained_classifier("softmax", size=size, resize=resize).preprocess
    for name, photo in golden_photos.items():
        expected = preprocess.pixels(photo).numpy()
        assert (light_program.prepare(photo, size, resize) == expected).all(), name


def test_the_file_takes_any_number_of_photos_and_names_its_classes(classifier, tmp_path):
    import onnxruntime

    path = export_onnx(classifier, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for photos in (1, 3, 7):
        pixels = np.full((photos, 3, 32, 32), 90, np.uint8)
        [answer] = session.run(["probabilities"], {"pixels": pixels})
        assert answer.shape == (photos, 3)
        assert np.allclose(answer.sum(axis=1), 1, atol=1e-5)
    about = session.get_modelmeta().custom_metadata_map
    assert json.loads(about["class_names"]) == ["apple", "mug", "pear"]
    assert json.loads(about["preprocess"]) == {"size": 32, "resize": "crop"}


def test_torch_export_gives_the_same_answers(classifier, golden_photos, tmp_path):
    program = torch.export.load(export_torch(classifier, tmp_path / "model.pt2")).module()
    pixels = torch.stack([classifier.preprocess.pixels(path) for path in golden_photos.values()])
    assert (program(pixels) - classifier.probabilities(pixels)).abs().max() < SAME


def test_exporting_leaves_the_classifier_as_it_was(classifier, golden_photos, tmp_path):
    photo = golden_photos["phone"]
    before = classifier.probabilities(photo)
    share_exports(classifier, tmp_path / "exports")
    assert torch.equal(classifier.probabilities(photo), before)
    assert sorted(path.name for path in (tmp_path / "exports").iterdir()) == [
        "model.onnx",
        "model.pt2",
    ]


def test_no_exported_file_tells_where_it_was_made(classifier, tmp_path):
    share_exports(classifier, tmp_path / "exports")
    place = str(exports_module.Path(exports_module.__file__).parents[2]).encode()
    for path in (tmp_path / "exports").iterdir():
        contents = path.read_bytes()
        assert place not in contents
        assert b"site-packages" not in contents
    model = onnx.load(tmp_path / "exports" / "model.onnx")
    assert not any(step.metadata_props or step.doc_string for step in model.graph.node)


class Undecided(nn.Module):
    """A model whose steps depend on the numbers in the photo."""

    def __init__(self):
        super().__init__()
        self.last = nn.Linear(3, 3)

    def forward(self, photos):
        means = photos.mean(dim=(2, 3))
        if float(means.sum()) > 0:
            return self.last(means)
        return self.last(-means)


def test_a_model_that_cannot_be_exported_gets_a_sentence(tmp_path):
    classifier = classifier_of(Undecided(), {"name": "undecided", "arguments": {}}, size=16)
    with pytest.raises(ExportError, match="Use layers of"):
        export_onnx(classifier, tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())


def test_a_file_that_answers_differently_is_not_written(classifier, tmp_path, monkeypatch):
    monkeypatch.setattr(exports_module, "LARGEST_DIFFERENCE", -1.0)
    with pytest.raises(ExportError, match="answers differently"):
        export_onnx(classifier, tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())


def test_a_missing_package_is_named(classifier, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    with pytest.raises(MissingPackage, match=r"onnxscript.*pip install .*\[share\]"):
        export_onnx(classifier, tmp_path / "model.onnx")

"""A saved classifier comes back the same, in this process and in a fresh one."""

import errno
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from tiny_classifier import COLOURS, SIZE, train_on
from torch import nn

import workbook.saving
from workbook.evaluation import evaluate, predict_probabilities
from workbook.models import ARCHITECTURES, create_model, register_model
from workbook.photos.preprocess import Preprocess
from workbook.saving import Classifier, ModelFileError
from workbook.saving.card import FIELDS

IN_A_FRESH_PROCESS = """
import json, pickle, sys
import torch

def refuse(*arguments, **settings):
    raise SystemExit("a pickle was opened")

torch.load = pickle.load = pickle.loads = pickle.Unpickler = refuse
from workbook.saving import Classifier
classifier = Classifier.load(sys.argv[1], device="cpu")
print(json.dumps(classifier.probabilities(sys.argv[2:]).tolist()))
heavy = {"torchvision", "pandas", "sklearn", "scipy", "matplotlib"} & set(sys.modules)
sys.exit(f"a plain prediction does not need {heavy}" if heavy else 0)
"""


def test_the_same_probabilities_in_a_fresh_process(classifier, saved, splits):
    paths = [str(path) for path in splits.validation.paths]
    answer = subprocess.run(
        [sys.executable, "-c", IN_A_FRESH_PROCESS, str(saved), *paths],
        capture_output=True,
        text=True,
        check=True,
    )
    reloaded = torch.tensor(json.loads(answer.stdout))
    assert torch.allclose(reloaded, classifier.probabilities(paths), rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "architecture", ["softmax", "mlp", "small_cnn", "batchnorm_cnn", "transfer"]
)
def test_every_architecture_comes_back_the_same(architecture, splits, tmp_path, recwarn):
    model, history = train_on(splits, architecture, epochs=1)
    classifier = Classifier.from_training(model, splits, name="one", history=history)
    reloaded = Classifier.load(classifier.save(tmp_path / "one.safetensors"), device="cpu")
    expected = predict_probabilities(model, splits.validation, device="cpu")
    found = reloaded.probabilities(splits.validation.images)
    assert torch.allclose(found, expected, rtol=0, atol=1e-6)
    assert not [str(warning.message) for warning in recwarn if "meta" in str(warning.message)]


def test_every_learned_number_is_kept(classifier, saved):
    before, after = classifier.model.state_dict(), Classifier.load(saved).model.state_dict()
    assert list(before) == list(after)
    assert all(torch.equal(before[name], after[name].cpu()) for name in before)


def test_the_card_says_what_the_issue_asks_for(classifier, saved, splits):
    card = Classifier.load(saved).card
    assert set(card) == set(FIELDS)
    assert card["class_names"] == sorted(COLOURS)
    assert card["architecture"] == classifier.model.recipe
    assert card["preprocess"] == splits.preprocess.as_dict()
    assert card["data"]["fingerprint"] == splits.fingerprint
    assert card["data"]["counts"]["train"] == splits.train.counts().to_dict()
    assert card["metrics"]["validation"]["accuracy"] > 0.5
    assert card["settings"]["epochs"] == 6
    assert set(card["versions"]) == {"workbook", "torch", "python"}
    with safe_open(saved, framework="pt") as file:
        assert json.loads(file.metadata()["workbook_card"]) == card


def test_the_card_holds_no_path_of_this_computer(saved, tmp_path):
    assert str(tmp_path.parent).encode() not in saved.read_bytes()


def test_the_file_is_hardly_larger_than_its_weights(classifier, saved):
    weights = sum(tensor.nbytes for tensor in classifier.model.state_dict().values())
    assert saved.stat().st_size < weights + 8_000


def test_openings_of_the_test_set_stand_on_the_card(tmp_path):
    from tiny_classifier import split_coloured_photos

    splits = split_coloured_photos(tmp_path)
    model, history = train_on(splits, epochs=1)
    test = splits.open_test("final judgement")
    classifier = Classifier.from_training(
        model,
        splits,
        name="colours",
        history=history,
        evaluation=evaluate(model, test, device="cpu"),
        evaluated_on="test",
    )
    card = Classifier.load(classifier.save(tmp_path / "a.safetensors")).card
    assert [opening["reason"] for opening in card["test_openings"]] == ["final judgement"]
    assert card["metrics"]["test"]["count"] == len(test)


def test_training_on_does_not_change_the_classifier(splits):
    model, history = train_on(splits, epochs=1)
    classifier = Classifier.from_training(model, splits, name="colours", history=history)
    before = classifier.probabilities(splits.validation.images)
    with torch.no_grad():
        next(model.parameters()).zero_()
    assert torch.equal(classifier.probabilities(splits.validation.images), before)


def test_one_photo_a_list_and_pixels_agree(classifier, splits):
    paths = splits.validation.paths
    several = classifier.probabilities(paths)
    assert several.shape == (len(paths), 3)
    assert torch.allclose(several.sum(dim=1), torch.ones(len(paths)))
    assert torch.allclose(classifier.probabilities(paths[0]), several[0], atol=1e-6)
    assert torch.allclose(classifier.probabilities(paths[0].read_bytes()), several[0], atol=1e-6)
    assert torch.equal(classifier.probabilities(splits.validation.images), several)
    assert classifier.probabilities([]).shape == (0, 3)


@pytest.mark.parametrize(
    "pixels", [torch.zeros(2, 3, SIZE, SIZE), torch.zeros(2, 3, 20, 20, dtype=torch.uint8)]
)
def test_pixels_that_were_not_prepared_are_refused(classifier, pixels):
    with pytest.raises(ValueError, match="takes uint8 of shape"):
        classifier.probabilities(pixels)


@pytest.fixture
def own_architecture():
    """An architecture of a learner, whose model uses ``view`` as tutorials do."""

    class OwnModel(nn.Module):
        def __init__(self, classes, size, width):
            super().__init__()
            self.convolution = nn.Conv2d(3, width, 3, padding=1)
            self.decide = nn.Linear(width * size * size, classes)

        def forward(self, photos):
            features = self.convolution(photos).relu()
            return self.decide(features.view(len(photos), -1))

    @register_model("own_cnn")
    def own_cnn(*, classes, size=64, width=4):
        return OwnModel(classes, size, width)

    yield "own_cnn"
    ARCHITECTURES.pop("own_cnn", None)


def test_a_model_of_ones_own_comes_back_and_needs_its_code(own_architecture, splits, tmp_path):
    model = create_model(own_architecture, classes=3, size=SIZE, width=5)
    classifier = Classifier.from_training(model, splits, name="own")
    path = classifier.save(tmp_path / "own.safetensors")
    photos = splits.validation.images
    expected = classifier.probabilities(photos)
    assert torch.allclose(Classifier.load(path).probabilities(photos), expected, atol=1e-6)
    del ARCHITECTURES[own_architecture]
    with pytest.raises(ModelFileError, match=r'own_cnn.*@register_model\("own_cnn"\)'):
        Classifier.load(path)


def test_a_model_without_a_recipe_is_refused(splits):
    with pytest.raises(ValueError, match="register_model"):
        Classifier.from_training(nn.Linear(1, 3), splits, name="lost")


def test_a_model_with_another_number_of_classes_is_refused(splits):
    with pytest.raises(ValueError, match="gives 5 scores for a photo, but there are 3 class names"):
        Classifier.from_training(create_model("mlp", classes=5, size=SIZE), splits, name="five")


def test_a_model_for_photos_of_another_size_is_refused(splits):
    with pytest.raises(ValueError, match="photos of 16 by 16 pixels"):
        Classifier.from_training(create_model("mlp", classes=3, size=32), splits, name="large")


def test_weights_that_are_no_numbers_are_not_saved(classifier, splits, tmp_path):
    model = create_model("softmax", classes=3, size=SIZE)
    with torch.no_grad():
        next(model.parameters())[0, 0] = torch.nan
    broken = Classifier.from_training(model, splits, name="broken")
    with pytest.raises(ValueError, match="smaller learning rate"):
        broken.save(tmp_path / "broken.safetensors")
    assert list(tmp_path.glob("*")) == []


def test_a_full_disk_leaves_the_old_file_and_nothing_else(classifier, saved, monkeypatch):
    before = saved.read_bytes()

    def write_half(self, contents):
        with open(self, "wb") as file:
            file.write(contents[: len(contents) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", write_half)
    with pytest.raises(OSError, match="No space left"):
        classifier.save(saved)
    assert saved.read_bytes() == before
    assert list(saved.parent.glob("*colours*")) == [saved]


def test_overwriting_can_be_refused(classifier, saved):
    with pytest.raises(FileExistsError, match="will not be overwritten"):
        classifier.save(saved, overwrite=False)


def test_hostile_names_are_shown_as_text(splits):
    model = create_model("softmax", classes=2, size=SIZE)
    card = {"name": "<script>alert(1)</script>", "version": "1", "metrics": {}}
    classifier = Classifier(model, Preprocess(size=SIZE), ("<b>", "ok"), card)
    assert "<script>" not in classifier._repr_html_()
    assert "<b>" not in classifier._repr_html_()


def test_it_introduces_itself(classifier):
    assert re.match(r"colours 1\.0: tells 3 classes apart \(blue, green, red\)", str(classifier))
    assert "Accuracy on the validation photos: " in str(classifier)
    assert "(95 % interval " in str(classifier)


def test_nothing_here_can_unpickle():
    folder = Path(workbook.saving.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    assert not re.findall(
        r"import pickle|from pickle|(?<!safetensors\.)torch\.load\(|eval\(\w|exec\(", source
    )

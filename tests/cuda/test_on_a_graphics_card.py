"""A graphics card gives the answers that the processor gives, only sooner."""

import pandas as pd
import pytest
import torch
from tiny_classifier import SIZE

from workbook.evaluation import evaluate, predict_probabilities
from workbook.models import create_model
from workbook.photos.augment import Augmentation
from workbook.photos.photoset import PhotoSet
from workbook.photos.streaming import StreamedPhotoSet
from workbook.prediction import predict_folder
from workbook.saving import Classifier
from workbook.training import fit
from workbook.training.precision import supports_bfloat16

SETTINGS = {"epochs": 8, "batch_size": 8, "learning_rate": 3e-3, "progress": False}
# Sums are added in another order there, and convolutions may round to 10 bits (TF32).
CLOSE = 1e-3


def train(splits, device, **settings):
    """Train a batchnorm_cnn; return the model and its history."""
    model = create_model("batchnorm_cnn", classes=3, size=SIZE, channels=(8, 8, 16, 16))
    history = fit(model, splits.train, splits.validation, device=device, **SETTINGS | settings)
    return model, history


@pytest.fixture(scope="module")
def classifier(splits, cuda) -> Classifier:
    model, history = train(splits, cuda)
    evaluation = evaluate(model, splits.validation, device=cuda)
    return Classifier.from_training(
        model, splits, name="colours", history=history, evaluation=evaluation
    )


@pytest.mark.parametrize("kind", [PhotoSet, StreamedPhotoSet])
@pytest.mark.parametrize(
    "options", [{}, {"shuffle": True, "seed": 3}, {"shuffle": True, "channels_last": True}]
)
def test_batches_are_those_of_the_processor(kind, options, splits, cuda):
    folder = splits.folder / "train"
    photos = kind.from_folder(folder, splits.preprocess, cache=False, progress=False)
    pairs = zip(
        photos.batches(5, device=cuda, **options), photos.batches(5, **options), strict=True
    )
    for (images, labels), (expected_images, expected_labels) in pairs:
        assert images.device.type == labels.device.type == "cuda"
        assert torch.equal(labels.cpu(), expected_labels)
        assert torch.allclose(images.cpu(), expected_images, rtol=0, atol=1e-6)
        assert images.stride() == expected_images.stride()


def test_changed_photos_are_those_of_the_processor(splits, cuda):
    options = {"shuffle": True, "augment": Augmentation(), "seed": 1, "epoch": 2}
    found = [images.cpu() for images, _ in splits.train.batches(8, device=cuda, **options)]
    expected = [images for images, _ in splits.train.batches(8, **options)]
    differences = (torch.cat(found) - torch.cat(expected)).abs()
    assert differences.mean() < CLOSE


def test_a_set_is_decoded_and_copied_once(splits, cuda):
    photos = splits.train.subset(range(len(splits.train)))
    list(photos.batches(8, device=cuda))
    first = photos._images_for(cuda)
    list(photos.batches(8, device=cuda))
    assert photos._images_for(cuda) is first
    assert first.device.type == "cuda"
    assert torch.equal(first.cpu(), photos.images)


@pytest.mark.parametrize("amp", [True, False, "auto"])
def test_fit_learns(amp, splits, cuda):
    if amp is True and not supports_bfloat16(cuda):
        pytest.skip("this graphics card does not calculate with bfloat16")
    model, history = train(splits, cuda, amp=amp)
    assert history.rows[-1]["validation_accuracy"] > 0.9
    assert {weights.device.type for weights in model.parameters()} == {"cuda"}
    assert {weights.dtype for weights in model.parameters()} == {torch.float32}
    convolution = next(weights for weights in model.parameters() if weights.ndim == 4)
    assert convolution.is_contiguous(), "channels-last was undone after training"


def test_layers_calculate_in_bfloat16_and_channels_last_during_training(splits, cuda):
    if not supports_bfloat16(cuda):
        pytest.skip("this graphics card does not calculate with bfloat16")
    model = create_model("small_cnn", classes=3, size=SIZE, channels=(8, 16))
    seen = []

    def look(layer, inputs, output):
        if layer.training:
            photos_last = inputs[0].is_contiguous(memory_format=torch.channels_last)
            seen.append((output.dtype, photos_last))

    hook = model[0].register_forward_hook(look)
    fit(model, splits.train, splits.validation, device=cuda, **SETTINGS | {"epochs": 1})
    hook.remove()
    assert set(seen) == {(torch.bfloat16, True)}


def test_what_was_saved_on_the_card_answers_the_same_on_the_processor(
    classifier, splits, cuda, tmp_path
):
    path = classifier.save(tmp_path / "colours.safetensors")
    on_card, on_processor = (Classifier.load(path, device=device) for device in (cuda, "cpu"))
    assert (on_card.device.type, on_processor.device.type) == ("cuda", "cpu")
    images = splits.validation.images
    expected = on_processor.probabilities(images)
    assert torch.allclose(on_card.probabilities(images).cpu(), expected, rtol=0, atol=CLOSE)
    of_evaluation = predict_probabilities(classifier.model, splits.validation, device=cuda)
    assert torch.allclose(of_evaluation, expected, rtol=0, atol=CLOSE)


def test_a_folder_gets_the_answers_of_the_processor(classifier, splits, cuda, tmp_path):
    path = classifier.save(tmp_path / "colours.safetensors")
    on_card, on_processor = (
        predict_folder(
            Classifier.load(path, device=device),
            splits.folder / "val",
            batch_size=2,
            progress=False,
        )
        for device in (cuda, "cpu")
    )
    pd.testing.assert_frame_equal(on_card, on_processor, rtol=0, atol=CLOSE)


def test_a_run_that_was_cut_off_goes_on_there(splits, cuda, tmp_path, monkeypatch):
    class CutOff(Exception):
        pass

    whole, _ = train(splits, cuda)
    file = tmp_path / "run.checkpoint"
    batches = splits.train.batches

    def batches_until_epoch_5(*arguments, epoch=0, **options):
        if epoch == 5:
            raise CutOff
        return batches(*arguments, epoch=epoch, **options)

    with monkeypatch.context() as patched:
        patched.setattr(splits.train, "batches", batches_until_epoch_5)
        with pytest.raises(CutOff):
            train(splits, cuda, checkpoint=file)
    again, history = train(splits, cuda, checkpoint=file, resume=True)
    assert len(history.rows) == SETTINGS["epochs"]
    expected = predict_probabilities(whole, splits.validation, device=cuda)
    found = predict_probabilities(again, splits.validation, device=cuda)
    # Some layers add in any order there, so even two unbroken runs differ a little.
    assert torch.allclose(found, expected, rtol=0, atol=0.05)

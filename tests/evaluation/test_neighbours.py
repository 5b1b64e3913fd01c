"""Nearest training photos, against a search that does everything by hand."""

import pytest
import torch
from torch import nn

from workbook.evaluation import neighbours
from workbook.evaluation.neighbours import NearestPhotos, last_layer_inputs
from workbook.models import create_model
from workbook.photos.photoset import PhotoSet

SIZE = 16


@pytest.fixture
def photos() -> PhotoSet:
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (12, 3, SIZE, SIZE), generator=generator, dtype=torch.uint8)
    return PhotoSet.from_tensors(images, [number % 3 for number in range(12)], ["a", "b", "c"])


def small_cnn(**settings):
    return create_model("small_cnn", classes=3, size=SIZE, channels=(4, 8), seed=1, **settings)


def test_the_order_is_that_of_a_search_by_hand(photos):
    model = small_cnn(dropout=0.5).train()  # whose dropout must be off while describing
    query = torch.randint(0, 256, (3, SIZE, SIZE), dtype=torch.uint8)
    table = NearestPhotos(model, photos, batch_size=5, device="cpu").nearest(query, count=12)
    model.eval()

    def described(image):
        batch = photos.preprocess.normalize(image.unsqueeze(0))
        for layer in list(model)[:-1]:
            batch = layer(batch)
        return batch.flatten()

    with torch.no_grad():
        likeness = [
            float(torch.cosine_similarity(described(query), described(image), dim=0))
            for image in photos.images
        ]
    by_hand = sorted(range(12), key=lambda position: -likeness[position])
    assert list(table["position"]) == by_hand
    assert list(table["likeness"]) == pytest.approx([likeness[i] for i in by_hand], abs=1e-5)
    assert list(table["label"]) == ["abc"[position % 3] for position in by_hand]
    assert list(table["path"]) == [photos.paths[position] for position in by_hand]


def test_a_photo_is_its_own_nearest(photos):
    found = NearestPhotos(small_cnn(), photos, device="cpu").nearest(photos.images[7], count=1)
    assert found["position"].tolist() == [7]
    assert found["likeness"][0] == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("name", ["softmax", "mlp", "batchnorm_cnn", "transfer"])
def test_every_architecture_has_a_description(name, photos):
    model = create_model(name, classes=3, size=SIZE).train()
    assert NearestPhotos(model, photos, device="cpu").features.shape[0] == 12
    assert model.training


def test_what_cannot_be_searched_is_explained(photos, monkeypatch):
    with pytest.raises(ValueError, match="no linear layer"):
        last_layer_inputs(nn.Conv2d(3, 3, 1), torch.zeros(1, 3, SIZE, SIZE))
    with pytest.raises(ValueError, match="no training photos"):
        NearestPhotos(small_cnn(), photos.subset([]))
    with pytest.raises(ValueError, match=r"\. "):
        last_layer_inputs(small_cnn(), torch.zeros(1, 3, 2 * SIZE, SIZE))
    monkeypatch.setattr(neighbours, "MOST_BYTES", 100)
    with pytest.raises(ValueError, match="do not fit into memory"):
        NearestPhotos(small_cnn(), photos, device="cpu")

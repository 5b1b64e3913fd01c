"""The lab of where a network looked."""

import re

import pytest
import torch
from lab_pages import LARGEST, check_page

from workbook.evaluation import evaluate
from workbook.evaluation.looking import cover_place, occlusion_map, strongest_place
from workbook.models import create_model
from workbook.photos.photoset import PhotoSet
from workbook.photos.preprocess import Preprocess
from workbook.views.looking_lab import explore_looking

SIZE, NAMES = 24, ("apple", "mug", "pear")


@pytest.fixture
def photos() -> PhotoSet:
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (6, 3, SIZE, SIZE), generator=generator, dtype=torch.uint8)
    preprocess = Preprocess(SIZE, mean=(0.5, 0.5, 0.5), std=(0.25, 0.25, 0.25))
    return PhotoSet.from_tensors(images, [i % 3 for i in range(6)], NAMES, preprocess=preprocess)


def network(name: str = "small_cnn", seed: int = 0):
    settings = {"channels": (4, 8)} if name == "small_cnn" else {}
    return create_model(name, classes=3, size=SIZE, seed=seed, **settings)


def alt_texts(lab) -> list[str]:
    return re.findall(r'<img alt="([^"]*)"', lab.picture.value)


def test_answers_and_falls_are_those_of_the_network(photos):
    model = network()
    lab = explore_looking(model, photos)
    probabilities = evaluate(model, photos, device="cpu").probabilities
    for number in range(len(photos)):
        lab.controls["number"].value = number
        answer = int(probabilities[number].argmax())
        before = probabilities[number, answer]
        assert f"the answer: {NAMES[answer]} {before:.0%}" in lab.picture.value
        prepared = photos.preprocess.normalize(photos.images[number])
        cover = lab.controls["cover"].value
        place = strongest_place(occlusion_map(model, prepared, answer, cover=cover))
        with torch.no_grad():
            covered = model.eval()(cover_place(prepared, *place, cover).unsqueeze(0))
        after = covered.softmax(dim=1)[0, answer]
        assert f"{NAMES[answer]} {before:.0%} → {after:.0%}" in lab.picture.value


def test_another_class_can_be_explained(photos):
    lab = explore_looking(network(), photos)
    for name in NAMES:
        lab.controls["explained"].value = name
        assert f"occlusion map for {name}" in lab.picture.value
        assert any(f"Grad-CAM for {name}" in alt for alt in alt_texts(lab)) or (
            "nothing speaks for it" in lab.picture.value
        )


def test_networks_stand_below_one_another(photos):
    models = {"trained": network(seed=1), "untrained": network("batchnorm_cnn")}
    lab = explore_looking(models, photos)
    assert len(alt_texts(lab)) == 10
    assert lab.picture.value.index("<b>trained</b>") < lab.picture.value.index("<b>untrained</b>")
    assert "What such a map cannot tell" in lab.picture.value
    check_page(lab.static_html())
    assert len(lab.static_html()) < LARGEST


def test_a_dense_network_has_an_occlusion_map_and_no_grad_cam(photos):
    lab = explore_looking({"dense": network("mlp")}, photos)
    assert "no feature maps" in lab.picture.value
    assert "occlusion map" in lab.picture.value


@pytest.mark.parametrize("end", ["min", "max"])
def test_every_size_of_the_square_works(photos, end):
    lab = explore_looking(network(), photos)
    lab.controls["cover"].value = getattr(lab.controls["cover"], end)
    assert 'role="alert"' not in lab.picture.value
    assert len(alt_texts(lab)) == 5


def test_looking_leaves_the_network_as_it_was(photos):
    model = network("batchnorm_cnn").train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    lab = explore_looking(model, photos)
    lab.controls["number"].value = 3
    assert model.training
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_places_are_told_in_words_and_every_picture_has_its_own(photos):
    lab = explore_looking(network(), photos)
    texts = alt_texts(lab)
    assert len(set(texts)) == len(texts)
    assert re.search(
        r"strongest (at the top|in the middle|at the bottom), (left|centre|right)", texts[1]
    )
    assert all(control.description for name, control in lab.controls.items() if name != "explained")

"""Every file that is not a usable classifier is refused, each kind with a sentence of its own."""

import json
import pickle
import struct

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from tiny_classifier import SIZE

from workbook.models import create_model
from workbook.photos.preprocess import Preprocess
from workbook.saving import Classifier, ModelFileError, rebuild
from workbook.saving.card import checksum_of_names, write_card
from workbook.saving.container import CARD_KEY


def card_of(path) -> dict:
    with safe_open(path, framework="pt") as file:
        return json.loads(file.metadata()[CARD_KEY])


def rewrite(path, card=None, tensors=None) -> None:
    """Write the file anew with another card or other weights, as someone's editor might."""
    tensors = tensors if tensors is not None else load_file(path)
    card = card if card is not None else card_of(path)
    text = card if isinstance(card, str) else json.dumps(card)
    save_file(tensors, path, metadata={CARD_KEY: text})


def sentence(path) -> str:
    with pytest.raises(ModelFileError) as caught:
        Classifier.load(path, device="cpu")
    return str(caught.value)


class Trap:
    """Unpickling this creates a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def missing(path):
    path.unlink()


def a_folder(path):
    path.unlink()
    path.mkdir()


def empty(path):
    path.write_bytes(b"")


def a_text(path):
    path.write_text("These are my class names: apple, pear", encoding="utf-8")


def a_photo(path):
    path.write_bytes(b"\xff\xd8\xff\xe0" + bytes(1000))


def of_torch_save(path):
    torch.save({"weights": torch.zeros(3)}, path)


def a_pickle(path):
    path.write_bytes(pickle.dumps(Trap(path.with_name("trapped"))))


def cut_in_the_header(path):
    path.write_bytes(path.read_bytes()[:100])


def cut_in_the_weights(path):
    path.write_bytes(path.read_bytes()[:-10])


def longer_than_it_says(path):
    path.write_bytes(path.read_bytes() + b"more")


def a_giant_header(path):
    path.write_bytes(struct.pack("<Q", 10**15) + b'{"a": 1}')


def a_broken_header(path):
    contents = bytearray(path.read_bytes())
    contents[20] = 0
    path.write_bytes(contents)


def deeply_nested(path):
    header = b'{"a":' + b"[" * 200_000
    path.write_bytes(struct.pack("<Q", len(header)) + header)


def without_a_card(path):
    save_file(load_file(path), path, metadata={"format": "pt"})


def a_card_of_gibberish(path):
    rewrite(path, "{not json")


def a_card_without_format(path):
    rewrite(path, {key: value for key, value in card_of(path).items() if key != "format"})


def changed(**fields):
    def change(path):
        rewrite(path, card_of(path) | fields)

    return change


def without(field):
    def change(path):
        card = card_of(path)
        del card[field]
        rewrite(path, card)

    return change


def other_architecture(**changes):
    def change(path):
        card = card_of(path)
        card["architecture"] = card["architecture"] | changes
        rewrite(path, card)

    return change


def other_arguments(**changes):
    def change(path):
        card = card_of(path)
        card["architecture"]["arguments"] |= changes
        rewrite(path, card)

    return change


def named(names, checked=True):
    """Other class names; ``checked``: by someone who also changes their checksum."""

    def change(path):
        card = card_of(path)
        card["class_names"] = names
        if checked:
            card["checks"]["class_names"] = checksum_of_names(names)
        rewrite(path, card)

    return change


def other_preprocess(**changes):
    def change(path):
        card = card_of(path)
        card["preprocess"] |= changes
        rewrite(path, card)

    return change


def preprocess_without_mean(path):
    card = card_of(path)
    del card["preprocess"]["mean"]
    rewrite(path, card)


def a_weight_missing(path):
    tensors = load_file(path)
    tensors.pop("7.weight" if "7.weight" in tensors else sorted(tensors)[0])
    rewrite(path, tensors=tensors)


def a_weight_too_many(path):
    rewrite(path, tensors=load_file(path) | {"surprise": torch.zeros(2)})


def a_weight_of_another_shape(path):
    tensors = load_file(path)
    name = sorted(tensors)[0]
    rewrite(path, tensors=tensors | {name: torch.zeros(7)})


def a_weight_of_another_kind(path):
    rewrite(path, tensors={name: tensor.double() for name, tensor in load_file(path).items()})


def one_bit_flipped(path):
    contents = bytearray(path.read_bytes())
    contents[-50] ^= 1
    path.write_bytes(contents)


REFUSALS = {
    missing: "there is no such file",
    a_folder: "this is a folder",
    empty: "is not a safetensors file",
    a_text: "is not a safetensors file",
    a_photo: "is not a safetensors file",
    of_torch_save: "never opens them",
    a_pickle: "never opens them",
    cut_in_the_header: "is cut off",
    cut_in_the_weights: "is cut off",
    longer_than_it_says: "table of its weights is damaged",
    a_giant_header: "claims to be 1,000,000,000,000,000 bytes",
    a_broken_header: "header of this safetensors file is damaged",
    deeply_nested: "header of this safetensors file is damaged",
    without_a_card: "was not written by the workbook",
    a_card_of_gibberish: "card is damaged",
    a_card_without_format: "does not say which format",
    changed(format=2): "newer workbook (format 2; this one reads up to 1)",
    without("class_names"): "has no class names",
    named([]): "has no class names",
    named(["blue", "", "red"]): "pieces of text",
    named(["blue", "red", "red"]): 'names the class "red" 2 times',
    named(["blue", "green"]): "gives 3 scores, but its card names 2 classes",
    named(["red", "green", "blue"], checked=False): "put in another order",
    named(["blue", "green", "pink"], checked=False): "were changed",
    without("preprocess"): "does not say how photos have to be prepared",
    preprocess_without_mean: "preprocessing that is unknown here: The preprocessing settings lack",
    other_preprocess(sharpen=2): "preprocessing that is unknown here: The preprocessing settings",
    other_preprocess(size=32): "photos of 32 by 32 pixels",
    other_preprocess(size=10**9): "asks for photos of 1000000000 pixels",
    without("licence"): "lacks licence",
    changed(metrics=[1]): 'the field "metrics" of its card',
    other_architecture(name="vit_giant"): '@register_model("vit_giant")',
    other_architecture(arguments=None): "does not say how the model is built",
    other_arguments(flavour="sweet"): "has no setting called flavour",
    other_arguments(channels=["a", "b"]): "cannot be built with the arguments",
    other_arguments(channels=[10**9, 10**9]): "or a number beyond 65,536",
    other_arguments(channels={"a": 1}): "which is not a plain value",
    other_arguments(channels=[8, 32]): "but its model needs",
    a_weight_missing: "it lacks 1 of the",
    a_weight_too_many: 'has no place for, for example "surprise"',
    a_weight_of_another_shape: "but its model needs",
    a_weight_of_another_kind: "F64 in the file",
    one_bit_flipped: "are not the ones that were saved",
}


@pytest.mark.parametrize(("spoil", "expected"), REFUSALS.items(), ids=list(REFUSALS.values()))
def test_refused_with_its_own_sentence(saved, spoil, expected):
    spoil(saved)
    text = sentence(saved)
    assert expected in text
    assert text.startswith("colours.safetensors: ")
    assert text.endswith(".")
    assert not saved.with_name("trapped").exists()


def test_a_card_may_ask_for_a_giant_but_gets_no_memory(saved, monkeypatch):
    devices = []
    construct = rebuild._construct
    monkeypatch.setattr(
        rebuild,
        "_construct",
        lambda path, card, device: devices.append(device) or construct(path, card, device),
    )
    other_arguments(channels=[65_536, 65_536])(saved)
    assert "but its model needs" in sentence(saved)
    assert devices == ["meta"]


def test_a_billion_classes_are_only_a_number_on_a_card(saved):
    other_arguments(classes=10**9)(saved)
    assert "gives 1000000000 scores" in sentence(saved)


def small_file(folder):
    names = ("left", "right")
    preprocess = Preprocess(size=SIZE)
    model = create_model("softmax", classes=2, size=SIZE)
    card = write_card(
        name="small",
        version="1",
        recipe=model.recipe,
        class_names=names,
        preprocess=preprocess,
        data={},
        metrics={"validation": {"accuracy": 0.5}},
        settings={},
        test_openings=[],
        limits=[],
        licence="",
    )
    return Classifier(model, preprocess, names, card).save(folder / "small.safetensors")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = small_file(tmp_path_factory.mktemp("small"))
    return path, path.read_bytes(), torch.full((1, 3, SIZE, SIZE), 90, dtype=torch.uint8)


@settings(max_examples=150, deadline=None)
@given(position=st.integers(0, 10**6), value=st.integers(0, 255))
def test_whatever_byte_changes_the_answers_stay_or_the_file_is_refused(small, position, value):
    path, contents, photo = small
    before = bytearray(contents)
    # Two of three changes hit the header, where the trouble is.
    length = 8 + int.from_bytes(contents[:8], "little")
    before[position % (length if position % 3 else len(before))] = value
    path.write_bytes(contents)
    expected = Classifier.load(path, device="cpu").probabilities(photo)
    path.write_bytes(before)
    try:
        classifier = Classifier.load(path, device="cpu")
    except ModelFileError:
        return
    str(classifier)
    if classifier.preprocess == Preprocess(size=SIZE):
        assert torch.equal(classifier.probabilities(photo), expected)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(share=st.floats(0, 1, exclude_max=True))
def test_wherever_it_is_cut_off_it_is_refused(small, share):
    path, contents, _ = small
    path.write_bytes(contents[: int(share * len(contents))])
    with pytest.raises(ModelFileError):
        Classifier.load(path)

"""The confusion explorer: counts, photos, neighbours and marks."""

import re

import pytest
import torch
from lab_pages import LARGEST, check_page

from workbook.evaluation import evaluate
from workbook.evaluation.answers import Evaluation
from workbook.models import create_model
from workbook.photos.label_marks import LabelMarks
from workbook.photos.photoset import PhotoSet
from workbook.views import confusion_explorer
from workbook.views.confusion_explorer import explore_confusion

SIZE, NAMES = 16, ("apple", "mug", "pear")


@pytest.fixture
def photos() -> PhotoSet:
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (30, 3, SIZE, SIZE), generator=generator, dtype=torch.uint8)
    return PhotoSet.from_tensors(images, [number % 3 for number in range(30)], NAMES)


@pytest.fixture
def model():
    return create_model("small_cnn", classes=3, size=SIZE, channels=(4, 8), seed=3)


@pytest.fixture
def lab(photos, model):
    evaluation = evaluate(model, photos, device="cpu")
    return explore_confusion(evaluation, photos, model=model, training=photos)


def answers_of(*answers: int) -> torch.Tensor:
    return torch.nn.functional.one_hot(torch.tensor(answers), 3).float() * 0.5 + 0.5 / 3


def test_counts_are_those_of_a_recount(lab, photos, model):
    model.eval()
    with torch.no_grad():
        said = [
            int(model(photos.preprocess.normalize(image.unsqueeze(0))).argmax())
            for image in photos.images
        ]
    pairs = list(zip(photos.labels.tolist(), said, strict=True))
    for cell, button in lab.cells.items():
        assert int(button.description) == pairs.count(cell)
        button.click()
        assert lab.cell == cell
        assert sorted(lab.positions) == [i for i, pair in enumerate(pairs) if pair == cell]
        assert f": {pairs.count(cell)}</b>" in lab.picture.value
    assert sum(int(button.description) for button in lab.cells.values()) == len(photos)


def test_the_first_cell_is_the_commonest_mistake_and_the_others_follow(photos):
    evaluation = Evaluation(torch.tensor([0, 0, 0, 1, 1, 2]), answers_of(1, 1, 0, 2, 1, 2), NAMES)
    lab = explore_confusion(evaluation, photos.subset([0, 3, 6, 1, 4, 2]))
    assert lab.cell == (0, 1)
    lab.buttons["next mistake"].click()
    assert lab.cell == (1, 2)
    lab.buttons["next mistake"].click()
    assert lab.cell == (0, 1)
    assert "Training photos" not in lab.picture.value  # there is no model to ask


def test_no_mistake_at_all_is_said(photos):
    evaluation = Evaluation(photos.labels, answers_of(*photos.labels.tolist()), NAMES)
    lab = explore_confusion(evaluation, photos)
    assert lab.cell == (0, 0)
    lab.buttons["next mistake"].click()
    assert "no mistake" in lab.message.value
    lab.cells[0, 1].click()
    assert lab.position is None
    lab.buttons["this label is wrong"].click()
    assert "no photo in this cell" in lab.message.value


def test_photos_come_with_the_nearest_training_photos(lab):
    for button in lab.cells.values():
        button.click()
        if lab.position is None:
            continue
        (likeness, *_) = re.findall(r"likeness (\d\.\d\d)", lab.picture.value)
        assert likeness == "1.00"  # here the photo itself is a training photo
        assert lab.picture.value.count("likeness") == 2 * confusion_explorer.NEIGHBOURS


def test_the_box_goes_through_the_photos_of_the_cell(lab):
    cell = max(lab.cells, key=lambda cell: int(lab.cells[cell].description))
    lab.choose_cell(*cell)
    assert lab.number.max == len(lab.positions)
    lab.number.value = lab.number.max
    assert lab.position == lab.positions[-1]
    lab.choose_cell(*lab.mistakes[-1])
    assert lab.number.value == 1


def test_a_cell_that_is_run_again_shows_the_same_photo(lab, photos):
    cell = max(lab.cells, key=lambda cell: int(lab.cells[cell].description))
    lab.choose_cell(*cell)
    lab.number.value = 2
    again = explore_confusion(lab.evaluation, photos)
    assert (again.cell, again.number.value) == (cell, 2)
    assert again.position == lab.position


def test_a_wrong_label_is_marked_and_the_mark_taken_back(lab, photos):
    label = NAMES[int(photos.labels[lab.position])]
    lab.should_be.value = next(name for name in NAMES if name != label)
    lab.buttons["this label is wrong"].click()
    mark = LabelMarks().get(photos.paths[lab.position])
    assert (mark.label, mark.should_be) == (label, lab.should_be.value)
    assert "⚑ label marked as wrong" in lab.picture.value
    assert "wrong_labels.csv: 1." in lab.message.value
    lab.should_be.value = ""
    lab.buttons["this label is wrong"].click()
    assert LabelMarks().get(photos.paths[lab.position]).should_be == ""
    lab.buttons["take the mark back"].click()
    assert len(LabelMarks()) == 0
    assert "⚑" not in lab.picture.value


def test_a_class_that_is_none_is_refused(lab):
    lab.should_be.value = "teapot"
    lab.buttons["this label is wrong"].click()
    assert "no class &quot;teapot&quot;" in lab.message.value
    assert len(LabelMarks()) == 0


def test_marking_as_the_same_class_is_explained(lab, photos):
    lab.should_be.value = NAMES[int(photos.labels[lab.position])]
    lab.buttons["this label is wrong"].click()
    assert "already" in lab.message.value
    assert len(LabelMarks()) == 0


def test_other_photos_are_refused(lab, photos):
    with pytest.raises(ValueError, match="not the photos of the evaluation"):
        explore_confusion(lab.evaluation, photos.subset(range(29)))
    with pytest.raises(ValueError, match="not the photos of the evaluation"):
        explore_confusion(lab.evaluation, photos.subset(range(29, -1, -1)))


def test_of_many_classes_those_with_most_mistakes_are_shown(photos, model, monkeypatch):
    monkeypatch.setattr(confusion_explorer, "MOST_CLASSES", 2)
    lab = explore_confusion(evaluate(model, photos, device="cpu"), photos)
    assert len(lab.cells) == 4
    assert "Left out are 1 with fewer mistakes" in lab.static_html()


def test_labels_alt_texts_and_the_static_version(lab):
    controls = [lab.number, lab.should_be, *lab.buttons.values(), *lab.cells.values()]
    assert all(control.description for control in controls)
    static = lab.static_html()
    check_page(static)
    assert static.count('<th scope="row">') == 3
    assert len(static) < LARGEST

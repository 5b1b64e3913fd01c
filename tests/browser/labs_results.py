"""Reading curves, choosing a threshold, predicting a photo of one's own, and the progress board."""

import io
import re

from lab_case import LabCase
from PIL import Image
from playwright.sync_api import expect

SETUP = """
import torch
from workbook import Classifier, PhotoSet, Preprocess, create_model, evaluate, fit
from workbook.lessons.progress import Progress
from workbook.saving.card import write_card
from workbook.studio import make_photos, render_photos
from workbook.views.confidence_lab import explore_confidence
from workbook.views.curve_reader import explore_curves
from workbook.views.prediction_lab import explore_prediction
from workbook.views.progress_board import explore_progress

names = ["apple", "bottle", "bowl", "mug"]
images, facts = render_photos(names * 6, size=32, seed=1)
labels = torch.tensor([names.index(kind) for kind in facts["class"]])
preprocess = Preprocess(size=32, mean=(0.5, 0.5, 0.5), std=(0.25, 0.25, 0.25))
photos = PhotoSet.from_tensors(images, labels, names, preprocess=preprocess)
runs = {}
for name, epochs in {"short": 3, "long": 6}.items():
    model = create_model("small_cnn", classes=4, size=32)
    runs[name] = fit(model, photos, photos, epochs=epochs, device="cpu", progress=False)
card = write_card(name="trial", version="1.0", recipe=model.recipe, preprocess=preprocess,
                  class_names=tuple(names), data={}, metrics={}, settings={},
                  test_openings=[], limits=["A trial."], licence="Rendered here.")
classifier = Classifier(model.eval(), preprocess, tuple(names), card)
evaluation = evaluate(model, photos)
strangers, _ = render_photos(["lemon", "candle", "book"], size=32, seed=3)
unknown = classifier.probabilities(strangers)
example = make_photos("examples", classes=names, per_class=1, size=64, progress=False)
examples = sorted(example.rglob("*.jpg"))
Progress().reach("1.1", "64 of 80 photos right")
Progress().reach("2.3", "no group in two parts")
"""


def fill(page, output, label: str, value: object) -> None:
    box = output.get_by_label(label, exact=True)
    box.fill(str(value))
    box.press("Enter")


def drive_curves(page, output) -> None:
    fill(page, output, "read epoch", 2)
    expect(output.get_by_role("img", name=re.compile("at epoch 2. short: epoch 2"))).to_be_visible()
    output.get_by_role("button", name="○ accuracy").click()
    expect(output.get_by_role("img", name=re.compile("curves, accuracy"))).to_be_visible()
    output.get_by_role("button", name="○ no other run").click()
    expect(output.get_by_text("long: epoch").filter(visible=True)).to_have_count(0)
    expect(output.get_by_text("What the run doctor says").filter(visible=True)).to_be_visible()


def drive_confidence(page, output) -> None:
    box = output.get_by_label("threshold, in %", exact=True)
    box.focus()
    for _ in range(10):
        page.keyboard.press("ArrowUp")
    expect(output.get_by_text("At a threshold of 60% the model")).to_be_visible()
    fill(page, output, "threshold, in %", 0)
    expect(output.get_by_text("answers 24 of 24 photos")).to_be_visible()
    expect(output.get_by_text("it still gives a name to 3")).to_be_visible()


def upload(page, output, file: dict) -> None:
    """Press the button, and choose this file in the browser's own window."""
    with page.expect_file_chooser() as chooser:
        output.get_by_role("button", name=re.compile("choose a photo of yours")).click()
    chooser.value.set_files(file)


def drive_prediction(page, output) -> None:
    fill(page, output, "example photo", 2)
    expect(output.get_by_role("img", name=re.compile("example 2, as it is"))).to_be_visible()
    picture = io.BytesIO()
    Image.new("RGB", (300, 200), (190, 30, 30)).save(picture, "JPEG")
    mine = {"name": "mine.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    upload(page, output, mine)
    expect(output.get_by_role("img", name=re.compile("mine.jpg, as it is"))).to_be_visible()
    upload(page, output, {**mine, "name": "broken.jpg", "buffer": b"\xff\xd8 broken"})
    expect(output.get_by_text("No answer: broken.jpg")).to_be_visible()
    expect(output.get_by_role("img")).to_have_count(0)
    upload(page, output, mine)
    expect(output.get_by_role("img", name=re.compile("mine.jpg, as it is"))).to_be_visible()


def drive_progress(page, output) -> None:
    expect(output.get_by_role("img", name=re.compile("reached: 1.1.* 2.3"))).to_be_visible()
    output.get_by_role("button", name="○ 2").click()
    expect(output.get_by_role("listitem")).to_have_count(4)
    expect(output.get_by_text("no group in two parts").filter(visible=True)).to_be_visible()


LABS = {
    "curves": LabCase("explore_curves(runs)", drive_curves),
    "confidence": LabCase("explore_confidence(evaluation, unknown)", drive_confidence),
    "prediction": LabCase("explore_prediction(classifier, examples)", drive_prediction),
    "progress": LabCase("explore_progress()", drive_progress),
}

"""Looking at pixels, at one neuron, at losses, at kernels, and into every layer."""

import re

from lab_case import LabCase
from playwright.sync_api import expect

SETUP = """
import torch
from workbook import PhotoSet, Preprocess, create_model, fit
from workbook.studio import render_photos
from workbook.views.convolution_lab import explore_convolution
from workbook.views.layer_viewer import explore_layers
from workbook.views.learning_rate_lab import explore_learning_rates
from workbook.views.loss_lab import explore_loss
from workbook.views.neuron_lab import explore_neuron
from workbook.views.pixel_inspector import explore_pixels

names = ["apple", "bottle", "bowl", "mug"]
images, facts = render_photos(names * 4, size=64, seed=1)
labels = torch.tensor([names.index(kind) for kind in facts["class"]])
preprocess = Preprocess(size=64, mean=(0.5, 0.5, 0.5), std=(0.25, 0.25, 0.25))
photos = PhotoSet.from_tensors(images, labels, names, preprocess=preprocess)
settings = {"classes": 4, "size": 64, "channels": (16, 32)}
untrained, cnn = create_model("small_cnn", **settings), create_model("small_cnn", **settings)
fit(cnn, photos, photos, epochs=2, device="cpu", progress=False)
pixels = preprocess.normalize(images)
weights = torch.stack([pixels[labels == i].mean(0) - pixels.mean(0) for i in range(4)])
runs = {}
for name, rate in {"too small": 1e-6, "about right": 5e-4, "too large": 0.5}.items():
    model = create_model("softmax", classes=4, size=64)
    runs[name] = fit(model, photos, photos, epochs=4, optimizer="sgd", learning_rate=rate,
                     device="cpu", progress=False)
"""


def fill(page, output, label: str, value: object) -> None:
    """Type a value into a number box and leave it with Enter, as a person does."""
    box = output.get_by_label(label, exact=True)
    box.fill(str(value))
    box.press("Enter")


def drive_pixels(page, output) -> None:
    box = output.get_by_label("row", exact=True)
    box.focus()
    for _ in range(12):
        page.keyboard.press("ArrowUp")
    expect(output.get_by_role("img", name=re.compile("In row 40, column 28:"))).to_be_visible()
    output.get_by_role("button", name="○ green").click()
    expect(output.get_by_role("img", name=re.compile("How much green"))).to_be_visible()
    fill(page, output, "pixels across", 8)
    expect(output.get_by_role("img", name=re.compile("8 by 8 pixels"))).to_be_visible()


def drive_neuron(page, output) -> None:
    fill(page, output, "neuron", 2)
    expect(output.get_by_role("img", name=re.compile("weights of neuron 2, bowl"))).to_be_visible()
    fill(page, output, "step", 1)
    expect(output.get_by_role("img")).to_have_count(1)
    fill(page, output, "step", 5)
    expect(output.get_by_role("img", name=re.compile("The sum of this neuron"))).to_be_visible()


def drive_loss(page, output) -> None:
    fill(page, output, "share of the true class, in %", 50)
    expect(output.get_by_role("img", name=re.compile("costs 0.69"))).to_be_visible()
    fill(page, output, "share of the true class, in %", 0)
    expect(output.get_by_text("without end")).to_be_visible()


def drive_rates(page, output) -> None:
    fill(page, output, "steps of the balls", 0)
    expect(output.get_by_role("img", name=re.compile("Loss 12.5 after 0 steps"))).to_have_count(3)
    fill(page, output, "large rate", 1)
    fill(page, output, "steps of the balls", 1)
    expect(output.get_by_role("img", name=re.compile("rate 1.*Loss 0 after 1"))).to_be_visible()
    fill(page, output, "epochs of the model", 2)
    expect(output.get_by_role("img", name=re.compile("after epoch 2"))).to_be_visible()


def drive_convolution(page, output) -> None:
    before = output.get_by_role("img", name=re.compile("After the convolution"))
    source = before.get_attribute("src")
    output.get_by_role("button", name="○ blur").click()
    expect(before).not_to_have_attribute("src", source)
    fill(page, output, "w5", 2)
    expect(output.get_by_role("button", name="● my own")).to_be_visible()
    fill(page, output, "row", 0)
    fill(page, output, "column", 0)
    expect(output.get_by_role("img", name=re.compile("The patch 0 0 0 . 0 "))).to_be_visible()


def drive_layers(page, output) -> None:
    expect(output.get_by_role("img", name=re.compile("after training: map 0"))).to_be_visible()
    fill(page, output, "layer", 2)
    expect(output.get_by_text("Layer 2 of 10: MaxPool2d")).to_be_visible()
    expect(output.get_by_role("img", name=re.compile("A window of 2 by 2"))).to_be_visible()
    fill(page, output, "layer", 4)
    expect(output.get_by_text("Layer 4 of 10: Conv2d")).to_be_visible()  # now 31 is allowed
    fill(page, output, "channel", 31)
    expect(output.get_by_role("img", name=re.compile("before training: map 31"))).to_be_visible()
    expect(output.get_by_role("img", name=re.compile("Patch times kernel"))).to_be_visible()
    fill(page, output, "layer", 10)
    expect(output.get_by_text("Softmax: e to the power")).to_be_visible()
    fill(page, output, "photo", 3)
    expect(output.get_by_role("img", name=re.compile("Photo 3: mug"))).to_be_visible()


LABS = {
    "pixels": LabCase("explore_pixels(images[0])", drive_pixels),
    "neuron": LabCase("explore_neuron(weights, [0.0] * 4, photos)", drive_neuron),
    "loss": LabCase("explore_loss()", drive_loss),
    "rates": LabCase("explore_learning_rates(runs)", drive_rates),
    "convolution": LabCase("explore_convolution(images[0])", drive_convolution),
    "layers": LabCase(
        'explore_layers({"before training": untrained, "after training": cnn}, photos)',
        drive_layers,
    ),
}

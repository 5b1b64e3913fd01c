"""Looking at pixels, at one neuron, at losses, at kernels, and into every layer."""

import re

from lab_case import fill, run_again
from playwright.sync_api import expect

LOADED = "image => image.complete && image.naturalWidth > 0"


def drive_pixels(page, output) -> None:
    box = output.get_by_label("row", exact=True)
    box.focus()
    for _ in range(12):  # faster than the pictures can follow: the last position wins
        page.keyboard.press("ArrowUp")
    expect(output.get_by_role("img", name=re.compile("In row 40, column 28:"))).to_be_visible()
    assert output.get_by_role("img", name=re.compile("In row")).evaluate(LOADED)
    pictures = output.get_by_role("img").count()
    output.get_by_role("button", name="○ green").click()
    expect(output.get_by_role("img", name=re.compile("How much green"))).to_be_visible()
    fill(output, "pixels across", 8)
    expect(output.get_by_role("img", name=re.compile("8 by 8 pixels"))).to_be_visible()
    assert output.get_by_role("img").count() == pictures, "old pictures were left standing"
    run_again(page, output)
    expect(output.get_by_label("row", exact=True)).to_have_value("40")
    expect(output.get_by_label("pixels across", exact=True)).to_have_value("8")
    expect(output.get_by_role("img", name=re.compile("How much green"))).to_be_visible()


def drive_neuron(page, output) -> None:
    fill(output, "neuron", 2)
    expect(output.get_by_role("img", name=re.compile("weights of neuron 2, bowl"))).to_be_visible()
    fill(output, "step", 1)
    expect(output.get_by_role("img")).to_have_count(1)
    fill(output, "step", 5)
    expect(output.get_by_role("img", name=re.compile("The sum of this neuron"))).to_be_visible()


def drive_loss(page, output) -> None:
    fill(output, "share of the true class, in %", 50)
    expect(output.get_by_role("img", name=re.compile("costs 0.69"))).to_be_visible()
    fill(output, "share of the true class, in %", 0)
    expect(output.get_by_text("without end")).to_be_visible()


def drive_rates(page, output) -> None:
    fill(output, "steps of the balls", 0)
    expect(output.get_by_role("img", name=re.compile("Loss 12.5 after 0 steps"))).to_have_count(3)
    fill(output, "large rate", 1)
    fill(output, "steps of the balls", 1)
    expect(output.get_by_role("img", name=re.compile("rate 1.*Loss 0 after 1"))).to_be_visible()
    fill(output, "epochs of the model", 2)
    expect(output.get_by_role("img", name=re.compile("after epoch 2"))).to_be_visible()


def drive_convolution(page, output) -> None:
    before = output.get_by_role("img", name=re.compile("After the convolution"))
    source = before.get_attribute("src")
    output.get_by_role("button", name="○ blur").click()
    expect(before).not_to_have_attribute("src", source)
    fill(output, "w5", 2)
    expect(output.get_by_role("button", name="● my own")).to_be_visible()
    fill(output, "row", 0)
    fill(output, "column", 0)
    expect(output.get_by_role("img", name=re.compile("The patch 0 0 0 . 0 "))).to_be_visible()


def drive_layers(page, output) -> None:
    expect(output.get_by_role("img", name=re.compile("after training: map 0"))).to_be_visible()
    fill(output, "layer", 2)
    expect(output.get_by_text("Layer 2 of 10: MaxPool2d")).to_be_visible()
    expect(output.get_by_role("img", name=re.compile("A window of 2 by 2"))).to_be_visible()
    fill(output, "layer", 4)
    expect(output.get_by_text("Layer 4 of 10: Conv2d")).to_be_visible()  # now 31 is allowed
    fill(output, "channel", 31)
    expect(output.get_by_role("img", name=re.compile("before training: map 31"))).to_be_visible()
    expect(output.get_by_role("img", name=re.compile("Patch times kernel"))).to_be_visible()
    fill(output, "layer", 10)
    expect(output.get_by_text("Softmax: e to the power")).to_be_visible()
    fill(output, "photo", 3)
    expect(output.get_by_role("img", name=re.compile("Photo 3: "))).to_be_visible()

"""What a chapter writes out by hand gives what the package gives. The chapters' own cells are run.

Only the inputs are replaced, by random ones: so the agreement is not that of one lucky example.
"""

import re

import nbformat
import numpy as np
import pytest
import torch
from PIL import Image, ImageOps
from sklearn.metrics import confusion_matrix
from torch import nn
from torch.nn import functional

from workbook import PhotoSet, Preprocess, fit
from workbook.course import course_notebooks

CLASSES = ("apple", "ball", "mug")


def cell(name: str) -> str:
    """Return the code of the one cell with this id, such as chapter-01-043."""
    path = course_notebooks()[int(name.split("-")[1]) - 1]
    (found,) = [cell for cell in nbformat.read(path, as_version=4).cells if cell.id == name]
    return found.source


def run(name: str, given: dict, replaced: dict[str, str] | None = None) -> dict:
    """Run a cell with ``given`` names, after replacing lines that start with ``name =``."""
    code = cell(name)
    for variable, value in (replaced or {}).items():
        code, count = re.subn(rf"^{variable} = .*$", f"{variable} = {value}", code, flags=re.M)
        assert count == 1, f"{name} has no line that sets {variable}"
    exec(compile(code, name, "exec"), given)
    return given


@pytest.fixture
def photo_set() -> PhotoSet:
    generator = torch.Generator().manual_seed(5)
    labels = torch.arange(24) % len(CLASSES)
    images = torch.randint(0, 256, (24, 3, 8, 8), dtype=torch.uint8, generator=generator)
    preprocess = Preprocess(size=8, mean=(0.5,) * 3, std=(0.25,) * 3)
    return PhotoSet.from_tensors(images, labels, CLASSES, preprocess=preprocess)


@pytest.mark.parametrize("scores", [[0.3, -1.2, 4.0], [0.0, 0.0, 0.0], [-3.0, -3.5, 2.5]])
def test_softmax_of_three_numbers(scores):
    made = run("chapter-01-043", {"torch": torch}, {"three_scores": repr(scores)})
    assert made["shares"] == pytest.approx(torch.tensor(scores).softmax(dim=0).tolist(), abs=1e-6)


def test_the_colour_rule_says_what_its_numbers_say(photo_set):
    made = run(
        "chapter-01-012", {"learning": photo_set.subset(photo_set.labels < 2), "two": CLASSES[:2]}
    )
    run("chapter-01-014", made)
    quarter = 2
    middle = photo_set.images[:, :, quarter:-quarter, quarter:-quarter].double().mean(dim=(2, 3))
    above = middle[:, made["colour"]] > made["limit"]
    expected = [made["more"] if each else 1 - made["more"] for each in above]
    assert made["hand_rule"](photo_set.images).tolist() == expected


def test_the_training_loop_of_chapter_1_is_what_fit_does(photo_set):
    two = photo_set.subset(photo_set.labels < 2).only(CLASSES[:2])
    given = {"torch": torch, "learning": two, "kept_back": two, "two": two.class_names, "seed": 3}
    given |= {"claim": lambda *_, **__: None}
    given["share_right"] = lambda answers, labels: float((answers == labels).float().mean())
    for name in ("039", "047", "058", "060"):
        run(f"chapter-01-{name}", given)
    twin = given["new_model"](3)
    history = fit(twin, two, two, epochs=12, batch_size=16, seed=3, device="cpu", amp=False)
    for hand, package in zip(given["model"].parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(hand, package, atol=1e-5, rtol=1e-3)
    found = history.table["validation_accuracy"].tolist()
    assert given["curves"]["kept back"] == pytest.approx(found, abs=0.1)


def test_the_training_loop_of_chapter_3_is_what_fit_does(photo_set):
    made = run("chapter-03-052", {"nn": nn, "torch": torch})
    torch.manual_seed(1)
    by_hand = nn.Sequential(nn.Flatten(), nn.Linear(3 * 8 * 8, 3))
    by_fit = nn.Sequential(nn.Flatten(), nn.Linear(3 * 8 * 8, 3))
    by_fit.load_state_dict(by_hand.state_dict())
    made["train_by_hand"](by_hand, photo_set, epochs=3, learning_rate=0.01)
    fit(
        by_fit,
        photo_set,
        photo_set,
        epochs=3,
        optimizer=lambda weights: torch.optim.SGD(weights, lr=0.01),
        amp=False,
        device="cpu",
        progress=False,
    )
    for hand, package in zip(by_hand.parameters(), by_fit.parameters(), strict=True):
        torch.testing.assert_close(hand, package, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_one_gradient_by_nudging_by_formula_and_by_autograd(seed):
    generator = torch.Generator().manual_seed(seed)
    photo = torch.randn((3, 4, 4), generator=generator)
    given = {"torch": torch, "nn": nn, "photo": photo, "numbers": photo.flatten(), "seed": seed}
    given |= {"class_names": CLASSES, "classes": len(CLASSES), "label": seed % len(CLASSES)}
    given["claim"] = lambda *_, **__: None
    for name in ("chapter-03-044", "chapter-03-nudge-1", "chapter-03-046", "chapter-03-048"):
        run(name, given)
    assert given["by_nudging"] == pytest.approx(given["by_autograd"], rel=1e-3, abs=1e-5)
    assert given["by_formula"] == pytest.approx(given["by_autograd"], rel=1e-3, abs=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_one_convolution(seed, capsys):
    random = np.random.default_rng(seed)
    photo, kernel = random.integers(-9, 10, (4, 6)), random.integers(-3, 4, (3, 3))
    lines = {"tiny_photo": repr(photo.tolist()), "kernel": repr(kernel.tolist())}
    run("chapter-04-017", {}, lines)
    printed = [eval(line) for line in capsys.readouterr().out.splitlines()]
    expected = functional.conv2d(
        torch.tensor(photo[None, None]).float(), torch.tensor(kernel[None, None]).float()
    )
    assert printed == expected[0, 0].int().tolist()


def test_the_confusion_matrix():
    random = np.random.default_rng(3)
    truth, answers = random.integers(0, 3, 60).tolist(), random.integers(0, 3, 60).tolist()
    made = run("chapter-05-027", {"class_names": CLASSES, "truth": truth, "answers": answers})
    assert made["matrix"] == confusion_matrix(truth, answers).tolist()


@pytest.mark.parametrize("size", [(400, 300), (91, 250)])
def test_the_prediction_pipeline(photo_set, tmp_path, size):
    random = np.random.default_rng(7)
    note = Image.Exif()
    note[274] = 6
    path = tmp_path / "phone.jpg"
    pixels = random.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path, exif=note)
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(3 * 8 * 8, 3))
    given = {"torch": torch, "splits": photo_set, "phone_photo": path, "model": model}
    given |= {"Image": Image, "ImageOps": ImageOps}
    run("chapter-06-024", given)
    run("chapter-06-028", given)
    expected = model(photo_set.preprocess(path)[None]).softmax(dim=1)[0]
    torch.testing.assert_close(given["shares"], expected, atol=1e-5, rtol=1e-4)

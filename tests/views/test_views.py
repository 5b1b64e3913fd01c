import io
import types

import pandas as pd
import pytest
import torch
from PIL import Image

from workbook.views import (
    plot_bars,
    plot_confusion,
    plot_history,
    plot_lines,
    plot_reliability,
    show_feature_maps,
    show_filters,
    show_photos,
    show_weights,
)


def noise(count: int) -> torch.Tensor:
    return torch.randint(0, 256, (count, 3, 16, 16), dtype=torch.uint8)


def history():
    rows = {"epoch": [1, 2], "train_loss": [2.0, 1.0], "validation_loss": [2.1, 1.5]}
    rows |= {"train_accuracy": [0.2, 0.9], "validation_accuracy": [0.2, 0.6]}
    return types.SimpleNamespace(table=pd.DataFrame(rows))


def evaluation():
    table = pd.DataFrame([[5, 1], [3, 4]], index=["apple", "pear"], columns=["apple", "pear"])
    calibration = pd.DataFrame({"confidence": [0.6, 0.9], "accuracy": [0.5, 0.8], "count": [4, 9]})
    return types.SimpleNamespace(confusion=lambda: table, calibration=lambda: calibration)


PICTURES = {
    "photos": lambda: show_photos(noise(5), ["a", "b", "c", "d", "e"], title="Noise"),
    "filters": lambda: show_filters(torch.nn.Conv2d(3, 8, 3)),
    "feature maps": lambda: show_feature_maps(torch.rand(5, 8, 8)),
    "weights": lambda: show_weights(torch.randn(2, 3, 8, 8), ["apple", "pear"]),
    "lines": lambda: plot_lines({"a": [1, 2], "b": [2, 1]}, title="T", x_label="x", y_label="y"),
    "history": lambda: plot_history(history()),
    "histories": lambda: plot_history({"one": history(), "two": history()}),
    "bars": lambda: plot_bars({"a": 0.4, "b": 0.6}, title="T", x_label="x", chance=0.5),
    "confusion": lambda: plot_confusion(evaluation()),
    "reliability": lambda: plot_reliability(evaluation()),
}


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_is_a_png_with_alt_text(name):
    picture = PICTURES[name]()
    image = Image.open(io.BytesIO(picture.png))
    assert len(set(image.convert("L").tobytes())) > 3, "the picture is blank"
    assert len(picture.description) > 20
    assert 'alt="' in picture._repr_html_()


def test_figures_do_not_pile_up():
    import matplotlib.pyplot as plt

    before = len(plt.get_fignums())
    plot_bars({"a": 1.0}, title="T", x_label="x")
    assert len(plt.get_fignums()) == before


def test_the_description_of_a_confusion_matrix_names_the_commonest_mistake():
    assert "pear taken for apple, 3 times" in plot_confusion(evaluation()).description


def test_a_silent_feature_map_is_named():
    maps = torch.rand(2, 4, 4)
    maps[0] = 0
    picture = show_feature_maps(maps)
    assert "2 maps" in picture.description


def test_alt_text_is_escaped():
    picture = show_photos(noise(1), ['"><script>'])
    assert "<script>" not in picture._repr_html_()


@pytest.mark.parametrize(
    ("draw", "sentence"),
    [
        (lambda: show_photos(noise(0)), "no photos to show"),
        (lambda: plot_bars({}, title="T", x_label="x"), "no bars to draw"),
        (lambda: plot_lines({}, title="T", x_label="x", y_label="y"), "no lines to draw"),
        (lambda: show_filters(torch.nn.Conv2d(8, 8, 3)), "8 channels"),
    ],
)
def test_nothing_to_draw_is_said_in_a_sentence(draw, sentence):
    with pytest.raises(ValueError, match=sentence):
        draw()


def test_a_picture_can_be_saved(tmp_path):
    saved = plot_bars({"a": 1.0}, title="T", x_label="x").save(tmp_path / "bars.png")
    assert Image.open(saved).format == "PNG"

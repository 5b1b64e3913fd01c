"""A convolution lab: choose or edit nine weights, and see what becomes of a photo."""

import ipywidgets
import torch
from torch import nn

from workbook.models.arithmetic import Arithmetic, explain
from workbook.models.looking_inside import Step, follow
from workbook.views.controls import Choice, decimal_number, whole_number
from workbook.views.drawing import CELL, card, number_grid, short, signed_colours, words
from workbook.views.explorer import Explorer, figure

KERNELS = {
    "unchanged": [0, 0, 0, 0, 1, 0, 0, 0, 0],
    "upright edges": [-1, 0, 1, -1, 0, 1, -1, 0, 1],
    "level edges": [-1, -1, -1, 0, 0, 0, 1, 1, 1],
    "outlines": [0, 1, 0, 1, -4, 1, 0, 1, 0],
    "sharpen": [0, -1, 0, -1, 5, -1, 0, -1, 0],
    "blur": [0.111] * 9,  # a ninth, as it fits into the boxes
    "move left": [0, 0, 0, 0, 0, 1, 0, 0, 0],
}
"""Name -> nine weights, row by row."""
OWN = "my own"


class ConvolutionLab(Explorer):
    """A photo in grey, nine weights, what comes out, and a microscope on one pixel of it."""

    def __init__(self, photo: torch.Tensor, kernel: str, row: int, column: int):
        self.grey = photo.float().mean(dim=0).round()
        height, width = self.grey.shape
        self.choice = Choice("kernel", [*KERNELS, OWN], kernel)
        self.boxes = [
            decimal_number(f"w{number + 1}", weight)
            for number, weight in enumerate(KERNELS[kernel])
        ]
        controls = {f"w{number + 1}": box for number, box in enumerate(self.boxes)}
        controls["row"] = whole_number("row", row, 0, height - 1)
        controls["column"] = whole_number("column", column, 0, width - 1)
        self._setting = False
        super().__init__(self._draw, controls)
        self.choice.observe(self._set_boxes, "value")
        for box in self.boxes:
            box.observe(self._name_kernel, "value")
        self._name_kernel()
        self.children = [self.choice, ipywidgets.HBox([self._arranged(), self.picture])]

    @property
    def kernel(self) -> torch.Tensor:
        """The nine weights as they are set, (3, 3)."""
        return torch.tensor([box.value for box in self.boxes]).view(3, 3)

    @property
    def step(self) -> Step:
        """The convolution at work on the photo."""
        layer = nn.Conv2d(1, 1, kernel_size=3, padding=1, bias=False)
        layer.weight.data[:] = self.kernel
        return follow(layer, self.grey.unsqueeze(0))[0]

    def _arranged(self) -> ipywidgets.VBox:
        rows = [ipywidgets.HBox(self.boxes[start : start + 3]) for start in (0, 3, 6)]
        where = ipywidgets.VBox(
            [self.controls["row"], self.controls["column"]],
            layout=ipywidgets.Layout(margin="10px 0 0 0"),
        )
        return ipywidgets.VBox([*rows, where], layout=ipywidgets.Layout(flex="0 0 auto"))

    def _set_boxes(self, change) -> None:
        if change["new"] == OWN:
            return
        self._setting = True
        with self.drawing_once():
            for box, weight in zip(self.boxes, KERNELS[change["new"]], strict=True):
                box.value = weight
        self._setting = False

    def _name_kernel(self, _change=None) -> None:
        if self._setting:
            return
        now = [box.value for box in self.boxes]
        self.choice.value = next((name for name, known in KERNELS.items() if known == now), OWN)

    def _draw(self, row, column, **_weights) -> str:
        step = self.step
        around = [(row - 1, column - 1, 3, 3)]
        before = figure(
            self.grey.byte(), "The photo in grey: one number for each pixel.", 220, marks=around
        )
        after = figure(
            step.given[0].abs().clamp(0, 255).byte(),
            "After the convolution: black is 0, white is 255 or more. A minus sign is left out.",
            220,
            marks=[(row, column, 1, 1)],
        )
        return before + after + _microscope(explain(step, (0, row, column)), row, column)


def explore_convolution(
    photo: torch.Tensor, kernel: str = "upright edges", row: int | None = None, column=None
) -> ConvolutionLab:
    """Return a lab that carries nine weights over a photo.

    ``photo``: uint8 (3, H, W); it is shown in grey, so that each pixel is one number. ``kernel``:
    a name in ``KERNELS``. ``row``, ``column``: where the microscope stands; the middle if left out.
    """
    _, height, width = photo.shape
    row = height // 2 if row is None else row
    column = width // 2 if column is None else column
    return ConvolutionLab(photo.cpu(), kernel, row, column)


def _microscope(sums: Arithmetic, row: int, column: int) -> str:
    """Draw the patch, the kernel and their products side by side, and the sum below."""
    patch, kernel = sums.numbers[0].numpy(), sums.weights[0].numpy()
    products = sums.products[0].numpy()
    grey = patch.round().clip(0, 255).astype("uint8")[..., None].repeat(3, axis=2)
    whole = bool((kernel == kernel.round()).all())
    digits, side, gap = (0 if whole else 2), 3 * CELL, 30
    top, width = 58, 3 * side + 2 * gap + 28
    weight_colours = signed_colours(kernel, abs(kernel).max())
    product_colours = signed_colours(products, 255)
    parts = [
        words(14, 22, f"The value in row {row}, column {column}", bold=True),
        number_grid(14, top, patch, grey, title="patch"),
        words(14 + side + gap / 2, top + side / 2 + 6, "×", size=20, anchor="middle"),
        number_grid(14 + side + gap, top, kernel, weight_colours, digits=digits, title="kernel"),
        words(14 + 2 * side + 1.5 * gap, top + side / 2 + 6, "=", size=20, anchor="middle"),
        number_grid(
            14 + 2 * (side + gap), top, products, product_colours, digits=digits, title="products"
        ),
        words(14, top + side + 26, f"All nine added up: {short(sums.value, max(digits, 1))}."),
    ]
    description = (
        f"The patch {_rows(patch, 0)} times the kernel {_rows(kernel, digits)} gives the products "
        f"{_rows(products, digits)}; added up {short(sums.value, max(digits, 1))}."
    )
    return "<br>" + card(width, top + side + 42, parts, description)


def _rows(grid, digits: int) -> str:
    return " / ".join(" ".join(short(number, digits) for number in row) for row in grid)

"""The frame of every lab: controls above one picture that follows them.

A lab is shown as two outputs. The first is ordinary HTML: the picture as it is at the start, which
stays in the saved notebook, on a static page and in the book, where no Python answers. The second
is the living widget. A few lines of CSS hide the first while the second stands in the same page,
and hide the error message that a reopened notebook has in place of the second.
"""

import html
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager, suppress
from uuid import uuid4

import ipywidgets
import numpy as np
import torch
from IPython.display import display
from PIL import Image
from traitlets import TraitError

from workbook.views.pixel_art import CAPTION_STYLE, as_image, png_address

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
MARK_COLOURS = ("#F0E442", "black")  # a yellow line with a black one around it: seen on any photo
COMPACT = '<div style="line-height:1.4">'  # ipywidgets sets lines as far apart as controls
REMEMBERED: dict[tuple, dict[str, object]] = {}
"""What the learner set in each lab, so that running a cell again does not lose it."""


class Lab(ipywidgets.VBox):
    """A widget that leaves a static picture behind for readers without a kernel.

    Subclasses say in ``static_html`` what such a reader sees. ``invitation`` is the sentence
    below it. Works with ipywidgets 7, which shows widgets in its own way, and 8.
    """

    invitation = "In the notebook, run this cell to move the controls."

    def __init__(self, children: Sequence[ipywidgets.Widget]):
        super().__init__(list(children))
        self._mark = f"workbook-{uuid4().hex[:8]}"
        self.add_class(f"{self._mark}-live")

    def static_html(self) -> str:
        """Return what a reader without a kernel sees, as HTML that stands alone."""
        raise NotImplementedError

    def static_text(self) -> str:
        """Return what a reader sees where nothing but text is shown."""
        return self.invitation

    def _ipython_display_(self, **_options) -> None:
        page = f'{self._style()}<div class="{self._mark}">{self.static_html()}{self._hint()}</div>'
        display({"text/html": page, "text/plain": self.static_text()}, raw=True)
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        display({WIDGET_VIEW: view, "text/plain": ""}, raw=True)

    def _hint(self) -> str:
        return f"<p><em>{html.escape(self.invitation)}</em></p>"

    def _style(self) -> str:
        # JupyterLab writes "Error displaying widget" as bare text, where there are no elements.
        following = f".jp-OutputArea-child:has(.{self._mark})+.jp-OutputArea-child"
        bare_text = f"{following}:not(:has(>.jp-OutputArea-output *))"
        alive = f"html:has(.{self._mark}-live)"
        picture = f"{alive} .{self._mark},{alive} .jp-OutputArea-child:has(.{self._mark})"
        return f"<style>{picture},{bare_text}{{display:none}}</style>"


class Explorer(Lab):
    """Controls above one picture that is drawn anew whenever a control changes.

    ``render`` gets the values of the controls by name and returns HTML: figures with alt text. All
    of it goes into one widget that stays in place, so nothing flickers and no old picture is left
    standing. An error inside ``render`` is shown in its place, since the notebook would swallow it.

    ``adjust`` is called before each drawing, and may change the limits of some controls to suit
    the values of others. When a cell is run again, the controls are set as they were left.
    """

    def __init__(
        self,
        render: Callable[..., str],
        controls: Mapping[str, ipywidgets.Widget],
        *,
        adjust: Callable[[], None] | None = None,
    ):
        self._render = render
        self._adjust = adjust or (lambda: None)
        self._busy = False
        self.controls = dict(controls)
        self.picture = ipywidgets.HTML()
        name = getattr(render, "__qualname__", type(render).__name__)
        self._place = (name, current_cell(), str(self.values))
        self._refresh()
        self._restore()
        for control in self.controls.values():
            control.observe(self._follow, "value")
        row = ipywidgets.HBox(
            list(self.controls.values()),
            layout=ipywidgets.Layout(flex_flow="row wrap", align_items="center"),
        )
        super().__init__([row, self.picture])

    @property
    def values(self) -> dict[str, object]:
        """What the controls are set to, by name."""
        return {name: control.value for name, control in self.controls.items()}

    def static_html(self) -> str:
        return self.picture.value

    @contextmanager
    def drawing_once(self):
        """Draw a single time after several controls were set."""
        self._busy = True
        try:
            yield
        finally:
            self._busy = False
            self._follow()

    def _follow(self, _change=None) -> None:
        if self._busy:  # adjusting one control may change another; one drawing is enough
            return
        self._refresh()
        REMEMBERED[self._place] = self.values

    def _refresh(self) -> None:
        self._busy = True
        try:
            self._adjust()
            self.picture.value = f"{COMPACT}{self._render(**self.values)}</div>"
        except Exception as error:  # whatever it is, the learner must see it
            self.picture.value = f'<pre role="alert">{html.escape(_in_words(error))}</pre>'
        finally:
            self._busy = False

    def _restore(self) -> None:
        for name, value in REMEMBERED.get(self._place, {}).items():
            with suppress(TraitError):  # the choice of last time may be no longer on offer
                self.controls[name].value = value
            self._refresh()  # the limits of a control may depend on those before it


def figure(
    pixels: np.ndarray | torch.Tensor | Image.Image,
    caption: str,
    width: int = 192,
    *,
    description: str | None = None,
    marks: Sequence[tuple[int, int, int, int]] = (),
) -> str:
    """Return a picture with a caption as HTML; each pixel stays a sharp square.

    ``pixels``: uint8 (H, W) or (H, W, 3), a tensor (3, H, W), or a Pillow image. ``width``: on the
    page, in pixels. ``description``: the alt text, where it should say more than the caption.
    ``marks``: frames around parts of the picture, each (row, column, rows, columns).
    """
    image = as_image(pixels)
    alt = html.escape(description or caption, quote=True)
    frames = "".join(_frame(mark, image.height, image.width) for mark in marks)
    return (
        f'<figure style="display:inline-block;vertical-align:top;margin:4px 14px 4px 0;'
        f'width:{width}px;line-height:1.3">'
        f'<div style="position:relative"><img alt="{alt}" style="display:block;width:100%;'
        'image-rendering:pixelated;border-radius:3px;box-shadow:0 0 0 1px #d0d7de" '
        f'src="{png_address(image)}">'
        f'{frames}</div><figcaption style="margin-top:4px;{CAPTION_STYLE}">{html.escape(caption)}'
        "</figcaption>"
        "</figure>"
    )


def _frame(mark: tuple[int, int, int, int], height: int, width: int) -> str:
    row, column, rows, columns = mark
    line, around = MARK_COLOURS
    return (
        f'<span style="position:absolute;box-sizing:border-box;border:2px solid {line};'
        f"outline:1.5px solid {around};min-width:7px;min-height:7px;"
        f"left:{100 * column / width:.2f}%;top:{100 * row / height:.2f}%;"
        f'width:{100 * columns / width:.2f}%;height:{100 * rows / height:.2f}%"></span>'
    )


def current_cell() -> str:
    """Return JupyterLab's name for the cell that is being run, or "" where there is none."""
    from IPython import get_ipython

    header = getattr(get_ipython(), "parent_header", None) or {}
    return header.get("metadata", {}).get("cellId", "")


def _in_words(error: Exception) -> str:
    kind = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
    return f"{kind}{error}"

"""Controls for labs that can be read in full, and be used with the keyboard alone.

Number boxes and buttons: the arrow keys leave JupyterLab's radio buttons and toggles for the next
cell, and the handle of a slider has no name that a screen reader could say.
"""

from collections.abc import Callable, Sequence

import ipywidgets
import traitlets

CHOSEN, OTHER = "●", "○"
SLIDER = "workbook-slider"
# The handle itself, which has no name, is hidden from screen readers and from the Tab key. What
# the mouse takes hold of stays: a part of the handle in ipywidgets 8, a drawing of it in 7.
SLIDER_STYLE = (
    f"<style>.{SLIDER} .noUi-handle,.{SLIDER} .ui-slider-handle{{visibility:hidden}}"
    f".{SLIDER} .noUi-touch-area,.{SLIDER} .ui-slider-handle::before{{visibility:visible;"
    "content:'';position:absolute;inset:0;background:#0072B2;border-radius:50%;cursor:grab}"
    "</style>"
)


def whole_number(
    label: str, value: int, low: int, high: int, *, step: int = 1
) -> ipywidgets.BoundedIntText:
    """Return a box for a number from ``low`` to ``high``; the arrow keys change it by ``step``."""
    return ipywidgets.BoundedIntText(
        value=min(max(value, low), high),
        min=low,
        max=high,
        step=step,
        description=label,
        style={"description_width": "initial"},
        layout=_layout(label),
    )


def decimal_number(label: str, value: float, *, step: float = 0.1) -> ipywidgets.FloatText:
    """Return a box for any number; arrow keys change it by ``step``."""
    return ipywidgets.FloatText(
        value=value,
        step=step,
        description=label,
        style={"description_width": "initial"},
        layout=_layout(label, room=6.0),
    )


def _layout(label: str, room: float = 5.5) -> ipywidgets.Layout:
    # The width counts the label too, which would otherwise leave no room for the number.
    return ipywidgets.Layout(width=f"{room + 0.56 * len(label):.1f}em", margin="2px 14px 2px 0")


def set_limit(box: ipywidgets.BoundedIntText, high: int) -> None:
    """Let a box go up to ``high``; a larger number in it becomes ``high``."""
    box.max = max(high, box.min)


def push_button(words: str, action: Callable[[], None]) -> ipywidgets.Button:
    """Return a button that says in full what it does."""
    layout = ipywidgets.Layout(width="auto", margin="2px 8px 2px 0")
    button = ipywidgets.Button(description=words, layout=layout)
    button.on_click(lambda _: action())
    return button


class Slider(ipywidgets.HBox):
    """A number box with a label, for the keyboard, and a slider beside it, for the mouse.

    ``value``: a whole number from ``low`` to ``high``, since sliders turn 0.85 into
    0.8500000000000001. Both change it by ``step``. ``label_width``: a CSS width, so that several of
    them stand in line.
    """

    value = traitlets.Int()

    def __init__(self, label: str, value: int, low: int, high: int, *,
                 step: int = 1, label_width: str | None = None):  # fmt: skip
        self.box = whole_number(label, value, low, high, step=step)
        self.slider = ipywidgets.IntSlider(
            value=self.box.value, min=low, max=high, step=step, readout=False,
            layout=ipywidgets.Layout(width="13em"),
        )  # fmt: skip
        if label_width:
            self.box.style.description_width = label_width
            self.box.layout.width = f"calc({label_width} + 6.5em)"
        style = ipywidgets.HTML(SLIDER_STYLE, layout=ipywidgets.Layout(display="none"))
        super().__init__(
            [self.box, self.slider, style], layout=ipywidgets.Layout(margin="0 18px 0 0")
        )
        self.add_class(SLIDER)
        # In the browser the two follow one another. By way of Python they could be set back to
        # where they had been a moment ago, while the learner is already further.
        self._in_step = ipywidgets.jslink((self.box, "value"), (self.slider, "value"))
        self.value = self.box.value
        self.box.observe(lambda change: self.set_trait("value", change["new"]), "value")

    @traitlets.observe("value")
    def _set_both(self, change) -> None:
        if self.box.value != change["new"]:  # set by a program, and not by the learner
            self.box.value = change["new"]
            self.slider.value = self.box.value


class Choice(ipywidgets.HBox):
    """One button per option, of which one is chosen. ``value`` is the option that is."""

    value = traitlets.Unicode()

    def __init__(self, label: str, options: Sequence[str], value: str | None = None):
        self.options = tuple(options)
        self.buttons = [self._button(option) for option in self.options]
        name = ipywidgets.Label(label, layout=ipywidgets.Layout(margin="2px 8px 2px 0"))
        layout = ipywidgets.Layout(flex_flow="row wrap", margin="2px 14px 2px 0")
        super().__init__([name, *self.buttons], layout=layout)
        self.value = self.options[0] if value is None else value

    def _button(self, option: str) -> ipywidgets.Button:
        button = ipywidgets.Button(layout=ipywidgets.Layout(width="auto"))
        button.on_click(lambda _: self.set_trait("value", option))
        return button

    @traitlets.validate("value")
    def _known(self, proposal) -> str:
        if proposal["value"] not in self.options:
            raise traitlets.TraitError(f"There is no choice {proposal['value']!r} here.")
        return proposal["value"]

    @traitlets.observe("value")
    def _show(self, change) -> None:
        for option, button in zip(self.options, self.buttons, strict=True):
            chosen = option == change["new"]
            button.description = f"{CHOSEN if chosen else OTHER} {option}"
            button.button_style = "info" if chosen else ""

"""The frame of every lab: controls above one picture that follows them."""

import html
from collections.abc import Callable, Mapping

import ipywidgets


class Explorer(ipywidgets.VBox):
    """Controls above one picture that is drawn anew whenever a control changes.

    ``render`` gets the values of the controls by name and returns HTML: figures with alt text. All
    of it goes into one widget that stays in place, so nothing flickers and no old picture is left
    standing. An error inside ``render`` is shown in its place, since the notebook would swallow it.
    """

    def __init__(self, render: Callable[..., str], controls: Mapping[str, ipywidgets.Widget]):
        self._render = render
        self.controls = dict(controls)
        self.picture = ipywidgets.HTML()
        for control in self.controls.values():
            control.observe(self._refresh, "value")
        self._refresh()
        row = ipywidgets.HBox(
            list(self.controls.values()), layout=ipywidgets.Layout(flex_flow="row wrap")
        )
        super().__init__([row, self.picture])

    def _refresh(self, _change=None) -> None:
        try:
            values = {name: control.value for name, control in self.controls.items()}
            self.picture.value = self._render(**values)
        except Exception as error:  # noqa: BLE001 - whatever it is, the learner must see it
            self.picture.value = f'<pre role="alert">{html.escape(str(error))}</pre>'

    def _repr_mimebundle_(self, **options):
        bundle = super()._repr_mimebundle_(**options)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        return {**data, "text/html": self.picture.value}

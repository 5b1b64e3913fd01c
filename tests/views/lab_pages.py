"""Questions about the HTML that a lab shows."""

from html.parser import HTMLParser
from urllib.parse import unquote
from xml.etree import ElementTree

from workbook.views.controls import Slider

LARGEST = 25_000  # characters that one lab may add to a saved notebook


class Page(HTMLParser):
    """The pictures and the text of a piece of HTML."""

    def __init__(self, source: str):
        super().__init__()
        self.source = source
        self.descriptions: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if tag == "img":
            self.descriptions.append(named.get("alt") or "")
            self.addresses.append(named.get("src") or "")
        if tag not in ("img", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        self.open.pop()

    def handle_data(self, data):
        self.text += data


def check_page(source: str) -> Page:
    """Check that every picture is described and nothing is left open, and return the page."""
    page = Page(source)
    assert 'role="alert"' not in source, page.text
    assert page.descriptions, "no picture"
    assert all(page.descriptions), "a picture without a description"
    assert page.open == []
    for address in page.addresses:
        drawing_in(address)
    return page


def drawing_in(address: str) -> ElementTree.Element | None:
    """Return the drawing that an address holds, or None for a picture made of pixels."""
    kind, _, content = address.partition(",")
    if "svg" not in kind:
        assert kind in {"data:image/png;base64", "data:image/webp;base64"}
        return None
    return ElementTree.fromstring(unquote(content))


def controls_of(widget) -> list:
    """Return every control inside a widget, however deep. Of a Slider, the box speaks for both."""
    inside = [widget.box] if isinstance(widget, Slider) else getattr(widget, "children", ())
    inner = [control for child in inside for control in controls_of(child)]
    is_control = hasattr(widget, "description") and type(widget).__name__ not in ("HTML", "Label")
    return [widget, *inner] if is_control else inner


def check_controls(lab) -> None:
    """Check that every control can be read and be used with the keyboard alone."""
    controls = controls_of(lab)
    assert controls
    for control in controls:
        assert control.description, f"a {type(control).__name__} without a label"
        assert type(control).__name__ in {
            "BoundedIntText", "FloatText", "BoundedFloatText", "IntText", "Button", "Text",
        }  # fmt: skip

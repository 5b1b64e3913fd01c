"""A finished picture with a description in words, for screen readers and for slow networks."""

import base64
import html
import io
from pathlib import Path

from workbook.atomic import replacing

# Dark on light and told apart by people with any kind of colour vision (Okabe and Ito, 2008).
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442")
LINE_STYLES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")


class Picture:
    """A PNG picture that a notebook shows together with its description.

    ``png``: the bytes of a PNG file. ``description``: one sentence that says what is to be seen;
    it becomes the picture's alt text. ``width``: the width on the page in pixels.
    """

    def __init__(self, png: bytes, description: str, width: int):
        self.png = png
        self.description = description
        self.width = width

    @classmethod
    def of_figure(cls, figure, description: str, dots_per_inch: int = 130) -> "Picture":
        """Draw a matplotlib figure and close it, so that figures do not pile up in memory."""
        import matplotlib.pyplot as plt

        buffer = io.BytesIO()
        figure.savefig(
            buffer, format="png", dpi=dots_per_inch, facecolor="white", bbox_inches="tight"
        )
        width = round(figure.get_figwidth() * 80)
        plt.close(figure)
        return cls(buffer.getvalue(), description, width)

    @classmethod
    def of_image(cls, image, description: str, width: int | None = None) -> "Picture":
        """Wrap a Pillow image."""
        buffer = io.BytesIO()
        image.save(buffer, "PNG")
        return cls(buffer.getvalue(), description, width or image.width)

    def save(self, path: str | Path) -> Path:
        """Write the picture as a PNG file, and return the path."""
        with replacing(path) as temporary:
            temporary.write_bytes(self.png)
        return Path(path)

    def as_html(self) -> str:
        """Return an HTML img element with the picture inside it and the description as alt text."""
        source = base64.b64encode(self.png).decode("ascii")
        description = html.escape(self.description, quote=True)
        # White stays behind the picture, so that black text is legible in a dark theme too.
        style = (
            f"width:{self.width}px;max-width:100%;height:auto;background:white;border-radius:4px"
        )
        return f'<img alt="{description}" style="{style}" src="data:image/png;base64,{source}">'

    # HTML only: JupyterLab, Colab and the static page show a bare PNG without its alt text.
    def _repr_html_(self) -> str:
        return self.as_html()

    def __repr__(self) -> str:
        return f"Picture: {self.description}"

"""The badges that open chapters and exercises in Google Colab.

Colab reads notebooks from GitHub, so a badge names the repository. Where the course is published
stands here, in one place. After a change, ``make exercises`` puts the new address into every badge.
"""

import re
from pathlib import Path

from workbook.atomic import replacing

# Nobody can have this name on GitHub, so until the course is published the badges lead to nobody.
PUBLISHED = "your_account/photo-classifier-workbook"
BRANCH = "main"
_ADDRESS = re.compile(r"https://colab\.research\.google\.com/github/[\w.-]+/[\w.-]+/blob/[\w.-]+/")


def colab_address(place: str) -> str:
    """Return the address that opens a file of the repository, such as "notebooks/a.ipynb"."""
    return f"https://colab.research.google.com/github/{PUBLISHED}/blob/{BRANCH}/{place}"


def badge(place: str) -> str:
    """Return the badge of a notebook, in Markdown."""
    return f"[![Open in Colab](../docs/images/open-in-colab.svg)]({colab_address(place)})"


def renew_addresses(path: Path) -> None:
    """Let every badge in a file lead to where the course is published now."""
    text = path.read_text(encoding="utf-8")
    renewed = _ADDRESS.sub(colab_address(""), text)
    if renewed != text:
        with replacing(path) as temporary:
            temporary.write_text(renewed, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    clone = Path(__file__).resolve().parents[2]
    for notebook in [*clone.glob("notebooks/*.ipynb"), *clone.glob("solutions/*.ipynb")]:
        renew_addresses(notebook)

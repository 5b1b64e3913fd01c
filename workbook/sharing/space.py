"""A web app to put on Hugging Face Spaces: a folder in the format that Spaces expects.

The format: https://huggingface.co/docs/hub/spaces-config-reference
"""

import html
import json
from pathlib import Path

from workbook.saving import Classifier
from workbook.saving.page import markdown_text
from workbook.sharing.about import about
from workbook.sharing.project import LIGHT, REQUIREMENTS, write_model_and_program
from workbook.sharing.report import Shared, folder_to_share

GRADIO_VERSION = "6.31.0"
MADE = ("model.onnx", "app.py", "about.json")
THRESHOLD = 0.5
LONGEST_TITLE = 60  # characters
README = """---
title: {title}
emoji: 📷
colorFrom: blue
colorTo: yellow
sdk: gradio
sdk_version: {version}
app_file: app.py
pinned: false
---

# {heading}

A photo classifier as a web app. Photos are sent to the computer that runs it, which answers and
forgets them.

{card}
## How to put it on the web

Make a new Space with the SDK Gradio on https://huggingface.co/new-space, and upload all files of
this folder. To try it on your own computer first:

```
pip install -r requirements.txt gradio=={version}
python app.py
```
"""


def share_space(
    classifier: Classifier,
    path: str | Path,
    *,
    photos: str | Path | None = None,
    overwrite: bool = False,
) -> Shared:
    """Make a folder with a Gradio app around the classifier, ready to be uploaded to a Space.

    ``photos`` is a folder from which up to six photos are taken as examples to click on.
    Raises as ``share_project``.
    """
    path = Path(path).expanduser().absolute()
    public = about(classifier)
    with folder_to_share(path, MADE, overwrite=overwrite) as folder:
        samples = write_model_and_program(classifier, folder, photos)
        words = {
            "title": public.title,
            "title_html": html.escape(public.title),
            "card_html": public.as_html(),
            "threshold": THRESHOLD,
        }
        write_text(folder / "about.json", json.dumps(words, indent=1))
        write_text(folder / "app.py", (LIGHT / "app.py").read_text(encoding="utf-8"))
        # Spaces installs gradio itself, in the version that the README names.
        write_text(folder / "requirements.txt", "\n".join(REQUIREMENTS) + "\n")
        readme = README.format(
            title=json.dumps(public.title[:LONGEST_TITLE]),  # JSON text is YAML text, too
            heading=markdown_text(public.title),
            version=GRADIO_VERSION,
            card=public.as_markdown(),
        )
        write_text(folder / "README.md", readme)
    return Shared(path, (*public.left_out, *samples.left_out), public.hints)


def write_text(path: Path, text: str) -> None:
    """Write a text file with the same bytes on every system."""
    path.write_text(text, encoding="utf-8", newline="\n")

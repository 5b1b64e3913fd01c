"""A project to send: a folder and a zip file that a friend runs without the course."""

import json
import shutil
import zipfile
from pathlib import Path

from workbook.atomic import replacing
from workbook.saving import Classifier
from workbook.saving.page import markdown_text
from workbook.sharing.about import about
from workbook.sharing.kept_export import onnx_file_of
from workbook.sharing.report import Shared, check_new_file, folder_to_share
from workbook.sharing.samples import Samples, write_samples

LIGHT = Path(__file__).with_name("light")  # the programs that a friend runs
MODEL, PROGRAM = "model.onnx", "predict.py"
MADE = (MODEL, PROGRAM, "expected.json")
REQUIREMENTS = ("onnxruntime>=1.20", "numpy>=1.26", "pillow>=10.3")
FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # of every file in a zip; the true one is nobody's business
README = """# {title}

A photo classifier. It runs on your own computer; no photo is sent anywhere.

## How to use it

You need [Python](https://www.python.org/downloads/) 3.10 or newer. Open a terminal (the program in
which you type commands), go to this folder (type `cd` and its path), and type:

```
python -m pip install -r requirements.txt
python predict.py --check
python predict.py your-photo.jpg
```

The first line installs what the program needs, once. The second tries the {count} sample photos and
says whether the answers are those that the model gave to whoever made it. The third asks about a
photo of yours. When no answer reaches 50 %, it says "not sure".

On a Mac and on Linux, Python may be called `python3`. If it says "externally managed", type
`python3 -m venv .venv` first, and then `.venv/bin/python` in place of `python`.

{card}
## What is in this folder

- `model.onnx`: the model, with the preparation of the photos and the names of its classes
- `predict.py`: the program, {lines} lines to read
- `samples`, `expected.json`: sample photos, and what the model says of them
- `requirements.txt`: what `pip` installs
"""


def share_project(
    classifier: Classifier,
    path: str | Path,
    *,
    photos: str | Path | None = None,
    overwrite: bool = False,
) -> Shared:
    """Make a folder, and a zip file of it, that runs with onnxruntime, Pillow and numpy alone.

    ``photos`` is a folder from which up to six sample photos are taken (see ``write_samples``).
    Raises FileExistsError when the folder or the zip file is there, unless ``overwrite``;
    MissingPackage and ExportError as ``export_onnx``; ValueError or OSError for unusable photos.
    """
    path = Path(path).expanduser().absolute()
    archive = path.with_name(f"{path.name}.zip")
    check_new_file(archive, overwrite=overwrite)
    public = about(classifier)
    with folder_to_share(path, MADE, overwrite=overwrite) as folder:
        samples = write_model_and_program(classifier, folder, photos)
        (folder / "requirements.txt").write_text(
            "\n".join(REQUIREMENTS) + "\n", encoding="utf-8", newline="\n"
        )
        readme = README.format(
            title=markdown_text(public.title),
            count=len(samples.expected),
            card=public.as_markdown(),
            lines=len((LIGHT / PROGRAM).read_text(encoding="utf-8").splitlines()),
        )
        (folder / "README.md").write_text(readme, encoding="utf-8", newline="\n")
    _zip(path, archive)
    return Shared(path, (*public.left_out, *samples.left_out), public.hints, archive)


def write_model_and_program(
    classifier: Classifier, folder: Path, photos: str | Path | None
) -> Samples:
    """Write the model, the prediction program and the sample photos into a folder."""
    samples = write_samples(classifier, None if photos is None else Path(photos), folder)
    expected = json.dumps(samples.expected, indent=1)
    (folder / "expected.json").write_text(expected, encoding="utf-8", newline="\n")
    (folder / MODEL).write_bytes(onnx_file_of(classifier))
    shutil.copyfile(LIGHT / PROGRAM, folder / PROGRAM)
    return samples


def _zip(folder: Path, archive: Path) -> None:
    with (
        replacing(archive) as temporary,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as contents,
    ):
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                name = Path(folder.name, file.relative_to(folder)).as_posix()
                entry = zipfile.ZipInfo(name, FIRST_DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16  # readable, whoever unpacks it
                contents.writestr(entry, file.read_bytes())

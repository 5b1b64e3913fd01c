"""One HTML file that runs a classifier on the visitor's own device, without a network.

Everything lies in the file: the model, ONNX Runtime (WebAssembly), the programs of the folder
``web`` and the card. The page's content-security policy names the checksums of its own programs
and forbids all else, the network included. So neither a hostile class name nor a hostile card can
run anything, and no photo can leave the device.
"""

import base64
import gzip
import hashlib
import html
import json
import re
import tempfile
from pathlib import Path

import PIL

from workbook.atomic import replacing
from workbook.saving import Classifier
from workbook.sharing.about import about
from workbook.sharing.kept_export import onnx_file_of
from workbook.sharing.report import Shared, check_new_file
from workbook.sharing.runtime import VERSION, Runtime, get_runtime
from workbook.sharing.samples import write_samples

WEB = Path(__file__).with_name("web")
PROGRAMS = (
    *("jpeg.js", "jpeg_scans.js", "jpeg_transform.js", "png.js"),
    *("resize.js", "photo.js", "app.js"),
)
PILLOW_WITH_TALL_FIRST = 13  # see resize.js


def share_page(
    classifier: Classifier,
    path: str | Path,
    *,
    photos: str | Path | None = None,
    threshold: float = 0.5,
    overwrite: bool = False,
    runtime: Runtime | None = None,
) -> Shared:
    """Make one HTML file that runs the classifier in a browser, and return what was made.

    ``photos`` is a folder from which up to six photos are taken to try the page with;
    ``threshold`` (0 to 1) is the probability below which the page says "not sure";
    ``runtime`` is what ``get_runtime`` gives, which is asked when it is missing.
    Raises FileExistsError when the file is there, unless ``overwrite``; NoRuntime when the runtime
    is not cached and cannot be fetched; MissingPackage and ExportError as ``export_onnx``.
    """
    path = Path(path).expanduser().absolute()
    check_new_file(path, overwrite=overwrite)
    runtime = runtime or get_runtime()
    public = about(classifier)
    model = onnx_file_of(classifier)
    with tempfile.TemporaryDirectory() as folder:
        samples, left_out = _samples(classifier, photos, Path(folder))
    style, program = _text("style.css"), "\n".join(_text(name) for name in PROGRAMS)
    preprocess = classifier.preprocess
    settings = {
        "classNames": classifier.class_names,
        "threshold": threshold,
        "preprocess": {
            "size": preprocess.size,
            "resize": preprocess.resize,
            "tallFirst": int(PIL.__version__.split(".")[0]) >= PILLOW_WITH_TALL_FIRST,
        },
    }
    page = _filled(
        _text("page.html"),
        {
            "POLICY": _policy(style, runtime.program, program),
            "TITLE": html.escape(public.title),
            "STYLE": style,
            "SAMPLES": samples,
            "SIZE": str(preprocess.size),
            "CARD": public.as_html(level=3),
            "VERSION": VERSION,
            "SETTINGS": json.dumps(settings).replace("<", "\\u003c"),
            "MODEL": _base64(gzip.compress(model, mtime=0)),
            "RUNTIME": _base64(runtime.binary),
            "LICENCE": _text("licence.txt"),
            "RUNTIME_PROGRAM": runtime.program,
            "PROGRAM": program,
        },
    )
    with replacing(path) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")
    return Shared(path, (*public.left_out, *left_out), public.hints)


def _samples(
    classifier: Classifier, photos: str | Path | None, folder: Path
) -> tuple[str, tuple[str, ...]]:
    """Return the HTML of sample photos to click on, and what was left out of them."""
    if photos is None:
        return "", ()
    samples = write_samples(classifier, Path(photos), folder)
    buttons = []
    for number, sample in enumerate(samples.expected, start=1):
        encoded = _base64((folder / sample["file"]).read_bytes())
        buttons.append(
            f'<button type="button"><img alt="Sample photo {number}" '
            f'src="data:image/jpeg;base64,{encoded}"></button>'
        )
    return f'<div class="samples"><span>or try</span>{"".join(buttons)}</div>', samples.left_out


def _filled(template: str, parts: dict[str, str]) -> str:
    """Put the parts in the places marked %NAME%; what looks like a mark in a part stays text."""
    return re.sub(r"%([A-Z_]+)%", lambda mark: parts[mark.group(1)], template)


def _policy(style: str, *programs: str) -> str:
    """Return a content-security policy that allows these texts and nothing else."""
    allowed = " ".join(_checksum(program) for program in programs)
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'wasm-unsafe-eval' {allowed}",
            f"style-src {_checksum(style)}",
            "img-src blob: data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _checksum(text: str) -> str:
    return f"'sha256-{_base64(hashlib.sha256(text.encode('utf-8')).digest())}'"


def _base64(contents: bytes) -> str:
    return base64.b64encode(contents).decode("ascii")


def _text(name: str) -> str:
    return (WEB / name).read_text(encoding="utf-8")

"""The ONNX file of the model that was shared last, kept so that it need not be made again.

Exporting takes some seconds, most of them for loading the exporter. The project, the page and the
web app of one model need the very same file.
"""

import contextlib
import hashlib
import json
import tempfile
from pathlib import Path

import torch

from workbook.atomic import replacing
from workbook.saving import Classifier
from workbook.saving.rebuild import checksum_of_weights, weights_of
from workbook.sharing.exports import (
    LARGEST_DIFFERENCE,
    export_onnx,
    largest_difference,
    metadata_of,
    network_to_export,
)
from workbook.workspace import workspace


def onnx_file_of(classifier: Classifier) -> bytes:
    """Return what ``export_onnx`` writes: from the workspace if it is there, or made and kept.

    A kept file is tried out before it is used: it must still answer as the classifier does. The
    workspace holds the file of one model. Raises as ``export_onnx``.
    """
    name = f"{_checksum(classifier)}.onnx"
    contents = _kept(name)
    if contents is None or not _answers_alike(classifier, contents):
        with tempfile.TemporaryDirectory() as folder:
            contents = export_onnx(classifier, Path(folder, name)).read_bytes()
        with contextlib.suppress(OSError):  # without room for it, it is made again next time
            _keep(name, contents)
    return contents


def _checksum(classifier: Classifier) -> str:
    parts = [
        checksum_of_weights(weights_of(classifier.model)),
        classifier.card["architecture"],
        classifier.preprocess.as_dict(),
        metadata_of(classifier),
        str(torch.__version__),
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def _folder() -> Path:
    return workspace() / "tools" / "exported"


def _kept(name: str) -> bytes | None:
    try:
        return (_folder() / name).read_bytes()
    except OSError:
        return None


def _keep(name: str, contents: bytes) -> None:
    with replacing(_folder() / name) as temporary:
        temporary.write_bytes(contents)
    for older in _folder().glob("*.onnx"):
        if older.name != name:
            older.unlink(missing_ok=True)


def _answers_alike(classifier: Classifier, contents: bytes) -> bool:
    try:
        difference = largest_difference(*network_to_export(classifier), contents)
    except Exception:  # a damaged file makes onnxruntime raise many kinds of errors
        return False
    return difference <= LARGEST_DIFFERENCE

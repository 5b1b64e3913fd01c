"""A classifier in the two formats that other programs read: ONNX and torch.export.

Both hold the whole way from pixels to probabilities (see ``network``), so they are used in the
same way: a photo is read upright, cut or squeezed to ``size`` pixels as the preprocessing says,
and handed over as uint8 ``(N, 3, size, size)``.
"""

import contextlib
import copy
import io
import json
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

import torch

from workbook.atomic import replacing
from workbook.saving import Classifier
from workbook.sharing.about import about
from workbook.sharing.needs import needed
from workbook.sharing.network import PixelsToProbabilities
from workbook.sharing.report import Shared, folder_to_share

INPUT, OUTPUT = "pixels", "probabilities"
MADE = ("model.onnx", "model.pt2")
CLASSES_KEY, PREPROCESS_KEY, NAME_KEY = "class_names", "preprocess", "name"
LARGEST_DIFFERENCE = 1e-4  # between probabilities of the classifier and of what was exported
# What PyTorch remembers about where a step of the network came from: paths of this computer.
SOURCE_NOTES = ("stack_trace", "nn_module_stack", "source_fn_stack", "from_node", "custom")


class ExportError(RuntimeError):
    """A model that cannot be brought into a format; the text says why and what to do."""


def export_onnx(classifier: Classifier, path: str | Path) -> Path:
    """Write a classifier as one ONNX file, whole or not at all, and return its path.

    The input "pixels" is uint8 ``(N, 3, size, size)``, the output "probabilities" float32
    ``(N, classes)``. The metadata of the file hold the class names in order, the preprocessing
    without mean and deviation (these are inside the network), both as JSON, and the name. Notes
    on where the model was made are removed. The file is tried out before it gets its name.
    Raises MissingPackage, and ExportError when the model cannot be expressed in ONNX or the file
    answers differently from the classifier.
    """
    onnx, _, _ = needed("onnx", "onnxscript", "onnxruntime")
    network, pixels = network_to_export(classifier)
    program = _traced(classifier, network, pixels)
    with _quietly(), _sentence_for(classifier, "ONNX"):
        proto = torch.onnx.export(
            program,
            (pixels,),
            dynamo=True,
            input_names=[INPUT],
            output_names=[OUTPUT],
            verbose=False,
        ).model_proto
    _forget_where_it_was_made(proto)
    onnx.helper.set_model_props(proto, metadata_of(classifier))
    path = Path(path)
    contents = proto.SerializeToString()
    difference = largest_difference(network, pixels, contents)
    if not difference <= LARGEST_DIFFERENCE:  # also when it is not a number
        raise ExportError(
            f"The exported model answers differently from the classifier (by {difference:.2g}),"
            " so it was not written. Check that the model does the same for one photo and for "
            "many, and that its weights are all numbers."
        )
    with replacing(path) as temporary:
        temporary.write_bytes(contents)
    return path


def export_torch(classifier: Classifier, path: str | Path) -> Path:
    """Write a classifier as a file for ``torch.export.load``, and return its path.

    It has the same input, output and metadata as the ONNX file (the metadata lie in the extra
    file "metadata.json"). Raises ExportError when PyTorch cannot export the model.
    """
    program = _traced(classifier, *network_to_export(classifier))
    for module in program.graph_module.modules():
        for step in getattr(getattr(module, "graph", None), "nodes", ()):
            for note in SOURCE_NOTES:
                step.meta.pop(note, None)
    contents = io.BytesIO()
    metadata = json.dumps(metadata_of(classifier))
    with _quietly(), _sentence_for(classifier, "torch.export"):
        torch.export.save(program, contents, extra_files={"metadata.json": metadata})
    path = Path(path)
    with replacing(path) as temporary:
        temporary.write_bytes(contents.getvalue())
    return path


def share_exports(classifier: Classifier, path: str | Path, *, overwrite: bool = False) -> Shared:
    """Make a folder with model.onnx and model.pt2 (for ``torch.export.load``).

    Raises FileExistsError when the folder is there, unless ``overwrite``; otherwise as
    ``export_onnx`` and ``export_torch``.
    """
    path = Path(path).expanduser().absolute()
    with folder_to_share(path, MADE, overwrite=overwrite) as folder:
        export_onnx(classifier, folder / MADE[0])
        export_torch(classifier, folder / MADE[1])
    return Shared(path, ("the whole card except the name and the classes",))


def network_to_export(classifier: Classifier) -> tuple[PixelsToProbabilities, torch.Tensor]:
    """Return a copy of the classifier as one network, and pixels of two photos to try it with."""
    network = copy.deepcopy(PixelsToProbabilities(classifier)).cpu().eval()
    network.to(memory_format=torch.contiguous_format)
    return network, _noise(2, classifier.preprocess.size)


def metadata_of(classifier: Classifier) -> dict[str, str]:
    """Return what stands in the exported file beside the network; all of it is public."""
    preprocess = classifier.preprocess
    return {
        NAME_KEY: about(classifier).title,
        CLASSES_KEY: json.dumps(classifier.class_names),
        PREPROCESS_KEY: json.dumps({"size": preprocess.size, "resize": preprocess.resize}),
    }


def largest_difference(
    network: PixelsToProbabilities, pixels: torch.Tensor, contents: bytes
) -> float:
    """Return by how much the probabilities of an ONNX file differ from the network's, at most."""
    [onnxruntime] = needed("onnxruntime")
    session = onnxruntime.InferenceSession(contents, providers=["CPUExecutionProvider"])
    differences = []
    for some in (pixels[:1], pixels):
        with torch.inference_mode():
            expected = network(some)
        [answered] = session.run([OUTPUT], {INPUT: some.numpy()})
        differences.append((torch.from_numpy(answered) - expected).abs().max())
    return torch.stack(differences).max().item()  # not a number, if one of them is not


def _traced(classifier: Classifier, network: PixelsToProbabilities, pixels: torch.Tensor):
    any_number = torch.export.Dim("photos", min=1, max=65_535)
    with torch.no_grad(), _quietly(), _sentence_for(classifier, "torch.export"):
        return torch.export.export(network, (pixels,), dynamic_shapes=({0: any_number},))


def _noise(photos: int, size: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    shape = (photos, 3, size, size)
    return torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator)


def _forget_where_it_was_made(proto) -> None:
    parts = [proto.graph, *proto.functions]
    for part in parts:
        part.doc_string = ""
        del part.metadata_props[:]
        for step in part.node:
            step.doc_string = ""
            del step.metadata_props[:]
    graph = proto.graph
    for value in [*graph.input, *graph.output, *graph.value_info, *graph.initializer]:
        value.doc_string = ""
        del value.metadata_props[:]


@contextlib.contextmanager
def _sentence_for(classifier: Classifier, file_format: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # the exporters raise nearly anything on models they cannot follow
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else ""
        raise ExportError(
            f'The model of "{classifier.card["name"]}" cannot be exported to {file_format} '
            f"({type(error).__name__}: {reason}). Use layers of torch.nn, and no Python decisions "
            "(if, for) that depend on the numbers in a photo."
        ) from error


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Keep the exporters' notes for their own developers out of the reader's sight."""
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "torch.export", "onnxscript")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)

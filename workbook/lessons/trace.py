"""Traces: follow photos through the whole pipeline, a run through its epochs, and one photo
through the layers of a model. All of them work on your own model and photos."""

import copy
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.functional import cross_entropy

BAR_LENGTH = 20
CLEARLY = 0.02  # a change of accuracy or of the share of the loss that is worth a word


@dataclass(frozen=True)
class Trace:
    """A table that was computed step by step. ``table`` is a pandas DataFrame."""

    title: str
    table: "pandas.DataFrame"  # noqa: F821 - pandas is imported only when a trace is made

    def __repr__(self) -> str:
        return f"{self.title}\n{self.table.to_string(index=False)}"

    def _repr_html_(self) -> str:
        page = self.table.to_html(index=False, escape=True, justify="left", border=0)
        return f"<p><strong>{self.title}</strong></p>{page}"


def trace_pipeline(splits, model: nn.Module, *, batch_size: int = 32, augment=None) -> Trace:
    """Send one batch of training photos through every stage, and note the real shapes.

    ``splits``: as ``get_splits`` gives them. ``model``: any model for these classes; it is
    copied, so tracing changes nothing. The stages are load, preprocess, split, augment, train and
    evaluate, each with the shape of what goes in and of what comes out.
    """
    from workbook.photos.reading import read_photo

    train, validation = splits.train, splits.validation
    photo = read_photo(train.paths[0])
    preprocess = splits.preprocess
    pixels = preprocess.pixels(photo)
    images, labels = next(iter(train.batches(batch_size, augment=augment)))
    twin = copy.deepcopy(model).cpu().eval()
    with torch.inference_mode():
        scores = twin(images)
        loss = cross_entropy(scores, labels)
        right = int((scores.argmax(dim=1) == labels).sum())
    sizes = f"{len(train)} train, {len(validation)} validation"
    classes = len(splits.class_names)
    rows = [
        ("load", "file", f"photo {photo.height} × {photo.width}, 3 colours", "open, turn upright"),
        ("preprocess", f"{photo.height} × {photo.width} × 3", _shape(pixels), "resize, 0 to 255"),
        ("split", f"{len(splits.table)} photos", sizes, "each group in one part only"),
        ("augment", _shape(images), _shape(images), _words(augment)),
        ("normalise", _shape(images), _shape(images), f"values around {_mean(images):+.1f}"),
        ("train", _shape(images), _shape(scores), f"{classes} scores a photo, loss {loss:.2f}"),
        ("evaluate", _shape(scores), f"{right} of {len(labels)}", "compare with the labels"),
    ]
    return _trace("From the file to the result", ("stage", "in", "out", "what happens"), rows)


def trace_training(history) -> Trace:
    """Show a run epoch by epoch, with bars and with an observation computed from the numbers.

    ``history``: what ``fit`` returns.
    """
    rows, before, best = [], None, None
    for row in history.table.to_dict("records"):
        validation = row["validation_accuracy"]
        rows.append(
            (
                int(row["epoch"]),
                f"{row['train_loss']:.3f}",
                f"{_bar(row['train_accuracy'])} {row['train_accuracy']:.0%}",
                f"{_bar(validation)} {validation:.0%}",
                observe_epoch(row, before, best),
            )
        )
        best = validation if best is None else max(best, validation)
        before = row
    columns = ("epoch", "loss", "training photos right", "validation photos right", "observation")
    return _trace("The training, epoch by epoch", columns, rows)


def observe_epoch(row: dict, before: dict | None, best: float | None) -> str:
    """Say in a few words what is to be seen in one epoch.

    ``row`` and ``before``: this epoch and the one before, as rows of a History's table. ``best``:
    the best validation accuracy before this epoch.
    """
    if before is None:
        return "the first guesses"
    words = []
    if row["train_loss"] > before["train_loss"] * (1 + CLEARLY):
        words.append("the loss rises")
    elif row["train_loss"] < before["train_loss"] * (1 - CLEARLY):
        words.append("the loss falls")
    else:
        words.append("the loss hardly moves")
    if row["validation_accuracy"] > best:
        words.append("best so far on validation photos")
    elif row["validation_accuracy"] < best - CLEARLY:
        words.append("worse on validation photos than before")
    gap = row["train_accuracy"] - row["validation_accuracy"]
    if gap > 0.15:
        words.append(f"{gap:.0%} better on its own photos: it memorises")
    return ", ".join(words)


def trace_prediction(model: nn.Module, photo, preprocess, class_names) -> Trace:
    """Follow one photo through the layers of a model, down to the shares of the classes.

    ``photo``: a path, or anything else that ``read_photo`` takes. One row for each layer: the
    shape that it gives, how many adjustable numbers it has, and its smallest and largest output.
    """
    twin = copy.deepcopy(model).cpu().eval()
    rows = []

    def note(name: str, layer: nn.Module):
        def after_forward(_, inputs, output) -> None:
            count = sum(weights.numel() for weights in layer.parameters())
            low, high = float(output.min()), float(output.max())
            rows.append(
                (
                    name,
                    type(layer).__name__,
                    _shape(output),
                    f"{count:,}",
                    f"{low:.2f} to {high:.2f}",
                )
            )

        return after_forward

    for name, layer in twin.named_modules():
        if not list(layer.children()):
            layer.register_forward_hook(note(name, layer))
    values = preprocess(photo)[None]
    rows.append(("photo", "Preprocess", _shape(values), "0", _range(values)))
    with torch.inference_mode():
        shares = twin(values).softmax(dim=1)[0]
    rows.append(("shares", "softmax", f"({len(shares)},)", "0", _range(shares)))
    best = int(shares.argmax())
    title = f"One photo through the model: {class_names[best]}, {float(shares[best]):.0%}"
    columns = ("layer", "kind", "shape that comes out", "adjustable numbers", "values")
    return _trace(title, columns, rows)


def _trace(title: str, columns: tuple[str, ...], rows: list[tuple]) -> Trace:
    import pandas as pd

    return Trace(title, pd.DataFrame(rows, columns=list(columns)))


def _shape(tensor: torch.Tensor) -> str:
    return str(tuple(tensor.shape))


def _mean(tensor: torch.Tensor) -> float:
    return float(tensor.mean()) + 0.0


def _range(tensor: torch.Tensor) -> str:
    return f"{float(tensor.min()):.2f} to {float(tensor.max()):.2f}"


def _words(augment) -> str:
    return "training photos only: turn, zoom, brighten" if augment else "not in this run"


def _bar(share: float) -> str:
    filled = round(share * BAR_LENGTH)
    return "█" * filled + "·" * (BAR_LENGTH - filled)

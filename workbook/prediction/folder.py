"""What a classifier says of every photo in a folder: one row a photo."""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from workbook.photos.folder import find_folder, is_ignored
from workbook.photos.reading import PHOTO_SUFFIXES, PhotoError
from workbook.prediction.single import check_threshold, make_prediction
from workbook.progress import progress_bar
from workbook.saving import Classifier

if TYPE_CHECKING:
    import pandas

PLACES = ("second", "third", "fourth", "fifth")  # the first one is the best guess
BATCHES_AHEAD = 3  # decoded or being decoded while the model is at work; bounds the memory

Decoded = torch.Tensor | PhotoError


def predict_folder(
    classifier: Classifier,
    folder: str | Path,
    *,
    top: int = 3,
    threshold: float = 0.5,
    batch_size: int = 64,
    progress: bool = True,
) -> "pandas.DataFrame":
    """Ask a classifier about every photo in a folder and the folders inside it.

    Returns one row a photo, sorted by name, with the columns file (relative to the folder, with
    forward slashes), answer (a class, or "not sure" below ``threshold``), best_guess, confidence
    (probability of the best guess, 0 to 1), second, second_confidence and so on up to ``top``
    (1 to 5), and problem. A photo that cannot be read keeps its row: the reason stands under
    problem, and the rest is empty. Raises ValueError or OSError when the folder cannot be used.
    """
    import pandas as pd

    check_threshold(threshold)
    if not 1 <= top <= len(PLACES) + 1:
        raise ValueError(f"top is {top}; give a number from 1 to {len(PLACES) + 1}.")
    if batch_size < 1:
        raise ValueError(f"The batch size is {batch_size}; give at least 1.")
    folder = find_folder(folder)
    paths = find_photos(folder)
    columns = ["file", "answer", "best_guess", "confidence"]
    columns += [name for place in PLACES[: top - 1] for name in (place, f"{place}_confidence")]
    rows = []
    with progress_bar(description="Predicting", total=len(paths), shown=progress) as bar:
        for batch, decoded in _decoded_batches(classifier, paths, batch_size):
            for path, answer in zip(batch, _answers(classifier, decoded), strict=True):
                name = path.relative_to(folder).as_posix()
                rows.append({"file": name} | _row(classifier, answer, top, threshold))
            bar.update(len(batch))
    return pd.DataFrame(rows, columns=[*columns, "problem"])


def find_photos(folder: str | Path) -> list[Path]:
    """Return every photo below a folder, sorted by its name inside the folder.

    Hidden files and what systems leave behind (``is_ignored``) are passed over. Raises
    FileNotFoundError, NotADirectoryError, PermissionError or ValueError (no photo inside).
    """
    folder = find_folder(folder)
    found = []
    for place, inner_folders, names in os.walk(folder, onerror=_refuse):
        inner_folders[:] = [name for name in inner_folders if not is_ignored(name)]
        found += [
            Path(place, name)
            for name in names
            if Path(name).suffix.lower() in PHOTO_SUFFIXES and not is_ignored(name)
        ]
    if not found:
        raise ValueError(
            f"There are no photos in {folder} or the folders inside it. Photos are files that end "
            "in .jpg, .png, .webp and the like."
        )
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def _refuse(error: OSError) -> None:
    raise PermissionError(
        f"The folder {error.filename} cannot be opened ({error.strerror}). Ask for permission to "
        "read it, or move it away."
    ) from error


def _decoded_batches(
    classifier: Classifier, paths: Sequence[Path], batch_size: int
) -> Iterator[tuple[Sequence[Path], list[Decoded]]]:
    """Yield (paths, pixels or errors) a batch at a time, decoding the next ones meanwhile."""

    def decode(path: Path) -> Decoded:
        try:
            return classifier.preprocess.pixels(path)
        except PhotoError as error:
            return error

    batches = (paths[start : start + batch_size] for start in range(0, len(paths), batch_size))
    waiting: deque[tuple[Sequence[Path], list[Future]]] = deque()
    pool = ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, 16))
    try:
        for batch in islice(batches, BATCHES_AHEAD):
            waiting.append((batch, [pool.submit(decode, path) for path in batch]))
        while waiting:
            batch, futures = waiting.popleft()
            decoded = [future.result() for future in futures]
            for following in islice(batches, 1):
                waiting.append((following, [pool.submit(decode, path) for path in following]))
            yield batch, decoded
    finally:
        pool.shutdown(cancel_futures=True)


def _answers(classifier: Classifier, decoded: list[Decoded]) -> Iterator[torch.Tensor | PhotoError]:
    readable = [pixels for pixels in decoded if isinstance(pixels, torch.Tensor)]
    probabilities = iter(classifier.probabilities(torch.stack(readable)) if readable else ())
    for pixels in decoded:
        yield next(probabilities) if isinstance(pixels, torch.Tensor) else pixels


def _row(
    classifier: Classifier, answer: torch.Tensor | PhotoError, top: int, threshold: float
) -> dict:
    if isinstance(answer, PhotoError):
        return {"answer": "", "best_guess": "", "problem": answer.reason}
    prediction = make_prediction(classifier.class_names, answer, top=top, threshold=threshold)
    row = {
        "answer": prediction.answer,
        "best_guess": prediction.names[0],
        "confidence": prediction.probabilities[0],
        "problem": "",
    }
    following = zip(PLACES, prediction.names[1:], prediction.probabilities[1:], strict=False)
    for place, name, probability in following:
        row |= {place: name, f"{place}_confidence": probability}
    return row

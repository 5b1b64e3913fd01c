"""What a classifier says of every photo in a folder: one row a photo."""

import math
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from copy import copy
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import torch

from workbook.photos.folder import find_folder, is_ignored
from workbook.photos.reading import PHOTO_SUFFIXES, PhotoError
from workbook.prediction.folding import fold_batch_norm
from workbook.prediction.single import NOT_SURE, check_threshold
from workbook.progress import progress_bar
from workbook.saving import Classifier

if TYPE_CHECKING:
    import pandas

PLACES = ("second", "third", "fourth", "fifth")  # the first one is the best guess
MOST_THREADS = 16


@dataclass(frozen=True)
class BatchAnswer:
    """The best classes of some photos, best first, and the reasons of those not readable.

    ``names`` and ``probabilities`` hold one list a readable photo, in order; ``problems`` maps
    the position of an unreadable photo in the batch to the reason.
    """

    names: list[list[str]]
    probabilities: list[list[float]]
    problems: dict[int, str]


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
        for batch, answer in _answered_batches(classifier, paths, batch_size, top):
            files = [path.relative_to(folder).as_posix() for path in batch]
            rows += _rows(files, answer, threshold)
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


def _answered_batches(
    classifier: Classifier, paths: Sequence[Path], batch_size: int, top: int
) -> Iterator[tuple[Sequence[Path], BatchAnswer]]:
    """Yield the batches in order, while several threads work on the following ones.

    Each thread decodes a batch and asks the model about it, with a single thread for the
    arithmetic: on a processor that is nearly twice as fast as letting all threads share each
    layer, and it does not suffer when other programs are busy. A graphics card is asked by one
    thread at a time. At most twice as many batches as threads are held in memory.
    """
    threads = min(os.cpu_count() or 1, MOST_THREADS)
    size = min(batch_size, math.ceil(len(paths) / threads))
    batches = (paths[start : start + size] for start in range(0, len(paths), size))
    quick = copy(classifier)  # not a new Classifier, which would try its model out once more
    quick.model = fold_batch_norm(classifier.model)
    turn = nullcontext() if classifier.device.type == "cpu" else Lock()
    arithmetic_threads = torch.get_num_threads()
    pool = ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))
    waiting = deque()
    try:
        for batch in islice(batches, 2 * threads):
            waiting.append((batch, pool.submit(_ask, quick, batch, top, turn)))
        while waiting:
            batch, future = waiting.popleft()
            answer = future.result()
            for following in islice(batches, 1):
                waiting.append((following, pool.submit(_ask, quick, following, top, turn)))
            yield batch, answer
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(arithmetic_threads)


def _ask(classifier: Classifier, paths: Sequence[Path], top: int, turn) -> BatchAnswer:
    pixels, problems = [], {}
    for position, path in enumerate(paths):
        try:
            pixels.append(classifier.preprocess.pixels(path))
        except PhotoError as error:
            problems[position] = error.reason
    if not pixels:
        return BatchAnswer([], [], problems)
    with turn:
        probabilities = classifier.probabilities(torch.stack(pixels))
    best = probabilities.topk(min(top, len(classifier.class_names)), dim=1)
    names = [[classifier.class_names[index] for index in row] for row in best.indices.tolist()]
    return BatchAnswer(names, best.values.tolist(), problems)


def _rows(files: list[str], answer: BatchAnswer, threshold: float) -> Iterator[dict]:
    readable = zip(answer.names, answer.probabilities, strict=True)
    for position, file in enumerate(files):
        if position in answer.problems:
            reason = answer.problems[position]
            yield {"file": file, "answer": "", "best_guess": "", "problem": reason}
            continue
        names, probabilities = next(readable)
        row = {
            "file": file,
            "answer": names[0] if probabilities[0] >= threshold else NOT_SURE,
            "best_guess": names[0],
            "confidence": probabilities[0],
            "problem": "",
        }
        for place, name, probability in zip(PLACES, names[1:], probabilities[1:], strict=False):
            row |= {place: name, f"{place}_confidence": probability}
        yield row

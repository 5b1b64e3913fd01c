"""What it costs to train on photos that stay on disk: speed and memory, against photos in memory.

Run it with ``python benchmarks/streaming.py``. Every run is a process of its own, which trains the
same small CNN on the same folder: kept in memory, read from the file of decoded photos, or decoded
in every epoch, as it is done when the disk has no room for that file. An untimed start of the first
two ways decodes the photos. The ways take turns within each round, so that a busy computer slows
all of them; what counts are the ratios within a round.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
import psutil
import torch
from results import write_markdown

from workbook import create_model, fit
from workbook.photos.photoset import PhotoSet
from workbook.photos.preprocess import Preprocess
from workbook.photos.streaming import open_photos
from workbook.studio import make_photos

CLASSES = 8
RENDERED = 40  # photos of each class
IN_MEMORY, STORED, DECODED = "in memory", "from the file of decoded photos", "decoded every epoch"


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    if arguments.way:
        print(json.dumps(train(arguments)))
        return
    torch.set_num_threads(arguments.threads)
    # As ``workbook train`` does it. Threads of PyTorch that spin while they wait take the processor
    # from the thread that reads.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    per_class = max(2, arguments.photos // CLASSES)
    ways = [IN_MEMORY, STORED] if arguments.without_decoding else [IN_MEMORY, STORED, DECODED]
    measured: dict[str, list[dict]] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["WORKBOOK_HOME"] = str(Path(folder) / "workspace")
        photos = write_photos(Path(folder) / "photos", per_class, arguments.side)
        for way in (IN_MEMORY, STORED):
            in_own_process(way, photos, epochs=2)
        for turn in range(arguments.rounds):
            for way in ways if turn % 2 == 0 else ways[::-1]:
                measured[way].append(in_own_process(way, photos, arguments.epochs))
                print(f"round {turn + 1}, {way}: {measured[way][-1]}", flush=True)
    megabytes = per_class * CLASSES * 3 * arguments.size**2 / 1e6
    text = (
        f"{per_class * CLASSES} photos of {arguments.side} pixels, resized to {arguments.size}, "
        f"which is {megabytes:.0f} MB decoded. {arguments.epochs} epochs of `{arguments.model}`, "
        f"{arguments.rounds} interleaved rounds, each run in a process of its own. Images a second "
        "are those of the epochs after the first; a ratio is the median over the rounds. Memory: "
        "by how much the largest memory of the process grew when it opened these photos and "
        "trained on them, after training on one batch of black squares. "
        f"OMP_WAIT_POLICY: {os.environ['OMP_WAIT_POLICY']}."
    )
    write_markdown("streaming", "Training on photos that stay on disk", table(measured), text)


def write_photos(folder: Path, per_class: int, side: int) -> Path:
    """Write photos of CLASSES kinds. Few are rendered, which is slow; the others are copies."""
    make_photos(folder, per_class=min(per_class, RENDERED), size=side, seed=5, progress=False)
    for class_folder in (path for path in folder.iterdir() if path.is_dir()):
        rendered = sorted(class_folder.iterdir())
        for number in range(len(rendered), per_class):
            source = rendered[number % len(rendered)]
            shutil.copy(source, class_folder / f"copy_{number:05d}{source.suffix}")
    return folder


def in_own_process(way: str, photos: Path, epochs: int) -> dict:
    """Run one way in a fresh process, with the other settings of this one; return its figures."""
    settings = [*sys.argv[1:], "--way", way, "--folder", str(photos), "--epochs", str(epochs)]
    finished = subprocess.run(
        [sys.executable, __file__, *settings], stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(finished.stdout.splitlines()[-1])


def train(arguments: argparse.Namespace) -> dict[str, float]:
    """Train once; return images a second, seconds to open the photos, and bytes of memory."""
    torch.set_num_threads(arguments.threads)
    model = create_model(arguments.model, classes=CLASSES, size=arguments.size)
    train_on_one_batch(model, arguments)
    before = peak_memory()
    started = time.perf_counter()
    photos = open_photos(
        arguments.folder,
        Preprocess(arguments.size),
        memory_limit=2**62 if arguments.way == IN_MEMORY else 0,
        cache=arguments.way != DECODED,
        progress=False,
    )
    opened = time.perf_counter() - started
    history = fit(
        model,
        photos,
        photos.take(1),
        epochs=arguments.epochs,
        batch_size=arguments.batch_size,
        progress=False,
    )
    seconds = sum(row["seconds"] for row in history.rows[1:])
    return {
        "images_per_second": (arguments.epochs - 1) * len(photos) / seconds,
        "seconds_to_open": opened,
        "bytes": peak_memory() - before,
    }


def train_on_one_batch(model: torch.nn.Module, arguments: argparse.Namespace) -> None:
    """Load what training loads, so that the memory measured after this is that of the photos."""
    shape = (arguments.batch_size, 3, arguments.size, arguments.size)
    labels = torch.arange(arguments.batch_size) % CLASSES
    names = [str(number) for number in range(CLASSES)]
    photos = PhotoSet.from_tensors(torch.zeros(shape, dtype=torch.uint8), labels, names)
    fit(model, photos, photos, epochs=2, batch_size=arguments.batch_size, progress=False)


def peak_memory() -> int:
    """Return the largest memory that this process has had so far, in bytes."""
    if sys.platform == "win32":
        return psutil.Process().memory_info().peak_wset
    if sys.platform == "linux":
        # Not getrusage: there a process starts with the peak of the one that started it.
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS


def table(measured: dict[str, list[dict]]) -> pd.DataFrame:
    """Return one row per way: speed, its ratio to the way in memory, start and memory."""

    def row(way: str, runs: list[dict]) -> dict:
        speeds = [run["images_per_second"] for run in runs]
        best = [run["images_per_second"] for run in measured[IN_MEMORY]]
        ratios = [speed / other for speed, other in zip(speeds, best, strict=True)]
        return {
            "way": way,
            "images/s": round(statistics.median(speeds)),
            "ratio": f"{statistics.median(ratios):.2f}",
            "opening, s": f"{statistics.median(run['seconds_to_open'] for run in runs):.1f}",
            "memory, MB": round(max(run["bytes"] for run in runs) / 1e6),
        }

    return pd.DataFrame([row(way, runs) for way, runs in measured.items()])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--photos", type=int, default=8000)
    parser.add_argument("--side", type=int, default=96, help="pixels, of the files")
    parser.add_argument("--size", type=int, default=64, help="pixels, as the model sees them")
    parser.add_argument("--model", default="small_cnn")
    parser.add_argument("--epochs", type=int, default=3, help="from 2 on")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2, help="threads of torch")
    parser.add_argument("--without-decoding", action="store_true", help="leave out the slow way")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()

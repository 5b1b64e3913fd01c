"""How long a folder of photos takes: ``predict_to_csv`` against one photo at a time.

Run it with ``python benchmarks/prediction.py``. The one-at-a-time way is what tutorials show: open
the photo with Pillow, convert it with torchvision's transforms, ask the model about a batch of
one, write a row. Both ways use the same weights and the same folder of JPEG files, and take turns,
so that a busy computer slows both down. Every turn is a process of its own, started as its users
start it: the tutorial's with PyTorch's own settings, ours with what ``workbook predict`` and
``make lab`` set. Loading torch and the model is in neither time, and neither is a first,
unmeasured pass over the same photos.
"""

import argparse
import copy
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import torch
from PIL import Image
from results import write_markdown
from torchvision import transforms

from workbook.models import create_model
from workbook.photos.preprocess import Preprocess
from workbook.prediction import predict_to_csv
from workbook.saving import Classifier
from workbook.saving.card import write_card
from workbook.studio import make_photos

CLASS_NAMES = ("apple", "ball", "banana", "bottle", "bowl", "mug", "orange", "pear")
RENDERED = 160  # pixels; larger files are enlarged, since rendering takes long
MEAN, STD = (0.48, 0.45, 0.42), (0.23, 0.22, 0.22)


def main() -> None:
    """Measure both ways in turns, and write results/prediction.md."""
    arguments = _arguments()
    if arguments.way:
        print(json.dumps(measure(WAYS[arguments.way], arguments)))
        return
    rows = []
    for side in arguments.sides:
        with tempfile.TemporaryDirectory() as temporary:
            photos = make_folder(Path(temporary) / "photos", arguments.photos, side)
            turns = compare(photos, arguments.rounds)
        rows += [row(f"{side} pixels", way, turns) for way in WAYS]
    text = (
        f"{arguments.photos} JPEG files to a CSV file, model {arguments.model} at 64 pixels, "
        f"{arguments.rounds} interleaved rounds, medians, and in brackets the lowest and the "
        "highest round."
    )
    write_markdown("prediction", "Speed of prediction", pd.DataFrame(rows), text)


def row(photos: str, way: str, turns: dict[str, list[dict]]) -> dict[str, str]:
    """Return a row of the table: what one way took, and how much faster it is than the first."""

    def faster(figure: str) -> str:
        pairs = zip(turns["one_at_a_time"], turns[way], strict=True)
        each = [first[figure] / this[figure] for first, this in pairs]
        return f"{statistics.median(each):.1f} ({min(each):.1f} to {max(each):.1f})"

    return {
        "photos": photos,
        "way": way.replace("_", " "),
        "seconds": f"{statistics.median(turn['seconds'] for turn in turns[way]):.2f}",
        "faster by": faster("seconds"),
        "in processor seconds": faster("processor"),
    }


def compare(photos: Path, rounds: int) -> dict[str, list[dict]]:
    """Let both ways take turns, and return what each turn took."""
    turns = {way: [] for way in WAYS}
    for number in range(rounds):
        for way in WAYS if number % 2 == 0 else reversed(WAYS):
            turns[way].append(in_own_process(way, photos))
            print(f"round {number + 1}, {way}: {turns[way][-1]}", flush=True)
    return turns


def in_own_process(way: str, photos: Path) -> dict[str, float]:
    """Run one way in a fresh process, with the other settings of this one; return its figures."""
    finished = subprocess.run(
        [sys.executable, __file__, *sys.argv[1:], "--way", way, "--folder", str(photos)],
        env=os.environ | AS_STARTED[way],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(finished.stdout.splitlines()[-1])


def measure(way: Callable, arguments: argparse.Namespace) -> dict[str, float]:
    """Return the seconds, and the seconds of processor, that the second pass takes."""
    classifier = untrained_classifier(arguments.model)
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary) / "answers.csv"
        way(classifier, arguments.folder, out)  # the first call imports what it needs
        start, busy = time.perf_counter(), time.process_time()
        way(classifier, arguments.folder, out)
        figures = {
            "seconds": time.perf_counter() - start,
            "processor": time.process_time() - busy,
        }
        check_rows(out, len(list(arguments.folder.iterdir())))
    return figures


def one_at_a_time(classifier: Classifier, photos: Path, csv_path: Path) -> None:
    """The tutorial's loop: one photo, one batch, one row."""
    prepare = transforms.Compose(
        [
            transforms.Resize(64),
            transforms.CenterCrop(64),
            transforms.ToTensor(),
            transforms.Normalize(MEAN, STD),
        ]
    )
    model = copy.deepcopy(classifier.model).to(memory_format=torch.contiguous_format)
    with open(csv_path, "w", newline="", encoding="utf-8") as file, torch.no_grad():
        writer = csv.writer(file)
        writer.writerow(["file", "answer", "confidence"])
        for path in sorted(photos.iterdir()):
            image = prepare(Image.open(path).convert("RGB"))
            probabilities = model(image.unsqueeze(0)).softmax(dim=1)[0]
            best = int(probabilities.argmax())
            writer.writerow([path.name, CLASS_NAMES[best], f"{probabilities[best].item():.6f}"])


def whole_folder(classifier: Classifier, photos: Path, csv_path: Path) -> None:
    """The workbook's way."""
    predict_to_csv(classifier, photos, csv_path, threshold=0.0, progress=False)


WAYS = {"one_at_a_time": one_at_a_time, "whole_folder": whole_folder}
AS_STARTED = {"one_at_a_time": {}, "whole_folder": {"OMP_WAIT_POLICY": "PASSIVE"}}


def check_rows(csv_path: Path, count: int) -> None:
    """Stop unless there is one row for each photo."""
    with open(csv_path, newline="", encoding="utf-8-sig") as file:
        files = {row["file"] for row in csv.DictReader(file)}
    if len(files) != count:
        raise SystemExit(f"{csv_path} has {len(files)} rows for {count} photos")


def make_folder(folder: Path, count: int, side: int) -> Path:
    """Write ``count`` different JPEG files: rendered photos, each cut out in several ways."""
    beside = folder.with_name("rendered")
    make_photos(beside, per_class=6, size=RENDERED, progress=False)
    rendered = sorted(beside.rglob("*.jpg"))
    folder.mkdir()
    for number in range(count):
        with Image.open(rendered[number % len(rendered)]) as photo:
            shift = number // len(rendered)
            cut = photo.crop((shift % 16, shift // 16, RENDERED - 16 + shift % 16, RENDERED - 4))
            cut.resize((side, side)).save(folder / f"{number:05}.jpg", quality=85 + shift % 8)
    return folder


def untrained_classifier(architecture: str) -> Classifier:
    """Return a classifier with random weights: speed does not depend on what was learned."""
    model = create_model(architecture, classes=len(CLASS_NAMES), size=64)
    preprocess = Preprocess(size=64, mean=MEAN, std=STD)
    card = write_card(
        name="speed",
        version="1.0",
        recipe=model.recipe,
        class_names=CLASS_NAMES,
        preprocess=preprocess,
        data={},
        metrics={},
        settings={},
        test_openings=[],
        limits=[],
        licence="",
    )
    with tempfile.TemporaryDirectory() as temporary:
        path = Classifier(model, preprocess, CLASS_NAMES, card).save(
            Path(temporary) / "m.safetensors"
        )
        return Classifier.load(path, device="cpu")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=2000)
    parser.add_argument("--sides", type=int, nargs="+", default=[160, 640], help="pixels")
    parser.add_argument("--model", default="batchnorm_cnn")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()

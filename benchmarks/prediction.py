"""How long a folder of photos takes: ``predict_to_csv`` against one photo at a time.

Run it with ``python benchmarks/prediction.py``. The one-at-a-time way is what tutorials show: open
the photo with Pillow, convert it with torchvision's transforms, ask the model about a batch of
one, write a row. Both ways use the same weights and the same folder of JPEG files, and take turns,
so that a busy computer slows both down. Seconds are printed for each round and medians at the
end; loading torch and the model is in neither, and neither is a first, unmeasured round.
"""

import argparse
import copy
import csv
import os
import statistics
import tempfile
import time
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
MEAN, STD = (0.48, 0.45, 0.42), (0.23, 0.22, 0.22)


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as temporary:
        photos = Path(temporary) / "photos"
        make_folder(photos, arguments.photos, arguments.side)
        megabytes = sum(path.stat().st_size for path in photos.iterdir()) / 1e6
        print(
            f"{arguments.photos} JPEG files of {arguments.side} pixels ({megabytes:.1f} MB), "
            f"model {arguments.model} at 64 pixels, {torch.get_num_threads()} threads"
        )
        classifier = untrained_classifier(arguments.model)
        compare(classifier, photos, Path(temporary), arguments.rounds)


def compare(classifier: Classifier, photos: Path, out: Path, rounds: int) -> None:
    """Time both ways in turns, and print seconds, processor seconds and how they compare."""
    ways = (one_at_a_time, whole_folder)
    count = len(list(photos.iterdir()))
    for way in ways:  # the first call of each imports what it needs
        way(classifier, photos, out / f"{way.__name__}.csv")
    check_rows(out, count)
    seconds, processor = {way: [] for way in ways}, {way: [] for way in ways}
    for turn in range(rounds):
        for way in ways if turn % 2 == 0 else reversed(ways):
            start, busy = time.perf_counter(), time.process_time()
            way(classifier, photos, out / f"{way.__name__}.csv")
            seconds[way].append(time.perf_counter() - start)
            processor[way].append(time.process_time() - busy)
            taken = f"{seconds[way][-1]:6.2f} s, {processor[way][-1]:6.2f} s of processor"
            print(f"round {turn + 1}: {way.__name__:<14}{taken}", flush=True)
    rows = [
        {
            "way": way.__name__.replace("_", " "),
            "seconds": f"{statistics.median(seconds[way]):.2f}",
            "processor seconds": f"{statistics.median(processor[way]):.2f}",
            "photos a second": f"{count / statistics.median(seconds[way]):.0f}",
        }
        for way in ways
    ]
    policy = os.environ.get("OMP_WAIT_POLICY", "not set")
    text = (
        f"{count} JPEG files to a CSV file, {rounds} interleaved rounds, medians. The whole folder "
        f"is faster by {ratios(seconds[one_at_a_time], seconds[whole_folder])} in seconds, and by "
        f"{ratios(processor[one_at_a_time], processor[whole_folder])} in processor seconds. "
        f"OMP_WAIT_POLICY: {policy}."
    )
    write_markdown("prediction", "Speed of prediction", pd.DataFrame(rows), text)


def ratios(slow: list[float], quick: list[float]) -> str:
    """Say by how much the second way is faster: the median of the rounds, and their range."""
    each = [one / other for one, other in zip(slow, quick, strict=True)]
    return f"{statistics.median(each):.1f} (rounds: {min(each):.1f} to {max(each):.1f})"


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


def check_rows(out: Path, count: int) -> None:
    """Stop unless both ways wrote one row for each photo."""
    for way in (one_at_a_time, whole_folder):
        with open(out / f"{way.__name__}.csv", newline="", encoding="utf-8-sig") as file:
            files = {row["file"] for row in csv.DictReader(file)}
        if len(files) != count:
            raise SystemExit(f"{way.__name__} wrote {len(files)} rows for {count} photos")


def make_folder(folder: Path, count: int, side: int) -> None:
    """Write ``count`` different JPEG files: rendered photos, each cut out in several ways."""
    rendered = sorted(
        make_photos(folder.with_name("rendered"), per_class=6, size=side, progress=False).rglob(
            "*.jpg"
        )
    )
    folder.mkdir()
    for number in range(count):
        with Image.open(rendered[number % len(rendered)]) as photo:
            shift = number // len(rendered)
            cut = photo.crop((shift % 16, shift // 16, side - 16 + shift % 16, side - 4))
            cut.resize((side, side)).save(folder / f"{number:05}.jpg", quality=85 + shift % 8)


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
    parser.add_argument("--side", type=int, default=160, help="pixels")
    parser.add_argument("--model", default="batchnorm_cnn")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()

"""How quickly a graphics card learns CIFAR-10: 60,000 real photos of 32 pixels in ten classes.

Run it with ``python benchmarks/gpu.py`` on a computer with an NVIDIA card. It prints how many
images a second are learned from, what share of the card's arithmetic that uses, and after how many
seconds 90 % and 94 % of the test photos are right. What to compare with: airbench94 (Jordan 2024,
"94% on CIFAR-10 in 3.29 seconds on a single GPU", https://arxiv.org/abs/2404.00498), whose authors
measure 2.6 seconds on an A100 with a compiled network. The network, the whitened first layer, the
alternating flips and the settings are those of the paper; left out are what makes a loop hard to
read, and averaging over weights and over shifted test photos.

All photos lie on the card from the start, as bytes. Only training counts as time: the test after
each epoch, and a first step that makes the card ready, do not.

    python benchmarks/gpu.py --device cpu --photos 200 --epochs 1

tries everything out on made-up photos, with a narrow network.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd
import torch
from cifar10_network import CLASSES, WIDTHS, Network, make_optimizer, rate
from results import computer, markdown_table, write_markdown
from torch.nn.functional import cross_entropy, pad
from torch.utils.flop_counter import FlopCounterMode

from workbook import fit
from workbook.device import pick_device
from workbook.photos.photoset import PhotoSet
from workbook.photos.preprocess import Preprocess
from workbook.training.precision import layer_precision
from workbook.workspace import data_folder

SIZE = 32  # pixels
PREPROCESS = Preprocess(SIZE, mean=(0.4914, 0.4822, 0.4465), std=(0.2470, 0.2435, 0.2616))
LARGEST_SHIFT = 2  # pixels
LABEL_SMOOTHING = 0.2
EPOCHS_WITH_FIRST_BIAS = 3
GOALS = (0.90, 0.94)


@dataclass
class Photos:
    """uint8 images ``(N, 3, 32, 32)`` and int64 labels ``(N,)``, on the device."""

    images: torch.Tensor
    labels: torch.Tensor

    def __len__(self) -> int:
        return len(self.labels)


@dataclass
class Run:
    """What one training gave: after each epoch the seconds of training so far, and the accuracy."""

    seconds: list[float]
    accuracies: list[float]

    def seconds_to(self, goal: float) -> float | None:
        """Return the seconds of training until so many test photos were right; None if never."""
        for seconds, accuracy in zip(self.seconds, self.accuracies, strict=True):
            if accuracy >= goal:
                return seconds
        return None


def main() -> None:
    """Measure and print; on a graphics card also write results/gpu.md."""
    arguments = _arguments()
    device = pick_device(arguments.device)
    torch.backends.cudnn.benchmark = True  # all batches are of one size: look for the best way
    if arguments.photos:
        train = made_up_photos(arguments.photos, device)
        test = train
    else:
        train, test = cifar10(device)
    peak = matmul_peak(device)
    work = work_per_photo(train, arguments.widths, device)
    train_network(first_photos(train, 2 * arguments.batch_size), test, 1, arguments, seed=0)

    runs = []
    for seed in range(arguments.runs):
        runs.append(train_network(train, test, arguments.epochs, arguments, seed))
        print(f"run {seed + 1}: {runs[-1]}", flush=True)
    seen = max(1, len(train) // arguments.batch_size) * arguments.batch_size  # in each epoch
    rows = [row_of_loop(run, seen, work, peak) for run in runs]
    rows.append(row_of_fit(train, test, work, peak, arguments))
    table = pd.DataFrame(rows)
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
    text = (
        f"{len(train):,} training photos{' (made up)' if arguments.photos else ' of CIFAR-10'}, "
        f"{arguments.epochs} epochs, batches of {arguments.batch_size}, on {name}, which reaches "
        f"{peak / 1e12:.3g} TFLOP/s when it multiplies square bfloat16 matrices. Share of peak: "
        f"arithmetic of the network ({work / 1e9:.3g} GFLOP a photo, forward and backward) against "
        "that. Seconds are those of training; accuracy is on the test photos, averaged over each "
        "photo and its mirror image."
    )
    if device.type == "cuda" and not arguments.photos:
        write_markdown("gpu", "CIFAR-10 on a graphics card", table, text)
    else:
        print(f"{markdown_table(table)}\n\n{text}\n\nMeasured {computer()}.")


# Photos


def cifar10(device: torch.device) -> tuple[Photos, Photos]:
    """Return training and test photos. Downloads them, checked, the first time (170 MB)."""
    from torchvision.datasets import CIFAR10

    from workbook.photos.download import download
    from workbook.photos.web_sets import WEB_SETS

    store = data_folder() / "downloads"
    for archive in WEB_SETS["cifar10"].archives():
        download(archive.url, store / archive.place, md5=archive.md5)
    parts = (CIFAR10(str(store), train, download=True) for train in (True, False))
    train, test = (
        Photos(
            torch.from_numpy(part.data).to(device).permute(0, 3, 1, 2).contiguous(),
            torch.tensor(part.targets, device=device),
        )
        for part in parts
    )
    return train, test


def made_up_photos(count: int, device: torch.device) -> Photos:
    """Return noise whose brightness tells the class."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(count) % CLASSES
    noise = 40 * torch.randn(count, 3, SIZE, SIZE, generator=generator)
    images = noise + 20 * labels[:, None, None, None] + 30
    return Photos(images.round().clamp(0, 255).to(torch.uint8).to(device), labels.to(device))


def first_photos(photos: Photos, count: int) -> Photos:
    """Return the first photos of a set."""
    return Photos(photos.images[:count], photos.labels[:count])


def shift(images: torch.Tensor) -> torch.Tensor:
    """Move each image by up to LARGEST_SHIFT pixels in both directions, its edge mirrored."""
    count, device = len(images), images.device
    padded = pad(images, (LARGEST_SHIFT,) * 4, mode="reflect")
    offsets = torch.randint(0, 2 * LARGEST_SHIFT + 1, (2, count, 1), device=device)
    rows, columns = offsets + torch.arange(SIZE, device=device)
    numbers = torch.arange(count, device=device)
    # Indexing puts the colours last, which is the layout that convolutions are quickest with.
    shifted = padded[numbers[:, None, None], :, rows[:, :, None], columns[:, None, :]]
    return shifted.permute(0, 3, 1, 2)


def training_batches(
    photos: Photos, batch_size: int, mirrored: torch.Tensor
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield normalised, shifted photos ``(B, 3, 32, 32)`` and labels, in random order.

    mirrored: for each photo whether it is shown the other way round. A last, smaller batch is left
    out, because the learning rate is made for full ones.
    """
    order = torch.randperm(len(photos), device=photos.labels.device)
    last_start = max(0, len(photos) - batch_size)
    for start in range(0, last_start + 1, batch_size):
        chosen = order[start : start + batch_size]
        images = PREPROCESS.normalize(photos.images[chosen])
        turn = mirrored[chosen].view(-1, 1, 1, 1)
        yield shift(torch.where(turn, images.flip(-1), images)), photos.labels[chosen]


# Training


def train_network(
    train: Photos, test: Photos, epochs: int, arguments: argparse.Namespace, seed: int
) -> Run:
    """Train a new network and return how it went."""
    device, widths = train.labels.device, arguments.widths
    torch.manual_seed(seed)
    started = now(device)
    with torch.no_grad():
        network = Network(PREPROCESS.normalize(train.images[:5000]), widths)
    network = network.to(device, memory_format=torch.channels_last)
    optimizer = make_optimizer(network, arguments.batch_size)
    steps = epochs * max(1, len(train) // arguments.batch_size)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate(step / steps))
    mirrored_at_first = torch.rand(len(train), device=device) < 0.5

    seconds, run = now(device) - started, Run([], [])
    for epoch in range(epochs):
        started = now(device)
        network.train()
        network.first.bias.requires_grad_(epoch < EPOCHS_WITH_FIRST_BIAS)
        mirrored = mirrored_at_first ^ (epoch % 2 == 1)  # each photo turns around every epoch
        for images, labels in training_batches(train, arguments.batch_size, mirrored):
            with layer_precision("auto", device):  # bfloat16, where the device gains by it
                scores = network(images)
            loss = cross_entropy(scores.float(), labels, label_smoothing=LABEL_SMOOTHING)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        seconds += now(device) - started
        run.seconds.append(seconds)
        run.accuracies.append(accuracy(network, test))
    return run


@torch.no_grad()
def accuracy(network: Network, photos: Photos) -> float:
    """Return the share of photos, 0 to 1, that are right when seen both ways round."""
    network.eval()
    right = 0
    pairs = zip(photos.images.split(2000), photos.labels.split(2000), strict=True)
    for pixels, labels in pairs:
        images = PREPROCESS.normalize(pixels).contiguous(memory_format=torch.channels_last)
        with layer_precision("auto", images.device):
            scores = network(images) + network(images.flip(-1))
        right += int((scores.argmax(dim=1) == labels).sum())
    return right / len(photos)


# Measuring


def now(device: torch.device) -> float:
    """Return the time in seconds, after the device has finished what it was asked for."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()


def matmul_peak(device: torch.device) -> float:
    """Return the most floating point operations a second in a product of bfloat16 matrices."""
    side, repeats = (8192, 20) if device.type == "cuda" else (256, 3)
    matrix = torch.randn(side, side, device=device, dtype=torch.bfloat16)
    best = 0.0
    for _ in range(5):
        started = now(device)
        for _ in range(repeats):
            matrix @ matrix
        best = max(best, repeats * 2 * side**3 / (now(device) - started))
    return best


def work_per_photo(photos: Photos, widths: Sequence[int], device: torch.device) -> float:
    """Return the floating point operations of one training step, for each photo in it."""
    some = first_photos(photos, 64)
    with torch.no_grad():
        network = Network(PREPROCESS.normalize(some.images), widths).to(device)
    with FlopCounterMode(display=False) as counter:
        cross_entropy(network(PREPROCESS.normalize(some.images)), some.labels).backward()
    return counter.get_total_flops() / len(some)


def row_of_loop(run: Run, photos: int, work: float, peak: float) -> dict:
    """Return the figures of one training with the loop of this file."""
    speed = len(run.seconds) * photos / run.seconds[-1]
    return {"way": "this loop", **speeds(speed, work, peak)} | {
        **{f"s to {goal:.0%}": as_text(run.seconds_to(goal)) for goal in GOALS},
        "accuracy": f"{run.accuracies[-1]:.2%}",
    }


def row_of_fit(
    train: Photos, test: Photos, work: float, peak: float, arguments: argparse.Namespace
) -> dict:
    """Return the figures of the workbook's ``fit`` with the same network, without augmentation."""
    device, widths = train.labels.device, arguments.widths
    names = [str(number) for number in range(CLASSES)]
    sets = [
        PhotoSet.from_tensors(part.images.cpu(), part.labels.cpu(), names, preprocess=PREPROCESS)
        for part in (train, test)
    ]
    torch.manual_seed(0)
    with torch.no_grad():
        network = Network(PREPROCESS.normalize(train.images[:5000]), widths)
    history = fit(
        network,
        *sets,
        epochs=3,
        batch_size=arguments.batch_size,
        device=device,
        progress=False,
    )
    seconds = sum(row["seconds"] for row in history.rows[1:])
    speed = (len(history.rows) - 1) * len(train) / seconds
    never = {f"s to {goal:.0%}": "-" for goal in GOALS}
    right = history.rows[-1]["validation_accuracy"]
    way = f"fit, {len(history.rows)} epochs, with judging"
    return {"way": way, **speeds(speed, work, peak), **never, "accuracy": f"{right:.2%}"}


def speeds(images_per_second: float, work: float, peak: float) -> dict:
    """Return images a second and the share of the device's peak that this is."""
    share = images_per_second * work / peak
    return {"images/s": round(images_per_second), "share of peak": f"{share:.1%}"}


def as_text(seconds: float | None) -> str:
    """Return seconds with two digits, or that the goal was not reached."""
    return "not reached" if seconds is None else f"{seconds:.2f}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--device", help="cuda, mps or cpu; else the quickest there is")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--batch-size", type=int, default=1024)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--photos", type=int, help="make up so many photos, and take a network an eighth as wide"
    )
    arguments = parser.parse_args()
    arguments.widths = WIDTHS
    if arguments.photos:
        arguments.widths = tuple(width // 8 for width in WIDTHS)
        arguments.batch_size = min(arguments.batch_size, max(2, arguments.photos // 4))
        arguments.runs = 1
    return arguments


if __name__ == "__main__":
    main()

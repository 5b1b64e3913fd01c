"""How often the run doctor names a planted mistake, and how often it troubles a healthy run.

Run it with ``python benchmarks/run_doctor.py``, or with ``--photos FOLDER`` on other photos (a
folder with train, val and test). At the end it measures what watching costs.
"""

import argparse
import contextlib
import statistics
import time
from collections import Counter
from pathlib import Path

import pandas as pd
from planted_runs import FAULTS, Trial, adam, healthy
from results import write_markdown
from torch.nn.functional import cross_entropy

from workbook import create_model, get_splits, watch


def main() -> None:
    """Try every fault with every seed, print the table and write it into results/."""
    arguments = _arguments()
    splits = get_splits(arguments.photos, size=arguments.size, progress=False)
    started = time.perf_counter()
    table = try_all(splits, arguments.seeds, arguments.healthy)
    cost = cost_of_watching(splits, rounds=5)
    text = (
        f"Photos: {arguments.photos}, {arguments.size} pixels. "
        f"All runs together took {time.perf_counter() - started:.0f} s. "
        f"Watching makes a training loop {cost:+.1%} longer (median of 5 interleaved rounds)."
    )
    name = Path(arguments.photos).name
    write_markdown(f"run_doctor_{name}", "Run doctor", table, text)


def try_all(splits, seeds: int, healthy_runs: int) -> pd.DataFrame:
    """Return one row per fault: how many diagnoses were right, and what was said instead."""
    rows = []
    for name, plant in {**FAULTS, "healthy": healthy}.items():
        said = Counter()
        count = healthy_runs if name == "healthy" else seeds
        for seed in range(count):
            diagnosis = plant(Trial(splits.train, splits.validation, seed))
            said[diagnosis.top or "healthy"] += 1
        right = said.pop(name, 0)
        others = ", ".join(f"{other} ({times})" for other, times in said.items())
        rows.append({"run": name, "runs": count, "right": right, "said instead": others})
        print(f"{name:24s} {right:3d} of {count:3d}  {others}", flush=True)
    return pd.DataFrame(rows)


def cost_of_watching(splits, rounds: int) -> float:
    """Return by which share a plain loop becomes slower when it is watched."""
    ratios = []
    for turn in range(rounds + 1):
        seconds = {}
        for watched in (turn % 2 == 0, turn % 2 == 1):
            seconds[watched] = _time_loop(splits.train, watched)
        if turn:  # the first round warms up
            ratios.append(seconds[True] / seconds[False])
    return statistics.median(ratios) - 1


def _time_loop(photos, watched: bool) -> float:
    model = create_model("small_cnn", classes=len(photos.class_names), size=photos.preprocess.size)
    optimizer = adam(model)
    started = time.perf_counter()
    with watch(model, optimizer) if watched else contextlib.nullcontext():
        for epoch in range(4):
            for images, labels in photos.batches(32, shuffle=True, epoch=epoch):
                optimizer.zero_grad()
                cross_entropy(model(images), labels).backward()
                optimizer.step()
    return time.perf_counter() - started


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--photos", default="studio")
    parser.add_argument("--size", type=int, default=32, help="width of the photos in pixels")
    parser.add_argument("--seeds", type=int, default=10, help="runs of each fault")
    parser.add_argument("--healthy", type=int, default=20, help="runs without a fault")
    return parser.parse_args()


if __name__ == "__main__":
    main()

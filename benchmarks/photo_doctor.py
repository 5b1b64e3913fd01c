"""Precision and recall of the dataset doctor on planted faults, and its alarms on clean photos.

Run it with ``python benchmarks/photo_doctor.py``: rendered photos, a new set for every seed. Run
it with ``--photos FOLDER`` (a folder with train, val and test) for real ones, where every seed
plants other faults in the same photos. Faults are planted in a copy; nothing else is changed.
"""

import argparse
import tempfile
import time
from pathlib import Path

import pandas as pd
from results import write_markdown

from workbook import examine, plant_faults, split_folder
from workbook.photos.faults import score_findings
from workbook.progress import progress_bar
from workbook.studio import make_photos

BURST = 4


def main() -> None:
    """Try every seed, print the tables and write them into results/."""
    arguments = _arguments()
    trials, clean = [], []
    with tempfile.TemporaryDirectory() as folder:
        for seed in progress_bar(range(arguments.seeds), description="Messy copies"):
            photos = _clean_photos(arguments, Path(folder), seed)
            if arguments.photos is None or not clean:
                clean.append(examine(photos, progress=False))
            trials.append(try_seed(photos, Path(folder) / f"mess-{seed}", seed, clean[-1]))
        bursts = burst_recall(Path(folder)) if arguments.photos is None else ""
    name = "studio" if arguments.photos is None else arguments.photos.name
    text = "\n\n".join([about_clean(clean), about_labels(trials), about_time(trials), bursts])
    write_markdown(
        f"photo_doctor_{name}",
        f"Dataset doctor: {arguments.seeds} messy copies of {name} photos",
        summary(trials),
        text.strip(),
    )


def try_seed(photos: Path, mess: Path, seed: int, clean) -> dict:
    """Plant faults, examine, and compare."""
    answers = plant_faults(photos, mess, seed=seed)
    started = time.perf_counter()
    report = examine(mess, progress=False)
    seconds = time.perf_counter() - started
    known = clean.table[clean.table["finding"] != "suspicious_label"]
    return {
        "scores": score_findings(report.table, answers, already_there=known),
        "answers": answers,
        "report": report,
        "seconds": seconds,
    }


def summary(trials: list[dict]) -> pd.DataFrame:
    """Return precision and recall of each finding over all seeds, and the lowest of any seed."""
    scores = pd.concat([trial["scores"] for trial in trials])
    rows = []
    for name, of_name in scores.groupby("finding", sort=False):
        planted, found, right = of_name[["planted", "found", "right"]].sum()
        rows.append(
            {
                "finding": name,
                "planted": planted,
                "found": found,
                "right": right,
                "precision": _share(right, found),
                "recall": _share(right, planted),
                "lowest precision": f"{of_name['precision'].min():.3f}",
                "lowest recall": f"{of_name['recall'].min():.3f}",
            }
        )
    return pd.DataFrame(rows)


def about_clean(clean: list) -> str:
    """Say what the doctor found in photos without planted faults."""
    counts = pd.DataFrame([report.counts() for report in clean]).fillna(0)
    photos = sum(int(report.photo_counts.to_numpy().sum()) for report in clean)
    found = ", ".join(f"{name} {int(count)}" for name, count in counts.sum().items())
    most = int(counts["suspicious_label"].max()) if "suspicious_label" in counts else 0
    return (
        f"Clean photos ({len(clean)} sets, {photos:,} photos): {found or 'nothing found'}. "
        f"At most {most} suspicious labels in one set."
    )


def about_labels(trials: list[dict]) -> str:
    """Compare the listed labels with the doctor's own estimate, and look at the top of the list."""
    listed = estimated = right = at_top = looked_at = 0
    for trial in trials:
        table, key = trial["report"].table, trial["answers"]
        files = table.loc[table["finding"] == "suspicious_label", "file"].tolist()
        wrong = set(key.loc[key["finding"] == "suspicious_label", "file"])
        listed += len(files)
        right += len(wrong.intersection(files))
        at_top += len(wrong.intersection(files[:40]))
        looked_at += len(files[:40])
        estimated += trial["report"].label_check.expected_wrong
    return (
        f"Suspicious labels: {listed} listed, {right} of them wrong, {estimated:.0f} by the "
        f"doctor's own estimate. Of the first 40 of each list, {_share(at_top, looked_at)} are "
        "wrong."
    )


def about_time(trials: list[dict]) -> str:
    """Say how long an examination took."""
    seconds = sorted(trial["seconds"] for trial in trials)
    photos = int(trials[0]["report"].photo_counts.to_numpy().sum())
    return (
        f"An examination of about {photos:,} photos took {seconds[len(seconds) // 2]:.1f} s "
        f"(median; {seconds[0]:.1f} to {seconds[-1]:.1f} s), the quick model included."
    )


def burst_recall(folder: Path) -> str:
    """Count how many shots of one scene are recognised as nearly the same photo."""
    photos = make_photos(folder / "bursts", per_class=40, burst=BURST, seed=99, progress=False)
    scene = pd.read_csv(f"{photos}.csv").set_index("file")["scene"]
    table = examine(photos, quick_model=False, progress=False).table
    near = table[table["finding"] == "near_duplicate"]
    same = int((scene[near["file"]].to_numpy() == scene[near["other_file"]].to_numpy()).sum())
    repeats = len(scene) - scene.nunique()
    return (
        f"Bursts of {BURST} shots a scene: {same} of {repeats} repeated shots found, and "
        f"{len(near) - same} photos of different scenes taken for one."
    )


def _clean_photos(arguments, folder: Path, seed: int) -> Path:
    if arguments.photos is not None:
        return arguments.photos
    photos = make_photos(
        folder / f"studio-{seed}",
        per_class=arguments.per_class,
        size=arguments.size,
        seed=1000 + seed,
        progress=False,
    )
    return split_folder(photos, folder / f"split-{seed}", seed=seed, progress=False)


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, help="a folder of real photos with train, val, test")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--per-class", type=int, default=160, help="rendered photos per class")
    parser.add_argument("--size", type=int, default=64, help="side of the rendered photos, pixels")
    return parser.parse_args()


if __name__ == "__main__":
    main()

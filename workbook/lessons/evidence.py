"""Checks behind the milestones: each looks at the thing itself and returns a sentence, or None.

They get the named things that a chapter hands over, and must never raise an error because of
what is missing: then the milestone simply stays open.
"""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import nn

PROJECT_FOLDERS = ("data", "models", "results", "notebooks")
SAME = 1e-6  # largest difference between probabilities of the same model
CHECK_SECONDS = 120  # a bundle usually needs two
SEEDS = 3  # a comparison takes at least so many runs of each model


def model_beats_guessing(things: Mapping) -> str | None:
    """``model`` is right on ``photos`` clearly more often than guessing would be."""
    model, photos = things.get("model"), things.get("photos")
    if model is None or photos is None or not len(photos):
        return None
    from workbook.evaluation import evaluate

    evaluation = evaluate(model, photos)
    guessing = 1 / len(photos.class_names)
    if evaluation.interval()[0] <= guessing:
        return None
    return (
        f"{evaluation.correct} of {evaluation.count} photos right, where guessing reaches "
        f"{guessing:.0%}"
    )


def cnn_beats_guessing(things: Mapping) -> str | None:
    """``model`` has convolutions and beats guessing on ``photos``."""
    model = things.get("model")
    if model is None or not any(isinstance(layer, nn.Conv2d) for layer in model.modules()):
        return None
    return model_beats_guessing(things)


def project_is_complete(things: Mapping) -> str | None:
    """``project`` is a folder with the usual four folders in it."""
    project = things.get("project")
    if project is None or not all((Path(project) / name).is_dir() for name in PROJECT_FOLDERS):
        return None
    return f"{Path(project).name} has the folders {', '.join(PROJECT_FOLDERS)}"


def bundle_runs_elsewhere(things: Mapping) -> str | None:
    """``bundle`` is a zip file that was unpacked in another place, and passed its check there.

    The check runs in a fresh Python that ignores all settings around it.
    """
    bundle = things.get("bundle")
    if bundle is None or not zipfile.is_zipfile(bundle):
        return None
    with tempfile.TemporaryDirectory() as elsewhere:
        shutil.unpack_archive(bundle, elsewhere, format="zip")
        programs = list(Path(elsewhere).glob("*/predict.py"))
        if len(programs) != 1:
            return None
        command = [sys.executable, "-I", str(programs[0]), "--check"]
        try:
            finished = subprocess.run(
                command, cwd=elsewhere, capture_output=True, text=True, timeout=CHECK_SECONDS
            )
        except subprocess.TimeoutExpired:
            return None
    lines = finished.stdout.strip().splitlines()
    if finished.returncode != 0 or not lines:
        return None
    return f"{Path(bundle).name} was unpacked and run in a fresh Python: {lines[-1].rstrip('.')}"


def folder_is_clean(things: Mapping) -> str | None:
    """``report`` is an examination of a folder in which nothing broken was found."""
    report = things.get("report")
    if report is None:
        return None
    broken = {"unreadable", "truncated", "not_an_image", "wrong_extension", "exact_duplicate"}
    if set(report.table["finding"]) & broken:
        return None
    return f"the last examination of {Path(report.folder).name} finds no broken file"


def faults_were_removed(things: Mapping) -> str | None:
    """``report`` lists fewer findings than ``before`` did."""
    before, after = things.get("before"), things.get("report")
    if before is None or after is None:
        return None
    # No program can repair a label, so doubtful ones do not count here.
    count, left = ((each.table["finding"] != "suspicious_label").sum() for each in (before, after))
    return f"{count} findings before the repair, {left} after it" if left < count else None


def split_is_sound(things: Mapping) -> str | None:
    """``splits`` lie on disk, share no group, and lose no photo."""
    splits = things.get("splits")
    if splits is None:
        return None
    table = splits.table
    parts_of_group = table.groupby("group")["split"].nunique()
    on_disk = all((Path(splits.folder) / name).is_dir() for name in ("train", "val", "test"))
    if not on_disk or parts_of_group.max() > 1 or table["split"].nunique() != 3:
        return None
    counts = table["split"].value_counts()
    parts = ", ".join(f"{counts[part]} {part}" for part in ("train", "validation", "test"))
    return f"{parts}, no group in two parts"


def models_were_compared(things: Mapping) -> str | None:
    """``comparison`` maps at least two models to results of several seeds each."""
    comparison = things.get("comparison") or {}
    if len(comparison) < 2 or any(len(results) < SEEDS for results in comparison.values()):
        return None
    runs = min(len(results) for results in comparison.values())
    return f"{' and '.join(comparison)} compared over {runs} seeds each"


def curves_were_compared(things: Mapping) -> str | None:
    """``histories`` maps at least two names to training runs."""
    histories = things.get("histories") or {}
    if len(histories) < 2 or any(len(history.table) < 2 for history in histories.values()):
        return None
    return f"the curves of {' and '.join(histories)}"


def photos_were_predicted(things: Mapping) -> str | None:
    """``predictions`` are answers about photos, with shares that sum to no more than 1."""
    predictions = things.get("predictions") or []
    if not predictions or any(sum(p.probabilities) > 1 + SAME for p in predictions):
        return None
    sure = sum(prediction.sure for prediction in predictions)
    return f"{len(predictions)} photos predicted, sure about {sure} of them"


def evaluation_is_whole(things: Mapping) -> str | None:
    """``evaluation`` has a confusion matrix that counts every photo once."""
    evaluation = things.get("evaluation")
    if evaluation is None or int(evaluation.confusion().to_numpy().sum()) != evaluation.count:
        return None
    return f"{evaluation.count} photos in the matrix, {evaluation.correct} on its diagonal"


def overfitting_shrank(things: Mapping) -> str | None:
    """``histories`` begin with a run whose gap is larger than that of a later run."""
    histories = list((things.get("histories") or {}).values())
    if len(histories) < 2:
        return None
    first, *others = [_gap(history) for history in histories]
    if min(others) >= first:
        return None
    return f"training minus validation accuracy fell from {first:.0%} to {min(others):.0%}"


def _gap(history) -> float:
    last = history.table.iloc[-1]
    return float(last["train_accuracy"] - last["validation_accuracy"])


def runs_were_logged(things: Mapping) -> str | None:
    """``log`` is an experiment log with several runs."""
    log = things.get("log")
    runs = len(log.runs()) if log is not None else 0
    return f"{runs} runs in the experiment log" if runs >= SEEDS else None


def file_gives_same_answers(things: Mapping) -> str | None:
    """The model ``file`` loads, and answers like ``classifier`` about ``photos``."""
    file, classifier, photos = things.get("file"), things.get("classifier"), things.get("photos")
    if file is None or classifier is None or photos is None or not Path(file).is_file():
        return None
    from workbook.saving import Classifier

    pixels = torch.stack([photos[index][0] for index in range(min(len(photos), 32))])
    loaded = Classifier.load(file, device=classifier.device)
    difference = (loaded.probabilities(pixels) - classifier.probabilities(pixels)).abs().max()
    if difference > SAME:
        return None
    return f"{Path(file).name} gives the same answers after loading"

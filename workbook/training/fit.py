"""``fit``: the training loop of chapter 3, with a progress bar, early stopping and safe ends."""

import math
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy

from workbook.device import pick_device
from workbook.progress import progress_bar
from workbook.training.before_training import check_before_training
from workbook.training.checkpoint import Checkpoint
from workbook.training.divergence import Diverged, check_epoch, explain_divergence
from workbook.training.early_stopping import BestWeights, EarlyStopping
from workbook.training.history import History
from workbook.training.optimizers import create_optimizer, create_schedule
from workbook.training.precision import layer_precision
from workbook.training.team import Team
from workbook.training.totals import Totals, measure
from workbook.training.watch import watch

CHECK_LOSS_EVERY = 20  # batches


def fit(
    model: torch.nn.Module,
    train,
    validation,
    *,
    epochs: int = 10,
    batch_size: int = 32,
    learning_rate: float = 1e-3,
    optimizer: str | Callable = "adam",
    weight_decay: float = 0.0,
    schedule: str | None = None,
    augment=None,
    early_stopping: EarlyStopping | None = None,
    seed: int = 0,
    device=None,
    progress: bool = True,
    amp: bool | str = "auto",
    checkpoint: str | Path | None = None,
    resume: bool = False,
) -> History:
    """Train the model in place and return what happened.

    Args:
        model: gives scores ``(N, classes)`` for photos ``(N, 3, size, size)``.
        train, validation: photo sets with the same classes. Only ``train`` changes the weights.
        epochs: how often every training photo is seen.
        batch_size: how many photos are looked at before each step of the weights.
        learning_rate: how large a step is; with a schedule, the largest of them.
        optimizer: "adam" (AdamW: weight decay kept apart from the gradient, Loshchilov and Hutter
            2019; without weight decay it is plain Adam), "sgd" (with momentum 0.9), or a function
            from the list of trainable weights to an optimizer, which then sets learning rate and
            weight decay itself.
        weight_decay: how strongly large weights are pulled towards zero.
        schedule: None for a constant learning rate, or "onecycle": it rises, then falls to
            nearly zero (Smith and Topin 2018).
        augment: changes copies of the training photos at random, such as ``Augmentation()``.
        early_stopping: when to stop before the last epoch; the best weights are then restored.
        seed: fixes shuffling, augmentation and dropout. The same seed gives the same numbers on
            the same computer; other random numbers of your program are not disturbed. The
            starting weights are fixed by the seed of ``create_model``.
        device: where to calculate; None takes the quickest that this computer has.
        progress: whether to show a progress bar.
        amp: "auto" lets layers calculate in bfloat16 where the hardware gains by it; True and
            False decide it.
        checkpoint: a file that is written after every epoch, so that a run that was cut off, by
            a power cut for instance, can go on.
        resume: go on from the checkpoint, when there is one, to the result of an unbroken run.

    Returns:
        A ``History``. Ctrl-C, or the stop button of a notebook, returns the history so far
        (``stopped`` is "interrupted"). A loss that explodes ends the run with a message that
        names the likely cause (``stopped`` is "diverged").

    Raises:
        ValueError: photos, model and settings do not go together; said before training starts.
        FileExistsError: the checkpoint of another run is there, and ``resume`` was not asked for.
    """
    device = pick_device(device)
    settings = describe_settings(locals())
    team = Team.current()
    precision = layer_precision(amp, device)
    # Channels-last is the layout of photos in memory that convolutions are quickest with.
    model.to(device, memory_format=torch.channels_last)
    check_before_training(model, train, validation, settings, device)
    steps = epochs * math.ceil(len(train) / batch_size)
    weight_changer = create_optimizer(optimizer, model, learning_rate, weight_decay)
    scheduler = create_schedule(schedule, weight_changer, learning_rate, steps)
    best = BestWeights(early_stopping) if early_stopping else None
    history = History(settings, early_stopping.monitor if early_stopping else "validation_loss")
    copies = team.copies(model)
    keeper = None
    if checkpoint:
        keeper = Checkpoint(checkpoint, model, weight_changer, scheduler, best)
        keeper.check_free(resume)

    with (
        seeded(seed + team.rank),
        watch(model, weight_changer) as history.evidence,
        progress_bar(description="Training", total=steps, shown=progress) as bar,
    ):
        done = keeper.restore(history, team) if keeper and resume else 0
        bar.update(done * (steps // epochs))
        try:
            for epoch in range(done + 1, epochs + 1):
                if history.stopped == "early stopping":
                    break  # the run that is resumed had come to its end
                started = time.perf_counter()
                batches = train.batches(
                    batch_size,
                    shuffle=True,
                    seed=seed,
                    epoch=epoch,
                    device=device,
                    augment=augment,
                    channels_last=True,
                    share=(team.rank, team.size),
                )
                trained = train_one_epoch(
                    copies, batches, weight_changer, scheduler, precision, bar, team
                )
                judged = judge(model, validation, device, team)
                history.add(epoch, trained, judged, seconds=time.perf_counter() - started)
                bar.set_postfix_str(history.latest())
                check_epoch(history.rows)
                if best and best.look(model, history.rows[-1]):
                    history.stopped = "early stopping"
                if keeper:
                    keeper.save(history, team)
        except KeyboardInterrupt:
            history.stopped = "interrupted"
        except Diverged:
            history.stopped = "diverged"
    model.to(memory_format=torch.contiguous_format)
    if best:
        best.restore(model)
    history.message = closing_words(history, best)
    if progress and history.message:
        print(history.message)
    return history


def train_one_epoch(model, batches, optimizer, scheduler, precision, bar, team) -> Totals:
    """Show the model every training photo once, and take a step after each batch."""
    model.train()
    totals = Totals()
    device = next(model.parameters()).device
    for number, (images, labels) in enumerate(batches):
        optimizer.zero_grad()
        with precision:
            scores = model(images)
        loss = cross_entropy(scores.float(), labels)
        (loss * team.weight(len(labels), device)).backward()
        optimizer.step()
        if scheduler:
            scheduler.step()
        totals.add(loss, scores, labels)
        bar.update()
        # In a team each process sees its own share only, and all must stop at the same place.
        look = number % CHECK_LOSS_EVERY == 0 and team.size == 1
        if look and not math.isfinite(totals.loss):
            raise Diverged
    return team.add_up(totals, device)


def judge(model, validation, device, team) -> Totals:
    """Measure the model on the validation photos, once for the whole team."""
    sums = measure(model, validation, device=device).sums() if team.leads else None
    return Totals.from_sums(*team.agree(sums))


@contextmanager
def seeded(seed: int):
    """Fix dropout by the seed inside the block, and leave other random numbers undisturbed."""
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        torch.manual_seed(seed)
        yield


def describe_settings(arguments: dict) -> dict:
    """Return the arguments of ``fit`` as plain numbers and words, for the experiment log."""
    plain = (str, int, float, bool, type(None))
    left_out = ("model", "train", "validation", "progress", "checkpoint", "resume")
    return {
        name: value if isinstance(value, plain) else _name_of(value)
        for name, value in arguments.items()
        if name not in left_out
    }


def _name_of(value) -> str:
    return getattr(value, "__name__", None) or str(value)


def closing_words(history: History, best: BestWeights | None) -> str:
    """Say how the run ended; nothing, if it ended as planned."""
    epochs = history.settings["epochs"]
    has_best = best is not None and best.epoch is not None
    restored = f" The weights of epoch {best.epoch} are restored." if has_best else ""
    if history.stopped == "early stopping":
        return (
            f"Stopped after epoch {len(history.rows)} of {epochs}: the {best.name} had not "
            f"improved for {best.epochs_without_improvement} epochs.{restored}"
        )
    if history.stopped == "interrupted":
        kept = restored or " What the model had learned until then is kept."
        return f"Interrupted after {len(history.rows)} of {epochs} epochs.{kept}"
    if history.stopped == "diverged":
        cause = explain_divergence(history.evidence, history.settings["learning_rate"])
        return f"Stopped because the loss exploded. {cause}{restored}"
    return restored.strip()

"""Checkpoints: all that a run needs to go on after it was cut off, in one file.

The order of the photos and their augmentation depend on the seed and the epoch alone. So weights,
optimizer, schedule and the random numbers of dropout are enough for going on to the same result
as a run that was never cut off. Each process of a team draws random numbers of its own, and the
file holds those of all of them; everything else is the same in every process.
"""

from pathlib import Path

import torch

from workbook.atomic import replacing
from workbook.training.early_stopping import BestWeights
from workbook.training.history import History
from workbook.training.team import Team

FORMAT = "workbook checkpoint 2"


class CheckpointError(ValueError):
    """A checkpoint cannot be used; the message says why and what to do."""


class Checkpoint:
    """The file of one run, and the parts of the run that are written into it."""

    def __init__(self, path: str | Path, model, optimizer, scheduler, best: BestWeights | None):
        self.path = Path(path)
        self._parts = {"model": model, "optimizer": optimizer}
        self._parts |= {"scheduler": scheduler} if scheduler else {}
        self._parts |= {"best": best} if best else {}

    def check_free(self, resume: bool) -> None:
        """Raise FileExistsError when there is a file and the run shall not go on from it."""
        if self.path.exists() and not resume:
            raise FileExistsError(
                f"{self.path} is the checkpoint of a run that did not come to its end. Go on with "
                "it (resume=True, or --resume), or delete the file to start anew."
            )

    def save(self, history: History, team: Team) -> None:
        """Write the state after the last finished epoch, whole or not at all.

        Every process of the team calls this, and the leading one writes.
        """
        random_numbers = team.gather(_random_state())
        if not team.leads:
            return
        contents = {name: part.state_dict() for name, part in self._parts.items()}
        contents |= {
            "format": FORMAT,
            "rows": history.rows,
            "stopped": history.stopped,
            "settings": history.settings,
            "random": random_numbers,
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(self.path) as temporary:
            torch.save(contents, temporary)

    def restore(self, history: History, team: Team) -> int:
        """Put everything back and return how many epochs are done; 0 when there is no file.

        A process that was not there when the file was written keeps its own random numbers: the
        run goes on, but not to the same digits.
        Raises CheckpointError when the file is damaged, foreign, or of a run with other settings.
        """
        if not self.path.exists():
            return 0
        contents = self._read()
        self._check_settings(contents["settings"], history.settings)
        try:
            for name, part in self._parts.items():
                part.load_state_dict(contents[name])
        except (KeyError, RuntimeError, ValueError) as error:
            raise CheckpointError(
                f"The checkpoint {self.path} belongs to another model. Give the model that it was "
                "written for, or delete the file to start anew."
            ) from error
        history.rows = list(contents["rows"])
        history.stopped = contents["stopped"]
        if team.rank < len(contents["random"]):
            _set_random_state(contents["random"][team.rank])
        return len(history.rows)

    def _read(self) -> dict:
        try:
            # weights_only: numbers and text are read, but no code from the file is ever run.
            contents = torch.load(self.path, map_location="cpu", weights_only=True)
        except Exception as error:  # torch raises many kinds of errors for files that are damaged
            raise CheckpointError(
                f"The checkpoint {self.path} cannot be read. It is damaged, or something else. "
                "Delete it to start anew."
            ) from error
        if not isinstance(contents, dict) or contents.get("format") != FORMAT:
            raise CheckpointError(
                f"{self.path} is no checkpoint of this version of the workbook. Choose another "
                "place for the checkpoint, or delete the file to start anew."
            )
        return contents

    def _check_settings(self, then: dict, now: dict) -> None:
        changed = sorted(name for name in then | now if then.get(name) != now.get(name))
        if changed:
            name = changed[0]
            raise CheckpointError(
                f"The run in {self.path} was started with {name} = {then.get(name)}, and now it is "
                f"{now.get(name)}. Go on with the same settings, or delete the file to start anew."
            )


def _random_state() -> dict:
    cards = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []
    return {"processor": torch.get_rng_state(), "cards": cards}


def _set_random_state(state: dict) -> None:
    torch.set_rng_state(state["processor"])
    if state["cards"] and torch.cuda.is_available():
        torch.cuda.set_rng_state_all(state["cards"])

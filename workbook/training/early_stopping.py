"""Stop when the validation photos no longer improve, and go back to the best weights."""

import copy
from dataclasses import dataclass


@dataclass(frozen=True)
class EarlyStopping:
    """When to stop.

    Attributes:
        patience: how many epochs in a row may pass without an improvement.
        monitor: "validation_loss" (lower is better) or "validation_accuracy" (higher is better).
        minimum_improvement: smaller improvements do not count.
    """

    patience: int = 5
    monitor: str = "validation_loss"
    minimum_improvement: float = 0.0

    def __post_init__(self):
        if self.monitor not in ("validation_loss", "validation_accuracy"):
            raise ValueError(
                f'EarlyStopping cannot watch "{self.monitor}". '
                'Use "validation_loss" or "validation_accuracy".'
            )
        if self.patience < 1:
            raise ValueError(
                f"EarlyStopping needs a patience of at least 1 epoch, not {self.patience}."
            )


class BestWeights:
    """Keep a copy of the weights of the best epoch so far."""

    def __init__(self, rule: EarlyStopping):
        self.rule = rule
        self.epoch: int | None = None
        self.epochs_without_improvement = 0
        self._best = None
        self._weights = None

    @property
    def name(self) -> str:
        """What is monitored, in words."""
        return self.rule.monitor.replace("_", " ")

    def look(self, model, row: dict) -> bool:
        """Note one finished epoch; return whether it is time to stop."""
        value = row[self.rule.monitor]
        gain = value if self.rule.monitor == "validation_accuracy" else -value
        if self._best is None or gain > self._best + self.rule.minimum_improvement:
            self._best = gain
            self.epoch = row["epoch"]
            self._weights = copy.deepcopy(model.state_dict())
            self.epochs_without_improvement = 0
        else:
            self.epochs_without_improvement += 1
        return self.epochs_without_improvement >= self.rule.patience

    def state_dict(self) -> dict:
        """Return what was noted so far, for a checkpoint."""
        return {
            "epoch": self.epoch,
            "epochs_without_improvement": self.epochs_without_improvement,
            "best": self._best,
            "weights": self._weights,
        }

    def load_state_dict(self, state: dict) -> None:
        """Go on from what ``state_dict`` returned."""
        self.epoch = state["epoch"]
        self.epochs_without_improvement = state["epochs_without_improvement"]
        self._best = state["best"]
        self._weights = state["weights"]

    def restore(self, model) -> None:
        """Give the model the weights of its best epoch, if one was finished."""
        if self._weights is not None:
            model.load_state_dict(self._weights)

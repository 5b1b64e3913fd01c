"""The experiment log: one line for each run, so that runs can be compared later.

The log is a text file with one JSON object a line. A line is written in one step to the end of the
file, so several programs can write to the same log, and a line that was cut off (a full disk, a
power cut) spoils only itself.
"""

import dataclasses
import json
import math
import os
import uuid
import warnings
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbook.workspace import results_folder

if TYPE_CHECKING:
    import pandas

FIRST_COLUMNS = ("name", "when", "model", "dataset", "split", "notes", "id")


class ExperimentLog:
    """The runs and the openings of the test set, kept in one file.

    ``path`` is ``experiments.jsonl`` in the results folder of the workspace unless it is given.
    The file is created by the first entry. Entries are only ever added.
    """

    def __init__(self, path: str | Path | None = None):
        self.path = Path(path) if path is not None else results_folder() / "experiments.jsonl"

    def record(
        self,
        name: str,
        *,
        dataset: str = "",
        split: str = "",
        model: Any = None,
        settings: Mapping | None = None,
        results: Mapping | None = None,
        notes: str = "",
    ) -> str:
        """Write one run to the log and return its id (8 characters).

        ``settings`` and ``results`` are dictionaries such as ``{"epochs": 10}`` and
        ``{"accuracy": 0.81}``; ``model`` is a name, a dictionary or a model with a ``recipe``.
        Raises ValueError when ``name`` is blank, OSError when the file cannot be written.
        """
        if not name.strip():
            raise ValueError("A run needs a name. Call it after what you changed in it.")
        run_id = uuid.uuid4().hex[:8]
        self._append(
            {
                "kind": "run",
                "id": run_id,
                "when": datetime.now().astimezone().isoformat(timespec="seconds"),
                "name": name,
                "dataset": dataset,
                "split": split,
                "model": _described(model),
                "settings": json_value(settings or {}),
                "results": json_value(results or {}),
                "notes": notes,
            }
        )
        return run_id

    def record_run(self, name: str, history, *, splits, model, evaluation=None, notes: str = ""):
        """Write a run of ``fit`` to the log and return its id.

        Everything is taken from the objects themselves: the photos and their split from
        ``splits``, the settings and the best epoch from ``history``, and the measures from
        ``evaluation`` where there is one.
        """
        results = {"stopped": history.stopped, "best_epoch": history.best_epoch}
        results["epochs_run"] = len(history.table)
        best = history.table[history.table["epoch"] == history.best_epoch]
        if len(best):
            results.update(best.iloc[0].drop(labels=["epoch", "seconds"]).to_dict())
            results["seconds"] = float(history.table["seconds"].sum())
        if evaluation is not None:
            results.update(evaluation.summary())
        return self.record(
            name,
            dataset=Path(splits.folder).name,
            split=splits.fingerprint,
            model=model,
            settings=history.settings,
            results=results,
            notes=notes,
        )

    def runs(self) -> "pandas.DataFrame":
        """Return one row a run, oldest first.

        The columns are name, when, model, dataset, split, notes and id, then one column for each
        result (``results.accuracy``) and each setting (``settings.epochs``); results that are
        tables are left to ``find``. A line that cannot be read is left out with a warning that
        gives its number.
        """
        import pandas as pd

        rows = [_flat(run) for run in self._entries("run")]
        table = pd.DataFrame(rows, columns=None if rows else list(FIRST_COLUMNS))
        results = [column for column in table.columns if column.startswith("results.")]
        settings = [column for column in table.columns if column.startswith("settings.")]
        return table[[*FIRST_COLUMNS, *results, *settings]]

    def find(self, name: str) -> dict:
        """Return the newest run with this name or id, as it was recorded.

        Raises LookupError, naming the runs that there are, when none is called so.
        """
        runs = self._entries("run")
        for run in reversed(runs):
            if name in (run["name"], run["id"]):
                return run
        known = ", ".join(sorted({run["name"] for run in runs})) or "none yet"
        raise LookupError(f'The log {self.path} has no run called "{name}". Runs in it: {known}.')

    def compare(self, first: str, second: str) -> "pandas.DataFrame":
        """Return what differs between two runs (names or ids): one row a field, one column a run.

        The id and the time always differ and are left out. A field that only one of them has is
        empty in the other column.
        """
        import pandas as pd

        left, right = _flat(self.find(first)), _flat(self.find(second))
        fields = [field for field in {**left, **right} if field not in ("id", "when", "name")]
        different = [field for field in fields if left.get(field) != right.get(field)]
        return pd.DataFrame(
            [[left.get(field), right.get(field)] for field in different],
            index=pd.Index(different, name="what differs"),
            columns=[first, second],
        )

    def test_openings(self) -> "pandas.DataFrame":
        """Return each opening of a sealed test set: when, reason, and which split it was."""
        import pandas as pd

        columns = ["when", "reason", "split"]
        rows = [
            {column: entry.get(column) for column in columns}
            for entry in self._entries("test_opening")
        ]
        return pd.DataFrame(rows, columns=columns)

    def broken_lines(self) -> list[int]:
        """Return the numbers (from 1) of the lines that cannot be read."""
        return [number for number, entry in self._lines() if entry is None]

    def _entries(self, kind: str) -> list[dict]:
        lines = self._lines()
        broken = [str(number) for number, entry in lines if entry is None]
        if broken:
            warnings.warn(
                f"{self.path}: line {', '.join(broken)} cannot be read and was left out. "
                "The other lines are not affected.",
                stacklevel=3,
            )
        return [entry for _, entry in lines if entry is not None and entry["kind"] == kind]

    def _lines(self) -> list[tuple[int, dict | None]]:
        if not self.path.exists():
            return []
        text = self.path.read_text(encoding="utf-8", errors="replace")
        numbered = enumerate(text.split("\n"), start=1)
        return [(number, _parsed(line)) for number, line in numbered if line.strip()]

    def _append(self, entry: dict) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps(entry, ensure_ascii=True, allow_nan=False).encode("ascii") + b"\n"
        if self._ends_inside_a_line():
            line = b"\n" + line
        # Unbuffered and in append mode: the operating system adds the whole line in one step.
        with open(self.path, "ab", buffering=0) as file:
            written = file.write(line)
        if written != len(line):
            raise OSError(
                f"Only a part of the entry could be written to {self.path}; the disk may be full. "
                "Make room and record the run again."
            )

    def _ends_inside_a_line(self) -> bool:
        if not self.path.exists() or self.path.stat().st_size == 0:
            return False
        with open(self.path, "rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"


def json_value(value: Any) -> Any:
    """Return ``value`` as something that JSON can hold.

    Numbers of NumPy and PyTorch become plain numbers, tuples become lists, dataclasses become
    dictionaries, numbers that are not finite become None, and anything else becomes its text.
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return json_value({"kind": type(value).__name__, **dataclasses.asdict(value)})
    if isinstance(value, Mapping):
        return {str(key): json_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_value(item) for item in value]
    if hasattr(value, "tolist"):  # arrays and single numbers of NumPy, pandas and PyTorch
        return json_value(value.tolist())
    if callable(value):
        return getattr(value, "__name__", type(value).__name__)
    return str(value)


def _described(model: Any) -> Any:
    recipe = getattr(model, "recipe", None)
    if recipe is not None:
        return json_value(recipe)
    return json_value(type(model).__name__ if hasattr(model, "parameters") else model)


def _parsed(line: str) -> dict | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(entry, dict) or entry.get("kind") not in ("run", "test_opening"):
        return None
    if entry["kind"] == "run" and not _is_whole_run(entry):
        return None
    return entry


def _is_whole_run(entry: dict) -> bool:
    named = all(field in entry for field in FIRST_COLUMNS)
    return named and all(isinstance(entry.get(part), dict) for part in ("settings", "results"))


def _flat(run: dict) -> dict:
    model = run["model"]
    flat = {field: run[field] for field in FIRST_COLUMNS}
    if isinstance(model, dict):
        flat["model"] = model.get("name", str(model))
        _flatten_into(flat, "settings.model", model.get("arguments", {}))
    # Single figures only: tables, such as the results of each class, would hide the rest.
    single = {key: value for key, value in run["results"].items() if not _is_table(value)}
    _flatten_into(flat, "results", single)
    _flatten_into(flat, "settings", run["settings"])
    return flat


def _is_table(value: Any) -> bool:
    return isinstance(value, dict | list)


def _flatten_into(flat: dict, name: str, value: Any) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            _flatten_into(flat, f"{name}.{key}", item)
    else:
        flat[name] = value

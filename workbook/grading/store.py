"""What is kept of a batch between runs: one file for each student, the marks, and a log.

Each file is written whole or not at all, so a run that is stopped goes on where it was.
"""

import hashlib
import json
import re
import secrets
import time
from pathlib import Path
from typing import Any

import workbook
from workbook.atomic import replacing
from workbook.grading.collect import Submission
from workbook.grading.naming import Owner
from workbook.grading.verdicts import Graded

EXERCISES = Path(workbook.__file__).resolve().parent / "lessons" / "exercises"


class Store:
    """The folder ``state`` and the log inside the folder of results."""

    def __init__(self, out: Path):
        self.out = out
        self.folder = out / "state"
        self.folder.mkdir(parents=True, exist_ok=True)

    def seed(self, wanted: int | None) -> int:
        """Return the seed: the wanted one, else that of the run before, else a new one."""
        seed = wanted
        if seed is None:
            seed = self._read(self.folder / "run.json").get("seed")
        if type(seed) is not int:
            seed = secrets.randbits(31)
        self._write(self.folder / "run.json", {"seed": seed})
        return seed

    def is_done(self, submission: Submission, names: list[str]) -> bool:
        """Tell whether exactly this submission was graded with exactly these exercises."""
        saved = self._read(self._path(submission.owner))
        wanted = {"fingerprint": submission.fingerprint, "names": names}
        return saved.get("version") == exercises_version() and all(
            saved.get(key) == value for key, value in wanted.items()
        )

    def save(self, graded: Graded, names: list[str]) -> None:
        """Keep what was found out about one student."""
        about = {"version": exercises_version(), "names": names}
        path = self._path(Owner(graded.name, graded.identifier))
        self._write(path, graded.as_dict() | about)

    def all_graded(self) -> list[Graded]:
        """Return all students that were ever graded into this folder, sorted by name."""
        graded = []
        for path in sorted(self.folder.glob("student-*.json")):
            saved = self._read(path)
            if "grades" in saved:
                known = {k: v for k, v in saved.items() if k not in ("version", "names")}
                graded.append(Graded.from_dict(known))
        return sorted(graded, key=lambda one: (one.name.casefold(), one.identifier))

    def marks(self) -> dict[str, dict[str, Any]]:
        """Return the marks given by hand, see ``marks``."""
        return self._read(self.folder / "marks.json")

    def save_marks(self, marks: dict[str, dict[str, Any]]) -> None:
        """Keep the marks given by hand."""
        self._write(self.folder / "marks.json", marks)

    def log(self, *lines: str) -> None:
        """Add lines to the log, with the time."""
        now = time.strftime("%Y-%m-%d %H:%M:%S")
        with open(self.out / "grading.log", "a", encoding="utf-8", errors="replace") as file:
            for line in lines:
                file.write(f"{now}  {one_line(line)}\n")

    def _path(self, owner: Owner) -> Path:
        return self.folder / f"student-{digest(owner.key)}.json"

    def _read(self, path: Path) -> dict[str, Any]:
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError:
            content = None
        if type(content) is not dict:
            raise ValueError(
                f"{path} cannot be read; it was changed by something else. Move this file away, "
                "or get it back from a backup, and run the same command again."
            )
        return content

    def _write(self, path: Path, content: dict[str, Any]) -> None:
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(content, indent=1), encoding="utf-8")


def digest(text: str) -> str:
    """Return a short name that stands for a text, and is safe as a file name."""
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()[:16]


def exercises_version() -> str:
    """Return a text that changes when the definitions of the exercises do."""
    content = hashlib.sha256()
    for path in sorted(EXERCISES.glob("*.py")):
        content.update(path.read_bytes())
    return content.hexdigest()[:16]


def one_line(text: str) -> str:
    """Return a text without characters that would break a line or steer a terminal."""
    return re.sub(r"\s+", " ", "".join(c if c.isprintable() else " " for c in text)).strip()

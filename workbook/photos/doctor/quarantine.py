"""The quarantine folder and its log, in which every move is written down before it is made.

The log is a file of JSON lines. A line that says "moved" or "converted" is written first and the
move made afterwards, so that a crash between the two loses nothing: ``undo_repair`` looks which
moves really happened.
"""

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from workbook.atomic import replacing

QUARANTINE_NAME = "_quarantine"
LOG_NAME = "log.jsonl"


@dataclass(frozen=True)
class Move:
    """One file that went to the quarantine.

    came_from: relative to the examined folder. went_to: relative to the quarantine. new_file and
    new_checksum: the clean copy that took its place, relative to the examined folder, or "".
    """

    number: str
    when: str
    finding: str
    action: str
    came_from: str
    went_to: str
    new_file: str = ""
    new_checksum: str = ""


class Quarantine:
    """A folder that takes in files from ``root`` and knows where each came from."""

    def __init__(self, root: Path, folder: str | os.PathLike | None = None):
        self.root = root
        self.folder = root / QUARANTINE_NAME if folder is None else Path(folder).expanduser()
        real, real_root = Path(os.path.realpath(self.folder)), Path(os.path.realpath(root))
        if folder is not None and (real == real_root or real_root in real.parents):
            raise ValueError(
                f"The quarantine cannot be {self.folder}, because that lies among the photos. "
                f"Leave it out to use {QUARANTINE_NAME}, or choose a folder elsewhere."
            )
        self.log = self.folder / LOG_NAME

    def open(self) -> None:
        """Create the folder and make sure that it can be written to. Raises OSError if not."""
        self.folder.mkdir(parents=True, exist_ok=True)
        trial = self.folder / f".{uuid.uuid4().hex}.partial"
        trial.touch()
        trial.unlink()

    def note(self, finding: str, action: str, file: str, new_file: str = "", new: bytes = b""):
        """Write down that ``file`` is about to go to the quarantine, and return the Move."""
        kept = free_name(self.folder / finding / file).relative_to(self.folder)
        checksum = hashlib.sha256(new).hexdigest() if new_file else ""
        move = Move(
            uuid.uuid4().hex[:12],
            datetime.now(UTC).isoformat(timespec="seconds"),
            finding,
            action,
            file,
            kept.as_posix(),
            new_file,
            checksum,
        )
        self._append(asdict(move))
        return move

    def take_in(self, move: Move) -> None:
        """Bring the file that a noted move names into the quarantine."""
        move_file(self.root / move.came_from, self.folder / move.went_to)

    def note_undone(self, move: Move) -> None:
        """Write down that a move was taken back."""
        self._append({"undone": move.number})

    def moves(self) -> list[Move]:
        """Return the noted moves that were not taken back, in the order in which they were made."""
        moves = {}
        for entry in self._entries():
            if "undone" in entry:
                moves.pop(entry["undone"], None)
            else:
                moves[entry["number"]] = Move(**entry)
        return list(moves.values())

    def _entries(self) -> Iterator[dict]:
        if not self.log.exists():
            return
        for line in self.log.read_text(encoding="utf-8").splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                continue  # half a line, from a disk that ran full: its move was never made

    def _append(self, entry: dict) -> None:
        line = json.dumps(entry, ensure_ascii=True) + "\n"
        with self.log.open("a+b") as stream:
            if stream.tell() and not _ends_with_newline(stream):
                line = "\n" + line
            stream.write(line.encode("ascii"))
            stream.flush()
            os.fsync(stream.fileno())


def free_name(path: Path) -> Path:
    """Return ``path``, or the first of "name (2).jpg", "name (3).jpg" ... that does not exist."""
    candidate, number = path, 1
    while os.path.lexists(candidate):
        number += 1
        candidate = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return candidate


def move_file(source: Path, target: Path) -> None:
    """Move a file to a name that must be free, on the same disk or to another one.

    On another disk the file is copied whole before the original goes. Raises FileExistsError when
    the name is taken.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if os.path.lexists(target):
        raise FileExistsError(f"{target} is already there and will not be overwritten.")
    if source.lstat().st_dev == target.parent.stat().st_dev:
        os.rename(source, target)
        return
    with replacing(target) as temporary:
        shutil.copy2(source, temporary, follow_symlinks=False)
    source.unlink()


def _ends_with_newline(stream) -> bool:
    stream.seek(-1, os.SEEK_END)
    return stream.read(1) == b"\n"

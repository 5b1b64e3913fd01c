"""What was made to be shared, and what was left out of it."""

import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workbook.atomic import new_folder


@dataclass(frozen=True)
class Shared:
    """The result of sharing.

    path: the folder or page. archive: the same as a zip file, or None. left_out: sentences about
    what is not in it. hints: what its owner should look at before sending it.
    """

    path: Path
    left_out: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    archive: Path | None = None

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        files = [self.path] if self.path.is_file() else self.path.rglob("*")
        return sum(file.stat().st_size for file in files if file.is_file())

    def __str__(self) -> str:
        lines = [f"Made: {self.path} ({self.size / 1e6:.1f} MB)"]
        if self.archive:
            lines.append(f"To send: {self.archive} ({self.archive.stat().st_size / 1e6:.1f} MB)")
        if self.left_out:
            lines.append("Left out, because it is nobody's business:")
            lines += [f"- {thing}" for thing in self.left_out]
        else:
            lines.append("There was nothing personal to leave out.")
        lines += [f"Before you send it: {hint}" for hint in self.hints]
        return "\n".join(lines)


@contextmanager
def folder_to_share(path: Path, made: Sequence[str], *, overwrite: bool) -> Iterator[Path]:
    """Yield a temporary folder that takes the place of ``path`` when the block succeeds.

    With ``overwrite`` an older folder gives way, but only one that holds the files ``made``, as
    one that sharing has made does. Raises FileExistsError.
    """
    if not (path.exists() and overwrite):
        with new_folder(path) as temporary:
            yield temporary
        return
    if not all((path / name).is_file() for name in made):
        raise FileExistsError(
            f"{path} was not made by sharing a classifier, so it is not replaced. "
            "Choose another name."
        )
    newer = path.with_name(f".{path.name}-{uuid.uuid4().hex[:8]}.newer")
    with new_folder(newer) as temporary:
        yield temporary
    shutil.rmtree(path)
    newer.rename(path)


def check_new_file(path: Path, *, overwrite: bool) -> None:
    """Raise FileExistsError when there is a file that would be replaced without being asked."""
    if path.exists() and not overwrite:
        raise FileExistsError(
            f"{path} is already there and will not be overwritten. Choose another name, or allow "
            "it to be overwritten."
        )

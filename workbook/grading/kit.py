"""What the sandbox may see: the few modules that run answers, and the libraries they import."""

import importlib.util
import shutil
import site
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

import workbook

PACKAGE = Path(workbook.__file__).resolve().parent
# Nothing here knows an expected value, a case, a misconception or a solution.
SHIPPED = (
    "lessons/exercises/running.py",
    "grading/wire.py",
    "grading/channel.py",
    "grading/worker.py",
    "grading/confinement.py",
)
LIBRARIES = ("torch", "torchvision", "numpy", "pandas", "PIL")


def write_kit(folder: Path) -> Path:
    """Copy the shipped modules into ``folder``, and return the program to start."""
    for name in SHIPPED:
        target = folder / "workbook" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PACKAGE / name, target)
    for package in {(folder / "workbook" / name).parent for name in SHIPPED}:
        while package != folder:
            (package / "__init__.py").touch()
            package = package.parent
    start = folder / "start.py"
    shutil.copyfile(PACKAGE / "grading" / "start.py", start)
    return start


def library_folders() -> list[Path]:
    """Return the folders that Python imports its libraries from, without the course's own."""
    folders = {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}
    folders |= {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")}
    folders |= {Path(folder) for folder in site.getsitepackages()}
    if site.ENABLE_USER_SITE:
        folders.add(Path(site.getusersitepackages()))
    for name in LIBRARIES:
        found = importlib.util.find_spec(name)
        if found is not None and found.origin:
            folders.add(Path(found.origin).parents[1])
    return sorted(folder for folder in folders if folder.is_dir())


def readable_folders(kit: Path) -> list[Path]:
    """Return the folders that are shown in the sandbox, none of them inside another."""
    wanted = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.exec_prefix), kit}
    wanted |= set(library_folders())
    wanted |= {folder.resolve() for folder in wanted}
    return [folder for folder in sorted(wanted) if not wanted & set(folder.parents)]


def hidden_folders(readable: list[Path], private: Iterable[Path]) -> list[Path]:
    """Return the folders inside the readable ones that must not be seen.

    private: folders of the instructor, such as the submissions. The course's own package is always
    hidden: its references are the solutions. A private folder that holds a readable one is not
    shown anyway, except for what is readable in it.
    """
    hidden = {PACKAGE, *(folder.resolve() for folder in private)}
    return sorted(
        folder
        for folder in hidden
        if set(readable) & set(folder.parents)
        and not any(folder in one.parents or folder == one for one in library_folders())
    )

"""Where photos, models and results live: one folder, called the workspace.

The workspace is the folder named in the environment variable ``WORKBOOK_HOME``, or ``workspace``
inside the folder that Python was started in.
"""

import os
from pathlib import Path


def workspace() -> Path:
    """Return the workspace folder as an absolute path, and create it where it is missing."""
    return _folder(Path(os.environ.get("WORKBOOK_HOME") or "workspace").expanduser().absolute())


def data_folder() -> Path:
    """Return the folder for photos, created where it is missing."""
    return _folder(workspace() / "data")


def models_folder() -> Path:
    """Return the folder for saved classifiers, created where it is missing."""
    return _folder(workspace() / "models")


def results_folder() -> Path:
    """Return the folder for tables, pictures and the experiment log, created where missing."""
    return _folder(workspace() / "results")


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise NotADirectoryError(
            f"The workspace cannot be created at {path}, because a file stands in its place. "
            "Move that file, or set WORKBOOK_HOME to another folder."
        ) from error
    except PermissionError as error:
        raise PermissionError(
            f"The workspace cannot be created at {path}, because you may not write there. "
            "Set WORKBOOK_HOME to a folder of your own."
        ) from error
    return path

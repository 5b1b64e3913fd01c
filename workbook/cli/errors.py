"""Turn whatever went wrong into a sentence for someone who does not program."""

import errno
import traceback
from datetime import datetime
from pathlib import Path

import workbook
from workbook.workspace import results_folder

PACKAGE = Path(workbook.__file__).parent
DETAILS_FILE = "unexpected_errors.txt"
DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT)
NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)


def sentence_for(error: Exception) -> str:
    """Return one or two sentences about an error.

    The rooms of the workbook raise errors whose text is already meant for the reader. Errors of
    the disk get a sentence here. For anything else the details go to a file that is named.
    """
    if isinstance(error, OSError) and error.errno is not None:
        return printable(_about_the_disk(error))
    if _is_meant_for_readers(error):
        return printable(str(error))
    if isinstance(error, MemoryError) or "out of memory" in str(error).lower():
        return (
            "The memory of this computer was not enough. Close other programs, or use smaller "
            "photos (--size) or smaller batches (--batch-size)."
        )
    return printable(_about_the_unexpected(error))


def printable(text: str) -> str:
    """Return the text without characters that would steer the terminal instead of being shown."""
    return "".join(
        sign if sign.isprintable() or sign == "\n" else "\N{REPLACEMENT CHARACTER}" for sign in text
    )


def _is_meant_for_readers(error: Exception) -> bool:
    if isinstance(error, KeyError | IndexError | UnicodeError):
        return False  # signs of a mistake in a program
    if not isinstance(error, ValueError | LookupError | OSError | RuntimeError):
        return False
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and PACKAGE in Path(frames[-1].filename).parents


def _about_the_disk(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in DISK_IS_FULL:
        return (
            f"The disk is full{where}. Make room and try again; no half-written file was left "
            "behind."
        )
    if error.errno in NOT_ALLOWED:
        return (
            f"The file or folder may not be read or written{where}. Choose another place, or "
            "change its permissions."
        )
    return f"{error.strerror}{where}. Check the name and the disk, and try again."


def _about_the_unexpected(error: Exception) -> str:
    what = (
        f"Something went wrong that the workbook did not foresee ({type(error).__name__}: {error})."
    )
    try:
        details = results_folder() / DETAILS_FILE
        with open(details, "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{datetime.now().astimezone().isoformat(timespec='seconds')}\n")
            file.write("".join(traceback.format_exception(error)) + "\n")
    except OSError:
        return f"{what} The details could not be written to the results folder either."
    return f"{what} The details are in {details}; send them along when you report it."

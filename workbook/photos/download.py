"""Download one file: go on where an earlier try stopped, and keep nothing but the right bytes."""

import errno
import hashlib
import http.client
import os
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from workbook.progress import progress_bar

_BLOCK = 1024 * 1024
_DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT)
_DISK_REFUSES = (errno.EACCES, errno.EPERM, errno.EROFS)


def download(
    url: str,
    path: str | os.PathLike,
    *,
    md5: str | None = None,
    sha256: str | None = None,
    tries: int = 3,
    timeout: float = 30,
    progress: bool = True,
) -> Path:
    """Fetch ``url`` into ``path`` and return it; if the right file is there, nothing is fetched.

    The bytes collect in ``<path>.partial``. When the connection breaks off, that file stays, and
    the next try asks the server for the rest. The name changes to ``path`` only when the
    checksum is right.

    Raises, with a sentence: ConnectionError when there is no network, the server refuses, the
    address is gone or the connection keeps breaking off; ValueError when the checksum is wrong
    (the bytes are thrown away); OSError when the disk is full.
    """
    path = Path(path)
    if path.exists() and _has_checksum(path, md5, sha256):
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    for _ in range(tries):
        trouble = _try_to_fetch(url, partial, timeout, progress)
        if trouble is None:
            break
    else:
        raise ConnectionError(_broken_off(url, partial, trouble))
    if not _has_checksum(partial, md5, sha256):
        size = partial.stat().st_size
        partial.unlink()
        raise ValueError(
            f"The {size:,} bytes that came from {url} are not the expected file: their checksum is "
            "wrong. Try again; if it stays so, the file on the server has changed."
        )
    os.replace(partial, path)
    return path


def _try_to_fetch(url: str, partial: Path, timeout: float, progress: bool) -> str | None:
    """Return None when the file is complete, or what went wrong if another try may help."""
    try:
        return None if _fetch(url, partial, timeout, progress) else "the file came incomplete"
    except urllib.error.HTTPError as error:
        raise ConnectionError(_refused(url, error)) from error
    except urllib.error.URLError as error:
        raise ConnectionError(_no_connection(url, error)) from error
    except OSError as error:
        if error.errno in _DISK_IS_FULL + _DISK_REFUSES:
            raise _cannot_write(partial, error) from error
        return str(error)  # the network failed in the middle of the file
    except http.client.HTTPException as error:
        return str(error) or type(error).__name__


def _fetch(url: str, partial: Path, timeout: float, progress: bool) -> bool:
    """Fetch what is missing into ``partial``. Return whether it is complete now."""
    have = partial.stat().st_size if partial.exists() else 0
    request = urllib.request.Request(url, headers={"User-Agent": "photo-classifier-workbook"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        answer = urllib.request.urlopen(request, timeout=timeout)
    except urllib.error.HTTPError as error:
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return _is_whole(error.headers.get("Content-Range"), partial)
        raise
    with answer:
        goes_on = answer.status == http.HTTPStatus.PARTIAL_CONTENT
        if not goes_on:
            have = 0  # the server starts from the beginning, whatever it was asked for
        expected = answer.headers.get("Content-Length")
        total = have + int(expected) if expected else None
        with (
            partial.open("ab" if goes_on else "wb") as file,
            progress_bar(
                description="Downloading", total=total and total // _BLOCK, shown=progress
            ) as bar,
        ):
            bar.update(have // _BLOCK)
            bar.set_postfix_str("MB")
            while block := answer.read(_BLOCK):
                file.write(block)
                bar.update(1)
    return total is None or partial.stat().st_size == total


def _is_whole(content_range: str | None, partial: Path) -> bool:
    """Judge a partial file after which the server has nothing more: "bytes */170498071"."""
    total = (content_range or "").rpartition("/")[2]
    if total == str(partial.stat().st_size):
        return True
    partial.unlink()  # longer than the file on the server: it belongs to another file
    return False


def _has_checksum(path: Path, md5: str | None, sha256: str | None) -> bool:
    for name, expected in (("md5", md5), ("sha256", sha256)):
        if expected is None:
            continue
        with path.open("rb") as file:
            if hashlib.file_digest(file, name).hexdigest() != expected:
                return False
    return True


def _broken_off(url: str, partial: Path, trouble: str) -> str:
    have = partial.stat().st_size if partial.exists() else 0
    return (
        f"The download from {_host(url)} broke off after {have:,} bytes ({trouble}). "
        "Start it again: it goes on where it stopped."
    )


def _refused(url: str, error: urllib.error.HTTPError) -> str:
    if error.code == http.HTTPStatus.NOT_FOUND:
        return f"There is nothing at {url} any more (404). Update the workbook for a new address."
    return f"The server {_host(url)} refused {url} ({error.code} {error.reason}). Try again later."


def _no_connection(url: str, error: urllib.error.URLError) -> str:
    return (
        f"There is no connection to {_host(url)} ({error.reason}). "
        "Check that this computer is online, then try again."
    )


def _cannot_write(partial: Path, error: OSError) -> OSError:
    if error.errno in _DISK_IS_FULL:
        reason = f"The disk is full, so {partial} could not be written. Free some space"
    else:
        reason = f"{partial} may not be written ({error.strerror}). Set WORKBOOK_HOME elsewhere"
    return OSError(f"{reason}, then try again: the download goes on where it stopped.")


def _host(url: str) -> str:
    return urlsplit(url).netloc

import errno
import hashlib
import socket
from pathlib import Path

import numpy as np
import pytest
from misbehaving_server import MisbehavingServer, misbehaving_server

from workbook.photos import download as module
from workbook.photos.download import download

CONTENT = np.random.default_rng(0).bytes(300_000)
MD5 = hashlib.md5(CONTENT).hexdigest()
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server():
    with misbehaving_server(CONTENT) as running:
        yield running


@pytest.fixture
def target(tmp_path) -> Path:
    return tmp_path / "folder" / "photos.tar.gz"


def fetch(server: MisbehavingServer, target: Path, **options) -> Path:
    return download(server.url, target, progress=False, **({"md5": MD5} | options))


def partial(target: Path) -> Path:
    return target.with_name(f"{target.name}.partial")


def test_a_file_is_fetched_once(server, target):
    assert fetch(server, target) == target
    assert target.read_bytes() == CONTENT
    assert not partial(target).exists()
    fetch(server, target)
    assert len(server.ranges_asked) == 1
    fetch(server, target, sha256=SHA256)
    assert len(server.ranges_asked) == 1


def test_a_wrong_file_in_its_place_is_replaced(server, target):
    target.parent.mkdir()
    target.write_bytes(b"half a file")
    fetch(server, target)
    assert target.read_bytes() == CONTENT


def test_a_connection_that_breaks_off_goes_on_by_itself(server, target):
    server.break_off_after = [100_000, 50_000]
    fetch(server, target)
    assert target.read_bytes() == CONTENT
    assert server.ranges_asked == [None, "bytes=100000-", "bytes=150000-"]
    assert server.bytes_sent == len(CONTENT)


def test_the_next_call_goes_on_where_the_last_one_stopped(server, target):
    server.break_off_after = [100_000]
    with pytest.raises(ConnectionError, match=r"broke off after 100,000 bytes.* goes on where"):
        fetch(server, target, tries=1)
    assert partial(target).stat().st_size == 100_000
    assert not target.exists()
    fetch(server, target)
    assert server.ranges_asked == [None, "bytes=100000-"]
    assert target.read_bytes() == CONTENT


def test_a_server_that_cannot_go_on_starts_again(server, target):
    server.break_off_after = [100_000]
    server.knows_ranges = False
    fetch(server, target)
    assert target.read_bytes() == CONTENT
    assert server.bytes_sent == len(CONTENT) + 100_000


def test_a_partial_file_that_is_complete_is_kept(server, target):
    target.parent.mkdir()
    partial(target).write_bytes(CONTENT)
    fetch(server, target)
    assert server.bytes_sent == 0


def test_a_partial_file_of_another_download_is_thrown_away(server, target):
    target.parent.mkdir()
    partial(target).write_bytes(CONTENT + b"more")
    fetch(server, target)
    assert target.read_bytes() == CONTENT
    partial(target).write_bytes(b"from another file" * 100)
    target.unlink()
    with pytest.raises(ValueError, match="checksum is wrong"):
        fetch(server, target)
    fetch(server, target)
    assert target.read_bytes() == CONTENT


def test_a_server_that_does_not_tell_the_length(server, target):
    server.tells_length = False
    fetch(server, target)
    assert target.read_bytes() == CONTENT


def test_a_wrong_checksum_throws_the_bytes_away(server, target):
    for wrong in ({"md5": "0" * 32}, {"sha256": "0" * 64}):
        with pytest.raises(ValueError, match=r"The 300,000 bytes .* are not the expected file"):
            fetch(server, target, **wrong)
        assert not target.exists()
        assert not partial(target).exists()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, r"There is nothing at http://.*/file any more \(404\)"),
        (403, r"refused http.* \(403 Forbidden\)\. Try again later"),
        (503, r"\(503 Service Unavailable\)"),
    ],
)
def test_a_server_that_refuses(status, words, server, target):
    server.status = status
    with pytest.raises(ConnectionError, match=words):
        fetch(server, target)
    assert len(server.ranges_asked) == 1


def test_no_network(target):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(ConnectionError, match=f"no connection to 127.0.0.1:{port} .*online"):
        download(f"http://127.0.0.1:{port}/file", target, progress=False)
    with pytest.raises(ConnectionError, match=r"no connection to no\.such\.host"):
        download("http://no.such.host.invalid/file", target, progress=False)


def test_a_server_that_falls_silent(target):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/file"
        with pytest.raises(ConnectionError, match="timed out"):
            download(url, target, timeout=0.1, progress=False)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "The disk is full, so .* could not be written. Free some space"),
        (errno.EACCES, "may not be written"),
    ],
)
def test_a_disk_that_takes_no_more(number, words, server, target, monkeypatch):
    def full(*arguments):
        raise OSError(number, "sorry")

    monkeypatch.setattr(module.Path, "open", full)
    with pytest.raises(OSError, match=words):
        fetch(server, target)


def test_ctrl_c_keeps_what_has_come(server, target, monkeypatch):
    server.break_off_after = [100_000]
    monkeypatch.setattr(module, "_try_to_fetch", interrupt_second_try(module._try_to_fetch))
    with pytest.raises(KeyboardInterrupt):
        fetch(server, target)
    assert partial(target).read_bytes() == CONTENT[:100_000]


def interrupt_second_try(really_try):
    tries = []

    def try_to_fetch(*arguments):
        tries.append(arguments)
        if len(tries) == 2:
            raise KeyboardInterrupt
        return really_try(*arguments)

    return try_to_fetch

"""The runtime of the page is fetched once, checked, and cached; offline there is a sentence."""

import gzip
import hashlib
import io
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from workbook.sharing import NoRuntime, runtime

PROGRAM = (
    b"const a=1,b=2,c=3,d=4;export{a as InferenceSession,b as Tensor,c as env,d as default};\n"
)
PROGRAM += b"//# sourceMappingURL=ort.map\n"


def packed(program: bytes = PROGRAM, binary: bytes = b"\0asm") -> bytes:
    contents = io.BytesIO()
    with tarfile.open(fileobj=contents, mode="w:gz") as package:
        for name, data in ((runtime.PROGRAM, program), (runtime.BINARY, binary)):
            entry = tarfile.TarInfo(f"package/dist/{name}")
            entry.size = len(data)
            package.addfile(entry, io.BytesIO(data))
    return contents.getvalue()


@pytest.fixture
def registry(monkeypatch):
    """A registry on this computer: ``.content`` is what it serves, ``.asked`` counts requests."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            server.asked.append(self.path)
            if not server.content:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(server.content)))
            self.end_headers()
            self.wfile.write(server.content)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.content, server.asked = packed(), []
    server.address = f"http://127.0.0.1:{server.server_port}/"
    monkeypatch.setattr(runtime, "SHA256", hashlib.sha256(server.content).hexdigest())
    sums = {runtime.PROGRAM: hashlib.sha256(PROGRAM).hexdigest()}
    sums[runtime.BINARY] = hashlib.sha256(b"\0asm").hexdigest()
    monkeypatch.setattr(runtime, "SHA256_OF", sums)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_is_fetched_once_and_then_found_offline(registry, tmp_path):
    first = runtime.get_runtime(tmp_path, registry=registry.address)
    assert registry.asked == [f"/{runtime.ADDRESS}"]
    assert gzip.decompress(first.binary) == b"\0asm"
    again = runtime.get_runtime(tmp_path, registry="http://127.0.0.1:9")
    assert again == first
    assert len(registry.asked) == 1


def test_the_names_of_the_module_become_global(registry, tmp_path):
    program = runtime.get_runtime(tmp_path, registry=registry.address).program
    assert program.endswith("globalThis.ort={InferenceSession:a,Tensor:b,env:c};")
    assert "export" not in program


def test_a_mirror_is_used_when_npm_is_told_to_use_one(registry, monkeypatch):
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", registry.address)
    runtime.get_runtime()
    assert len(registry.asked) == 1


def test_a_damaged_cache_is_fetched_again(registry, tmp_path):
    whole = runtime.get_runtime(tmp_path, registry=registry.address)
    cached = tmp_path / f"{runtime.BINARY}.gz"
    cached.write_bytes(gzip.compress(b"something else"))
    assert runtime.get_runtime(tmp_path, registry=registry.address) == whole
    cached.write_bytes(cached.read_bytes()[:9])
    assert runtime.get_runtime(tmp_path, registry=registry.address) == whole


def test_other_contents_than_the_pinned_ones_are_refused(registry, tmp_path):
    registry.content = packed(program=b"stealPhotos();" + PROGRAM)
    with pytest.raises(NoRuntime, match="checksum is wrong"):
        runtime.get_runtime(tmp_path, registry=registry.address)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("trouble", ["offline", "gone"])
def test_without_it_there_is_a_sentence_and_nothing_half_done(trouble, registry, tmp_path):
    address = registry.address if trouble == "gone" else "http://127.0.0.1:9"
    registry.content = b""
    with pytest.raises(NoRuntime, match="33 MB, fetched once") as caught:
        runtime.get_runtime(tmp_path, registry=address)
    assert ("404" in str(caught.value)) == (trouble == "gone")
    assert not list(tmp_path.iterdir())

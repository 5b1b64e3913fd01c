"""ONNX Runtime for the web: fetched once, in one version, and checked against its checksums."""

import gzip
import hashlib
import os
import re
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from workbook.atomic import replacing
from workbook.photos.download import download
from workbook.workspace import workspace

VERSION = "1.30.0"
REGISTRY = "https://registry.npmjs.org"
ADDRESS = f"onnxruntime-web/-/onnxruntime-web-{VERSION}.tgz"
SHA256 = "d2228df7e4616bc3348bf504ee888f3bec43789a273f0a63f3e68d203ce3bf71"
PROGRAM, BINARY = "ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"
SHA256_OF = {
    PROGRAM: "11e64bd8ffe11bd1a2a2f0d6275fdfbbba7262f0b76b99b53d228a8a22ef3d90",
    BINARY: "3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2",
}
_EXPORTS = re.compile(r"export\s*\{([^{}]*)\};?\s*(//# sourceMappingURL=\S*)?\s*$")
_NAMES_USED = ("InferenceSession", "Tensor", "env")


class NoRuntime(ConnectionError):
    """The runtime is neither here nor to be had; the text says what to do."""


@dataclass(frozen=True)
class Runtime:
    """``program``: JavaScript that puts the runtime's names into ``globalThis.ort``.

    ``binary``: the WebAssembly that it loads, packed by gzip.
    """

    program: str
    binary: bytes


def get_runtime(folder: Path | None = None, *, registry: str | None = None) -> Runtime:
    """Return the runtime, from ``folder`` (the workspace, by default) or from the npm registry.

    ``registry`` is the address of the registry or a mirror of it; by default NPM_CONFIG_REGISTRY,
    or else npm's own. What comes from there is used only when its checksum is right.
    Raises NoRuntime when it is not here and cannot be fetched, OSError when the disk is full.
    """
    folder = folder or workspace() / "tools" / f"onnxruntime-web-{VERSION}"
    if not all(_is_right(folder / f"{name}.gz", name) for name in SHA256_OF):
        _fetch(folder, registry or os.environ.get("NPM_CONFIG_REGISTRY") or REGISTRY)
    program = gzip.decompress((folder / f"{PROGRAM}.gz").read_bytes()).decode("utf-8")
    return Runtime(_as_global(program), (folder / f"{BINARY}.gz").read_bytes())


def _fetch(folder: Path, registry: str) -> None:
    archive = folder / ADDRESS.rpartition("/")[2]
    try:
        somebody_looks = sys.stderr.isatty() or "ipykernel" in sys.modules
        address = f"{registry.rstrip('/')}/{ADDRESS}"
        download(address, archive, sha256=SHA256, progress=somebody_looks)
    except (ConnectionError, ValueError) as error:
        raise NoRuntime(
            "The page needs a program that runs models in a browser (ONNX Runtime Web, 33 MB, "
            f"fetched once). {error}"
        ) from error
    with tarfile.open(archive) as package:
        for name in SHA256_OF:
            contents = package.extractfile(f"package/dist/{name}").read()
            with replacing(folder / f"{name}.gz") as temporary:
                temporary.write_bytes(gzip.compress(contents, compresslevel=9, mtime=0))
    archive.unlink()


def _is_right(path: Path, name: str) -> bool:
    try:
        contents = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, ValueError):  # not there, or damaged: it is fetched again
        return False
    return hashlib.sha256(contents).hexdigest() == SHA256_OF[name]


def _as_global(program: str) -> str:
    """Turn "export{a as Tensor,...}" at the end of the module into an assignment."""
    found = _EXPORTS.search(program)
    pairs = [part.split(" as ") for part in found.group(1).split(",")]
    inner_names = {outer.strip(): inner.strip() for inner, outer in pairs}
    used = ",".join(f"{name}:{inner_names[name]}" for name in _NAMES_USED)
    return f"{program[: found.start()]}globalThis.ort={{{used}}};"

"""A small web server that can break off, refuse, lie and forget."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class MisbehavingServer(ThreadingHTTPServer):
    """Serves ``content`` at /file; the other attributes say how badly."""

    daemon_threads = True

    def __init__(self, content: bytes):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = content
        self.break_off_after: list[int] = []  # bytes sent in each of the next answers
        self.knows_ranges = True
        self.tells_length = True
        self.status = 200
        self.ranges_asked: list[str | None] = []
        self.bytes_sent = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/file"


class _Handler(BaseHTTPRequestHandler):
    server: MisbehavingServer

    def do_GET(self) -> None:
        server = self.server
        asked = self.headers.get("Range")
        server.ranges_asked.append(asked)
        if server.status != 200:
            self.send_error(server.status)
            return
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        if start and server.knows_ranges and start >= len(server.content):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(server.content)}")
            self.end_headers()
            return
        if not server.knows_ranges:
            start = 0
        body = server.content[start:]
        self.send_response(206 if start else 200)
        if server.tells_length:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if server.break_off_after:
            body = body[: server.break_off_after.pop(0)]
        # Counted first: the client may be done before this thread gets another turn.
        server.bytes_sent += len(body)
        self.wfile.write(body)

    def log_message(self, *arguments) -> None:
        pass


@contextmanager
def misbehaving_server(content: bytes) -> Iterator[MisbehavingServer]:
    server = MisbehavingServer(content)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

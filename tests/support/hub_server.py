"""A small Hugging Face hub on loopback: one file, with ranges, and a way to break off in the middle."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "a" * 40


class Hub:
    """What is served, and what was asked for. ``break_after`` bytes of a body, the connection ends, once."""

    def __init__(self, content: bytes, announced: bytes | None = None) -> None:
        self.content = content
        self.etag = hashlib.sha256(content if announced is None else announced).hexdigest()
        self.break_after: int | None = None
        self.requests: list[tuple[str, str, str | None]] = []
        self.address = ""


@contextmanager
def serve(hub: Hub) -> Iterator[Hub]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, with_body: bool) -> None:
            wanted = self.headers.get("Range")
            hub.requests.append((self.command, self.path, wanted))
            if not self.path.endswith("/owner/repo/resolve/main/tiny.gguf") and COMMIT not in self.path:
                return self._missing()
            found = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted or "")
            begin = int(found[1]) if found else 0
            body = hub.content[begin:]
            self.send_response(206 if found else 200)
            if found:
                self.send_header("Content-Range", f"bytes {begin}-{len(hub.content) - 1}/{len(hub.content)}")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", f'"{hub.etag}"')
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("Accept-Ranges", "bytes")
            self.end_headers()
            if with_body:
                self._send(body)
            return None

        def _send(self, body: bytes) -> None:
            if hub.break_after is not None:
                body, hub.break_after, self.close_connection = body[: hub.break_after], None, True
            self.wfile.write(body)

        def _missing(self) -> None:
            self.send_response(404)
            code = "EntryNotFound" if "/owner/repo/" in self.path else "RepoNotFound"
            self.send_header("X-Error-Code", code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

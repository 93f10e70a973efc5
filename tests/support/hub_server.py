"""A small Hugging Face hub on loopback: files with ranges, its ways of refusing, and of breaking off in the middle."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "a" * 40
REPOSITORY = "/owner/repo/"


class Hub:
    """What is served, and what was asked for.

    ``files`` are those of ``owner/repo``; ``etag``, where set, is announced for all of them in place of their hashes.
    ``break_after`` so many bytes of a body, the connection ends, once. ``pause`` is waited before each megabyte.
    ``refusal`` is a status and the hub's code for it, such as ``(401, "GatedRepo")``, answered to whoever does not
    bring ``token``. With ``linked`` the hash and the size are those of a link, as the hub gives them for large files,
    and where ``storage`` is the address of another server, that is where the link leads.
    """

    def __init__(self, content: bytes, announced: bytes | None = None, name: str = "tiny.gguf") -> None:
        self.files = {name: content}
        self.etag: str | None = None if announced is None else hashlib.sha256(announced).hexdigest()
        self.break_after: int | None = None
        self.pause = 0.0
        self.refusal: tuple[int, str] | None = None
        self.token = ""
        self.linked = False
        self.storage = ""
        self.ranges = True
        self.requests: list[tuple[str, str, str | None]] = []
        self.tokens: list[str | None] = []
        self.bodies = 0
        self.address = ""

    def etag_of(self, content: bytes) -> str:
        return self.etag or hashlib.sha256(content).hexdigest()


@contextmanager
def serve(hub: Hub) -> Iterator[Hub]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, with_body: bool) -> None:
            wanted = self.headers.get("Range") if hub.ranges else None
            hub.requests.append((self.command, self.path, self.headers.get("Range")))
            hub.tokens.append(self.headers.get("Authorization"))
            if hub.refusal and self.headers.get("Authorization") != f"Bearer {hub.token}":
                return self._refuse(*hub.refusal)
            name = re.sub(f".*{REPOSITORY}resolve/(main|{COMMIT})/", "", self.path)
            content = hub.files.get(name)
            if content is None:
                return self._refuse(404, "EntryNotFound" if REPOSITORY in self.path else "RepoNotFound")
            if hub.storage:
                return self._send_on(content)
            found = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted or "")
            begin = int(found[1]) if found else 0
            body = content[begin:]
            self.send_response(206 if found else 200)
            if found:
                self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(body)))
            self._send_identity(content)
            self.send_header("Accept-Ranges", "bytes")
            self.end_headers()
            if with_body:
                hub.bodies += 1
                self._send(body)
            return None

        def _send_identity(self, content: bytes) -> None:
            if hub.linked:
                self.send_header("X-Linked-Etag", f'"{hub.etag_of(content)}"')
                self.send_header("X-Linked-Size", str(len(content)))
                self.send_header("ETag", '"that-of-the-pointer"')
            else:
                self.send_header("ETag", f'"{hub.etag_of(content)}"')
            self.send_header("X-Repo-Commit", COMMIT)

        def _send_on(self, content: bytes) -> None:
            self.send_response(302)
            self.send_header("Location", hub.storage + self.path)
            self._send_identity(content)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _send(self, body: bytes) -> None:
            if hub.break_after is not None:
                body, hub.break_after, self.close_connection = body[: hub.break_after], None, True
            try:
                for start in range(0, len(body), 1_000_000):
                    time.sleep(hub.pause)
                    self.wfile.write(body[start : start + 1_000_000])
            except ConnectionError:  # the client was stopped
                self.close_connection = True

        def _refuse(self, status: int, code: str) -> None:
            self.send_response(status)
            self.send_header("X-Error-Code", code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    with _running(Handler) as address:
        hub.address = address
        yield hub


@contextmanager
def proxy(target: str, seen: list[str]) -> Iterator[str]:
    """An HTTP proxy that gives whatever it is asked for to ``target``; the lines of requests are added to ``seen``.

    It refuses tunnels (``CONNECT``), having no certificate; that one was asked for is in ``seen``.
    """
    import httpx

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._pass_on()

        def do_GET(self) -> None:
            self._pass_on()

        def do_CONNECT(self) -> None:
            seen.append(self.requestline)
            self.send_error(502)

        def _pass_on(self) -> None:
            seen.append(self.requestline)
            path = re.sub("^http://[^/]+", "", self.path)
            with httpx.Client(trust_env=False) as client:
                answer = client.request(self.command, target + path, headers=dict(self.headers.items()))
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name.lower() not in ("date", "server"):
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    with _running(Handler) as address:
        yield address


@contextmanager
def _running(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

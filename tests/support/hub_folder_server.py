"""A Hugging Face hub on loopback that serves the files of one folder as one repository."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

COMMIT = "b" * 40


@contextmanager
def serve_folder(repository: str, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Serve ``folder``; gives the address of the hub, and the paths of all requests, which grow while it serves."""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    requests: list[str] = []
    api = f"/api/models/{repository}"

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, with_body: bool) -> None:
            path = self.path.partition("?")[0]
            requests.append(path)
            if path in (f"{api}/revision/main", api):
                return self._send(json.dumps({"id": repository, "sha": COMMIT, "siblings": []}).encode(), with_body)
            if path == f"{api}/tree/{COMMIT}":
                return self._send(json.dumps([_entry(name, data) for name, data in files.items()]).encode(), with_body)
            for prefix in (f"/{repository}/resolve/{COMMIT}/", f"/{repository}/resolve/main/"):
                if path.startswith(prefix) and path.removeprefix(prefix) in files:
                    return self._send(files[path.removeprefix(prefix)], with_body)
            self.send_response(404)
            self.send_header("X-Error-Code", "EntryNotFound" if repository in path else "RepoNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None

        def _send(self, data: bytes, with_body: bool) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.send_header("ETag", f'"{hashlib.sha1(data, usedforsecurity=False).hexdigest()}"')
            self.send_header("X-Repo-Commit", COMMIT)
            self.end_headers()
            if with_body:
                self.wfile.write(data)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", requests
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _entry(name: str, data: bytes) -> dict[str, object]:
    oid = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    return {"type": "file", "path": name, "size": len(data), "oid": oid}

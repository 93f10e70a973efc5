"""A chat server that answers as it is told, in place of the servers of ``openai:`` names."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

Reply = tuple[int, Any]  # status, and a document or text


class Served(NamedTuple):
    """Where it listens, and the requests it got: path, headers, document."""

    url: str
    requests: list[tuple[str, dict[str, str], dict[str, Any]]]


def completion(text: str | None, *, logprobs: list[float] | None = None) -> Reply:
    """The document of a reply."""
    choice: dict[str, Any] = {"message": {"role": "assistant", "content": text}}
    if logprobs is not None:
        choice["logprobs"] = {"content": [{"token": "x", "logprob": value} for value in logprobs]}
    return 200, {"choices": [choice], "usage": {"prompt_tokens": 12, "completion_tokens": 3}}


@contextlib.contextmanager
def chat_server(answer: Callable[[dict[str, Any]], Reply], models: int = 404) -> Iterator[Served]:
    """Serve on loopback until the block ends; ``answer`` is given each request's document.

    ``models`` is the status of whatever is asked for with GET, as the list of models is.
    """
    requests: list[tuple[str, dict[str, str], dict[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            requests.append((self.path, {key.lower(): value for key, value in self.headers.items()}, document))
            status, body = answer(document)
            data = (body if isinstance(body, str) else json.dumps(body)).encode()
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # nobody waits any more
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        def do_GET(self) -> None:
            requests.append((self.path, {key.lower(): value for key, value in self.headers.items()}, {}))
            self.send_response(models)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{server.server_port}/v1", requests)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

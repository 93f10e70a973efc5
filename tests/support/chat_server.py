"""A chat server that answers as it is told, in place of the servers of ``openai:`` names."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

Document = dict[str, Any]


class Reply(NamedTuple):
    """A status, a document or text, further headers; ``cut`` sends half of it and resets the connection."""

    status: int
    body: Any
    headers: dict[str, str] = {}
    cut: bool = False


class Request(NamedTuple):
    """What the server got."""

    path: str
    headers: dict[str, str]
    document: Document


class Served(NamedTuple):
    """Where it listens, and the requests it got, those that try its abilities apart."""

    url: str
    requests: list[Request]
    trials: list[Request]


def completion(
    text: str | None,
    *,
    logprobs: Sequence[float] | None = None,
    tokens: Sequence[str] = (),
    finish: str = "stop",
    prompt_tokens: int = 12,
    message: dict[str, str] | None = None,
) -> Reply:
    """The document of a reply; ``message`` are further fields of its message."""
    choice: Document = {"message": {"role": "assistant", "content": text, **(message or {})}, "finish_reason": finish}
    if logprobs is not None:
        words = tokens or ["x"] * len(logprobs)
        rows = [{"token": word, "logprob": value} for word, value in zip(words, logprobs, strict=True)]
        choice["logprobs"] = {"content": rows}
    return Reply(200, {"choices": [choice], "usage": {"prompt_tokens": prompt_tokens, "completion_tokens": 3}})


def refused(message: str, status: int = 400, **error: Any) -> Reply:
    """An error as these servers tell it."""
    return Reply(status, {"error": {"message": message, "type": "invalid_request_error", "code": status, **error}})


def way_of(document: Document) -> str:
    """The way in which a request asks for a form: "free" for none."""
    for way in ("grammar", "structured_outputs", "guided_grammar", "guided_json"):
        if way in document:
            return way
    return str(document.get("response_format", {}).get("type", "free"))


def _trial(document: Document, holds: str) -> Reply:
    """What a server that holds to one way says to a trial: it ignores the others."""
    if way_of(document) != holds:
        return completion("Hello! How can I help you?")
    if "json" in holds:
        return completion('{"n": 71}')
    grammar = document["structured_outputs"]["grammar"] if holds == "structured_outputs" else document[holds]
    found = re.fullmatch(r'root ::= "([^"]+)"\n', grammar)
    return completion(found[1] if found else "")


@contextlib.contextmanager
def chat_server(
    answer: Callable[[Document], Reply],
    models: int | Sequence[str] = 404,
    *,
    holds: str = "nothing",
    trial: Callable[[Document], Reply] | None = None,
    root: str = "/v1",
    running: Document | None = None,
) -> Iterator[Served]:
    """Serve on loopback until the block ends; ``answer`` is given each request's document.

    ``holds`` is the way in which it can hold a reply to a form, ``trial`` answers the trials of that in its place.
    ``models`` are those that GET lists, or the status that it answers; ``root`` is where the API is, ``running``
    what the server tells at ``/api/ps``.
    """
    served = Served("", [], [])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            tried = document["messages"][0]["content"] == "Say hi."
            (served.trials if tried else served.requests).append(self._request(document))
            if self.path != f"{root}/chat/completions":
                self._send(Reply(404, "404 page not found"))
            elif tried:
                self._send((trial or (lambda document: _trial(document, holds)))(document))
            else:
                self._send(answer(document))

        def do_GET(self) -> None:
            served.requests.append(self._request({}))
            if running is not None and self.path == "/api/ps":
                self._send(Reply(200, running))
            elif isinstance(models, int) or self.path != f"{root}/models":
                self._send(Reply(models if isinstance(models, int) else 404, ""))
            else:
                self._send(Reply(200, {"object": "list", "data": [{"id": name} for name in models]}))

        def _request(self, document: Document) -> Request:
            return Request(self.path, {key.lower(): value for key, value in self.headers.items()}, document)

        def _send(self, reply: Reply) -> None:
            data = (reply.body if isinstance(reply.body, str) else json.dumps(reply.body)).encode()
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # nobody waits any more
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data[: len(data) // 2] if reply.cut else data)
                if reply.cut:
                    self.wfile.flush()
                    linger = struct.pack("ii", 1, 0)  # closing resets
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    self.connection.close()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)  # looks for its end so often
    thread.start()
    try:
        yield served._replace(url=f"http://127.0.0.1:{server.server_port}{root}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

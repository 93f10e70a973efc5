"""Requests as bytes say them, past every client that would put them right first."""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from urllib.parse import unquote

import anyio
from fastapi.testclient import TestClient
from starlette.types import Message

Pairs = list[tuple[bytes, bytes]]
HOST: Pairs = [(b"host", b"127.0.0.1:8765")]
JSON: Pairs = [(b"content-type", b"application/json")]


class RawReply(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def error(self) -> dict[str, str]:
        """The error that it holds; the shape of an error is checked on the way."""
        document = json.loads(self.body)
        assert set(document) == {"error"}, document
        found: dict[str, str] = document["error"]
        assert set(found) in ({"type", "message"}, {"type", "message", "param", "code"}), found  # the second: OpenAI's
        assert found["type"], found
        assert found["message"], found
        return found


def raw(
    client: TestClient, method: str, target: bytes, headers: Pairs = HOST, body: bytes | list[bytes] = b""
) -> RawReply:
    """Send a request to the app of a client, as uvicorn would hand it over; a list is a body in pieces.

    Its length is declared, or that it comes in pieces, unless the headers say something of it.
    """
    if body and not {b"content-length", b"transfer-encoding"} & {name for name, _ in headers}:
        in_pieces, whole = (b"transfer-encoding", b"chunked"), (b"content-length", str(len(body)).encode())
        headers = [*headers, in_pieces if isinstance(body, list) else whole]
    path, _, query = target.partition(b"?")
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "scheme": "http",
        "method": method, "path": unquote(path.decode("ascii")), "raw_path": path, "query_string": query,
        "root_path": "", "headers": headers, "client": ("127.0.0.1", 50000), "server": ("127.0.0.1", 8765), "state": {},
    }  # fmt: skip
    assert client.portal is not None
    reply: RawReply = client.portal.call(_call, client.app, scope, [body] if isinstance(body, bytes) else body)
    return reply


async def _call(app: Any, scope: dict[str, Any], pieces: list[bytes]) -> RawReply:
    waiting = [
        {"type": "http.request", "body": piece, "more_body": number < len(pieces)}
        for number, piece in enumerate(pieces, 1)
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        if not waiting:
            await anyio.sleep_forever()  # the client stays
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in sent[0]["headers"]}
    return RawReply(sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]))

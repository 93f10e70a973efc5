"""Connections that do not wait for ever, and the settings of the server that reads from them.

uvicorn waits without end for the head of a request, and reads without end what comes after a reply; a few hundred
connections that send a byte now and then would take every place (Slowloris, 2009).
"""

from __future__ import annotations

import asyncio
import json
from typing import Literal, TypedDict

from uvicorn.protocols.http.h11_impl import H11Protocol

from askdocs.serving.guarding.replies import OTHER_POLICY

SECONDS = 10.0  # for the head of a request; and for what is left of its body once it was replied to
MOST = 500  # connections at once; systems grant a process 1024 files or more


class Connection(H11Protocol):
    """A connection of uvicorn that is closed where no request is being answered for ten seconds.

    What is no HTTP is told so in the shape of every other error.
    """

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a new connection, unless there are too many."""
        super().connection_made(transport)
        if len(self.connections) > MOST:
            self._say(503, "Service Unavailable", "Full", "there are too many connections; try again later")
        else:
            self._watch()

    def data_received(self, data: bytes) -> None:
        """Read on."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        super().connection_lost(exc)
        self._stop_watching()

    def send_400_response(self, msg: str) -> None:
        """Tell the client that what it sent is no HTTP."""
        self._say(400, "Bad Request", "RequestError", "this is no valid HTTP request")

    def _watch(self) -> None:
        """Let time run while no request is being answered; a piece of one that comes meanwhile does not stop it."""
        if self.transport.is_closing() or (self.cycle is not None and not self.cycle.response_complete):
            self._stop_watching()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(SECONDS, self._too_slow)

    def _stop_watching(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        replied = self.cycle is not None and self.cycle.more_body
        if replied or not self.conn.trailing_data[0]:  # nothing of a request is here, so nothing is to be said
            self.transport.close()
        else:
            self._say(408, "Request Timeout", "TooSlow", f"the request did not come within {SECONDS:.0f} s")

    def _say(self, status: int, reason: str, kind: str, message: str) -> None:
        """Send an error past the app, unless it has begun to reply, and close."""
        if self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete:
            self.transport.close()
            return
        body = json.dumps({"error": {"type": kind, "message": message}}).encode()
        head = (
            f"HTTP/1.1 {status} {reason}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
            f"content-security-policy: {OTHER_POLICY}\r\nx-content-type-options: nosniff\r\n"
            "cache-control: no-store\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


class Reading(TypedDict):
    """How uvicorn reads requests: with one parser, which is strict, and without WebSockets."""

    http: type[asyncio.Protocol]
    ws: Literal["none"]
    access_log: bool
    server_header: bool


READING = Reading(http=Connection, ws="none", access_log=False, server_header=False)

"""Replies of server-sent events: with a sign of life while nothing happens, and closed when the client leaves."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable

import anyio
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send

PING = 15.0  # seconds; proxies cut a connection on which nothing came for 60
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx would keep them back


class EventStream(StreamingResponse):
    """Sends events as they come; the iterator is closed in the moment in which the client leaves.

    Starlette's own leaves it open where it was cancelled while it sent, until the collector comes by.
    """

    media_type = "text/event-stream"
    _whole = False

    def __init__(self, events: AsyncGenerator[bytes, None], left: Callable[[], object] = lambda: None) -> None:
        self._sent, self._left = with_pings(events), left
        super().__init__(self._sent, headers=_HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send them; call ``left`` where the client left before the last."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            if not self._whole:
                self._left()
            with anyio.CancelScope(shield=True):
                await self._sent.aclose()

    async def stream_response(self, send: Send) -> None:
        """Send the head and the events."""
        await super().stream_response(send)
        self._whole = True


def sse(event: str, data: BaseModel) -> bytes:
    r"""One event as it is sent.

    >>> from askdocs.core.answers import Token
    >>> sse("token", Token(text="33"))
    b'event: token\ndata: {"text":"33"}\n\n'
    """
    return format_sse_event(event=event, data_str=data.model_dump_json())


async def with_pings(events: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """The events, and a comment whenever none came for 15 seconds."""
    async with contextlib.aclosing(events):
        while True:
            coming = asyncio.ensure_future(anext(events, None))
            try:
                while not (await asyncio.wait({coming}, timeout=PING))[0]:
                    yield KEEPALIVE_COMMENT
            finally:
                if not coming.done():
                    coming.cancel()
                    with anyio.CancelScope(shield=True):  # anyio cancels what waits, again and again
                        await asyncio.wait({coming})
            event = coming.result()
            if event is None:
                return
            yield event

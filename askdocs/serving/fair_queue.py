"""A bounded queue before the model, in which clients take turns.

Each client has a line of its own, and the lines are served one after another, so that somebody who sends a hundred
questions does not keep somebody who sends one waiting for all of them (fair queuing, Nagle 1987, RFC 970).
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator

from askdocs.core.errors import AskdocsError

_FIRST_GUESS = 2.0  # seconds of a question, before any was answered
_WEIGHT = 0.2  # of the latest question in the running mean


class QueueFull(AskdocsError):
    """There is no place left; ``retry_after`` is in how many seconds there may be one."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many questions are waiting; ask again in {retry_after} s")
        self.retry_after = retry_after


class QueueClosed(AskdocsError):
    """The service is ending and takes no more questions."""


class FairQueue:
    """Lets ``at_once`` questions run, and ``waiting`` more wait; one client may hold half of those places.

    Belongs to one event loop.
    """

    def __init__(self, at_once: int = 2, waiting: int = 32) -> None:
        self.at_once = at_once
        self.places = waiting
        self.running = 0
        self._lines: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._seconds = _FIRST_GUESS
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(map(len, self._lines.values()))

    def retry_after(self) -> int:
        """In how many seconds a place may be free: what waits, at the pace of the latest questions."""
        return max(1, math.ceil(self._seconds * (self.waiting + 1) / self.at_once))

    @contextlib.asynccontextmanager
    async def turn(self, client: str) -> AsyncIterator[None]:
        """A turn at the model; whoever is cancelled while waiting frees the place.

        Raises:
            QueueFull: no place is left, or this client holds half of them.
            QueueClosed: the service is ending.
        """
        await self._enter(client)
        began = time.monotonic()
        try:
            yield
        finally:
            self._seconds += _WEIGHT * (time.monotonic() - began - self._seconds)
            self._leave()

    def close(self) -> None:
        """Take no more; whoever waits is told so."""
        self._closed = True
        for line in self._lines.values():
            for place in line:
                if not place.done():
                    place.set_exception(QueueClosed("the service is ending; ask again when it is back"))
        self._lines.clear()

    async def _enter(self, client: str) -> None:
        if self._closed:
            raise QueueClosed("the service is ending; ask again when it is back")
        if self.running < self.at_once and not self._lines:
            self.running += 1
            return
        line = self._lines.get(client, deque())
        if self.waiting >= self.places or len(line) >= max(1, self.places // 2):
            raise QueueFull(self.retry_after())
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lines.setdefault(client, line).append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.exception() is None:
                self._leave()  # its turn had come in the same moment
            else:
                self._forget(client, place)
            raise

    def _forget(self, client: str, place: asyncio.Future[None]) -> None:
        line = self._lines.get(client)
        if line is not None:
            with contextlib.suppress(ValueError):
                line.remove(place)
            if not line:
                self._lines.pop(client, None)

    def _leave(self) -> None:
        """Hand the turn to the client whose line was served longest ago."""
        while self._lines:
            client, line = next(iter(self._lines.items()))
            place = line.popleft()
            self._lines.move_to_end(client)
            if not line:
                del self._lines[client]
            if not place.done():
                place.set_result(None)
                return
        self.running -= 1

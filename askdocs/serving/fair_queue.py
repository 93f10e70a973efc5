"""A bounded queue before the model, in which clients take turns.

Each client has a line of its own, and the lines are served one after another, so that somebody who sends a hundred
questions does not keep somebody who sends one waiting for all of them (fair queuing, Nagle 1987, RFC 970).
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import math
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from askdocs.core.errors import AskdocsError

_FIRST_GUESS = 2.0  # seconds of a question, before any was answered
_WEIGHT = 0.2  # of the latest question in the running mean
_ENDING = "the service is ending; ask again when it is back"
Tell = Callable[[int], object]


class QueueFull(AskdocsError):
    """There is no place left; ``retry_after`` is in how many seconds there may be one, ``why`` says what is in the way.

    >>> str(QueueFull(3))
    'too many questions are waiting; ask again in 3 s'
    """

    def __init__(self, retry_after: int, why: str = "too many questions are waiting") -> None:
        super().__init__(f"{why}; ask again in {retry_after} s")
        self.retry_after = retry_after


class QueueClosed(AskdocsError):
    """The service is ending and takes no more questions."""


@dataclass(eq=False)
class _Place:
    """A place in a line: its turn, whom to tell how many are ahead, and how many they were told of last."""

    turn: asyncio.Future[None]
    tell: Tell
    told: int = -1


class FairQueue:
    """Lets ``at_once`` questions run, and ``waiting`` more wait; one client may hold half of those places.

    ``full`` are the words for those who find no place. Belongs to one event loop.
    """

    def __init__(self, at_once: int = 2, waiting: int = 32, full: str = "too many questions are waiting") -> None:
        self.at_once = at_once
        self.places = waiting
        self.running = 0
        self._full = full
        self._lines: OrderedDict[str, deque[_Place]] = OrderedDict()
        self._seconds = _FIRST_GUESS
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(map(len, self._lines.values()))

    @property
    def closed(self) -> bool:
        """Whether it takes no more."""
        return self._closed

    def retry_after(self) -> int:
        """In how many seconds a place may be free: what waits, at the pace of the latest questions."""
        return max(1, math.ceil(self._seconds * (self.waiting + 1) / self.at_once))

    @contextlib.asynccontextmanager
    async def turn(self, client: str, tell: Tell = lambda ahead: None) -> AsyncIterator[None]:
        """A turn at the model; whoever is cancelled while waiting frees the place.

        Who must wait is told how many are ahead, and again when that changes; it may grow by those whose line is short.

        Raises:
            QueueFull: no place is left, or this client holds half of them.
            QueueClosed: the service is ending.
        """
        await self._enter(client, tell)
        began = time.monotonic()
        try:
            yield
        finally:
            self._seconds += _WEIGHT * (time.monotonic() - began - self._seconds)
            self._leave()

    def close(self) -> None:
        """Take no more; whoever waits is told so."""
        self._closed = True
        for place in self._in_order():
            place.turn.set_exception(QueueClosed(_ENDING))
        self._lines.clear()

    async def _enter(self, client: str, tell: Tell) -> None:
        if self._closed:
            raise QueueClosed(_ENDING)
        if self.running < self.at_once and not self._lines:
            self.running += 1
            return
        line = self._lines.get(client, deque())
        if self.waiting >= self.places or len(line) >= max(1, self.places // 2):
            raise QueueFull(self.retry_after(), self._full)
        place = _Place(asyncio.get_running_loop().create_future(), tell)
        self._lines.setdefault(client, line).append(place)
        self._tell()
        try:
            await place.turn
        except asyncio.CancelledError:
            turn = place.turn
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._leave()  # its turn had come in the same moment
            else:
                self._forget(client, place)
            raise

    def _in_order(self) -> list[_Place]:
        """Those who wait, in the order in which their turns come if nobody else does."""
        rounds = itertools.zip_longest(*self._lines.values())
        return [place for one in rounds for place in one if place is not None and not place.turn.done()]

    def _tell(self) -> None:
        """Tell those who wait how many are ahead, where that is another number than before."""
        for ahead, place in enumerate(self._in_order()):
            if place.told != ahead:
                place.told = ahead
                place.tell(ahead)

    def _forget(self, client: str, place: _Place) -> None:
        line = self._lines.get(client)
        if line is not None:
            with contextlib.suppress(ValueError):
                line.remove(place)
            if not line:
                self._lines.pop(client, None)
            self._tell()

    def _leave(self) -> None:
        """Hand the turn to the client whose line was served longest ago."""
        while self._lines:
            client, line = next(iter(self._lines.items()))
            place = line.popleft()
            self._lines.move_to_end(client)
            if not line:
                del self._lines[client]
            if not place.turn.done():
                place.turn.set_result(None)
                self._tell()
                return
        self.running -= 1

"""Who has logged in in a browser: random names in a cookie, and a table of whom they stand for."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from askdocs.serving.access import Caller

SECONDS = 12 * 3600
_PLACES = 1000


class _Session(NamedTuple):
    caller: Caller
    until: float


class Sessions:
    """The sessions of one service. They are kept in memory only; the oldest goes when there are too many.

    The names are kept as hashes, so that finding one takes the same time whichever letters of it are right.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._open: OrderedDict[bytes, _Session] = OrderedDict()

    def open(self, caller: Caller) -> str:
        """The name of a new session, which ends after twelve hours.

        >>> sessions = Sessions()
        >>> sessions.caller_of(sessions.open(Caller(name="ann"))).name
        'ann'
        """
        name = secrets.token_urlsafe(32)
        self._open[_hash(name)] = _Session(caller, self._clock() + SECONDS)
        if len(self._open) > _PLACES:
            self._open.popitem(last=False)
        return name

    def caller_of(self, name: str) -> Caller | None:
        """Whom a session stands for; ``None`` where there is no such session, or it has ended."""
        session = self._open.get(_hash(name))
        if session is None or session.until <= self._clock():
            self.close(name)
            return None
        return session.caller

    def close(self, name: str) -> None:
        """End a session."""
        self._open.pop(_hash(name), None)


def _hash(name: str) -> bytes:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()

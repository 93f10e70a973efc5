"""The connections that read a corpus: each question sees one state of it, from its search to its citations."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from askdocs.core.errors import CorpusError
from askdocs.storage.reader import Store

_MOST_IDLE = 8  # connections kept open between questions


@dataclass
class _OpenSnapshot:
    """A snapshot that a thread is in, and how many blocks of it are."""

    store: Store
    users: int = 0


class Snapshots:
    """Hands out connections; may be used by several threads."""

    def __init__(
        self,
        name: str,
        open_store: Callable[[], Store],
        stale: Callable[[], bool] = lambda: False,
        most_idle: int = _MOST_IDLE,
    ) -> None:
        """``stale`` says whether connections that were kept open can no longer be used."""
        self._name = name
        self._open_store = open_store
        self._stale = stale
        self._most_idle = most_idle
        self._idle: list[Store] = []
        self._local = threading.local()
        self._closed = False

    @contextlib.contextmanager
    def shared(self) -> Iterator[Store]:
        """One state of the corpus for all that happens in the block, in this thread, however often it is asked for."""
        current: _OpenSnapshot | None = getattr(self._local, "snapshot", None)
        if current is None or not current.users:
            current = self._local.snapshot = _OpenSnapshot(self._begin())
        current.users += 1
        try:
            yield current.store
        finally:
            current.users -= 1
            if not current.users:
                self._end(current.store)

    @contextlib.contextmanager
    def apart(self) -> Iterator[Store]:
        """A state of its own, which questions asked within the block do not share."""
        store = self._begin()
        try:
            yield store
        finally:
            self._end(store)

    def check_open(self) -> None:
        """Raise CorpusError after ``close``."""
        if self._closed:
            raise CorpusError(f"{self._name}: this corpus was closed; open it again")

    def _begin(self) -> Store:
        self.check_open()
        if self._stale():
            self._close_idle()
        try:
            store = self._idle.pop()
        except IndexError:
            store = self._open_store()
        try:
            store.database.begin_snapshot()
        except BaseException:
            store.close()
            raise
        return store

    def _end(self, store: Store) -> None:
        store.database.roll_back()
        if self._closed or len(self._idle) >= self._most_idle:
            store.close()
        else:
            self._idle.append(store)

    def close(self) -> None:
        """Close the idle connections now, those in use when their block ends."""
        self._closed = True
        self._close_idle()

    def _close_idle(self) -> None:
        while self._idle:
            self._idle.pop().close()

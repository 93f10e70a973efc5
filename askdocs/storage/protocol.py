"""What a corpus needs of the place where it is stored: a folder of this machine, or a database of a server."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from askdocs.core.protocols import VectorIndex
from askdocs.core.reports import IndexStatus
from askdocs.storage.reader import State, Store
from askdocs.storage.work import WorkRun, WorkShare
from askdocs.storage.writer import Writer


def never() -> bool:
    """Nobody wants to stop."""
    return False


class Storage(Protocol):
    """Where one corpus is stored. May be used by several threads."""

    @property
    def name(self) -> str:
        """What messages call it; no secret is in it."""

    @property
    def folder(self) -> Path:
        """A folder of this machine for what stands beside the corpus: conversations, tables, a calibration."""

    def shared(self) -> AbstractContextManager[Store]:
        """One state of the corpus for all that happens in the block, in this thread, however often it is asked for."""

    def apart(self) -> AbstractContextManager[Store]:
        """A state of its own, which questions asked within the block do not share."""

    def writing(self, stopped: Callable[[], bool] = never) -> AbstractContextManager[Writer]:
        """A connection that may change the corpus; waits for others where only one may, until ``stopped``.

        Raises:
            CorpusLocked: another process is writing, and did not finish in time.
            CorpusError: the corpus cannot be written here.
        """

    def work_run(self) -> AbstractContextManager[WorkRun]:
        """Begin to add with several workers; what is left of the queue is removed at the end.

        Raises:
            CorpusError: only one process at a time may change the corpus.
        """

    def work_share(self, run: int, worker: str) -> AbstractContextManager[WorkShare]:
        """Take part in a run, under a name that no other worker has. Raises as ``work_run``."""

    def vectors(self, store: Store) -> VectorIndex:
        """The vectors that a state of the corpus holds, to search in."""

    def index_status(self, state: State) -> IndexStatus:
        """What is known of the index of vectors."""

    def sizes(self) -> dict[str, int]:
        """The bytes of each of its parts, by name."""

    def forget_caches(self) -> None:
        """Remove what can be made anew from what is stored."""

    def verify(self) -> list[str]:
        """What is wrong with what is stored, in words; empty when nothing is."""

    def check_open(self) -> None:
        """Raise CorpusError after ``close``."""

    def close(self) -> None:
        """Close its connections; it cannot be used any more."""

"""A change of a corpus: one writer at a time, and afterwards the index and the checksum brought up to it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from askdocs.core.errors import CorpusError
from askdocs.storage.checksum import CHECKSUM, checksum_is_due, write_checksum
from askdocs.storage.database import Database, Step, writable
from askdocs.storage.lock import writing
from askdocs.storage.reader import State
from askdocs.storage.vectors.manager import FILE, IndexManager
from askdocs.storage.word_lists_making import keep_lists
from askdocs.storage.writer import Writer

_log = logging.getLogger(__name__)


class WriteSessions:
    """Hands out the one connection that may change a corpus. A second writer waits ``lock_seconds`` for the first."""

    def __init__(
        self,
        database: Path,
        index: IndexManager,
        lock_seconds: float,
        open_writer: Callable[[], Writer],
        step: Step,
    ) -> None:
        self._database = database
        self._folder = database.parent
        self._index = index
        self._lock_seconds = lock_seconds
        self._open_writer = open_writer
        self._step = step

    @contextlib.contextmanager
    def writing(self, stopped: Callable[[], bool] = lambda: False) -> Iterator[Writer]:
        """The connection, while nobody else writes.

        Raises:
            CorpusLocked: another process is writing, and did not finish in time.
            CorpusError: the corpus cannot be written here.
        """
        if not writable(self._database):
            raise CorpusError(
                f"{self._folder}: the corpus cannot be written here; copy it to a folder you may write to"
            )
        with (
            writing(self._folder, self._lock_seconds, stopped),
            contextlib.closing(self._open_writer()) as writer,
        ):
            before = writer.state()
            try:
                yield writer
            finally:
                if writer.state() != before:
                    self._bring_up(writer, before)

    def forget_caches(self) -> None:
        """Remove what can be made anew from the database: the index file and the checksum."""
        for name in (FILE, CHECKSUM):
            (self._folder / name).unlink(missing_ok=True)
        self._index.forget()

    def _bring_up(self, writer: Writer, before: State) -> None:
        """Bring up what follows from the database: the index, and the checksum once the log is written back."""
        with writer.snapshot():
            if writer.fingerprint() is not None:
                self._index.keep(writer)
        database = writer.database
        assert isinstance(database, Database)
        self._keep_lists(database, writer.state())
        self._step("checkpoint")
        if not database.write_back():
            return  # a reader still needs the log; the next writer writes the checksum
        state = writer.state()
        if not checksum_is_due(database, before, state):
            return
        self._step("write " + CHECKSUM)
        try:
            write_checksum(database, state)
        except OSError as error:
            _log.warning("%s: the checksum of the database could not be written (%s)", self._folder, error)

    def _keep_lists(self, database: Database, state: State) -> None:
        try:
            keep_lists(database, state.chunks, state.last_chunk)
        except CorpusError as error:
            _log.warning("%s; searching for words stays slower until the next change", error)

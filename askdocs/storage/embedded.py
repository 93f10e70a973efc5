"""A corpus in a folder of this machine: SQLite for what is stored, FAISS for its vectors."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from askdocs.core.errors import CorpusError
from askdocs.core.protocols import VectorIndex
from askdocs.core.reports import IndexStatus
from askdocs.storage import schema
from askdocs.storage.database import Database, Mode, Step, mode_of, no_step
from askdocs.storage.fts_words import FtsWords
from askdocs.storage.protocol import never
from askdocs.storage.reader import State, Store
from askdocs.storage.snapshots import Snapshots
from askdocs.storage.vectors.faiss_index import Choice
from askdocs.storage.vectors.manager import IndexManager, SnapshotIndex
from askdocs.storage.verification import verify
from askdocs.storage.work import WorkRun, WorkShare
from askdocs.storage.write_session import WriteSessions
from askdocs.storage.writer import Writer

DATABASE = "corpus.db"


def open_store(path: Path, mode: Mode = "read", step: Step = no_step) -> Store:
    """Open the database at ``path`` to read. Raises as ``Store`` does, and CorpusMismatch for another schema."""
    database = _migrated(path, mode, step)
    return Store(database, FtsWords(database))


def open_writer(path: Path, step: Step = no_step) -> Writer:
    """Open the database at ``path`` to change it. Hold the writer's lock while it is used."""
    database = _migrated(path, "write", step)
    return Writer(database, FtsWords(database))


def _migrated(path: Path, mode: Mode, step: Step) -> Database:
    database = Database(path, mode, step)
    try:
        schema.migrate(database)
    except BaseException:
        database.close()
        raise
    return database


class EmbeddedStorage:
    """The files of a corpus in ``folder``, which ``askdocs.corpus.opening`` found or made."""

    def __init__(
        self, folder: Path, *, index: Choice = "auto", lock_seconds: float = 30.0, step: Step = no_step
    ) -> None:
        self.folder = folder
        self.name = str(folder)
        self._database = folder / DATABASE
        self._index = IndexManager(folder, index, step)
        self._snapshots = Snapshots(self.name, self._store, self._changed_unseen)
        self._sessions = WriteSessions(
            self._database, self._index, lock_seconds, lambda: open_writer(self._database, step), step
        )
        self._signature_seen: tuple[object, ...] = ()

    def _store(self) -> Store:
        return open_store(self._database, mode_of(self._database))

    def _changed_unseen(self) -> bool:
        """Whether files that were opened as unchanging have changed after all: another user writes here."""
        if mode_of(self._database) != "immutable":
            return False
        status = self._database.stat()
        log = self._database.with_name(self._database.name + "-wal").exists()
        signature = (status.st_mtime_ns, status.st_size, status.st_ino, log)
        changed, self._signature_seen = signature != self._signature_seen, signature
        return changed

    def shared(self) -> AbstractContextManager[Store]:
        """One state of the corpus, in this thread."""
        return self._snapshots.shared()

    def apart(self) -> AbstractContextManager[Store]:
        """A state of its own."""
        return self._snapshots.apart()

    def writing(self, stopped: Callable[[], bool] = never) -> AbstractContextManager[Writer]:
        """The one connection that may change the corpus, while nobody else writes."""
        return self._sessions.writing(stopped)

    def work_run(self) -> AbstractContextManager[WorkRun]:
        """Refused: one process at a time changes these files."""
        raise CorpusError(
            f"{self.name}: several workers need a corpus on Postgres (--corpus postgresql://...); one in a folder has "
            "one writer, whose embedder uses all cores"
        )

    def work_share(self, run: int, worker: str) -> AbstractContextManager[WorkShare]:
        """Refused, as ``work_run`` is."""
        raise CorpusError(f"{self.name}: a corpus in a folder has one writer")

    def vectors(self, store: Store) -> VectorIndex:
        """The FAISS index, as a state of the corpus sees it."""
        return SnapshotIndex(self._index, store)

    def index_status(self, state: State) -> IndexStatus:
        """What the file of the index holds."""
        return self._index.status(state)

    def sizes(self) -> dict[str, int]:
        """The bytes of its files."""
        return {path.name: path.stat().st_size for path in sorted(self.folder.iterdir()) if path.is_file()}

    def forget_caches(self) -> None:
        """Remove the file of the index and the checksum."""
        self._sessions.forget_caches()

    def verify(self) -> list[str]:
        """Check every byte."""
        with contextlib.closing(_migrated(self._database, mode_of(self._database), no_step)) as database:
            return verify(Store(database, FtsWords(database)), database, IndexManager(self.folder))

    def check_open(self) -> None:
        """Raise CorpusError after ``close``."""
        self._snapshots.check_open()

    def close(self) -> None:
        """Close its files."""
        self._snapshots.close()
        self._index.forget()

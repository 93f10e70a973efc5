"""``Corpus``: articles stored in a folder, searched and asked.

The stages are tied together here, one call each: what comes in goes through ``adding.py``, a question through
``retrieve.py``. Every question sees one state of the corpus from its first search to its last citation.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from askdocs.core import validation
from askdocs.core.articles import Article, Hit
from askdocs.core.errors import CorpusError, CorpusLocked, CorpusMismatch
from askdocs.core.protocols import Embedder
from askdocs.core.reports import AddReport, Fingerprint, Kept, Status
from askdocs.core.settings import load_settings
from askdocs.corpus.answerer import Asking
from askdocs.corpus.opening import DATABASE, check, find_or_make
from askdocs.corpus.repair import repair
from askdocs.ingest.ingester import Adder
from askdocs.ingest.inputs import GivenSource, given_sources
from askdocs.ingest.progress import Progress
from askdocs.ingest.sources.files import name
from askdocs.retrieval.hybrid import condense, retrieve
from askdocs.storage.checksum import CHECKSUM, checksum_is_due, write_checksum
from askdocs.storage.database import Step, mode_of, no_step, writable
from askdocs.storage.deletion import removed
from askdocs.storage.filters import Where
from askdocs.storage.lock import writing
from askdocs.storage.reader import State, Store
from askdocs.storage.snapshots import Snapshots
from askdocs.storage.vectors.faiss_index import Choice
from askdocs.storage.vectors.manager import FILE, IndexKeeper, SnapshotIndex
from askdocs.storage.verification import verify
from askdocs.storage.writer import Writer

if TYPE_CHECKING:
    from pydantic import BaseModel


Filled = TypeVar("Filled", bound="BaseModel")
_log = logging.getLogger(__name__)


class Corpus(Asking):
    """The articles in a folder, with their chunks and index. Open one with ``Corpus.open``, and close it.

    May be used by several threads; several processes may have it open, one of them writing at a time.
    """

    def __init__(
        self,
        path: Path,
        embedder: Embedder | None = None,
        *,
        index: Choice = "auto",
        lock_seconds: float = 30.0,
        step: Step = no_step,
    ) -> None:
        self.path = path
        self._database = path / DATABASE
        self._embedder = embedder
        self._embedder_checked = False
        self._embedder_lock = threading.Lock()
        self._lock_seconds = lock_seconds
        self._step = step
        self._keeper = IndexKeeper(path, index, step)
        self._snapshots = Snapshots(self._database)
        self._lost = ""

    @classmethod
    def open(
        cls,
        path: str | Path,
        create: bool = True,
        embedder: Embedder | None = None,
        *,
        index: Choice = "auto",
        lock_seconds: float = 30.0,
        step: Step = no_step,
    ) -> Self:
        """Open the corpus in the folder ``path``; it is made if it is not there, unless ``create=False``.

        ``embedder`` is the bundled one unless given; the one that made a corpus must be given again. ``index`` is
        "auto", "flat" or "ivf". A second writer waits ``lock_seconds`` for the first.

        Raises:
            CorpusError: there is none, it cannot be made, or the path is a file.
            CorpusMismatch: made by another embedder, or by a later askdocs.
            CorpusDamaged: its files lost or changed bytes.
        """
        corpus = cls(Path(path), validation.embedder(embedder), index=index, lock_seconds=lock_seconds, step=step)
        find_or_make(corpus.path, create, lock_seconds, step)
        corpus._lost = check(corpus._database, lock_seconds, step)
        with corpus._snapshot() as store:
            store.state()
            if embedder is not None:
                corpus._match(store.fingerprint(), embedder.fingerprint)
        return corpus

    # -- what it holds

    def articles(self) -> Iterator[Article]:
        """Every article, in the order they were added, one at a time."""
        with self._snapshots.apart() as store:
            for number in store.article_numbers():
                yield store.article_numbered(number)

    def article(self, article_id: str) -> Article:
        """The article with this id, as the question being answered sees it.

        Raises:
            CorpusError: there is none.
        """
        with self._snapshot() as store:
            found = store.article(article_id)
        if found is None:
            raise CorpusError(f"{self.path}: no article has the id {article_id!r}; `askdocs list` shows them")
        return found

    def search(self, question: str, k: int = 10, where: Where | None = None) -> list[Hit]:
        """The ``k`` chunks most likely to answer a question, best first.

        ``where`` limits them to some articles, as ``{"published": ">=2023-01-01", "source": "*.md"}``.

        Raises:
            QuestionError: the question is empty.
            AskdocsError: ``k`` is no whole number of at least 1.
            CorpusError: ``where`` cannot be understood, or no article has a field of it.
        """
        question, k = validation.question(question), validation.whole_number("k", k, least=1)
        with self._snapshot() as store:
            if not store.state().chunks:
                condense(question)  # which says when there is no question
                return []
            return retrieve(question, store, SnapshotIndex(self._keeper, store), self._checked(store), k, where)

    def kept(self, where: Where) -> Kept:
        """How many articles ``where`` lets through, and how many it leaves out because they have no date.

        Raises:
            CorpusError: ``where`` cannot be understood, or no article has a field of it.
        """
        with self._snapshot() as store:
            return store.kept(where)

    def _snapshot(self) -> AbstractContextManager[Store]:
        """One state of the corpus for all that happens in the block, in this thread."""
        return self._snapshots.shared()

    # -- the embedder

    @property
    def embedder(self) -> Embedder:
        """The embedder of this corpus, loaded when it is first used.

        Raises:
            CorpusMismatch: another one made the vectors.
        """
        with self._snapshot() as store:
            return self._checked(store)

    def _checked(self, store: Store) -> Embedder:
        with self._embedder_lock:
            if self._embedder is None:
                self._embedder = _configured_embedder()
            if not self._embedder_checked:
                fingerprint = store.fingerprint()
                self._match(fingerprint, self._embedder.fingerprint)
                self._embedder_checked = fingerprint is not None
            return self._embedder

    def _match(self, stored: Fingerprint | None, given: Fingerprint) -> None:
        if stored is None or stored == given:
            return
        differing = [name for name in Fingerprint.model_fields if getattr(stored, name) != getattr(given, name)]
        raise CorpusMismatch(
            f"{self.path}: its vectors were made by the embedder {stored.name!r}, and {given.name!r} was given "
            f"(they differ in {', '.join(differing)}); open it with that embedder, or add the articles to a new corpus"
        )

    # -- changing it

    def add(
        self,
        *sources: GivenSource | Iterable[GivenSource],
        progress: bool = False,
        prune: bool = False,
        _gone: Iterable[Path] = (),
        _stopped: Callable[[], bool] = lambda: False,
    ) -> AddReport:
        """Add files, folders, patterns, addresses or ``Article`` objects; do work only for what changed.

        ``prune`` removes the articles of files under these sources that are gone. What cannot be read is skipped
        and named in the report. Each article is stored whole or not at all, whenever the process ends.

        Raises:
            CorpusLocked: another process is writing, and did not finish in time.
            CorpusError: the corpus cannot be written; what was stored before is still there.
        """
        with self._writer(_stopped) as writer, Progress(progress) as shown:
            embedder = self._checked(writer)
            return Adder(writer, embedder, shown.tick, _stopped).add(given_sources(sources), prune, _gone)

    def watch(
        self, *sources: GivenSource | Iterable[GivenSource], prune: bool = False, stop: threading.Event | None = None
    ) -> Iterator[AddReport]:
        """Add the sources, then follow them: one report after each time something changed, until ``stop`` is set.

        A writer that holds the corpus for long is waited for. Needs paths that exist: folders, files, patterns.
        Adding stops as well, after the file it is at; the last report says what was done of it.
        """
        from askdocs.ingest.watch import changes

        stopped = threading.Event().is_set if stop is None else stop.is_set
        given = list(given_sources(sources))
        followed = [source for source in given if not isinstance(source, Article) and "://" not in str(source)]
        waiting: set[Path] = set()
        begun = False
        for paths in changes(followed, self.path, stop):
            waiting.update(paths)
            if begun and not waiting:
                continue
            there = sorted(path for path in waiting if path.exists()) if begun else given
            gone = sorted(path for path in waiting if not os.path.lexists(path)) if prune else []
            try:
                report = self.add(there, prune=prune and not begun, _gone=gone, _stopped=stopped)
            except CorpusLocked as error:
                if stopped():
                    return
                _log.warning("%s; the changes wait", error)
                continue
            begun = True
            waiting.clear()
            if report.model_copy(update={"unchanged": 0}) != AddReport():
                yield report

    def remove(
        self,
        source: str | Path | None = None,
        article_id: str | None = None,
        *,
        each: Callable[[str], object] = lambda source: None,
    ) -> int:
        """Remove the articles of a source, of a folder of sources, or with an id; gives how many went.

        ``source`` is what ``articles()`` shows, the path of a file or folder, or, where no source has it, an id.
        ``each`` is called with the source of each article that went.
        """
        with self._writer() as writer:
            gone = removed(writer, name(source) if isinstance(source, Path) else source, article_id)
        for one in gone:
            each(one)
        return len(gone)

    @contextlib.contextmanager
    def _writer(self, stopped: Callable[[], bool] = lambda: False) -> Iterator[Writer]:
        """The one connection that changes the corpus; afterwards index and checksum are brought up."""
        self._snapshots.check_open()
        if not writable(self._database):
            raise CorpusError(f"{self.path}: the corpus cannot be written here; copy it to a folder you may write to")
        with writing(self.path, self._lock_seconds, stopped):
            writer = Writer(self._database, self._step)
            try:
                before = writer.state()
                try:
                    yield writer
                finally:
                    if writer.state() != before:
                        self._settle(writer, before)
            finally:
                writer.close()

    def _settle(self, writer: Writer, before: State) -> None:
        """Bring up what follows from the database: the index, and the checksum once the log is written back."""
        with writer.snapshot():
            if writer.fingerprint() is not None:
                self._keeper.keep(writer)
        self._step("checkpoint")
        if not writer.database.write_back():
            return  # a reader still needs the log; the next writer writes the checksum
        state = writer.state()
        if not checksum_is_due(writer.database, before, state):
            return
        self._step("write " + CHECKSUM)
        try:
            write_checksum(writer.database, state)
        except OSError as error:
            _log.warning("%s: the checksum of the database could not be written (%s)", self.path, error)

    def rebuild(self) -> None:
        """Make anew all that can be computed again: damaged vectors, the index of words, the index of vectors.

        Raises:
            CorpusDamaged: articles are lost that cannot be computed again; it names them.
        """
        with self._writer() as writer:
            for name in (FILE, CHECKSUM):
                (self.path / name).unlink(missing_ok=True)
            self._keeper.forget()
            repair(writer, lambda: self._checked(writer))

    # -- what state it is in

    def status(self, verify: bool = False) -> Status:
        """What the corpus holds; ``verify=True`` checks every byte and lists the ``problems``."""
        with self._snapshot() as store:
            state, fingerprint, sources = store.state(), store.fingerprint(), store.source_count()
        files = {path.name: path.stat().st_size for path in sorted(self.path.iterdir()) if path.is_file()}
        return Status(
            path=str(self.path),
            articles=state.articles,
            sources=sources,
            chunks=state.chunks,
            embedder=fingerprint,
            index=self._keeper.status(state),
            bytes=sum(files.values()),
            files=files,
            generation=state.generation,
            problems=tuple(self.verify()) if verify else None,
        )

    def verify(self) -> list[str]:
        """Check everything, and say in words what is wrong; empty when nothing is."""
        with contextlib.closing(Store(self._database, mode_of(self._database))) as store:
            return [self._lost] * bool(self._lost) + verify(store, IndexKeeper(self.path))

    # -- the end

    def close(self) -> None:
        """Close its files; it cannot be used any more."""
        self._snapshots.close()
        self._keeper.forget()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"

    def __enter__(self) -> Self:
        self._snapshots.check_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _configured_embedder() -> Embedder:
    """The embedder that the settings name."""
    from askdocs.embedding import embedder

    name = load_settings().embedder
    return embedder.default_embedder() if name == "minilm" else embedder.load_embedder(name)

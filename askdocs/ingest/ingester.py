"""Changing what a corpus holds: adding sources, following them, removing articles."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from askdocs.core.articles import Article
from askdocs.core.errors import CorpusLocked
from askdocs.core.protocols import Embedder
from askdocs.core.reports import AddReport
from askdocs.ingest.article_adder import ArticleAdder
from askdocs.ingest.inputs import SourceInput, checked_sources
from askdocs.ingest.progress import Progress, ShownProgress
from askdocs.ingest.sources.dispatch import Read, read
from askdocs.ingest.sources.files import name
from askdocs.ingest.worker import Opened, Opening
from askdocs.storage.deletion import removed
from askdocs.storage.protocol import Storage, never
from askdocs.storage.reader import Store

if TYPE_CHECKING:
    from askdocs.ingest.shared_adding import Adding

_log = logging.getLogger(__name__)


class Ingester:
    """Adds and removes articles, each change in a write session of its own.

    ``embedder_of`` gives the embedder for what a store holds, or says that another one made its vectors. ``opening``
    opens the same corpus in another process. ``read`` may be replaced by that of a ``ReaderApart``.
    """

    def __init__(self, storage: Storage, embedder_of: Callable[[Store], Embedder], opening: Opening) -> None:
        self._storage = storage
        self._embedder_of = embedder_of
        self._opening = opening
        self.read: Callable[[str | Path], Read] = read

    def add(
        self,
        sources: Iterable[SourceInput | Iterable[SourceInput]],
        *,
        progress: ShownProgress = False,
        prune: bool = False,
        gone: Iterable[Path] = (),
        stopped: Callable[[], bool] = never,
    ) -> AddReport:
        """Bring the corpus up to these sources; ``gone`` are paths that are known to have been removed.

        ``stopped`` is asked before each file. Errors as for ``Corpus.add``.
        """
        with self._storage.writing(stopped) as writer, Progress(progress) as shown:
            adder = ArticleAdder(writer, self._embedder_of(writer), shown.tick, stopped, read=self.read)
            return adder.add(checked_sources(sources), prune, gone)

    def add_with_workers(
        self,
        sources: Iterable[SourceInput | Iterable[SourceInput]],
        workers: int,
        *,
        progress: ShownProgress = False,
        prune: bool = False,
        stopped: Callable[[], bool] = never,
    ) -> AddReport:
        """The same by worker processes. Errors as for ``Corpus.add``."""
        from askdocs.ingest.shared_adding import add_with_workers

        with self._adding(progress, prune, stopped) as adding:
            return add_with_workers(adding, checked_sources(sources), workers)

    def add_with_ray(
        self,
        sources: Iterable[SourceInput | Iterable[SourceInput]],
        address: str,
        workers: int | None,
        *,
        progress: ShownProgress = False,
        prune: bool = False,
        stopped: Callable[[], bool] = never,
    ) -> AddReport:
        """The same on a cluster. Errors as for ``Corpus.add_with_ray``."""
        from askdocs.ingest.ray_adding import add_with_ray

        with self._adding(progress, prune, stopped) as adding:
            return add_with_ray(adding, checked_sources(sources), address, workers)

    @contextlib.contextmanager
    def _adding(self, progress: ShownProgress, prune: bool, stopped: Callable[[], bool]) -> Iterator[Adding]:
        """What several processes are told, while a line says how far they are."""
        from askdocs.ingest.shared_adding import Adding

        with Progress(progress) as shown:
            yield Adding(Opened(self._storage, self._embedder_of), self._opening, shown.tick, prune, stopped)

    def watch(
        self, sources: Iterable[SourceInput | Iterable[SourceInput]], prune: bool, stop: threading.Event | None
    ) -> Iterator[AddReport]:
        """Add the sources, then follow them: a report after each time something changed, until ``stop`` is set."""
        from askdocs.ingest.watch import changes

        stopped = never if stop is None else stop.is_set
        first = list(checked_sources(sources))
        followed = [source for source in first if not isinstance(source, Article) and "://" not in str(source)]
        waiting: set[Path] = set()
        begun = False
        for paths in changes(followed, self._storage.folder, stop):
            waiting.update(paths)
            if begun and not waiting:
                continue
            there = sorted(path for path in waiting if path.exists()) if begun else first
            gone = sorted(path for path in waiting if not os.path.lexists(path)) if prune else []
            try:
                report = self.add(there, prune=prune and not begun, gone=gone, stopped=stopped)
            except CorpusLocked as error:
                if stopped():
                    return
                _log.warning("%s; the changes wait", error)
                continue
            begun = True
            waiting.clear()
            if report.model_copy(update={"unchanged": 0}) != AddReport():
                yield report

    def remove(self, source: str | Path | None, article_id: str | None) -> list[str]:
        """Remove the articles of a source, of a folder of sources, or with an id; gives the source of each."""
        with self._storage.writing() as writer:
            return removed(writer, name(source) if isinstance(source, Path) else source, article_id)

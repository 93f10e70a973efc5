"""Adding with several worker processes: this one finds the sources and queues them, the workers add them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from askdocs.core.articles import Article
from askdocs.core.reports import AddProgress, AddReport, Skipped
from askdocs.ingest.article_adder import ArticleAdder
from askdocs.ingest.counts import summed
from askdocs.ingest.file_state import absolute, is_url
from askdocs.ingest.inputs import SourceInput, each
from askdocs.ingest.worker import Opened, Opening
from askdocs.ingest.worker_pool import WorkerPool
from askdocs.storage.work import Work, WorkRun

_AT_ONCE = 256  # sources queued together


class Adding(NamedTuple):
    """What a caller wants: ``opening`` opens the corpus elsewhere, ``tick`` is told how far it is."""

    corpus: Opened
    opening: Opening
    tick: Callable[[AddProgress], None]
    prune: bool
    stopped: Callable[[], bool]


def add_with_workers(adding: Adding, sources: Iterable[SourceInput], workers: int) -> AddReport:
    """Bring a corpus up to these sources. ``Article`` objects are added here, files and addresses by the workers.

    Raises AskdocsError as a worker does, and CorpusError where workers do not start.
    """
    with adding.corpus.storage.work_run() as run:
        check_embedder(adding.corpus)
        pool = WorkerPool(run, adding.opening, workers, adding.tick, adding.stopped)
        with pool, Own(adding.corpus) as own:
            queue = _Queue(run, pool)
            paths = found(adding, sources, queue.add, own)
            queue.finish()
        return finished(adding, paths, [run.report(), own.report()])


def found(adding: Adding, sources: Iterable[SourceInput], put: Callable[[Work], None], own: Own) -> list[str]:
    """Find the files of sources, and share them out; gives the paths to prune."""
    paths = []
    for source in sources:
        if adding.prune and not (isinstance(source, Article) or is_url(source)):
            paths.append(str(source))
        for one in each(source):
            if adding.stopped():
                return []
            work = work_of(one)
            if work is None:
                own.add(one)
            else:
                put(work)
    return paths


def finished(adding: Adding, paths: list[str], reports: list[AddReport]) -> AddReport:
    """The sum of reports, once what has gone under paths is removed and the index is brought up."""
    if adding.stopped():
        return summed(reports)
    with _adding(adding.corpus) as adder:
        adder.prune((path, False) for path in paths)
        return summed([*reports, adder.counts.report()])


def check_embedder(corpus: Opened) -> None:
    """Raise CorpusMismatch where the embedder does not fit what is stored: said once, and not by each worker."""
    with corpus.storage.shared() as store:
        corpus.embedder_of(store)


def work_of(one: Article | str | Path | Skipped) -> Work | None:
    """What a worker is given of a source; ``None`` for what is added here."""
    if isinstance(one, Article | Skipped) or "\x00" in str(one):
        return None
    return Work(str(one), one if isinstance(one, str) else absolute(one))


class _Queue:
    """Files and addresses on their way to the workers."""

    def __init__(self, run: WorkRun, pool: WorkerPool) -> None:
        self._run, self._pool = run, pool
        self._next: list[Work] = []
        self._begun = False

    def add(self, work: Work) -> None:
        """Queue one more, some at a time."""
        self._next.append(work)
        if len(self._next) >= _AT_ONCE:
            self._put()

    def _put(self) -> None:
        self._run.put(self._next)
        self._next, self._begun = [], True
        self._pool.start()
        self._pool.look_after()

    def finish(self) -> None:
        """Queue the rest, and wait until all is done."""
        if self._next:
            self._put()
        if self._begun:
            self._pool.finish()


class Own:
    """Adds what is not for the workers, such as an ``Article``, by a connection that is opened when it is needed."""

    def __init__(self, corpus: Opened) -> None:
        self._corpus = corpus
        self._stack = contextlib.ExitStack()
        self._adder: ArticleAdder | None = None

    def add(self, one: Article | str | Path | Skipped) -> None:
        """Add one; it is stored by the end of the block."""
        if self._adder is None:
            self._adder = self._stack.enter_context(_adding(self._corpus))
        self._adder.add_one(one)

    def report(self) -> AddReport:
        """What came of them."""
        return AddReport() if self._adder is None else self._adder.counts.report()

    def __enter__(self) -> Own:
        return self

    def __exit__(self, kind: type[BaseException] | None, *others: object) -> None:
        with self._stack:
            if self._adder is not None and kind is None:
                self._adder.add_found(())


@contextlib.contextmanager
def _adding(corpus: Opened) -> Iterator[ArticleAdder]:
    with corpus.storage.writing() as writer:
        yield ArticleAdder(writer, corpus.embedder_of(writer))

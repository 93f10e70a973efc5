"""Adding on a cluster with Ray Data: read, embed and store are stages, each with a pool of actors.

Reading, cleaning and chunking are one stage: what did not change is found out between them, and what is handed on is
an article's chunks. What a lost actor had is done again by another (Ray's own retries); an article that was stored
already is then found unchanged. See https://docs.ray.io/en/latest/data/data.html.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import re
import time
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from askdocs.core.errors import AskdocsError, CorpusError, CorpusLocked
from askdocs.core.extras import require
from askdocs.core.reports import AddProgress, AddReport
from askdocs.ingest.article_adder import ArticleAdder, Pending, Queued
from askdocs.ingest.article_reading import Finished
from askdocs.ingest.file_state import is_url
from askdocs.ingest.inputs import SourceInput
from askdocs.ingest.shared_adding import Adding, Own, check_embedder, finished, found
from askdocs.ingest.worker import Opening, worker_name
from askdocs.storage.work import Work, WorkRun

if TYPE_CHECKING:
    from ray.data import Dataset

_FILES_AT_ONCE = 8
_ARTICLES_AT_ONCE = 64  # that are handed on together
_ROWS_AT_ONCE = 16  # of the lists of articles, whose chunks are embedded together
_BEAT_SECONDS = 10.0
_TRIES_LOCKED = 20
_RAISED = re.compile(r"(?!ray\.)[\w.]+: \S")  # the line of a traceback that says what was raised
# What the actors of a stage ask of a node, for each of the workers: together one core.
_CORES = {"read": 0.25, "embed": 0.5, "store": 0.25}

_Rows = dict[str, list[Any]]


def add_with_ray(
    adding: Adding, sources: Iterable[SourceInput], address: str = "local", workers: int | None = None
) -> AddReport:
    """Bring a corpus up to these sources, on the cluster at ``address``; "local" is one on this machine.

    ``workers`` is how many actors each stage has; unless given, one for each core of the cluster. Each node has
    askdocs, reaches the corpus, and finds the files under the same paths. ``Article`` objects are added here.

    Raises ExtraMissing where Ray is not installed, AskdocsError as an actor does, CorpusError where Ray failed.
    """
    require("ray", extra="ray", needed_for="adding on a cluster")
    with adding.corpus.storage.work_run() as run:
        check_embedder(adding.corpus)
        works: list[Work] = []
        with Own(adding.corpus) as own:
            paths = found(adding, sources, works.append, own)
        if works:
            with _cluster(address) as cores:
                _follow(_stages(works, adding.opening, run.number, workers or cores), run, adding)
        return finished(adding, paths, [run.report(), own.report()])


@contextlib.contextmanager
def _cluster(address: str) -> Iterator[int]:
    """Connect to a cluster, unless this program is; gives how many cores it has."""
    import ray

    begun = not ray.is_initialized()
    if begun:
        try:
            ray.init(address=address, include_dashboard=None, log_to_driver=False, logging_level=logging.WARNING)
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise CorpusError(f"Ray at {address!r} cannot be used ({error}); start it with `ray start`") from error
    try:
        resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call, unused-ignore]
        yield max(1, int(resources.get("CPU", 1)))
    finally:
        if begun:
            ray.shutdown()


def _stages(works: list[Work], opening: Opening, run: int, workers: int) -> Dataset:
    import ray

    logging.getLogger("ray.data").setLevel(logging.WARNING)
    ray.data.DataContext.get_current().enable_progress_bars = False
    given = [{"given": os.fsencode(work.given)} for work in works]
    blocks = max(1, min(len(given) // _FILES_AT_ONCE, 64 * workers))
    dataset: Dataset = ray.data.from_items(given, override_num_blocks=blocks)
    for name, stage, size in (("read", _Read, _FILES_AT_ONCE), ("embed", _Embed, _ROWS_AT_ONCE), ("store", _Store, 1)):
        dataset = dataset.map_batches(
            stage,
            batch_size=size,
            batch_format="numpy",
            compute=ray.data.ActorPoolStrategy(size=workers),
            num_cpus=_CORES[name],
            fn_constructor_args=(opening, run, os.getcwd()),
        )
    return dataset


def _follow(dataset: Dataset, run: WorkRun, adding: Adding) -> None:
    """Run the stages, and hear from them, until it shall stop. Raises what an actor raised, where it is ours."""
    import ray

    articles, files, last_beat = 0, 0, time.monotonic()
    try:
        for row in dataset.iter_rows():
            articles, files = articles + int(row["articles"]), files + int(row["files"])
            adding.tick(AddProgress(read=files, stored=files, articles=articles))
            if adding.stopped():
                break
            if time.monotonic() - last_beat > _BEAT_SECONDS:
                last_beat = time.monotonic()
                run.beat([])
    except ray.exceptions.RayError as error:
        raise _ours(error) from error


def _ours(error: BaseException) -> AskdocsError:
    """The error of ours that an actor ended with."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, AskdocsError):
            return cause
        cause = getattr(cause, "cause", None) or cause.__cause__
    said = [line for line in str(error).splitlines() if _RAISED.match(line)] or [type(error).__name__]
    return CorpusError(f"Ray could not finish ({said[-1]}); what was added is there")


class _Stage:
    """An actor of a stage: it has a connection of its own, and stands in the folder the command was given in."""

    def __init__(self, opening: Opening, run: int, folder: str) -> None:
        try:
            os.chdir(folder)
        except OSError as error:
            raise CorpusError(f"{folder}: this node has no such folder ({error.strerror}); share it") from error
        self._stack = contextlib.ExitStack()
        corpus = self._stack.enter_context(opening())
        name = f"{worker_name(os.getpid())}-{uuid.uuid4().hex[:8]}"
        self._share = self._stack.enter_context(corpus.storage.work_share(run, name))
        writer = self._share.writer
        self._adder = ArticleAdder(writer, corpus.embedder_of(writer), note=self._share.note)


class _Read(_Stage):
    """Names of files and addresses to lists of what there is to store."""

    def __call__(self, batch: _Rows) -> Iterator[_Rows]:
        for given in batch["given"]:
            source = os.fsdecode(given)
            held: list[Queued] = []
            for one in self._adder.prepared(source if is_url(source) else Path(source)):
                held.append(one)
                if len(held) >= _ARTICLES_AT_ONCE:
                    yield {"queued": [pickle.dumps(held)]}
                    held = []
            self._share.done()
            yield {"queued": [pickle.dumps(held)]}


class _Embed(_Stage):
    """The same with vectors."""

    def __call__(self, batch: _Rows) -> _Rows:
        lists: list[list[Queued]] = [pickle.loads(data) for data in batch["queued"]]
        self._adder.embed(one for held in lists for one in held if isinstance(one, Pending))
        return {"queued": [pickle.dumps(held) for held in lists]}


class _Store(_Stage):
    """Lists of articles with vectors to how many were done."""

    def __call__(self, batch: _Rows) -> _Rows:
        lists: list[list[Queued]] = [pickle.loads(data) for data in batch["queued"]]
        files = [sum(isinstance(one, Finished) for one in held) for held in lists]
        return {"articles": [self._stored(held) for held in lists], "files": files}

    def _stored(self, queued: list[Queued]) -> int:
        before = self._adder.counts.done
        for _ in range(_TRIES_LOCKED):
            try:
                self._adder.store(queued)
            except CorpusLocked:  # as while another process makes the index
                self._adder.forget()
                self._share.give_back()
            else:
                break
        else:
            self._adder.store(queued)
        self._share.done()
        return self._adder.counts.done - before

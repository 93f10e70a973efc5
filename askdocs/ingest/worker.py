"""A process that adds what it takes from the queue of a run, until nothing is left or it is told to stop."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from askdocs.core.errors import AskdocsError, CorpusLocked
from askdocs.core.protocols import Embedder
from askdocs.core.reports import AddProgress
from askdocs.ingest.article_adder import ArticleAdder
from askdocs.ingest.file_state import is_url
from askdocs.storage.protocol import Storage
from askdocs.storage.reader import Store
from askdocs.storage.work import WorkShare

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_AT_ONCE = 8  # sources taken together, whose chunks are embedded together
_PAUSE_SECONDS = 0.1


class Opened(NamedTuple):
    """A corpus as a worker uses it."""

    storage: Storage
    embedder_of: Callable[[Store], Embedder]


Opening = Callable[[], AbstractContextManager[Opened]]


def worker_name(process: int | None) -> str:
    """What a worker is called in the queue, by the number of its process."""
    return f"{socket.gethostname()}-{process}"


def work(opening: Opening, run: int, parent: Connection) -> None:
    """Be a worker: ``parent`` is told how far it is, or the error this ends with.

    Whatever comes from ``parent``, be it only its end, says stop. Ctrl-C reaches all processes of a terminal; here
    it is left to the parent.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with opening() as corpus, corpus.storage.work_share(run, worker_name(os.getpid())) as share:
            _share_out(corpus, share, parent)
    except AskdocsError as error:
        _tell(parent, error)


def _share_out(corpus: Opened, share: WorkShare, parent: Connection) -> None:
    embedder = corpus.embedder_of(share.writer)
    adder = ArticleAdder(share.writer, embedder, lambda done: _tell(parent, done), parent.poll, share.note)
    while not parent.poll():
        taken = share.take(_AT_ONCE)
        if taken is None:
            return
        if not taken:
            time.sleep(_PAUSE_SECONDS)
            continue
        _tell(parent, adder.counts.progress())
        try:
            adder.add_found(one.given if is_url(one.given) else Path(one.given) for one in taken)
        except CorpusLocked:  # as while another process makes the index: it is taken again
            adder.forget()
            share.give_back()
            continue
        if parent.poll():
            share.give_back()
        else:
            share.done()


def _tell(parent: Connection, message: AddProgress | AskdocsError) -> None:
    with contextlib.suppress(OSError):  # it has ended; the next poll says so
        parent.send(message)

"""Opening a corpus in a worker process, which adds to it and does nothing else."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from askdocs.core.protocols import Embedder
from askdocs.corpus.opening import open_storage
from askdocs.corpus.searcher import CorpusEmbedder
from askdocs.ingest.worker import Opened
from askdocs.storage.database import no_step

_LOCK_SECONDS = 30.0


@contextlib.contextmanager
def opened_anew(place: str | Path, embedder: Embedder | None) -> Iterator[Opened]:
    """The corpus at a place, which is there; ``embedder`` is the one the settings name unless given."""
    storage, _ = open_storage(place, False, index="auto", lock_seconds=_LOCK_SECONDS, step=no_step)
    with contextlib.closing(storage):
        yield Opened(storage, CorpusEmbedder(storage.name, embedder).of)

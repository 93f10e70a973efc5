"""Keeps the vector index in step with ``corpus.db``: opened from its file, caught up, built anew, saved.

The file is only a cache. What it holds is compared with the database's history of changes; from there on it is
brought up by the vectors that came and the ids that went since, or built anew where that history does not reach.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import numpy as np

from askdocs.core.base import FloatArray, IntArray
from askdocs.core.errors import CorpusDamaged, CorpusError
from askdocs.core.reports import IndexStatus
from askdocs.storage.database import Step, no_step
from askdocs.storage.reader import State, Store
from askdocs.storage.vectors import file_format
from askdocs.storage.vectors.faiss_index import FLAT_LIMIT, Choice, FaissIndex, choose

FILE = "vectors.faiss"
_ALWAYS_SAVED = 10_000  # vectors, up to which saving costs next to nothing
_BEHIND = 2_000  # vectors that may be caught up at every open before a larger index is saved again
_FAR_BEHIND = 20_000  # vectors, from which on reading the file another process saved is faster than catching up

_log = logging.getLogger(__name__)


class IndexManager:
    """The one vector index of an open corpus; may be used by several threads."""

    def __init__(self, folder: Path, choice: Choice = "auto", step: Step = no_step) -> None:
        self.path = folder / FILE
        self._choice: Choice = choice
        self._step = step
        self._index: FaissIndex | None = None
        self._lock = threading.RLock()

    def search(self, store: Store, vector: FloatArray, k: int, allowed: IntArray | None) -> tuple[IntArray, FloatArray]:
        """The ``k`` nearest chunks that the store's snapshot holds, with their exact scores."""
        with self._lock:
            index = self.current(store)
            # Codes are not exact, and ids of a later or an earlier state fall away: so some more are asked for.
            ids, _ = index.search(vector, k + max(32, k), allowed)
        held, vectors = store.vectors(ids)
        scores = vectors @ vector if len(held) else np.empty(0, dtype=np.float32)
        best = np.lexsort((held, -scores))[:k]
        return held[best], scores[best]

    def current(self, store: Store) -> FaissIndex:
        """The index of the state that the store's snapshot sees, or of a later one."""
        with self._lock:
            state = store.state()
            index = self._index
            if index is None or state.last_chunk - index.last_chunk > _FAR_BEHIND:
                index = self._opened() or index
            if index is None or not self._caught_up(index, store, state):
                index = self._built(store, state)
            self._index = index
            return index

    def status(self, state: State) -> IndexStatus:
        """What the index's file holds, compared with the state of the corpus."""
        if not self.path.exists():
            return IndexStatus(kind="none", vectors=0, state="missing")
        try:
            saved = file_format.describe(self.path)
        except file_format.IndexFileDamaged:
            return IndexStatus(kind="none", vectors=0, state="damaged")
        fresh = (saved.generation, saved.token) == (state.generation, state.token)
        return IndexStatus(kind=saved.kind, vectors=saved.count, state="fresh" if fresh else "behind")

    def forget(self) -> None:
        """Let go of the index; the next search opens or builds it again."""
        with self._lock:
            self._index = None

    def keep(self, store: Store) -> None:
        """Bring the index up and save it where that is due. The caller holds the writer's lock."""
        with self._lock:
            try:
                index = self._brought_up(store)
            except CorpusDamaged as error:
                _log.warning("%s; the index of vectors was not brought up", error)
                return
            if index.outgrown(self._choice) and not (index.kind == "ivf" and index.can_compact()):
                index = self._index = self._built(store, store.state())
            elif not (index.outgrown(self._choice) or self._due(index)):
                return
            self._step("save " + FILE)
            try:
                index.save(self.path)
            except OSError as error:
                _log.warning("%s: the index could not be saved (%s); it will be made again", self.path, error)
                return
            if index.kind == "ivf":
                self._index = FaissIndex.load(self.path)  # memory-mapped from here on

    def _brought_up(self, store: Store) -> FaissIndex:
        """``current``, but where most vectors are new they are not caught up to be clustered anew right after."""
        state = store.state()
        if self._index is None:
            self._index = self._opened()
        if self._index is not None and state.chunks - len(self._index) > max(FLAT_LIMIT, len(self._index)):
            self._index = None  # let go of it before there is a new one
            self._index = self._built(store, state)
        return self.current(store)

    def _due(self, index: FaissIndex) -> bool:
        try:
            saved = file_format.describe(self.path)
        except file_format.IndexFileDamaged:
            return True
        if (saved.generation, saved.token) == (index.generation, index.token):
            return False
        return len(index) <= _ALWAYS_SAVED or index.last_chunk - saved.last_chunk > _BEHIND

    def _opened(self) -> FaissIndex | None:
        if not self.path.exists():
            return None
        try:
            return FaissIndex.load(self.path)
        except file_format.IndexFileDamaged as error:
            _log.warning("%s; it is a cache and is made anew", error)
            return None

    def _caught_up(self, index: FaissIndex, store: Store, state: State) -> bool:
        """Whether the index could be brought to the snapshot's state."""
        if (index.generation, index.token) == (state.generation, state.token):
            return True
        if index is self._index and index.generation > state.generation:
            return True  # another thread brought it to a later state; what this snapshot lacks falls away
        fingerprint = store.fingerprint()
        if store.token_of(index.generation) != index.token:
            return False
        if fingerprint is not None and fingerprint.dimension != index.dimension:
            return False
        index.remove(store.removed_after(index.generation))
        index.reserve(state.chunks - len(index))
        for ids, vectors in store.vectors_after(index.last_chunk):
            index.add(ids, vectors)
            index.last_chunk = int(ids[-1])  # so that an error in the next batch does not add these twice
        _stamp(index, state)
        return True

    def _built(self, store: Store, state: State) -> FaissIndex:
        fingerprint = store.fingerprint()
        dimension = 1 if fingerprint is None else fingerprint.dimension
        kind = choose(state.chunks, self._choice)
        index = FaissIndex.build(dimension, state.chunks, lambda: store.vectors_after(0), kind)
        _stamp(index, state)
        return index


def _stamp(index: FaissIndex, state: State) -> None:
    index.generation, index.token, index.last_chunk = state.generation, state.token, state.last_chunk


class SnapshotIndex:
    """The vector index as one question sees it: only what its snapshot holds, with exact scores."""

    def __init__(self, keeper: IndexManager, store: Store) -> None:
        self._keeper = keeper
        self._store = store

    def search(self, vector: FloatArray, k: int, allowed: IntArray | None = None) -> tuple[IntArray, FloatArray]:
        """The ids and scores of the ``k`` nearest, best first, among ``allowed`` where it is given."""
        return self._keeper.search(self._store, vector, k, allowed)

    def add(self, ids: IntArray, vectors: FloatArray) -> None:
        """Refused: what the index holds follows from the database."""
        raise CorpusError(f"{self._keeper.path}: follows the database; add articles with Corpus.add")

    def remove(self, ids: IntArray) -> int:
        """Refused: what the index holds follows from the database."""
        raise CorpusError(f"{self._keeper.path}: follows the database; remove articles with Corpus.remove")

    def __len__(self) -> int:
        return self._store.state().chunks

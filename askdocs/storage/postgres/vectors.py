"""The nearest vectors by pgvector: exact while there are few, by an HNSW graph where there are many.

HNSW: Malkov and Yashunin 2016, https://arxiv.org/abs/1603.09320. A filter that keeps few chunks is searched exactly;
under one that keeps many the graph is walked on until enough are found (pgvector's iterative scans).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from askdocs.core.base import FloatArray, IntArray
from askdocs.core.errors import CorpusError
from askdocs.core.reports import IndexStatus
from askdocs.storage.postgres.database import PostgresDatabase, Statement
from askdocs.storage.postgres.halfvec import HalfVector

INDEX = "vectors_nearest"
EXACT_LIMIT = 20_000  # vectors, up to which all of them are compared: some milliseconds
_MORE = 32  # the server compares float16; so some more are asked for and compared in float32


class NearestVectors:
    """The vectors of one state of the corpus."""

    def __init__(self, database: PostgresDatabase, dimension: int, chunks: int) -> None:
        self._database = database
        self._dimension = dimension
        self._chunks = chunks

    def search(self, vector: FloatArray, k: int, allowed: IntArray | None = None) -> tuple[IntArray, FloatArray]:
        """The ids and scores of the ``k`` nearest, best first, among ``allowed`` where it is given."""
        sql, values = self.statement(vector, k, allowed)
        sql = f"SELECT vectors.id, vector FROM ({sql}) AS found (id, score) JOIN vectors ON vectors.id = found.id"
        found = {
            int(chunk_id): np.frombuffer(data, dtype="<f2").astype(np.float32)
            for chunk_id, data in self._database.all(sql, values)
        }
        scores = best(found, vector, k)
        return np.array(list(scores), dtype=np.int64), np.array(list(scores.values()), dtype=np.float32)

    def statement(self, vector: FloatArray, k: int, allowed: IntArray | None) -> Statement:
        """The query for the nearest and some more, as ids with a score of 0: :func:`best` compares them exactly."""
        nearest = f"SELECT id, 0::float8 FROM {{source}} ORDER BY vector::halfvec({self._dimension}) <#> ? LIMIT ?"
        asked = (HalfVector.of(vector), k + _MORE)
        if allowed is None:
            return nearest.format(source="vectors"), asked
        if len(allowed) <= EXACT_LIMIT:
            among = "WITH among AS MATERIALIZED (SELECT id, vector FROM vectors WHERE id = ANY(?))"
            return f"{among} {nearest.format(source='among')}", (allowed.tolist(), *asked)
        return nearest.format(source="vectors WHERE id = ANY(?)"), (allowed.tolist(), *asked)

    def add(self, ids: IntArray, vectors: FloatArray) -> None:
        """Refused: they are stored with their chunks."""
        raise CorpusError(f"{self._database.name}: add articles with Corpus.add")

    def remove(self, ids: IntArray) -> int:
        """Refused: they go with their chunks."""
        raise CorpusError(f"{self._database.name}: remove articles with Corpus.remove")

    def __len__(self) -> int:
        return self._chunks


def best(vectors: Mapping[int, FloatArray], asked: FloatArray, k: int) -> dict[int, float]:
    """The ids and scores of the ``k`` nearest, best first, compared in float32.

    >>> best({1: np.array([1.0, 0.0]), 2: np.array([0.0, 1.0])}, np.array([0.0, 1.0]), 1)
    {2: 1.0}
    """
    if not vectors:
        return {}
    ids = np.array(list(vectors), dtype=np.int64)
    scores = np.stack(list(vectors.values())) @ np.asarray(asked, dtype=np.float32)
    order = np.lexsort((ids, -scores))[:k]
    return {int(ids[place]): float(scores[place]) for place in order}


def keep_index(database: PostgresDatabase, dimension: int, chunks: int) -> None:
    """Make the graph once there are many vectors; from then on the server keeps it up."""
    if chunks <= EXACT_LIMIT or has_index(database):
        return
    database.change(
        f"CREATE INDEX IF NOT EXISTS {INDEX} ON vectors USING hnsw "
        f"((vector::halfvec({dimension})) halfvec_ip_ops) WITH (m = 16, ef_construction = 100)"
    )


def has_index(database: PostgresDatabase) -> bool:
    """Whether the graph is there."""
    return database.one("SELECT to_regclass(?)", (INDEX,)) not in (None, (None,))


def status(database: PostgresDatabase, chunks: int) -> IndexStatus:
    """What is known of the graph."""
    return IndexStatus(kind="hnsw" if has_index(database) else "flat", vectors=chunks, state="fresh")

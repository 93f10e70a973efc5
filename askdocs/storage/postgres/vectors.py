"""The nearest vectors by pgvector: exact while there are few, by an HNSW graph where there are many.

HNSW: Malkov and Yashunin 2016, https://arxiv.org/abs/1603.09320. A filter that keeps few chunks is searched exactly;
under one that keeps many the graph is walked on until enough are found (pgvector's iterative scans).
"""

from __future__ import annotations

import numpy as np

from askdocs.core.base import FloatArray, IntArray
from askdocs.core.errors import CorpusError
from askdocs.core.reports import IndexStatus
from askdocs.storage.postgres.database import PostgresDatabase
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
        asked = np.asarray(vector, dtype=np.float32)
        rows = self._nearest(HalfVector.of(asked), k + _MORE, allowed)
        ids: IntArray = np.array([chunk_id for chunk_id, _ in rows], dtype=np.int64)
        stored = np.frombuffer(b"".join(data for _, data in rows), dtype="<f2").astype(np.float32)
        scores: FloatArray = stored.reshape(len(rows), -1) @ asked if rows else np.empty(0, dtype=np.float32)
        best = np.lexsort((ids, -scores))[:k]
        return ids[best], scores[best]

    def _nearest(self, asked: HalfVector, count: int, allowed: IntArray | None) -> list[tuple[int, bytes]]:
        order = f"ORDER BY vector::halfvec({self._dimension}) <#> ? LIMIT ?"
        if allowed is None:
            sql, values = f"SELECT id, vector FROM vectors {order}", (asked, count)
        elif len(allowed) <= EXACT_LIMIT:
            among = "WITH among AS MATERIALIZED (SELECT id, vector FROM vectors WHERE id = ANY(?))"
            sql = f"{among} SELECT id, vector FROM among {order}"
            return self._rows(sql, (allowed.tolist(), asked, count))
        else:
            sql = f"SELECT id, vector FROM vectors WHERE id = ANY(?) {order}"
            return self._rows(sql, (allowed.tolist(), asked, count))
        return self._rows(sql, values)

    def _rows(self, sql: str, values: tuple[object, ...]) -> list[tuple[int, bytes]]:
        return [(int(chunk_id), data) for chunk_id, data in self._database.all(sql, values)]

    def add(self, ids: IntArray, vectors: FloatArray) -> None:
        """Refused: they are stored with their chunks."""
        raise CorpusError(f"{self._database.name}: add articles with Corpus.add")

    def remove(self, ids: IntArray) -> int:
        """Refused: they go with their chunks."""
        raise CorpusError(f"{self._database.name}: remove articles with Corpus.remove")

    def __len__(self) -> int:
        return self._chunks


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

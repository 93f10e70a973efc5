"""Reading over a network: what a question needs is asked for in two round trips, not in forty.

The first begins the snapshot and asks for what every question needs: the state, the embedder, where tables stand,
how often the question's words occur. The second searches, and brings the chunks that were found with their articles
and vectors. Statements are sent together by libpq's pipeline mode
(https://www.postgresql.org/docs/current/libpq-pipeline-mode.html).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from askdocs.core.base import FloatArray
from askdocs.core.errors import CorpusDamaged
from askdocs.core.protocols import VectorIndex
from askdocs.storage import schema
from askdocs.storage.candidates import Candidates, Search, StoredChunk, merged
from askdocs.storage.postgres.database import PostgresDatabase
from askdocs.storage.postgres.vectors import NearestVectors, best
from askdocs.storage.postgres.words import PostgresWords
from askdocs.storage.reader import TABLE_RUNS, Store
from askdocs.storage.rows import ArticleRow, ChunkRow, VectorRow, is_intact
from askdocs.storage.sql import Row

_CHUNK, _ARTICLE = len(ChunkRow._fields), len(ArticleRow._fields)
_COLUMNS = ", ".join(
    f"{table}.{name}" for table, row in (("c", ChunkRow), ("a", ArticleRow), ("v", VectorRow)) for name in row._fields
)
_READ = (
    f"SELECT found.score, {_COLUMNS} FROM ({{found}}) AS found (id, score) JOIN chunks c ON c.id = found.id "
    "JOIN articles a ON a.number = c.article JOIN vectors v ON v.id = c.id"
)


class _Found(NamedTuple):
    score: float
    chunk: StoredChunk
    vector: FloatArray


class PostgresStore(Store):
    """A store of one snapshot."""

    def __init__(self, database: PostgresDatabase, words: PostgresWords) -> None:
        super().__init__(database, words)
        self._postgres = database
        self._words = words

    def expect(self, question: str) -> None:
        """Ask for what a search for this question needs first, in one round trip."""
        meta = [schema.meta_statement(key) for key in ("state", "embedder")]
        self._postgres.expect([*meta, (TABLE_RUNS, ()), *self._words.expected(question)])

    def candidates(self, index: VectorIndex, search: Search) -> Candidates:
        """The chunks that both searches propose, in one round trip."""
        assert isinstance(index, NearestVectors)
        nearest = index.statement(search.vector, search.depth, search.allowed)
        words = self._words.statement(search.words, search.depth, search.allowed, search.weights, script=False)
        script = self._words.statement(search.script_words, search.depth, search.allowed, search.weights, script=True)
        asked = [nearest, *([words] if search.words else []), *([script] if search.script_words else [])]
        replies = iter(self._postgres.together([(_READ.format(found=sql), values) for sql, values in asked]))
        near = self._found(next(replies))
        by_words = self._found(next(replies)) if search.words else {}
        by_script = self._found(next(replies)) if search.script_words else {}
        held = {**near, **by_words, **by_script}
        order = best({chunk_id: one.vector for chunk_id, one in near.items()}, search.vector, search.depth)
        matching = merged(_by_score(by_words), _by_score(by_script))
        ids = sorted(order.keys() | matching.keys())
        chunks = {chunk_id: held[chunk_id].chunk for chunk_id in ids}
        return Candidates(order, matching, chunks, {chunk_id: held[chunk_id].vector for chunk_id in ids})

    def _found(self, rows: Iterable[Row]) -> dict[int, _Found]:
        found = {}
        for score, *values in rows:
            chunk = ChunkRow._make(values[:_CHUNK])
            article = ArticleRow._make(values[_CHUNK : _CHUNK + _ARTICLE])
            vector = VectorRow._make(values[_CHUNK + _ARTICLE :])
            if not is_intact(vector):
                raise CorpusDamaged(f"{self.name}: the vector of chunk {chunk.id} changed; run `askdocs rebuild`")
            stored = self.stored_chunk(chunk, article)
            found[chunk.id] = _Found(score, stored, np.frombuffer(vector.vector, dtype="<f2").astype(np.float32))
        return found


def _by_score(found: dict[int, _Found]) -> list[tuple[int, float]]:
    return sorted(((one, float(held.score)) for one, held in found.items()), key=lambda pair: (-pair[1], pair[0]))

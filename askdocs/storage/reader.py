"""What a corpus holds, read from its database: articles, chunks, words and vectors.

This is the only truth. Every row's hash is compared when it is read, so what is returned is what was stored, or
``CorpusDamaged`` says which article is lost. Writing is in ``writer.py``.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from askdocs.core.articles import Article, Chunk
from askdocs.core.base import FloatArray, IntArray
from askdocs.core.errors import CorpusDamaged
from askdocs.core.protocols import VectorIndex
from askdocs.core.reports import FilterCounts, Fingerprint
from askdocs.core.tables import Table
from askdocs.storage import schema
from askdocs.storage.candidates import Candidates, Search, StoredChunk, found_candidates
from askdocs.storage.database import row_hash
from askdocs.storage.filters import Condition, Where, check_fields, unknown_fields
from askdocs.storage.fts_tokenizer import WordSplitter
from askdocs.storage.rows import ArticleRow, ChunkRow, SourceRow, TableRow, VectorRow, columns, is_intact
from askdocs.storage.sql import Row, SqlDatabase, Weights, WordIndex

TABLE_RUNS = "SELECT first_chunk, chunk_count FROM tables ORDER BY first_chunk"


@dataclass(frozen=True, slots=True)
class State:
    """What every change renews: how often the corpus changed, a random word for this change, and the counts."""

    generation: int
    token: str
    articles: int
    chunks: int
    last_chunk: int


class Store:
    """Reads one corpus through one connection; used by one thread at a time.

    Raises, whatever is called: ``CorpusDamaged`` where bytes were lost, ``CorpusMismatch`` for another schema.
    """

    def __init__(self, database: SqlDatabase, words: WordIndex) -> None:
        self.database = database
        self.name = database.name
        self.words = words
        self._splitter: WordSplitter | None = None

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Store]:
        """See one state of the corpus until the end of the block."""
        with self.database.snapshot():
            yield self

    def close(self) -> None:
        """Close the connection."""
        if self._splitter is not None:
            self._splitter.close()
        self.database.close()

    # -- the corpus itself

    def state(self) -> State:
        """The state this connection sees."""
        found = schema.read_meta(self.database, "state")
        if not isinstance(found, dict):
            raise CorpusDamaged(f"{self.name}: the entry that counts its changes is lost")
        return State(**found)

    def fingerprint(self) -> Fingerprint | None:
        """Which embedder made the vectors; ``None`` before the first article."""
        found = schema.read_meta(self.database, "embedder")
        return None if found is None else Fingerprint.model_validate(found)

    # -- articles

    def article_numbers(self, where: Where | None = None) -> list[int]:
        """The numbers of all articles, or of those that ``where`` allows, in the order they were added.

        Raises CorpusError as ``filter`` does.
        """
        sql, values = self.conditions(where) if where else ("TRUE", [])
        rows = self.database.all(f"SELECT number FROM articles WHERE {sql} ORDER BY number", values)
        return [number for (number,) in rows]

    def chunks_of(self, article_id: str) -> list[Chunk]:
        """The chunks of the article with this id, in their order."""
        return [one.chunk for one in self.chunks(self._chunk_ids({"id": article_id})).values()]

    def article(self, article_id: str) -> Article | None:
        """The article with this id."""
        number = self.number_of(article_id)
        return None if number is None else self.article_numbered(number)

    def number_of(self, article_id: str) -> int | None:
        """The number of the article with this id: they rise in the order in which articles were added."""
        row = self.database.one("SELECT number FROM articles WHERE id = ?", (article_id,))
        return None if row is None else int(row[0])

    def article_numbered(self, number: int) -> Article:
        """The article with this number of the table."""
        text = self.database.one("SELECT text FROM texts WHERE article = ?", (number,))
        return self._article(self.article_row(number), "" if text is None else text[0], self.tables(number))

    def articles(self, ids: Collection[str]) -> dict[str, Article]:
        """The articles with these ids, as far as they exist."""
        sql = f"SELECT text, {columns(ArticleRow)} FROM articles LEFT JOIN texts ON article = number WHERE id IN"
        found = [(text, ArticleRow._make(row)) for text, *row in self.database.rows_among(sql, sorted(ids))]
        sql = f"SELECT {columns(TableRow)} FROM tables WHERE article IN"
        tables: dict[int, list[TableRow]] = {}
        for table in map(TableRow._make, self.database.rows_among(sql, [row.number for _, row in found])):
            tables.setdefault(table.article, []).append(table)
        articles = {}
        for text, row in found:
            if not is_intact(row):
                raise self.damaged(row.number, row.source, "its title, source or dates")
            of_it = sorted(tables.get(row.number, ()), key=lambda table: table.number)
            articles[row.id] = self._article(row, text or "", tuple(map(self._table, of_it)))
        return articles

    def _article(self, row: ArticleRow, text: str, tables: tuple[Table, ...]) -> Article:
        if row.text_hash != row_hash(text):
            raise self.damaged(row.number, row.source, "its text")
        return Article(
            id=row.id,
            source=row.source,
            title=row.title,
            published=row.date,
            text=text,
            meta=json.loads(row.meta),
            pages=tuple(json.loads(row.pages)),
            tables=tables,
        )

    def tables(self, number: int) -> tuple[Table, ...]:
        """The tables of the article with this number, in their order."""
        sql = f"SELECT {columns(TableRow)} FROM tables WHERE article = ? ORDER BY number"
        return tuple(self._table(TableRow._make(row)) for row in self.database.all(sql, (number,)))

    def table_of_chunk(self, chunk_id: int) -> Table | None:
        """The table that a chunk holds rows of."""
        sql = f"SELECT {columns(TableRow)} FROM tables WHERE first_chunk <= ? ORDER BY first_chunk DESC LIMIT 1"
        found = self.database.one(sql, (chunk_id,))
        row = None if found is None else TableRow._make(found)
        return None if row is None or chunk_id >= row.first_chunk + row.chunk_count else self._table(row)

    def table_chunks(self) -> IntArray:
        """The ids of all chunks that hold rows of tables, rising."""
        rows = self.database.all(TABLE_RUNS)
        return _each_of_runs(rows)

    def _table(self, row: TableRow) -> Table:
        if not is_intact(row):
            raise self.damaged(row.article, "", f"table {row.number + 1}")
        return Table.model_validate_json(row.body)

    def article_row(self, number: int) -> ArticleRow:
        """The row of an article, its hash compared."""
        row = self.unchecked_article_row(number)
        if row is None or not is_intact(row):
            raise self.damaged(number, "" if row is None else str(row.source), "its title, source or dates")
        return row

    def unchecked_article_row(self, number: int) -> ArticleRow | None:
        """The row of an article as it is, if there is one: it may be damaged."""
        row = self.database.one(f"SELECT {columns(ArticleRow)} FROM articles WHERE number = ?", (number,))
        return None if row is None else ArticleRow._make(row)

    def source_count(self) -> int:
        """How many sources the articles came from."""
        row = self.database.one("SELECT count(*) FROM sources")
        return 0 if row is None else int(row[0])

    def source_rows(self, number: int) -> list[SourceRow]:
        """The sources of an article, with what was known of their files when they were added, by name."""
        sql = f"SELECT {columns(SourceRow)} FROM sources WHERE article = ? ORDER BY source"
        rows = [SourceRow._make(row) for row in self.database.all(sql, (number,))]
        for row in rows:
            if not is_intact(row):
                raise self.damaged(number, str(row.source), "what is known of its file")
        return rows

    def damaged(self, number: int, source: str, what: str) -> CorpusDamaged:
        """The error that names an article of which something is lost."""
        return CorpusDamaged(
            f"{self.name}: article {number} ({source or 'source unknown'}): {what} was lost or changed; "
            "remove it and add it again, or restore the corpus from a copy"
        )

    # -- chunks and vectors

    def chunks(self, ids: Sequence[int] | IntArray) -> dict[int, StoredChunk]:
        """The chunks with these ids, as far as they exist."""
        sql = f"SELECT {columns(ChunkRow)} FROM chunks WHERE id IN"
        rows = [ChunkRow._make(row) for row in self.database.rows_among(sql, ids)]
        articles = self._article_rows({row.article for row in rows})
        return {row.id: self.stored_chunk(row, articles.get(row.article)) for row in rows}

    def _article_rows(self, numbers: Collection[int]) -> dict[int, ArticleRow]:
        sql = f"SELECT {columns(ArticleRow)} FROM articles WHERE number IN"
        rows = map(ArticleRow._make, self.database.rows_among(sql, sorted(numbers)))
        return {row.number: row for row in rows}

    def stored_chunk(self, row: ChunkRow, article: ArticleRow | None) -> StoredChunk:
        """The chunk of a row with what a hit says of its article. Raises CorpusDamaged where either changed."""
        if not is_intact(row):
            raise self.damaged(row.article, "", f"chunk {row.id}")
        if article is None or not is_intact(article):
            raise self.damaged(row.article, "" if article is None else article.source, "its title, source or dates")
        chunk = Chunk(
            id=row.id, article_id=article.id, start=row.start, end=row.stop, heading=row.heading, text=row.text
        )
        return StoredChunk(chunk, article.source, article.title, article.date)

    def candidates(self, index: VectorIndex, search: Search) -> Candidates:
        """The chunks that the nearest vectors and the words of a question propose."""
        return found_candidates(self, index, search)

    def expect(self, question: str) -> None:
        """A question will be searched for: a store that is far away asks for what is sure to be needed, at once."""

    def unchecked_chunk_rows(self, ids: range) -> list[ChunkRow]:
        """The rows of neighbouring chunks by rising id, as far as they exist: they may be damaged."""
        sql = f"SELECT {columns(ChunkRow)} FROM chunks WHERE id BETWEEN ? AND ? ORDER BY id"
        return [ChunkRow._make(row) for row in self.database.all(sql, (ids.start, ids.stop - 1))]

    def chunk_ids(self) -> list[int]:
        """The ids of all chunks, rising."""
        return [chunk_id for (chunk_id,) in self.database.each("SELECT id FROM chunks ORDER BY id")]

    def intact_vector_ids(self, ids: range) -> list[int]:
        """Those of neighbouring chunks, by rising id, whose vectors are what was stored."""
        sql = f"SELECT {columns(VectorRow)} FROM vectors WHERE id BETWEEN ? AND ? ORDER BY id"
        rows = map(VectorRow._make, self.database.all(sql, (ids.start, ids.stop - 1)))
        return [row.id for row in rows if is_intact(row)]

    def vectors_by_words(self, number: int) -> dict[bytes, FloatArray]:
        """The vectors of an article by the hash of the words they were made of; empty where the article is lost."""
        row = self.unchecked_article_row(number)
        if row is None or not is_intact(row):
            return {}
        embedded = {chunk.id: chunk.embedded for chunk in self.unchecked_chunk_rows(row.chunk_ids)}
        ids, vectors = self.vectors(list(embedded))
        return {embedded[chunk_id]: vector for chunk_id, vector in zip(ids.tolist(), vectors, strict=True)}

    def vectors(self, ids: Sequence[int] | IntArray) -> tuple[IntArray, FloatArray]:
        """The stored vectors of these chunks, as far as they exist: their ids, and shape ``(found, dimension)``."""
        sql = f"SELECT {columns(VectorRow)} FROM vectors WHERE id IN"
        return self._matrix([VectorRow._make(row) for row in self.database.rows_among(sql, ids)])

    def vectors_after(self, chunk_id: int, batch: int = 256) -> Iterator[tuple[IntArray, FloatArray]]:
        """Every stored vector with a larger id, a batch at a time, by rising id."""
        rows: list[VectorRow] = []
        sql = f"SELECT {columns(VectorRow)} FROM vectors WHERE id > ? ORDER BY id"
        for row in self.database.each(sql, (chunk_id,), batch):
            rows.append(VectorRow._make(row))
            if len(rows) == batch:
                yield self._matrix(rows)
                rows = []
        if rows:
            yield self._matrix(rows)

    def _matrix(self, rows: list[VectorRow]) -> tuple[IntArray, FloatArray]:
        for row in rows:
            if not is_intact(row):
                raise CorpusDamaged(f"{self.name}: the vector of chunk {row.id} changed; run `askdocs rebuild`")
        ids: IntArray = np.array([row.id for row in rows], dtype=np.int64)
        joined = np.frombuffer(b"".join(row.vector for row in rows), dtype="<f2")
        fingerprint = None if rows else self.fingerprint()
        width = len(joined) // len(rows) if rows else 0 if fingerprint is None else fingerprint.dimension
        matrix: FloatArray = joined.reshape(len(rows), width).astype(np.float32)
        return ids, matrix

    # -- what the index needs to catch up

    def token_of(self, generation: int) -> str | None:
        """The random word of an earlier change; ``None`` when it is too long ago, or of another corpus."""
        row = self.database.one("SELECT token FROM generations WHERE generation = ?", (generation,))
        return None if row is None else str(row[0])

    def removed_after(self, generation: int) -> IntArray:
        """The chunks removed since that generation."""
        rows = self.database.all("SELECT id FROM removals WHERE generation > ?", (generation,))
        ids: IntArray = np.array([row[0] for row in rows], dtype=np.int64)
        return ids

    # -- words

    def bm25(
        self,
        words: Sequence[str],
        limit: int,
        allowed: IntArray | None = None,
        weights: Weights = (1.0, 1.0, 1.0),
        *,
        script: bool = False,
    ) -> list[tuple[int, float]]:
        """The chunks that match any of some words best by Okapi BM25: ``(chunk id, score)``, best first.

        A word is what ``terms`` calls a word, or a phrase, whose words stand side by side; ``weights`` are those of
        title, headings and text; ``allowed`` are the only chunk ids that count. With ``script`` the second index is
        searched, by the terms of ``script_terms``.
        """
        if not words or (allowed is not None and len(allowed) == 0):
            return []
        return self.words.bm25(words, limit, allowed, weights, script=script)

    def terms(self, text: str) -> list[tuple[str, str]]:
        """The words of ``text`` as FTS5 splits them, in order: ``(word as written, folded; its stemmed term)``."""
        return self._words_of().split(text)

    def _words_of(self) -> WordSplitter:
        if self._splitter is None:
            self._splitter = WordSplitter()
        return self._splitter

    def document_frequencies(self, words: Sequence[str]) -> dict[str, int]:
        """In how many chunks each word stands, in any of its forms; a word is what ``terms`` calls a word."""
        terms = dict(zip(words, self._words_of().terms_of_each(words), strict=True))
        found = self.words.frequencies({term for of_word in terms.values() for term in of_word}, script=False)
        return {word: min((found[term] for term in of_word), default=0) for word, of_word in terms.items()}

    def script_frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """In how many chunks each term of ``script_terms`` stands."""
        return self.words.frequencies(terms, script=True)

    # -- filters

    def filter(self, where: Where | None) -> IntArray | None:
        """The chunks of the articles that ``where`` allows, rising; ``None`` when all are allowed.

        Raises:
            CorpusError: a condition cannot be understood, or no article has its field.
        """
        return self._chunk_ids(where) if where else None

    def _chunk_ids(self, where: Where) -> IntArray:
        sql, values = self.conditions(where)
        columns = "first_chunk, chunk_count"
        rows = self.database.all(f"SELECT {columns} FROM articles WHERE {sql} ORDER BY first_chunk", values)
        return _each_of_runs(rows)

    def kept(self, where: Where) -> FilterCounts:
        """How many articles ``where`` lets through, of how many, and how many it leaves out for want of a date."""
        sql, values = self.conditions(where)
        rest, others = self.conditions({key: wanted for key, wanted in where.items() if key != "published"})
        undated = f"published IS NULL AND {rest}" if "published" in where else "FALSE"
        row = self.database.one(
            f"SELECT count(*), count(*) FILTER (WHERE {sql}), count(*) FILTER (WHERE {undated}) FROM articles",
            [*values, *(others if "published" in where else [])],
        )
        total, articles, without = row or (0, 0, 0)
        return FilterCounts(articles=articles, total=total, undated=without)

    def conditions(self, where: Where) -> Condition:
        """``where`` as SQL over ``articles``, and its values. Raises CorpusError as ``filter`` does."""
        if unknown_fields(where):
            check_fields(where, self.database.meta_keys())
        return self.database.conditions(where)


def _each_of_runs(rows: Sequence[Row]) -> IntArray:
    """The ids of runs of chunks, each given as its first id and its length."""
    if not rows:
        return np.empty(0, dtype=np.int64)
    first, count = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    # A run of `count` ids from `first`, for every row: ones, with a jump at each start, summed up.
    first, count = first[count > 0], count[count > 0]
    ends = np.cumsum(count)
    shift = first - np.concatenate(([0], ends[:-1]))
    ids: IntArray = np.arange(int(ends[-1]) if len(ends) else 0, dtype=np.int64) + np.repeat(shift, count)
    return ids

"""Writing to a corpus: each article's change is one transaction, and every transaction renews the state."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from askdocs.core.articles import Article, Chunk
from askdocs.core.base import FloatArray
from askdocs.core.reports import Fingerprint
from askdocs.storage import schema
from askdocs.storage.database import row_hash
from askdocs.storage.reader import State, Store
from askdocs.storage.rows import (
    ArticleRow,
    SourceRow,
    VectorRow,
    columns,
    is_intact,
    placeholders,
    upsert,
    with_hash,
)
from askdocs.storage.sql import IndexedWords, Row, SqlDatabase, WordIndex

# How many changes back a cached index may be and still catch up; before that it is built anew.
REMEMBERED = 10_000

_REMOVED = "INSERT INTO removals VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET generation = excluded.generation"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an article came from, and how to see without reading it whether it is still the same.

    ``file`` is the absolute path or the address that holds it ("" for an ``Article`` given by the caller);
    ``size``, ``modified`` and ``changed`` are the file's, times in nanoseconds, 0 where there is no file.
    """

    source: str
    file: str = ""
    content_hash: str = ""
    size: int = 0
    modified: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True)
class NewArticle:
    """All that is stored of an article. ``embedded[i]`` is the hash of the words ``vectors[i]`` was made of."""

    article: Article
    chunks: Sequence[Chunk]
    vectors: FloatArray
    embedded: Sequence[bytes]
    cleaner: str
    chunker: str


class Writer(Store):
    """A store that can be changed."""

    def __init__(self, database: SqlDatabase, words: WordIndex) -> None:
        super().__init__(database, words)
        self._now: State | None = None

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        """One transaction; inside another it is part of that one."""
        if self._now is not None:
            yield
            return
        try:
            with self.database.transaction():
                before = self.state()
                self._now = replace(before, generation=before.generation + 1, token=secrets.token_hex(8))
                yield
                self._store_state(self._now)
        finally:
            self._now = None

    def _store_state(self, state: State) -> None:
        schema.write_meta(self.database, "state", asdict(state))
        self.database.change("INSERT INTO generations VALUES (?, ?)", (state.generation, state.token))
        forgotten = (state.generation - REMEMBERED,)
        self.database.change("DELETE FROM generations WHERE generation <= ?", forgotten)
        self.database.change("DELETE FROM removals WHERE generation <= ?", forgotten)

    @property
    def _state(self) -> State:
        assert self._now is not None, "changes happen inside changing()"
        return self._now

    def set_fingerprint(self, fingerprint: Fingerprint) -> None:
        """Say which embedder makes the vectors."""
        with self.changing():
            schema.write_meta(self.database, "embedder", fingerprint.model_dump())

    def claim(self, key: str) -> bool:
        """Claim a thing of the corpus by its name until ``free_claims``; ``False`` where another writer has it."""
        return self.database.claim(key)

    def free_claims(self) -> None:
        """Give up whatever was claimed."""
        self.database.free_claims()

    # -- articles

    def prepare(self, title: str, chunks: Sequence[Chunk]) -> None:
        """Do what ``put`` will need of an article before the change begins, in which all others wait."""
        self.words.prepare(_indexed(range(len(chunks)), title, chunks))

    def put(self, new: NewArticle, source: Source) -> None:
        """Store an article under ``source``, in place of whatever that source held and of the same id."""
        with self.changing():
            former = self.article_of(source.source)
            same = self.number_of(new.article.id)
            holders = [] if same is None else self.sources(article=same)
            if same is not None:
                self._drop(same)
            number = self._insert(new)
            for holder in [*holders, source]:
                self._put_source(holder, number)
            if former is not None and former != same:
                self._drop_unless_needed(former)

    def point(self, source: Source, number: int, main: bool = False) -> None:
        """Say that ``source`` holds the article ``number``; ``main`` makes it the source that is cited."""
        with self.changing():
            former = self.article_of(source.source)
            self._put_source(source, number)
            if main:
                self._rename(number, source.source)
            if former is not None and former != number:
                self._drop_unless_needed(former)

    def drop_source(self, source: str) -> bool:
        """Forget a source, and its article where no other source holds it; whether the article went."""
        with self.changing():
            number = self.article_of(source)
            self.database.change("DELETE FROM sources WHERE source = ?", (source,))
            return number is not None and self._drop_unless_needed(number)

    def drop_article(self, number: int) -> None:
        """Forget an article and all its sources."""
        with self.changing():
            self.database.change("DELETE FROM sources WHERE article = ?", (number,))
            self._drop(number)

    def article_of(self, source: str) -> int | None:
        """The number of the article that came from this source."""
        row = self.database.one("SELECT article FROM sources WHERE source = ?", (source,))
        return None if row is None else int(row[0])

    def number_of(self, article_id: str) -> int | None:
        """The number of the article with this id."""
        row = self.database.one("SELECT number FROM articles WHERE id = ?", (article_id,))
        return None if row is None else int(row[0])

    def _insert(self, new: NewArticle) -> int:
        state = self._state
        article = new.article
        number = self.database.next_article_number()
        first = state.last_chunk + 1
        row = with_hash(
            *(number, article.id, article.source, article.title),
            None if article.published is None else article.published.isoformat(),
            *(json.dumps(article.meta, ensure_ascii=False, sort_keys=True), json.dumps(article.pages)),
            *(new.cleaner, new.chunker, first, len(new.chunks), row_hash(article.text)),
        )
        sql = f"INSERT INTO articles ({columns(ArticleRow)}) VALUES ({placeholders(ArticleRow)})"
        self.database.change(sql, row)
        self.database.change("INSERT INTO texts VALUES (?, ?)", (number, article.text))
        self._insert_chunks(number, first, new)
        self._insert_tables(number, first, new)
        self._now = replace(
            state,
            articles=state.articles + 1,
            chunks=state.chunks + len(new.chunks),
            last_chunk=state.last_chunk + len(new.chunks),
        )
        return number

    def _insert_chunks(self, number: int, first: int, new: NewArticle) -> None:
        ids = range(first, first + len(new.chunks))
        rows = [
            with_hash(chunk_id, number, chunk.start, chunk.end, chunk.heading, chunk.text, embedded)
            for chunk_id, chunk, embedded in zip(ids, new.chunks, new.embedded, strict=True)
        ]
        self.database.insert_many("chunks", rows)
        self.database.insert_many("vectors", self._vector_rows(ids, new.vectors))
        self.words.insert(_indexed(ids, new.article.title, new.chunks))

    def _insert_tables(self, number: int, first: int, new: NewArticle) -> None:
        rows = []
        for place, table in enumerate(new.article.tables):
            held = [i for i, chunk in enumerate(new.chunks) if chunk.start < table.end and chunk.end > table.start]
            begin = first + (held[0] if held else 0)
            rows.append(with_hash(number, place, begin, len(held), table.model_dump_json(exclude_defaults=True)))
        self.database.insert_many("tables", rows)

    def put_vectors(self, ids: Sequence[int], vectors: FloatArray) -> None:
        """Store the vectors of chunks, rounded to float16, in place of those that are there."""
        self.database.change_many(upsert("vectors", VectorRow, "id"), self._vector_rows(ids, vectors))

    def _vector_rows(self, ids: Sequence[int], vectors: FloatArray) -> Iterator[Row]:
        for chunk_id, vector in zip(ids, np.asarray(vectors).astype("<f2"), strict=True):
            number, data, hashed = with_hash(chunk_id, vector.tobytes())
            yield number, self.database.vector(data), hashed

    def _put_source(self, source: Source, number: int) -> None:
        file = (source.file, source.content_hash, source.size, source.modified, source.changed)
        self.database.change(upsert("sources", SourceRow, "source"), with_hash(source.source, number, *file))

    def _rename(self, number: int, source: str) -> None:
        renamed = self.article_row(number)._replace(source=source)
        values = (source, row_hash(*renamed[:-1]), number)
        self.database.change("UPDATE articles SET source = ?, hash = ? WHERE number = ?", values)

    def _drop_unless_needed(self, number: int) -> bool:
        """Drop an article that no source holds any more; one that is still held is cited from a source it has."""
        held = [one.source for one in self.sources(article=number)]
        if not held:
            self._drop(number)
            return True
        row = self.unchecked_article_row(number)
        if row is not None and row.source not in held:
            self._rename(number, min(held))
        return False

    def _drop(self, number: int) -> None:
        state = self._state
        ids, intact = self._chunk_ids_of(number)
        if intact:
            self.words.forget(ids)
        for table in ("vectors", "chunks"):
            self.database.change_many(f"DELETE FROM {table} WHERE id = ?", [(chunk_id,) for chunk_id in ids])
        for table in ("texts", "tables"):
            self.database.change(f"DELETE FROM {table} WHERE article = ?", (number,))
        self.database.change("DELETE FROM articles WHERE number = ?", (number,))
        removals = [(chunk_id, state.generation) for chunk_id in ids]
        self.database.change_many(_REMOVED, removals)
        if not intact:
            self.words.fill()
        self._now = replace(state, articles=state.articles - 1, chunks=state.chunks - len(ids))

    def _chunk_ids_of(self, number: int) -> tuple[list[int], bool]:
        """The ids of an article's chunks, and whether its chunks are what was written."""
        article = self.unchecked_article_row(number)
        span = article.chunk_ids if article is not None and is_intact(article) else range(0)
        rows = self.unchecked_chunk_rows(span)
        intact = all(is_intact(row) and row.article == number for row in rows)
        if intact and span:
            return [row.id for row in rows], True
        found = self.database.all("SELECT id FROM chunks WHERE article = ?", (number,))
        return [chunk_id for (chunk_id,) in found], intact

    # -- sources

    def sources(
        self,
        *,
        source: str | None = None,
        file: str | None = None,
        content_hash: str | None = None,
        article: int | None = None,
    ) -> list[Source]:
        """The sources that have all of these values, by name; all sources without any."""
        wanted = {"source": source, "file": file, "content_hash": content_hash, "article": article}
        wanted = {column: value for column, value in wanted.items() if value is not None}
        condition = " AND ".join(f"{column} = ?" for column in wanted) or "TRUE"
        return list(self._each_source(condition, tuple(wanted.values())))

    def each_source(self) -> Iterator[Source]:
        """All sources, one at a time; change nothing before the last."""
        return self._each_source("TRUE", ())

    def each_source_below(self, folder: str) -> Iterator[Source]:
        """Those whose file is in a folder, whose path ends in a separator; change nothing before the last."""
        return self._each_source("substr(file, 1, ?) = ?", (len(folder), folder))

    def sources_at(self, file: str, named: str) -> list[Source]:
        """The sources of a file, of all files in the folder of that path, or whose names are below ``named``."""
        folder, named = (path.rstrip(os.sep) + os.sep for path in (file, named))
        condition = "file = ? OR substr(file, 1, ?) = ? OR substr(source, 1, ?) = ?"
        return list(self._each_source(condition, (file, len(folder), folder, len(named), named)))

    def versions_of(self, file: str) -> set[tuple[str, str]]:
        """The versions of the cleaner and the chunker that made the articles of a file."""
        sql = "SELECT cleaner, chunker FROM articles JOIN sources ON article = number WHERE file = ?"
        return {(cleaner, chunker) for cleaner, chunker in self.database.all(sql, (file,))}

    def _each_source(self, condition: str, values: Sequence[object]) -> Iterator[Source]:
        sql = f"SELECT source, file, content_hash, size, modified, changed FROM sources WHERE {condition}"
        return (Source(*row) for row in self.database.each(sql + " ORDER BY source", values))


def _indexed(ids: Sequence[int], title: str, chunks: Sequence[Chunk]) -> list[IndexedWords]:
    """The words of an article's chunks."""
    return [IndexedWords(i, title, chunk.heading, chunk.text) for i, chunk in zip(ids, chunks, strict=True)]

"""Writing to ``corpus.db``: each article's change is one transaction, and every transaction renews the state."""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from askdocs.core.articles import Article, Chunk
from askdocs.core.base import FloatArray
from askdocs.core.reports import Fingerprint
from askdocs.storage import schema
from askdocs.storage.database import Row, Step, no_step, row_hash
from askdocs.storage.reader import ARTICLE, CHUNK, State, Store

# How many changes back a cached index may be and still catch up; before that it is built anew.
REMEMBERED = 10_000


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
    """A store that can be changed. Hold the writer's lock while it is used."""

    def __init__(self, path: Path, step: Step = no_step) -> None:
        super().__init__(path, "write", step)
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

    # -- articles

    def put(self, new: NewArticle, source: Source) -> None:
        """Store an article under ``source``, in place of whatever that source held and of the same id."""
        with self.changing():
            former = self.article_of(source.source)
            same = self.number_of(new.article.id)
            holders = [] if same is None else self.sources("article = ?", (same,))
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
        used = self.database.one("SELECT seq FROM sqlite_sequence WHERE name = 'articles'")
        number = 1 if used is None else used[0] + 1
        first = state.last_chunk + 1
        row: Row = (
            *(number, article.id, article.source, article.title),
            None if article.published is None else article.published.isoformat(),
            *(json.dumps(article.meta, ensure_ascii=False, sort_keys=True), json.dumps(article.pages)),
            *(new.cleaner, new.chunker, first, len(new.chunks), row_hash(article.text)),
        )
        self.database.change(f"INSERT INTO articles ({ARTICLE}, hash) VALUES ({_marks(13)})", (*row, row_hash(*row)))
        self.database.change("INSERT INTO texts VALUES (?, ?)", (number, article.text))
        self._insert_chunks(number, first, new)
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
            (chunk_id, number, chunk.start, chunk.end, chunk.heading, chunk.text, embedded)
            for chunk_id, chunk, embedded in zip(ids, new.chunks, new.embedded, strict=True)
        ]
        self.database.change_many(f"INSERT INTO chunks VALUES ({_marks(8)})", [(*row, row_hash(*row)) for row in rows])
        self.put_vectors(ids, new.vectors)
        self.database.change_many(
            "INSERT INTO words (rowid, title, heading, text) VALUES (?, ?, ?, ?)",
            [(row[0], new.article.title, row[4], row[5]) for row in rows],
        )

    def put_vectors(self, ids: Sequence[int], vectors: FloatArray) -> None:
        """Store the vectors of chunks, rounded to float16."""
        data = [vector.tobytes() for vector in np.asarray(vectors).astype("<f2")]
        rows = [(chunk_id, vector, row_hash(chunk_id, vector)) for chunk_id, vector in zip(ids, data, strict=True)]
        self.database.change_many("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    def _put_source(self, source: Source, number: int) -> None:
        row = (source.source, number, source.file, source.content_hash, source.size, source.modified, source.changed)
        self.database.change(f"INSERT OR REPLACE INTO sources VALUES ({_marks(8)})", (*row, row_hash(*row)))

    def _rename(self, number: int, source: str) -> None:
        row = list(self.article_row(number)[:-1])
        row[2] = source
        values = (source, row_hash(*row), number)
        self.database.change("UPDATE articles SET source = ?, hash = ? WHERE number = ?", values)

    def _drop_unless_needed(self, number: int) -> bool:
        """Drop an article that no source holds any more; one that is still held is cited from a source it has."""
        held = [source for (source,) in self.database.all("SELECT source FROM sources WHERE article = ?", (number,))]
        if not held:
            self._drop(number)
            return True
        row = self.database.one("SELECT source FROM articles WHERE number = ?", (number,))
        if row is not None and row[0] not in held:
            self._rename(number, min(held))
        return False

    def _drop(self, number: int) -> None:
        state = self._state
        ids, whole = self._chunk_ids(number)
        if whole:
            # FTS5 forgets words by being told them again, so this must come before the rows go.
            self.database.change_many(
                "INSERT INTO words (words, rowid, title, heading, text) "
                "SELECT 'delete', id, title, heading, text FROM chunk_words WHERE id = ?",
                [(chunk_id,) for chunk_id in ids],
            )
        for table in ("vectors", "chunks"):
            self.database.change_many(f"DELETE FROM {table} WHERE id = ?", [(chunk_id,) for chunk_id in ids])
        self.database.change("DELETE FROM texts WHERE article = ?", (number,))
        self.database.change("DELETE FROM articles WHERE number = ?", (number,))
        removals = [(chunk_id, state.generation) for chunk_id in ids]
        self.database.change_many("INSERT OR REPLACE INTO removals VALUES (?, ?)", removals)
        if not whole:
            self.rebuild_words()
        self._now = replace(state, articles=state.articles - 1, chunks=state.chunks - len(ids))

    def _chunk_ids(self, number: int) -> tuple[list[int], bool]:
        """The ids of an article's chunks, and whether its rows are what was written."""
        rows = self.database.all(f"SELECT {CHUNK}, hash FROM chunks WHERE id BETWEEN ? AND ?", self._span(number))
        whole = all(row[-1] == row_hash(*row[:-1]) and row[1] == number for row in rows)
        if not whole or self._span(number) == (0, -1):
            rows = self.database.all("SELECT id FROM chunks WHERE article = ?", (number,))
        return [row[0] for row in rows], whole

    def _span(self, number: int) -> tuple[int, int]:
        """The first and last chunk id of an article, ``(0, -1)`` where its row is damaged."""
        row = self.database.one(f"SELECT {ARTICLE}, hash FROM articles WHERE number = ?", (number,))
        if row is None or row[-1] != row_hash(*row[:-1]):
            return 0, -1
        return row[9], row[9] + row[10] - 1

    def rebuild_words(self) -> None:
        """Make the index of words anew from the chunks."""
        self.database.change("INSERT INTO words (words) VALUES ('rebuild')")

    # -- sources

    def sources(self, condition: str = "1", values: Sequence[object] = ()) -> list[Source]:
        """The sources a condition in SQL allows."""
        return list(self.each_source(condition, values))

    def each_source(self, condition: str = "1", values: Sequence[object] = ()) -> Iterator[Source]:
        """The same one at a time; change nothing before the last."""
        columns = "source, file, content_hash, size, modified, changed"
        sql = f"SELECT {columns} FROM sources WHERE {condition} ORDER BY source"
        return (Source(*row) for row in self.database.each(sql, values))


def _marks(count: int) -> str:
    return ", ".join("?" * count)

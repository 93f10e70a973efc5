"""The rows of ``corpus.db`` with a name for each column, and the hash that tells whether a row is what was written.

Each class has the columns of its table in their order; the last is the hash of the others.
"""

from __future__ import annotations

import datetime
from typing import NamedTuple

from askdocs.storage.database import row_hash
from askdocs.storage.sql import Row


class ArticleRow(NamedTuple):
    """An article without its text; ``meta`` and ``pages`` are JSON, ``published`` a date as ``2023-05-04``."""

    number: int
    id: str
    source: str
    title: str
    published: str | None
    meta: str
    pages: str
    cleaner: str
    chunker: str
    first_chunk: int
    chunk_count: int
    text_hash: bytes
    hash: bytes

    @property
    def chunk_ids(self) -> range:
        """The ids of its chunks."""
        return range(self.first_chunk, self.first_chunk + self.chunk_count)

    @property
    def date(self) -> datetime.date | None:
        """When it was published."""
        return None if self.published is None else datetime.date.fromisoformat(self.published)


class ChunkRow(NamedTuple):
    """A slice of an article's text; ``embedded`` is the hash of the words its vector was made of."""

    id: int
    article: int
    start: int
    stop: int
    heading: str
    text: str
    embedded: bytes
    hash: bytes


class TableRow(NamedTuple):
    """A table of an article: ``body`` is the JSON of a ``Table``; its rows stand in ``chunk_count`` chunks."""

    article: int
    number: int
    first_chunk: int
    chunk_count: int
    body: str
    hash: bytes


class VectorRow(NamedTuple):
    """The vector of a chunk, as little-endian float16."""

    id: int
    vector: bytes
    hash: bytes


class SourceRow(NamedTuple):
    """Where an article came from: see ``askdocs.storage.writer.Source``."""

    source: str
    article: int
    file: str
    content_hash: str
    size: int
    modified: int
    changed: int
    hash: bytes


class MetaRow(NamedTuple):
    """A fact about the corpus itself, as JSON."""

    key: str
    value: str
    hash: bytes


class WordListRow(NamedTuple):
    """The chunks in which a word stands, packed: see ``askdocs.storage.postings``."""

    number: int
    data: bytes
    hash: bytes


AnyRow = ArticleRow | ChunkRow | TableRow | VectorRow | SourceRow | MetaRow | WordListRow


def columns(row: type[AnyRow]) -> str:
    """The columns of a row as SQL names them.

    >>> columns(VectorRow)
    'id, vector, hash'
    """
    return ", ".join(row._fields)


def upsert(table: str, row: type[AnyRow], key: str) -> str:
    """The statement that stores a row in place of the one with the same key, of a table with the row's columns.

    >>> upsert("vectors", VectorRow, "id")
    'INSERT INTO vectors VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET vector = excluded.vector, hash = excluded.hash'
    """
    renewed = ", ".join(f"{name} = excluded.{name}" for name in row._fields if name != key)
    return f"INSERT INTO {table} VALUES ({placeholders(row)}) ON CONFLICT ({key}) DO UPDATE SET {renewed}"


def placeholders(row: type[AnyRow]) -> str:
    """A question mark for each column.

    >>> placeholders(VectorRow)
    '?, ?, ?'
    """
    return ", ".join("?" * len(row._fields))


def with_hash(*values: object) -> Row:
    """The values of a row with their hash behind them."""
    return (*values, row_hash(*values))


def is_intact(row: AnyRow) -> bool:
    """Whether a row is what was written.

    >>> is_intact(VectorRow(*with_hash(1, b"ab"))), is_intact(VectorRow(1, b"ab", b""))
    (True, False)
    """
    return row.hash == row_hash(*row[:-1])

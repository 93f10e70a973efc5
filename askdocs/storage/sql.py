"""What a store needs of a database: SQL with ``?`` for values, one state at a time, and an index of words.

SQLite (``askdocs.storage.database``) and Postgres (``askdocs.storage.postgres``) both give it. The statements of the
readers and writers are those that both understand; where they differ, the database has a method.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

from askdocs.core.base import IntArray
from askdocs.storage.filters import Condition, Where

Row = tuple[Any, ...]


class SqlDatabase(Protocol):
    """One connection, used by one thread at a time. Raises CorpusError, and CorpusDamaged where bytes were lost."""

    @property
    def name(self) -> str:
        """What messages call it; no secret is in it."""

    def all(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """The rows of a query."""

    def one(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """The first row of a query, if it has one."""

    def each(self, sql: str, values: Sequence[object] = (), size: int = 256) -> Iterator[Row]:
        """The rows of a query, a few at a time."""

    def change(self, sql: str, values: Sequence[object] = ()) -> int:
        """Run a statement that changes something; gives the number of rows."""

    def change_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row."""

    def insert_many(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        """Insert whole rows."""

    def transaction(self) -> AbstractContextManager[None]:
        """All the changes inside, or none of them; whoever is in it has seen the latest state, and others wait."""

    def snapshot(self) -> AbstractContextManager[None]:
        """See one state of the corpus, whatever others commit meanwhile."""

    def begin_snapshot(self) -> None:
        """See one state of the corpus until ``roll_back``."""

    def roll_back(self) -> None:
        """End the transaction without its changes, where one is open."""

    def close(self) -> None:
        """Close the connection; an open transaction is rolled back."""

    # -- where they differ

    def next_article_number(self) -> int:
        """A number that no article had before."""

    def rows_among(self, sql: str, keys: Sequence[int] | Sequence[str] | IntArray) -> Iterator[Row]:
        """The rows of a query whose column is among some keys; the query ends in "WHERE column IN"."""

    def vector(self, data: bytes) -> object:
        """A vector, as little-endian float16, as a value for its column."""

    def conditions(self, where: Where) -> Condition:
        """A filter as SQL over ``articles``. Raises CorpusError where it cannot be understood."""

    def holding(self, words: Sequence[str]) -> Condition:
        """A condition over ``articles``: each of some words, in small letters, stands in the title or the source."""

    def meta_keys(self) -> list[str]:
        """The keys of ``meta`` that articles have."""

    def write_anew(self) -> None:
        """Write the whole database anew, without free space."""

    def claim(self, key: str) -> bool:
        """Claim a thing of the corpus by its name, which no other writer has then; ``False`` where one has it."""

    def free_claims(self) -> None:
        """Give up whatever this connection claimed."""


class IndexedWords(NamedTuple):
    """The words of a chunk that are searched: of its article's title, its headings, its text."""

    id: int
    title: str
    heading: str
    text: str


def quoted(word: str) -> str:
    """A word as FTS5 takes it for one, and not for an expression.

    >>> quoted('a "NEAR" b')
    '"a ""NEAR"" b"'
    """
    return '"' + word.replace('"', '""') + '"'


Weights = tuple[float, float, float]


class WordIndex(Protocol):
    """The two indexes of words of one connection: of stemmed words, and of terms of other scripts."""

    def bm25(
        self, words: Sequence[str], limit: int, allowed: IntArray | None, weights: Weights, *, script: bool
    ) -> list[tuple[int, float]]:
        """The chunks that match any of the words best by Okapi BM25: ``(chunk id, score)``, best first."""

    def frequencies(self, terms: Collection[str], *, script: bool) -> dict[str, int]:
        """In how many chunks each stemmed term stands."""

    def prepare(self, chunks: Sequence[IndexedWords]) -> None:
        """Do what does not need the database for chunks that ``insert`` will be given, by any id."""

    def insert(self, chunks: Sequence[IndexedWords]) -> None:
        """Index new chunks."""

    def forget(self, ids: Sequence[int]) -> None:
        """Take chunks out of the index; call it while their rows are still there."""

    def fill(self) -> None:
        """Make both indexes anew from the chunks."""

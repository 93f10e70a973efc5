"""The index of words of SQLite: FTS5's, beside it that of other scripts (``script_index``), and lists for speed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from askdocs.core.base import IntArray
from askdocs.storage import script_index
from askdocs.storage.database import Database
from askdocs.storage.sql import IndexedWords, Weights, quoted
from askdocs.storage.word_lists import WordLists


class FtsWords:
    """FTS5's index of words, through one connection. Scores: https://www.sqlite.org/fts5.html#the_bm25_function"""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.lists = WordLists(database)

    def bm25(
        self, words: Sequence[str], limit: int, allowed: IntArray | None, weights: Weights, *, script: bool
    ) -> list[tuple[int, float]]:
        """The chunks that match any of the words best; every word is quoted, so that none is an FTS5 expression."""
        found = None if script else self.lists.bm25(words, limit, allowed, weights)
        return self._by_fts5(words, limit, allowed, weights, script) if found is None else found

    def _by_fts5(
        self, words: Sequence[str], limit: int, allowed: IntArray | None, weights: Weights, script: bool
    ) -> list[tuple[int, float]]:
        match = " OR ".join(map(quoted, words))
        table = script_index.NAME if script else "words"
        rank = f"bm25({table}, {', '.join(str(float(weight)) for weight in weights)})"
        condition = ""
        if allowed is not None:
            self._database.function("allowed", _membership(allowed))
            condition = "AND allowed(rowid)"
        sql = (
            f"SELECT rowid, -{rank} AS score FROM {table} WHERE {table} MATCH ? {condition} "
            "ORDER BY score DESC, rowid LIMIT ?"
        )
        return [(chunk_id, score) for chunk_id, score in self._database.all(sql, (match, limit))]

    def frequencies(self, terms: Collection[str], *, script: bool) -> dict[str, int]:
        """In how many chunks each stemmed term stands."""
        vocabulary = "script_vocabulary" if script else "vocabulary"
        known = {} if script else self.lists.counts(terms)
        return known | {term: self._frequency(vocabulary, term) for term in terms if term not in known}

    def _frequency(self, vocabulary: str, term: str) -> int:
        row = self._database.one(f"SELECT doc FROM {vocabulary} WHERE term = ?", (term,))
        return 0 if row is None else int(row[0])

    def prepare(self, chunks: Sequence[IndexedWords]) -> None:
        """Nothing: SQLite splits words as it indexes them."""

    def insert(self, chunks: Sequence[IndexedWords]) -> None:
        """Index new chunks."""
        self._database.change_many("INSERT INTO words (rowid, title, heading, text) VALUES (?, ?, ?, ?)", chunks)
        script_index.insert(self._database, chunks)
        self.lists.insert(chunks)

    def forget(self, ids: Sequence[int]) -> None:
        """Take chunks out of the index: FTS5 forgets words by being told them again."""
        self.lists.forget(ids)
        self._database.change_many(
            "INSERT INTO words (words, rowid, title, heading, text) "
            "SELECT 'delete', id, title, heading, text FROM chunk_words WHERE id = ?",
            [(chunk_id,) for chunk_id in ids],
        )
        script_index.forget(self._database, ids)

    def fill(self) -> None:
        """Make both indexes anew from the chunks; the lists are made when the writer ends."""
        self.lists.clear()
        self._database.change("INSERT INTO words (words) VALUES ('rebuild')")
        script_index.fill(self._database)


def _membership(allowed: IntArray) -> Any:
    """A function that tells whether an id is among ``allowed``; a table of bytes, so that SQL may ask it often."""
    table: NDArray[np.uint8] = np.zeros(int(allowed.max()) + 1, dtype=np.uint8)
    table[allowed] = 1
    flags = table.tobytes()
    size = len(flags)
    return lambda chunk_id: flags[chunk_id] if chunk_id < size else 0

"""Lists of the chunks in which the commoner words stand, so that a large corpus is searched by arithmetic on arrays.

FTS5 ranks a chunk in about a microsecond, and has no way round the hundred thousand chunks that a question's words
bring in a million. The lists are a cache in ``corpus.db`` itself, changed in the transactions that change the chunks,
so every state of the corpus has those that belong to it. Rare words stay with FTS5. Chunks that come later stand in
``word_additions``, one row a word; chunks that go fall out of what was found. After enough changes the lists are made
anew from FTS5's own index. What is found is what FTS5 finds, with the same scores.
``docs/decisions/common-words-have-lists.md`` has what was weighed.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from askdocs.core.base import IntArray
from askdocs.storage.database import Database
from askdocs.storage.fts_tokenizer import WordSplitter
from askdocs.storage.postings import Allowed, Postings, Ranking, Scores, Totals, unpacked
from askdocs.storage.rows import WordListRow, columns, is_intact
from askdocs.storage.sql import IndexedWords, Weights, quoted

TABLES = (
    # One row where there are lists: of how many chunks and up to which they were made, how many went since, and how
    # many chunks and words there are now.
    """CREATE TABLE word_totals (
        made INTEGER NOT NULL, last_chunk INTEGER NOT NULL, gone INTEGER NOT NULL, chunks INTEGER NOT NULL,
        words INTEGER NOT NULL)""",
    "CREATE TABLE word_counts (number INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE, chunks INTEGER NOT NULL)",
    "CREATE TABLE word_lists (number INTEGER PRIMARY KEY, data BLOB NOT NULL, hash BLOB NOT NULL)",
    """CREATE TABLE word_additions (
        number INTEGER NOT NULL, chunk INTEGER NOT NULL, words INTEGER NOT NULL, title INTEGER NOT NULL,
        heading INTEGER NOT NULL, text INTEGER NOT NULL, PRIMARY KEY (number, chunk)) WITHOUT ROWID""",
)
_ALWAYS_CHANGED = 1_000
_CHANGED_SHARE = 0.05  # of the chunks, come or gone since: then the lists are made anew
_log = logging.getLogger(__name__)


class Made(NamedTuple):
    """The row of ``word_totals``."""

    made: int
    last_chunk: int
    gone: int
    chunks: int
    words: int

    @property
    def most_changes(self) -> int:
        """How many chunks may come and go before the lists are made anew."""
        return max(_ALWAYS_CHANGED, int(_CHANGED_SHARE * self.made))

    @property
    def totals(self) -> Totals:
        """What scores depend on."""
        return Totals(self.chunks, self.words)


def made(database: Database) -> Made | None:
    """What is known of the lists; ``None`` where there are none."""
    row = database.one(f"SELECT {', '.join(Made._fields)} FROM word_totals")
    return None if row is None else Made._make(row)


class NotListed(Exception):
    """The lists cannot answer; FTS5 does."""


class WordLists:
    """The lists of one connection. Where there are none, or they do not suffice, answers are ``None``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._splitter: WordSplitter | None = None

    # -- searching

    def bm25(
        self, words: Sequence[str], limit: int, allowed: IntArray | None, weights: Weights
    ) -> list[tuple[int, float]] | None:
        """The chunks that match any of the words best, as FTS5 ranks them."""
        lists = made(self._database)
        if lists is None or lists.chunks <= 0:
            return None
        try:
            ranking = self._ranking(lists.totals, words, None if allowed is None else Allowed(allowed), weights)
        except NotListed:
            return None
        return ranking.best(limit) if allowed is not None or not lists.gone else self._living(ranking, limit)

    def counts(self, terms: Collection[str]) -> dict[str, int]:
        """In how many chunks those of the stemmed terms stand that have a count."""
        return (
            {} if made(self._database) is None else {term: count for term, (_, count) in self._counted(terms).items()}
        )

    def _ranking(self, totals: Totals, words: Sequence[str], allowed: Allowed | None, weights: Weights) -> Ranking:
        terms = self._terms_of(words)
        known = self._counted(set(terms))
        if not known:
            raise NotListed
        ids, scores = [], []
        for word, term in zip(words, terms, strict=True):
            if term not in known:
                found, given = self._by_fts5(word, weights)
                places = slice(None) if allowed is None else allowed.places(found)
                ids.append(found[places])
                scores.append(given[places])
                continue
            number, holding = known[term]
            for postings in self.postings(number):
                part = postings if allowed is None else postings.chosen(allowed.places(postings.ids))
                ids.append(part.ids.astype(np.int64))
                scores.append(part.scores(weights, holding, totals))
        return Ranking(ids, scores)

    def _terms_of(self, words: Sequence[str]) -> list[str]:
        """The stemmed term of each word, where none is a phrase."""
        terms = self._words_of().terms_of_each(words)
        if any(len(of_word) != 1 for of_word in terms):
            raise NotListed
        return [term for (term,) in terms]

    def _words_of(self) -> WordSplitter:
        if self._splitter is None:
            self._splitter = WordSplitter()
        return self._splitter

    def _counted(self, terms: Collection[str]) -> dict[str, tuple[int, int]]:
        """The number of each term that has one, and in how many chunks it stands."""
        sql = "SELECT number, chunks FROM word_counts WHERE term = ?"
        found = ((term, self._database.one(sql, (term,))) for term in terms)
        return {term: (row[0], row[1]) for term, row in found if row is not None}

    def postings(self, number: int) -> Iterator[Postings]:
        """The list of a term, and the chunks that came since.

        Raises:
            NotListed: it has none, or it changed.
        """
        found = self._database.one(f"SELECT {columns(WordListRow)} FROM word_lists WHERE number = ?", (number,))
        if found is None:
            raise NotListed
        row = WordListRow._make(found)
        if not is_intact(row):
            _log.warning("%s: a list of words changed; `askdocs rebuild` makes it anew", self._database.name)
            raise NotListed
        yield unpacked(row.data)
        sql = "SELECT chunk, words, title, heading, text FROM word_additions WHERE number = ?"
        added = self._database.all(sql, (number,))
        if added:
            ids, lengths, *counts = np.array(added, dtype=np.int64).T
            yield Postings(ids, lengths, np.stack(counts))

    def _by_fts5(self, word: str, weights: Weights) -> tuple[IntArray, Scores]:
        """What a rarer word gives each of its chunks, by rising id."""
        rank = f"bm25(words, {', '.join(str(float(weight)) for weight in weights)})"
        rows = self._database.all(
            f"SELECT rowid, -{rank} FROM words WHERE words MATCH ? ORDER BY rowid", (quoted(word),)
        )
        ids: IntArray = np.array([row[0] for row in rows], dtype=np.int64)
        return ids, np.array([row[1] for row in rows], dtype=np.float64)

    def _living(self, ranking: Ranking, limit: int) -> list[tuple[int, float]]:
        """The best of those chunks that are still there."""
        asked = limit
        while True:
            asked *= 2
            found = ranking.best(asked)
            rows = self._database.rows_among("SELECT id FROM chunks WHERE id IN", [chunk for chunk, _ in found])
            living = {chunk for (chunk,) in rows}
            kept = [pair for pair in found if pair[0] in living]
            if len(kept) >= limit or len(found) < asked:
                return kept[:limit]

    # -- changing

    def insert(self, chunks: Sequence[IndexedWords]) -> None:
        """Count and list the words of new chunks. So many that all is better made anew end the lists."""
        lists = made(self._database)
        if lists is None or not chunks:
            return
        if chunks[-1].id - lists.last_chunk > 2 * lists.most_changes:
            self.clear()
            return
        self._change(chunks, 1)

    def forget(self, ids: Sequence[int]) -> None:
        """Take chunks out; call it while their rows are still there."""
        lists = made(self._database)
        if lists is None:
            return
        rows = self._database.rows_among("SELECT id, title, heading, text FROM chunk_words WHERE id IN", ids)
        self._change([IndexedWords._make(row) for row in rows], -1)
        gone = sum(1 for chunk_id in ids if chunk_id <= lists.last_chunk)
        self._database.change("UPDATE word_totals SET gone = gone + ?", (gone,))

    def _change(self, chunks: Sequence[IndexedWords], sign: int) -> None:
        splitter = self._words_of()
        counted = {text: Counter(splitter.terms(text)) for text in {part for chunk in chunks for part in chunk[1:]}}
        parts = [[counted[part] for part in chunk[1:]] for chunk in chunks]
        lengths = [sum(part.total() for part in of_chunk) for of_chunk in parts]
        holding = Counter(term for of_chunk in parts for term in set().union(*of_chunk))
        numbers = {term: number for term, (number, _) in self._counted(holding).items()}
        self._database.change_many(
            "UPDATE word_counts SET chunks = chunks + ? WHERE number = ?",
            [(sign * holding[term], number) for term, number in numbers.items()],
        )
        rows = [
            (numbers[term], chunk.id, length, *(part[term] for part in of_chunk))
            for chunk, length, of_chunk in zip(chunks, lengths, parts, strict=True)
            for term in sorted(set().union(*of_chunk) & numbers.keys())
        ]
        if sign > 0:
            self._database.change_many("INSERT INTO word_additions VALUES (?, ?, ?, ?, ?, ?)", rows)
        else:
            sql = "DELETE FROM word_additions WHERE number = ? AND chunk = ?"
            self._database.change_many(sql, [row[:2] for row in rows])
        totals = (sign * len(chunks), sign * sum(lengths))
        self._database.change("UPDATE word_totals SET chunks = chunks + ?, words = words + ?", totals)

    def clear(self) -> None:
        """Do without lists until they are made anew."""
        if made(self._database) is not None:
            for table in ("word_totals", "word_counts", "word_lists", "word_additions"):
                self._database.change(f"DELETE FROM {table}")

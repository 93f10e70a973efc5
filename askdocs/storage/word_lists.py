"""Lists of the chunks in which the commoner words stand, so that a large corpus is searched by arithmetic on arrays.

FTS5 ranks a chunk in about a microsecond, and has no way round the hundred thousand chunks that a question's words
bring in a million. The lists are a cache in ``corpus.db`` itself, changed in the transactions that change the chunks,
so every state of the corpus has those that belong to it. Rare words stay with FTS5. Chunks that come later stand in a
small index of FTS5's, from which a word's list is read when it is asked for; chunks that go fall out of what was found.
After enough changes the lists are made anew from FTS5's whole index. What is found is what FTS5 finds, with the same
scores.
``docs/decisions/common-words-have-lists.md`` has what was weighed.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from askdocs.core.base import IntArray
from askdocs.core.errors import CorpusDamaged
from askdocs.storage.database import Database
from askdocs.storage.fts_tokenizer import STEMMER, WordSplitter
from askdocs.storage.postings import Allowed, Postings, Ranking, Scores, Totals, counted, lengths_of, unpacked
from askdocs.storage.rows import WordListRow, columns, is_intact
from askdocs.storage.sql import IndexedWords, Weights, quoted

TABLES = (
    # One row where there are lists: of how many chunks and up to which they were made, how many went since, and how
    # many chunks and words there are now.
    """CREATE TABLE word_totals (
        made INTEGER NOT NULL, last_chunk INTEGER NOT NULL, gone INTEGER NOT NULL, chunks INTEGER NOT NULL,
        words INTEGER NOT NULL)""",
    # Of the chunks up to ``last_chunk``.
    "CREATE TABLE word_counts (number INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE, chunks INTEGER NOT NULL)",
    "CREATE TABLE word_lists (number INTEGER PRIMARY KEY, data BLOB NOT NULL, hash BLOB NOT NULL)",
    # Of the chunks behind ``last_chunk``.
    f"""CREATE VIRTUAL TABLE later_words USING fts5 (title, heading, text, content='', columnsize=0,
        tokenize='{STEMMER}')""",
    "CREATE VIRTUAL TABLE later_places USING fts5vocab (later_words, instance)",
    "CREATE VIRTUAL TABLE later_vocabulary USING fts5vocab (later_words, row)",
)
_ALWAYS_CHANGED = 1_000
_BULK = 5  # times as many that come before one writer ends: then it does without lists until it does
_CHANGED_SHARE = 0.02  # of the chunks, come or gone since: then the lists are made anew
# A place as ``counted`` takes it; "{}" is a table of places.
PLACES = """SELECT doc * 4 + CASE col WHEN 'title' THEN 0 WHEN 'heading' THEN 1 ELSE 2 END FROM {} WHERE term = ?"""
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
            for postings in self.postings(number, term):
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
        sql = """SELECT number, word_counts.chunks + coalesce(doc, 0)
            FROM word_counts LEFT JOIN later_vocabulary USING (term) WHERE term = ?"""
        found = ((term, self._database.one(sql, (term,))) for term in terms)
        return {term: (row[0], row[1]) for term, row in found if row is not None}

    def postings(self, number: int, term: str) -> Iterator[Postings]:
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
        later = counted(self._database.each(PLACES.format("later_places"), (term,)), self._lengths)
        if len(later.ids):
            yield later

    def _lengths(self, ids: IntArray) -> IntArray:
        """How many words each of these chunks has, as FTS5 keeps it."""
        rows = self._database.rows_among("SELECT id, sz FROM words_docsize WHERE id IN", ids)
        sizes: dict[int, bytes] = dict(rows)
        if len(sizes) < len(ids):
            raise CorpusDamaged(
                f"{self._database.name}: the index of words lacks chunks; `askdocs rebuild` makes it anew"
            )
        return lengths_of([sizes[chunk_id] for chunk_id in ids.tolist()])

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
        """Index new chunks that FTS5 has indexed. So many that all is better made anew end the lists."""
        lists = made(self._database)
        if lists is None or not chunks:
            return
        if chunks[-1].id - lists.last_chunk > _BULK * lists.most_changes:
            self.clear()
            return
        self._database.change_many("INSERT INTO later_words (rowid, title, heading, text) VALUES (?, ?, ?, ?)", chunks)
        self._count([chunk.id for chunk in chunks], 1)

    def forget(self, ids: Sequence[int]) -> None:
        """Take chunks out; call it while their rows are still there, and in FTS5's index."""
        lists = made(self._database)
        if lists is None or not ids:
            return
        sql = "SELECT id, title, heading, text FROM chunk_words WHERE id IN"
        chunks = [IndexedWords._make(row) for row in self._database.rows_among(sql, ids)]
        later = [chunk for chunk in chunks if chunk.id > lists.last_chunk]
        sql = "INSERT INTO later_words (later_words, rowid, title, heading, text) VALUES ('delete', ?, ?, ?, ?)"
        self._database.change_many(sql, later)
        listed = [chunk for chunk in chunks if chunk.id <= lists.last_chunk]
        terms = Counter(term for chunk in listed for term in set(self._words_of().terms("\n".join(chunk[1:]))))
        sql = "UPDATE word_counts SET chunks = chunks - ? WHERE term = ?"
        self._database.change_many(sql, [(count, term) for term, count in terms.items()])
        self._database.change("UPDATE word_totals SET gone = gone + ?", (len(listed),))
        self._count(ids, -1)

    def _count(self, ids: Sequence[int], sign: int) -> None:
        words = int(self._lengths(np.array(ids, dtype=np.int64)).sum())
        totals = (sign * len(ids), sign * words)
        self._database.change("UPDATE word_totals SET chunks = chunks + ?, words = words + ?", totals)

    def clear(self) -> None:
        """Do without lists until they are made anew."""
        if made(self._database) is not None:
            for table in ("word_totals", "word_counts", "word_lists"):
                self._database.change(f"DELETE FROM {table}")
            self._database.change("INSERT INTO later_words (later_words) VALUES ('delete-all')")

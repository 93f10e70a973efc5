"""The index of words in tables of our own: for each term the chunks it stands in, and how often.

Words are split and stemmed by SQLite's FTS5, in memory, so that a corpus ranks the same in both places; the scores are
those of its ``bm25``: Okapi BM25 with k1 = 1.2 and b = 0.75 (https://www.sqlite.org/fts5.html#the_bm25_function).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from askdocs.core.base import IntArray
from askdocs.storage.fts_tokenizer import WordSplitter
from askdocs.storage.postgres.database import PostgresDatabase, Statement
from askdocs.storage.sql import IndexedWords, Weights
from askdocs.text.script_terms import holds_script_words, script_terms

_AT_ONCE = 1024
_POSTING = (np.int32, np.int64, np.int16, np.int16, np.int16, np.int16)  # the columns that are inserted
_MOST = 32_000  # of a term in one chunk, as far as a smallint counts
_BM25 = """
    WITH totals AS (SELECT chunks::float8 AS n, words::float8 / greatest(chunks, 1) AS mean
                    FROM word_totals WHERE script = ?),
    asked AS (SELECT id, greatest(ln((n - docs + 0.5) / (docs + 0.5)), 1e-6) AS idf
              FROM terms, totals WHERE script = ? AND term = ANY(?) AND docs <= n),
    found AS (SELECT chunk, idf, size, title * ?::float8 + heading * ?::float8 + body * ?::float8 AS f
              FROM asked JOIN postings ON term = asked.id {condition})
    SELECT chunk, sum(idf * f * 2.2 / (f + 1.2 * (0.25 + 0.75 * size / mean))) AS score
    FROM found, totals GROUP BY chunk ORDER BY score DESC, chunk LIMIT ?"""


def _frequencies(terms: Collection[str], script: bool) -> Statement:
    return "SELECT term, docs FROM terms WHERE script = ? AND term = ANY(?)", (script, sorted(terms))


class _Posting(NamedTuple):
    term: str
    chunk: int
    title: int
    heading: int
    body: int
    size: int


_Counted = tuple[list[tuple[str, int, int, int]], int]  # terms with how often each stands where; words


class PostgresWords:
    """The index of words, through one connection."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database
        self._splitter: WordSplitter | None = None
        self._expected: dict[bool, set[str]] = {}
        self._prepared: dict[tuple[bool, tuple[str, ...]], _Counted] = {}

    def bm25(
        self, words: Sequence[str], limit: int, allowed: IntArray | None, weights: Weights, *, script: bool
    ) -> list[tuple[int, float]]:
        """The chunks that match any of the words best; a phrase matches where its words stand side by side."""
        terms = [[word] if script else self._terms(word) for word in words]
        phrases = [phrase for phrase in terms if len(phrase) > 1]
        if phrases:
            return self._with_phrases(terms, limit, allowed)
        found = self._database.all(*self.statement(words, limit, allowed, weights, script=script))
        return [(int(chunk_id), float(score)) for chunk_id, score in found]

    def statement(
        self, words: Sequence[str], limit: int, allowed: IntArray | None, weights: Weights, *, script: bool
    ) -> Statement:
        """The query for the chunks that match any of the words best, none of which is a phrase."""
        condition, values = ("WHERE chunk = ANY(?)", [allowed.tolist()]) if allowed is not None else ("", [])
        asked = sorted({term for word in words for term in ([word] if script else self._terms(word))})
        return _BM25.format(condition=condition), (script, script, asked, *map(float, weights), *values, limit)

    def _with_phrases(
        self, words: Sequence[Sequence[str]], limit: int, allowed: IntArray | None
    ) -> list[tuple[int, float]]:
        """The chunks that hold a phrase, by how many of the phrases and words they hold."""
        counts: Counter[int] = Counter()
        for terms in words:
            counts.update(self._holding(terms, allowed))
        best = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        return [(chunk_id, float(count)) for chunk_id, count in best[:limit]]

    def _holding(self, terms: Sequence[str], allowed: IntArray | None) -> list[int]:
        """The chunks in which terms stand side by side: those that hold all of them, looked at one by one."""
        condition, values = ("AND chunk = ANY(?)", [allowed.tolist()]) if allowed is not None else ("", [])
        distinct = sorted(set(terms))
        rows = self._database.all(
            "SELECT id, title, heading, text FROM chunk_words WHERE id IN (SELECT chunk FROM postings JOIN terms ON "
            f"terms.id = postings.term WHERE NOT script AND terms.term = ANY(?) {condition} "
            "GROUP BY chunk HAVING count(*) = ?) ORDER BY id",
            (distinct, *values, len(distinct)),
        )
        wanted = list(terms)
        return [chunk.id for chunk in map(IndexedWords._make, rows) if self._holds(chunk, wanted)]

    def _holds(self, chunk: IndexedWords, wanted: list[str]) -> bool:
        for part in chunk[1:]:
            found = self._terms(part)
            if any(found[at : at + len(wanted)] == wanted for at in range(len(found) - len(wanted) + 1)):
                return True
        return False

    def frequencies(self, terms: Collection[str], *, script: bool) -> dict[str, int]:
        """In how many chunks each stemmed term stands."""
        counts = dict.fromkeys(terms, 0)
        expected = self._expected.get(script, set())
        asked = expected if expected >= counts.keys() else counts
        found = self._database.all(*_frequencies(asked, script))
        return counts | {str(term): int(docs) for term, docs in found if term in counts}

    def expected(self, question: str) -> list[Statement]:
        """The queries for how often the words of a question stand in chunks, which will be asked for."""
        split = self._split(question)
        self._expected = {False: {term for _, term in split}}
        script = {one.term for one in script_terms(question)}
        if script:
            self._expected[True] = script | {word for word, _ in split}
        return [_frequencies(terms, kind) for kind, terms in self._expected.items()]

    def prepare(self, chunks: Sequence[IndexedWords]) -> None:
        """Split the words of chunks that will be inserted."""
        self._prepared = {
            (script, tuple(chunk[1:])): self._counted(chunk, script) for chunk in chunks for script in (False, True)
        }

    def insert(self, chunks: Sequence[IndexedWords]) -> None:
        """Index new chunks."""
        for script in (False, True):
            postings = self._postings(chunks, script)
            if postings:
                self._insert(postings, script)
        self._prepared.clear()

    def _insert(self, postings: Sequence[_Posting], script: bool) -> None:
        docs = Counter(posting.term for posting in postings)
        terms = sorted(docs)
        rows = self._database.all(
            "INSERT INTO terms (script, term, docs) SELECT ?, * FROM unnest(?::text[], ?::bigint[]) "
            "ON CONFLICT (script, term) DO UPDATE SET docs = terms.docs + excluded.docs RETURNING term, id",
            (script, terms, [docs[term] for term in terms]),
        )
        numbers = {str(term): int(number) for term, number in rows}
        columns = zip(*((numbers[one.term], *one[1:]) for one in postings), strict=True)
        arrays = [np.array(column, dtype=kind) for column, kind in zip(columns, _POSTING, strict=True)]
        self._database.insert_numbers("postings (term, chunk, title, heading, body, size)", arrays)
        self._count(postings, script, 1)

    def forget(self, ids: Sequence[int]) -> None:
        """Take chunks out of the index; call it while their rows are still there."""
        chunks = self._chunks("id = ANY(?)", (list(ids),))
        for script in (False, True):
            postings = self._postings(chunks, script)
            if not postings:
                continue
            terms = Counter(posting.term for posting in postings)
            self._database.change(
                "DELETE FROM postings USING terms, unnest(?::text[], ?::bigint[]) AS gone (term, chunk) WHERE "
                "terms.script = ? AND terms.term = gone.term AND postings.term = terms.id "
                "AND postings.chunk = gone.chunk",
                ([one.term for one in postings], [one.chunk for one in postings], script),
            )
            self._database.change(
                "UPDATE terms SET docs = terms.docs - gone.docs "
                "FROM unnest(?::text[], ?::bigint[]) AS gone (term, docs) "
                "WHERE terms.script = ? AND terms.term = gone.term",
                (list(terms), list(terms.values()), script),
            )
            self._count(postings, script, -1)

    def _count(self, postings: Sequence[_Posting], script: bool, sign: int) -> None:
        sizes = {posting.chunk: posting.size for posting in postings}
        self._database.change(
            "UPDATE word_totals SET chunks = chunks + ?, words = words + ? WHERE script = ?",
            (sign * len(sizes), sign * sum(sizes.values()), script),
        )

    def fill(self) -> None:
        """Make both indexes anew from the chunks."""
        self._database.change("TRUNCATE postings, terms")
        self._database.change("UPDATE word_totals SET chunks = 0, words = 0")
        last = 0
        while chunks := self._chunks(f"id > ? ORDER BY id LIMIT {_AT_ONCE}", (last,)):
            self.insert(chunks)
            last = chunks[-1].id

    def _chunks(self, condition: str, values: Sequence[object]) -> list[IndexedWords]:
        rows = self._database.all(f"SELECT id, title, heading, text FROM chunk_words WHERE {condition}", values)
        return [IndexedWords._make(row) for row in rows]

    def _postings(self, chunks: Iterable[IndexedWords], script: bool) -> list[_Posting]:
        """The postings of chunks, in the order of terms within each."""
        found: list[_Posting] = []
        for chunk in chunks:
            prepared = self._prepared.get((script, tuple(chunk[1:])))
            terms, size = self._counted(chunk, script) if prepared is None else prepared
            found += [_Posting(term, chunk.id, title, heading, body, size) for term, title, heading, body in terms]
        return found

    def _counted(self, chunk: IndexedWords, script: bool) -> _Counted:
        """The terms of a chunk, with how often each stands in its three parts, and how many words there are."""
        if script and not any(holds_script_words(part) for part in chunk[1:]):
            return [], 0
        counts = [Counter(self._script_terms(part) if script else self._terms(part)) for part in chunk[1:]]
        title, heading, body = counts
        terms = sorted(set().union(*counts))
        found = [(one, min(title[one], _MOST), min(heading[one], _MOST), min(body[one], _MOST)) for one in terms]
        return found, min(sum(count.total() for count in counts), _MOST)

    @staticmethod
    def _script_terms(text: str) -> list[str]:
        return [one.term for one in script_terms(text)]

    def _terms(self, text: str) -> list[str]:
        return [term for _, term in self._split(text)]

    def _split(self, text: str) -> list[tuple[str, str]]:
        if self._splitter is None:
            self._splitter = WordSplitter()
        return self._splitter.split(text)

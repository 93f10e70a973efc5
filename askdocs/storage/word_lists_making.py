"""Makes the lists of ``word_lists`` from FTS5's own index, so that both hold the same words."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from askdocs.core.base import IntArray
from askdocs.storage.database import Database
from askdocs.storage.postings import Postings, counted, lengths_of
from askdocs.storage.rows import WordListRow, placeholders, with_hash
from askdocs.storage.sql import Row
from askdocs.storage.word_lists import PLACES, NotListed, WordLists, made

LARGE = 20_000  # chunks, up to which FTS5 ranks all that it finds in some milliseconds
LISTED = 256  # chunks that have a word, from which on it has a list
_MOST_SHARE = 0.06  # of all chunks: a word that more have is not searched for (``question_words``), only counted
_AT_ONCE = 16_384


_COUNTS = """SELECT number, term, word_counts.chunks + coalesce(later_vocabulary.doc, 0), vocabulary.doc
    FROM word_counts LEFT JOIN vocabulary USING (term) LEFT JOIN later_vocabulary USING (term)"""


def keep_lists(database: Database, chunks: int, last_chunk: int) -> None:
    """Make the lists where a corpus of so many chunks has none or outdated ones. The caller holds the writer's lock.

    Raises:
        CorpusError: the disk is full; the former lists are still there.
    """
    former = made(database)
    if chunks <= LARGE:
        return
    if former is not None and last_chunk - former.last_chunk + former.gone <= former.most_changes:
        return
    with database.transaction():
        WordLists(database).clear()
        _make(database, chunks, last_chunk)


def _make(database: Database, chunks: int, last_chunk: int) -> None:
    lengths = _lengths(database, last_chunk)
    totals = (chunks, last_chunk, chunks, int(lengths.sum()))
    database.change("INSERT INTO word_totals VALUES (?, ?, 0, ?, ?)", totals)
    found = database.all("SELECT term, doc FROM vocabulary WHERE doc >= ?", (LISTED,))
    rows = [(number, term, count) for number, (term, count) in enumerate(found, 1)]
    database.change_many("INSERT INTO word_counts VALUES (?, ?, ?)", rows)
    searched = [(number, term) for number, term, count in rows if count <= _MOST_SHARE * chunks]
    sql = f"INSERT INTO word_lists VALUES ({placeholders(WordListRow)})"
    with _places(database):
        database.change_many(sql, _lists(database, searched, lengths))


def _lists(database: Database, terms: Sequence[tuple[int, str]], lengths: IntArray) -> Iterator[Row]:
    for number, term in terms:
        postings = _by_fts5(database, term, lengths)
        if postings.fits():
            yield with_hash(number, postings.packed())


@contextlib.contextmanager
def _places(database: Database) -> Iterator[None]:
    """Every place of every term in FTS5's index, as a table."""
    database.change("CREATE VIRTUAL TABLE temp.word_places USING fts5vocab (main, words, instance)")
    try:
        yield
    finally:
        database.change("DROP TABLE temp.word_places")


def _by_fts5(database: Database, term: str, lengths: IntArray) -> Postings:
    places = database.each(PLACES.format("temp.word_places"), (term,), _AT_ONCE)
    return counted(places, lambda ids: lengths[ids])


def _lengths(database: Database, last_chunk: int) -> IntArray:
    """How many words the chunk with each id has, as FTS5 keeps it."""
    lengths: IntArray = np.zeros(last_chunk + 1, dtype=np.int64)
    rows = database.each("SELECT id, sz FROM words_docsize ORDER BY id", (), _AT_ONCE)
    while part := list(islice(rows, _AT_ONCE)):
        ids, sizes = zip(*part, strict=True)
        lengths[list(ids)] = lengths_of(sizes)
    return lengths


def lists_are_right(database: Database, last_chunk: int) -> bool:
    """Whether the lists, where there are some, hold what FTS5's index holds. Needs a transaction that may write."""
    lists = made(database)
    if lists is None:
        return True
    lengths = _lengths(database, last_chunk)
    living = np.zeros(last_chunk + 1, dtype=np.bool_)
    living[[chunk for (chunk,) in database.each("SELECT id FROM chunks")]] = True
    if lists.totals != (living.sum(), lengths.sum()):
        return False
    with _places(database):
        return all(_is_right(database, row, lengths, living) for row in database.all(_COUNTS))


def _is_right(database: Database, row: Row, lengths: IntArray, living: NDArray[np.bool_]) -> bool:
    number, term, count, holding = row
    if count != (holding or 0):
        return False
    try:
        kept = [part.chosen(np.flatnonzero(living[part.ids])) for part in WordLists(database).postings(number, term)]
    except NotListed:
        return database.one("SELECT 1 FROM word_lists WHERE number = ?", (number,)) is None
    found = _by_fts5(database, term, lengths)
    return all(
        np.array_equal(np.concatenate([getattr(part, name) for part in kept], axis=-1), getattr(found, name))
        for name in Postings._fields
    )

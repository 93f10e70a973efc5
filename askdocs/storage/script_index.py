"""The second index of words: of chunks with text in scripts other than the Latin one, by ``askdocs.text.script_terms``.

The first index takes a Chinese clause for one word. A chunk in Latin letters has no row here. The terms are not
stored, only indexed, so a row is forgotten by being told its terms again, as in the first index; whoever changes the
terms must raise the version of the schema and fill this anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from askdocs.storage.database import Database
from askdocs.storage.sql import IndexedWords
from askdocs.text.script_terms import holds_script_words, script_terms

NAME = "script_words"
# The tokenizer "ascii" leaves everything outside ASCII as it is: terms are folded and stemmed before.
TABLES = (
    f"CREATE VIRTUAL TABLE {NAME} USING fts5 (title, heading, text, content='', tokenize='ascii')",
    f"CREATE VIRTUAL TABLE script_vocabulary USING fts5vocab ({NAME}, row)",
)
_AT_ONCE = 1024


def insert(database: Database, chunks: Iterable[IndexedWords]) -> None:
    """Index those of some chunks that hold words of such scripts."""
    rows = [_row(words) for words in chunks if _belongs(words)]
    if rows:
        database.change_many(f"INSERT INTO {NAME} (rowid, title, heading, text) VALUES (?, ?, ?, ?)", rows)


def forget(database: Database, ids: Sequence[int]) -> None:
    """Take chunks out of the index; call it while their rows are still there."""
    rows = [_row(words) for words in _each(database, "id = ?", [(one,) for one in ids]) if _belongs(words)]
    if rows:
        sql = f"INSERT INTO {NAME} ({NAME}, rowid, title, heading, text) VALUES ('delete', ?, ?, ?, ?)"
        database.change_many(sql, rows)


def fill(database: Database) -> None:
    """Make the index anew from the chunks. One that holds nothing of these scripts takes some microseconds."""
    database.change(f"INSERT INTO {NAME} ({NAME}) VALUES ('delete-all')")
    last = 0
    while True:
        chunks = list(_each(database, f"id > ? ORDER BY id LIMIT {_AT_ONCE}", [(last,)]))
        if not chunks:
            return
        insert(database, chunks)
        last = chunks[-1].id


def indexed_ids(database: Database) -> list[int]:
    """The chunks that are in the index, by rising id."""
    return [one for (one,) in database.each(f"SELECT id FROM {NAME}_docsize ORDER BY id")]


def ids_to_index(database: Database) -> list[int]:
    """The chunks that belong in the index, by rising id."""
    return [words.id for words in _each(database, "1 ORDER BY id", [()]) if _belongs(words)]


def _each(database: Database, condition: str, values: Iterable[tuple[int, ...]]) -> Iterable[IndexedWords]:
    sql = f"SELECT id, title, heading, text FROM chunk_words WHERE {condition}"
    return (IndexedWords._make(row) for value in values for row in database.each(sql, value, _AT_ONCE))


def _belongs(words: IndexedWords) -> bool:
    return any(holds_script_words(part) for part in words[1:])


def _row(words: IndexedWords) -> tuple[int, str, str, str]:
    title, heading, text = (" ".join(one.term for one in script_terms(part)) for part in words[1:])
    return words.id, title, heading, text

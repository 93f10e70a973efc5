"""Checks that the index of words agrees with the chunks."""

from __future__ import annotations

from askdocs.storage.postgres.database import PostgresDatabase
from askdocs.storage.sql import IndexedWords

_REMEDY = "`askdocs rebuild` makes it anew"


def verify_words(database: PostgresDatabase) -> list[str]:
    """What is wrong with the index of words, empty when nothing is."""
    problems = []
    wrong = database.one(
        "SELECT terms.term FROM terms LEFT JOIN (SELECT term, count(*) AS docs FROM postings GROUP BY term) AS counted "
        "ON counted.term = terms.id WHERE terms.docs != coalesce(counted.docs, 0) LIMIT 1"
    )
    if wrong is not None:
        problems.append(f"{database.name}: the index of words miscounts the term {wrong[0]!r}; {_REMEDY}")
    if database.one("SELECT 1 FROM postings WHERE chunk NOT IN (SELECT id FROM chunks) LIMIT 1"):
        problems.append(f"{database.name}: the index of words holds chunks that are gone; {_REMEDY}")
    missing = database.all(
        "SELECT id, title, heading, text FROM chunk_words WHERE id NOT IN (SELECT chunk FROM postings) LIMIT 1000"
    )
    if any(_has_words(IndexedWords._make(row)) for row in missing):
        problems.append(f"{database.name}: the index of words lacks chunks; {_REMEDY}")
    return problems


def _has_words(words: IndexedWords) -> bool:
    return any(character.isalnum() for part in words[1:] for character in part)

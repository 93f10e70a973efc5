"""Words as FTS5 splits and stems them, asked of FTS5 itself so that the two can never disagree."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

TOKENIZER = "unicode61 remove_diacritics 2"
STEMMER = f"porter {TOKENIZER}"


class WordSplitter:
    """Splits a text with SQLite's own tokenizer, in a database of its own in memory.

    >>> WordSplitter().split("Chip exports, exported!")
    [('chip', 'chip'), ('exports', 'export'), ('exported', 'export')]
    """

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        for name, tokenizer in (("plain", TOKENIZER), ("stemmed", STEMMER)):
            self._connection.execute(f"CREATE VIRTUAL TABLE {name} USING fts5 (text, tokenize='{tokenizer}')")
            self._connection.execute(f"CREATE VIRTUAL TABLE {name}_words USING fts5vocab ({name}, instance)")

    def split(self, text: str) -> list[tuple[str, str]]:
        """The words of ``text`` in order: each folded to lower case without accents, and its stemmed term."""
        return list(zip(self._words("plain", text), self._words("stemmed", text), strict=True))

    def terms(self, text: str) -> list[str]:
        """The stemmed terms of ``text`` in order.

        >>> WordSplitter().terms("Chip exports, exported!")
        ['chip', 'export', 'export']
        """
        return self._words("stemmed", text)

    def terms_of_each(self, words: Sequence[str]) -> list[list[str]]:
        """The stemmed terms of each word: one, or those of a phrase. All at once where each is one word.

        >>> WordSplitter().terms_of_each(["chips", "chip exports"])
        [['chip'], ['chip', 'export']]
        """
        split = self.split(" ".join(words))
        if [word for word, _ in split] == list(words):
            return [[term] for _, term in split]
        return [self.terms(word) for word in words]

    def _words(self, table: str, text: str) -> list[str]:
        self._connection.execute("BEGIN")
        self._connection.execute(f"INSERT INTO {table} (text) VALUES (?)", (text,))
        rows = self._connection.execute(f"SELECT term FROM {table}_words ORDER BY offset").fetchall()
        self._connection.execute("ROLLBACK")
        return [term for (term,) in rows]

    def close(self) -> None:
        """Give the memory back."""
        self._connection.close()


class TermPlace(NamedTuple):
    """Where a stemmed term stands: in which text, as which of its words (from 0)."""

    term: str
    text: int
    offset: int


def term_places(terms: Collection[str], texts: Iterable[str]) -> list[TermPlace]:
    """Every place of the stemmed ``terms`` in some texts.

    >>> term_places(["export"], ["Exports fell.", "They exported chips."])
    [TermPlace(term='export', text=0, offset=0), TermPlace(term='export', text=1, offset=1)]
    """
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        options = f"content='', columnsize=0, tokenize='{STEMMER}'"
        database.execute(f"CREATE VIRTUAL TABLE texts USING fts5 (text, {options})")
        database.execute("CREATE VIRTUAL TABLE places USING fts5vocab (texts, instance)")
        database.execute("BEGIN")
        database.executemany("INSERT INTO texts (rowid, text) VALUES (?, ?)", enumerate(texts))
        wanted = ",".join("?" * len(terms))
        found = database.execute(f"SELECT term, doc, offset FROM places WHERE term IN ({wanted})", sorted(terms))
        return [TermPlace(*row) for row in found]

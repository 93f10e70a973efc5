"""Words as FTS5 splits and stems them, asked of FTS5 itself so that the two can never disagree."""

from __future__ import annotations

import sqlite3

TOKENIZER = "unicode61 remove_diacritics 2"


class WordSplitter:
    """Splits a text with SQLite's own tokenizer, in a database of its own in memory.

    >>> WordSplitter().split("Chip exports, exported!")
    [('chip', 'chip'), ('exports', 'export'), ('exported', 'export')]
    """

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        for name, tokenizer in (("plain", TOKENIZER), ("stemmed", f"porter {TOKENIZER}")):
            self._connection.execute(f"CREATE VIRTUAL TABLE {name} USING fts5 (text, tokenize='{tokenizer}')")
            self._connection.execute(f"CREATE VIRTUAL TABLE {name}_words USING fts5vocab ({name}, instance)")

    def split(self, text: str) -> list[tuple[str, str]]:
        """The words of ``text`` in order: each folded to lower case without accents, and its stemmed term."""
        columns = []
        for name in ("plain", "stemmed"):
            self._connection.execute("BEGIN")
            self._connection.execute(f"INSERT INTO {name} (text) VALUES (?)", (text,))
            rows = self._connection.execute(f"SELECT term FROM {name}_words ORDER BY offset").fetchall()
            self._connection.execute("ROLLBACK")
            columns.append([term for (term,) in rows])
        return list(zip(*columns, strict=True))

    def close(self) -> None:
        """Give the memory back."""
        self._connection.close()

"""Answers of tables on disk, ``tables.db`` beside the corpus: what was asked of an article is not asked again.

An answer is kept under the hash of what it was read from, the hash of how it was read, and the question. Where the
folder cannot be written to, answers are kept in memory and :attr:`KeptAnswers.in_memory` says why.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Self

FILE = "tables.db"
MOST = 100_000  # answers kept of earlier tables; those of the last one stay, however many they are
_VERSION = 1
_WAIT = 10  # seconds for which another process may be in the way
_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    article BLOB NOT NULL, way BLOB NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL, used INTEGER NOT NULL,
    PRIMARY KEY (article, way, question)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_used ON answers (used);
CREATE TABLE IF NOT EXISTS runs (number INTEGER PRIMARY KEY);
"""


class KeptAnswers:
    """The kept answers of one corpus, as JSON. Several processes may use them at once, each from one thread.

    Nothing here fails for want of a disk: what cannot be kept is asked again, and ``trouble`` says why.
    """

    def __init__(self, connection: sqlite3.Connection, in_memory: str = "") -> None:
        self._connection = connection
        self.in_memory = in_memory
        self.trouble = in_memory
        self._run = self._new_run()

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open, or make, the answers kept in a corpus folder; in memory where that cannot be."""
        path = folder / FILE
        try:
            return cls(_connected(path))
        except sqlite3.Error as error:
            return cls(_connected(":memory:"), in_memory=f"{path}: {error}; move it away to begin a new one")

    @classmethod
    def nowhere(cls) -> Self:
        """A place for answers that are not to outlive this table."""
        return cls(_connected(":memory:"))

    def close(self) -> None:
        """Close the file, and forget what was not used for long."""
        with contextlib.suppress(sqlite3.Error), self._connection:
            self._connection.execute(
                "DELETE FROM answers WHERE used < ?1 AND "
                "used <= (SELECT used FROM answers ORDER BY used DESC LIMIT 1 OFFSET ?2)",
                (self._run, MOST),
            )
        self._connection.close()

    def of(self, article: bytes, way: bytes) -> dict[str, str]:
        """The kept answers to questions about an article, read in this way, by question; they count as used now."""
        try:
            rows = self._connection.execute(
                "SELECT question, answer FROM answers WHERE article = ? AND way = ?", (article, way)
            ).fetchall()
        except sqlite3.Error as error:
            self.trouble = f"{FILE}: {error}"
            return {}
        return dict(rows)

    def keep(self, article: bytes, way: bytes, answers: Iterable[tuple[str, str]]) -> None:
        """Keep answers to questions about an article, all or none of them; they are on disk when this returns."""
        rows = [(article, way, _storable(question), answer, self._run) for question, answer in answers]
        try:
            with self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)", rows)
        except sqlite3.Error as error:
            self.trouble = f"{FILE}: {error}; the answers are not kept for another time"

    def used(self, article: bytes, way: bytes, questions: Iterable[str]) -> None:
        """Remember that answers were used by this table, so that they outlive others."""
        rows = [(self._run, article, way, _storable(question)) for question in questions]
        try:
            with self._connection:
                self._connection.executemany(
                    "UPDATE answers SET used = ? WHERE article = ? AND way = ? AND question = ?", rows
                )
        except sqlite3.Error as error:
            self.trouble = f"{FILE}: {error}"

    def forget_others(self, articles: Iterable[bytes]) -> None:
        """Forget what was answered about any other article: it is gone, or its text changed."""
        try:
            with self._connection:
                self._connection.execute("CREATE TEMP TABLE IF NOT EXISTS present (article BLOB PRIMARY KEY)")
                self._connection.executemany("INSERT OR IGNORE INTO present VALUES (?)", ((one,) for one in articles))
                self._connection.execute("DELETE FROM answers WHERE article NOT IN (SELECT article FROM present)")
        except sqlite3.Error as error:
            self.trouble = f"{FILE}: {error}"

    def _new_run(self) -> int:
        with self._connection:
            self._connection.execute("DELETE FROM runs WHERE number < (SELECT max(number) FROM runs)")
            cursor = self._connection.execute("INSERT INTO runs (number) SELECT ifnull(max(number), 0) + 1 FROM runs")
        return cursor.lastrowid or 0


def _connected(path: Path | str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_WAIT)
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > _VERSION:
            raise sqlite3.DatabaseError(f"written by a newer askdocs (version {version})")
        for pragma in ("secure_delete = ON", "journal_mode = WAL", "synchronous = NORMAL"):
            connection.execute(f"PRAGMA {pragma}")
        connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _storable(text: str) -> str:
    """SQLite stores UTF-8: halves of surrogate pairs, which a terminal can send, are exchanged."""
    return text.encode("utf-8", "replace").decode()

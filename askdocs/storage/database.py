"""A SQLite connection as askdocs uses it: how it is opened, what its errors mean, and a hash for every row.

SQLite keeps no checksums of its own, so each row carries a hash of its values and whoever reads a row compares it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sqlite3
import struct
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from askdocs.core.base import IntArray
from askdocs.core.errors import CorpusDamaged, CorpusError, CorpusLocked
from askdocs.storage.filters import Condition, Where, conditions
from askdocs.storage.raw_file import RawFile
from askdocs.storage.sql import Row

Step = Callable[[str], None]
Mode = Literal["write", "read", "immutable"]

_AT_ONCE = 512  # rows asked for by number in one statement
_BUSY_SECONDS = 10.0
# KiB of pages kept in memory. Whoever adds comes by each page once, and finds the last ones again.
_CACHE = {"write": 8_192, "read": 32_768, "immutable": 32_768}
_PRAGMAS = ("busy_timeout=10000", "temp_store=memory", "cell_size_check=on", "trusted_schema=off")


def no_step(name: str) -> None:
    """Do nothing: the usual hook. Tests pass another, to stop the process before a step of a change."""


def row_hash(*values: object) -> bytes:
    """Hash a row's values, each with its type and length, so that no two rows give the same bytes.

    BLAKE2b of 16 bytes (RFC 7693): it must notice chance, not resist an attacker.

    >>> row_hash("ab", "c") == row_hash("a", "bc"), row_hash(1) == row_hash("1"), len(row_hash(None))
    (False, False, 16)
    """
    digest = hashlib.blake2b(digest_size=16)
    for value in values:
        data = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        digest.update(struct.pack("<cQ", type(value).__name__[:1].encode(), len(data)))
        digest.update(data)
    return digest.digest()


def _translate(error: sqlite3.Error, path: Path) -> CorpusError:
    """Say in our words what SQLite could not do."""
    code = getattr(error, "sqlite_errorcode", None)
    kind = None if code is None else code & 0xFF
    if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return CorpusLocked(f"{path}: another program holds this file ({error}); try again when it is done")
    if kind == sqlite3.SQLITE_FULL or (kind == sqlite3.SQLITE_IOERR and code != sqlite3.SQLITE_IOERR_SHORT_READ):
        return CorpusError(f"{path}: the disk is full or failing ({error}); what was committed before is still there")
    if kind == sqlite3.SQLITE_READONLY:
        return CorpusError(f"{path}: the corpus cannot be written here ({error}); copy it to a folder you may write to")
    if (
        kind in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, None)
        or code == sqlite3.SQLITE_IOERR_SHORT_READ
        or "no such table" in str(error)
    ):
        return CorpusDamaged(
            f"{path}: bytes were lost or changed ({error}); `askdocs status --verify` lists what is lost, "
            "`askdocs rebuild` mends what can be computed again"
        )
    return CorpusError(f"{path}: {error}")


class Database:
    """One SQLite connection, used by one thread at a time.

    ``mode`` is "write", "read", or "immutable" for files in a folder that cannot be written: SQLite then sees what
    another user's process writes while it runs, and otherwise the files as they are. ``step`` is called before each
    statement of a change.
    """

    def __init__(self, path: Path, mode: Mode, step: Step = no_step) -> None:
        self.path = path
        self.name = str(path)
        self.mode: Mode = mode
        self.step = step
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self._closed = False
        try:
            self._file = RawFile.acquire(path)
        except OSError as error:
            raise CorpusError(f"{path}: cannot be opened ({error.strerror})") from error
        try:
            self._open()
        except BaseException:
            self._file.release()
            raise

    def _open(self) -> None:
        with self.errors():
            self._connection = self._connect()
            for pragma in _PRAGMAS:
                self._connection.execute(f"PRAGMA {pragma}")
            self._connection.execute(f"PRAGMA cache_size=-{_CACHE[self.mode]}")
            self._connection.execute("PRAGMA synchronous=normal")
            if self.mode == "read":
                self._connection.execute("PRAGMA query_only=on")

    def _connect(self) -> sqlite3.Connection:
        if self.mode != "immutable":
            return _connection(self.path, "mode=rw")
        connection = _connection(self.path, "mode=ro")
        try:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            connection.close()
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise
            if _size(self.path.with_name(self.path.name + "-wal")):
                return _connection(self._copied(), "mode=rw")
            return _connection(self.path, "mode=ro&immutable=1")
        return connection

    def _copied(self) -> Path:
        """Copy the files of a read-only folder whose last writer was killed: its log must be replayed somewhere.

        Without the index of the log nobody can have it open, so there are no locks that copying could break.
        """
        self._copy = tempfile.TemporaryDirectory(prefix="askdocs-")
        for name in (self.path.name, self.path.name + "-wal"):
            shutil.copyfile(self.path.with_name(name), Path(self._copy.name, name))
        return Path(self._copy.name, self.path.name)

    @contextlib.contextmanager
    def errors(self) -> Iterator[None]:
        """Raise SQLite's errors as ours."""
        try:
            yield
        except sqlite3.ProgrammingError:
            raise
        except sqlite3.Error as error:
            raise _translate(error, self.path) from error

    def all(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """The rows of a query."""
        with self.errors():
            return self._connection.execute(sql, values).fetchall()

    def one(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """The first row of a query, if it has one."""
        with self.errors():
            row: Row | None = self._connection.execute(sql, values).fetchone()
            return row

    def each(self, sql: str, values: Sequence[object] = (), size: int = 256) -> Iterator[Row]:
        """The rows of a query, a few at a time."""
        with self.errors():
            cursor = self._connection.execute(sql, values)
        while True:
            with self.errors():
                rows = cursor.fetchmany(size)
            if not rows:
                return
            yield from rows

    def change(self, sql: str, values: Sequence[object] = ()) -> int:
        """Run a statement that changes something; gives the number of rows."""
        self.step(sql)
        with self.errors():
            return self._connection.execute(sql, values).rowcount

    def change_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row."""
        self.step(sql)
        with self.errors():
            self._connection.executemany(sql, rows)

    def insert_many(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        """Insert whole rows."""
        held = list(rows)
        if held:
            self.change_many(f"INSERT INTO {table} VALUES ({', '.join('?' * len(held[0]))})", held)

    def rows_among(self, sql: str, keys: Sequence[int] | Sequence[str] | IntArray) -> Iterator[Row]:
        """The rows of a query whose column is among some keys; the query ends in "WHERE column IN"."""
        wanted = [key if isinstance(key, str) else int(key) for key in keys]
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            yield from self.all(f"{sql} ({','.join('?' * len(part))})", part)

    def next_article_number(self) -> int:
        """A number that no article had before."""
        used = self.one("SELECT seq FROM sqlite_sequence WHERE name = 'articles'")
        return 1 if used is None else int(used[0]) + 1

    def vector(self, data: bytes) -> object:
        """A vector as a value for its column."""
        return data

    def conditions(self, where: Where) -> Condition:
        """A filter as SQL over ``articles``."""
        return conditions(where)

    def holding(self, words: Sequence[str]) -> Condition:
        """A condition over ``articles``: each of some words, in small letters, stands in the title or the source."""
        wanted = list(words)
        self.function("holds", lambda text: all(word in text.casefold() for word in wanted))
        return "holds(title || ' ' || source)", []

    def meta_keys(self) -> list[str]:
        """The keys of ``meta`` that articles have."""
        return [
            key for (key,) in self.all("SELECT DISTINCT entry.key FROM articles, json_each(articles.meta) AS entry")
        ]

    def write_anew(self) -> None:
        """Write the whole database into fresh pages, without free space."""
        self.change("VACUUM")

    def claim(self, key: str) -> bool:
        """Always: the one writer has all of the corpus."""
        return True

    def free_claims(self) -> None:
        """Nothing is claimed."""

    def function(self, name: str, function: Callable[[Any], Any] | None) -> None:
        """Let SQL call a Python function of one argument, or take it away again."""
        self._connection.create_function(name, 1, function)

    def progress(self, callback: Callable[[], int] | None, steps: int) -> None:
        """Call ``callback`` every so many SQLite steps; the statement stops when it gives 1."""
        self._connection.set_progress_handler(callback, steps)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All the changes inside, or none of them."""
        self.change("BEGIN IMMEDIATE")
        try:
            yield
            self.change("COMMIT")
        except BaseException:
            self.roll_back()
            raise

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """See one state of the corpus, whatever others commit meanwhile."""
        if self._connection.in_transaction:
            yield
            return
        self.begin_snapshot()
        try:
            yield
        finally:
            self.roll_back()

    def begin_snapshot(self) -> None:
        """See one state of the corpus until ``roll_back``."""
        self.all("BEGIN")
        self.one("SELECT 1 FROM meta")  # a deferred transaction starts at its first read

    def roll_back(self) -> None:
        """End the transaction without its changes, where one is open."""
        if self._connection.in_transaction:
            # A full disk may have ended the transaction already; then there is nothing left to roll back.
            with contextlib.suppress(sqlite3.OperationalError):
                self._connection.rollback()

    def write_back(self) -> bool:
        """Write the log back into the database and empty it; ``False`` where a reader still needs it."""
        self.all("PRAGMA busy_timeout=100")
        try:
            row = self.one("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            self.all(f"PRAGMA busy_timeout={int(_BUSY_SECONDS * 1000)}")
        return row is not None and row[0] == 0

    def file_hash(self) -> str:
        """A hash of all the bytes of the file."""
        return self._file.hash()

    def copy_to(self, path: Path) -> None:
        """Copy the whole database into a new file."""
        with self.errors(), contextlib.closing(sqlite3.connect(path)) as target:
            self._connection.backup(target)

    def close(self) -> None:
        """Close the connection; an open transaction is rolled back."""
        if self._closed:
            return
        with self.errors():
            self._connection.close()
        self._closed = True
        self._file.release()
        if self._copy is not None:
            self._copy.cleanup()


def _connection(path: Path, flags: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?{flags}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=_BUSY_SECONDS,
        cached_statements=256,
    )
    # Bytes that are no text any more are found by the hash of their row, which names the article.
    connection.text_factory = _text
    return connection


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def writable(path: Path) -> bool:
    """Whether the database and the files beside it can be written by this process."""
    return os.access(path.parent, os.W_OK | os.X_OK) and (not path.exists() or os.access(path, os.W_OK))


def mode_of(database: Path) -> Mode:
    """How the database can be read here."""
    return "read" if writable(database) else "immutable"

"""A connection to Postgres as a store uses it: statements with ``?``, snapshots, and one change at a time.

Every change first locks the row that counts the changes, so changes of several machines come one after another,
each short: an article's, embedded before. Readers wait for nobody: a snapshot is a REPEATABLE READ transaction.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool

from askdocs.core.base import IntArray
from askdocs.core.errors import CorpusDamaged, CorpusError
from askdocs.storage.filters import Condition, Where
from askdocs.storage.postgres.copying import Columns, number_rows
from askdocs.storage.postgres.errors import translated
from askdocs.storage.postgres.filters import conditions
from askdocs.storage.postgres.halfvec import HalfVector
from askdocs.storage.sql import Row

Connection = psycopg.Connection[Row]
Statement = tuple[str, Sequence[object]]
_Key = tuple[str, tuple[object, ...]]
_CLAIM = "SELECT pg_try_advisory_lock(hashtextextended(current_schema || ' ' || ?, 0))"
_SNAPSHOT = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_names = itertools.count()


@functools.lru_cache(maxsize=1024)
def _statement(sql: str) -> bytes:
    """A statement as psycopg takes it.

    >>> _statement("SELECT 1 % 2 WHERE id = ?")
    b'SELECT 1 %% 2 WHERE id = %s'
    """
    return sql.replace("%", "%%").replace("?", "%s").encode()


def _key(sql: str, values: Sequence[object]) -> _Key:
    """What tells a query with its values from others.

    >>> _key("SELECT ?", (True, ["a"]))
    ('SELECT ?', (True, ('a',)))
    """
    return sql, tuple(tuple(value) if isinstance(value, list) else value for value in values)


class PostgresDatabase:
    """A connection of a pool, used by one thread at a time; ``close`` gives it back."""

    def __init__(self, pool: ConnectionPool[Connection], name: str) -> None:
        self._pool = pool
        self.name = name
        self._connection: Connection | None = None
        self._to_begin = False  # a snapshot begins with its first statement, in the same round trip
        self._expected: dict[_Key, list[Row]] = {}
        self._claims = 0
        self._types: dict[str, list[int]] = {}  # of the columns of a table

    @property
    def connection(self) -> Connection:
        """The connection, taken from the pool when it is first used."""
        if self._connection is None:
            with self.errors():
                self._connection = self._pool.getconn()
        return self._connection

    @contextlib.contextmanager
    def errors(self) -> Iterator[None]:
        """Raise Postgres's errors as ours."""
        try:
            yield
        except psycopg.Error as error:
            raise translated(error, self.name) from error

    def _run(self, sql: str, values: Sequence[object]) -> psycopg.Cursor[Row]:
        if self._to_begin:
            self._begin()
        return self.connection.cursor(binary=True).execute(_statement(sql), values)

    def all(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """The rows of a query."""
        if self._expected and (found := self._expected.get(_key(sql, values))) is not None:
            return found
        if self._to_begin:
            return self.together([(sql, values)])[0]
        with self.errors():
            return self._run(sql, values).fetchall()

    def one(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """The first row of a query, if it has one."""
        return next(iter(self.all(sql, values)), None)

    def together(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """The rows of several queries, in one round trip."""
        beginning, self._to_begin = self._to_begin, False
        try:
            return self._together(statements, beginning)
        except psycopg.Error as error:
            if not (beginning and self.connection.broken):
                raise translated(error, self.name) from error
        self._replace()  # it was lost while it was idle: nothing of the snapshot was seen yet
        with self.errors():
            return self._together(statements, beginning)

    def _together(self, statements: Sequence[Statement], beginning: bool) -> list[list[Row]]:
        with self.connection.pipeline():
            if beginning:
                self.connection.execute(_SNAPSHOT)
            cursors = [
                self.connection.cursor(binary=True).execute(_statement(sql), values) for sql, values in statements
            ]
        return [cursor.fetchall() for cursor in cursors]

    def expect(self, statements: Sequence[Statement]) -> None:
        """Ask for what the snapshot will be asked for; ``all`` and ``one`` then answer without the server."""
        wanted = {_key(*statement): statement for statement in statements if _key(*statement) not in self._expected}
        if wanted:
            self._expected.update(zip(wanted, self.together(list(wanted.values())), strict=True))

    def each(self, sql: str, values: Sequence[object] = (), size: int = 256) -> Iterator[Row]:
        """The rows of a query, a few at a time, by a cursor of the server."""
        if self._to_begin:
            self._begin()
        alone = self.connection.info.transaction_status == TransactionStatus.IDLE
        with self.errors():
            cursor = self.connection.cursor(f"each_{next(_names)}", binary=True, withhold=alone)
            cursor.execute(_statement(sql), values)
        try:
            while True:
                with self.errors():
                    rows = cursor.fetchmany(size)
                if not rows:
                    return
                yield from rows
        finally:
            with contextlib.suppress(psycopg.Error):
                cursor.close()

    def change(self, sql: str, values: Sequence[object] = ()) -> int:
        """Run a statement that changes something; gives the number of rows."""
        with self.errors():
            return self._run(sql, values).rowcount

    def change_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row, all of them sent before the first reply is waited for."""
        with self.errors():
            self.connection.cursor(binary=True).executemany(_statement(sql), rows)

    def insert_many(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        """Insert whole rows by COPY."""
        with self.errors():
            if table not in self._types:
                sql = "SELECT atttypid FROM pg_attribute WHERE attrelid = ?::regclass AND attnum > 0 ORDER BY attnum"
                self._types[table] = [int(oid) for (oid,) in self.all(sql, (table,))]
            with self.connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT BINARY)".encode()) as copy:
                copy.set_types(self._types[table])
                for row in rows:
                    copy.write_row(row)

    def insert_numbers(self, table: str, columns: Columns) -> None:
        """Insert rows of whole numbers by COPY, a column an array."""
        with (
            self.errors(),
            self.connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT BINARY)".encode()) as copy,
        ):
            copy.write(number_rows(columns))

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All the changes inside, or none of them; whoever else wants to change the corpus waits."""
        self.change("BEGIN")
        try:
            if self.one("SELECT 1 FROM meta WHERE key = 'state' FOR UPDATE") is None:
                raise CorpusDamaged(f"{self.name}: the entry that counts its changes is lost")
            yield
            self.change("COMMIT")
        except BaseException:
            self.roll_back()
            raise

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """See one state of the corpus, whatever others commit meanwhile."""
        if self._to_begin or self.connection.info.transaction_status != TransactionStatus.IDLE:
            yield
            return
        self.begin_snapshot()
        try:
            yield
        finally:
            self.roll_back()

    def begin_snapshot(self) -> None:
        """See one state of the corpus from the first statement on, until ``roll_back``."""
        self._to_begin = True

    def _begin(self) -> None:
        self._to_begin = False
        self._first(_SNAPSHOT)

    def revive(self) -> None:
        """Replace a connection that was lost while idle, before a change that begins with questions."""
        self._first(b"SELECT 1")

    def _first(self, statement: bytes) -> None:
        """The first statement of a connection that may have been lost since it was last used."""
        try:
            self.connection.execute(statement)
        except psycopg.Error as error:
            if not self.connection.broken:
                raise translated(error, self.name) from error
            self._replace()
            with self.errors():
                self.connection.execute(statement)

    def _replace(self) -> None:
        """Another connection for one that was lost; the others were likely lost with it."""
        self.close()
        self._pool.check()

    def roll_back(self) -> None:
        """End the transaction without its changes, where one is open."""
        self._to_begin = False
        self._expected.clear()
        connection = self._connection
        if connection is None or connection.broken or connection.closed:
            return
        if connection.info.transaction_status != TransactionStatus.IDLE:
            with contextlib.suppress(psycopg.Error):
                connection.execute(b"ROLLBACK")

    def close(self) -> None:
        """Give the connection back; an open transaction is rolled back."""
        self._to_begin = False
        if self._connection is not None:
            self.roll_back()
            with contextlib.suppress(CorpusError):  # of a connection that is lost
                self.free_claims()
            self._pool.putconn(self._connection)
            self._connection = None

    # -- where it differs from SQLite

    def next_article_number(self) -> int:
        """A number that no article had before."""
        row = self.one("SELECT nextval('article_numbers')")
        assert row is not None
        return int(row[0])

    def rows_among(self, sql: str, keys: Sequence[int] | Sequence[str] | IntArray) -> Iterator[Row]:
        """The rows of a query whose column is among some keys; the query ends in "WHERE column IN"."""
        wanted = [key if isinstance(key, str) else int(key) for key in keys]
        if wanted:
            column = sql.split()[-2]
            yield from self.all(f"{sql.removesuffix('IN')}= ANY(?) ORDER BY {column}", (wanted,))

    def vector(self, data: bytes) -> object:
        """A vector as a value for its column."""
        return HalfVector(data)

    def conditions(self, where: Where) -> Condition:
        """A filter as SQL over ``articles``."""
        return conditions(where)

    def holding(self, words: Sequence[str]) -> Condition:
        """A condition over ``articles``: each of some words, in small letters, stands in the title or the source."""
        text = "lower((title || ' ' || source) COLLATE \"default\")"
        return " AND ".join(f"strpos({text}, ?) > 0" for _ in words), list(words)

    def meta_keys(self) -> list[str]:
        """The keys of ``meta`` that articles have."""
        return [key for (key,) in self.all("SELECT DISTINCT json_object_keys(meta::json) FROM articles")]

    def write_anew(self) -> None:
        """Nothing: the server's autovacuum does it."""

    def claim(self, key: str) -> bool:
        """Claim a thing of the corpus by its name; ``False`` where another connection holds it. The server frees
        what a connection held that is lost.
        """
        row = self.one(_CLAIM, (key,))
        self._claims += row == (True,)
        return row == (True,)

    def free_claims(self) -> None:
        """Give up whatever this connection claimed."""
        if self._claims:
            self._claims = 0
            self.change("SELECT pg_advisory_unlock_all()")

    def count(self, sql: str, values: Sequence[Any] = ()) -> int:
        """The one number that a query gives; 0 without a row."""
        row = self.one(sql, values)
        return 0 if row is None or row[0] is None else int(row[0])

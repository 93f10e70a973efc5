"""A corpus on a Postgres server: its connections, its snapshots and its changes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Self

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool

from askdocs.core.errors import CorpusError
from askdocs.core.protocols import VectorIndex
from askdocs.core.reports import IndexStatus
from askdocs.storage import schema as common
from askdocs.storage.postgres import schema, vectors, work
from askdocs.storage.postgres.address import Address
from askdocs.storage.postgres.database import Connection, PostgresDatabase
from askdocs.storage.postgres.errors import translated
from askdocs.storage.postgres.halfvec import register
from askdocs.storage.postgres.reader import PostgresStore
from askdocs.storage.postgres.verification import verify_words
from askdocs.storage.postgres.words import PostgresWords
from askdocs.storage.protocol import never
from askdocs.storage.reader import State, Store
from askdocs.storage.snapshots import Snapshots
from askdocs.storage.verification import verify_rows
from askdocs.storage.work import WorkRun, WorkShare
from askdocs.storage.writer import Writer

_MOST_CONNECTIONS = 16
_CONNECT_SECONDS = 10
_MUCH = 0.2  # of the chunks, whose change makes what the server knows of the tables wrong


class PostgresStorage:
    """The schema of one corpus. May be used by several threads, several processes and several machines."""

    def __init__(self, address: Address, pool: ConnectionPool[Connection]) -> None:
        self.name = address.shown
        self.folder = address.folder_beside
        self._address = address
        self._pool = pool
        self._snapshots = Snapshots(self.name, self._store, most_idle=0)  # the pool keeps them

    @classmethod
    def open(cls, url: str, create: bool, lock_seconds: float) -> Self:
        """Open the corpus at an address; it is made if it is not there, unless ``create`` is false.

        Raises CorpusError where there is none, or the server cannot be reached or used.
        """
        address = Address.of(url)
        _find_or_make(address, create)
        path = f"{address.schema_name},public"
        given = conninfo_to_dict(address.conninfo).get("options") or ""
        options = (
            f"{given} -c search_path={path} -c lock_timeout={int(lock_seconds * 1000)} "
            "-c hnsw.ef_search=200 -c hnsw.iterative_scan=strict_order "
            "-c jit=off"  # compiling a search takes longer than it
        )
        pool: ConnectionPool[Connection] = ConnectionPool(
            address.conninfo,
            kwargs={
                "autocommit": True,
                "options": options,
                "connect_timeout": _CONNECT_SECONDS,
                "application_name": address.schema_name,
            },
            min_size=0,
            max_size=_MOST_CONNECTIONS,
            configure=_configured,
            timeout=_CONNECT_SECONDS,
            reconnect_timeout=_CONNECT_SECONDS,
            name=address.schema_name,
            open=True,
        )
        storage = cls(address, pool)
        try:
            with storage.shared() as store:
                schema.check_version(common.read_meta(store.database, "schema"), storage.name)
        except BaseException:
            storage.close()
            raise
        return storage

    def _database(self) -> PostgresDatabase:
        return PostgresDatabase(self._pool, self.name)

    def _store(self) -> Store:
        database = self._database()
        return PostgresStore(database, PostgresWords(database))

    def shared(self) -> AbstractContextManager[Store]:
        """One state of the corpus for all that happens in the block, in this thread."""
        return self._snapshots.shared()

    def apart(self) -> AbstractContextManager[Store]:
        """A state of its own."""
        return self._snapshots.apart()

    @contextlib.contextmanager
    def writing(self, stopped: Callable[[], bool] = never) -> Iterator[Writer]:
        """A connection that may change the corpus; others may at the same time, an article after the other."""
        self.check_open()
        database = self._database()
        database.revive()
        with contextlib.closing(Writer(database, PostgresWords(database))) as writer:
            before = writer.state().chunks
            yield writer
            fingerprint, chunks = writer.fingerprint(), writer.state().chunks
            if abs(chunks - before) > _MUCH * before:
                database.change("ANALYZE articles, chunks, postings, terms, vectors")  # else a search is badly planned
            if fingerprint is not None and database.claim(f"index {vectors.INDEX}"):  # whoever has it is making it
                vectors.keep_index(database, fingerprint.dimension, chunks)

    @contextlib.contextmanager
    def work_run(self) -> Iterator[WorkRun]:
        """Begin a run of several workers; what is left of its queue is removed at the end."""
        self.check_open()
        with contextlib.closing(self._database()) as database:
            database.revive()
            with work.running(database) as run:
                yield run

    @contextlib.contextmanager
    def work_share(self, run: int, worker: str) -> Iterator[WorkShare]:
        """Take part in a run; the graph of the vectors is left to whoever looks after it."""
        with contextlib.closing(self._database()) as database:
            yield work.PostgresShare(database, run, worker)

    def vectors(self, store: Store) -> VectorIndex:
        """The vectors of a state of the corpus."""
        fingerprint = store.fingerprint()
        assert isinstance(store.database, PostgresDatabase)
        dimension = 1 if fingerprint is None else fingerprint.dimension
        return vectors.NearestVectors(store.database, dimension, store.state().chunks)

    def index_status(self, state: State) -> IndexStatus:
        """Whether there is a graph of the vectors."""
        with contextlib.closing(self._database()) as database:
            return vectors.status(database, state.chunks)

    def sizes(self) -> dict[str, int]:
        """The bytes of each table with its indexes."""
        with contextlib.closing(self._database()) as database:
            rows = database.all(
                "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' "
                "AND relnamespace = ?::regnamespace ORDER BY relname",
                (self._address.schema_name,),
            )
        return {str(name): int(size) for name, size in rows}

    def forget_caches(self) -> None:
        """Remove the graph of the vectors; the next change makes it anew."""
        with contextlib.closing(self._database()) as database:
            database.change(f"DROP INDEX IF EXISTS {vectors.INDEX}")

    def verify(self) -> list[str]:
        """What is wrong with the rows and the index of words; pages are the server's to check."""
        with self.apart() as store:
            assert isinstance(store.database, PostgresDatabase)
            return [*verify_rows(store), *verify_words(store.database)]

    def check_open(self) -> None:
        """Raise CorpusError after ``close``."""
        self._snapshots.check_open()

    def close(self) -> None:
        """Close the connections."""
        self._snapshots.close()
        self._pool.close()


def _configured(connection: Connection) -> None:
    register(connection)


def _find_or_make(address: Address, create: bool) -> None:
    try:
        with psycopg.connect(address.conninfo, connect_timeout=_CONNECT_SECONDS, autocommit=True) as connection:
            if schema.exists(connection, address.schema_name):
                schema.check_rights(connection, address.schema_name, address.shown)
                return
            if not create:
                raise CorpusError(f"{address.shown}: there is no corpus here; make one with `askdocs add`")
            schema.create(connection, address.schema_name, address.shown)
    except psycopg.Error as error:
        raise translated(error, address.shown) from error

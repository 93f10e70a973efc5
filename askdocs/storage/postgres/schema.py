"""The tables of a corpus on Postgres, in a schema of their own; numbered as those of SQLite are.

Text is compared byte by byte (``COLLATE "C"``), as SQLite does, whatever the locale of the database.
"""

from __future__ import annotations

import json
import secrets

import psycopg
from psycopg import sql

from askdocs.core.errors import CorpusError, CorpusMismatch
from askdocs.storage.postgres import work
from askdocs.storage.postgres.database import Connection
from askdocs.storage.rows import with_hash

VERSION = 1
OLDEST_SERVER, OLDEST_VECTOR = 140000, (0, 7)  # halfvec came with pgvector 0.7
EXTENSION = "vector"
_TEXT = 'TEXT COLLATE "C"'

TABLES = (
    f"CREATE TABLE meta (key {_TEXT} PRIMARY KEY, value TEXT NOT NULL, hash BYTEA NOT NULL)",
    "CREATE SEQUENCE article_numbers",
    f"""CREATE TABLE articles (
        number BIGINT PRIMARY KEY, id {_TEXT} NOT NULL UNIQUE, source {_TEXT} NOT NULL, title {_TEXT} NOT NULL,
        published {_TEXT}, meta TEXT NOT NULL, pages TEXT NOT NULL, cleaner TEXT NOT NULL, chunker TEXT NOT NULL,
        first_chunk BIGINT NOT NULL, chunk_count BIGINT NOT NULL, text_hash BYTEA NOT NULL, hash BYTEA NOT NULL)""",
    "CREATE TABLE texts (article BIGINT PRIMARY KEY, text TEXT NOT NULL)",
    """CREATE TABLE tables (
        article BIGINT NOT NULL, number BIGINT NOT NULL, first_chunk BIGINT NOT NULL, chunk_count BIGINT NOT NULL,
        body TEXT NOT NULL, hash BYTEA NOT NULL, PRIMARY KEY (article, number))""",
    "CREATE INDEX tables_by_chunk ON tables (first_chunk)",
    f"""CREATE TABLE sources (
        source {_TEXT} PRIMARY KEY, article BIGINT NOT NULL, file {_TEXT} NOT NULL, content_hash {_TEXT} NOT NULL,
        size BIGINT NOT NULL, modified BIGINT NOT NULL, changed BIGINT NOT NULL, hash BYTEA NOT NULL)""",
    "CREATE INDEX sources_by_file ON sources (file)",
    "CREATE INDEX sources_by_article ON sources (article)",
    "CREATE INDEX sources_by_content ON sources (content_hash)",
    """CREATE TABLE chunks (
        id BIGINT PRIMARY KEY, article BIGINT NOT NULL, start BIGINT NOT NULL, stop BIGINT NOT NULL,
        heading TEXT NOT NULL, text TEXT NOT NULL, embedded BYTEA NOT NULL, hash BYTEA NOT NULL)""",
    "CREATE INDEX chunks_by_article ON chunks (article)",
    """CREATE VIEW chunk_words AS SELECT chunks.id AS id, articles.title AS title, heading, text
        FROM chunks JOIN articles ON articles.number = chunks.article""",
    "CREATE TABLE vectors (id BIGINT PRIMARY KEY, vector halfvec NOT NULL, hash BYTEA NOT NULL)",
    "ALTER TABLE vectors ALTER COLUMN vector SET STORAGE PLAIN",  # beside its row: a search reads all of them
    "CREATE TABLE removals (id BIGINT PRIMARY KEY, generation BIGINT NOT NULL)",
    "CREATE INDEX removals_by_generation ON removals (generation)",
    "CREATE TABLE generations (generation BIGINT PRIMARY KEY, token TEXT NOT NULL)",
    # The index of words: how often a term stands in the title, the headings and the text of a chunk of ``size`` words.
    f"""CREATE TABLE terms (
        id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY, script BOOLEAN NOT NULL, term {_TEXT} NOT NULL,
        docs BIGINT NOT NULL, UNIQUE (script, term))""",
    # The narrow columns stand together: this is the largest table by far.
    """CREATE TABLE postings (
        chunk BIGINT NOT NULL, term INTEGER NOT NULL, title SMALLINT NOT NULL, heading SMALLINT NOT NULL,
        body SMALLINT NOT NULL, size SMALLINT NOT NULL,
        PRIMARY KEY (term, chunk) INCLUDE (title, heading, body, size))""",
    "CREATE TABLE word_totals (script BOOLEAN PRIMARY KEY, chunks BIGINT NOT NULL, words BIGINT NOT NULL)",
    "INSERT INTO word_totals VALUES (false, 0, 0), (true, 0, 0)",
    # What CAST(text AS REAL) is in SQLite: the number a text begins with, else 0.
    """CREATE FUNCTION real_of(value TEXT) RETURNS DOUBLE PRECISION IMMUTABLE STRICT LANGUAGE SQL AS $$
        SELECT coalesce(
            substring(value from '^\\s*([+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)')::float8, 0) $$""",
    *work.TABLES,
)


def check_server(connection: Connection, name: str) -> None:
    """Raise CorpusError where the server is too old, or lacks pgvector."""
    version = connection.info.server_version
    if version < OLDEST_SERVER:
        raise CorpusError(f"{name}: the server is PostgreSQL {version // 10000}; 14 or later is needed")
    row = connection.execute(
        "SELECT default_version FROM pg_available_extensions WHERE name = %s", (EXTENSION,)
    ).fetchone()
    if row is None:
        raise CorpusError(
            f"{name}: the server has no pgvector; install it there (https://github.com/pgvector/pgvector)"
        )
    if tuple(int(part) for part in str(row[0]).split(".")[:2]) < OLDEST_VECTOR:
        raise CorpusError(f"{name}: the server has pgvector {row[0]}; 0.7 or later is needed")


def exists(connection: Connection, schema: str) -> bool:
    """Whether the tables of a corpus are there."""
    found = connection.execute(
        "SELECT 1 FROM pg_tables WHERE schemaname = %s AND tablename = 'meta'", (schema,)
    ).fetchone()
    return found is not None


def check_rights(connection: Connection, schema: str, name: str) -> None:
    """Raise CorpusError where the role may not look into the schema: the server would say that nothing is there."""
    row = connection.execute("SELECT has_schema_privilege(%s, 'USAGE'), current_user", (schema,)).fetchone()
    if row is not None and not row[0]:
        raise CorpusError(
            f"{name}: the role {row[1]} may not do that; GRANT USAGE ON SCHEMA {schema} and SELECT on its tables to it"
        )


def create(connection: Connection, schema: str, name: str) -> None:
    """Make the tables of an empty corpus, all or none; where another process just does that, wait for it."""
    check_server(connection, name)
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (schema,))
        if exists(connection, schema):
            return
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
        connection.execute(sql.SQL("SET LOCAL search_path TO {}, public").format(sql.Identifier(schema)))
        for statement in TABLES:
            connection.execute(statement.encode())
        token = secrets.token_hex(8)
        state = {"generation": 1, "token": token, "articles": 0, "chunks": 0, "last_chunk": 0}
        for key, value in (("schema", VERSION), ("state", state)):
            row = with_hash(key, json.dumps(value, sort_keys=True))
            connection.execute("INSERT INTO meta VALUES (%s, %s, %s)", row)
        connection.execute("INSERT INTO generations VALUES (1, %s)", (token,))


def check_version(found: object, name: str) -> None:
    """Raise CorpusMismatch where the corpus was made by another version of the schema."""
    if found != VERSION:
        raise CorpusMismatch(
            f"{name}: made by another askdocs (its schema is {found}, that of this one {VERSION}); "
            "copy it into a folder with that one"
        )


def drop(connection: psycopg.Connection[tuple[object, ...]], schema: str) -> None:
    """Remove a corpus with all its tables."""
    connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))

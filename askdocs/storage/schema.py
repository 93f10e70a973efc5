"""The tables of ``corpus.db``, and the way from older versions of them to this one."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from pathlib import Path

from askdocs.core.errors import CorpusDamaged, CorpusMismatch
from askdocs.storage import script_index, word_lists
from askdocs.storage.database import Database, Step, no_step
from askdocs.storage.fts_tokenizer import STEMMER
from askdocs.storage.rows import MetaRow, columns, is_intact, upsert, with_hash
from askdocs.storage.sql import SqlDatabase

VERSION = 4
APPLICATION = 0x41534B44  # "ASKD": what `file` and SQLite's own header know the file by

# A table of an article, the JSON of ``askdocs.core.tables.Table``, and the chunks that hold its rows.
_TABLES_OF_ARTICLES = """CREATE TABLE tables (
    article INTEGER NOT NULL, number INTEGER NOT NULL, first_chunk INTEGER NOT NULL, chunk_count INTEGER NOT NULL,
    body TEXT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (article, number)) WITHOUT ROWID"""
_TABLES_BY_CHUNK = "CREATE INDEX tables_by_chunk ON tables (first_chunk)"

TABLES = (
    # One row a fact about the corpus itself: "schema", "embedder", "state".
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL, hash BLOB NOT NULL) WITHOUT ROWID",
    # The text is apart, so that filters read small rows. An article's chunks have the ids
    # first_chunk .. first_chunk + chunk_count - 1.
    """CREATE TABLE articles (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL, title TEXT NOT NULL,
        published TEXT, meta TEXT NOT NULL, pages TEXT NOT NULL, cleaner TEXT NOT NULL, chunker TEXT NOT NULL,
        first_chunk INTEGER NOT NULL, chunk_count INTEGER NOT NULL, text_hash BLOB NOT NULL, hash BLOB NOT NULL)""",
    "CREATE TABLE texts (article INTEGER PRIMARY KEY, text TEXT NOT NULL)",
    _TABLES_OF_ARTICLES,
    _TABLES_BY_CHUNK,
    # Where articles came from. Several sources may hold the same article; one file may hold several articles.
    """CREATE TABLE sources (
        source TEXT PRIMARY KEY, article INTEGER NOT NULL, file TEXT NOT NULL, content_hash TEXT NOT NULL,
        size INTEGER NOT NULL, modified INTEGER NOT NULL, changed INTEGER NOT NULL, hash BLOB NOT NULL)
        WITHOUT ROWID""",
    "CREATE INDEX sources_by_file ON sources (file)",
    "CREATE INDEX sources_by_article ON sources (article)",
    "CREATE INDEX sources_by_content ON sources (content_hash)",
    """CREATE TABLE chunks (
        id INTEGER PRIMARY KEY AUTOINCREMENT, article INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL,
        heading TEXT NOT NULL, text TEXT NOT NULL, embedded BLOB NOT NULL, hash BLOB NOT NULL)""",
    "CREATE TABLE vectors (id INTEGER PRIMARY KEY, vector BLOB NOT NULL, hash BLOB NOT NULL)",
    # What the vector index needs to catch up: which ids went in which generation, and which generations there were.
    "CREATE TABLE removals (id INTEGER PRIMARY KEY, generation INTEGER NOT NULL)",
    "CREATE INDEX removals_by_generation ON removals (generation)",
    "CREATE TABLE generations (generation INTEGER PRIMARY KEY, token TEXT NOT NULL)",
    """CREATE VIEW chunk_words AS SELECT chunks.id AS id, articles.title AS title, heading, text
        FROM chunks JOIN articles ON articles.number = chunks.article""",
    f"""CREATE VIRTUAL TABLE words USING fts5 (title, heading, text, content='chunk_words', content_rowid='id',
        tokenize='{STEMMER}')""",
    "CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, row)",
    *script_index.TABLES,
    *word_lists.TABLES,
)

# MIGRATIONS[n] leads from version n to n + 1.
MIGRATIONS: dict[int, tuple[str, ...]] = {
    1: (_TABLES_OF_ARTICLES, _TABLES_BY_CHUNK),
    2: script_index.TABLES,
    3: word_lists.TABLES,
}


def write_meta(database: SqlDatabase, key: str, value: object) -> None:
    """Store one fact about the corpus, as JSON."""
    text = json.dumps(value, sort_keys=True)
    database.change(upsert("meta", MetaRow, "key"), with_hash(key, text))


def meta_statement(key: str) -> tuple[str, tuple[str]]:
    """The statement that reads one fact about the corpus, and its values."""
    return f"SELECT {columns(MetaRow)} FROM meta WHERE key = ?", (key,)


def read_meta(database: SqlDatabase, key: str) -> object | None:
    """Read one fact about the corpus; ``None`` where it was never stored.

    Raises:
        CorpusDamaged: its row is not what was written.
    """
    found = database.one(*meta_statement(key))
    if found is None:
        return None
    row = MetaRow._make(found)
    if not is_intact(row):
        raise CorpusDamaged(f"{database.name}: the corpus's own entry {key!r} changed; nothing in it can be trusted")
    value: object = json.loads(row.value)
    return value


def create(path: Path, step: Step = no_step) -> None:
    """Create an empty database at ``path``, whole or not at all."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    sqlite3.connect(new).close()
    database = Database(new, "write", step)
    database.change(f"PRAGMA application_id={APPLICATION}")
    with database.transaction():
        for table in TABLES:
            database.change(table)
        token = secrets.token_hex(8)
        write_meta(database, "schema", VERSION)
        state = {"generation": 1, "token": token, "articles": 0, "chunks": 0, "last_chunk": 0}
        write_meta(database, "state", state)
        database.change("INSERT INTO generations VALUES (1, ?)", (token,))
    database.change("PRAGMA journal_mode=wal")
    database.close()
    step("rename corpus.db")
    os.replace(new, path)


def is_old(database: Database) -> bool:
    """Whether the corpus was made by an earlier version of the schema."""
    found = read_meta(database, "schema")
    return isinstance(found, int) and found < VERSION


def migrate(database: Database) -> None:
    """Bring an older corpus to this version of the schema, in one transaction.

    Raises:
        CorpusMismatch: it was made by a later askdocs, or needs migrating and cannot be written.
        CorpusDamaged: it does not say which version it is.
    """
    found = read_meta(database, "schema")
    if not isinstance(found, int):
        raise CorpusDamaged(f"{database.path}: the entry that names the schema's version is lost")
    if found == VERSION:
        return
    if found > VERSION:
        raise CorpusMismatch(
            f"{database.path}: made by a later askdocs (schema {found}, this one knows {VERSION}); upgrade askdocs"
        )
    if database.mode != "write":
        raise CorpusMismatch(
            f"{database.path}: made by an earlier askdocs (schema {found}, this one is {VERSION}) and cannot be "
            "written here; run `askdocs status` on it once where it can be written"
        )
    with database.transaction():
        for version in range(found, VERSION):
            for statement in MIGRATIONS[version]:
                database.change(statement)
        if found <= 2:
            script_index.fill(database)
        write_meta(database, "schema", VERSION)
        _renew_state(database)


def _renew_state(database: Database) -> None:
    """Count the migration as a change, so that index and checksum are known to be of an earlier state."""
    state = read_meta(database, "state")
    assert isinstance(state, dict)
    state |= {"generation": state["generation"] + 1, "token": secrets.token_hex(8)}
    write_meta(database, "state", state)
    database.change("INSERT INTO generations VALUES (?, ?)", (state["generation"], state["token"]))

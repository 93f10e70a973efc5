"""Conversations on disk: ``chats.db`` beside the corpus, with what was typed at the prompt.

Answers are stored as their JSON, so a conversation can be shown, saved and continued without asking again. Where
the folder cannot be written to, conversations are kept in memory and :attr:`Chats.in_memory` says why.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError

from askdocs.core.answers import Answer, ChatTurn
from askdocs.core.base import Model
from askdocs.core.errors import CorpusError

FILE = "chats.db"
_VERSION = 1
_WAIT = 5  # seconds for which another process may be in the way
_INPUTS = 2000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (id INTEGER PRIMARY KEY AUTOINCREMENT, started TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS turns (
    conversation INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    position INTEGER NOT NULL, asked TEXT NOT NULL, question TEXT NOT NULL, rewritten TEXT NOT NULL,
    answer TEXT NOT NULL, PRIMARY KEY (conversation, position)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS inputs (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL);
"""


class Conversation(Model):
    """A stored conversation: its number, when it began, its first question, and how many questions it has."""

    id: int
    started: datetime.datetime
    title: str
    questions: int


class Chats:
    """The conversations of one corpus. Several processes may use them at once.

    Methods that write raise CorpusError when the disk refuses; what was stored before stays.
    """

    def __init__(self, connection: sqlite3.Connection, in_memory: str | None = None) -> None:
        self._connection = connection
        self.in_memory = in_memory

    @classmethod
    def open(cls, folder: Path, owner: str | None = None) -> Self:
        """Open, or make, the conversations in a corpus folder; in memory where that cannot be.

        Those of an ``owner`` are in a file of their own, which nobody else is shown.
        """
        path = folder / (FILE if owner is None else _file_of(owner))
        try:
            connection = _connect(path)
        except sqlite3.Error as error:
            return cls(_copy_in_memory(path), in_memory=f"{path}: {error}; this conversation is kept in memory only")
        return cls(connection)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def begin(self) -> int:
        """Begin a conversation; gives its number."""
        with self._writing():
            cursor = self._connection.execute("INSERT INTO conversations (started) VALUES (?)", (_now(),))
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def append(self, conversation: int, turn: ChatTurn) -> None:
        """Store the next question of a conversation with its answer."""
        row = (conversation, turn.asked.isoformat(), turn.question, turn.rewritten, turn.answer.model_dump_json())
        with self._writing():
            self._connection.execute(
                "INSERT INTO turns (conversation, position, asked, question, rewritten, answer) SELECT ?1, "
                "(SELECT ifnull(max(position), 0) + 1 FROM turns WHERE conversation = ?1), ?2, ?3, ?4, ?5",
                tuple(_storable(value) if isinstance(value, str) else value for value in row),
            )

    def drop_last(self, conversation: int) -> None:
        """Take back the last question of a conversation."""
        with self._writing():
            self._connection.execute(
                "DELETE FROM turns WHERE conversation = ?1 AND position = "
                "(SELECT max(position) FROM turns WHERE conversation = ?1)",
                (conversation,),
            )

    def turns(self, conversation: int) -> list[ChatTurn]:
        """The questions of a conversation, oldest first, without those another version of askdocs wrote differently.

        Raises CorpusError when there is no such conversation.
        """
        if not self._rows("SELECT 1 FROM conversations WHERE id = ?", conversation):
            raise CorpusError(f"conversation {conversation} is not stored; /history list shows which are")
        rows = self._rows(
            "SELECT asked, question, rewritten, answer FROM turns WHERE conversation = ? ORDER BY position",
            conversation,
        )
        turns = []
        for asked, question, rewritten, answer in rows:
            with contextlib.suppress(ValidationError):
                turns.append(
                    ChatTurn.model_validate(
                        {"asked": asked, "question": question, "rewritten": rewritten}
                        | {"answer": Answer.model_validate_json(answer)}
                    )
                )
        return turns

    def conversations(self) -> list[Conversation]:
        """Every conversation with at least one question, the latest first."""
        rows = self._rows(
            "SELECT id, started, (SELECT question FROM turns WHERE conversation = id ORDER BY position LIMIT 1), "
            "(SELECT count(*) FROM turns WHERE conversation = id) AS questions FROM conversations "
            "WHERE questions > 0 ORDER BY (SELECT max(asked) FROM turns WHERE conversation = id) DESC, id DESC"
        )
        return [
            Conversation(id=number, started=started, title=title, questions=questions)
            for number, started, title, questions in rows
        ]

    def delete(self, conversation: int) -> None:
        """Delete a conversation; CorpusError when there is none of that number."""
        with self._writing():
            cursor = self._connection.execute("DELETE FROM conversations WHERE id = ?", (conversation,))
        if not cursor.rowcount:
            raise CorpusError(f"conversation {conversation} is not stored; /history list shows which are")

    def inputs(self) -> list[str]:
        """What was typed at the prompt, the latest first."""
        return [text for (text,) in self._rows("SELECT text FROM inputs ORDER BY id DESC LIMIT ?", _INPUTS)]

    def add_input(self, text: str) -> None:
        """Remember what was typed; only the last two thousand are kept."""
        with self._writing():
            self._connection.execute("INSERT INTO inputs (text) VALUES (?)", (_storable(text),))
            self._connection.execute("DELETE FROM inputs WHERE id <= (SELECT max(id) FROM inputs) - ?", (_INPUTS,))

    def _rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise CorpusError(f"{FILE}: {error}; move the file away to begin a new one") from error

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction; what the disk refuses becomes CorpusError."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise CorpusError(f"{FILE}: {error}; the conversation goes on, but is not stored") from error


def _file_of(owner: str) -> str:
    """The file of an owner's conversations; two names never share one, even where capitals make no difference.

    >>> _file_of("Ann")
    'chats-ann-17239b6e.db'
    """
    plain = "".join(letter for letter in owner.lower() if letter.isascii() and letter.isalnum())[:40]
    return f"chats-{plain}-{hashlib.sha256(owner.encode()).hexdigest()[:8]}.db"


def _connect(path: Path) -> sqlite3.Connection:
    """Open the file and make it ready, waiting while others do the same.

    SQLite's own timeout does not hold while a new file is switched to write-ahead logging: whoever comes second is
    refused at once (https://sqlite.org/c3ref/busy_handler.html), so it is tried again for as long.
    """
    until = time.monotonic() + _WAIT
    while True:
        connection = sqlite3.connect(path, isolation_level=None, timeout=_WAIT, check_same_thread=False)
        try:
            _prepare(connection)
        except sqlite3.Error as error:
            connection.close()
            if not _is_busy(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return connection


def _is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection was in the way: the low byte of SQLite's result code."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables, and find out now whether the file can be written."""
    for pragma in ("foreign_keys = ON", "secure_delete = ON", "journal_mode = WAL", "synchronous = NORMAL"):
        connection.execute(f"PRAGMA {pragma}")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > _VERSION:
        raise sqlite3.DatabaseError(f"written by a newer askdocs (version {version})")
    connection.execute("BEGIN IMMEDIATE")
    for statement in filter(str.strip, _SCHEMA.split(";")):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {_VERSION}")
    connection.execute("COMMIT")


def _copy_in_memory(path: Path) -> sqlite3.Connection:
    """A database in memory, with the stored conversations as far as they can be read."""
    memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    with contextlib.suppress(sqlite3.Error, ValueError):
        stored = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        with contextlib.closing(stored):
            stored.backup(memory)
    try:
        _prepare(memory)
    except sqlite3.Error:  # what was copied is no database of ours
        memory.close()
        memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        _prepare(memory)
    return memory


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def _storable(text: str) -> str:
    """SQLite stores UTF-8: halves of surrogate pairs, which a terminal can send, are exchanged."""
    return text.encode("utf-8", "replace").decode()

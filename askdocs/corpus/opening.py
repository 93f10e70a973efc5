"""Finding or making the folder of a corpus, and the quick checks before it is used."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from pathlib import Path

from askdocs.core.errors import CorpusDamaged, CorpusError
from askdocs.storage import schema
from askdocs.storage.checksums import SUMS
from askdocs.storage.database import Database, Step, mode_of
from askdocs.storage.lock import nobody_writing, writing
from askdocs.storage.raw_file import reading
from askdocs.storage.vectors.manager import FILE
from askdocs.storage.wal import committed_frames, lost_commits
from askdocs.storage.writer import Writer

DATABASE = "corpus.db"
_LOOKS, _PAUSE_SECONDS = 4, 0.1
_log = logging.getLogger(__name__)


def find_or_make(path: Path, create: bool, lock_seconds: float, step: Step) -> None:
    """See to it that there is a database in the folder ``path``.

    Raises:
        CorpusError: there is none and it may not or cannot be made, or the path is a file.
        CorpusDamaged: there was one, and it is gone.
    """
    database = path / DATABASE
    if path.exists() and not path.is_dir():
        raise CorpusError(f"{path}: this is a file, and a corpus is a folder; give another path")
    if database.exists():
        return
    left = [name for name in (SUMS, FILE) if (path / name).exists()]
    if left:
        raise CorpusDamaged(
            f"{database}: it is gone, and with it all articles ({left[0]} is still there); restore it from a copy, "
            "or remove the folder and add the articles again"
        )
    if not create:
        raise CorpusError(f"{path}: there is no corpus here; make one with `askdocs add`")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CorpusError(f"{path}: the folder cannot be made ({error.strerror})") from error
    with writing(path, lock_seconds):
        if not database.exists():
            schema.create(database, step)


def check(database: Path, lock_seconds: float, step: Step) -> str:
    """The checks that take no time, and the migration of an older schema; gives what its log lost, mostly nothing.

    Raises:
        CorpusDamaged: its beginning or its end is missing.
        CorpusMismatch: it is of another version of the schema, and cannot be migrated here.
    """
    _check_length(database)
    lost = ""
    if mode_of(database) == "read":
        lost = _lost_from_log(database)
    with contextlib.closing(Database(database, mode_of(database))) as connection:
        old = schema.is_old(connection)
    if old and mode_of(database) == "read":
        with writing(database.parent, lock_seconds):
            Writer(database, step).close()  # which migrates it
    return lost


def _lost_from_log(database: Path) -> str:
    """What SQLite drops of the log that a killed writer left; the log of one that lives is its own affair."""
    if not committed_frames(database)[0]:
        return ""
    with nobody_writing(database.parent) as nobody:
        lost = lost_commits(database, *committed_frames(database)) if nobody else ""
    if lost:
        _log.warning("%s", lost)
    return lost


def _check_length(database: Path) -> None:
    """Compare the file with what its head says of it.

    A writer may be writing its log back at this moment, the head before the rest: only what stays so is damage.
    """
    for _ in range(_LOOKS):
        problem = _length_problem(database)
        if not problem:
            return
        time.sleep(_PAUSE_SECONDS)
    remedy = "restore it from a copy, or remove the folder and add the articles again"
    raise CorpusDamaged(f"{database}: {problem}; {remedy}")


def _length_problem(database: Path) -> str:
    with reading(database) as file:
        head = file.read(100)
        length = file.seek(0, os.SEEK_END)
    if len(head) < 100 or not head.startswith(b"SQLite format 3\0"):
        return f"its beginning is lost ({length} bytes), and with it all articles"
    log = database.with_name(database.name + "-wal")
    size, pages = int.from_bytes(head[16:18], "big"), int.from_bytes(head[28:32], "big")
    wanted = (65536 if size == 1 else size) * pages
    if length < wanted and not (log.exists() and log.stat().st_size):
        return f"cut short, {length} of {wanted} bytes; the articles in the rest are lost"
    return ""

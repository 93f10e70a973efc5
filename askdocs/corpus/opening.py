"""Finding or making the folder of a corpus, and the quick checks before it is used."""

from __future__ import annotations

import contextlib
import logging
from pathlib import Path

from askdocs.core.errors import CorpusDamaged, CorpusError
from askdocs.core.places import is_address
from askdocs.storage import schema
from askdocs.storage.checksum import CHECKSUM, FORMER_CHECKSUMS
from askdocs.storage.database import Database, Step, mode_of
from askdocs.storage.embedded import DATABASE, EmbeddedStorage, open_writer
from askdocs.storage.lock import nobody_writing, writing
from askdocs.storage.protocol import Storage
from askdocs.storage.vectors.faiss_index import Choice
from askdocs.storage.vectors.manager import FILE
from askdocs.storage.wal import lost_commits

_REMEDY = "restore it from a copy, or remove the folder and add the articles again"
_log = logging.getLogger(__name__)


def open_storage(
    path: str | Path, create: bool, *, index: Choice, lock_seconds: float, step: Step
) -> tuple[Storage, str]:
    """The storage at a path or an address, and what was lost of it, mostly nothing. Errors as for ``Corpus.open``."""
    if isinstance(path, str) and is_address(path):
        from askdocs.core.extras import require

        require("psycopg", extra="postgres", needed_for="a corpus on Postgres")
        from askdocs.storage.postgres.storage import PostgresStorage

        return PostgresStorage.open(path, create, lock_seconds), ""
    folder = Path(path)
    find_or_make(folder, create, lock_seconds, step)
    lost = check(folder / DATABASE, lock_seconds, step)
    return EmbeddedStorage(folder, index=index, lock_seconds=lock_seconds, step=step), lost


def folder_beside(place: str | Path) -> Path:
    """The folder of what stands beside a corpus, as its conversations: its own; of one on a server, one of this user.

    Raises CorpusError where it is no address that can be read.
    """
    if isinstance(place, str) and is_address(place):
        from askdocs.storage.postgres.address import Address

        return Address.of(place).folder_beside
    return Path(place)


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
    left = [name for name in (CHECKSUM, FORMER_CHECKSUMS, FILE) if (path / name).exists()]
    if left:
        raise CorpusDamaged(f"{database}: it is gone, and with it all articles ({left[0]} is still there); {_REMEDY}")
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
    mode = mode_of(database)
    try:
        lost = _lost_from_log(database) if mode == "read" else ""
        with contextlib.closing(Database(database, mode)) as connection:
            old = schema.is_old(connection)
    except CorpusDamaged as error:
        if error.__cause__ is None:
            raise
        raise CorpusDamaged(
            f"{database}: its beginning is lost or its end cut off ({error.__cause__}), and the articles with it; "
            + _REMEDY
        ) from error
    if old and mode == "read":
        with writing(database.parent, lock_seconds):
            open_writer(database, step).close()  # which migrates it
    return lost


def _lost_from_log(database: Path) -> str:
    """What SQLite drops of the log that a killed writer left; the log of one that lives is its own affair."""
    log = database.with_name(database.name + "-wal")
    if not log.exists() or not log.stat().st_size:
        return ""
    with nobody_writing(database.parent) as nobody:
        lost = lost_commits(database) if nobody else ""
    if lost:
        _log.warning("%s", lost)
    return lost

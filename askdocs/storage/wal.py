"""Tells whether SQLite could read all of a write-ahead log that a killed writer left.

SQLite stops at the first frame whose checksum differs, and what was committed after it is gone without a word. But a
process that dies leaves no gap: commits that stand behind such a frame say that bytes were changed.
https://www.sqlite.org/fileformat2.html#walformat
"""

from __future__ import annotations

import contextlib
import struct
from collections import Counter
from pathlib import Path

from askdocs.storage.database import Database

_HEAD = 32
_FRAME = 24


def lost_commits(database: Path) -> str:
    """What to say when SQLite reads fewer frames than there are; nothing where all is well.

    The caller sees to it that nobody writes. The open connection keeps others from deleting the log.
    """
    log = database.with_name(database.name + "-wal")
    with contextlib.closing(Database(database, "write")) as connection:
        (page_size,) = connection.one("PRAGMA page_size") or (0,)
        connection.one("SELECT 1 FROM meta")  # opens the log
        written = _committed_frames(log.read_bytes(), page_size)
        _, read, _ = connection.one("PRAGMA wal_checkpoint(PASSIVE)") or (0, written, 0)
    if read >= written:
        return ""
    return (
        f"{log}: bytes changed behind frame {max(read, 0)} of {written}; the last changes of the corpus are lost: add "
        "its sources again"
    )


def _committed_frames(log: bytes, page_size: int) -> int:
    """How many frames a log holds up to its last commit, whatever their checksums.

    Frames of one log share a salt; those that an earlier log left behind them have another.
    """
    starts = range(_HEAD, len(log) - _FRAME - page_size + 1, _FRAME + page_size)
    frames = [(log[start + 8 : start + 16], struct.unpack_from(">I", log, start + 4)[0]) for start in starts]
    salt = log[16:24]
    if frames and not any(found == salt for found, _ in frames[:3]):
        salt = Counter(found for found, _ in frames).most_common(1)[0][0]  # the log's own head was changed
    return max((number for number, (found, commit) in enumerate(frames, 1) if found == salt and commit), default=0)

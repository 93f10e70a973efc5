"""Tells whether SQLite could read all of a write-ahead log that a killed writer left.

SQLite stops at the first frame whose checksum differs, and what was committed after it is gone without a word. But a
process that dies leaves no gap: commits that stand behind such a frame say that bytes were changed.
https://www.sqlite.org/fileformat2.html#walformat
"""

from __future__ import annotations

import struct
from collections import Counter
from pathlib import Path

from askdocs.storage.database import Database
from askdocs.storage.raw_file import reading

_HEAD = 32
_FRAME = 24


def committed_frames(database: Path) -> tuple[int, bytes]:
    """How many frames the log holds up to its last commit, whatever their checksums, and the salts they share."""
    log = database.with_name(database.name + "-wal")
    data = log.read_bytes() if log.exists() else b""
    if len(data) < _HEAD + _FRAME:
        return 0, b""
    page = _page_size(database)
    starts = range(_HEAD, len(data) - _FRAME - page + 1, _FRAME + page)
    frames = [(data[start + 8 : start + 16], struct.unpack_from(">I", data, start + 4)[0]) for start in starts]
    salts = data[16:24]
    if not any(found == salts for found, _ in frames[:3]) and frames:
        salts = Counter(found for found, _ in frames).most_common(1)[0][0]  # the log's own head was changed
    commits = [number for number, (found, size) in enumerate(frames, 1) if found == salts and size]
    return max(commits, default=0), salts


def lost_commits(database: Path, expected: int, salts: bytes) -> str:
    """What to say when SQLite read fewer frames than there are; nothing where all is well.

    ``expected`` and ``salts`` are what ``committed_frames`` gave before SQLite opened the database.
    """
    if not expected:
        return ""
    connection = Database(database, "write")
    try:
        row = connection.one("PRAGMA wal_checkpoint(PASSIVE)")
        now = committed_frames(database)
    finally:
        connection.close()
    if row is None or row[1] >= expected or now != (expected, salts):
        return ""
    return (
        f"{database}-wal: bytes changed behind frame {max(row[1], 0)} of {expected}; the last changes of the corpus "
        "are lost: add its sources again"
    )


def _page_size(database: Path) -> int:
    with reading(database) as file:
        size = int.from_bytes(file.read(18)[16:18], "big")
    return 65536 if size == 1 else size

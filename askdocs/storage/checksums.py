"""``corpus.sums``: a checksum of each block of ``corpus.db``, so that `--verify` notices every changed byte.

The hashes of rows cover what is stored; these cover the rest: free pages, unused space, SQLite's own tables. They
hold for one state of the corpus, and are written when nothing is left in the write-ahead log.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from askdocs.storage.raw_file import reading

_BLOCK = 1 << 16
_LARGE = 1 << 30  # bytes, read in about a second
_SHARE = 100  # of a large corpus, one chunk in so many must have changed
SUMS = "corpus.sums"


def write_sums(database: Path, generation: int, token: str) -> None:
    """Write the checksums of a database that nobody is writing to. Raises OSError when the disk is full."""
    checksums = b"".join(struct.pack("<I", zlib.crc32(block)) for block in _blocks(database))
    head = {"generation": generation, "token": token, "bytes": database.stat().st_size}
    data = json.dumps(head).encode() + b"\n" + checksums
    new = database.with_name(SUMS + ".new")
    try:
        with new.open("wb") as file:
            file.write(data + struct.pack("<I", zlib.crc32(data)))
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, database.with_name(SUMS))
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def sums_are_due(database: Path, changed: int, chunks: int) -> bool:
    """Whether to read the whole database again for its checksums: yes, unless it is large and hardly changed.

    Without them `--verify` still compares every row; only free space and SQLite's own tables go unchecked.
    """
    if not database.with_name(SUMS).exists():
        return True
    return database.stat().st_size <= _LARGE or changed * _SHARE >= chunks


def changed_blocks(database: Path, generation: int, token: str) -> list[str]:
    """What changed since the checksums were written; nothing where they are of another state, or not there.

    The caller holds a read snapshot of that state, so that nobody writes into the file meanwhile.
    """
    path = database.with_name(SUMS)
    if not path.exists():
        return []
    data = path.read_bytes()
    if len(data) < 4 or struct.unpack("<I", data[-4:])[0] != zlib.crc32(data[:-4]):
        return [f"{path}: its own checksum differs; `askdocs rebuild` writes it anew"]
    head, _, checksums = data[:-4].partition(b"\n")
    said = json.loads(head)
    if (said["generation"], said["token"]) != (generation, token):
        return []
    problems = []
    if said["bytes"] != database.stat().st_size:
        problems.append(f"{database}: {database.stat().st_size} bytes long instead of {said['bytes']}")
    wanted = struct.unpack(f"<{len(checksums) // 4}I", checksums)
    for number, (crc, block) in enumerate(zip(wanted, _blocks(database), strict=False)):
        if crc != zlib.crc32(block):
            problems.append(f"{database}: bytes {number * _BLOCK} to {number * _BLOCK + len(block)} changed")
    return problems


def _blocks(path: Path) -> Iterator[bytes]:
    with reading(path) as file:
        while block := file.read(_BLOCK):
            yield block

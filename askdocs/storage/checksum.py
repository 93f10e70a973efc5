"""``corpus.checksum``: a hash of all the bytes of ``corpus.db``, so that `--verify` notices every changed one.

The hashes of rows cover what is stored, SQLite's own check its structure; this covers the rest: free pages, unused
space, and the few places of the index of words that FTS5's check does not see. It holds for one state of the corpus.
"""

from __future__ import annotations

import os

from askdocs.storage.database import Database, row_hash
from askdocs.storage.reader import State

CHECKSUM = "corpus.checksum"
FORMER_CHECKSUMS = "corpus.sums"  # what askdocs wrote before November 2026; it is not read any more
_LARGE = 1 << 30  # bytes, read in about a second
_SHARE = 100  # of a large corpus, one chunk in so many must have changed


def write_checksum(database: Database, state: State) -> None:
    """Write the hash of a database whose log is written back and that nobody is writing to. Raises OSError."""
    path = database.path.with_name(CHECKSUM)
    new = path.with_name(CHECKSUM + ".new")
    try:
        with new.open("w") as file:
            file.write(_line(str(state.generation), state.token, database.file_hash()))
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)
    path.with_name(FORMER_CHECKSUMS).unlink(missing_ok=True)


def checksum_is_due(database: Database, before: State, now: State) -> bool:
    """Whether to read the whole database again: yes, unless it is large and hardly changed since ``before``.

    Without it `--verify` still compares every row; only what no row holds goes unchecked.
    """
    if database.path.stat().st_size <= _LARGE or not database.path.with_name(CHECKSUM).exists():
        return True
    changed = now.last_chunk - before.last_chunk + abs(now.chunks - before.chunks)
    return changed * _SHARE >= now.chunks


def checksum_problem(database: Database, state: State) -> str:
    """What to say when bytes changed since the hash was written; nothing where it is of another state, or not there.

    The caller holds a read snapshot of that state, so that nobody writes into the file meanwhile.
    """
    path = database.path.with_name(CHECKSUM)
    if not path.exists():
        return ""
    line = path.read_bytes().decode("ascii", "replace")
    generation, token, stored = [*line.split(" "), "", "", ""][:3]
    if line != _line(generation, token, stored):
        return f"{path}: its own bytes changed; `askdocs rebuild` writes it anew"
    if (generation, token) != (str(state.generation), state.token) or stored == database.file_hash():
        return ""
    return f"{database.path}: bytes changed; what is lost is named beside this, `askdocs rebuild` writes the rest anew"


def _line(*values: str) -> str:
    return " ".join([*values, row_hash(*values).hex()])

"""Reading a database's bytes keeps SQLite's locks, and does not collect descriptors."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from askdocs.storage import schema
from askdocs.storage.database import Database

# Another process that thinks itself alone deletes the log as it closes.
OTHER = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM meta').fetchall(); c.close()"


def test_another_process_does_not_delete_the_log(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    schema.create(path)
    database = Database(path, "read")
    database.one("SELECT 1 FROM meta")
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    hashes = set()
    for _ in range(20):
        second = Database(path, "read")
        hashes.add(second.file_hash())
        second.close()
    assert len(hashes) == 1
    subprocess.run([sys.executable, "-c", OTHER, str(path)], check=True)
    assert (tmp_path / "corpus.db-wal").exists()
    if before:
        assert len(os.listdir("/proc/self/fd")) <= before + 1  # SQLite keeps one of its own for the same reason
    database.close()
    if before:
        assert len(os.listdir("/proc/self/fd")) < before
    assert not (tmp_path / "corpus.db-wal").exists()

"""Reads the bytes of a database without breaking SQLite's locks on it.

On POSIX systems, closing any descriptor of a file drops all locks that the process holds on it, also SQLite's; another
process may then delete the write-ahead log that is still being read. So all connections to a file share one
descriptor, closed after the last of them. https://www.sqlite.org/howtocorrupt.html, section 2.2
"""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

_lock = threading.Lock()
_files: dict[tuple[int, int], RawFile] = {}


class RawFile:
    """The file of a database; call ``release`` once for each ``acquire``, after closing the connection."""

    def __init__(self, path: Path, identity: tuple[int, int]) -> None:
        self._file = path.open("rb", buffering=0)
        self._identity = identity
        self._reading = threading.Lock()
        self._users = 0

    @classmethod
    def acquire(cls, path: Path) -> RawFile:
        """The file at ``path``, before a connection to it is opened. Raises OSError."""
        with _lock:
            status = path.stat()
            identity = (status.st_dev, status.st_ino)
            if identity not in _files:
                _files[identity] = cls(path, identity)
            _files[identity]._users += 1
            return _files[identity]

    def release(self) -> None:
        """Say that a connection was closed."""
        with _lock:
            self._users -= 1
            if not self._users:
                del _files[self._identity]
                self._file.close()

    def hash(self) -> str:
        """The BLAKE2b hash of all its bytes."""
        with self._reading:
            self._file.seek(0)
            return hashlib.file_digest(self._file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()

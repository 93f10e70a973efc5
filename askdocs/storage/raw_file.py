"""Reads the bytes of a database without breaking SQLite's locks on it.

On POSIX systems, closing any descriptor of a file drops all locks that the process holds on it, also SQLite's; another
process may then delete the write-ahead log that is still being read. So a descriptor opened here stays open until
the process has no connection to that file. https://www.sqlite.org/howtocorrupt.html, section 2.2
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

Identity = tuple[int, int]

_lock = threading.Lock()
_connections: defaultdict[Identity, int] = defaultdict(int)
_waiting: defaultdict[Identity, list[int]] = defaultdict(list)


def connected(path: Path) -> Identity | None:
    """Say that a connection to this file is about to be opened; ``disconnected`` takes what this gives."""
    with _lock:
        try:
            status = path.stat()
        except OSError:
            return None
        identity = (status.st_dev, status.st_ino)
        _connections[identity] += 1
        return identity


def disconnected(identity: Identity | None) -> None:
    """Say that the connection was closed."""
    with _lock:
        if identity is None:
            return
        _connections[identity] -= 1
        if not _connections[identity]:
            del _connections[identity]
            for descriptor in _waiting.pop(identity, []):
                os.close(descriptor)


@contextlib.contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """The file, to be read from its beginning; it must not be used after the block."""
    status = path.stat()
    with _lock:
        kept = _waiting.get((status.st_dev, status.st_ino))
        descriptor = kept.pop() if kept else os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        with open(descriptor, "rb", closefd=False) as file:
            yield file
    finally:
        status = os.fstat(descriptor)
        identity = (status.st_dev, status.st_ino)
        with _lock:
            if _connections.get(identity):
                _waiting[identity].append(descriptor)
            else:
                os.close(descriptor)

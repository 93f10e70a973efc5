"""One writer at a time, across processes, and who it is."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import filelock

from askdocs.core.errors import CorpusError, CorpusLocked

LOCK, HOLDER = "writer.lock", "writer.json"
_GLANCE = 0.25  # seconds between two looks at whether a waiting writer was given up


@contextlib.contextmanager
def writing(folder: Path, seconds: float, stopped: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Hold the writer's lock of a corpus during the block; wait ``seconds`` for another writer, until ``stopped``.

    The operating system lets go of it when the process dies, however it dies.

    Raises:
        CorpusLocked: another writer holds it; the message names its process, host and command.
        CorpusError: the folder cannot be written.
    """
    lock = filelock.FileLock(folder / LOCK, thread_local=False)
    try:
        _acquire(lock, seconds, stopped)
    except filelock.Timeout:
        raise CorpusLocked(f"{folder}: {_holder(folder)} is writing to it; waited {seconds:g} s, try again") from None
    except OSError as error:
        raise CorpusError(
            f"{folder}: cannot be written ({error.strerror}); copy it to a folder you may write to"
        ) from error
    try:
        # A disk too full for these few bytes is too full for the change, which says so itself.
        with contextlib.suppress(OSError):
            _write_holder(folder / HOLDER)
        yield
    finally:
        with contextlib.suppress(OSError):
            (folder / HOLDER).unlink(missing_ok=True)
        lock.release()


@contextlib.contextmanager
def nobody_writing(folder: Path) -> Iterator[bool]:
    """Whether nobody writes to the corpus, which then stays so during the block."""
    lock = filelock.FileLock(folder / LOCK, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except (filelock.Timeout, OSError):
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def _acquire(lock: filelock.BaseFileLock, seconds: float, stopped: Callable[[], bool]) -> None:
    """Wait for the lock a little at a time. Raises Timeout when the seconds are over, or ``stopped`` says so."""
    end = time.monotonic() + seconds
    while True:
        left = max(0.0, end - time.monotonic())
        try:
            lock.acquire(timeout=min(left, _GLANCE))
            return
        except filelock.Timeout:
            if left <= _GLANCE or stopped():
                raise


def _write_holder(path: Path) -> None:
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200]
    path.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "command": command}))


def _holder(folder: Path) -> str:
    """The writer in words; it may just have begun, or just have gone."""
    try:
        found = json.loads((folder / HOLDER).read_text())
        return f"process {found['pid']} on {found['host']} ({found['command']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"

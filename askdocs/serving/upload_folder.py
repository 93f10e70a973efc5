"""The folder of a corpus for files that clients send: ``uploads/``, and in it ``.waiting/`` for what is not added yet.

A file that arrives is written to a folder of its request below ``.waiting/``, which no walk of folders enters. It is
moved to its place just before it is indexed, by the one thread that indexes the corpus: so two requests never write to
one file, and what waits when the service ends is found there when it starts again.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from askdocs.core.errors import CorpusError
from askdocs.ingest.file_state import absolute
from askdocs.serving.refusals import NoRoom, NotWritable
from askdocs.storage.database import writable
from askdocs.storage.embedded import DATABASE

FOLDER, WAITING = "uploads", ".waiting"
ROOM = 256 * 1024**2  # bytes that stay free on the disk, for the corpus itself
_PREVIOUS = ".previous-"
_RESUMING = ".resuming"
_FORGOTTEN = 3600  # seconds after which a request that sent nothing more is over


class Placed(NamedTuple):
    """A file in its place; ``previous`` is where the file of the same name is kept that was there before."""

    path: Path
    state: Literal["new", "replaced", "same"]
    previous: Path | None = None

    def take_back(self) -> None:
        """Put the previous file back, or none where there was none."""
        if self.previous is not None:
            os.replace(self.previous, self.path)
        else:
            self.path.unlink(missing_ok=True)


class UploadFolder:
    """The files that clients sent to one corpus."""

    def __init__(self, corpus: Path) -> None:
        self.path = corpus / FOLDER
        self._waiting = self.path / WAITING
        self._database = corpus / DATABASE

    def check_writable(self) -> None:
        """Raise NotWritable where the corpus can only be read here."""
        if not writable(self._database):
            raise NotWritable("the corpus can only be read here: its folder cannot be written; nothing can be changed")

    def new_batch(self) -> Path:
        """A folder for the files of one request. Raises NotWritable, NoRoom."""
        batch = self._waiting / secrets.token_hex(8)
        if self.path.is_symlink():
            raise NotWritable(f"{FOLDER} is a link that leads out of the corpus; make it a folder")
        try:
            batch.mkdir(parents=True)
        except OSError as error:
            raise NotWritable(
                f"nothing can be added here: the folder of the corpus cannot be written ({error.strerror})"
            ) from error
        return batch

    def check_room(self, wanted: int = 0) -> None:
        """Raise NoRoom where the disk has no room for so many bytes more."""
        if shutil.disk_usage(self._waiting).free - wanted < ROOM:
            raise NoRoom("the disk of the service has too little room left; remove something, or send less")

    def place(self, batch: Path) -> list[Placed]:
        """Move the files of a request to their places; a file of the same name is kept until ``discard``.

        Raises CorpusError where one cannot be moved.
        """
        try:
            return [self._placed(file) for file in self.files_of(batch)]
        except OSError as error:
            raise CorpusError(f"{FOLDER} cannot be written ({error.strerror})") from error

    def _placed(self, file: Path) -> Placed:
        target = self.path / file.name
        if not os.path.lexists(target):
            os.replace(file, target)
            return Placed(target, "new")
        if _same(file, target):
            return Placed(target, "same")
        previous = file.with_name(_PREVIOUS + file.name)
        os.replace(target, previous)
        os.replace(file, target)
        return Placed(target, "replaced", previous)

    def discard(self, batch: Path) -> None:
        """Remove the folder of a request with all that is still in it."""
        shutil.rmtree(batch, ignore_errors=True)

    def holds(self, file: str) -> bool:
        """Whether a file, by its absolute path, lies in this folder itself."""
        return os.path.dirname(file) == absolute(self.path) and not self.path.is_symlink()

    def remove(self, file: str) -> bool:
        """Remove a file by its absolute path; only one that lies in this folder itself. Of a link, the link goes."""
        if not self.holds(file) or os.path.isdir(file):
            return False
        Path(file).unlink(missing_ok=True)
        return True

    # -- what was left when the service ended

    def left(self) -> list[Path]:
        """The folders of requests that wait, the oldest first; those are cleared away that never arrived whole."""
        found = sorted(_visible(self._waiting), key=lambda batch: batch.stat().st_mtime)
        whole = [batch for batch in found if (batch / _WHOLE).exists()]
        for batch in set(found) - set(whole):
            if time.time() - batch.stat().st_mtime > _FORGOTTEN:
                self.discard(batch)
        return whole

    def mark_whole(self, batch: Path) -> None:
        """Say that all files of a request have arrived."""
        (batch / _WHOLE).touch()

    def files(self) -> list[Path]:
        """The files in their places."""
        return self.files_of(self.path)

    @staticmethod
    def files_of(folder: Path) -> list[Path]:
        """The files of a folder that are not hidden."""
        return sorted(file for file in _visible(folder) if file.is_file())

    def begin_resuming(self) -> bool:
        """Whether to index what was left: not where the process ended the last time it did, but the time after."""
        mark = self.path / _RESUMING
        if mark.exists():
            mark.unlink()
            return False
        mark.touch()
        return True

    def end_resuming(self) -> None:
        """Say that what was left has been indexed, or was given up in good order."""
        (self.path / _RESUMING).unlink(missing_ok=True)


_WHOLE = ".whole"


def _visible(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (entry for entry in folder.iterdir() if not entry.name.startswith("."))


def _same(one: Path, other: Path) -> bool:
    """Whether two files hold the same bytes; a link, or what is no file, is never the same."""
    if other.is_symlink() or not other.is_file() or one.stat().st_size != other.stat().st_size:
        return False
    digests = []
    for path in (one, other):
        with path.open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").digest())
    return digests[0] == digests[1]

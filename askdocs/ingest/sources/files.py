"""The files that a path, a folder or a pattern stands for, and their bytes."""

from __future__ import annotations

import errno
import glob
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from askdocs.core.errors import SourceError
from askdocs.core.reports import Skipped
from askdocs.ingest.sources.metadata import whole

# What one file may hold. Twenty million characters are some 40 novels; more is a database, or a mistake.
MAX_BYTES = 20 * 1024 * 1024

# A folder with this file in it is a corpus, and these files in it are nobody's articles.
CORPUS_FILE = "corpus.db"
_OWN = re.compile(
    r"(?:corpus\.(?:db|checksum|sums)|vectors\.faiss|chats(?:-[a-z0-9]*-[0-9a-f]{8})?\.db)(?:-wal|-shm|-journal|\.new)*|writer\.(?:lock|json)"
    r"|calibration\.json|used"
)


def files(source: str) -> Iterator[Path | Skipped]:
    """Every file that ``source`` stands for, in the order of their names.

    Folders are walked to the bottom. Hidden files and corpora inside them are left out; of a folder that is a corpus
    itself, and of what a pattern matches, the corpus' own files are. Links are followed, each folder once. What cannot
    be listed, and a corpus inside a folder that holds other files as well, comes as :class:`Skipped`.
    """
    path = Path(source).expanduser()
    if glob.has_magic(source) and not os.path.lexists(path):
        matches = sorted(match for match in glob.glob(str(path), recursive=True) if not _belongs_to_corpus(match))
        if not matches:
            yield Skipped(source=source, reason="no file matches this pattern")
        seen: set[tuple[int, int]] = set()
        for match in matches:
            # "**" matches a folder and also what is in it; the folder is walked by its own matches then.
            if not (Path(match).is_dir() and "**" in source):
                yield from _walk(Path(match), seen)
    else:
        yield from _walk(path, set())


def _walk(top: Path, seen: set[tuple[int, int]]) -> Iterator[Path | Skipped]:
    """The files under ``top``, depth first; not by recursion, for folders may be nested more deeply than calls."""
    waiting = [str(top)]  # texts, for a folder may hold a million files, and a path takes five times as much memory
    while waiting:
        path = Path(waiting.pop())
        try:
            status = path.stat()
            if not stat.S_ISDIR(status.st_mode):
                yield path
                continue
            if (status.st_dev, status.st_ino) in seen:
                yield Skipped(source=name(path), reason="this link leads to a folder that is read already")
                continue
            seen.add((status.st_dev, status.st_ino))
            entries = sorted((entry for entry in os.listdir(path) if not entry.startswith(".")), reverse=True)
            if CORPUS_FILE in entries:
                entries = [entry for entry in entries if not is_of_a_corpus(entry)]
                if path != top:
                    if entries:
                        reason = f"it holds a corpus; to add the {len(entries)} other files in it, name this folder"
                        yield Skipped(source=name(path), reason=reason)
                    continue
            waiting += [os.path.join(path, entry) for entry in entries]
        except OSError as error:
            yield Skipped(source=name(path), reason=_why(error))


def is_of_a_corpus(entry: str) -> bool:
    """Whether a file of this name, in the folder of a corpus, is one that askdocs made.

    >>> [is_of_a_corpus(name) for name in ("corpus.db-wal", "vectors.faiss", "writer.lock", "notes.md")]
    [True, True, True, False]
    """
    return _OWN.fullmatch(entry) is not None


def _belongs_to_corpus(match: str) -> bool:
    """Whether a file that a pattern matches lies in the folder of a corpus and is one of its own."""
    folder, entry = os.path.split(match)
    return is_of_a_corpus(entry) and os.path.lexists(os.path.join(folder, CORPUS_FILE))


def read_bytes(path: Path) -> bytes:
    """The bytes of a file. Raises :class:`SourceError` where it is empty, too large, gone, or no file at all."""
    source = name(path)
    try:
        # Opening a named pipe would wait for somebody to write to it, were it not for O_NONBLOCK.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise SourceError(source, "it is not a regular file")
            data = file.read(min(status.st_size, MAX_BYTES) + 1)
            if len(data) > status.st_size:  # it is growing at this moment
                data += file.read(MAX_BYTES + 1 - len(data))
    except OSError as error:
        raise SourceError(source, _why(error)) from error
    if len(data) > MAX_BYTES:
        raise SourceError(source, f"it is larger than {MAX_BYTES // 1024**2} MiB; split it into articles")
    if not data:
        raise SourceError(source, "the file is empty")
    return data


def name(path: Path) -> str:
    """A path as text, also where its bytes are no UTF-8."""
    return whole(str(path))


def _why(error: OSError) -> str:
    if error.errno == errno.ENOENT:
        return "it is not there (a wrong name, a broken link, or removed while reading)"
    if error.errno == errno.ELOOP:
        return "its symbolic links lead in a circle"
    if error.errno == errno.EACCES:
        return "permission to read it is missing"
    return f"it cannot be read: {error.strerror or error}"

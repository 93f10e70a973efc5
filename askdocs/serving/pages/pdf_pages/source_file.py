"""The PDF that an article came from: only where it is still there, and still the file that was added."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from askdocs.core.errors import SourceError
from askdocs.ingest.file_state import is_url
from askdocs.ingest.sources.files import MAX_BYTES
from askdocs.storage.reader import Store
from askdocs.storage.rows import SourceRow

_MOST_REMEMBERED = 512
_remembered: OrderedDict[tuple[str, int, int, int, int], str] = OrderedDict()
_lock = threading.Lock()


class SourcePdf(NamedTuple):
    """A PDF on this machine, and the SHA-256 of its bytes when it was added, which they still have."""

    path: Path
    content_hash: str

    def read(self) -> bytes:
        """Its bytes. Raises SourceError: they are not those that were added."""
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise SourceError(self.path.name, f"the PDF cannot be read any more ({error.strerror})") from error
        if hashlib.sha256(data).hexdigest() != self.content_hash:
            raise SourceError(self.path.name, _CHANGED)
        return data


_CHANGED = "the PDF changed since it was added, so its pages are not shown; add it again"
_GONE = "the PDF is not where it was when it was added, so its pages are not shown"


def source_pdf(store: Store, article_id: str) -> SourcePdf | None:
    """The PDF of an article; ``None`` where the article did not come from a PDF on this machine.

    Raises:
        SourceError: it came from one, which went or changed; the reason says which.
    """
    number = store.number_of(article_id)
    return None if number is None else _first_intact(store.source_rows(number))


def _first_intact(rows: Sequence[SourceRow]) -> SourcePdf | None:
    trouble: SourceError | None = None
    for row in rows:
        if not row.file.lower().endswith(".pdf") or is_url(row.file) or not row.content_hash:
            continue
        path = Path(row.file)
        found = _hash(path)
        if found == row.content_hash:
            return SourcePdf(path, found)
        trouble = SourceError(row.source, _CHANGED if found else _GONE)
    if trouble:
        raise trouble
    return None


def _hash(path: Path) -> str:
    """The SHA-256 of a file; "" where there is none that can be read. Not read again while its state is the same."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_BYTES:
            return ""
        key = (os.fspath(path), status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        with _lock:
            if key in _remembered:
                _remembered.move_to_end(key)
                return _remembered[key]
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
    with _lock:
        _remembered[key] = found
        while len(_remembered) > _MOST_REMEMBERED:
            _remembered.popitem(last=False)
    return found

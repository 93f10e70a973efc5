"""What a corpus knows of the files its articles came from: unchanged, touched, moved or gone, without reading them."""

from __future__ import annotations

import glob
import hashlib
import os
import re
import stat
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from askdocs.core.reports import Skipped
from askdocs.ingest.sources.files import MAX_BYTES, name
from askdocs.ingest.sources.globs import expression
from askdocs.storage.writer import Source, Writer

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_RECORD = re.compile(r"#\d+$")
_ANY = re.compile("")
# A file changed so shortly before it was looked at may change again within the same tick of the clock.
_FRESH_NANOSECONDS = 2_000_000_000


class KnownFiles:
    """Compares files with their rows in ``sources``; ``versions`` are those of the cleaner and the chunker."""

    def __init__(self, writer: Writer, versions: tuple[str, str]) -> None:
        self._writer = writer
        self._versions = versions

    def of(self, path: Path) -> list[Source]:
        """The sources that came from this file."""
        return self._writer.sources(file=absolute(path))

    def looked_at(self, path: Path) -> Source | None:
        """The file as it is now, with the hash of its bytes; ``None`` when size and times say it is unchanged.

        Raises OSError when it cannot be read.
        """
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or not 0 < status.st_size <= MAX_BYTES:
            raise OSError("not a file that is read")
        times = (status.st_mtime_ns, status.st_ctime_ns)
        if time.time_ns() - max(times) < _FRESH_NANOSECONDS:
            times = (0, 0)
        seen = Source(name(path), absolute(path), "", status.st_size, *times)
        stored = self.of(path)
        same = [(one.size, one.modified, one.changed) == (seen.size, *times) and times != (0, 0) for one in stored]
        if stored and all(same) and self._made_by_these_versions(seen.file):
            return None
        with path.open("rb") as file:
            return replace(seen, content_hash=hashlib.file_digest(file, "sha256").hexdigest())

    def touched(self, seen: Source) -> list[str]:
        """The sources of a file whose bytes are the same; its new times are remembered. None: it changed."""
        stored = self._writer.sources(file=seen.file)
        if not stored or any(one.content_hash != seen.content_hash for one in stored):
            return []
        if not self._made_by_these_versions(seen.file):
            return []
        with self._writer.changing():
            for one in self._writer.sources(file=seen.file):  # asked again: another writer may have come first
                self._point(replace(seen, source=one.source), one.source)
        return [one.source for one in stored]

    def holders(self, seen: Source) -> list[Source]:
        """The sources of another file of the same kind and bytes; none where the file itself is known."""
        if self._writer.sources(file=seen.file):
            return []
        holders = self._writer.sources(content_hash=seen.content_hash)
        holders = [one for one in holders if Path(one.file).suffix == Path(seen.file).suffix]
        if not holders or not self._made_by_these_versions(holders[0].file):
            return []
        return [one for one in holders if one.file == holders[0].file]

    def moved(self, seen: Source) -> tuple[list[str], bool]:
        """What articles are called now that another file of the same bytes holds, and whether that file has gone.

        They are then known from this file too, and only from this one where the other has gone. Call it in a change.
        """
        holders, names = self.holders(seen), []
        gone = bool(holders) and not os.path.lexists(holders[0].file)
        for one in holders:
            record = None if one.source.endswith(Path(one.file).name) else _RECORD.search(one.source)
            source = self.free_name(seen.source + (record[0] if record else ""), seen.file)
            self._point(replace(seen, source=source), one.source, main=gone)
            if gone:
                self._writer.drop_source(one.source)
            names.append(source)
        return names, gone

    def free_name(self, source: str, file: str) -> str:
        """The name an article of ``file`` gets: as it was read, unless another file that is there has that name.

        That happens with relative paths, from two working folders; then the name is the absolute path.
        """
        others = self._writer.sources(source=source)
        if not others or others[0].file in ("", file) or not exists(others[0].file):
            return source
        record = _RECORD.search(source)
        return file + (record[0] if record and not file.endswith(record[0]) else "")

    def pruned(self, source: str, sure: bool = False) -> tuple[int, Skipped | None]:
        """Remove the sources under a path or pattern whose files have gone; gives how many articles went.

        A folder that has gone as a whole may only be unmounted: it is named and left alone, unless ``sure``.
        """
        path = os.path.abspath(os.path.expanduser(source))
        folder = path.rstrip(os.sep) + os.sep
        if not sure and not os.path.isdir(path) and any(True for _ in self._writer.each_source_below(folder)):
            reason = "the folder is not there; nothing of it was pruned (remove it by `askdocs remove`, or mount it)"
            return 0, Skipped(source=source, reason=reason)
        gone = _gone(self._writer.each_source_below(folder)) | _gone(self._writer.sources(file=path))
        if glob.has_magic(source) and not os.path.lexists(path):
            gone |= _gone(self._writer.each_source(), expression(path))
        return sum(self._writer.drop_source(source) for source in sorted(gone)), None

    def _made_by_these_versions(self, file: str) -> bool:
        return self._writer.versions_of(file) <= {self._versions}

    def _point(self, source: Source, holder: str, main: bool = False) -> None:
        number = self._writer.article_of(holder)
        assert number is not None, "a source always has its article"
        self._writer.point(source, number, main)


def _gone(sources: Iterable[Source], pattern: re.Pattern[str] = _ANY) -> set[str]:
    """Those whose files match and are not there any more; a source at a time, for there may be a million of them."""
    return {one.source for one in sources if pattern.match(one.file) and not exists(one.file)}


def is_url(source: object) -> bool:
    """Whether a source is an address, and not a path.

    >>> is_url("https://example.org/a"), is_url("notes/a.md")
    (True, False)
    """
    return isinstance(source, str) and bool(_URL.match(source))


def absolute(path: Path) -> str:
    """Where a file is, as text; bytes of its name that are no text are written as ``\\udcff``."""
    return os.path.abspath(path).encode("utf-8", "backslashreplace").decode()


def exists(file: str) -> bool:
    """Whether what a source came from may still be there; an address may, an ``Article`` of the caller's is."""
    unknown = "\\udc" in file  # a name that is no text cannot be asked for
    return not file or is_url(file) or unknown or os.path.lexists(file)

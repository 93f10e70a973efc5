"""Follows files and folders, and says which paths changed."""

from __future__ import annotations

import glob
import os
import re
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from askdocs.core.extras import require
from askdocs.ingest.sources.files import is_of_a_corpus
from askdocs.ingest.sources.globs import expression

if TYPE_CHECKING:
    import watchfiles

_DEBOUNCE_MILLISECONDS = 400


def changes(sources: Sequence[str | Path], without: Path, stop: threading.Event | None = None) -> Iterator[list[Path]]:
    """The paths under ``sources`` that came, changed or went, some at a time, until ``stop`` is set.

    A list comes at least every half second, an empty one where nothing changed; from the first one on no change is
    missed. Hidden files and the own files of the corpus in the folder ``without``, which change with every change,
    are left out. Raises ExtraMissing where watchfiles is not installed.
    """
    require_watchfiles()
    import watchfiles

    wanted = [_Followed(str(source)) for source in sources]
    roots = sorted({followed.root for followed in wanted})
    corpus = os.path.abspath(without)

    def matters(_: watchfiles.Change, path: str) -> bool:
        folder, entry = os.path.split(path)
        return not (folder == corpus and is_of_a_corpus(entry)) and any(followed.holds(path) for followed in wanted)

    watcher = watchfiles.watch(
        *roots,
        watch_filter=matters,
        debounce=_DEBOUNCE_MILLISECONDS,
        step=50,
        stop_event=stop,
        rust_timeout=500,
        yield_on_timeout=True,
        recursive=True,
    )
    for batch in watcher:
        yield sorted({Path(path) for _, path in batch})


def require_watchfiles() -> None:
    """Raise ExtraMissing where watchfiles is not installed."""
    require("watchfiles", extra="watch", needed_for="following files for changes")


class _Followed:
    """A source as given: the folder to watch, and which paths in it count."""

    def __init__(self, source: str) -> None:
        path = os.path.abspath(os.path.expanduser(source))
        self._matches = re.compile("")
        if glob.has_magic(source) and not os.path.lexists(path):
            self._matches = expression(path)
            while glob.has_magic(path):
                path = os.path.dirname(path)
        elif not os.path.isdir(path):
            self._matches = re.compile(re.escape(path) + r"\Z")
            path = os.path.dirname(path)
        self.root = path

    def holds(self, path: str) -> bool:
        """Whether a changed path belongs to this source."""
        if path != self.root and not path.startswith(self.root.rstrip(os.sep) + os.sep):
            return False
        inside = os.path.relpath(path, self.root).split(os.sep)
        if any(part.startswith(".") and part != "." for part in inside):
            return False
        return bool(self._matches.match(path))

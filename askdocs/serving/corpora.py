"""The corpora of a service by name, each opened once."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from askdocs.core.errors import AskdocsError
from askdocs.core.protocols import Embedder
from askdocs.corpus.corpus import Corpus


class UnknownCorpus(AskdocsError):
    """No corpus of this name is served."""


class Corpora:
    """The corpora of a service; they open when they are first asked for, and close together."""

    def __init__(self, folders: Mapping[str, Path], embedder: Embedder | None = None) -> None:
        self._folders = dict(folders)
        self._embedder = embedder
        self._opened: dict[str, Corpus] = {}
        self._lock = threading.Lock()

    @property
    def names(self) -> tuple[str, ...]:
        """Their names; the first is the default."""
        return tuple(self._folders)

    def get(self, name: str) -> Corpus:
        """The corpus of this name; a folder that is not there yet is made.

        Raises UnknownCorpus, and CorpusError where it cannot be opened.
        """
        if name not in self._folders:
            raise UnknownCorpus(f"no corpus {name!r} is served; there are: {', '.join(self._folders)}")
        with self._lock:
            if name not in self._opened:
                self._opened[name] = Corpus.open(self._folders[name], embedder=self._embedder)
            return self._opened[name]

    def close(self) -> None:
        """Close those that were opened."""
        with self._lock:
            for corpus in self._opened.values():
                corpus.close()
            self._opened.clear()

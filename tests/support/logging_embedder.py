"""An embedder for tests of several processes: slow if asked, and it writes down which process embedded which text."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Sequence
from pathlib import Path

from askdocs.core.base import FloatArray
from askdocs.testing import DeterministicEmbedder


class LoggingEmbedder(DeterministicEmbedder):
    """Takes ``seconds`` a text, of which it writes ``PID HASH`` to ``log``; a ``deadly`` word ends its process."""

    def __init__(self, log: Path, seconds: float = 0.0, deadly: str = "") -> None:
        super().__init__()
        self._log, self._seconds, self._deadly = log, seconds, deadly

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        """As ever, once the time is over."""
        if self._deadly and any(self._deadly in text for text in texts):
            os._exit(9)
        for text in texts:
            time.sleep(self._seconds)
            with self._log.open("a") as file:
                file.write(f"{os.getpid()} {hashlib.sha256(text.encode()).hexdigest()}\n")
        return super().embed_texts(texts)


def embedded(log: Path) -> list[tuple[int, str]]:
    """The process and the hash of each text that was embedded."""
    if not log.exists():
        return []
    return [(int(pid), text) for pid, text in (line.split() for line in log.read_text().splitlines())]

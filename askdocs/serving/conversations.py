"""The stored conversations of a service: who may see which, and one thread at a time in each file."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator

from askdocs.core.answers import ChatTurn
from askdocs.core.errors import AskdocsError
from askdocs.corpus.opening import folder_beside
from askdocs.serving.access import Caller
from askdocs.serving.settings import ServeSettings
from askdocs.storage.chat_history import Chats

_log = logging.getLogger(__name__)


class UnknownConversation(AskdocsError):
    """No conversation of this number is the caller's."""


class Conversations:
    """The conversations of every corpus. Where callers show tokens, each has their own; else all share those of
    ``askdocs chat``.

    A file stays open once it was used, as conversations that cannot be written to disk live in memory only.
    """

    def __init__(self, settings: ServeSettings) -> None:
        self._settings = settings
        self._opened: dict[tuple[str, str | None], tuple[Chats, threading.Lock]] = {}
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def of(self, corpus: str, caller: Caller) -> Iterator[Chats]:
        """The conversations of a caller about the corpus of this name, for this thread alone; not for an event loop."""
        chats, lock = self._open(corpus, caller.name if self._settings.access else None)
        with lock:
            yield chats

    def turns(self, corpus: str, caller: Caller, number: int) -> list[ChatTurn]:
        """The questions of a conversation with their answers, oldest first. Raises UnknownConversation."""
        with self.of(corpus, caller) as chats:
            if all(known.id != number for known in chats.conversations()):
                raise UnknownConversation(f"there is no conversation {number}, or no longer; begin a new one")
            return chats.turns(number)

    def close(self) -> None:
        """Close the files that were opened, once nobody is in them."""
        with self._lock:
            for chats, lock in self._opened.values():
                with lock:
                    chats.close()
            self._opened.clear()

    def _open(self, corpus: str, owner: str | None) -> tuple[Chats, threading.Lock]:
        with self._lock:
            if (corpus, owner) not in self._opened:
                chats = Chats.open(folder_beside(self._settings.corpora[corpus]), owner)
                if chats.in_memory:
                    _log.warning("%s", chats.in_memory)
                self._opened[corpus, owner] = chats, threading.Lock()
            return self._opened[corpus, owner]

"""The state of ``askdocs chat``: the corpus, the conversation, the options, and asking with them.

It knows neither terminal nor pipe; :mod:`askdocs.cli.chat.loop` runs the lines of either with one.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from askdocs.core.errors import AskdocsError, CorpusError
from askdocs.text.sanitize import one_line

if TYPE_CHECKING:
    from askdocs.core.answers import Answer, ChatTurn, Event
    from askdocs.core.reports import FilterCounts
    from askdocs.corpus.ask_options import Style
    from askdocs.corpus.chat import Chat
    from askdocs.corpus.corpus import Corpus
    from askdocs.storage.chat_history import Chats

Warn = Callable[[str], None]
_log = logging.getLogger(__name__)
_LOCK_SECONDS = 5.0  # somebody waits at the prompt: say soon who holds the corpus


@dataclass(frozen=True)
class Options:
    """How questions are asked; ``None`` leaves a choice to the settings."""

    model: str | None = None
    k: int | None = None
    threshold: float | None = None
    where: dict[str, list[str]] | None = None
    timeout: float | None = None
    style: Style | None = None

    def arguments(self) -> dict[str, Any]:
        """As keyword arguments of :meth:`Corpus.ask`."""
        return dict(vars(self))


class Session:
    """One sitting: opens the corpus in the background, asks, and stores the conversation.

    ``warn`` is given one line at a time: what did not stop the chat, but should be known. ``show`` asks a question, of
    another model where one is named, and shows the answer; ``None`` when it was stopped.
    """

    def __init__(self, place: Path | str, options: Options, warn: Warn, *, take_up: bool = False) -> None:
        self.place = place
        self.options = options
        self.warn = warn
        self.finished = False
        self.state = ""
        self.on_state: Callable[[], None] = lambda: None
        self.notify = warn
        self.show: Callable[[str, str | None], Answer | None] = lambda question, model: self.ask(question, model=model)
        self.last: Answer | None = None
        self.saved: set[Path] = set()
        self._take_up = take_up
        self._number: int | None = None
        self._stored = True
        self._closed = False
        self._corpus: Corpus | None = None
        self._chats: Chats | None = None
        self._chat: Chat | None = None
        self._opening = threading.RLock()
        self._opening_chats = threading.RLock()

    @property
    def corpus(self) -> Corpus:
        """The corpus; opened when first asked for. Raises CorpusError when it is not there or not usable."""
        with self._opening:
            if self._corpus is None:
                self._check_open()
                from askdocs.corpus.corpus import Corpus

                self._corpus = Corpus.open(self.place, create=False, lock_seconds=_LOCK_SECONDS)
            return self._corpus

    @property
    def chats(self) -> Chats:
        """The stored conversations; says so once when they are kept in memory only."""
        with self._opening_chats:
            if self._chats is None:
                self._check_open()
                from askdocs.corpus.opening import folder_beside
                from askdocs.storage.chat_history import Chats

                self._chats = Chats.open(folder_beside(self.place))
                if self._chats.in_memory:
                    self.warn(self._chats.in_memory)
            return self._chats

    def _check_open(self) -> None:
        if self._closed:
            raise CorpusError(f"{self.place}: the chat has ended")

    @property
    def chat(self) -> Chat:
        """The conversation; with ``--continue`` the last one, taken up."""
        with self._opening:
            if self._chat is None:
                self._chat = self.corpus.chat()
                if self._take_up:
                    self._take_up_last()
            return self._chat

    def _take_up_last(self) -> None:
        stored = self.chats.conversations()
        if stored:
            self.take_up(stored[0].id)
            self.notify(self.described())
        else:
            self.warn("no earlier conversation; this is a new one")

    def take_up(self, number: int) -> None:
        """Go on with a stored conversation."""
        from askdocs.corpus.chat import Chat

        turns = self.chats.turns(number)
        self._chat = Chat(self.corpus, turns)
        self._number = number
        self.last = turns[-1].answer if turns else None

    def described(self) -> str:
        """Which conversation this is, how many questions it has, and the last of them."""
        from askdocs.terminal.render import counted

        turns = self.chat.turns
        last = f', the last: "{one_line(turns[-1].question, 80)}"' if turns else ""
        return f"conversation {self._number}, {counted(len(turns), 'question')} so far{last}"

    def begin(self) -> None:
        """Begin a new conversation; the one before stays stored."""
        self._chat = self.corpus.chat()
        self._number = None
        self.last = None

    def forget(self, number: int) -> None:
        """Delete a stored conversation; when it is this one, a new one begins."""
        self.chats.delete(number)
        if number == self._number:
            self.begin()

    def check_model(self) -> None:
        """Raise ModelError when the model named at the beginning cannot be found; a server is not asked."""
        from askdocs.core.settings import load_settings
        from askdocs.models.registry import resolve

        resolve(self.options.model or load_settings().model)

    def warm(self) -> None:
        """Open the corpus and load the models in the background; what fails is told above the prompt."""
        threading.Thread(target=self._warm, name="askdocs-warm", daemon=True).start()

    def _warm(self) -> None:
        self._set_state("loading …")
        try:
            self.chat  # noqa: B018  with --continue it says which conversation is taken up
            self.warn_of_filter()
            self.corpus.warm(model=self.options.model)
        except Exception as error:  # whatever it is: nobody catches it in this thread, and the next question meets it
            self._tell_why(error)
        else:
            self._set_state("")

    def _tell_why(self, error: Exception) -> None:
        """Say why loading failed; nothing when the user left meanwhile, who closed under it what it used."""
        if self._closed:
            return
        _log.debug("loading failed", exc_info=error)
        message = str(error)
        if not isinstance(error, AskdocsError | OSError):
            message = f"loading failed ({type(error).__name__}: {error}); the next question tries again"
        self.warn(message)  # the state is cut off at the end of its line
        self._set_state(one_line(message, 160))

    def _set_state(self, state: str) -> None:
        self.state = state
        self.on_state()

    def kept(self) -> FilterCounts | None:
        """What the filter in force keeps; ``None`` without one. Raises CorpusError when no article has its field."""
        return self.corpus.kept(self.options.where) if self.options.where else None

    def nothing(self) -> str:
        """What to say of a question that found nothing."""
        from askdocs.cli.common import conditions_text
        from askdocs.terminal.render import nothing_kept

        return nothing_kept(self.kept(), conditions_text(self.options.where))

    def warn_of_filter(self) -> None:
        """Say it when the filter given at the beginning keeps no article, or leaves out those without a date."""
        from askdocs.terminal.render import undated

        kept = self.kept()
        note = self.nothing() if kept and not kept.articles else undated(kept)
        if note:
            self.warn(note)

    def set(self, **options: Any) -> None:
        """Change options for the questions to come."""
        self.options = replace(self.options, **options)

    def ask(
        self,
        question: str,
        *,
        model: str | None = None,
        cancel: threading.Event | None = None,
        on_event: Callable[[Event], None] = lambda event: None,
    ) -> Answer:
        """Ask the next question of the conversation and store it with its answer."""
        options = replace(self.options, model=model or self.options.model)
        for event in self.chat.stream(question, cancel=cancel, **options.arguments()):
            on_event(event)
        turn = self.chat.turns[-1]
        self.last = turn.answer
        self._store(turn)
        return turn.answer

    def again(self) -> str:
        """Take the last question back to ask it anew; gives it as it was typed."""
        turn = self.chat.drop_last()
        if turn is None:
            raise CorpusError("nothing was asked yet; type a question")
        if self._number is not None and self._stored:
            self._try(lambda number: self.chats.drop_last(number))
        return turn.question

    def put_back(self, turn: ChatTurn) -> None:
        """Undo :meth:`again` when asking anew failed."""
        self.chat.add(turn.question, turn.answer)
        self._store(turn)

    def _store(self, turn: ChatTurn) -> None:
        self._try(lambda number: self.chats.append(number, turn))

    def _try(self, write: Callable[[int], None]) -> None:
        """Write to the stored conversations; a disk that refuses is told once and does not end the chat."""
        if not self._stored:
            return
        try:
            if self._number is None:
                self._number = self.chats.begin()
            write(self._number)
        except CorpusError as error:
            self._stored = False
            self.warn(str(error))

    def last_turn(self) -> ChatTurn:
        """The last question with its answer; CorpusError when nothing was asked yet."""
        if not self.chat.turns:
            raise CorpusError("nothing was asked yet; type a question")
        return self.chat.turns[-1]

    def close(self) -> None:
        """Close what was opened; a thread that still loads ends quietly."""
        self._closed = True
        with self._opening, self._opening_chats:
            for opened in (self._chats, self._corpus):
                if opened is not None:
                    opened.close()

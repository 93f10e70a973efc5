"""Showing an answer while it comes, and stopping it with Ctrl-C."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING

from askdocs.core.errors import AnswerTimeout
from askdocs.terminal.render import print_answer, print_plain
from askdocs.text.sanitize import sanitize

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from askdocs.cli.chat.session import Session
    from askdocs.core.answers import Answer, Event

_SEARCHING = 2.0  # seconds that a search takes at most, as a rule


@contextlib.contextmanager
def stopped_by_interrupt() -> Iterator[threading.Event]:
    """An event that Ctrl-C sets; pressed again, Ctrl-C raises KeyboardInterrupt as usual.

    Signals reach only the main thread; elsewhere the event is never set.
    """
    cancel = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield cancel
        return

    def stop(number: int, frame: FrameType | None) -> None:
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield cancel
    finally:
        signal.signal(signal.SIGINT, before)


def show_answer(session: Session, question: str, model: str | None, console: Console) -> Answer | None:
    """Ask and show: the words as they are decoded, then the answer with its sources.

    A stopped answer is said to be stopped, and gives ``None``. Decoded words are provisional (the answer may still
    abstain), so they are shown quietly and give way to the answer.
    """
    with stopped_by_interrupt() as cancel:
        try:
            with _following(console, lambda: session.state) as on_event:
                answer = session.ask(question, model=model, cancel=cancel, on_event=on_event)
        except (AnswerTimeout, KeyboardInterrupt):
            if not cancel.is_set():
                raise
            print_plain(console, "stopped")
            return None
    print_answer(console, answer, session.nothing())
    return answer


@contextlib.contextmanager
def _following(console: Console, state: Callable[[], str]) -> Iterator[Callable[[Event], None]]:
    """A line below the question that follows the events of an answer; nothing without a terminal."""
    if not console.is_terminal or console.is_dumb_terminal:
        yield lambda event: None
        return
    from rich.live import Live

    line = _Progress(state)
    with Live(line, console=console, transient=True, refresh_per_second=12):
        yield line.take


class _Progress:
    """What the line shows: what is being done, then the words so far."""

    def __init__(self, state: Callable[[], str]) -> None:
        from rich.spinner import Spinner

        self._spinner = Spinner("dots", style="dim")
        self._state = state
        self._doing = ""
        self._began = time.monotonic()
        self._words = ""

    def take(self, event: Event) -> None:
        from askdocs.core.answers import Retrieved, Token

        if isinstance(event, Retrieved):
            self._doing = f"reading {len(event.hits)} passages …"
        elif isinstance(event, Token):
            self._words += sanitize(event.text)

    def __rich__(self) -> RenderableType:
        from rich.text import Text

        shown = self._words[-2000:] or self._state() or self._doing or self._waiting()
        self._spinner.update(text=Text(shown, style="dim"))
        return self._spinner

    def _waiting(self) -> str:
        """What is done before any event: of a list and other whole answers, which have none, all of the reading."""
        return "searching …" if time.monotonic() - self._began < _SEARCHING else "reading the articles …"

"""``askdocs chat`` on a terminal: a prompt with history, completion and several lines, answers streamed under it.

The prompt appears before the corpus is opened: prompt_toolkit alone is imported for it, and a thread opens the
corpus and loads the models while the user types. What it is doing stands quietly below the prompt.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application
from prompt_toolkit.formatted_text import AnyFormattedText
from prompt_toolkit.history import History, ThreadedHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.styles import Style

from askdocs.cli.chat.completion import ChatCompleter
from askdocs.cli.chat.loop import run_lines
from askdocs.cli.chat.session import Options, Session
from askdocs.cli.chat.stream import show_answer
from askdocs.core.errors import AskdocsError, CorpusError
from askdocs.text.sanitize import one_line

if TYPE_CHECKING:
    from rich.console import Console

_STYLE = Style.from_dict({"bottom-toolbar": "noreverse ansibrightblack", "prompt": "bold"})
DATABASE = "corpus.db"


def converse(place: Path | str, options: Options, *, take_up: bool = False) -> int:
    """Hold a conversation until Ctrl-D or ``/quit``; gives the exit status.

    Raises CorpusError at once when there is no corpus at ``place``.
    """
    from askdocs.cli.common import terminal
    from askdocs.terminal.render import print_plain

    if isinstance(place, Path) and not (place / DATABASE).is_file():
        raise CorpusError(f"{place}: no corpus here; `askdocs add PATHS --corpus {place}` makes one")
    console = terminal()
    session = Session(place, options, lambda line: tell(console, line), take_up=take_up)
    session.notify = lambda line: print_plain(console, line)
    session.show = lambda question, model: show_answer(session, question, model, console)
    run_lines(session, _typed(session), console, typed=True)
    return 0


def _typed(session: Session) -> Iterator[str]:
    """What is typed, while the corpus is opened and the models are loaded."""
    session.warm()
    prompt = _prompt(session)
    session.on_state = lambda: _redraw(prompt.app)
    while (line := _read(prompt)) is not None:
        if line:
            yield line


def _prompt(session: Session) -> PromptSession[str]:
    return PromptSession(
        "? ",
        history=TypedHistory(StoredInputs(session)),
        completer=ChatCompleter(session),
        complete_while_typing=False,
        complete_in_thread=True,
        key_bindings=_keys(),
        bottom_toolbar=lambda: _toolbar(session),
        style=_STYLE,
        prompt_continuation="  ",
        enable_history_search=False,
        color_depth=ColorDepth.from_env() or (ColorDepth.DEPTH_1_BIT if _colourless() else None),
    )


def _redraw(app: Application[str]) -> None:
    """Draw the prompt anew, called from any thread.

    The app's own ``invalidate`` fails in another thread when the prompt ends at that moment: it looks at its loop
    several times. Here it is called in the loop; where that has ended, the next prompt draws the state.
    """
    loop = app.loop
    if loop is not None:
        with contextlib.suppress(RuntimeError):  # closed since
            loop.call_soon_threadsafe(app.invalidate)


def _colourless() -> bool:
    import os

    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") in {"dumb", "unknown"}


def _toolbar(session: Session) -> AnyFormattedText:
    options = session.options
    parts = [session.state, f"model {options.model}" if options.model else "", f"k {options.k}" if options.k else ""]
    if options.where:
        from askdocs.cli.common import conditions_text

        parts.append(f"where {conditions_text(options.where)}")
    return one_line(" · ".join(part for part in parts if part) or "/help · Ctrl-D leaves", 200)


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("escape", "enter")
    def _another_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys


def _read(prompt: PromptSession[str]) -> str | None:
    """The next question or command; empty after Ctrl-C, ``None`` at the end of input."""
    try:
        with patch_stdout(raw=True):
            line = prompt.prompt().strip()
            if line != "!multi":
                return line
            return _read_lines(prompt)
    except KeyboardInterrupt:
        return ""
    except EOFError:
        return None
    finally:
        prompt.message = "? "


def _read_lines(prompt: PromptSession[str]) -> str:
    """The lines up to ``!end`` as one question, which Up brings back as one."""
    history = prompt.history
    assert isinstance(history, TypedHistory)
    lines: list[str] = []
    history.paused = True
    try:
        while (more := prompt.prompt(message="  ")).strip() != "!end":
            lines.append(more)
    finally:
        history.paused = False
    question = "\n".join(lines).strip()
    if question:
        history.append_string(question)
    return question


def tell(console: Console, message: str) -> None:
    """One quiet line about what did not work."""
    from rich.text import Text

    console.print(Text(f"askdocs: {one_line(message)}", style="red", overflow="fold"))


class TypedHistory(ThreadedHistory):
    """What was typed; while ``paused`` nothing more is kept, and ``!multi`` itself never is."""

    paused = False

    def append_string(self, string: str) -> None:
        """Keep a line, unless it is a part of a longer question."""
        if not self.paused and string.strip() != "!multi":
            super().append_string(string)


class StoredInputs(History):
    """What was typed, in ``chats.db``: kept from sitting to sitting, and searched with Ctrl-R."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def load_history_strings(self) -> Iterable[str]:
        """The stored inputs, the latest first."""
        try:
            return self._session.chats.inputs()
        except AskdocsError:
            return []

    def store_string(self, string: str) -> None:
        """Keep one more."""
        try:
            self._session.chats.add_input(string)
        except AskdocsError as error:
            self._session.warn(str(error))

"""``askdocs chat`` reading a pipe: one question a line, plain output, and an exit status."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from askdocs.cli.chat.session import Options, Session
from askdocs.cli.common import emit_json, say, terminal
from askdocs.core.errors import AskdocsError
from askdocs.text.sanitize import one_line

if TYPE_CHECKING:
    from rich.console import Console

    from askdocs.core.answers import Answer


def answer_lines(folder: Path, options: Options, lines: TextIO, *, as_json: bool, take_up: bool) -> int:
    """Answer each line; gives 1 when a question failed, after the others were answered.

    With ``as_json`` stdout has one line a question: an Answer, or ``{"error": ...}``; what commands such as
    ``/list`` print goes to stderr then. An error is one line on stderr in any case.
    """
    console = terminal(sys.stderr if as_json else sys.stdout)
    session = Session(folder, options, lambda line: say(f"askdocs: {line}"), take_up=take_up)
    failed = False
    try:
        session.chat  # noqa: B018  a corpus or a model that is not there ends the command, whatever the first line is
        session.warn_of_filter()
        session.check_model()
        for line in whole_questions(lines):
            failed |= not _one(line, session, console, as_json)
            if session.finished:
                break
    finally:
        session.close()
    return 1 if failed else 0


def whole_questions(lines: TextIO | Iterator[str]) -> Iterator[str]:
    """The questions and commands of a text: one a line, or the lines between ``!multi`` and ``!end`` as one.

    >>> list(whole_questions(iter(["one?", "", "!multi", "two,", "or three?", "!end"])))
    ['one?', 'two,\\nor three?']
    """
    block: list[str] | None = None
    for line in lines:
        text = line.strip()
        if block is not None and text == "!end":
            text, block = "\n".join(block), None
        elif block is not None:
            block.append(text)
            continue
        elif text == "!multi":
            block = []
            continue
        if text:
            yield text
    if block:
        yield "\n".join(block)


def _one(line: str, session: Session, console: Console, as_json: bool) -> bool:
    """Answer one question or run one command; whether it worked."""
    from askdocs.cli.chat.commands import run_command

    def ask(session: Session, question: str, model: str | None, console: Console) -> Answer | None:
        return _answer(session, question, model, console, as_json)

    try:
        if line.startswith("/"):
            run_command(line, session, console, ask)
        else:
            ask(session, line, None, console)
    except (AskdocsError, OSError) as error:
        say(f"askdocs: {error}")
        if as_json:
            emit_json({"error": {"type": type(error).__name__, "message": str(error)}}, indent=None)
        return False
    finally:
        sys.stdout.flush()
    return True


def _answer(session: Session, question: str, model: str | None, console: Console, as_json: bool) -> Answer:
    from askdocs.terminal.render import print_answer, print_plain

    answer = session.ask(question, model=model)
    if as_json:
        emit_json(answer, indent=None)
    else:
        print_plain(console, f"? {one_line(question)}")
        print_answer(console, answer, session.nothing())
        print_plain(console, "")
    return answer

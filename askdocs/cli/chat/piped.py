"""``askdocs chat`` reading a pipe: one question a line, plain output, and an exit status."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from askdocs.cli.chat.loop import run_lines
from askdocs.cli.chat.session import Options, Session
from askdocs.cli.common import emit_json, say, terminal
from askdocs.text.sanitize import one_line

if TYPE_CHECKING:
    from askdocs.core.answers import Answer


def answer_lines(place: Path | str, options: Options, lines: TextIO, *, as_json: bool, take_up: bool) -> int:
    """Answer each line; gives 1 when a question failed, after the others were answered.

    With ``as_json`` stdout has one line a question: an Answer, or ``{"error": ...}``; what commands such as
    ``/list`` print goes to stderr then. An error is one line on stderr in any case.
    """
    from askdocs.terminal.render import print_answer, print_plain

    console = terminal(sys.stderr if as_json else sys.stdout)
    session = Session(place, options, lambda line: say(f"askdocs: {line}"), take_up=take_up)

    def show(question: str, model: str | None) -> Answer:
        answer = session.ask(question, model=model)
        if as_json:
            emit_json(answer, indent=None)
        else:
            print_plain(console, f"? {one_line(question)}")
            print_answer(console, answer, session.nothing())
            print_plain(console, "")
        return answer

    session.show = show
    return 0 if run_lines(session, _checked(session, lines), console, as_json=as_json) else 1


def _checked(session: Session, lines: TextIO) -> Iterator[str]:
    """The lines; a corpus or a model that is not there ends the command, whatever the first line is."""
    session.chat  # noqa: B018
    session.warn_of_filter()
    session.check_model()
    yield from whole_questions(lines)


def whole_questions(lines: Iterable[str]) -> Iterator[str]:
    """The questions and commands of a text: one a line, or the lines between ``!multi`` and ``!end`` as one.

    >>> list(whole_questions(["one?", "", "!multi", "two,", "or three?", "!end"]))
    ['one?', 'two,\\nor three?']
    """
    block: list[str] | None = None
    for line in lines:
        text = line.strip()
        if block is None and text == "!multi":
            block = []
        elif block is not None and text != "!end":
            block.append(text)
        else:
            if whole := text if block is None else "\n".join(block):
                yield whole
            block = None
    if block:
        yield "\n".join(block)

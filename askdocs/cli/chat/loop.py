"""The chat itself: a line is a command or a question, what fails is told in one line, and the next line is read."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from askdocs.cli.chat.commands import run_command
from askdocs.cli.common import emit_json
from askdocs.core.errors import AskdocsError

if TYPE_CHECKING:
    from rich.console import Console

    from askdocs.cli.chat.session import Session


def run_lines(
    session: Session, lines: Iterable[str], console: Console, *, typed: bool = False, as_json: bool = False
) -> bool:
    """Run every line until they end or ``/quit``, and close the session; whether all of them worked.

    Where the lines are ``typed``, Ctrl-C stops a command and not the chat. With ``as_json`` an error is also a line of
    JSON on stdout.
    """
    worked = True
    try:
        for line in lines:
            worked &= _run_line(line, session, console, typed, as_json)
            if session.finished:
                break
    finally:
        session.close()
    return worked


def _run_line(line: str, session: Session, console: Console, typed: bool, as_json: bool) -> bool:
    try:
        if line.startswith("/"):
            run_command(line, session, console)
        else:
            session.show(line, None)
    except (AskdocsError, OSError) as error:
        session.warn(str(error))
        if as_json:
            emit_json({"error": {"type": type(error).__name__, "message": str(error)}}, indent=None)
        return False
    except KeyboardInterrupt:
        if not typed:
            raise
        session.warn("stopped")
    finally:
        if typed:
            console.file.write("\n")
        sys.stdout.flush()
    return True

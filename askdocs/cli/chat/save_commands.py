"""The commands of the chat about conversations: ``/history``, ``/save``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from askdocs.core.errors import CorpusError
from askdocs.terminal.markdown_answer import escaped, markdown_answer
from askdocs.terminal.render import counted, print_plain
from askdocs.text.sanitize import json_text, one_line

if TYPE_CHECKING:
    from rich.console import Console

    from askdocs.cli.chat.session import Session
    from askdocs.core.answers import ChatTurn
    from askdocs.storage.chat_history import Chats


def history(session: Session, argument: str, console: Console) -> None:
    """This conversation; ``list`` the stored ones; ``open N`` takes one up; ``delete N`` deletes one."""
    action, _, number = argument.partition(" ")
    if not action:
        for position, turn in enumerate(session.chat.turns, start=1):
            words = one_line(turn.words, 60) or "(no answer)"
            print_plain(console, f"{position:3}  {one_line(turn.question, 100)}\n     {words}", hang=5)
    elif action == "list":
        show_conversations(session.chats, console)
    elif action in {"open", "delete"} and number.strip().isdecimal():
        chosen = int(number)
        if action == "delete":
            session.forget(chosen)
            print_plain(console, f"conversation {chosen} deleted")
        else:
            session.take_up(chosen)
            print_plain(console, session.described())
    else:
        raise CorpusError("/history [list | open N | delete N]")


def show_conversations(chats: Chats, console: Console) -> None:
    """The stored conversations, one a line, the latest first."""
    stored = chats.conversations()
    for conversation in stored:
        started = conversation.started.astimezone().strftime("%Y-%m-%d %H:%M")
        title = one_line(conversation.title, 60)
        questions = f"{counted(conversation.questions, 'question'):>13}"
        print_plain(console, f"{conversation.id:4}  {started}  {questions}  {title}", hang=39)
    if not stored:
        print_plain(console, "no stored conversations")


def save(session: Session, argument: str, console: Console) -> None:
    """Write this conversation as Markdown or JSON; a file of another making is not overwritten."""
    path = Path(argument).expanduser()
    if not argument or path.suffix.lower() not in {".md", ".json"}:
        raise CorpusError("/save FILE.md or FILE.json")
    turns = session.chat.turns
    if not turns:
        raise CorpusError("nothing was asked yet; type a question")
    text = as_json(turns) if path.suffix.lower() == ".json" else as_markdown(turns)
    mode = "w" if path.resolve() in session.saved else "x"
    try:
        with open(path, mode, encoding="utf-8", errors="replace") as file:
            file.write(text)
    except FileExistsError as error:
        raise CorpusError(f"{path} is there already; give another name") from error
    except OSError as error:
        raise CorpusError(f"{path}: {error.strerror or error}; give another place") from error
    session.saved.add(path.resolve())
    print_plain(
        console, f"{len(turns)} {'question' if len(turns) == 1 else 'questions'} written to {one_line(str(path))}"
    )


def as_json(turns: Sequence[ChatTurn]) -> str:
    """A conversation as one JSON document: ``{"turns": [{"asked", "question", "rewritten", "answer"}]}``."""
    return json_text({"turns": [turn.model_dump(mode="json") for turn in turns]}) + "\n"


def as_markdown(turns: Sequence[ChatTurn]) -> str:
    """A conversation as Markdown: each question a heading, each answer with its sources."""
    parts = [f"## {escaped(one_line(turn.question))}\n\n{markdown_answer(turn.answer)}" for turn in turns]
    return "\n\n".join(parts) + "\n"

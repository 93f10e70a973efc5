"""``askdocs chat``: ask questions one after another; on a terminal with history and completion, in a pipe plainly."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from askdocs.cli.common import (
    answer_options,
    corpus_option,
    corpus_place,
    emit_json,
    json_option,
    parse_conditions,
    style_option,
    terminal,
)
from askdocs.core.errors import CorpusError
from askdocs.core.extras import require

if TYPE_CHECKING:
    from askdocs.corpus.ask_options import Style


@click.command("chat")
@answer_options
@style_option
@click.option("--continue", "take_up", is_flag=True, help="Take up the last conversation.")
@click.option("--list", "list_chats", is_flag=True, help="List the stored conversations and leave.")
@click.option("--delete", "delete_chat", type=int, metavar="N", help="Delete a stored conversation and leave.")
@corpus_option
@json_option
def chat_command(
    model: str | None,
    k: int | None,
    threshold: float | None,
    conditions: tuple[str, ...],
    timeout: float | None,
    style: Style | None,
    take_up: bool,
    list_chats: bool,
    delete_chat: int | None,
    corpus_path: Path | str | None,
    as_json: bool,
) -> int:
    """Ask questions of the corpus one after another; later ones may lean on earlier ones ("And for how much?").

    Reading a pipe, each line is a question; with --json each answer is one line of JSON.
    """
    where = parse_conditions(conditions)
    place = corpus_place(corpus_path)
    if list_chats or delete_chat is not None:
        from askdocs.corpus.opening import folder_beside

        return _stored(folder_beside(place), delete_chat, as_json)
    from askdocs.cli.chat.session import Options

    options = Options(model=model, k=k, threshold=threshold, where=where, timeout=timeout, style=style)
    if as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        from askdocs.cli.chat.piped import answer_lines

        return answer_lines(place, options, sys.stdin, as_json=as_json, take_up=take_up)
    require("prompt_toolkit", extra="chat", needed_for="askdocs chat on a terminal")
    from askdocs.cli.chat.terminal import converse

    return converse(place, options, take_up=take_up)


def _stored(folder: Path, delete: int | None, as_json: bool) -> int:
    """List the stored conversations, or delete one."""
    import contextlib

    from askdocs.cli.chat.save_commands import show_conversations
    from askdocs.storage.chat_history import Chats

    if not folder.is_dir():
        raise CorpusError(f"{folder}: no corpus here")
    with contextlib.closing(Chats.open(folder)) as chats:
        if delete is not None:
            if chats.in_memory:
                raise CorpusError(chats.in_memory)
            if delete not in {conversation.id for conversation in chats.conversations()}:
                raise CorpusError(f"conversation {delete} is not stored; `askdocs chat --list` shows which are")
            chats.delete(delete)
        if as_json:
            emit_json({"deleted": delete} if delete is not None else {"conversations": chats.conversations()})
        elif delete is None:
            show_conversations(chats, terminal())
    return 0

"""``askdocs chat``: ask questions one after another; on a terminal with history and completion, in a pipe plainly."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from askdocs.commands.common import answer_options, corpus_folder, corpus_option, json_option, parse_conditions


@click.command("chat")
@answer_options
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
    take_up: bool,
    list_chats: bool,
    delete_chat: int | None,
    corpus_path: Path | None,
    as_json: bool,
) -> int:
    """Ask questions of the corpus one after another; later ones may lean on earlier ones ("And for how much?").

    Reading a pipe, each line is a question; with --json each answer is one line of JSON.
    """
    where = parse_conditions(conditions)
    folder = corpus_folder(corpus_path)
    if list_chats or delete_chat is not None:
        from askdocs.chat_history import delete_conversation, list_conversations

        return (
            delete_conversation(folder, delete_chat) if delete_chat is not None else list_conversations(folder, as_json)
        )
    from askdocs.repl_options import Options

    options = Options(model=model, k=k, threshold=threshold, where=where, timeout=timeout)
    if as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        from askdocs.repl_piped import answer_lines

        return answer_lines(folder, options, sys.stdin, as_json=as_json, take_up=take_up)
    from askdocs.repl import converse

    return converse(folder, options, take_up=take_up)

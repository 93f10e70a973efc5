"""``askdocs status``: what a corpus holds, and whether it is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from askdocs.cli.common import corpus_option, emit_json, json_option, open_corpus, say, terminal
from askdocs.text.sanitize import one_line


@click.command("status")
@click.option("--verify", is_flag=True, help="Check every article, chunk, vector and the index.")
@corpus_option
@json_option
def status_command(verify: bool, corpus_path: Path | str | None, as_json: bool) -> int:
    """Say what the corpus holds: articles, chunks, embedder, index and bytes."""
    with open_corpus(corpus_path) as corpus:
        status = corpus.status(verify=verify)
    document = status.model_dump(mode="json")
    if status.problems is None:
        del document["problems"]
    if as_json:
        emit_json(document)
    else:
        _show(document)
    for problem in status.problems or ():
        say(f"askdocs: {problem}")
    return 1 if status.problems else 0


def _show(document: dict[str, Any]) -> None:
    from askdocs.terminal.render import print_plain

    console = terminal()
    width = max(map(len, document), default=0)
    for name, value in document.items():
        print_plain(console, f"{name:{width}}  {one_line(_words(value))}")


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_words(item)}" for name, item in value.items() if item not in (None, ""))
    if isinstance(value, list | tuple):
        return ", ".join(map(_words, value)) or "none"
    return str(value)

"""``askdocs rebuild``: make the index anew; nothing of the articles changes."""

from __future__ import annotations

from pathlib import Path

import click

from askdocs.cli.common import corpus_option, emit_json, json_option, open_corpus, say


@click.command("rebuild")
@corpus_option
@json_option
def rebuild_command(corpus_path: Path | str | None, as_json: bool) -> None:
    """Make the vector index anew from the vectors stored in the corpus."""
    with open_corpus(corpus_path) as corpus:
        corpus.rebuild()
        status = corpus.status()
    if as_json:
        emit_json(status)
    else:
        say(f"index rebuilt: {status.chunks} chunks of {status.articles} articles")

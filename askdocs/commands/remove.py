"""``askdocs remove``: take articles out of a corpus."""

from __future__ import annotations

from pathlib import Path

import click

from askdocs.commands.common import corpus_option, emit_json, json_option, open_corpus, say
from askdocs.errors import CorpusError


@click.command("remove")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCES...")
@corpus_option
@json_option
def remove_command(sources: tuple[str, ...], corpus_path: Path | None, as_json: bool) -> None:
    """Remove the articles of SOURCES (sources as `askdocs list` shows them, folders of them, or article ids)."""
    with open_corpus(corpus_path) as corpus:
        counts = {source: corpus.remove(source) for source in sources}
    removed = sum(counts.values())
    missing = [source for source, count in counts.items() if not count]
    if removed and not as_json:
        say(f"{removed} removed")
    if missing:
        raise CorpusError(
            f"{missing[0]}: no article of the corpus has this source or id; `askdocs list` shows them"
            + (f" ({removed} other articles were removed)" if removed else "")
        )
    if as_json:
        emit_json({"removed": removed})

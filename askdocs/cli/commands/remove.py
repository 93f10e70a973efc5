"""``askdocs remove``: take articles out of a corpus."""

from __future__ import annotations

from pathlib import Path

import click

from askdocs.cli.common import corpus_option, emit_json, json_option, open_corpus, say
from askdocs.core.errors import CorpusError

_SHOWN = 20


@click.command("remove")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCES...")
@corpus_option
@json_option
def remove_command(sources: tuple[str, ...], corpus_path: Path | str | None, as_json: bool) -> None:
    """Remove the articles of SOURCES (sources as `askdocs list` shows them, folders of them, or article ids)."""
    from askdocs.terminal.render import short_source

    with open_corpus(corpus_path) as corpus:
        gone: list[str] = []
        counts = {source: corpus.remove(source, each=gone.append) for source in sources}
    removed = sum(counts.values())
    missing = [source for source, count in counts.items() if not count]
    if removed and not as_json:
        for source in gone[:_SHOWN]:
            say(f"removed {short_source(source)}")
        more = f", {len(gone) - _SHOWN} of them not shown" if len(gone) > _SHOWN else ""
        say(f"{removed} removed{more}")
    if missing:
        raise CorpusError(
            f"{missing[0]}: no article of the corpus has this source or id; `askdocs list` shows them"
            + (f" ({removed} other articles were removed)" if removed else "")
        )
    if as_json:
        emit_json({"removed": removed})

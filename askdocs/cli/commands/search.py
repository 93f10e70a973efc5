"""``askdocs search``: the passages nearest to a query, without a language model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from askdocs.cli.common import (
    conditions_text,
    corpus_option,
    emit_json,
    json_option,
    open_corpus,
    parse_conditions,
    report_filter_counts,
    terminal,
)
from askdocs.text.sanitize import one_line

if TYPE_CHECKING:
    from askdocs.core.articles import Hit


@click.command("search")
@click.argument("query")
@click.option("-k", type=click.IntRange(1, 1000), default=10, show_default=True, metavar="N", help="How many passages.")
@click.option("--where", "conditions", multiple=True, metavar="FILTER", help='As "published>=2023-01-01".')
@corpus_option
@json_option
def search_command(
    query: str, k: int, conditions: tuple[str, ...], corpus_path: Path | str | None, as_json: bool
) -> None:
    """Show the passages nearest to QUERY, by meaning and by words.

    The best match first; beside each how alike it is in meaning, from -1 to 1 (cosine).
    """
    with open_corpus(corpus_path) as corpus:
        where = parse_conditions(conditions)
        kept = report_filter_counts(corpus, where)
        hits = corpus.search(query, k=k, where=where)
    from askdocs.terminal.render import nothing_kept

    if as_json:
        emit_json({"query": query, "hits": hits})
    else:
        _show(
            list(hits), nothing_kept(kept, conditions_text(where)) if kept and not kept.articles else "Nothing found."
        )


def _show(hits: list[Hit], nothing: str) -> None:
    from askdocs.terminal.render import hit_footnote, print_plain, rich_footnotes

    console = terminal()
    if not hits:
        print_plain(console, nothing)
        return
    notes = [hit_footnote(number, hit) for number, hit in enumerate(hits, start=1)]
    if console.is_terminal:
        for renderable in rich_footnotes(notes):
            console.print(renderable)
        return
    for note, hit in zip(notes, hits, strict=True):
        likeness = f"{hit.dense_score:.2f} " if hit.dense_score is not None else ""  # scores are relative to the others
        print_plain(console, f"[{note.number}] {likeness}{note.place}\n    {one_line(note.before)}")

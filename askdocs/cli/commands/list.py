"""``askdocs list``: the articles of a corpus."""

from __future__ import annotations

from pathlib import Path

import click

from askdocs.cli.common import corpus_option, emit_json, json_option, open_corpus, terminal
from askdocs.text.sanitize import one_line


@click.command("list")
@corpus_option
@json_option
def list_command(corpus_path: Path | str | None, as_json: bool) -> None:
    """List the articles of the corpus: date, title and source."""
    with open_corpus(corpus_path) as corpus:
        articles = list(corpus.articles())
    if as_json:
        fields = {"id", "source", "title", "published", "meta"}
        rows = [a.model_dump(mode="json", include=fields) | {"characters": len(a.text)} for a in articles]
        emit_json({"articles": rows})
        return
    from askdocs.terminal.render import print_plain, short_source

    console = terminal()
    width = max(console.width - 12, 40) if console.is_terminal else None
    for article in articles:
        published = article.published.isoformat() if article.published else " " * 10
        title = one_line(article.title, width and width // 2)
        source = short_source(article.source, width // 2 - 2) if width else one_line(article.source)
        print_plain(console, f"{published}  {title}  {source}" if title else f"{published}  {source}")

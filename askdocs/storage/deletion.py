"""Which articles a name stands for when they are removed."""

from __future__ import annotations

import os

from askdocs.storage.writer import Source, Writer


def removed(writer: Writer, source: str | None, article_id: str | None) -> list[str]:
    """Remove the articles of a source, of a file or folder, or with an id; gives the sources of those that went.

    Of an article that several sources hold, only the source goes, until it is the last.
    """
    gone: list[str] = []
    if article_id is not None:
        gone += _article_removed(writer, article_id)
    if source is not None:
        named = writer.sources(source=source) or _below(writer, source)
        gone += [one.source for one in named if writer.drop_source(one.source)]
        if not named:
            gone += _article_removed(writer, source)
    return gone


def _article_removed(writer: Writer, article_id: str) -> list[str]:
    number = writer.number_of(article_id)
    if number is None:
        return []
    row = writer.unchecked_article_row(number)  # damaged ones go too
    writer.drop_article(number)
    return [str(row.source) if row else ""]


def _below(writer: Writer, path: str) -> list[Source]:
    """The sources of a file, of the records of a file, or of all files in a folder."""
    return writer.sources_at(os.path.abspath(os.path.expanduser(path)), path)

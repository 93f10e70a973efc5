"""Which articles a name stands for when they are removed."""

from __future__ import annotations

import os

from askdocs.storing import Source, Writer


def removed(writer: Writer, source: str | None, article_id: str | None) -> int:
    """Remove the articles of a source, of a file or folder, or with an id; gives how many went.

    Of an article that several sources hold, only the source goes, until it is the last.
    """
    count = 0
    if article_id is not None:
        count += _article_removed(writer, article_id)
    if source is not None:
        named = writer.sources("source = ?", (source,)) or _below(writer, source)
        for one in named:
            count += writer.drop_source(one.source)
        if not named:
            count += _article_removed(writer, source)
    return count


def _article_removed(writer: Writer, article_id: str) -> int:
    number = writer.number_of(article_id)
    if number is None:
        return 0
    writer.drop_article(number)
    return 1


def _below(writer: Writer, path: str) -> list[Source]:
    """The sources of a file, of the records of a file, or of all files in a folder."""
    file = os.path.abspath(os.path.expanduser(path))
    folder = file.rstrip(os.sep) + os.sep
    given = path.rstrip(os.sep) + os.sep
    condition = "file = ? OR substr(file, 1, ?) = ? OR substr(source, 1, ?) = ?"
    return writer.sources(condition, (file, len(folder), folder, len(given), given))

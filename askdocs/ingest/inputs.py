"""The sources that a caller wants added: checked, then taken apart into articles, addresses and files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from askdocs.core.articles import Article
from askdocs.core.errors import SourceError
from askdocs.core.reports import Skipped
from askdocs.ingest.file_state import is_url
from askdocs.ingest.sources.files import files

SourceInput = str | Path | Article


def checked_sources(sources: Iterable[SourceInput | Iterable[SourceInput]]) -> Iterator[SourceInput]:
    """Sources as they may be given: one by one, in lists, or from an iterator, which is never held as a whole.

    Raises:
        SourceError: one is empty, or neither a text, a path nor an article; said before the first where it can be.
    """
    groups = [_group(one) for one in sources]
    for group in groups:
        if isinstance(group, Collection):
            for source in group:
                _checked(source)
    return (_checked(source) for group in groups for source in group)


def _group(value: object) -> Iterable[object]:
    several = isinstance(value, Iterable) and not isinstance(value, str | Path | Article)
    return value if several else [value]  # type: ignore[return-value]


def _checked(source: object) -> SourceInput:
    if not isinstance(source, str | Path | Article):
        raise SourceError(repr(source), "a path, a folder, a pattern, an address or an Article is wanted")
    if source == "":
        raise SourceError("''", 'the name of the source is empty; for the current folder give "."')
    return source


def each(source: SourceInput) -> Iterator[Article | str | Path | Skipped]:
    """The article, the address or the files of a source, one at a time."""
    if isinstance(source, Article):
        yield source
    elif is_url(source):
        yield str(source)
    else:
        yield from files(str(source))

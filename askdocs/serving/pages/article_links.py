"""Where a quote is shown: the address of its article with the quote marked, and the words that say where it stands."""

from __future__ import annotations

from pathlib import PurePath
from typing import NamedTuple
from urllib.parse import quote, urlencode

from askdocs.core.answers import Citation, Unread
from askdocs.core.articles import Hit
from askdocs.text.sanitize import one_line

Reference = Citation | Hit


class ArticleLink(NamedTuple):
    """A link to an article: its address, its title, and where in it the quote stands (date, file, page, table)."""

    href: str
    title: str
    place: str


def article_link(reference: Reference, corpus: str) -> ArticleLink:
    """The link to what a citation quotes, or to a passage that was found."""
    title = one_line(reference.title, 120) or shown_source(reference.source)
    return ArticleLink(article_address(reference, corpus), title, _place(reference, title))


def unread_link(unread: Unread, corpus: str) -> ArticleLink:
    """The link to a sentence that was not read."""
    title = one_line(unread.title, 120) or shown_source(unread.source)
    return ArticleLink(_address(unread.article_id, corpus, {"start": unread.start, "end": unread.end}), title, "")


def article_address(reference: Reference, corpus: str) -> str:
    """The address of an article, with the offsets of what is marked in it.

    >>> from askdocs.core.articles import Chunk
    >>> chunk = Chunk(article_id="a/1", start=3, end=9, text="Alibab")
    >>> article_address(Hit(chunk=chunk, source="sale.md", title="Sale", score=1.0), "news")
    '/article/a%2F1?corpus=news&start=3&end=9#mark'
    """
    if isinstance(reference, Hit):
        chunk = reference.chunk
        return _address(chunk.article_id, corpus, {"start": chunk.start, "end": chunk.end})
    offsets = {"start": reference.start, "end": reference.end}
    offsets |= {"answer_start": reference.answer_start, "answer_end": reference.answer_end}
    return _address(reference.article_id, corpus, offsets)


def _address(article_id: str, corpus: str, offsets: dict[str, int]) -> str:
    return f"/article/{quote(article_id, safe='')}?{urlencode({'corpus': corpus} | offsets)}#mark"


def shown_source(source: str) -> str:
    """A source as a reader knows it: a URL, or the name of a file without the folders of this machine.

    >>> shown_source("/srv/news/2023/sale.md"), shown_source("https://example.org/sale")
    ('sale.md', 'https://example.org/sale')
    """
    return one_line(source if "://" in source[:10] else PurePath(source).name or source, 80)


def _place(reference: Reference, title: str) -> str:
    parts = [reference.published.isoformat() if reference.published else "", shown_source(reference.source)]
    if isinstance(reference, Citation):
        parts.append(f"page {reference.page}" if reference.page is not None else "")
        parts.append(one_line(reference.table or "", 80))
        if reference.unit and reference.unit not in (reference.table or ""):
            parts.append(one_line(reference.unit, 80))
    return " · ".join(part for part in parts if part and part != title)

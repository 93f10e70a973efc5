"""The addresses of articles in this service."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode


def article_address(
    article_id: str, corpus: str, place: Mapping[str, int | None] | None = None, *, below: str = ""
) -> str:
    """The address of an article's own page, or of what is ``below`` it; ``place`` says what of it is meant.

    >>> article_address("a/1", "news", {"start": 3, "end": 9, "page": None})
    '/article/a%2F1?corpus=news&start=3&end=9'
    >>> article_address("a1", "news", below="/page/2.png")
    '/article/a1/page/2.png?corpus=news'
    """
    said = {name: value for name, value in (place or {}).items() if value is not None}
    return f"/article/{in_path(article_id)}{below}?{urlencode({'corpus': corpus, **said})}"


def in_path(article_id: str) -> str:
    """The id of an article as a piece of a path."""
    return quote(article_id, safe="")

"""The articles of a corpus a page at a time, without their texts: a corpus may hold a hundred thousand."""

from __future__ import annotations

import bisect
import datetime
import json
from typing import TYPE_CHECKING

from askdocs.core.base import Model
from askdocs.core.validation import check_whole_number
from askdocs.storage.filters import Where

if TYPE_CHECKING:
    from askdocs.corpus.corpus import Corpus


class ArticleEntry(Model):
    """An article without its text. ``number`` rises in the order in which articles were added."""

    number: int
    id: str
    source: str
    title: str
    published: datetime.date | None = None
    meta: dict[str, str] = {}


class ArticlePage(Model):
    """Some articles in the order they were added; ``total`` counts all that the filter lets through.

    ``next`` is what to give as ``after`` for the page behind this one, ``None`` at the end. ``undated`` counts the
    articles that a filter on ``published`` leaves out because they have no date.
    """

    entries: tuple[ArticleEntry, ...]
    total: int
    next: int | None = None
    undated: int = 0


def article_page(corpus: Corpus, where: Where | None = None, after: int = 0, limit: int = 50) -> ArticlePage:
    """The first ``limit`` articles that ``where`` allows and whose number is larger than ``after``.

    Articles that come or go between two pages move no other article to another page.

    Raises:
        AskdocsError: ``limit`` is no whole number of at least 1.
        CorpusError: ``where`` cannot be understood, or no article has a field of it.
    """
    limit = check_whole_number("limit", limit, least=1)
    with corpus.searcher.snapshot() as store:
        numbers = store.article_numbers(where)
        first = bisect.bisect_right(numbers, after)
        shown = numbers[first : first + limit]
        entries = []
        for number in shown:
            row = store.article_row(number)
            entries.append(
                ArticleEntry(
                    number=number,
                    id=row.id,
                    source=row.source,
                    title=row.title,
                    published=row.date,
                    meta=json.loads(row.meta),
                )
            )
        undated = store.kept(where).undated if where and "published" in where else 0
    more = first + limit < len(numbers)
    return ArticlePage(entries=tuple(entries), total=len(numbers), next=shown[-1] if more else None, undated=undated)

"""The articles of a corpus, the last added first, as far as a filter lets them through; a page of them at a time."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from askdocs.core.base import Model
from askdocs.core.errors import CorpusDamaged, CorpusError
from askdocs.storage.filters import Where
from askdocs.storage.reader import Store
from askdocs.text.sanitize import one_line

AT_ONCE = 50


class ListFilter(Model):
    """Which articles are listed: published from one day to another, and a part of the source.

    >>> ListFilter(since="2024", source="reports").where()
    {'published': ['>=2024'], 'source': '*reports*'}
    """

    since: str = ""
    until: str = ""
    source: str = ""

    def where(self) -> Where:
        """The filter as the corpus knows it; a day that is none is refused there."""
        days = [f"{sign}{day}" for sign, day in ((">=", self.since), ("<=", self.until)) if day]
        source = self.source if set(self.source) & {"*", "?"} else f"*{self.source}*"
        return {
            name: value for name, value in (("published", days), ("source", source if self.source else "")) if value
        }

    def query(self, corpus: str, page: int) -> str:
        """The filter as it stands in an address."""
        said = {"from": self.since, "to": self.until, "source": self.source, "page": str(page) if page > 1 else ""}
        return urlencode({"corpus": corpus, **{name: value for name, value in said.items() if value}})


class ArticleLine(NamedTuple):
    """A line of the list. ``link`` is the address of a source on the web, ``damaged`` says what of it was lost."""

    id: str
    title: str
    published: datetime.date | None
    source: str
    link: str
    damaged: str = ""


class ArticleLines(NamedTuple):
    """One page of the articles that are let through: ``found`` of ``total``; ``undated`` have no date to compare.

    ``trouble`` says why the filter cannot be used.
    """

    articles: Sequence[ArticleLine] = ()
    found: int = 0
    total: int = 0
    undated: int = 0
    page: int = 1
    pages: int = 1
    trouble: str = ""


def article_list(store: Store, wanted: ListFilter, page: int) -> ArticleLines:
    """A page of the list; the last one where there are not so many."""
    where = wanted.where()
    try:
        numbers = store.article_numbers(where or None)
        undated = store.kept(where).undated if "published" in where else 0
    except CorpusDamaged:
        raise
    except CorpusError as error:
        return ArticleLines(total=store.state().articles, trouble=str(error))
    pages = max(-(-len(numbers) // AT_ONCE), 1)
    page = min(page, pages)
    shown = numbers[::-1][(page - 1) * AT_ONCE : page * AT_ONCE]
    articles = [_listed(store, number) for number in shown]
    return ArticleLines(articles, len(numbers), store.state().articles, undated, page, pages)


def _listed(store: Store, number: int) -> ArticleLine:
    damaged = ""
    try:
        row = store.article_row(number)
    except CorpusDamaged as error:
        found = store.unchecked_article_row(number)
        if found is None:
            raise
        row, damaged = found._replace(published=None), str(error)
    source = str(row.source)
    return ArticleLine(
        id=str(row.id),
        title=one_line(str(row.title), 300) or one_line(source, 300),
        published=row.date,
        source=one_line(source, 300),
        link=source if source.startswith(("https://", "http://")) else "",
        damaged=one_line(damaged),
    )

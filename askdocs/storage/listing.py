"""Articles listed a part at a time, without reading their texts, and the files they came from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from askdocs.core.articles import ArticleList, ListedArticle
from askdocs.core.errors import AskdocsError, CorpusDamaged
from askdocs.storage.filters import Condition, Where
from askdocs.storage.reader import Store
from askdocs.storage.rows import ArticleRow, columns, is_intact

MOST = 1000  # articles of one part
_LONGEST = 200  # characters of a value of `meta` that a list shows
_MOST_ENTRIES = 30
_WIDTH = len(ArticleRow._fields)


class Listing(NamedTuple):
    """What is asked for: ``words`` stand in the title or the source, ``after`` is a cursor of ``listed``.

    ``skip`` leaves out so many at the beginning; unlike a cursor, it shifts where articles are added meanwhile.
    """

    where: Where
    words: str = ""
    limit: int = 100
    after: str | None = None
    newest_first: bool = False
    skip: int = 0


class SizedRow(NamedTuple):
    """The row of an article as it is: it may be damaged. ``characters`` is None where its text is gone."""

    article: ArticleRow
    characters: int | None
    tables: int

    def lost(self, store: Store) -> CorpusDamaged | None:
        """The error that says what of the article was lost, where something was."""
        if is_intact(self.article) and self.characters is not None:
            return None
        return store.damaged(self.article.number, str(self.article.source), "its title, source, dates or text")


def listed(store: Store, asked: Listing) -> ArticleList:
    """A part of the articles, in the order they were added.

    The cursor is the number of the last article. An article gets a number that was never used when it is added or
    changed, so no part shifts by what is added between two of them.

    Raises:
        AskdocsError: the cursor is none.
        CorpusError: as ``Store.filter``.
    """
    limit = min(asked.limit, MOST)
    rows = listed_rows(store, asked._replace(limit=limit + 1))
    which, values = _condition(store, asked)
    counted = store.database.one(f"SELECT count(*) FROM articles WHERE {which}", values)
    shown = rows[:limit]
    return ArticleList(
        articles=tuple(_entry(store, row) for row in shown),
        total=int(counted[0]) if counted else 0,
        next=str(shown[-1].article.number) if len(rows) > len(shown) else None,
    )


def listed_rows(store: Store, asked: Listing) -> list[SizedRow]:
    """The rows of a part, for a list that also shows articles that are damaged. Raises as ``listed``."""
    which, values = _condition(store, asked)
    order = "DESC" if asked.newest_first else "ASC"
    after: list[str | float] = [] if asked.after is None else [_number(asked.after)]
    beyond = f"AND number {'<' if asked.newest_first else '>'} ?" if after else ""
    sizes = (
        "(SELECT length(text) FROM texts WHERE article = articles.number),"
        "(SELECT count(*) FROM tables WHERE article = articles.number)"
    )
    rows = store.database.all(
        f"SELECT {columns(ArticleRow)}, {sizes} FROM articles WHERE {which} {beyond} ORDER BY number {order} "
        "LIMIT ? OFFSET ?",
        [*values, *after, asked.limit, asked.skip],
    )
    return [SizedRow(ArticleRow._make(row[:_WIDTH]), *row[_WIDTH:]) for row in rows]


def is_cursor(text: str) -> bool:
    """Whether it may be a cursor of ``listed``.

    >>> is_cursor("12"), is_cursor("1 OR 1"), is_cursor("-1")
    (True, False, False)
    """
    return text.isascii() and text.isdigit() and len(text) <= 18


def files_of(store: Store, article_id: str) -> dict[str, int]:
    """The files and addresses that an article came from, and how many articles came from each."""
    sql = (
        "SELECT file, (SELECT count(DISTINCT article) FROM sources AS other WHERE other.file = sources.file) "
        "FROM sources WHERE article = ? AND file != ''"
    )
    number = store.number_of(article_id)
    return {} if number is None else dict(store.database.all(sql, (number,)))


def articles_of_file(store: Store, file: str) -> int:
    """How many articles came from a file, given by its absolute path."""
    row = store.database.one("SELECT count(DISTINCT article) FROM sources WHERE file = ?", (file,))
    return int(row[0]) if row else 0


def _condition(store: Store, asked: Listing) -> Condition:
    which, values = store.conditions(asked.where)
    words = asked.words.casefold().split()
    if words:
        holding, held = store.database.holding(words)
        which, values = f"{which} AND {holding}", [*values, *held]
    return which, values


def _entry(store: Store, sized: SizedRow) -> ListedArticle:
    if (lost := sized.lost(store)) is not None:
        raise lost
    row = sized.article
    return ListedArticle(
        id=row.id,
        source=row.source,
        title=row.title,
        published=row.date,
        characters=sized.characters or 0,
        pages=len(json.loads(row.pages)),
        tables=sized.tables,
        meta=_short(json.loads(row.meta)),
    )


def _short(meta: Mapping[str, str]) -> dict[str, str]:
    short = {key: value for key, value in meta.items() if len(key) + len(value) <= _LONGEST}
    return dict(list(short.items())[:_MOST_ENTRIES])


def _number(cursor: str) -> int:
    if not is_cursor(cursor):
        raise AskdocsError(f"after: {cursor!r} is no cursor; give the `next` of the part before it")
    return int(cursor)

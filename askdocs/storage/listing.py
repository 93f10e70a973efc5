"""Articles listed a part at a time, without reading their texts, and the files they came from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from askdocs.core.articles import ArticleList, ListedArticle
from askdocs.core.errors import AskdocsError
from askdocs.storage.filters import Condition, Where
from askdocs.storage.reader import Store
from askdocs.storage.rows import ArticleRow, columns, is_intact

MOST = 1000  # articles of one part
_LONGEST = 200  # characters of a value of `meta` that a list shows
_MOST_ENTRIES = 30
_WIDTH = len(ArticleRow._fields)


class Listing(NamedTuple):
    """What is asked for: ``words`` stand in the title or the source, ``after`` is a cursor of ``listed``."""

    where: Where
    words: str = ""
    limit: int = 100
    after: str | None = None
    newest_first: bool = False


def listed(store: Store, asked: Listing) -> ArticleList:
    """A part of the articles, in the order they were added.

    The cursor is the number of the last article. An article gets a number that was never used when it is added or
    changed, so no part shifts by what is added between two of them.

    Raises:
        AskdocsError: the cursor is none.
        CorpusError: as ``Store.filter``.
    """
    which, values = _condition(store, asked)
    order = "DESC" if asked.newest_first else "ASC"
    after: list[str | float] = [] if asked.after is None else [_number(asked.after)]
    beyond = f"AND number {'<' if asked.newest_first else '>'} ?" if after else ""
    sizes = (
        "(SELECT length(text) FROM texts WHERE article = articles.number),"
        "(SELECT count(*) FROM tables WHERE article = articles.number)"
    )
    limit = min(asked.limit, MOST)
    rows = store.database.all(
        f"SELECT {columns(ArticleRow)}, {sizes} FROM articles WHERE {which} {beyond} ORDER BY number {order} LIMIT ?",
        [*values, *after, limit + 1],
    )
    counted = store.database.one(f"SELECT count(*) FROM articles WHERE {which}", values)
    shown = rows[:limit]
    return ArticleList(
        articles=tuple(_entry(store, ArticleRow._make(row[:_WIDTH]), *row[_WIDTH:]) for row in shown),
        total=int(counted[0]) if counted else 0,
        next=str(shown[-1][0]) if len(rows) > len(shown) else None,
    )


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


def _entry(store: Store, row: ArticleRow, characters: int | None, tables: int) -> ListedArticle:
    if not is_intact(row) or characters is None:
        raise store.damaged(row.number, str(row.source), "its title, source, dates or text")
    return ListedArticle(
        id=row.id,
        source=row.source,
        title=row.title,
        published=row.date,
        characters=characters,
        pages=len(json.loads(row.pages)),
        tables=tables,
        meta=_short(json.loads(row.meta)),
    )


def _short(meta: Mapping[str, str]) -> dict[str, str]:
    short = {key: value for key, value in meta.items() if len(key) + len(value) <= _LONGEST}
    return dict(list(short.items())[:_MOST_ENTRIES])


def _number(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise AskdocsError(f"after: {cursor!r} is no cursor; give the `next` of the part before it")
    return int(cursor)

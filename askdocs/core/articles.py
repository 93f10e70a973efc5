"""Articles as they are read and stored, their chunks, and the chunks found for a question.

All offsets are Unicode code points of ``Article.text``. Scores are floats, larger is better.
"""

from __future__ import annotations

import datetime
from typing import Literal

from askdocs.core.base import Model
from askdocs.core.tables import Grid, Table


class RawArticle(Model):
    """One article as read, before it is cleaned.

    ``body`` is HTML, plain text or Markdown, as ``format`` says; with "pages" it is empty and ``pages`` holds the text
    of each page, with "tables" it is empty and the article is its ``grids``. In a text or a page, a line that is
    ``table_mark(n)`` stands for grid n. ``title`` is empty where the source does not give one.
    ``content_hash`` is the SHA-256, in hexadecimal, of the bytes it was read from.
    """

    source: str
    title: str = ""
    published: datetime.date | None = None
    body: str
    format: Literal["html", "text", "markdown", "tables", "pages"]
    meta: dict[str, str] = {}
    pages: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = ()
    content_hash: str


class Article(Model):
    """One source text. ``text`` is the cleaned text, the one every offset refers to.

    ``source`` is the key: adding an article replaces the one of the same source, and the one of the same ``id``.
    Rows of a table want a source each ("postgres#1"); of several in one call that share one, the first is stored
    and the others are in ``AddReport.skipped``. ``pages`` holds the offset at which each page begins, for sources
    that have pages. ``tables`` says where tables stand in the text, in their order.
    """

    id: str
    source: str
    title: str
    published: datetime.date | None = None
    text: str
    meta: dict[str, str] = {}
    pages: tuple[int, ...] = ()
    tables: tuple[Table, ...] = ()


class ListedArticle(Model):
    """An article as a list shows it: without its text, whose length in code points is ``characters``.

    ``pages`` and ``tables`` are how many it has. Long values of ``meta`` are left out.
    """

    id: str
    source: str
    title: str
    published: datetime.date | None = None
    characters: int
    pages: int = 0
    tables: int = 0
    meta: dict[str, str] = {}


class ArticleList(Model):
    """A part of the articles that were asked for, and how many there are in ``total``.

    ``next`` is the cursor of the part after it, ``None`` at the end.
    """

    articles: tuple[ListedArticle, ...]
    total: int
    next: str | None = None


class Chunk(Model):
    """A slice of an article: ``article.text[start:end] == text``.

    ``id`` is given by the store and never used again; 0 means not stored yet. ``heading`` is the headings the
    chunk stands under, joined by " > "; it is context for embedding and prompts, outside the offsets.
    """

    id: int = 0
    article_id: str
    start: int
    end: int
    text: str
    heading: str = ""


class Hit(Model):
    """A chunk found for a question. Ranks count from 1; ``None`` where that search did not find it."""

    chunk: Chunk
    source: str
    title: str
    published: datetime.date | None = None
    score: float
    dense_score: float | None = None
    dense_rank: int | None = None
    bm25_score: float | None = None
    bm25_rank: int | None = None

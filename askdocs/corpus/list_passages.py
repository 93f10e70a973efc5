"""Which passages a question for a list is read from: all of the articles meant, or the nearest where they are many."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

import numpy as np

from askdocs.core.articles import Article, Hit
from askdocs.core.base import IntArray, Model
from askdocs.corpus.searcher import Searcher
from askdocs.lists.list_question import ListQuestion
from askdocs.storage.filters import Where
from askdocs.storage.reader import Store
from askdocs.text.english import FUNCTION_WORDS, stem

MOST_PASSAGES = 200  # read for a list of all that is named; of more, the nearest to the question
MOST_RELATED = 64  # read for a list of what fits a condition, which the search finds first
_TOPIC_HITS = 24
_NEAR_DENSE = 0.12  # cosine behind the nearest passage within which an article is about a topic too


class ListPassages(Model):
    """The passages to read, in the order of the corpus, and their articles. ``of`` is how many there are in all.

    ``titles`` are those of the articles that the question's topic limits it to, empty where it names none.
    """

    hits: tuple[Hit, ...]
    articles: dict[str, Article]
    of: int
    titles: tuple[str, ...] = ()


def list_passages(searcher: Searcher, asked: ListQuestion, where: Where | None) -> ListPassages:
    """The passages of the articles that ``where`` and the question's own words allow.

    A topic that no article is about limits nothing. Errors as for ``Corpus.search``.
    """
    with searcher.snapshot() as store:
        allowed = store.filter(where)
        among: IntArray = np.array(store.chunk_ids(), dtype=np.int64) if allowed is None else allowed
        if asked.month or asked.year:
            among = np.intersect1d(among, _of_period(store, asked))
        titles: tuple[str, ...] = ()
        if asked.topic and len(among):
            topical = _of_topic(searcher, store, asked, where, among)
            if topical:
                titles = tuple(hit.title for hit in topical)
                among = np.intersect1d(among, _chunks_of(store, {hit.chunk.article_id for hit in topical}))
        most = MOST_PASSAGES if asked.every or asked.quoted else MOST_RELATED
        if len(among) <= most:
            found = store.chunks(among)
            hits = [
                Hit(chunk=one.chunk, source=one.source, title=one.title, published=one.published, score=0.0)
                for one in found.values()
            ]
        else:
            hits = searcher.search(asked.text, most, where, among)
        hits.sort(key=lambda hit: hit.chunk.id)
        articles = {article_id: searcher.article(article_id) for article_id in {hit.chunk.article_id for hit in hits}}
        return ListPassages(hits=tuple(hits), articles=articles, of=len(among), titles=titles)


def _of_period(store: Store, asked: ListQuestion) -> IntArray:
    """The chunks of the articles published in the month and year that the question names."""
    rows = (store.article_row(number) for number in store.article_numbers())
    return _joined(row.chunk_ids for row in rows if row.date is not None and _is_of(row.date, asked))


def _is_of(day: datetime.date, asked: ListQuestion) -> bool:
    return asked.month in (None, day.month) and asked.year in (None, day.year)


def _chunks_of(store: Store, article_ids: set[str]) -> IntArray:
    rows = (store.article_row(number) for number in store.article_numbers())
    return _joined(row.chunk_ids for row in rows if row.id in article_ids)


def _joined(runs: Iterable[range]) -> IntArray:
    joined: IntArray = np.array([number for run in runs for number in run], dtype=np.int64)
    return joined


def _of_topic(searcher: Searcher, store: Store, asked: ListQuestion, where: Where | None, among: IntArray) -> list[Hit]:
    """A hit of each article that is about the topic: the one whose title and text say so, or all where several are."""
    hits = searcher.search(asked.topic, _TOPIC_HITS, where, among)
    of_file = [hit for hit in hits if hit.source.endswith(asked.topic)]
    if of_file:
        return of_file[:1]
    wanted = {stem(word) for word in _words(asked.topic)}
    best: dict[str, tuple[float, Hit]] = {}
    held: dict[str, set[str]] = {}
    for rank, hit in enumerate(hits):
        held.setdefault(hit.chunk.article_id, set()).update(
            stem(word) for word in _words(hit.chunk.text + " " + hit.title)
        )
        named = {stem(word) for word in _words(f"{hit.title} {re.sub(r'[-_./]', ' ', hit.source)}")}
        share = len(wanted & named) / max(1, len(wanted))
        value = share + 0.5 / (1 + rank)
        if value > best.get(hit.chunk.article_id, (-1.0, hit))[0]:
            best[hit.chunk.article_id] = (value, hit)
    if not best:
        return []
    if not asked.several:
        return [max(best.values(), key=lambda pair: pair[0])[1]]
    nearest = max((hit.dense_score or 0.0 for hit in hits), default=0.0)
    return [
        hit
        for article_id, (_, hit) in best.items()
        if wanted <= held[article_id] or (hit.dense_score or 0.0) >= nearest - _NEAR_DENSE
    ]


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text) if word.lower() not in FUNCTION_WORDS]

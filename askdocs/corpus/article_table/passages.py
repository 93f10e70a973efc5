"""The passages of one article for each question of a table.

A question of a table is asked of one article at a time, so there is nothing to search for: all chunks of the article
are judged. They are read in the order of the article, which is the same for every question: the prompts of one
article then begin alike, and a model evaluates that beginning once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from askdocs.core.articles import Article, Hit
from askdocs.core.base import IntArray
from askdocs.corpus.searcher import TABLE_HITS, Retrieval, Searcher, by_table
from askdocs.retrieval.hybrid import AskedQuestion, asked_question, rank
from askdocs.storage.reader import Store

_LARGE = 400  # chunks of an article that are all judged; in a larger one it is searched


class ArticleChunks(NamedTuple):
    """An article with the ids of its chunks: those of its text, and those that hold rows of its tables."""

    article: Article
    prose: tuple[int, ...]
    tables: tuple[int, ...]


class ArticlePassages:
    """Finds the passages of one article after the other, in one state of the corpus."""

    def __init__(self, searcher: Searcher, store: Store, k: int) -> None:
        self._searcher = searcher
        self._store = store
        self._k = k
        self._in_tables = frozenset(store.table_chunks().tolist())
        self._asked: dict[str, AskedQuestion] = {}

    def chunks(self, number: int, article: Article) -> ArticleChunks:
        """The chunks of the article with this number of the store."""
        ids = self._store.article_row(number).chunk_ids
        prose = tuple(one for one in ids if one not in self._in_tables)
        return ArticleChunks(article, prose, tuple(one for one in ids if one in self._in_tables))

    def retrieve(self, question: str, chunks: ArticleChunks) -> Retrieval:
        """What is read of an article for a question: passages in the order of the article, and its tables."""
        prose = self._best(question, chunks.prose, self._k)
        of_tables = self._best(question, chunks.tables, TABLE_HITS)
        in_order = tuple(sorted(prose, key=lambda hit: (hit.chunk.start, hit.chunk.id)))
        hits = (*in_order, *of_tables)
        articles = {chunks.article.id: chunks.article} if hits else {}
        return Retrieval(hits=hits, prose=in_order, tables=by_table(of_tables, self._store), articles=articles)

    def _best(self, question: str, ids: Sequence[int], count: int) -> list[Hit]:
        if not ids:
            return []
        if len(ids) > _LARGE:
            among: IntArray = np.array(ids, dtype=np.int64)
            return self._searcher.search(question, count, among=among)
        if question not in self._asked:
            self._asked[question] = asked_question(question, self._store, self._searcher.embedder())
        return rank(self._asked[question], self._store, ids, judged=len(ids) > count)[:count]

"""Searching a corpus: chunks for a question, and the articles they stand in, of one state of the corpus."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager

import numpy as np

from askdocs.core import validation
from askdocs.core.articles import Article, Hit
from askdocs.core.base import IntArray, Model
from askdocs.core.errors import CorpusError, CorpusMismatch
from askdocs.core.protocols import Embedder
from askdocs.core.reports import FilterCounts, Fingerprint
from askdocs.core.settings import load_settings
from askdocs.core.tables import Table
from askdocs.retrieval.hybrid import condense, retrieve
from askdocs.storage.filters import Where
from askdocs.storage.protocol import Storage
from askdocs.storage.reader import Store

_AT_ONCE = 20  # hits of one search of prose and tables together: as deep as a search goes anyway
TABLE_HITS = 8  # chunks of tables whose rows are read


class TableHit(Model):
    """A table of an article, and those of its chunks that were found, best first."""

    table: Table
    hits: tuple[Hit, ...]


class Retrieval(Model):
    """The hits of a question, best first, and their articles by id, of one state of the corpus.

    ``prose`` are those a model reads; ``tables`` are the tables that the others hold rows of, best first.
    """

    hits: tuple[Hit, ...]
    prose: tuple[Hit, ...]
    tables: tuple[TableHit, ...] = ()
    articles: dict[str, Article]


class CorpusEmbedder:
    """The embedder of a corpus: loaded when it is first used, and checked against the one that made the vectors."""

    def __init__(self, name: str, embedder: Embedder | None) -> None:
        self._name = name
        self._embedder = embedder
        self._checked = False
        self._lock = threading.Lock()

    def of(self, store: Store) -> Embedder:
        """The embedder for what is stored. Raises CorpusMismatch: another one made the vectors."""
        with self._lock:
            if self._embedder is None:
                self._embedder = _configured_embedder()
            if not self._checked:
                stored = store.fingerprint()
                self.check(stored, self._embedder.fingerprint)
                self._checked = stored is not None
            return self._embedder

    def check(self, stored: Fingerprint | None, offered: Fingerprint) -> None:
        """Raise CorpusMismatch where vectors are stored that another embedder made."""
        if stored is None or stored == offered:
            return
        differing = [name for name in Fingerprint.model_fields if getattr(stored, name) != getattr(offered, name)]
        raise CorpusMismatch(
            f"{self._name}: its vectors were made by the embedder {stored.name!r}, and {offered.name!r} was given "
            f"(they differ in {', '.join(differing)}); open it with that embedder, or add the articles to a new corpus"
        )


class Searcher:
    """Finds chunks and articles. May be used by several threads."""

    def __init__(self, storage: Storage, embedder: CorpusEmbedder) -> None:
        self._storage = storage
        self._embedder = embedder

    def embedder(self) -> Embedder:
        """The embedder of the corpus. Raises CorpusMismatch: another one made the vectors."""
        with self.snapshot() as store:
            return self._embedder.of(store)

    def snapshot(self) -> AbstractContextManager[Store]:
        """One state of the corpus for all that happens in the block, in this thread."""
        return self._storage.shared()

    def articles(self) -> Iterator[Article]:
        """Every article, in the order they were added, one at a time."""
        with self._storage.apart() as store:
            for number in store.article_numbers():
                yield store.article_numbered(number)

    def article(self, article_id: str) -> Article:
        """The article with this id. Raises CorpusError: there is none."""
        with self.snapshot() as store:
            found = store.article(article_id)
        if found is None:
            raise CorpusError(f"{self._storage.name}: no article has the id {article_id!r}; `askdocs list` shows them")
        return found

    def search(self, question: str, k: int, where: Where | None = None, among: IntArray | None = None) -> list[Hit]:
        """The ``k`` chunks most likely to answer a question, best first. Errors as for ``Corpus.search``."""
        question, k = validation.check_question(question), validation.check_whole_number("k", k, least=1)
        with self.snapshot() as store:
            store.expect(question)
            if not store.state().chunks:
                condense(question)  # which says when there is no question
                return []
            index = self._storage.vectors(store)
            return retrieve(question, store, index, self._embedder.of(store), k, where, among)

    def retrieve(self, question: str, k: int, where: Where | None) -> Retrieval:
        """The hits and their articles, so that nothing of the corpus is held while a model reads."""
        with self.snapshot() as store:
            store.expect(question)
            in_tables = store.table_chunks()
            if not len(in_tables):
                hits = tuple(self.search(question, k, where))
                return Retrieval(hits=hits, prose=hits, articles=self._articles_of(hits))
            found = self.search(question, max(k, _AT_ONCE), where)
            held = set(in_tables.tolist())
            of_tables = [hit for hit in found if hit.chunk.id in held][:TABLE_HITS]
            prose = [hit for hit in found if hit.chunk.id not in held][:k]
            if len(prose) < k:  # a long table may take all places
                others = np.setdiff1d(np.array(store.chunk_ids(), dtype=np.int64), in_tables, assume_unique=True)
                prose = self.search(question, k, where, others)
            if not of_tables:
                of_tables = self.search(question, TABLE_HITS, where, in_tables)
            hits = distinct((*found[:k], *prose))
            tables = by_table(of_tables, store)
            return Retrieval(hits=hits, prose=tuple(prose), tables=tables, articles=self._articles_of(hits, tables))

    def _articles_of(self, hits: Sequence[Hit], tables: Sequence[TableHit] = ()) -> dict[str, Article]:
        every = [*hits, *(hit for table in tables for hit in table.hits)]
        with self.snapshot() as store:
            return store.articles({hit.chunk.article_id for hit in every})

    def kept(self, where: Where) -> FilterCounts:
        """How many articles ``where`` lets through, and how many it leaves out because they have no date."""
        with self.snapshot() as store:
            return store.kept(where)


def distinct(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """The hits without those of a chunk that came before: two searches may give one chunk two scores."""
    first: dict[int, Hit] = {}
    for hit in hits:
        first.setdefault(hit.chunk.id, hit)
    return tuple(first.values())


def by_table(hits: Sequence[Hit], store: Store) -> tuple[TableHit, ...]:
    """The tables that chunks hold rows of, each with its chunks, in the order of the first of them."""
    found: dict[tuple[str, int], tuple[Table, list[Hit]]] = {}
    for hit in hits:
        table = store.table_of_chunk(hit.chunk.id)
        if table is not None:
            found.setdefault((hit.chunk.article_id, table.start), (table, []))[1].append(hit)
    return tuple(TableHit(table=table, hits=tuple(of_it)) for table, of_it in found.values())


def _configured_embedder() -> Embedder:
    """The embedder that the settings name."""
    from askdocs.embedding import embedder

    settings = load_settings()
    if settings.embedder == "minilm":
        return embedder.default_embedder()
    return embedder.load_embedder(settings.embedder, offline=settings.offline)

"""Searching a corpus: chunks for a question, and the articles they stand in, of one state of the corpus."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from askdocs.core import validation
from askdocs.core.articles import Article, Hit
from askdocs.core.base import Model
from askdocs.core.errors import CorpusError, CorpusMismatch
from askdocs.core.protocols import Embedder
from askdocs.core.reports import FilterCounts, Fingerprint
from askdocs.core.settings import load_settings
from askdocs.retrieval.hybrid import condense, retrieve
from askdocs.storage.filters import Where
from askdocs.storage.reader import Store
from askdocs.storage.snapshots import Snapshots
from askdocs.storage.vectors.manager import IndexManager, SnapshotIndex


class Retrieval(Model):
    """The hits of a question, best first, and their articles by id, of one state of the corpus."""

    hits: tuple[Hit, ...]
    articles: dict[str, Article]


class CorpusEmbedder:
    """The embedder of a corpus: loaded when it is first used, and checked against the one that made the vectors."""

    def __init__(self, path: Path, embedder: Embedder | None) -> None:
        self._path = path
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
            f"{self._path}: its vectors were made by the embedder {stored.name!r}, and {offered.name!r} was given "
            f"(they differ in {', '.join(differing)}); open it with that embedder, or add the articles to a new corpus"
        )


class Searcher:
    """Finds chunks and articles. May be used by several threads."""

    def __init__(self, path: Path, snapshots: Snapshots, index: IndexManager, embedder: CorpusEmbedder) -> None:
        self._path = path
        self._snapshots = snapshots
        self.index = index
        self._embedder = embedder

    def snapshot(self) -> AbstractContextManager[Store]:
        """One state of the corpus for all that happens in the block, in this thread."""
        return self._snapshots.shared()

    def articles(self) -> Iterator[Article]:
        """Every article, in the order they were added, one at a time."""
        with self._snapshots.apart() as store:
            for number in store.article_numbers():
                yield store.article_numbered(number)

    def article(self, article_id: str) -> Article:
        """The article with this id. Raises CorpusError: there is none."""
        with self.snapshot() as store:
            found = store.article(article_id)
        if found is None:
            raise CorpusError(f"{self._path}: no article has the id {article_id!r}; `askdocs list` shows them")
        return found

    def search(self, question: str, k: int, where: Where | None = None) -> list[Hit]:
        """The ``k`` chunks most likely to answer a question, best first. Errors as for ``Corpus.search``."""
        question, k = validation.check_question(question), validation.check_whole_number("k", k, least=1)
        with self.snapshot() as store:
            if not store.state().chunks:
                condense(question)  # which says when there is no question
                return []
            index = SnapshotIndex(self.index, store)
            return retrieve(question, store, index, self._embedder.of(store), k, where)

    def retrieve(self, question: str, k: int, where: Where | None) -> Retrieval:
        """The hits and their articles, so that nothing of the corpus is held while a model reads."""
        with self.snapshot():
            hits = tuple(self.search(question, k, where))
            ids = {hit.chunk.article_id for hit in hits}
            return Retrieval(hits=hits, articles={article_id: self.article(article_id) for article_id in ids})

    def kept(self, where: Where) -> FilterCounts:
        """How many articles ``where`` lets through, and how many it leaves out because they have no date."""
        with self.snapshot() as store:
            return store.kept(where)


def _configured_embedder() -> Embedder:
    """The embedder that the settings name."""
    from askdocs.embedding import embedder

    name = load_settings().embedder
    return embedder.default_embedder() if name == "minilm" else embedder.load_embedder(name)

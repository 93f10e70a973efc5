"""A corpus as Haystack components: a retriever, and one that answers. Needs ``pip install 'askdocs[haystack]'``.

Haystack itself reports how its pipelines are used unless ``HAYSTACK_TELEMETRY_ENABLED`` is "false" before it is
imported; nothing here changes that.
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from askdocs.adapters.hit_metadata import hit_metadata, passage_id
from askdocs.core.answers import Answer
from askdocs.core.extras import require
from askdocs.corpus.corpus import Corpus
from askdocs.storage.filters import Where

require("haystack", extra="haystack", needed_for="askdocs.adapters.haystack")

from haystack import Document, component, default_from_dict, default_to_dict  # noqa: E402
from haystack.dataclasses import ExtractedAnswer  # noqa: E402

from askdocs.adapters.haystack_answers import haystack_answers  # noqa: E402


class _Opened:
    """A corpus that was given, or the folder of one, which is opened when it is first used."""

    def __init__(self, corpus: Corpus | str | Path) -> None:
        self._given = corpus if isinstance(corpus, Corpus) else None
        self._own: Corpus | None = None
        self._lock = threading.Lock()
        self.folder = str(corpus.path if isinstance(corpus, Corpus) else corpus)

    def corpus(self) -> Corpus:
        """The corpus. Raises CorpusError: there is none in the folder."""
        if self._given is not None:
            return self._given
        with self._lock:
            if self._own is None:
                self._own = Corpus.open(self.folder, create=False)
            return self._own

    def close(self) -> None:
        """Close what was opened here; a corpus that was given is its owner's."""
        with self._lock:
            if self._own is not None:
                self._own.close()
            self._own = None


@component
class AskdocsRetriever:
    """The passages of a corpus most likely to answer a query, best first, as Haystack documents.

    ``corpus`` is one that is open, or its folder, which is what ``to_dict`` keeps and is opened by ``warm_up``.
    ``top_k`` passages are found; ``where`` limits the articles, as for ``Corpus.search``, whose errors these are.
    Each document's meta has source, title, published, article_id, chunk_id, start, end and score, and
    ``corpus.article(article_id).text[start:end] == document.content``.

    >>> from askdocs import Article, Corpus
    >>> from askdocs.testing import DeterministicEmbedder
    >>> corpus = Corpus.open(folder / "news", embedder=DeterministicEmbedder())
    >>> report = corpus.add(Article(id="a1", source="sale.md", title="Sale", text="Norhaven sold 12 million shares."))
    >>> (document,) = AskdocsRetriever(corpus, top_k=1).run("How many shares were sold?")["documents"]
    >>> document.content, document.meta["source"], document.meta["start"]
    ('Norhaven sold 12 million shares.', 'sale.md', 0)
    """

    def __init__(self, corpus: Corpus | str | Path, top_k: int = 10, where: Where | None = None) -> None:
        self._opened = _Opened(corpus)
        self.top_k = top_k
        self.where = where

    def warm_up(self) -> None:
        """Open the corpus. Raises CorpusError: there is none in the folder."""
        self._opened.corpus()

    def close(self) -> None:
        """Close the corpus if it was opened here."""
        self._opened.close()

    def to_dict(self) -> dict[str, Any]:
        """The component as plain data, with the folder of the corpus."""
        data: dict[str, Any] = default_to_dict(
            self, corpus=self._opened.folder, top_k=self.top_k, where=_plain(self.where)
        )
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """A component from what ``to_dict`` gave."""
        made: Self = default_from_dict(cls, data)
        return made

    @component.output_types(documents=list[Document])  # type: ignore[untyped-decorator]
    def run(self, query: str, top_k: int | None = None, where: dict[str, Any] | None = None) -> dict[str, Any]:
        """The passages for ``query``; ``top_k`` and ``where`` take the place of the component's own."""
        k = self.top_k if top_k is None else top_k
        found = self._opened.corpus().search(query, k, self.where if where is None else where)
        return {
            "documents": [
                Document(id=passage_id(hit), content=hit.chunk.text, meta=hit_metadata(hit), score=hit.score)
                for hit in found
            ]
        }


@component
class AskdocsAnswerer:
    """Answers from a corpus as Haystack answers, those that are words of an article in its text.

    ``corpus``, ``top_k`` and ``where`` are as for the retriever; ``model`` and ``threshold`` as for ``Corpus.ask``,
    whose errors these are.

    >>> from askdocs import Article, Corpus
    >>> from askdocs.testing import DeterministicEmbedder
    >>> corpus = Corpus.open(folder / "news", embedder=DeterministicEmbedder())
    >>> report = corpus.add(Article(id="a1", source="sale.md", title="Sale", text="Norhaven sold 12 million shares."))
    >>> answerer = AskdocsAnswerer(corpus, model="extractive", threshold=0)
    >>> (found,) = answerer.run("How many shares did Norhaven sell?")["answers"]
    >>> found.document.content[found.document_offset.start : found.document_offset.end] == found.data
    True
    """

    def __init__(
        self,
        corpus: Corpus | str | Path,
        model: str | None = None,
        top_k: int | None = None,
        where: Where | None = None,
        threshold: float | None = None,
    ) -> None:
        self._opened = _Opened(corpus)
        self.model = model
        self.top_k = top_k
        self.where = where
        self.threshold = threshold

    def warm_up(self) -> None:
        """Open the corpus and load the model. Raises CorpusError, ModelError."""
        self._opened.corpus().warm(self.model)

    def close(self) -> None:
        """Close the corpus if it was opened here."""
        self._opened.close()

    def to_dict(self) -> dict[str, Any]:
        """The component as plain data, with the folder of the corpus."""
        data: dict[str, Any] = default_to_dict(
            self,
            corpus=self._opened.folder,
            model=self.model,
            top_k=self.top_k,
            where=_plain(self.where),
            threshold=self.threshold,
        )
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """A component from what ``to_dict`` gave."""
        made: Self = default_from_dict(cls, data)
        return made

    @component.output_types(answers=list[ExtractedAnswer], answer=Answer)  # type: ignore[untyped-decorator]
    def run(self, query: str, where: dict[str, Any] | None = None) -> dict[str, Any]:
        """``answer`` is that of ``Corpus.ask``; ``answers`` are the same as Haystack has them.

        An answer that is words of articles has an element for each citation, at ``document_offset`` of its article.
        What is told of them, as a "yes", a sum, a count or a comparison, is one element without offsets. Scores are
        the answer's confidence. Where it abstains, the one element has no data, as that of Haystack's own reader:
        its score is how likely it is that the nearest words, ``meta["nearest"]``, are wrong.
        """
        corpus = self._opened.corpus()
        among = self.where if where is None else where
        answer = corpus.ask(query, model=self.model, k=self.top_k, where=among, threshold=self.threshold)
        return {"answers": haystack_answers(corpus, answer), "answer": answer}


def _plain(where: Where | None) -> dict[str, Any] | None:
    """A filter as JSON and YAML can hold it: dates are written out."""
    if where is None:
        return None

    def written(value: object) -> object:
        if isinstance(value, datetime.date):
            return value.isoformat()[:10]
        return value if isinstance(value, str) or not isinstance(value, Sequence) else [written(one) for one in value]

    return {key: written(value) for key, value in where.items()}

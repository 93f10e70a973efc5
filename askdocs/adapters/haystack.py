"""A corpus as Haystack components: a retriever, and one that answers. Needs ``pip install 'askdocs[haystack]'``.

Haystack itself reports how its pipelines are used unless ``HAYSTACK_TELEMETRY_ENABLED`` is "false" before it is
imported; nothing here changes that.
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from askdocs.adapters.hit_metadata import hit_metadata, passage_id
from askdocs.core.answers import Answer, Citation
from askdocs.core.errors import CorpusError
from askdocs.core.extras import require
from askdocs.corpus.corpus import Corpus
from askdocs.storage.filters import Where

require("haystack", extra="haystack", needed_for="askdocs.adapters.haystack")

from haystack import Document, component, default_from_dict, default_to_dict  # noqa: E402
from haystack.dataclasses import ExtractedAnswer  # noqa: E402

Span = ExtractedAnswer.Span


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
    """Answers from a corpus as Haystack answers: the words cited, each in the text of its article.

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
        """``answer`` is that of ``Corpus.ask``; ``answers`` has the words of each of its citations.

        Their score is the answer's confidence, and ``meta["text"]`` the whole answer, such as a "yes" or a sum. Where
        it abstains, the one element has no data, as that of Haystack's own reader: its score is how likely it is that
        the nearest words, ``meta["nearest"]``, are wrong.
        """
        corpus = self._opened.corpus()
        among = self.where if where is None else where
        answer = corpus.ask(query, model=self.model, k=self.top_k, where=among, threshold=self.threshold)
        return {"answers": list(_extracted(corpus, answer)), "answer": answer}


def _extracted(corpus: Corpus, answer: Answer) -> Iterator[ExtractedAnswer]:
    if answer.abstained:
        nearest = {"nearest": answer.candidate}
        yield ExtractedAnswer(query=answer.question, score=1 - answer.confidence, data=None, meta=nearest)
        return
    documents = {one.article_id: _document(corpus, one) for one in answer.citations}
    for one in answer.citations:
        document = documents[one.article_id]
        still_there = document is not None and document.content[one.start : one.end] == one.quote
        start, end = one.answer_start - one.start, one.answer_end - one.start
        yield ExtractedAnswer(
            query=answer.question,
            score=answer.confidence,
            data=one.quote[start:end],
            document=document if still_there else None,
            document_offset=Span(one.answer_start, one.answer_end) if still_there else None,
            context=one.quote,
            context_offset=Span(start, end),
            meta={"text": answer.text, "page": one.page, **_about(one)},
        )


def _document(corpus: Corpus, citation: Citation) -> Document | None:
    """The article that is cited; none where it was removed since."""
    try:
        text = corpus.article(citation.article_id).text
    except CorpusError:
        return None
    return Document(id=citation.article_id, content=text, meta=_about(citation))


def _about(citation: Citation) -> dict[str, str | None]:
    published = citation.published.isoformat() if citation.published else None
    return {
        "source": citation.source,
        "title": citation.title,
        "published": published,
        "article_id": citation.article_id,
    }


def _plain(where: Where | None) -> dict[str, Any] | None:
    """A filter as JSON and YAML can hold it: dates are written out."""
    if where is None:
        return None

    def written(value: object) -> object:
        if isinstance(value, datetime.date):
            return value.isoformat()[:10]
        return value if isinstance(value, str) or not isinstance(value, Sequence) else [written(one) for one in value]

    return {key: written(value) for key, value in where.items()}

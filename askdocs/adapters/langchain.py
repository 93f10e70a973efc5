"""A corpus as a LangChain retriever. Needs ``pip install 'askdocs[langchain]'``."""

from __future__ import annotations

from pydantic import SkipValidation

from askdocs.adapters.hit_metadata import hit_metadata, passage_id
from askdocs.core.extras import require
from askdocs.corpus.corpus import Corpus
from askdocs.storage.filters import Where

require("langchain_core", extra="langchain", needed_for="askdocs.adapters.langchain")

from langchain_core.callbacks import CallbackManagerForRetrieverRun  # noqa: E402
from langchain_core.documents import Document  # noqa: E402
from langchain_core.retrievers import BaseRetriever  # noqa: E402


class AskdocsRetriever(BaseRetriever):  # type: ignore[misc]
    """The passages of a corpus most likely to answer a question, best first, as LangChain documents.

    ``k`` passages are found; ``where`` limits the articles; errors are those of ``Corpus.search``. Each document's
    metadata has source, title, published, article_id, chunk_id, start, end and score, and
    ``corpus.article(article_id).text[start:end] == document.page_content``. ``ainvoke`` searches in a thread.

    >>> from askdocs import Article, Corpus
    >>> from askdocs.testing import DeterministicEmbedder
    >>> corpus = Corpus.open(folder / "news", embedder=DeterministicEmbedder())
    >>> report = corpus.add(Article(id="a1", source="sale.md", title="Sale", text="Norhaven sold 12 million shares."))
    >>> (document,) = AskdocsRetriever(corpus=corpus, k=1).invoke("How many shares were sold?")
    >>> document.page_content, document.metadata["source"], document.metadata["start"]
    ('Norhaven sold 12 million shares.', 'sale.md', 0)
    """

    corpus: Corpus
    k: int = 10
    where: SkipValidation[Where | None] = None  # which the search checks, with errors of its own

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [
            Document(id=passage_id(hit), page_content=hit.chunk.text, metadata=hit_metadata(hit))
            for hit in self.corpus.search(query, self.k, self.where)
        ]

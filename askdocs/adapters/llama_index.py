"""A corpus as a LlamaIndex retriever. Needs ``pip install 'askdocs[llama-index]'``."""

from __future__ import annotations

import asyncio

from askdocs.adapters.hit_metadata import hit_metadata, passage_id
from askdocs.core.articles import Hit
from askdocs.core.extras import require
from askdocs.corpus.corpus import Corpus
from askdocs.storage.filters import Where

require("llama_index.core", extra="llama-index", needed_for="askdocs.adapters.llama_index")

from llama_index.core.base.base_retriever import BaseRetriever  # noqa: E402
from llama_index.core.callbacks import CallbackManager  # noqa: E402
from llama_index.core.schema import (  # noqa: E402
    NodeRelationship,
    NodeWithScore,
    QueryBundle,
    RelatedNodeInfo,
    TextNode,
)

_FOR_PROGRAMS = ["article_id", "chunk_id", "start", "end", "score"]  # which no model needs to read


class AskdocsRetriever(BaseRetriever):  # type: ignore[misc]
    """The passages of a corpus most likely to answer a question, best first, as LlamaIndex nodes with scores.

    ``k`` passages are found; ``where`` limits the articles; errors are those of ``Corpus.search``. Of each node
    ``corpus.article(node.ref_doc_id).text[node.start_char_idx:node.end_char_idx] == node.text``; its metadata has
    source, title, published, article_id, chunk_id, start, end and score, of which a model is shown the first three.

    >>> from askdocs import Article, Corpus
    >>> from askdocs.testing import DeterministicEmbedder
    >>> corpus = Corpus.open(folder / "news", embedder=DeterministicEmbedder())
    >>> report = corpus.add(Article(id="a1", source="sale.md", title="Sale", text="Norhaven sold 12 million shares."))
    >>> (found,) = AskdocsRetriever(corpus, k=1).retrieve("How many shares were sold?")
    >>> found.text, found.metadata["source"], found.node.start_char_idx
    ('Norhaven sold 12 million shares.', 'sale.md', 0)
    """

    def __init__(
        self,
        corpus: Corpus,
        k: int = 10,
        where: Where | None = None,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        super().__init__(callback_manager=callback_manager)
        self.corpus = corpus
        self.k = k
        self.where = where

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [_node(hit) for hit in self.corpus.search(query_bundle.query_str, self.k, self.where)]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


def _node(hit: Hit) -> NodeWithScore:
    node = TextNode(
        id_=passage_id(hit),
        text=hit.chunk.text,
        start_char_idx=hit.chunk.start,
        end_char_idx=hit.chunk.end,
        metadata=hit_metadata(hit),
        excluded_llm_metadata_keys=[*_FOR_PROGRAMS, *(() if hit.published else ("published",))],
        excluded_embed_metadata_keys=_FOR_PROGRAMS,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=hit.chunk.article_id)},
    )
    return NodeWithScore(node=node, score=hit.score)

"""The LlamaIndex retriever within a query engine of LlamaIndex, with its own mock model."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from askdocs import Corpus, CorpusError

pytest.importorskip("llama_index.core", reason="llama-index-core is not installed: pip install 'askdocs[llama-index]'")

from llama_index.core import get_response_synthesizer
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import MetadataMode, TextNode

from askdocs.adapters import llama_index
from askdocs.adapters.llama_index import AskdocsRetriever
from tests.adapters.examples import run_examples

QUESTION = "How many shares of Vestia were sold?"


def test_nodes_stand_where_they_say(corpus: Corpus) -> None:
    found = AskdocsRetriever(corpus, k=8).retrieve("recalled kettles of lot 7 and the strike")
    assert len(found) == 8
    for one in found:
        node = one.node
        assert isinstance(node, TextNode)
        assert node.ref_doc_id == node.metadata["article_id"]
        assert corpus.article(node.ref_doc_id).text[node.start_char_idx : node.end_char_idx] == node.text
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_a_model_is_shown_what_it_can_use(corpus: Corpus) -> None:
    (dated,) = AskdocsRetriever(corpus, k=1).retrieve(QUESTION)
    shown = dated.node.get_content(MetadataMode.LLM)
    assert shown.startswith("source: sale.md\ntitle: Stake sold\npublished: 2024-03-05\n\nNorhaven")
    (undated,) = AskdocsRetriever(corpus, k=1, where={"source": "recalls.md"}).retrieve("kettles")
    assert "published" not in undated.node.get_content(MetadataMode.LLM)
    assert undated.metadata["published"] is None


def test_a_filter_keeps_the_others_out_and_its_errors_are_ours(corpus: Corpus) -> None:
    kept = AskdocsRetriever(corpus, where={"published": "<2024"}).retrieve(QUESTION)
    assert {one.metadata["source"] for one in kept} == {"strike.md"}
    with pytest.raises(CorpusError, match="did you mean published"):
        AskdocsRetriever(corpus, where={"date": "<2024"}).retrieve(QUESTION)


def test_within_a_query_engine(corpus: Corpus) -> None:
    synthesizer = get_response_synthesizer(llm=MockLLM(), response_mode="compact")
    engine = RetrieverQueryEngine(AskdocsRetriever(corpus, k=2), response_synthesizer=synthesizer)
    response = engine.query(QUESTION)
    assert "Norhaven has sold 12 million shares" in str(response)  # the mock says its prompt
    assert response.source_nodes[0].metadata["source"] == "sale.md"


def test_without_blocking_the_event_loop(corpus: Corpus) -> None:
    retriever = AskdocsRetriever(corpus, k=2)
    found = asyncio.run(retriever.aretrieve(QUESTION))
    assert [one.node_id for one in found] == [one.node_id for one in retriever.retrieve(QUESTION)]


def test_its_examples_are_true(tmp_path: Path) -> None:
    assert run_examples(llama_index, tmp_path) > 0

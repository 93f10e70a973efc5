"""The LangChain retriever within runnables of LangChain."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from askdocs import Corpus, CorpusError, QuestionError

pytest.importorskip("langchain_core", reason="langchain-core is not installed: pip install 'askdocs[langchain]'")

from langchain_core.documents import Document
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnablePassthrough
from langchain_core.tools import create_retriever_tool

from askdocs.adapters import langchain
from askdocs.adapters.langchain import AskdocsRetriever
from tests.adapters.examples import run_examples

QUESTION = "How many shares of Vestia were sold?"


def test_documents_stand_where_they_say(corpus: Corpus) -> None:
    documents = AskdocsRetriever(corpus=corpus, k=8).invoke("recalled kettles of lot 7 and the strike")
    assert len(documents) == 8
    for document in documents:
        about = document.metadata
        assert corpus.article(about["article_id"]).text[about["start"] : about["end"]] == document.page_content
    assert max(document.metadata["start"] for document in documents) > 0


def test_a_document_says_all_that_is_known_of_it(corpus: Corpus) -> None:
    (hit,) = corpus.search(QUESTION, k=1)
    (document,) = AskdocsRetriever(corpus=corpus, k=1).invoke(QUESTION)
    assert document == Document(
        id=f"a1#{hit.chunk.id}",
        page_content=hit.chunk.text,
        metadata={
            "source": "sale.md",
            "title": "Stake sold",
            "published": "2024-03-05",
            "article_id": "a1",
            "chunk_id": hit.chunk.id,
            "start": 0,
            "end": len(hit.chunk.text),
            "score": hit.score,
        },
    )


def test_a_filter_keeps_the_others_out_and_its_errors_are_ours(corpus: Corpus) -> None:
    kept = AskdocsRetriever(corpus=corpus, where={"published": "<2024"}).invoke(QUESTION)
    assert {document.metadata["source"] for document in kept} == {"strike.md"}
    with pytest.raises(CorpusError, match="did you mean published"):
        AskdocsRetriever(corpus=corpus, where={"date": "<2024"}).invoke(QUESTION)
    with pytest.raises(CorpusError, match="a text such as"):
        AskdocsRetriever(corpus=corpus, where={"published": 2024}).invoke(QUESTION)
    with pytest.raises(QuestionError):
        AskdocsRetriever(corpus=corpus).invoke(" ")


def test_within_a_chain_the_prompt_holds_the_passages(corpus: Corpus) -> None:
    prompts: list[str] = []

    def joined(documents: list[Document]) -> str:
        return "\n".join(f"{one.metadata['title']}: {one.page_content}" for one in documents)

    def noted(prompt: object) -> object:
        prompts.append(str(prompt))
        return prompt

    chain = (
        {"passages": AskdocsRetriever(corpus=corpus, k=1) | joined, "question": RunnablePassthrough()}
        | ChatPromptTemplate.from_template("{passages}\n\n{question}")
        | RunnableLambda(noted)
        | FakeListChatModel(responses=["12 million"])
        | StrOutputParser()
    )
    assert chain.invoke(QUESTION) == "12 million"
    assert "Stake sold: Norhaven has sold 12 million shares" in prompts[0]


def test_without_blocking_the_event_loop(corpus: Corpus) -> None:
    retriever = AskdocsRetriever(corpus=corpus, k=2)

    async def both() -> tuple[list[Document], list[list[Document]]]:
        return await retriever.ainvoke(QUESTION), await retriever.abatch([QUESTION, "When did the strike end?"])

    one, several = asyncio.run(both())
    assert one == several[0] == retriever.invoke(QUESTION)
    assert several[1][0].metadata["source"] == "strike.md"


def test_as_a_tool_of_an_agent(corpus: Corpus) -> None:
    tool = create_retriever_tool(AskdocsRetriever(corpus=corpus, k=1), "news", "Searches the news.")
    assert "Norhaven has sold 12 million shares" in tool.invoke({"query": QUESTION})


def test_its_examples_are_true(tmp_path: Path) -> None:
    assert run_examples(langchain, tmp_path) > 0

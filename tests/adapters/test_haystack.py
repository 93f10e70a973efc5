"""The Haystack components within pipelines of Haystack."""

from __future__ import annotations

import asyncio
import datetime
import shutil
from pathlib import Path

import pytest

from askdocs import Answer, Article, Corpus, CorpusError, Value
from askdocs.storage.filters import Where
from askdocs.testing import DeterministicEmbedder
from tests.support.whole_answers import COMPARISON, COUNT, LIST, PARTS, SPAN

pytest.importorskip("haystack", reason="haystack-ai is not installed: pip install 'askdocs[haystack]'")

from haystack import Pipeline
from haystack.components.builders import PromptBuilder
from haystack.dataclasses import ExtractedAnswer

from askdocs.adapters import haystack
from askdocs.adapters.haystack import AskdocsAnswerer, AskdocsRetriever
from askdocs.adapters.haystack_answers import haystack_answers
from tests.adapters.examples import run_examples

QUESTION = "How many shares of Vestia were sold?"
ALLOWED = ["askdocs.adapters.haystack"]
PROMPT = "{% for one in documents %}{{ one.meta.title }}: {{ one.content }}\n{% endfor %}{{ question }}"


@pytest.fixture(autouse=True)
def embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of corpora which components open by their folder."""
    monkeypatch.setattr("askdocs.embedding.embedder.default_embedder", DeterministicEmbedder)


def retrieving(retriever: AskdocsRetriever) -> Pipeline:
    pipeline = Pipeline()
    pipeline.add_component("retriever", retriever)
    pipeline.add_component("prompt", PromptBuilder(PROMPT, required_variables="*"))
    pipeline.connect("retriever.documents", "prompt.documents")
    return pipeline


def asked(pipeline: Pipeline) -> str:
    data = {"retriever": {"query": QUESTION, "top_k": 1}, "prompt": {"question": QUESTION}}
    return str(pipeline.run(data)["prompt"]["prompt"])


def test_documents_stand_where_they_say(corpus: Corpus) -> None:
    documents = AskdocsRetriever(corpus, top_k=8).run("recalled kettles of lot 7 and the strike")["documents"]
    assert len(documents) == 8
    for document in documents:
        about = document.meta
        assert corpus.article(about["article_id"]).text[about["start"] : about["end"]] == document.content
    assert documents[0].score == max(document.score for document in documents)


def test_within_a_pipeline(corpus: Corpus) -> None:
    prompt = asked(retrieving(AskdocsRetriever(corpus)))
    assert prompt.startswith("Stake sold: Norhaven has sold 12 million shares")
    assert prompt.endswith(f".\n{QUESTION}")


def test_within_a_pipeline_that_is_awaited(corpus: Corpus) -> None:
    pipeline = retrieving(AskdocsRetriever(corpus, top_k=1))
    data = {"retriever": {"query": QUESTION}, "prompt": {"question": QUESTION}}
    assert "12 million" in asyncio.run(pipeline.run_async(data))["prompt"]["prompt"]


def test_a_filter_is_that_of_the_run_else_of_the_component(corpus: Corpus) -> None:
    retriever = AskdocsRetriever(corpus, where={"published": "<2024"})
    assert {one.meta["source"] for one in retriever.run(QUESTION)["documents"]} == {"strike.md"}
    again = retriever.run(QUESTION, where={"source": "recalls.md"})["documents"]
    assert {one.meta["source"] for one in again} == {"recalls.md"}
    with pytest.raises(CorpusError, match="did you mean published"):
        retriever.run(QUESTION, where={"date": "<2024"})


def test_a_pipeline_is_written_and_read_with_the_folder_of_the_corpus(corpus: Corpus) -> None:
    where: Where = {"published": [datetime.date(2024, 3, 5), ">2020"]}
    written = retrieving(AskdocsRetriever(corpus, top_k=3, where=where)).dumps()
    assert str(corpus.path) in written
    read = Pipeline.loads(written, allowed_modules=ALLOWED)
    assert asked(read) == asked(retrieving(AskdocsRetriever(corpus)))
    retriever = read.get_component("retriever")
    assert retriever.to_dict()["init_parameters"] == {
        "corpus": str(corpus.path),
        "top_k": 3,
        "where": {"published": ["2024-03-05", ">2020"]},
    }
    read.close()
    assert asked(read).startswith("Stake sold")  # it is opened again


def test_a_corpus_that_was_given_is_not_closed(corpus: Corpus) -> None:
    retrieving(AskdocsRetriever(corpus)).close()
    assert corpus.search(QUESTION, k=1)


def test_a_folder_without_a_corpus_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="there is no corpus here"):
        AskdocsRetriever(tmp_path / "none").warm_up()


def answered(answerer: AskdocsAnswerer, question: str = QUESTION) -> tuple[list[ExtractedAnswer], Answer]:
    pipeline = Pipeline()
    pipeline.add_component("answerer", answerer)
    result = pipeline.run({"answerer": {"query": question}})["answerer"]
    return result["answers"], result["answer"]


def test_an_answer_stands_in_its_article(corpus: Corpus) -> None:
    (found,), answer = answered(AskdocsAnswerer(corpus, model="extractive", threshold=0))
    citation = answer.citations[0]
    assert found.document.content == corpus.article("a1").text
    assert (found.document_offset.start, found.document_offset.end) == (citation.answer_start, citation.answer_end)
    assert found.data == found.document.content[citation.answer_start : citation.answer_end]
    assert found.data == found.context[found.context_offset.start : found.context_offset.end]
    assert (found.context, found.score, found.query) == (citation.quote, answer.confidence, QUESTION)
    assert found.data == answer.text
    assert (found.meta["source"], found.meta["published"]) == ("sale.md", "2024-03-05")
    assert ExtractedAnswer.from_dict(found.to_dict()) == found


def test_where_it_abstains_there_is_no_data_and_no_document(corpus: Corpus) -> None:
    (found,), answer = answered(AskdocsAnswerer(corpus, model="extractive", threshold=1))
    assert answer.abstained
    assert (found.data, found.document, found.document_offset) == (None, None, None)
    assert found.meta["nearest"] == answer.candidate
    assert found.score == 1 - answer.confidence


def test_a_list_has_an_answer_an_item(corpus: Corpus) -> None:
    items = haystack_answers(corpus, LIST)
    assert [one.data for one in items] == ["Norhaven", "Vestia", "Quillmark"]
    assert {one.score for one in items} == {LIST.confidence}


def test_what_is_told_of_articles_is_no_words_of_theirs(corpus: Corpus) -> None:
    yes = SPAN.model_copy(update={"text": "yes", "typed": Value(kind="boolean", value=True)})
    computed = SPAN.model_copy(update={"text": "12 million", "formula": "13 million − 1 million = 12 million"})
    prose = SPAN.model_copy(update={"text": "It sold 12 million [1].", "style": "prose"})
    for answer in (yes, computed, prose, COUNT, COMPARISON, PARTS):
        (told,) = haystack_answers(corpus, answer)
        assert told.data == answer.text
        assert (told.document_offset, told.context_offset) == (None, None)
        assert told.context == answer.citations[0].quote
        assert told.meta["title"] == answer.citations[0].title
    (zero,) = haystack_answers(corpus, COUNT.model_copy(update={"text": "0", "citations": ()}))
    assert (zero.data, zero.document) == ("0", None)


def test_an_article_that_changed_since_is_not_cited(corpus: Corpus, tmp_path: Path) -> None:
    shutil.copytree(corpus.path, tmp_path / "news")
    with Corpus.open(tmp_path / "news", embedder=DeterministicEmbedder()) as changing:
        answer = changing.ask(QUESTION, model="extractive", threshold=0)
        changing.add(Article(id="a1", source="sale.md", title="Stake sold", text="Corrected: nothing was sold."))
        (changed,) = haystack_answers(changing, answer)
        changing.remove("sale.md")
        (gone,) = haystack_answers(changing, answer)
    for found in (changed, gone):
        assert (found.document, found.document_offset) == (None, None)
        assert found.data == answer.text


def test_an_answerer_is_written_and_read(corpus: Corpus) -> None:
    made = AskdocsAnswerer(corpus, model="extractive", top_k=4, where={"source": "*.md"}, threshold=0.0)
    read = AskdocsAnswerer.from_dict(made.to_dict())
    assert read.to_dict() == made.to_dict()
    assert answered(read)[0] == answered(made)[0]
    read.close()


def test_its_examples_are_true(tmp_path: Path) -> None:
    assert run_examples(haystack, tmp_path) > 0

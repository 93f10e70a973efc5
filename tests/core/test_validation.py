"""What is given wrongly at the public surface is told by its name, before any work is done with it."""

from __future__ import annotations

import asyncio
import datetime
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, assert_type

import numpy as np
import pytest
from pydantic import BaseModel

from askdocs import Answer, Article, AskdocsError, Corpus, CorpusError, QuestionError, SourceError, ask
from askdocs.corpus.typed import TypedAnswer
from askdocs.testing import DeterministicEmbedder

TEXT = "Norhaven has sold 12 million shares of Vestia."
QUESTION = "How many shares did Norhaven sell?"
ARTICLE = Article(id="a1", source="sale.md", title="Sale", text=TEXT, published=datetime.date(2023, 11, 17))


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "news.askdocs", embedder=DeterministicEmbedder()) as made:
        made.add(ARTICLE)
        yield made


def given(**options: Any) -> Callable[[Corpus], object]:
    return lambda corpus: corpus.ask(QUESTION, **{"model": "extractive", **options})


WRONG: list[tuple[Callable[[Any], object], str]] = [
    (lambda corpus: corpus.ask(None), "question: a text is wanted, and None"),
    (lambda corpus: corpus.ask(3), "question: a text"),
    (lambda corpus: corpus.search(None), "question: a text"),
    (lambda corpus: corpus.ask_many([QUESTION, None]), "question: a text"),
    (lambda corpus: corpus.search(QUESTION, k=-1), "k: a whole number of at least 1 is wanted, and -1"),
    (lambda corpus: corpus.search(QUESTION, k="3"), "k: a whole number of at least 1 is wanted, and '3'"),
    (lambda corpus: corpus.search(QUESTION, k=True), "k: a whole number"),
    (lambda corpus: corpus.search(QUESTION, where="2023"), "where: a mapping"),
    (lambda corpus: corpus.search(QUESTION, where={"published": 2023}), "where: 'published' is 2023"),
    (given(k="3"), "k: a whole number"),
    (given(k=0), "k: a whole number"),
    (given(model=3), "model: a name"),
    (given(history=["What is Vestia?"]), "history: pairs of texts"),
    (given(history="What is Vestia?"), "history: pairs of texts"),
    (given(history=[("What is Vestia?", None)]), "history: pairs of texts"),
    (given(as_=dict), "as_=<class 'dict'>"),
    (given(threshold="high"), "threshold"),
    (given(timeout=-1), "timeout"),
    (given(style="verse"), "style"),
    (lambda corpus: Corpus.open(corpus.path, embedder="minilm"), "embedder: an object with the methods"),  # type: ignore[arg-type]
    (lambda corpus: corpus.add(None), "None: a path"),
    (lambda corpus: corpus.add([3]), "3: a path"),
    (lambda corpus: corpus.add(""), "the name of the source is empty"),
]


@pytest.mark.parametrize(("call", "said"), WRONG, ids=[said for _, said in WRONG])
def test_what_is_given_wrongly_is_told_by_its_name(corpus: Corpus, call: Callable[[Corpus], object], said: str) -> None:
    with pytest.raises(AskdocsError) as caught:
        call(corpus)
    assert said in str(caught.value)


@pytest.mark.parametrize("name", ["ask", "aask", "stream", "ask_many", "chat"])
def test_a_misspelt_option_is_a_type_error(corpus: Corpus, name: str) -> None:
    calls: dict[str, Callable[..., Any]] = {
        "ask": corpus.ask,
        "aask": lambda question, **options: asyncio.run(corpus.aask(question, **options)),
        "stream": lambda question, **options: list(corpus.stream(question, **options)),
        "ask_many": corpus.ask_many,
        "chat": corpus.chat().ask,
    }
    with pytest.raises(TypeError, match="treshold"):
        calls[name](QUESTION, treshold=0.5)


class Sale(BaseModel):
    shares: int | None = None


def test_ask_without_a_corpus_tells_what_is_wrong_before_it_reads_anything(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="treshold"):
        ask(QUESTION, "nowhere", treshold=0.5)  # type: ignore[call-overload]
    with pytest.raises(QuestionError):
        ask(None, "nowhere")  # type: ignore[call-overload]
    with pytest.raises(SourceError, match="the name of the source is empty"):
        ask(QUESTION, "")
    with pytest.raises(SourceError, match="it is not there"):
        ask(QUESTION, f"{tmp_path}/nofolder/")


def test_awaited_answers_are_typed_as_the_others_are(corpus: Corpus) -> None:
    async def both() -> None:
        plain = await corpus.aask(QUESTION, model="extractive", cancel=threading.Event())
        filled = await corpus.aask(QUESTION, model="extractive", as_=Sale)
        assert_type(plain, Answer)
        assert_type(filled, TypedAnswer[Sale])
        assert isinstance(filled.value, Sale)

    asyncio.run(both())


class Narrow(DeterministicEmbedder):
    """Says 64, and makes less."""

    def embed_texts(self, texts: Any) -> Any:
        return np.asarray(super().embed_texts(texts)[:, :7])


def test_vectors_of_another_width_than_said_are_refused(tmp_path: Path) -> None:
    with (
        Corpus.open(tmp_path / "narrow", embedder=Narrow()) as corpus,
        pytest.raises(CorpusError, match=r"shape \(1, 7\) for 1 texts.*\(1, 64\)"),
    ):
        corpus.add(ARTICLE)


class NarrowQuestions(DeterministicEmbedder):
    """Makes less of questions than of texts."""

    def embed_query(self, text: str) -> Any:
        return super().embed_query(text)[:7]


def test_a_question_of_another_width_is_refused(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "narrow", embedder=NarrowQuestions()) as corpus:
        corpus.add(ARTICLE)
        with pytest.raises(CorpusError, match=r"shape \(7,\) for a question"):
            corpus.search(QUESTION)


def test_a_filter_takes_dates_and_refuses_those_that_are_none(corpus: Corpus) -> None:
    day = datetime.date(2023, 11, 17)
    assert len(corpus.search(QUESTION, where={"published": day})) == 1
    assert len(corpus.search(QUESTION, where={"published": [day, ">=2023-11"]})) == 1
    assert corpus.search(QUESTION, where={"published": datetime.datetime(2023, 11, 18, 12)}) == []
    for impossible in ("2023-13", ">=2023-02-30", "2023-00-10"):
        with pytest.raises(CorpusError, match="write a date"):
            corpus.search(QUESTION, where={"published": impossible})


def test_a_corpus_shows_where_it_is_and_says_when_it_was_closed(tmp_path: Path) -> None:
    corpus = Corpus.open(tmp_path / "news", embedder=DeterministicEmbedder())
    assert repr(corpus) == f"Corpus({str(tmp_path / 'news')!r})"
    corpus.close()
    with pytest.raises(CorpusError, match="was closed"):
        corpus.chat()
    with pytest.raises(CorpusError, match="was closed"), corpus:
        pass

"""A model filled in one decoding: models within it, lists of them, each leaf with its citation."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field

from askdocs import AskdocsError, Corpus
from askdocs.corpus.typed_form import description_of, fields_of
from askdocs.reading.model_pool import unload_models
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from tests.support.chat_server import Reply, chat_server, completion
from tests.support.made import article

SALE = article(
    "On 2023-11-17 Alibaba sold 33 million XPeng shares for $317.5 million to UBS and Citi. The board approved the "
    "sale. Daniel Yong, 51, leads Alibaba; Joe Tsen, 59, is its chairman.",
    title="Sale",
)


class Person(BaseModel):
    name: str
    age: int | None = None


class Deal(BaseModel):
    shares: int = Field(description="How many shares were sold?")
    price: float


class Report(BaseModel):
    seller: str
    date: datetime.date = Field(description="date of the sale")
    buyers: list[str]
    approved: bool = Field(description="Did the board approve?")
    deal: Deal
    lawyer: Person | None = None
    people: list[Person] = Field(description="the people named")


FORM: dict[str, Any] = {
    "seller": "[1] Alibaba",
    "date": "[1] 2023-11-17",
    "buyers": ["[1] UBS", "[1] Citi"],
    "approved": "yes [1] The board approved the sale",
    "deal": {"shares": "[1] 33 million", "price": "[1] $317.5 million"},
    "lawyer": None,
    "people": [{"name": "[1] Daniel Yong", "age": "[1] 51"}, {"name": "[1] Joe Tsen", "age": "[1] 59"}],
}


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "corpus", embedder=DeterministicEmbedder()) as corpus:
        corpus.add([SALE])
        yield corpus
    unload_models()


def writer(**changes: Any) -> ScriptedGenerator:
    """A model that fills the form in, and answers no single question."""
    form = json.dumps(FORM | changes)
    return ScriptedGenerator(lambda prompt: form if "Reply with the filled form" in prompt else "unanswerable",
                             context_length=8192)  # fmt: skip


def test_models_within_the_model_and_lists_of_them_are_filled(corpus: Corpus) -> None:
    model = writer()
    filled = corpus.ask("Alibaba's sale", as_=Report, model=model, style="prose", threshold=0.1)
    assert filled.value.model_dump() == {
        "seller": "Alibaba",
        "date": datetime.date(2023, 11, 17),
        "buyers": ["UBS", "Citi"],
        "approved": True,
        "deal": {"shares": 33_000_000, "price": 317_500_000.0},
        "lawyer": None,
        "people": [{"name": "Daniel Yong", "age": 51}, {"name": "Joe Tsen", "age": 59}],
    }
    assert isinstance(filled.value.people[0], Person)
    assert filled.missing == ("lawyer",)
    assert {"seller", "deal.price", "people.1.age"} <= filled.answers.keys()
    for answer in filled.answers.values():
        assert answer.citations
        for cited in answer.citations:
            assert corpus.article(cited.article_id).text[cited.start : cited.end] == cited.quote
    (cited,) = filled.answers["people.1.age"].citations
    assert SALE.text[cited.answer_start : cited.answer_end] == "59"
    assert sum(name == "prefill" for name, *_ in model.calls) == 1
    assert model.live_sequences == ()


def test_what_is_left_empty_is_asked_for_and_then_said_to_be_missing(corpus: Corpus) -> None:
    model = writer(seller=None, deal={"shares": None, "price": "[1] UBS"}, people=[])
    filled = corpus.ask("Alibaba's sale", as_=Report, model=model, style="prose", threshold=0.3)
    assert filled.missing == ("seller", "deal.shares", "deal.price", "lawyer", "people")
    assert filled.value.seller is None
    assert filled.value.deal.price is None
    assert filled.value.people == []
    assert "does not fit" in filled.reasons["deal.price"]
    assert filled.reasons["people"] == "the articles name none"
    answered = ScriptedGenerator(
        lambda prompt: json.dumps(FORM | {"seller": None}) if "filled form" in prompt else "[1] Alibaba",
        context_length=8192,
    )
    filled = corpus.ask("Alibaba's sale", as_=Report, model=answered, style="prose", threshold=0.0)
    assert filled.value.seller == "Alibaba"
    assert filled.missing == ("lawyer",)


def test_words_the_model_is_not_sure_of_are_missing(corpus: Corpus) -> None:
    filled = corpus.ask("Alibaba's sale", as_=Deal, model=writer(**FORM["deal"]), style="prose", threshold=1.0)
    assert filled.missing == ("shares", "price")
    assert "under the threshold" in filled.reasons["shares"]


@pytest.mark.parametrize("style", ["span", "auto"])
def test_models_within_the_model_need_a_model_that_writes(corpus: Corpus, style: Any) -> None:
    with pytest.raises(AskdocsError, match=r"Report\.deal: words of articles cannot fill a Deal"):
        corpus.ask("Alibaba's sale", as_=Report, model=writer(), style=style)


def test_without_passages_each_field_is_asked_for(tmp_path: Path) -> None:
    with Corpus.open(tmp_path / "empty", embedder=DeterministicEmbedder()) as empty:
        assert empty.ask("a sale", as_=Deal, model=writer(), style="prose").missing == ("shares", "price")
    unload_models()


class Endless(BaseModel):
    name: str
    parts: list[Endless]


def test_models_without_end_are_refused() -> None:
    with pytest.raises(AskdocsError, match="models within models"):
        fields_of(Endless)


def test_the_form_says_what_each_value_is() -> None:
    assert description_of(fields_of(Report)).splitlines()[1:8] == [
        '  "seller": What is the seller?',
        '  "date": What is the date of the sale?',
        '  "buyers": [What is the buyers?, ...]',
        '  "approved": Did the board approve?',
        '  "deal": {',
        '    "shares": How many shares were sold?',
        '    "price": What is the price?',
    ]


def test_a_server_fills_the_form_and_its_words_are_located(corpus: Corpus) -> None:
    form = FORM | {"seller": "[1] Tencent", "people": [{"name": "Daniel Yong", "age": "[1] 51"}]}

    def answer(document: dict[str, Any]) -> Reply:
        asked = document["messages"][-1]["content"]
        return completion(json.dumps(form) if "filled form" in asked else "unanswerable")

    with chat_server(answer) as served:
        model = f"openai:m@{served.url}"
        filled = corpus.ask("Alibaba's sale", as_=Report, model=model, style="prose", threshold=0.3)
    assert filled.value.seller is None
    assert filled.value.deal.shares == 33_000_000
    assert [person.name for person in filled.value.people] == ["Daniel Yong"]
    assert filled.missing == ("seller", "lawyer")

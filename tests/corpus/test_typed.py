"""Typed answers: a question a field, the cited words as the field's type, what is missing said."""

from __future__ import annotations

import copy
import datetime
import enum
import pickle
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, assert_type

import pytest
from pydantic import BaseModel, Field, create_model

from askdocs import AskdocsError, Corpus
from askdocs.core.answers import Answer, Value
from askdocs.corpus.typed import TypedAnswer, fill
from askdocs.reading.model_pool import unload_models
from askdocs.testing import DeterministicEmbedder, ScriptedGenerator
from askdocs.values.parse import parse
from tests.support.made import article

SALE = article(
    "On 2023-11-17 Alibaba sold 33 million shares for $317.5 million, at a discount of 4.4%, to UBS and Citi. "
    "Analysts see 70 to 80% more.",
    title="Sale",
)
REPLIES = {
    "How many shares": "33 million",
    "price": "$317.5 million",
    "discount": "4.4%",
    "date": "2023-11-17",
    "buyers": "UBS; [1] Citi",
    "upside": "70 to 80%",
    "seller": "Alibaba",
}


def reply(prompt: str) -> str:
    question = prompt.rsplit("Question: ", 1)[-1]
    return next((f"[1] {words}" for part, words in REPLIES.items() if part in question), "unanswerable")


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus.open(tmp_path / "corpus", embedder=DeterministicEmbedder()) as corpus:
        corpus.add([SALE])
        yield corpus
    unload_models()


class Sale(BaseModel):
    seller: str
    shares: int = Field(description="How many shares were sold?")
    price: Decimal
    discount: float | None
    date: datetime.date = Field(description="date of the sale")
    buyers: list[str]
    upside: tuple[float, float]
    broker: str | None = None
    lawyers: int


def test_every_field_is_asked_typed_and_cited(corpus: Corpus) -> None:
    model = ScriptedGenerator(reply, context_length=4096)
    filled = corpus.ask("Alibaba's sale", as_=Sale, model=model, threshold=0.5)
    assert vars(filled.value) == {
        "seller": "Alibaba",
        "shares": 33_000_000,
        "price": Decimal("317500000"),
        "discount": 4.4,
        "date": datetime.date(2023, 11, 17),
        "buyers": ["UBS", "Citi"],
        "upside": (70, 80),
        "broker": None,
        "lawyers": None,
    }
    assert_type(filled, TypedAnswer[Sale])
    assert isinstance(filled.value, Sale)
    assert filled.missing == ("broker", "lawyers")
    assert filled.answers.keys() == Sale.model_fields.keys()
    for name, answer in filled.answers.items():
        assert 0 <= answer.confidence <= 1
        assert answer.abstained == (name in filled.missing)
        for cited in answer.citations:
            assert corpus.article(cited.article_id).text[cited.start : cited.end] == cited.quote
    assert [SALE.text[c.answer_start : c.answer_end] for c in filled.answers["buyers"].citations] == ["UBS", "Citi"]
    assert filled.answers["shares"].question == "How many shares were sold? (Alibaba's sale)"
    assert filled.answers["lawyers"].question == "What is the lawyers? (Alibaba's sale)"


class Colour(enum.Enum):
    RED = "red"


def answered(text: str, typed: Value | None = None) -> Answer:
    value = typed or parse(text)
    return Answer(question="?", text=text, abstained=False, confidence=0.9, candidate=text, model="m", typed=value,
                  value=value.value if value else None)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("33 million", int, 33_000_000),
        ("33 million", float, 33e6),
        ("33 million", str, "33 million"),
        ("33 million", int | str, 33_000_000),
        ("33 million", Value, parse("33 million")),
        ("about $4bn", Decimal, Decimal(4 * 10**9)),
        ("7.5%", float, 7.5),
        ("7.5%", Decimal, Decimal("7.5")),
        ("70 to 80%", tuple[int, int], (70, 80)),
        ("70 to 80%", list[float], [70, 80]),
        ("November 17, 2023", datetime.date, datetime.date(2023, 11, 17)),
        ("2023", str, "2023"),
        ("yes", bool, True),
        ("red", Colour, Colour.RED),
        ("red", Literal["red", "blue"], "red"),
        ("UBS; Citi", list[str], ["UBS", "Citi"]),
        ("UBS", list[str], ["UBS"]),
        ("3; 4 million", list[int], [3, 4_000_000]),
        ("May 1, 2023; May 3, 2023", list[datetime.date], [datetime.date(2023, 5, 1), datetime.date(2023, 5, 3)]),
    ],
)
def test_words_become_what_the_field_wants(text: str, kind: Any, value: object) -> None:
    model = create_model("Wanted", field=(kind, ...))
    filled = fill(lambda question: answered(text), "", model)
    found = filled.value.field  # type: ignore[attr-defined]
    assert found == value
    assert type(found) is type(value)
    assert filled.missing == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Alibaba", int),
        ("33 million", datetime.date),  # no seconds since 1970
        ("86400", datetime.date),
        ("33 million", bool),
        ("1", bool),
        ("2023", datetime.date),  # the day is not known
        ("late October", datetime.date),
        ("4.5", int),
        ("70 to 80%", float),
        ("green", Colour),
        ("UBS; Citi", list[int]),
        ("yes", int),
    ],
)
def test_what_does_not_fit_is_missing_and_said(text: str, kind: Any) -> None:
    model = create_model("Wanted", field=(kind, ...))
    filled = fill(lambda question: answered(text), "", model)
    assert filled.value.field is None  # type: ignore[attr-defined]
    assert filled.missing == ("field",)
    assert filled.answers["field"].text == text


def test_a_missing_field_keeps_its_default_and_is_said_to_be_missing() -> None:
    model = create_model("Wanted", field=(int, 7), made=(list[str], Field(default_factory=list)), bare=(int, ...))
    abstained = answered("33 million").model_copy(update={"abstained": True, "text": "", "confidence": 0.2})
    filled = fill(lambda question: abstained, "", model)
    assert filled.value.model_dump() == {"field": 7, "made": [], "bare": None}
    assert filled.missing == ("field", "made", "bare")
    assert "0.20 is under the threshold 0.50" in filled.reasons["field"]


def test_a_constraint_that_a_found_value_breaks_makes_it_missing_and_is_named() -> None:
    model = create_model("Wanted", low=(int, Field(gt=0, lt=100)), short=(str, Field(max_length=3)))
    filled = fill(lambda question: answered("33 million"), "", model)
    assert filled.missing == ("low", "short")
    assert "less than 100" in filled.reasons["low"]
    assert "at most 3 characters" in filled.reasons["short"]
    assert fill(lambda question: answered("33"), "", model).missing == ()


@pytest.mark.parametrize("kind", [Sale, list[Sale], dict[str, str], Sale | None])
def test_a_type_with_fields_of_its_own_is_refused_before_anything_is_asked(kind: Any) -> None:
    model = create_model("Wanted", terms=(kind, ...))
    with pytest.raises(AskdocsError, match=r"Wanted\.terms: .* cannot fill a (Sale|dict)"):
        fill(lambda question: pytest.fail(question), "", model)


@pytest.mark.parametrize("as_", [dict, "Sale", SALE, BaseModel])
def test_what_is_no_model_class_is_refused(as_: Any) -> None:
    with pytest.raises(AskdocsError, match="as_="):
        fill(lambda question: pytest.fail(question), "", as_)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("The Red", Colour, Colour.RED),
        ("Red", Literal["red", "blue"] | None, "red"),
        ("Blue; Red", list[Literal["red", "blue"]], ["blue", "red"]),
    ],
)
def test_words_of_a_choice_need_not_be_written_alike(text: str, kind: Any, value: object) -> None:
    filled = fill(lambda question: answered(text), "", create_model("Wanted", field=(kind, ...)))
    assert filled.value.field == value  # type: ignore[attr-defined]


class Pickled(BaseModel):
    shares: int
    buyer: str


def test_a_typed_answer_can_be_pickled_and_copied() -> None:
    filled = fill(lambda question: answered("33 million"), "", Pickled)
    again = pickle.loads(pickle.dumps(filled))
    assert again == filled
    assert type(again) is type(filled)
    assert copy.deepcopy(filled) == filled

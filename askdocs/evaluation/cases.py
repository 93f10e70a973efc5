"""What a case of an eval suite is: a question, its typed gold value, and where the answer stands.

A line of ``cases.jsonl`` is one :class:`Case` as JSON. By ``type``, ``gold`` holds::

    number        {"value": 33000000, "unit": "shares"}            or {"value": [5, 7]} for a range; unit optional
    money         {"value": 317000000, "currency": "USD"}          or {"value": [10e6, 12e6], "currency": "USD"}
    percent       {"value": 0.6}                                   or {"value": [70, 80]};
                  {"value": 0.6, "unit": "percentage points"}      points are another thing than percent
    date          {"value": "2023-11-17"}                          precision "day"
                  {"value": "2023-11"}  {"value": "2023"}          "month", "year"
                  {"value": "2023-Q3"}  {"value": "2023-H1"}       "quarter", "half"
                  {"value": "2023-10", "part": "late"}             "part of month": "early", "mid" or "late"
                  {"value": "--10", "part": "late"}                no year is known ("--11-17", "--10" too)
    entity        {"aliases": ["Alibaba Group Holding", "Alibaba"]}   the first is the name shown
    text          {"accepted": ["weak demand for exports", ...]}   exact match after SQuAD's normalisation; F1 beside it
    list          {"items": ["XPeng", ["Meituan", "Meituan Dianping"]]}   a set; an inner list gives one item's aliases
    boolean       {"value": true}
    summary       {"facts": [["cut 400 jobs", "400 posts go"], ...]}  words that a summary must hold, each with
                  other words of the articles that say the same
    parts         {"parts": [{"about": "Tarn", "type": "money", "gold": {...}}, ...]}   of a comparison, or of several
                  questions in one: a typed gold value each, in order
    unanswerable  null, or left out

Numbers are written out in full, with scale words applied: "33 million" is 33000000; "0.60%" is 0.6.

A complete case::

    {"id": "alibaba-xpeng-shares", "question": "How many XPeng shares did Alibaba sell?", "type": "number",
     "gold": {"value": 33000000, "unit": "shares"}, "answer": "33 million",
     "article": "alibaba-xpeng.md", "quote": "Alibaba sold 33 million XPeng shares on Thursday.",
     "tags": ["differs-by-date"]}

One on a cell of a table whose caption says "Figures in £m"::

    {"id": "cloud-2024", "question": "What was cloud revenue in 2024?", "type": "money",
     "gold": {"value": 455900000, "currency": "GBP"}, "answer": "455.9", "article": "results.html",
     "cells": [{"text": "455.9", "row": "Cloud", "column": "2024"}]}
"""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator

from askdocs.core.answers import AnswerForm, Turn
from askdocs.core.base import Model

CaseType = Literal[
    "number", "money", "percent", "date", "entity", "text", "list", "boolean", "summary", "parts", "unanswerable"
]
Amount = float | tuple[float, float]
DATE = re.compile(r"(?:(?P<year>\d{4})(?:-(?:(?P<month>\d\d)(?:-(?P<day>\d\d))?|Q[1-4]|H[12]))?|--\d\d(?:-\d\d)?)")


def as_tuple(value: Any) -> Any:
    """One string stands for a tuple of one."""
    return (value,) if isinstance(value, str) else value


Strings = Annotated[tuple[str, ...], BeforeValidator(as_tuple)]


class NumberGold(Model):
    """A count or a measure; ``unit`` names what is counted."""

    value: Amount
    unit: str | None = None


class MoneyGold(Model):
    """An amount of a currency, an ISO 4217 code."""

    value: Amount
    currency: str = Field(pattern=r"^[A-Z]{3}$")


class PercentGold(Model):
    """Per cent (70 for "70%"), or percentage points, which are not the same."""

    value: Amount
    unit: Literal["percentage points"] | None = None


class DateGold(Model):
    """A date as far as it is known; ``part`` narrows a month to its early, middle or late days."""

    value: str
    part: Literal["early", "mid", "late"] | None = None

    @field_validator("value")
    @classmethod
    def readable(cls, value: str) -> str:
        """A date in one of the forms above, with a month and day that exist."""
        if not DATE.fullmatch(value):
            raise ValueError(f'"{value}" is not one of 2023, 2023-11, 2023-11-17, 2023-Q3, 2023-H1, --10, --11-17')
        if re.fullmatch(r"\d{4}-\d\d-\d\d|--\d\d-\d\d", value):
            datetime.date.fromisoformat(value.replace("--", "2024-", 1))
        return value


class EntityGold(Model):
    """A name: a person, company, place or product, in every form that counts as right."""

    aliases: Strings = Field(min_length=1)


class TextGold(Model):
    """Words: any of ``accepted``, compared as SQuAD compares them."""

    accepted: Strings = Field(min_length=1)


class ListGold(Model):
    """Several items in any order; an item given as a list has several names."""

    items: tuple[Strings, ...] = Field(min_length=1)


class BooleanGold(Model):
    """Yes or no."""

    value: bool


class SummaryGold(Model):
    """What a summary must hold: each fact as words of the articles, in one of several wordings."""

    facts: tuple[Strings, ...] = Field(min_length=1)


class PartGold(Model):
    """One side of a comparison, or one question of several: what it is about, and its typed gold as a case has it."""

    about: str
    type: CaseType
    gold: dict[str, Any] | None = None
    answer: str | None = None
    article: Strings = ()
    quote: Strings = ()


class PartsGold(Model):
    """The parts of a comparison or of several questions, in order."""

    parts: tuple[PartGold, ...] = Field(min_length=1)


Gold = (
    NumberGold
    | MoneyGold
    | PercentGold
    | DateGold
    | EntityGold
    | TextGold
    | ListGold
    | BooleanGold
    | SummaryGold
    | PartsGold
)
GOLD_MODELS: dict[str, type[Model]] = {
    "number": NumberGold,
    "money": MoneyGold,
    "percent": PercentGold,
    "date": DateGold,
    "entity": EntityGold,
    "text": TextGold,
    "list": ListGold,
    "boolean": BooleanGold,
    "summary": SummaryGold,
    "parts": PartsGold,
}


class GoldCell(Model):
    """A cell of a table that an answer rests on, its text letter for letter as shown.

    ``row`` and ``column`` are words of its row's label and of its column's headers; in a form of labels and values
    the label is ``row``.
    """

    text: str = Field(min_length=1)
    row: str = ""
    column: str = ""


class Case(Model):
    """A question with its typed gold value.

    - ``id``: unique in the suite; lower-case words joined by hyphens.
    - ``question``: as a user would type it. In a conversation, as it stands there ("And for how much?").
    - ``type``, ``gold``: the kind of answer and its value; see the module's page for the form of each.
    - ``answer``: the right words as the article has them ("33 million"). It is what the report shows as gold, what
      SQuAD's exact match and F1 are taken against, and the history of later turns. Made from ``gold`` if left out.
    - ``tolerance``: how far a number may be off and still be right, as a share of gold (0.01 is one per cent).
      Nothing is rounded without it.
    - ``article``: the file name, or names, in ``articles/`` where the answer stands. Empty when unanswerable; the
      article that tempts to a wrong answer may still be named there.
    - ``quote``: the sentence, or sentences, that hold the answer, letter for letter as in the cleaned text of one of
      the case's articles. Empty when unanswerable, and where ``cells`` say where the answer stands.
    - ``cells``: the cells of a table that the answer rests on: one that is looked up, the operands of a sum, the
      winner's of "which is the highest".
    - ``form``: what is asked for, as ``Answer.form`` has it; where it is given, the report says how often it was told.
    - ``conversation``, ``turn``: cases with the same ``conversation`` form one, in the order of ``turn`` from 1. Each
      is asked after the earlier questions with their gold answers (as CoQA does), so one slip spoils one turn only.
    - ``history``: the earlier turns written out, for a follow-up that is a case alone. Not beside ``conversation``.
    - ``as_of``: asked as if on that day: articles published later are not searched.
    - ``tags``: what makes it hard: "differs-by-date", "injection", "clutter", "conversation", "range",
      "unanswerable:other-company", "unanswerable:other-year", "unanswerable:false-premise",
      "unanswerable:not-stated", "unanswerable:off-topic".
    - ``note``: anything for the next reader of the case; not used.
    """

    id: str = Field(pattern=r"^[^\s/\\]+$")
    question: str = Field(min_length=1)
    type: CaseType
    gold: Gold | None = None
    answer: str | None = None
    tolerance: float | None = Field(default=None, ge=0, lt=1)
    article: Strings = ()
    quote: Strings = ()
    cells: tuple[GoldCell, ...] = ()
    form: AnswerForm | None = None
    conversation: str | None = None
    turn: int | None = Field(default=None, ge=1)
    history: tuple[Turn, ...] = ()
    as_of: datetime.date | None = None
    tags: Strings = ()
    note: str | None = None

    @model_validator(mode="before")
    @classmethod
    def typed_gold(cls, data: Any) -> Any:
        """Read ``gold`` as its type demands, so that an error names the field and not every union member."""
        if not isinstance(data, dict) or not isinstance(data.get("gold"), dict):
            return data
        model = GOLD_MODELS.get(str(data.get("type")))
        if model is None:
            return data
        try:
            return data | {"gold": model.model_validate(data["gold"])}
        except ValidationError as error:
            first = error.errors()[0]
            raise ValueError(f"{'.'.join(map(str, ('gold', *first['loc'])))}: {first['msg']}") from error

    @model_validator(mode="after")
    def consistent(self) -> Self:
        """Gold fits the type, answerable cases say where, and turns belong to a conversation."""
        if self.type == "unanswerable":
            if self.gold is not None:
                raise ValueError("gold: an unanswerable case has none")
            if self.cells:
                raise ValueError("cells: an unanswerable case has none")
        elif type(self.gold) is not GOLD_MODELS[self.type]:
            raise ValueError(f'gold: a case of type "{self.type}" needs its gold value')
        if (self.conversation is None) != (self.turn is None):
            raise ValueError("turn: conversation and turn go together")
        if self.conversation is not None and self.history:
            raise ValueError("history: a case of a conversation takes its history from the earlier turns")
        return self

    @property
    def answerable(self) -> bool:
        """Whether the articles answer it."""
        return self.type != "unanswerable"


def gold_words(case: Case) -> str:
    """The right answer in words: ``answer``, or the gold value written out.

    >>> gold_words(Case(id="a", question="How much?", type="money", gold={"value": 5e6, "currency": "USD"}))
    'USD 5,000,000'
    """
    if case.answer is not None:
        return case.answer
    gold = case.gold.model_dump() if case.gold is not None else {}
    if case.type in ("entity", "text"):
        return str((gold.get("aliases") or gold["accepted"])[0])
    if case.type == "list":
        return "; ".join(item[0] for item in gold["items"])
    if case.type == "boolean":
        return "yes" if gold["value"] else "no"
    if case.type == "date":
        return f"{gold['part']} {gold['value']}" if gold.get("part") else str(gold["value"])
    if case.type == "unanswerable":
        return ""
    if case.type == "summary":
        return "; ".join(fact[0] for fact in gold["facts"])
    if case.type == "parts":
        return "; ".join(f"{part['about']}: {gold_words(as_case(case, i))}" for i, part in enumerate(gold["parts"]))
    ends = gold["value"] if isinstance(gold["value"], tuple) else (gold["value"],)
    words = " to ".join(f"{end:,.10g}" if end % 1 else f"{end:,.0f}" for end in ends)
    if case.type == "money":
        return f"{gold['currency']} {words}"
    unit = gold.get("unit") or ("%" if case.type == "percent" else "")
    return f"{words}{unit}" if unit == "%" else f"{words} {unit}".strip()


def as_case(case: Case, part: int) -> Case:
    """One part of a case of type "parts" as a case of its own."""
    assert isinstance(case.gold, PartsGold)
    one = case.gold.parts[part]
    data = one.model_dump(exclude={"about"}) | {"id": f"{case.id}-{part + 1}", "question": one.about or case.question}
    return Case.model_validate(data)

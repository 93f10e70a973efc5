"""Answers as the caller gets them: citations, typed values, the answer itself, and the events of a stream.

All offsets are Unicode code points of ``Article.text``. Times are seconds.
"""

from __future__ import annotations

import datetime
from typing import Literal

from askdocs.core.articles import Hit
from askdocs.core.base import Model
from askdocs.core.whole_answer_text import answer_summary


class CellLabel(Model):
    """Words that say what a cited cell is, ``article.text[start:end]``: of its row, its column, its table or unit."""

    kind: Literal["row", "column", "caption", "unit"]
    text: str
    start: int
    end: int


class Excerpt(Model):
    """A few rows and columns of a table around a cited cell, headers first; the cell is ``rows[row][column]``."""

    rows: tuple[tuple[str, ...], ...]
    row: int
    column: int


class Citation(Model):
    """A located quote. ``quote == article.text[start:end]``, the sentence or sentences around the answer.

    ``text[answer_start:answer_end]`` are the answer's own words. ``page`` counts from 1. Of a cell of a table, the
    quote is its row; ``table`` is the caption or the sheet, ``row`` and ``column`` its labels (" > " between levels),
    ``unit`` the words that say its unit, ``labels`` where all of them stand. They are ``None`` for prose, and where
    the table has none.
    """

    article_id: str
    source: str
    title: str
    published: datetime.date | None = None
    page: int | None = None
    chunk_id: int
    start: int
    end: int
    quote: str
    answer_start: int
    answer_end: int
    table: str | None = None
    row: str | None = None
    column: str | None = None
    unit: str | None = None
    labels: tuple[CellLabel, ...] = ()
    excerpt: Excerpt | None = None


AnswerStyle = Literal["span", "prose"]
AnswerForm = Literal["span", "list", "summary", "comparison", "count", "parts"]
ValueKind = Literal["number", "money", "percent", "range", "date", "boolean", "list", "text"]
Scalar = int | float | bool | str


class Value(Model):
    """What cited words mean.

    ``value`` is a number (scale words applied: "33 million" is 33000000), an ISO date as far as it is known
    ("2023", "2023-11", "2023-11-17", and "2023/2024" for a year across two), a boolean, for a range its two ends, for
    a list its items.
    ``unit`` is the thing counted or the unit ("shares", "percentage points") where the words name it themselves: an
    answer "33 million" has none, though its quote goes on with "shares". ``currency`` is an ISO 4217 code.
    ``precision`` is, for dates, "year", "quarter", "month", "part of month" or "day".
    ``approximate`` is true for "about", "nearly", "more than" and their like, in an answer or right beside its amount.
    """

    kind: ValueKind
    value: Scalar | tuple[Scalar, ...]
    unit: str | None = None
    currency: str | None = None
    precision: str | None = None
    approximate: bool = False


class Alternative(Model):
    """Another answer that other passages support, with its own citation."""

    text: str
    value: Scalar | tuple[Scalar, ...] | None = None
    confidence: float
    citations: tuple[Citation, ...]


class Unsupported(Model):
    """Words of a model that could not be located in a passage, and why."""

    text: str
    reason: str


class Unread(Model):
    """A sentence that tells the machine reading it what to answer, and so was not read: ``article.text[start:end]``."""

    article_id: str
    source: str
    title: str
    start: int
    end: int
    text: str


class Timings(Model):
    """Where the seconds of one answer went; ``first_token`` counts from the question."""

    retrieve: float = 0.0
    prompt: float = 0.0
    prefill: float = 0.0
    decode: float = 0.0
    first_token: float = 0.0
    load: float = 0.0
    total: float = 0.0


class Usage(Model):
    """Tokens of one answer; ``reused_tokens`` of the prompt were still in the model's cache."""

    prompt_tokens: int = 0
    reused_tokens: int = 0
    output_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        """The tokens of both.

        >>> (Usage(prompt_tokens=3) + Usage(prompt_tokens=4, output_tokens=1)).prompt_tokens
        7
        """
        return Usage(**{name: getattr(self, name) + getattr(other, name) for name in Usage.model_fields})


class Answer(Model):
    """What ``ask`` returns.

    ``confidence`` is the calibrated probability that ``candidate``, the best answer found, is right. Under the
    threshold the answer abstains: ``abstained`` is true, ``text`` is empty, ``citations`` show what ``candidate``
    would rest on. ``value`` is the candidate's typed value as plain Python, ``typed`` the same with unit, currency
    and precision. ``formula`` shows how an answer was computed from cited cells; no model computes. ``note`` says
    what the words do not: why there is no value, or that the table has no figure. ``unsupported`` lists words that
    could not be located. ``omitted`` lists hits that did not fit, ``unread`` the sentences of hits that were not read
    because they tell a machine what to answer.

    ``form`` is what was asked for. A "list" is read from more passages than ``k``: ``passages_read`` says how many.
    A "summary" is made of cited sentences, a "count" of articles cites each. Of a "comparison" and of several
    questions in one ("parts"), ``parts`` are the answers of each.
    ``style`` is "prose" where ``text`` is sentences of the model, each mark ``[n]`` in it that of the n-th citation;
    ``candidate`` and ``value`` are then still the words that it answered with, and ``unsupported`` lists the sentences
    that were dropped because they stand in no passage.
    ``print(answer)`` shows the words, how sure they are, and the quotes.
    """

    question: str
    text: str
    abstained: bool
    confidence: float
    candidate: str
    value: Scalar | tuple[Scalar, ...] | None = None
    typed: Value | None = None
    formula: str | None = None
    note: str = ""
    citations: tuple[Citation, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    unsupported: tuple[Unsupported, ...] = ()
    hits: tuple[Hit, ...] = ()
    omitted: tuple[Hit, ...] = ()
    unread: tuple[Unread, ...] = ()
    form: AnswerForm = "span"
    style: AnswerStyle = "span"
    parts: tuple[Answer, ...] = ()
    passages_read: int | None = None
    model: str
    threshold: float = 0.5
    timings: Timings = Timings()
    usage: Usage = Usage()

    def __str__(self) -> str:
        return answer_summary(self)

    def _repr_html_(self) -> str:
        """What a notebook shows: the words, how sure they are, and the quotes with the words marked in place."""
        from askdocs.core.answer_html import answer_html

        return answer_html(self)


class Explanation(Model):
    """Why an answer is what it is: the prompt, the probability of each token of the answer, and the features that
    its confidence is made of, each with its value."""

    answer: Answer
    rewritten: str
    prompt: str
    tokens: tuple[tuple[str, float], ...]
    features: dict[str, float]
    unanswerable: float


class Retrieved(Model):
    """The first event of ``Corpus.stream``: the hits, before the model reads them."""

    hits: tuple[Hit, ...]


class Token(Model):
    """A piece of the answer as it is decoded. A later ``Answered`` may still abstain from it."""

    text: str


class Answered(Model):
    """The last event of ``Corpus.stream``."""

    answer: Answer


Event = Retrieved | Token | Answered


class Turn(Model):
    """An earlier question of a conversation and the words it was answered with."""

    question: str
    answer: str


class ChatTurn(Model):
    """One question of a conversation: as typed, as it was searched for, and its answer."""

    asked: datetime.datetime
    question: str
    rewritten: str
    answer: Answer

    @property
    def words(self) -> str:
        """What later questions may lean on: the answer's words, nothing where it abstained."""
        answer = self.answer
        return answer.candidate if answer.style == "prose" and not answer.abstained else answer.text

"""The words of askdocs as frozen models, and the protocols of the parts a user may replace.

All offsets are Unicode code points of ``Article.text``. Scores are floats, larger is better. Times are seconds.
"""

from __future__ import annotations

import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from askdocs.frozen import Model as Model
from askdocs.protocols import Embedder as Embedder
from askdocs.protocols import Generator as Generator
from askdocs.protocols import VectorIndex as VectorIndex
from askdocs.reports import AddReport as AddReport
from askdocs.reports import Fingerprint as Fingerprint
from askdocs.reports import IndexStatus as IndexStatus
from askdocs.reports import Kept as Kept
from askdocs.reports import Skipped as Skipped
from askdocs.reports import Status as Status
from askdocs.said import said

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


class RawArticle(Model):
    """One article as read, before it is cleaned.

    ``body`` is HTML, plain text, Markdown or lines of a table, as ``format`` says; with "pages" it is empty and
    ``pages`` holds the text of each page. ``title`` is empty where the source does not give one.
    ``content_hash`` is the SHA-256, in hexadecimal, of the bytes it was read from.
    """

    source: str
    title: str = ""
    published: datetime.date | None = None
    body: str
    format: Literal["html", "text", "markdown", "table", "pages"]
    meta: dict[str, str] = {}
    pages: tuple[str, ...] = ()
    content_hash: str


class Article(Model):
    """One source text. ``text`` is the cleaned text, the one every offset refers to.

    ``source`` is the key: adding an article replaces the one of the same source, and the one of the same ``id``.
    Rows of a table want a source each ("postgres#1"); of several in one call that share one, the first is stored
    and the others are in ``AddReport.skipped``. ``pages`` holds the offset at which each page begins, for sources
    that have pages.
    """

    id: str
    source: str
    title: str
    published: datetime.date | None = None
    text: str
    meta: dict[str, str] = {}
    pages: tuple[int, ...] = ()


class Chunk(Model):
    """A slice of an article: ``article.text[start:end] == text``.

    ``id`` is given by the store and never used again; 0 means not stored yet. ``heading`` is the headings the
    chunk stands under, joined by " > "; it is context for embedding and prompts, outside the offsets.
    """

    id: int = 0
    article_id: str
    start: int
    end: int
    text: str
    heading: str = ""


class Hit(Model):
    """A chunk found for a question. Ranks count from 1; ``None`` where that search did not find it."""

    chunk: Chunk
    source: str
    title: str
    published: datetime.date | None = None
    score: float
    dense_score: float | None = None
    dense_rank: int | None = None
    bm25_score: float | None = None
    bm25_rank: int | None = None


class Passage(Model):
    """A chunk as numbered in a prompt: ``number`` counts from 1; ``hit`` is where it came from.

    ``text`` is what the prompt shows; ``text[i]`` stands at ``offsets[i]`` of the article's text, and one more
    offset marks the end. Whitespace is shown differently, and sentences that tell a machine what to answer are not
    shown (``askdocs.planted``).
    """

    number: int
    hit: Hit
    text: str
    offsets: tuple[int, ...]


class SpanItem(Model):
    """A run of words: code points ``[start, end)`` of the text of passage ``number``."""

    number: int
    start: int
    end: int


class DecodedAnswer(Model):
    """One answer of the beam, or one suggested to the model (``askdocs.weigh``). ``boolean`` is set for yes and no.

    ``probabilities`` are those of its tokens and of ending, as far as a suggested one was followed.
    """

    items: tuple[SpanItem, ...]
    boolean: bool | None
    log_probability: float
    tokens: tuple[int, ...]
    probabilities: tuple[float, ...]


class Decoding(Model):
    """All answers found, the likeliest first, and the probability of ``unanswerable`` and of each passage.

    ``passage_probabilities[n - 1]`` is that of answering from passage n, given that there is an answer.
    """

    answers: tuple[DecodedAnswer, ...]
    unanswerable: float
    yes: float
    no: float
    passage_probabilities: tuple[float, ...]
    output_tokens: int


class Citation(Model):
    """A located quote. ``quote == article.text[start:end]``, the sentence or sentences around the answer.

    ``text[answer_start:answer_end]`` are the answer's own words. ``page`` counts from 1.
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


ValueKind = Literal["number", "money", "percent", "range", "date", "boolean", "list", "text"]
Scalar = int | float | bool | str


class Value(Model):
    """What cited words mean.

    ``value`` is a number (scale words applied: "33 million" is 33000000), an ISO date as far as it is known
    ("2023", "2023-11", "2023-11-17"), a boolean, for a range its two ends, for a list its items.
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


class Answer(Model):
    """What ``ask`` returns.

    ``confidence`` is the calibrated probability that ``candidate``, the best answer found, is right. Under the
    threshold the answer abstains: ``abstained`` is true, ``text`` is empty, ``citations`` show what ``candidate``
    would rest on. ``value`` is the candidate's typed value as plain Python, ``typed`` the same with unit, currency
    and precision. ``unsupported`` lists words that could not be located. ``omitted`` lists hits that did not fit,
    ``unread`` the sentences of hits that were not read because they tell a machine what to answer.
    ``print(answer)`` shows the words, how sure they are, and the quotes.
    """

    question: str
    text: str
    abstained: bool
    confidence: float
    candidate: str
    value: Scalar | tuple[Scalar, ...] | None = None
    typed: Value | None = None
    citations: tuple[Citation, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    unsupported: tuple[Unsupported, ...] = ()
    hits: tuple[Hit, ...] = ()
    omitted: tuple[Hit, ...] = ()
    unread: tuple[Unread, ...] = ()
    model: str
    threshold: float = 0.5
    timings: Timings = Timings()
    usage: Usage = Usage()

    def __str__(self) -> str:
        return said(self)


class Opinion(Model):
    """A second opinion on the answers of a decoding, by a span scorer.

    ``log_odds`` has for each answer how much likelier its words are than that their passage holds no answer (natural
    logarithm; for several items the likeliest, for yes and no ``best``). ``best`` is the highest of any run of words
    of any passage.
    """

    log_odds: tuple[float, ...]
    best: float


class Verdict(Model):
    """What the words of the passages make of a question for yes or no.

    ``probabilities`` has for each answer of the decoding the probability that it is right; the first is the verdict.
    ``reason`` names what decided against yes; ``features`` are what the probabilities are made of.
    """

    probabilities: tuple[float, ...]
    reason: str = ""
    features: dict[str, float] = {}


class Reading(Model):
    """What a model made of the passages it was given: its answers, before one is chosen and judged.

    ``unsupported`` holds words it wrote that stand in no passage; ``prompt`` the text it read. A ``verdict`` decides
    between yes and no in the model's place.
    """

    passages: tuple[Passage, ...]
    omitted: tuple[Hit, ...] = ()
    decoding: Decoding
    opinion: Opinion | None = None
    verdict: Verdict | None = None
    unsupported: tuple[Unsupported, ...] = ()
    prompt: str = ""
    token_texts: tuple[str, ...] = ()
    usage: Usage = Usage()
    timings: Timings = Timings()


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

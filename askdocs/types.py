"""The words of askdocs as frozen models, and the protocols of the parts a user may replace.

All offsets are Unicode code points of ``Article.text``. Scores are floats, larger is better. Times are seconds.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


class Model(BaseModel):
    """What every model here shares: it cannot be changed, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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

    ``pages`` holds the offset at which each page begins, for sources that have pages.
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
    offset marks the end. Whitespace is the only thing the prompt shows differently.
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
    """One answer of the beam. ``boolean`` is set for yes and no; ``probabilities`` are those of its tokens."""

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
    ``unit`` is the thing counted or the unit ("shares", "percentage points"); ``currency`` an ISO 4217 code.
    ``precision`` is, for dates, "year", "quarter", "month", "part of month" or "day".
    ``approximate`` is true for "about", "nearly", "more than" and their like.
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
    and precision. ``unsupported`` lists words that could not be located. ``omitted`` lists hits that did not fit.
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
    model: str
    threshold: float = 0.5
    timings: Timings = Timings()
    usage: Usage = Usage()


class Reading(Model):
    """What a model made of the passages it was given: its answers, before one is chosen and judged.

    ``unsupported`` holds words it wrote that stand in no passage; ``prompt`` the text it read.
    """

    passages: tuple[Passage, ...]
    omitted: tuple[Hit, ...] = ()
    decoding: Decoding
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


class Skipped(Model):
    """A source that was not added, and why."""

    source: str
    reason: str


class AddReport(Model):
    """What ``Corpus.add`` did: counts of articles, and every source it skipped with its reason.

    ``moved`` counts articles whose content was already stored under a source that has gone, and ``removed``
    those that ``prune=True`` took out.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    moved: int = 0
    removed: int = 0
    skipped: tuple[Skipped, ...] = ()


class Fingerprint(Model):
    """Which embedder made a vector; two equal fingerprints give comparable vectors."""

    name: str
    revision: str = ""
    file_hash: str = ""
    dimension: int
    pooling: str = "mean"
    normalised: bool = True
    precision: str = "float32"
    maximum_length: int = 256


class IndexStatus(Model):
    """The saved vector index: its ``kind`` ("flat", "ivf", "none"), how many vectors it holds, and its ``state``.

    ``state`` is "fresh", "behind" (caught up when it is next used), "missing" or "damaged" (then made anew).
    """

    kind: str
    vectors: int
    state: str


class Status(Model):
    """What a corpus holds, where, and in which files. ``problems`` is ``None`` unless it was verified."""

    path: str
    articles: int
    sources: int
    chunks: int
    embedder: Fingerprint | None
    index: IndexStatus
    bytes: int
    files: dict[str, int]
    generation: int
    problems: tuple[str, ...] | None = None


@runtime_checkable
class Embedder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def fingerprint(self) -> Fingerprint:
        """Identifies this embedder and its settings."""

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        """Embed passages of text; shape ``(len(texts), dimension)``, rows of length 1, in the order given."""

    def embed_query(self, text: str) -> FloatArray:
        """Embed one question; shape ``(dimension,)``."""

    def count_tokens(self, text: str) -> int:
        """Count the embedder's own tokens in ``text``, without special ones."""


@runtime_checkable
class Generator(Protocol):
    """A language model at the level of tokens; sequences are small integers it hands out."""

    @property
    def name(self) -> str:
        """The model's name, as the user gave it."""

    @property
    def context_length(self) -> int:
        """How many tokens one sequence may hold."""

    @property
    def end_tokens(self) -> frozenset[int]:
        """The tokens that end an answer."""

    def tokenize(self, text: str) -> list[int]:
        """Tokens of ``text`` as plain text: special tokens written in it are not recognised."""

    def frame(self) -> tuple[list[int], list[int]]:
        """The tokens before and after a user's turn in the model's own chat format; empty where it has none."""

    def token_bytes(self, token: int) -> bytes:
        """The bytes a token stands for, with its leading space; empty for special tokens."""

    def vocabulary_size(self) -> int:
        """How many tokens there are."""

    def prefill(self, tokens: Sequence[int]) -> tuple[int, int]:
        """Evaluate a prompt; gives the sequence and how many tokens were reused from an earlier prompt."""

    def logits(self, sequence: int) -> FloatArray:
        """The logits after the last token of ``sequence``; shape ``(vocabulary_size(),)``."""

    def accept(self, steps: Sequence[tuple[int, int]]) -> None:
        """Append a token to each named sequence, ``(sequence, token)``, in one evaluation."""

    def fork(self, sequence: int) -> int:
        """A new sequence with the same tokens, sharing their state."""

    def truncate(self, sequence: int, length: int) -> None:
        """Forget all but the first ``length`` tokens of ``sequence``; 0 releases it."""

    def retire(self, sequence: int) -> None:
        """Release a prompt's sequence; its state may be kept for a prompt that begins alike."""


@runtime_checkable
class VectorIndex(Protocol):
    """Finds the nearest of many vectors by inner product."""

    def add(self, ids: IntArray, vectors: FloatArray) -> None:
        """Add vectors under ids that are not yet in it."""

    def remove(self, ids: IntArray) -> int:
        """Remove ids; gives how many were there."""

    def search(self, vector: FloatArray, k: int, allowed: IntArray | None = None) -> tuple[IntArray, FloatArray]:
        """The ids and scores of the ``k`` nearest, best first, among ``allowed`` where it is given."""

    def __len__(self) -> int:
        """How many vectors it holds."""

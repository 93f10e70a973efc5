"""What a model makes of the passages of a question: decoded answers, opinions on them, and a whole reading.

All offsets are Unicode code points of ``Article.text``. Scores are floats, larger is better.
"""

from __future__ import annotations

from askdocs.core.answers import Timings, Unsupported, Usage
from askdocs.core.articles import Hit
from askdocs.core.base import Model


class Passage(Model):
    """A chunk as numbered in a prompt: ``number`` counts from 1; ``hit`` is where it came from.

    ``text`` is what the prompt shows; ``text[i]`` stands at ``offsets[i]`` of the article's text, and one more
    offset marks the end. Whitespace is shown differently, and sentences that tell a machine what to answer are not
    shown (``askdocs.reading.injection_filter``).
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
    """One answer of the beam, or one suggested to the model (``askdocs.decoding.forced_scoring``). ``boolean`` is set
    for yes and no.

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


class SpanScores(Model):
    """What the span scorer makes of the answers of a decoding.

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
    span_scores: SpanScores | None = None
    verdict: Verdict | None = None
    unsupported: tuple[Unsupported, ...] = ()
    prompt: str = ""
    token_texts: tuple[str, ...] = ()
    usage: Usage = Usage()
    timings: Timings = Timings()

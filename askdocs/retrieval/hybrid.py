"""From a question to the chunks most likely to answer it.

Two searches propose candidates: the nearest vectors, and the best matches of FTS5's BM25. Four signals then judge
every candidate: nearness of meaning, BM25, the best single sentence, and words of the question side by side. Each is
standardised over the question's candidates and the weighted sum decides: adding scores keeps how sure each signal
is, which adding ranks throws away. The three signals of words count as far as words match at all: times the share of
the question's words, by weight, in the best sentence found, so that a question in other words goes by its meaning.
``docs/benchmarks/retrieval.md`` has the comparison.
"""

from __future__ import annotations

import datetime
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from askdocs.core import validation
from askdocs.core.articles import Chunk, Hit
from askdocs.core.base import FloatArray, IntArray
from askdocs.core.errors import QuestionError
from askdocs.core.protocols import Embedder, VectorIndex
from askdocs.retrieval.lexical import QuestionWords, overlap
from askdocs.retrieval.question_words import AskedWords, WordStore, asked_words
from askdocs.storage.filters import Where
from askdocs.text.sentences import sentence_spans

DEPTH = 40
LONGEST_QUESTION = 1000
MEANING, WORDS, SENTENCE, PAIRS = 1.0, 0.5, 1.1, 0.3
_TITLE_WEIGHTS = (0.5, 0.5, 1.0)
_SHINGLE = 3
_SAME = 0.9
_log = logging.getLogger(__name__)
_WORD = re.compile(r"\w+")
_DIGIT = re.compile(r"\d")


class StoredChunk(Protocol):
    """A chunk with what a hit says of its article."""

    @property
    def chunk(self) -> Chunk: ...  # noqa: D102
    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def published(self) -> datetime.date | None: ...  # noqa: D102


class ChunkStore(WordStore, Protocol):
    """What retrieval needs of ``askdocs.storage.reader.Store``, whose methods these are."""

    def bm25(
        self,
        match: str,
        limit: int,
        allowed: IntArray | None = None,
        weights: tuple[float, float, float] = (1.0, 1.0, 1.0),
        *,
        script: bool = False,
    ) -> list[tuple[int, float]]:
        """The chunks that match best: ``(chunk id, score)``, best first."""

    def chunks(self, ids: Sequence[int] | IntArray) -> Mapping[int, StoredChunk]:
        """The chunks with these ids, as far as they exist."""

    def vectors(self, ids: Sequence[int] | IntArray) -> tuple[IntArray, FloatArray]:
        """The stored vectors of these chunks, as far as they exist."""

    def filter(self, where: Where | None) -> IntArray | None:
        """The chunks ``where`` allows; ``None`` when all are."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What one search found: rank from 1 and score of each chunk id."""

    ranks: dict[int, int]
    scores: dict[int, float]


def retrieve(
    question: str,
    store: ChunkStore,
    index: VectorIndex,
    embedder: Embedder,
    k: int = 4,
    where: Where | None = None,
    among: IntArray | None = None,
) -> list[Hit]:
    """The ``k`` best chunks for a question, best first; fewer where the corpus or ``where`` has fewer.

    ``among`` are the only chunk ids that count, rising, where it is given. A chunk that repeats a better one is left
    out. A question without a letter or digit finds nothing. Of a question longer than 1,000 characters only
    ``condense(question)`` is searched for.

    Raises:
        QuestionError: the question is empty.
        CorpusError: ``where`` cannot be understood, or the embedder's vector has another width than it says.
    """
    asked = condense(question)
    allowed = store.filter(where)
    if among is not None:
        allowed = among if allowed is None else np.intersect1d(allowed, among, assume_unique=True)
    if k < 1 or not any(character.isalnum() for character in asked) or (allowed is not None and not len(allowed)):
        return []
    words = asked_words(asked, store)
    depth = max(DEPTH, 2 * k)
    vector = validation.check_query_vector(embedder.embed_query(asked), embedder.fingerprint)
    dense = _nearest(index, vector, depth, allowed)
    lexical = _matching(store, words, depth, allowed)
    stored = store.chunks(sorted(dense.ranks.keys() | lexical.ranks.keys()))
    hits = [
        Hit(
            chunk=found.chunk,
            source=found.source,
            title=found.title,
            published=found.published,
            score=score,
            dense_score=meaning,
            dense_rank=dense.ranks.get(chunk_id),
            bm25_score=lexical.scores.get(chunk_id),
            bm25_rank=lexical.ranks.get(chunk_id),
        )
        for (chunk_id, found), score, meaning in zip(
            stored.items(), *_judge(words.words, vector, store, stored), strict=True
        )
    ]
    hits.sort(key=lambda hit: (-hit.score, hit.chunk.id))
    return list(_first(k, fold(hits)))


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question made ready to judge chunks by: its words with their weights, and its vector."""

    words: QuestionWords
    vector: FloatArray


def asked_question(question: str, store: ChunkStore, embedder: Embedder) -> AskedQuestion:
    """Make a question ready for ``rank``. Errors as for ``retrieve``."""
    asked = condense(question)
    vector = validation.check_query_vector(embedder.embed_query(asked), embedder.fingerprint)
    return AskedQuestion(asked_words(asked, store).words, vector)


def rank(
    question: AskedQuestion, store: ChunkStore, ids: Sequence[int] | IntArray, *, judged: bool = True
) -> list[Hit]:
    """All of these chunks, the likeliest to answer a question first; one that repeats a better one is left out.

    Where the chunks are few, as those of one article, nothing has to be searched for. Where all are read anyway they
    need not be ``judged``: they come by their nearness in meaning, which costs little.
    """
    stored = store.chunks(ids)
    if judged:
        scores, meaning = _judge(question.words, question.vector, store, stored)
    else:
        scores = meaning = _cosines(question.vector, store, stored)
    hits = [
        Hit(chunk=one.chunk, source=one.source, title=one.title, published=one.published, score=score, dense_score=near)
        for one, score, near in zip(stored.values(), scores, meaning, strict=True)
    ]
    hits.sort(key=lambda hit: (-hit.score, hit.chunk.id))
    return list(fold(hits))


def condense(question: str) -> str:
    """The question as it is searched for: itself, or what asks something in a very long one.

    Of more than 1,000 characters, the last sentences with a question mark are kept; without any, the beginning and
    the end. That something was left out is logged as a warning.

    >>> condense("  How many? ")
    'How many?'

    Raises:
        QuestionError: nothing is left, the question is empty.
    """
    text = question.strip()
    if not text:
        raise QuestionError("the question is empty; ask something, such as: How many shares were sold?")
    if len(text) <= LONGEST_QUESTION:
        return text
    asking = [text[start:end] for start, end in sentence_spans(text) if text[end - 1] in "?？؟"]
    kept: list[str] = []
    for sentence in reversed(asking):
        if sum(map(len, kept)) + len(kept) + len(sentence) <= LONGEST_QUESTION:
            kept.insert(0, sentence)
    half = LONGEST_QUESTION // 2
    short = " ".join(kept) or f"{text[:half].rstrip()} {text[-half + 1 :].lstrip()}"
    # Which words these are is not said: a log may be read by others than who asked.
    _log.warning("the question has %d characters; searching for %d of them", len(text), len(short))
    return short


def fold(hits: Sequence[Hit]) -> Iterator[Hit]:
    """The hits without those that repeat an earlier one: nine tenths of their three-word runs, and every figure.

    Texts that differ in a figure are kept: they may contradict each other.
    """
    kept: list[tuple[frozenset[str], frozenset[str]]] = []
    for hit in hits:
        words = _WORD.findall(hit.chunk.text.casefold())
        runs = frozenset(
            " ".join(words[start : start + _SHINGLE]) for start in range(max(1, len(words) - _SHINGLE + 1))
        )
        figures = frozenset(word for word in words if _DIGIT.search(word))
        if not any(figures <= seen and len(runs & other) >= _SAME * len(runs) for other, seen in kept):
            kept.append((runs, figures))
            yield hit


def _first(count: int, hits: Iterator[Hit]) -> Iterator[Hit]:
    for _, hit in zip(range(count), hits, strict=False):
        yield hit


def _matching(store: ChunkStore, words: AskedWords, depth: int, allowed: IntArray | None) -> _Found:
    """What FTS5 finds with any of these words; the scores of a chunk that both indexes find are added."""
    scores: dict[int, float] = {}
    for searched, script in ((words.searched, False), (words.searched_script, True)):
        if searched:
            for chunk, score in store.bm25(_any_of(searched), depth, allowed, _TITLE_WEIGHTS, script=script):
                scores[chunk] = scores.get(chunk, 0.0) + score
    if words.searched_script:
        scores = dict(sorted(scores.items(), key=lambda pair: -pair[1]))
    return _Found({chunk: rank for rank, chunk in enumerate(scores, 1)}, scores)


def _any_of(searched: Sequence[str]) -> str:
    """The FTS5 expression for any of these words. Every word is quoted: no question is an FTS5 expression."""
    return " OR ".join('"' + word.replace('"', '""') + '"' for word in searched)


def _nearest(index: VectorIndex, vector: FloatArray, depth: int, allowed: IntArray | None) -> _Found:
    ids, scores = index.search(vector, depth, allowed)
    found = [(int(chunk), float(score)) for chunk, score in zip(ids, scores, strict=True) if chunk >= 0]
    return _Found({chunk: rank for rank, (chunk, _) in enumerate(found, 1)}, dict(found))


def _judge(
    words: QuestionWords, vector: FloatArray, store: ChunkStore, stored: Mapping[int, StoredChunk]
) -> tuple[list[float], list[float]]:
    """The score of each stored chunk, and its cosine to the question."""
    meaning = np.array(_cosines(vector, store, stored))
    shared = overlap(words, [(f"{one.title} {one.chunk.heading}", one.chunk.text) for one in stored.values()])
    by_words = (
        WORDS * _standardised(shared.words)
        + SENTENCE * _standardised(shared.sentence)
        + PAIRS * _standardised(shared.pairs)
    )
    covered = shared.sentence.max(initial=0.0) / max(sum(words.weights.values()), 1e-9)
    scores = MEANING * _standardised(meaning) + covered * by_words
    return scores.tolist(), meaning.tolist()


def _cosines(vector: FloatArray, store: ChunkStore, stored: Mapping[int, StoredChunk]) -> list[float]:
    ids, vectors = store.vectors(list(stored))
    cosines = dict(zip(ids.tolist(), (vectors @ vector).tolist(), strict=True))
    return [cosines.get(chunk_id, 0.0) for chunk_id in stored]


def _standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean 0 and deviation 1 over the candidates; all 0 where they do not differ."""
    if not len(values):
        return values
    deviation = float(values.std())
    return (values - values.mean()) / deviation if deviation > 1e-9 else np.zeros_like(values)

"""From a question to the chunks most likely to answer it.

Two searches propose candidates: the nearest vectors, and the best matches of FTS5's BM25. Four signals then judge
every candidate: nearness of meaning, BM25, the best single sentence, and words of the question side by side. Each is
standardised over the question's candidates and the weighted sum decides: adding scores keeps how sure each signal
is, which adding ranks throws away. The three signals of words count as far as words match at all: times the share of
the question's words, by weight, in the best sentence found, so that a question in other words goes by its meaning.
``docs/benchmarks/retrieval.md`` has the comparison.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from askdocs.core import validation
from askdocs.core.articles import Hit
from askdocs.core.base import FloatArray, IntArray
from askdocs.core.errors import QuestionError
from askdocs.core.protocols import Embedder, VectorIndex
from askdocs.retrieval.lexical import QuestionWords, overlap
from askdocs.retrieval.question_words import WordStore, asked_words
from askdocs.storage.candidates import Candidates, Search, StoredChunk
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


class ChunkStore(WordStore, Protocol):
    """What retrieval needs of ``askdocs.storage.reader.Store``, whose methods these are."""

    def candidates(self, index: VectorIndex, search: Search) -> Candidates:
        """The chunks that the nearest vectors and the words of a question propose."""

    def chunks(self, ids: Sequence[int] | IntArray) -> Mapping[int, StoredChunk]:
        """The chunks with these ids, as far as they exist."""

    def vectors(self, ids: Sequence[int] | IntArray) -> tuple[IntArray, FloatArray]:
        """The stored vectors of these chunks, as far as they exist."""

    def filter(self, where: Where | None) -> IntArray | None:
        """The chunks ``where`` allows; ``None`` when all are."""


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
    vector = validation.check_query_vector(embedder.embed_query(asked), embedder.fingerprint)
    search = Search(vector, words.searched, words.searched_script, max(DEPTH, 2 * k), allowed, _TITLE_WEIGHTS)
    found = store.candidates(index, search)
    meaning = _cosines(vector, found.chunks, found.vectors)
    scores = _judge(words.words, meaning, found.chunks)
    dense_ranks, bm25_ranks = _ranks(found.nearest), _ranks(found.matching)
    hits = [
        Hit(
            chunk=one.chunk,
            source=one.source,
            title=one.title,
            published=one.published,
            score=score,
            dense_score=near,
            dense_rank=dense_ranks.get(chunk_id),
            bm25_score=found.matching.get(chunk_id),
            bm25_rank=bm25_ranks.get(chunk_id),
        )
        for (chunk_id, one), score, near in zip(found.chunks.items(), scores, meaning, strict=True)
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
    held, vectors = store.vectors(list(stored))
    meaning = _cosines(question.vector, stored, dict(zip(held.tolist(), vectors, strict=True)))
    scores = _judge(question.words, meaning, stored) if judged else meaning
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
    kept: list[tuple[Set[tuple[str, ...]], Set[str]]] = []
    for hit in hits:
        words = _WORD.findall(hit.chunk.text.casefold())
        runs = frozenset(zip(*(words[start:] for start in range(_SHINGLE)), strict=False)) or {tuple(words)}
        figures = frozenset(word for word in words if not word.isalpha() and _DIGIT.search(word))
        if not any(figures <= seen and len(runs & other) >= _SAME * len(runs) for other, seen in kept):
            kept.append((runs, figures))
            yield hit


def _first(count: int, hits: Iterator[Hit]) -> Iterator[Hit]:
    for _, hit in zip(range(count), hits, strict=False):
        yield hit


def _ranks(scores: Mapping[int, float]) -> dict[int, int]:
    return {chunk: rank for rank, chunk in enumerate(scores, 1)}


def _judge(words: QuestionWords, cosines: Sequence[float], stored: Mapping[int, StoredChunk]) -> list[float]:
    """The score of each stored chunk, of its cosine to the question and its words."""
    shared = overlap(words, [(f"{one.title} {one.chunk.heading}", one.chunk.text) for one in stored.values()])
    by_words = (
        WORDS * _standardised(shared.words)
        + SENTENCE * _standardised(shared.sentence)
        + PAIRS * _standardised(shared.pairs)
    )
    covered = shared.sentence.max(initial=0.0) / max(sum(words.weights.values()), 1e-9)
    scores: list[float] = (MEANING * _standardised(np.array(cosines)) + covered * by_words).tolist()
    return scores


def _cosines(vector: FloatArray, stored: Mapping[int, StoredChunk], vectors: Mapping[int, FloatArray]) -> list[float]:
    """The cosine of each stored chunk to the question; 0 where it has no vector."""
    held = [chunk_id for chunk_id in stored if chunk_id in vectors]
    cosines = dict(zip(held, (np.stack([vectors[one] for one in held]) @ vector).tolist(), strict=True)) if held else {}
    return [cosines.get(chunk_id, 0.0) for chunk_id in stored]


def _standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean 0 and deviation 1 over the candidates; all 0 where they do not differ."""
    if not len(values):
        return values
    deviation = float(values.std())
    return (values - values.mean()) / deviation if deviation > 1e-9 else np.zeros_like(values)

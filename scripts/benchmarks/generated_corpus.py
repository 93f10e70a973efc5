"""Corpora of any size for measuring: real paragraphs first, then generated ones that search like real text.

Generated words follow Zipf's law with Mandelbrot's shift (1953) over the vocabulary of the real text and a long tail
of made-up words; an article returns to a dozen words of its own, as texts on a subject do. Generated vectors are
mixtures of a few real ones with noise, so that they lie in clusters of unequal size and not on an even sphere.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from askdocs.core.articles import Article, Chunk
from askdocs.core.base import FloatArray, IntArray
from askdocs.core.protocols import Embedder
from askdocs.core.reports import Fingerprint
from askdocs.storage.database import row_hash
from askdocs.storage.writer import NewArticle, Source, Writer

CHUNKS_AN_ARTICLE = 10
WORDS_A_CHUNK = 80
SECTIONS = 100  # an article is in one of so many, for a filter that keeps 1%
VOCABULARY = 400_000
OWN_WORDS = 12
NOISE = 0.35
ARTICLES_AT_ONCE = 500  # in one transaction: this measures searching, not adding
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Question:
    """A question, its vector, and the article it was made from."""

    text: str
    vector: FloatArray


class KnownVectors:
    """An embedder that knows the vectors of the questions, so that embedding takes no part in what is measured."""

    def __init__(self, fingerprint: Fingerprint, questions: Sequence[Question]) -> None:
        self.fingerprint = fingerprint
        self._vectors = {question.text: question.vector for question in questions}

    def embed_texts(self, texts: Sequence[str]) -> FloatArray:
        return np.stack([self._vectors[text] for text in texts])

    def embed_query(self, text: str) -> FloatArray:
        return self._vectors[text]

    def count_tokens(self, text: str) -> int:
        return len(text.split())


def real_paragraphs(folders: Sequence[Path]) -> list[str]:
    """Paragraphs of the SQuAD-format and Markdown files in these folders, each once."""
    found: dict[str, None] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.json.gz")):
            data = json.loads(gzip.decompress(path.read_bytes()))
            found.update({one["context"]: None for article in data["data"] for one in article["paragraphs"]})
        for path in sorted(folder.rglob("*.md")):
            found.update({one: None for one in path.read_text(encoding="utf-8").split("\n\n") if len(one) > 200})
    return list(found)


class Generator:
    """Makes texts, vectors and questions from real ones; the same seed makes the same."""

    def __init__(self, texts: Sequence[str], vectors: FloatArray, seed: int = 6) -> None:
        self._random = np.random.default_rng(seed)
        self._real = vectors
        counts = Counter(word.lower() for text in texts for word in _WORD.findall(text))
        real = [word for word, _ in counts.most_common()]
        self._words = np.array(real + [_made_up(rank) for rank in range(len(real), VOCABULARY)], dtype=object)
        weights = 1.0 / (np.arange(VOCABULARY) + 2.7) ** 1.05
        self._sums = np.cumsum(weights / weights.sum())

    def texts(self) -> list[str]:
        """The chunks of one article."""
        shape = (CHUNKS_AN_ARTICLE, WORDS_A_CHUNK)
        ranks = np.minimum(np.searchsorted(self._sums, self._random.random(shape)), VOCABULARY - 1)
        own = self._random.integers(200, VOCABULARY // 4, size=OWN_WORDS)
        returned = self._random.random(shape) < 0.12
        ranks[returned] = self._random.choice(own, size=int(returned.sum()))
        return [" ".join(row) + "." for row in self._words[ranks]]

    def vectors(self, count: int) -> FloatArray:
        """Vectors around mixtures of three real ones."""
        chosen = self._real[self._random.integers(len(self._real), size=(count, 3))]
        weights = self._random.dirichlet((1.0, 0.5, 0.3), size=count).astype(np.float32)
        mixed = np.einsum("nk,nkd->nd", weights, chosen)
        return _noisy(mixed / np.linalg.norm(mixed, axis=1, keepdims=True), NOISE, self._random)

    def question(self, text: str, vector: FloatArray) -> Question:
        """Four rarer words of a chunk among common ones, and a vector near its own."""
        words = sorted(set(_WORD.findall(text)), key=lambda word: (-len(word), word))
        rare = self._random.choice(words[: max(8, len(words) // 2)], size=4, replace=False)
        common = " ".join(self._words[self._random.integers(20, 200, size=2)])
        asked = f"How many of the {' '.join(rare[:2])} did {common} {' '.join(rare[2:])} in the end?"
        return Question(asked, _noisy(vector[None], 0.7, self._random)[0])


def _noisy(vectors: FloatArray, amount: float, random: np.random.Generator) -> FloatArray:
    noise = random.normal(size=vectors.shape).astype(np.float32)
    moved = vectors + amount * noise / np.linalg.norm(noise, axis=1, keepdims=True)
    unit: FloatArray = (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _made_up(rank: int) -> str:
    """A word that nobody uses, of a length that grows slowly with its rank."""
    syllables = "bacedifoguhajekilomunaperisotuvawexiyozu"
    word = ""
    while rank:
        rank, rest = divmod(rank, len(syllables) // 2)
        word += syllables[2 * rest : 2 * rest + 2]
    return word + "n"


def fill(writer: Writer, size: int, texts: Sequence[str], vectors: FloatArray, generator: Generator) -> int:
    """Store ``size`` chunks, real ones as far as there are; gives the number of real ones."""
    real = min(len(texts), size)
    for start in range(0, size, CHUNKS_AN_ARTICLE * ARTICLES_AT_ONCE):
        end = min(size, start + CHUNKS_AN_ARTICLE * ARTICLES_AT_ONCE)
        with writer.changing():
            for first in range(start, end, CHUNKS_AN_ARTICLE):
                last = min(first + CHUNKS_AN_ARTICLE, size)
                if first < real:
                    last = min(last, real)
                    parts, rows = list(texts[first:last]), vectors[first:last]
                else:
                    parts, rows = generator.texts()[: last - first], generator.vectors(last - first)
                _put(writer, first // CHUNKS_AN_ARTICLE, parts, rows)
    return real


def _put(writer: Writer, number: int, parts: Sequence[str], vectors: FloatArray) -> None:
    chunks, start = [], 0
    for part in parts:
        chunks.append(Chunk(article_id=f"a{number}", start=start, end=start + len(part), text=part))
        start += len(part) + 2
    article = Article(
        id=f"a{number}",
        source=f"generated/{number}.txt",
        title=f"Article {number}",
        text="\n\n".join(parts),
        meta={"section": str(number % SECTIONS)},
    )
    embedded = [row_hash(part) for part in parts]
    writer.put(NewArticle(article, chunks, vectors, embedded, "1", "1"), Source(article.source))


def exact(
    writer: Writer, questions: Sequence[Question], k: int, allowed: IntArray | None = None
) -> list[NDArray[np.int64]]:
    """The ids of the ``k`` nearest stored vectors of each question, by comparing with every one."""
    matrix = np.stack([question.vector for question in questions])
    best_ids = np.zeros((len(questions), 0), dtype=np.int64)
    best_scores = np.zeros((len(questions), 0), dtype=np.float32)
    for ids, vectors in _batches(writer, allowed):
        scores = np.concatenate((best_scores, matrix @ vectors.T), axis=1)
        all_ids = np.concatenate((best_ids, np.broadcast_to(ids, (len(questions), len(ids)))), axis=1)
        order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        best_scores, best_ids = np.take_along_axis(scores, order, 1), np.take_along_axis(all_ids, order, 1)
    return list(best_ids)


def _batches(writer: Writer, allowed: IntArray | None) -> Iterator[tuple[IntArray, FloatArray]]:
    if allowed is not None:
        yield writer.vectors(allowed)
        return
    yield from writer.vectors_after(0)


def embedded(texts: Sequence[str], embedder: Embedder, most: int) -> FloatArray:
    """The vectors of real paragraphs; those behind the first ``most`` have vectors near the former ones'."""
    made = embedder.embed_texts(texts[:most])
    if len(texts) <= most:
        return made
    again = made[np.arange(most, len(texts)) % most]
    return np.concatenate((made, _noisy(again, NOISE, np.random.default_rng(3))))

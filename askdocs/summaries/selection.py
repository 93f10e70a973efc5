"""Choosing the sentences of a summary: central ones, early ones, near the topic, and little alike.

How central a sentence is: LexRank over the cosines of sentence embeddings (Erkan and Radev 2004, "LexRank: Graph-based
lexical centrality as salience in text summarization"). Sentences are taken one after another by maximal marginal
relevance (Carbonell and Goldstein 1998). News says what matters first, which is the strongest baseline on it
(Nenkova 2005, "Automatic text summarization of newswire"), so the place in the article counts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from askdocs.core.base import FloatArray
from askdocs.summaries.article_sentences import ArticleSentence
from askdocs.summaries.sentence_worth import sentence_worth

CENTRAL, EARLY, TOPIC, ALIKE = 1.0, 0.6, 2.0, 0.5
_LEAST_COSINE = 0.1
_DAMPING = 0.85
_STEPS = 50
_EARLY_SENTENCES = 4.0  # after as many the bonus of an early place has fallen to 1/e


def lexrank(vectors: FloatArray) -> NDArray[np.float64]:
    """How central each of ``n`` unit vectors, shape ``(n, dimension)``, is among them: from 0 to 1, the most central 1.

    >>> lexrank(np.array([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]], dtype=np.float32)).argmax()
    np.int64(1)
    """
    count = len(vectors)
    if not count:
        return np.zeros(0)
    cosines = np.asarray(vectors @ vectors.T, dtype=np.float64)
    links = np.where(cosines >= _LEAST_COSINE, cosines, 0.0)
    steps = links / np.maximum(links.sum(axis=1, keepdims=True), 1e-12)
    rank: NDArray[np.float64] = np.full(count, 1.0 / count)
    for _ in range(_STEPS):
        rank = (1 - _DAMPING) / count + _DAMPING * (rank @ steps)
    scaled: NDArray[np.float64] = rank / rank.max()
    return scaled


def earliness(places: Sequence[int]) -> NDArray[np.float64]:
    """1 for the first sentence of an article, falling with its place.

    >>> earliness([0, 4]).round(2).tolist()
    [1.0, 0.37]
    """
    early: NDArray[np.float64] = np.exp(-np.asarray(places, dtype=np.float64) / _EARLY_SENTENCES)
    return early


def select_sentences(
    sentences: Sequence[ArticleSentence], vectors: FloatArray, count: int, topic: FloatArray | None = None
) -> list[int]:
    """The indices of at most ``count`` sentences for a summary, in their own order.

    ``vectors`` are the unit embeddings of the sentences, shape ``(n, dimension)``; ``topic`` is the unit embedding of
    what the summary is to be about, shape ``(dimension,)``.
    """
    worth = CENTRAL * lexrank(vectors) + EARLY * earliness([one.place for one in sentences]) + sentence_worth(sentences)
    if topic is not None:
        worth = worth + TOPIC * np.asarray(vectors @ topic, dtype=np.float64)
    cosines = np.asarray(vectors @ vectors.T, dtype=np.float64)
    chosen: list[int] = []
    while len(chosen) < min(count, len(vectors)):
        alike = cosines[:, chosen].max(axis=1) if chosen else np.zeros(len(vectors))
        gain = worth - ALIKE * np.maximum(alike, 0.0)
        gain[chosen] = -np.inf
        chosen.append(int(gain.argmax()))
    return sorted(chosen)

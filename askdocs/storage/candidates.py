"""What the two searches propose for a question, with all that is needed to judge it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from askdocs.core.articles import Chunk
from askdocs.core.base import FloatArray, IntArray
from askdocs.core.protocols import VectorIndex
from askdocs.storage.sql import Weights

if TYPE_CHECKING:
    from askdocs.storage.reader import Store


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk with what a ``Hit`` says of its article."""

    chunk: Chunk
    source: str
    title: str
    published: datetime.date | None


class Search(NamedTuple):
    """A question as it is searched for: its vector, its words for each of the two indexes, and how deep.

    ``allowed`` are the only chunk ids that count, where it is given.
    """

    vector: FloatArray
    words: Sequence[str]
    script_words: Sequence[str]
    depth: int
    allowed: IntArray | None
    weights: Weights


class Candidates(NamedTuple):
    """The chunks that the searches found: the scores of each search, best first, the chunks, and their vectors."""

    nearest: Mapping[int, float]
    matching: Mapping[int, float]
    chunks: Mapping[int, StoredChunk]
    vectors: Mapping[int, FloatArray]


def found_candidates(store: Store, index: VectorIndex, search: Search) -> Candidates:
    """Search in one after the other, and read what was found."""
    ids, scores = index.search(search.vector, search.depth, search.allowed)
    nearest = {int(one): float(score) for one, score in zip(ids, scores, strict=True) if one >= 0}
    matching = merged(
        store.bm25(search.words, search.depth, search.allowed, search.weights),
        store.bm25(search.script_words, search.depth, search.allowed, search.weights, script=True),
    )
    chunks = store.chunks(sorted(nearest.keys() | matching.keys()))
    held, vectors = store.vectors(list(chunks))
    return Candidates(nearest, matching, chunks, dict(zip(held.tolist(), vectors, strict=True)))


def merged(words: Sequence[tuple[int, float]], script: Sequence[tuple[int, float]]) -> dict[int, float]:
    """What both indexes of words found, best first; the scores of a chunk that both found are added.

    >>> merged([(1, 3.0), (2, 1.0)], [(2, 4.0)])
    {2: 5.0, 1: 3.0}
    """
    if not script:
        return dict(words)
    scores = dict(words)
    for chunk, score in script:
        scores[chunk] = scores.get(chunk, 0.0) + score
    return dict(sorted(scores.items(), key=lambda pair: -pair[1]))

"""Where one term stands: the chunks, how often in each part of them, and what FTS5's BM25 makes of it, by numpy.

https://www.sqlite.org/fts5.html#the_bm25_function; the operations are in the order of FTS5's own, so that the scores
are the same to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from askdocs.core.base import IntArray
from askdocs.storage.sql import Weights

_K1, _B = 1.2, 0.75
_LEAST_WEIGHT = 1e-6  # what FTS5 gives a term that more than half of all chunks have
_BLOCKS = 8  # of scores, for each that is sought
_PACKED = ("<u4", "<u2", "u1")
_BYTES = 4 + 2 + 3  # of one chunk: its id, its length, and a count for each of title, headings and text

Scores = NDArray[np.float64]


class Totals(NamedTuple):
    """How many chunks and how many words in them there are."""

    chunks: int
    words: int


class Postings(NamedTuple):
    """A term's chunks by rising id: their ids, how many words each has, and the counts, of shape ``(3, chunks)``."""

    ids: NDArray[np.integer[Any]]
    lengths: NDArray[np.integer[Any]]
    counts: NDArray[np.integer[Any]]

    def chosen(self, places: IntArray) -> Postings:
        """Those at some places."""
        return Postings(self.ids[places], self.lengths[places], self.counts[:, places])

    def fits(self) -> bool:
        """Whether it can be packed: no number is too large."""
        limits = zip(self, _PACKED, strict=True)
        return all(numbers.max(initial=0) <= np.iinfo(kind).max for numbers, kind in limits)

    def packed(self) -> bytes:
        """As bytes, for ``unpacked``."""
        return b"".join(numbers.astype(kind).tobytes() for numbers, kind in zip(self, _PACKED, strict=True))

    def scores(self, weights: Weights, holding: int, totals: Totals) -> Scores:
        """What the term gives each chunk, where ``holding`` chunks have it."""
        frequency = np.zeros(len(self.ids))
        for weight, count in zip(weights, self.counts, strict=True):
            frequency += weight * count
        mean = totals.words / totals.chunks
        usual = _K1 * (1 - _B + _B * self.lengths / mean)
        return _inverse_frequency(holding, totals.chunks) * ((frequency * (_K1 + 1.0)) / (frequency + usual))


def _inverse_frequency(holding: int, total: int) -> float:
    weight = math.log((total - holding + 0.5) / (holding + 0.5))
    return weight if weight > 0 else _LEAST_WEIGHT


def unpacked(data: bytes) -> Postings:
    """What was packed."""
    size = len(data) // _BYTES
    return Postings(
        np.frombuffer(data, "<u4", size),
        np.frombuffer(data, "<u2", size, 4 * size),
        np.frombuffer(data, "u1", offset=6 * size).reshape(3, size),
    )


def counted(places: Iterable[Sequence[int]], lengths: Callable[[IntArray], IntArray]) -> Postings:
    """The postings of all places of a term, by rising id and part.

    A place is one number, four times the id and the part (0, 1, 2); ``lengths`` tells how many words chunks have.
    """
    found = np.fromiter(chain.from_iterable(places), dtype=np.int64)
    ids, starts = np.unique(found >> 2, return_index=True)
    parts = found & 3
    counts = [np.add.reduceat(parts == part, starts, dtype=np.int64) if len(ids) else ids for part in range(3)]
    return Postings(ids, lengths(ids), np.stack(counts))


class Ranking:
    """Chunks by the sum of what each of a question's terms gives them."""

    def __init__(self, ids: Sequence[IntArray], scores: Sequence[Scores]) -> None:
        """One array of ids, each once, and their scores for each list of a term; the first are added first."""
        self._ids = np.concatenate(ids)
        self._lists = len(ids)
        self._sums: Scores = np.bincount(self._ids, weights=np.concatenate(scores)).astype(np.float64, copy=False)
        self._of_each: Scores = self._sums[self._ids]

    def best(self, limit: int) -> list[tuple[int, float]]:
        """The chunks with the highest sums, best first; of equal ones the first."""
        most = min(len(self._ids), limit * self._lists)
        if most <= 0:
            return []
        chosen = np.unique(self._ids[self._of_each >= _highest(self._of_each, most)])
        order = np.lexsort((chosen, -self._sums[chosen]))[:limit]
        best = chosen[order]
        return list(zip(best.tolist(), self._sums[best].tolist(), strict=True))


def _highest(scores: Scores, count: int) -> float:
    """The ``count``-th highest score. Only what is not below the highest of enough blocks is sorted."""
    blocks = np.maximum.reduceat(scores, np.arange(0, len(scores), max(1, len(scores) // (_BLOCKS * count))))
    floor = np.partition(blocks, -count)[-count] if len(blocks) > count else -np.inf
    above = scores[scores >= floor]
    return float(np.partition(above, -count)[-count])


class Allowed:
    """The only chunks that count."""

    def __init__(self, ids: IntArray) -> None:
        """``ids`` are not empty."""
        self._marks = np.zeros(int(ids.max()) + 1, dtype=np.bool_)
        self._marks[ids] = True

    def places(self, ids: NDArray[np.integer[Any]]) -> IntArray:
        """Where in some rising ids those stand that are allowed."""
        end = int(np.searchsorted(ids, len(self._marks)))
        found: IntArray = np.flatnonzero(self._marks[ids[:end]])
        return found


def lengths_of(sizes: Sequence[bytes]) -> IntArray:
    """The sums of SQLite's variable-length integers in each of some blobs: how many words a chunk has."""
    if not sizes:
        return np.empty(0, dtype=np.int64)
    data = np.frombuffer(b"".join(sizes), dtype=np.uint8)
    last = np.flatnonzero(data < 0x80)  # a number's last byte has no high bit
    of_number = np.repeat(np.arange(len(last)), np.diff(last, prepend=-1))
    places = last[of_number] - np.arange(len(data))
    numbers = np.add.reduceat((data & 0x7F).astype(np.int64) << (7 * places), np.concatenate(([0], last[:-1] + 1)))
    sums: IntArray = numbers.reshape(len(sizes), -1).sum(axis=1)
    return sums

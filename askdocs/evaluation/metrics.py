"""Metrics of citations, retrieval and confidence, each a pure function; those of answers are in ``right``."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Span = tuple[int, int]
QuoteClass = Literal["exact", "normalised", "misattributed", "fabricated"]
Floats = NDArray[np.float64]


def occurrences(quote: str, text: str) -> list[Span]:
    """Every place where a quote stands in a text, letter for letter.

    >>> occurrences("a b", "a b, a b")
    [(0, 3), (5, 8)]
    """
    if not quote:
        return []
    return [(match.start(), match.end()) for match in re.finditer(re.escape(quote), text)]


def overlap(a: Span, b: Span) -> int:
    """How many characters two spans share."""
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def covers(span: Span, quote: Span) -> bool:
    """Whether a span holds at least half of a quote."""
    return 2 * overlap(span, quote) >= quote[1] - quote[0] > 0


def union(spans: Sequence[Span]) -> list[Span]:
    """Spans without overlaps, in order.

    >>> union([(5, 9), (0, 6), (12, 13)])
    [(0, 9), (12, 13)]
    """
    result: list[Span] = []
    for start, end in sorted(span for span in spans if span[1] > span[0]):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def character_scores(cited: Sequence[tuple[str, Span]], gold: Sequence[tuple[str, Span]]) -> tuple[float, float]:
    """Precision and recall of cited characters against those of the gold quotes, article by article.

    >>> character_scores([("a", (0, 10))], [("a", (5, 25))])
    (0.5, 0.25)
    """
    shared = size = wanted = 0
    for article in {name for name, _ in (*cited, *gold)}:
        ours = union([span for name, span in cited if name == article])
        theirs = union([span for name, span in gold if name == article])
        shared += sum(overlap(a, b) for a in ours for b in theirs)
        size += sum(end - start for start, end in ours)
        wanted += sum(end - start for start, end in theirs)
    return (shared / size if size else 0.0, shared / wanted if wanted else 0.0)


def quote_class(quote: str, article: str, span: Span, texts: dict[str, str]) -> QuoteClass:
    """How a quote stands to the suite's own articles.

    "exact": it stands at its place in the article it names, letter for letter. "normalised": it stands in that
    article, but for case, whitespace, typographic signs or the place. "misattributed": it stands in another article
    only. "fabricated": in none.

    >>> texts = {"a": "It rained. It poured.", "b": "The sun shone."}
    >>> [quote_class(q, "a", (0, 10), texts) for q in ("It rained.", "it  rained.", "The sun shone.", "It snowed.")]
    ['exact', 'normalised', 'misattributed', 'fabricated']
    """
    text = texts.get(article, "")
    if quote and text[span[0] : span[1]] == quote:
        return "exact"
    plain = plain_words(quote)
    if plain and plain in plain_words(text):
        return "normalised"
    if plain and any(plain in plain_words(other) for name, other in texts.items() if name != article):
        return "misattributed"
    return "fabricated"


_TYPOGRAPHY = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "–": "-", "—": "-", "−": "-", "…": "..."}
)


@functools.lru_cache(maxsize=65_536)
def plain_words(text: str) -> str:
    """Case, whitespace and typographic signs taken out of the comparison."""
    return " ".join(text.translate(_TYPOGRAPHY).casefold().split())


def retrieval_scores(relevant: Sequence[frozenset[int]], gold_count: int) -> tuple[float, float, float]:
    """Recall at k, reciprocal rank and nDCG of one question's hits, best first.

    ``relevant[i]`` are the gold items (quotes, or articles where a case has no quote) that hit ``i`` holds; a hit
    that only repeats an earlier one gains nothing. nDCG: Järvelin and Kekäläinen 2002, gains 0 and 1.

    >>> retrieval_scores([frozenset(), frozenset({0}), frozenset({0})], 1)
    (1.0, 0.5, 0.6309297535714575)
    """
    if gold_count == 0:
        return 0.0, 0.0, 0.0
    found: set[int] = set()
    first, gain = 0.0, 0.0
    for rank, items in enumerate(relevant, 1):
        if items and not first:
            first = 1 / rank
        if items - found:
            gain += 1 / math.log2(rank + 1)
        found |= items
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(gold_count, len(relevant)) + 1))
    return len(found) / gold_count, first, gain / ideal if ideal else 0.0


def risk_coverage(confidence: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Coverage and risk (the share wrong) when only the most confident are answered, after 1, 2, ... answers.

    Equal confidences are one step: no order among them is assumed. Geifman and El-Yaniv 2017.

    >>> coverage, risk = risk_coverage(np.array([0.9, 0.8, 0.1]), np.array([1.0, 0.0, 1.0]))
    >>> risk.round(3).tolist()
    [0.0, 0.5, 0.333]
    """
    order = np.argsort(-confidence, kind="stable")
    ordered = confidence[order]
    wrong = np.cumsum(1.0 - right[order])
    last = np.append(ordered[1:] != ordered[:-1], True) if len(ordered) else np.array([], dtype=bool)
    counts = np.arange(1, len(order) + 1)[last]
    return counts / max(len(order), 1), wrong[last] / counts


def area_under_risk(confidence: Floats, right: Floats) -> float:
    """The mean risk over all coverages, 0 the best; steps of equal confidence are interpolated in a straight line.

    >>> round(area_under_risk(np.array([0.9, 0.8, 0.1]), np.array([1.0, 0.0, 1.0])), 4)
    0.2778
    """
    if not len(confidence):
        return 0.0
    order = np.argsort(-confidence, kind="stable")
    ordered, wrong = confidence[order], 1.0 - right[order]
    _, group, sizes = np.unique(-ordered, return_inverse=True, return_counts=True)
    shares = np.bincount(group, weights=wrong) / sizes
    expected = np.cumsum(shares[group])
    return float(np.mean(expected / np.arange(1, len(order) + 1)))


def reliability(confidence: Floats, right: Floats, bins: int = 10) -> list[tuple[int, float, float]]:
    """Count, mean confidence and accuracy of each of ``bins`` bins of equal width, empty ones as zeros.

    >>> reliability(np.array([0.15, 0.95, 1.0]), np.array([0.0, 1.0, 0.0]), bins=2)
    [(1, 0.15, 0.0), (2, 0.975, 0.5)]
    """
    index = np.clip((confidence * bins).astype(int), 0, bins - 1)
    counts = np.bincount(index, minlength=bins)
    sums = np.bincount(index, weights=confidence, minlength=bins)
    hits = np.bincount(index, weights=right, minlength=bins)
    return [
        (int(n), float(s / n) if n else 0.0, float(h / n) if n else 0.0)
        for n, s, h in zip(counts, sums, hits, strict=True)
    ]


def calibration_error(confidence: Floats, right: Floats, bins: int = 10) -> float:
    """Expected calibration error: the mean gap of confidence and accuracy over bins (Guo et al. 2017).

    >>> calibration_error(np.array([0.8, 0.8, 0.2]), np.array([1.0, 0.0, 0.0]))
    0.26666666666666666
    """
    total = max(len(confidence), 1)
    return sum(n / total * abs(mean - share) for n, mean, share in reliability(confidence, right, bins))


def auroc(scores: Floats, positive: Floats) -> float:
    """The probability that a positive case scores above a negative one, ties half (Hanley and McNeil 1982).

    >>> auroc(np.array([0.9, 0.4, 0.4]), np.array([1.0, 1.0, 0.0]))
    0.75
    """
    from scipy.stats import rankdata

    high = positive > 0.5
    wins = int(high.sum())
    pairs = wins * (len(high) - wins)
    return float((rankdata(scores)[high].sum() - wins * (wins + 1) / 2) / pairs) if pairs else math.nan

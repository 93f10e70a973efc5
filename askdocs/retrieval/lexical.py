"""How the words of a question stand in candidate passages: all of them, in one sentence, and side by side.

Words are split and stemmed by FTS5 itself, so that they are the words the corpus is searched by; each sentence is a
text of its own, so that a place says in which sentence a word stands.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from askdocs.storage.fts_tokenizer import TermPlace, term_places
from askdocs.text.script_terms import script_terms, without_script_words

K1, B = 1.2, 0.75
TITLE_SHARE = 0.5
_FUNCTION_WORD_PAIR = 0.5

# Rough, and five times as fast as ``sentences``: ranking is no better for exact sentences (measured on SQuAD).
_SENTENCE_END = re.compile(r"[.!?][\"')\]”’]*\s+|[。！？؟۔।॥။።]|\n+")


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """A question's stemmed terms in order, and the weight of those that carry meaning.

    ``weights`` holds the inverse document frequency of each content term; function words are not in it. ``script``
    are those of the terms that are ``script_terms``.
    """

    terms: tuple[str, ...]
    weights: Mapping[str, float]
    script: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Candidate:
    """Where the question's terms stand in one candidate: sentence number -> term -> places in that sentence."""

    length: int
    sentences: dict[int, dict[str, list[int]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    context: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Overlap:
    """One number a candidate: Okapi BM25 of the passage, the best sentence's share, and pairs side by side."""

    words: NDArray[np.float64]
    sentence: NDArray[np.float64]
    pairs: NDArray[np.float64]


def inverse_document_frequency(holding: int, total: int) -> float:
    """How much a term says that stands in ``holding`` of ``total`` chunks; never negative.

    >>> round(inverse_document_frequency(1, 1000), 2)
    6.5
    """
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))


def overlap(question: QuestionWords, passages: Sequence[tuple[str, str]]) -> Overlap:
    """Measure the overlap of a question with each ``(context, text)``; the context is the title and headings.

    ``words`` is BM25 (Robertson and Zaragoza 2009) with the passages' mean length as the usual one. ``sentence`` is
    the weight of the question's terms in the sentence that has most of them; a term that only the context has
    counts half. ``pairs`` is the weight of neighbouring words of the question that are neighbours in the passage.
    """
    candidates = _locate(question, passages)
    mean = sum(candidate.length for candidate in candidates) / max(1, len(candidates))
    return Overlap(
        words=np.array([_bm25(question, candidate, mean) for candidate in candidates]),
        sentence=np.array([_best_sentence(question, candidate) for candidate in candidates]),
        pairs=np.array([_pairs(question, candidate) for candidate in candidates]),
    )


def _locate(question: QuestionWords, passages: Sequence[tuple[str, str]]) -> list[_Candidate]:
    candidates = [_Candidate(length=_length(question, text)) for _, text in passages]
    rows: list[str] = []
    owners: list[tuple[int, int]] = []
    for number, (context, text) in enumerate(passages):
        rows.append(context)
        owners.append((number, -1))
        for place, sentence in enumerate(_SENTENCE_END.split(text)):
            rows.append(sentence)
            owners.append((number, place))
    for found in _places(question, rows):
        number, place = owners[found.text]
        if place < 0:
            candidates[number].context.add(found.term)
        else:
            candidates[number].sentences[place][found.term].append(found.offset)
    return candidates


def _places(question: QuestionWords, rows: Sequence[str]) -> list[TermPlace]:
    """Where the question's terms stand, by the tokenizer of their script."""
    if not question.script:
        return term_places(set(question.terms), rows)
    of_script = [
        TermPlace(found.term, number, found.place)
        for number, row in enumerate(rows)
        for found in script_terms(row)
        if found.term in question.script and not found.latin
    ]
    latin = set(question.terms) - question.script
    return of_script + (term_places(latin, map(without_script_words, rows)) if latin else [])


def _length(question: QuestionWords, text: str) -> int:
    """How many words a passage has; pairs of characters are words, where words have no spaces between them."""
    if not question.script:
        return len(text.split())
    return len(without_script_words(text).split()) + sum(not found.single for found in script_terms(text))


def _bm25(question: QuestionWords, candidate: _Candidate, mean: float) -> float:
    counts: defaultdict[str, int] = defaultdict(int)
    for sentence in candidate.sentences.values():
        for term, places in sentence.items():
            counts[term] += len(places)
    usual = K1 * (1 - B + B * candidate.length / max(mean, 1.0))
    score = 0.0
    for term, weight in question.weights.items():
        frequency = counts[term] + (TITLE_SHARE if term in candidate.context else 0.0)
        score += weight * frequency * (K1 + 1) / (frequency + usual)
    return score


def _best_sentence(question: QuestionWords, candidate: _Candidate) -> float:
    def weight(sentence: Mapping[str, object]) -> float:
        return sum(
            value * (1.0 if term in sentence else TITLE_SHARE if term in candidate.context else 0.0)
            for term, value in question.weights.items()
        )

    return max((weight(sentence) for sentence in candidate.sentences.values()), default=weight({}))


def _pairs(question: QuestionWords, candidate: _Candidate) -> float:
    score = 0.0
    for first, second in set(zip(question.terms, question.terms[1:], strict=False)):
        if any(_side_by_side(sentence, first, second) for sentence in candidate.sentences.values()):
            weights = [question.weights[term] for term in (first, second) if term in question.weights]
            score += sum(weights) * (1.0 if len(weights) == 2 else _FUNCTION_WORD_PAIR)
    return score


def _side_by_side(sentence: Mapping[str, list[int]], first: str, second: str) -> bool:
    if first not in sentence or second not in sentence:
        return False
    following = set(sentence[second])
    return any(place + 1 in following for place in sentence[first])

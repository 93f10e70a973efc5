"""Yes, no, or not said: what a sentence of the passages makes of a question for yes or no. Rules only, no model.

The sentence that speaks most of what the question speaks of is the evidence. It says yes where it holds everything in
the question; no where it states another figure or date of the same kind, an opposite, or a negation; nothing where too
little of the question is found near it, or a name or year of it nowhere. ``askdocs.yesno.classifier`` weighs how sure
that is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from askdocs.core.base import Model
from askdocs.core.decoding import Passage, SpanItem
from askdocs.text.sentences import sentence_spans
from askdocs.yesno.claim import Word, alike, claim_of, stems_in, words_of
from askdocs.yesno.lexicon import opposed
from askdocs.yesno.sentence import Place, Sentence
from askdocs.yesno.values import agrees, comparable, holds

_NEAR = 0.5  # what a word counts that stands beside the sentence only
_FAINT = -6.0  # the log-odds of a sentence no span points to; others count at most as much the other way
_POINTING = 0.06  # what one of log-odds counts beside the share of the question's words
_FIGURE = 3.0  # the weight of a figure; half of it where another of its kind stands
_DATE = 0.5
_DOUBT = 0.5  # weight that nothing meets, so that one word held is not all
_ENOUGH = 0.2  # of the question's words, to say yes or no at all
_SHORTEST = 4  # characters of a sentence


class Finding(Model):
    """What one sentence makes of the question.

    ``holds`` is None where it is not said. ``item`` is the evidence, ``reason`` what speaks against yes, ``features``
    what tells how sure one may be: the shares of the question's words that the sentence and its surroundings hold
    ("held", of other words than names "said"), the log-odds of a span pointing to it ("pointed"), and flags.
    """

    holds: bool | None
    item: SpanItem
    reason: str
    features: dict[str, float]


class _Evidence(NamedTuple):
    """A sentence with the shares of the claim's weight that it holds, that stands around it, and without names."""

    sentence: Sentence
    match: float
    near: float
    said: float

    @property
    def held(self) -> float:
        return self.match + _NEAR * self.near


class EvidenceSearch:
    """Judges one question over its passages. ``pointers`` are spans found telling, with their log-odds."""

    def __init__(
        self, question: str, passages: Sequence[Passage], pointers: Mapping[SpanItem, float] | None = None
    ) -> None:
        self.claim = claim_of(question)
        self.passages = passages
        self.pointers = pointers or {}
        self._sentences = [
            Sentence(passage, start, end)
            for passage in passages
            for start, end in sentence_spans(passage.text)
            if end - start >= _SHORTEST
        ]
        self._stems = [{word.stem for word in sentence.words} for sentence in self._sentences]
        self._weights = {word.stem: self._weight(word) for word in self.claim.words}

    def findings(self) -> list[Finding]:
        """What the best sentence of each article makes of the question, the best first."""
        best: dict[str, _Evidence] = {}
        for evidence in sorted(map(self._evidence, range(len(self._sentences))), key=self._rank, reverse=True):
            best.setdefault(evidence.sentence.passage.hit.chunk.article_id, evidence)
        return [self._judged(evidence) for evidence in best.values()]

    def _weight(self, word: Word) -> float:
        """How much a word of the question tells: the rarer in the passages, the more."""
        holding = sum(any(alike(word.stem, other) for other in stems) for stems in self._stems)
        return math.log(1 + (len(self._stems) + 1) / (1 + holding))

    def _rank(self, evidence: _Evidence) -> tuple[float, int]:
        pointed = self._pointed(evidence.sentence)
        return evidence.held + _POINTING * pointed[1], -evidence.sentence.passage.number

    def _pointed(self, sentence: Sentence) -> tuple[Place | None, float]:
        """The likeliest span that points to a sentence, counted from its start, with its log-odds."""
        here: list[tuple[Place, float]] = [
            ((max(0, item.start - sentence.start), min(item.end, sentence.end) - sentence.start), odds)
            for item, odds in self.pointers.items()
            if item.number == sentence.passage.number and item.start < sentence.end and item.end > sentence.start
        ]
        if not here:
            return None, _FAINT
        place, odds = max(here, key=lambda pair: pair[1])
        return place, max(_FAINT, min(-_FAINT, odds))

    def _evidence(self, i: int) -> _Evidence:
        here, around, weights = self._stems[i], self._around(i), self._weights
        held = {word for word in weights if any(alike(word, other) for other in here)}
        against = {word for word in weights if any(opposed(word, other) for other in here)} - held
        near = {word for word in weights if any(alike(word, other) for other in around)} - held - against
        match = sum(weights[word] for word in held) + 0.9 * sum(weights[word] for word in against)
        match += self._values_held(self._sentences[i])
        whole = sum(weights.values()) + _FIGURE * len(self.claim.figures) + _DATE * len(self.claim.dates) + _DOUBT
        told = {word.stem for word in self.claim.words if not word.name}
        total = sum(weights[word] for word in told)
        said = sum(weights[word] for word in told & (held | against)) / total if total else 1.0
        return _Evidence(self._sentences[i], match / whole, sum(weights[word] for word in near) / whole, said)

    def _values_held(self, sentence: Sentence) -> float:
        """The weight of the claim's figures and dates that stand in a sentence."""
        weight = 0.0
        for asked in self.claim.figures:
            kinds = [figure for figure in sentence.figures if comparable(asked, figure, alone=False)]
            right = any(holds(asked, figure) for figure in kinds)
            weight += _FIGURE if right else _FIGURE / 2 if kinds else 0.0
        return weight + _DATE * sum(any(agrees(date, d) for d in sentence.dates) for date in self.claim.dates)

    def _around(self, i: int) -> set[str]:
        """The stems of the title, the heading, and the sentence before."""
        passage = self._sentences[i].passage
        found = {word.stem for word in words_of(f". {passage.hit.title}. {passage.hit.chunk.heading}")}
        if i and self._sentences[i - 1].passage is passage:
            found |= self._stems[i - 1]
        return found

    def _judged(self, evidence: _Evidence) -> Finding:
        sentence = evidence.sentence
        place, odds = self._pointed(sentence)
        turned = sentence.turned(self.claim, self._weights, place)
        figure, date = sentence.figures_told(self.claim), sentence.dates_told(self.claim)
        absent = self._absent()
        conflict, missing = figure.conflict or date.conflict, figure.missing or date.missing
        unsaid = absent or missing or (evidence.held < _ENOUGH and odds < 0)
        reasons = {
            "an opposite": turned.opposed,
            "a negation": turned.negated,
            "another figure": figure.conflict,
            "another date": date.conflict,
            "a name that stands nowhere": absent,
        }
        return Finding(
            holds=None if unsaid else not conflict and turned.flips % 2 == 0,
            item=sentence.item(self.claim, [*turned.places, *figure.places, *date.places]),
            reason=", ".join(reason for reason, applies in reasons.items() if applies),
            features={
                "held": evidence.held,
                "said": evidence.said,
                "pointed": odds,
                "absent": float(absent),
                "missing": float(missing),
                "figure": float(bool(figure.places) and not figure.conflict),
                "conflict": float(conflict),
                "flips": float(turned.flips),
                "negated": float(turned.negated),
                "opposed": float(turned.opposed),
            },
        )

    def _absent(self) -> bool:
        """Whether a name of the question stands in no passage."""
        everything = " ".join(f"{p.hit.title} {p.hit.chunk.heading} {p.text}" for p in self.passages)
        known, low = stems_in(everything), everything.lower()
        return any(
            word.name and word.stem not in known and self.claim.text[word.start : word.end].lower() not in low
            for word in self.claim.words
        )

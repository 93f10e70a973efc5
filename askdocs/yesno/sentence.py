"""A sentence beside a claim: whether it states other figures or dates, says the opposite, or denies it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from askdocs.core.decoding import Passage, SpanItem
from askdocs.text.span_boundaries import can_end, can_start
from askdocs.yesno.claim import Claim, Word, alike, words_of
from askdocs.yesno.lexicon import ALL, EMPTY_NEGATION, NEGATION, SOME, opposed, stem
from askdocs.yesno.values import agrees, asks_former, comparable, figures, holds, whens

Place = tuple[int, int]

_MODAL = r"(?:may|might|will|would|can|could|should|has|have|had|is|are|was|were|did|does|do)"
_CLAUSE = re.compile(
    r"[;:]\s|,[\"”’]?\s|\s[–—-]\s|"
    r"\s(?=(?:but|while|although|though|whereas|because|after|before|when)\s)|"
    r"(?<=\bsaid)\s(?=(?:it|he|she|they|the|its|there)\s)|"
    rf"\s(?=and {_MODAL}\b)|"
    r"(?<=\w)(?=\sthat\s(?:the|it|its|no|he|she|they|there|a|an|any|[A-Z]))"
)
# What denies the clause behind it: "denied that ...", "no sign that ...".
_DENIES = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|rul(?:es?|ed|ing) out|doubt(?:s|ed)?|"
    r"no (?:evidence|sign|indication|proof|suggestion|reason)\b.*|"
    r"not (?:true|correct|believe|expect|think|agree|accept|convinced)|"
    r"reject(?:s|ed)? (?:a|the) (?:claim|charge|view|idea)s?)$",
    re.I,
)
_REPORTED = """
profit loss revenue sales turnover earnings income deliveries output production passengers inflation orders margin costs
exports imports traffic subscribers dividend growth shares spending unemployment
"""
_RECURRING = frozenset(stem(word) for word in _REPORTED.split())
_SHARE = 0.4  # of what the sentence says of a claim: as much must stand in the clause that is denied


class Told(NamedTuple):
    """What a sentence says of figures or dates: where, whether others than the claim's, whether nothing that counts."""

    places: list[Place]
    conflict: bool
    missing: bool


class Turned(NamedTuple):
    """How often a sentence turns a claim round, by which of its words, and whether by opposites or a negation."""

    flips: int
    places: list[Place]
    opposed: bool
    negated: bool


class Sentence:
    """A sentence of a passage, read; the places it gives count from its start."""

    def __init__(self, passage: Passage, start: int, end: int) -> None:
        self.passage, self.start, self.end = passage, start, end
        self.text = passage.text[start:end]
        self.words = words_of(self.text)
        self.figures = figures(self.text)
        self.dates = whens(self.text, passage.hit.published)

    def figures_told(self, claim: Claim) -> Told:
        """What it says of the claim's figures."""
        places: list[Place] = []
        conflict = missing = False
        for asked in claim.figures:
            kinds = [figure for figure in self.figures if comparable(asked, figure, alone=False)]
            kinds = kinds or [figure for figure in self.figures if comparable(asked, figure, alone=True)]
            right = [figure for figure in kinds if holds(asked, figure)]
            now = [figure for figure in kinds if not figure.former]
            former = all(figure.former for figure in right) and bool(now) and not asks_former(claim.text)
            if right and not former:
                places.append((right[0].start, right[0].end))
            elif kinds:
                conflict = True
                first = (now or kinds)[0]
                places.append((first.start, first.end))
            else:
                missing = True
        return Told(places, conflict, missing)

    def dates_told(self, claim: Claim) -> Told:
        """What it says of the claim's dates."""
        places: list[Place] = []
        conflict = missing = False
        for asked in claim.dates:
            answers = [(date, agrees(asked, date)) for date in self.dates]
            right = [date for date, same in answers if same]
            wrong = [date for date, same in answers if same is False]
            if right:
                places.append((right[0].start, right[0].end))
            elif wrong:
                # A profit of another year says nothing of this year's; what happened on another day not on this.
                recurring = any(word.stem in _RECURRING for word in claim.words)
                missing, conflict = missing or recurring, conflict or not recurring
                places.append((wrong[0].start, wrong[0].end))
            elif asked.year is not None and not self._year_told(asked.year):
                missing = True
        return Told(places, conflict, missing)

    def _year_told(self, year: int) -> bool:
        hit = self.passage.hit
        return str(year) in f"{hit.title} {self.passage.text}" or (
            hit.published is not None and hit.published.year == year
        )

    def turned(self, claim: Claim, weights: Mapping[str, float], pointed: Place | None) -> Turned:
        """By which opposites and negations it turns the claim round; ``pointed`` is a span that tells much."""
        asked = [word for word in claim.words if not word.name]
        against = [self._against(word, asked) for word in asked]
        places = list(dict.fromkeys((word.start, word.end) for word in against if word is not None))
        negation = self._negation(claim, weights, places, pointed)
        flips = len(places) + (negation is not None) + claim.negated
        partly = bool(ALL.search(claim.text) and SOME.search(self.text) and not ALL.search(self.text))
        if partly:
            flips += flips % 2 == 0
        opposites = bool(places) or partly
        return Turned(flips, [*places, *([negation] if negation else [])], opposites, negation is not None)

    def _against(self, word: Word, asked: Sequence[Word]) -> Word | None:
        """The opposite of a word of the claim, where neither the word stands here nor, nearer, one that means it."""
        if any(other.stem == word.stem for other in self.words):
            return None
        rest = {one.stem for one in asked} - {word.stem}
        starts = [other.start for other in self.words if other.stem in rest]

        def distance(other: Word) -> int:
            return min((abs(other.start - start) for start in starts), default=0)

        against = min((other for other in self.words if opposed(word.stem, other.stem)), key=distance, default=None)
        agreed = min((other for other in self.words if alike(word.stem, other.stem)), key=distance, default=None)
        if against is None or (agreed is not None and distance(agreed) <= distance(against)):
            return None
        return against

    def _negation(
        self, claim: Claim, weights: Mapping[str, float], opposites: Sequence[Place], pointed: Place | None
    ) -> Place | None:
        """The negation that governs what the sentence says of the claim."""
        asked = {word.stem for word in claim.words}
        taken = [*opposites, *(match.span() for match in EMPTY_NEGATION.finditer(self.text))]
        told = self._told(claim, weights, opposites)
        if pointed:  # what the span says counts as much as a word of the question
            told.append((pointed[0], max(weights.values(), default=1.0)))
        whole = sum(weight for _, weight in told)
        for start, end in self._governed():
            if sum(weight for at, weight in told if start <= at < end) < _SHARE * whole:
                continue
            for match in NEGATION.finditer(self.text, start, end):
                overlaps = any(a < match.end() and match.start() < b for a, b in taken)
                if not overlaps and stem(match.group().split()[0]) not in asked:  # "refused" may be what is asked
                    return match.span()
        return None

    def _told(self, claim: Claim, weights: Mapping[str, float], opposites: Sequence[Place]) -> list[tuple[int, float]]:
        """Where the claim's words first stand here, or what is opposed to them, with their weights."""
        found = []
        for word in claim.words:
            first = next((o for o in self.words if alike(word.stem, o.stem) or (o.start, o.end) in opposites), None)
            if first is not None and not word.name:
                found.append((first.start, weights[word.stem]))
        return found

    def _governed(self) -> list[Place]:
        """The clauses, each with the one it denies."""
        cuts = [0, *(match.start() for match in _CLAUSE.finditer(self.text)), len(self.text)]
        clauses = [(a, b) for a, b in itertools.pairwise(cuts) if b > a]
        following = [*(end for _, end in clauses[1:]), len(self.text)]
        return [
            (a, after if _DENIES.search(self.text[a:b]) else b)
            for (a, b), after in zip(clauses, following, strict=True)
        ]

    def item(self, claim: Claim, cues: Sequence[Place]) -> SpanItem:
        """The words from the first to the last that bear on the claim, cut at words."""
        asked = [word.stem for word in claim.words if not word.name]
        told = [(o.start, o.end) for o in self.words if any(alike(word, o.stem) for word in asked)]
        places = [*told, *cues] or [(0, len(self.text))]
        start, end = self.start + min(a for a, _ in places), self.start + max(b for _, b in places)
        text = self.passage.text
        while start > self.start and not can_start(text, start):
            start -= 1
        while end < self.end and not can_end(text, end):
            end += 1
        while end > start + 1 and not can_end(text, end):
            end -= 1
        return SpanItem(number=self.passage.number, start=start, end=end)

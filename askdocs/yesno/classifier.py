"""Between yes, no and not said: what the rules find in the passages and what the model makes of them, weighed.

A regression with three outcomes over what ``askdocs.yesno.evidence`` finds, the span scorer's log-odds and the
model's own
probabilities. Its numbers come from ``scripts/training/fit_verdict.py``, which says what they were fitted on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from askdocs.core.decoding import DecodedAnswer, Decoding, Passage, Reading, SpanItem, Verdict
from askdocs.yesno.evidence import EvidenceSearch, Finding

# What each measure speaks for: yes, no, not said. Fitted by scripts/training/fit_verdict.py.
WEIGHTS: dict[str, tuple[float, float, float]] = {
    "bias": (-1.22, -0.54, 1.76),
    "agrees": (0.62, -0.16, -0.46),
    "agrees, held": (0.86, -0.54, -0.33),
    "denies, held": (-1.1, 2.25, -1.15),
    "held": (-0.27, 1.06, -0.79),
    "said": (0.77, -0.52, -0.25),
    "pointed": (1.32, 0.33, -1.66),
    "negated": (-0.34, -0.27, 0.61),
    "opposed": (-0.06, -0.15, 0.21),
    "conflict": (0.2, -0.13, -0.07),
    "absent": (-0.16, -0.03, 0.19),
    "missing": (-0.05, 0.52, -0.47),
    "figure": (2.22, -1.18, -1.04),
    "model": (0.79, -0.31, -0.48),
    "unanswerable": (0.51, -1.02, 0.51),
}
MEASURES = tuple(WEIGHTS)

# Raises probabilities to this power: questions left out of the fit that came out between 0.4 and 0.7 were right one
# time in three, those above 0.8 nine times in ten, as said.
CAUTION = 1.5
_AS_GOOD = 0.1  # of the question's words: a newer article that holds nearly as many is taken instead
_SURE = 0.5  # the least probability of an article that says otherwise


class _Classified(NamedTuple):
    """A finding with the probabilities of yes and of no, as the regression gives them."""

    finding: Finding
    yes: float
    no: float

    @property
    def answer(self) -> bool:
        return self.yes > self.no

    @property
    def probability(self) -> float:
        return float(max(self.yes, self.no) ** CAUTION)


def classify_reading(question: str, reading: Reading, pointers: Mapping[SpanItem, float]) -> Reading:
    """The reading with yes or no as its first answer, behind it articles that say otherwise; and its ``Verdict``.

    ``pointers`` are runs of words found telling, with their log-odds. A reading without passages stays as it is.
    """
    found = [
        _classified(one, reading.decoding) for one in EvidenceSearch(question, reading.passages, pointers).findings()
    ]
    if not found:
        return reading
    first = _newest(found, reading.passages)
    others = [one for one in found if one.answer != first.answer and _as_good(one, first) and one.probability >= _SURE]
    chosen = [first, *others]
    decoding = reading.decoding.model_copy(update={"answers": tuple(map(_answer, chosen))})
    verdict = Verdict(
        probabilities=tuple(one.probability for one in chosen),
        reason=first.finding.reason,
        features=first.finding.features,
    )
    return reading.model_copy(update={"decoding": decoding, "verdict": verdict, "token_texts": ()})


def _newest(found: Sequence[_Classified], passages: Sequence[Passage]) -> _Classified:
    """The best finding; of those nearly as good that are as sure, the newest."""
    published = {passage.number: passage.hit.published for passage in passages}
    best = found[0]
    for one in found[1:]:
        dates = published[one.finding.item.number], published[best.finding.item.number]
        if None not in dates and dates > (dates[1], dates[1]) and _as_good(one, found[0]) and one.probability >= _SURE:
            best = one
    return best


def _as_good(one: _Classified, other: _Classified) -> bool:
    return one.finding.features["held"] >= other.finding.features["held"] - _AS_GOOD


def _answer(one: _Classified) -> DecodedAnswer:
    return DecodedAnswer(
        items=(one.finding.item,),
        boolean=one.answer,
        log_probability=math.log(one.probability),
        tokens=(),
        probabilities=(),
    )


def _classified(finding: Finding, decoding: Decoding) -> _Classified:
    values = measures(finding, decoding)
    sums = [
        sum(weight * value for weight, value in zip(column, values, strict=True))
        for column in zip(*WEIGHTS.values(), strict=True)
    ]
    powers = [math.exp(value - max(sums)) for value in sums]
    return _Classified(finding, powers[0] / sum(powers), powers[1] / sum(powers))


def measures(finding: Finding, decoding: Decoding) -> tuple[float, ...]:
    """What the regression weighs, in the order of ``MEASURES``."""
    found = finding.features
    odd = found["flips"] % 2
    agree = float(not odd and not found["conflict"] and not found["absent"] and not found["missing"])
    denied = float(bool(odd or found["conflict"]) and not found["absent"] and not found["missing"])
    given_up = decoding.unanswerable
    return (
        1.0,
        agree,
        agree * found["held"],
        denied * found["held"],
        found["held"],
        found["said"],
        found["pointed"] / 6,
        found["negated"] * odd,
        found["opposed"] * odd,
        found["conflict"],
        found["absent"],
        found["missing"],
        agree * found["figure"],
        _clipped(math.log((decoding.yes + 1e-3) / (decoding.no + 1e-3))) / 2,
        _clipped(math.log((given_up + 1e-4) / (1 - given_up + 1e-4))) / 4,
    )


def _clipped(value: float) -> float:
    return max(-4.0, min(4.0, value))

"""Whether prose says what the words say that the same model answered with, and what that makes of the confidence.

The confidence of words is calibrated, that of prose is not. Prose that holds the value of the words is as probable as
they are. Where the two differ, at most one is right: prose is then given half of the words' probability, and so are
they, beside it; and where the words are likelier right than wrong, or half would be too little to answer with, the
words are the answer. Half is chosen, not measured.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from askdocs.core.answers import Alternative, Answer, Citation, Value
from askdocs.values.amounts import quantities
from askdocs.values.dates import dates
from askdocs.values.parse import close, normalise_words

DIFFERENT = 0.5  # of the words' confidence
_AMOUNTS = ("number", "money", "percent", "range")
_POLAR = re.compile(r"\W*(yes|no)\b", re.IGNORECASE)


def agrees(answer: Answer, text: str, cited: Sequence[Citation]) -> bool:
    """Whether prose with these citations holds what an answer in words says.

    An amount or date must be among those of the prose; yes or no must be its first word, or the same sentence cited;
    other words must stand in it, or it quotes some of them.
    """
    value = answer.typed
    if value is not None and value.kind == "boolean":
        said = _POLAR.match(text)
        if said:
            return (said.group(1).lower() == "yes") == value.value
        return any(_overlap(one, other, whole=True) for one in cited for other in answer.citations)
    if value is not None and (value.kind in _AMOUNTS or value.kind == "date"):
        return _holds_value(text, value) or _holds_words(text, answer.candidate)
    if _holds_words(text, answer.candidate):
        return True
    return any(_overlap(one, other) for one in cited for other in answer.citations)


def likelier_words(answer: Answer) -> bool:
    """Whether the words stay the answer where prose differs from them."""
    return answer.confidence >= DIFFERENT or answer.confidence * DIFFERENT < answer.threshold


def as_alternative(answer: Answer) -> Alternative:
    """The words beside prose that differs from them."""
    return Alternative(
        text=answer.candidate,
        value=answer.value,
        confidence=answer.confidence * DIFFERENT,
        citations=answer.citations,
    )


def _holds_value(text: str, value: Value) -> bool:
    if value.kind == "date":
        return any(found.value.value == value.value for found in dates(text))
    held = [found.value for found in quantities(text)]
    return all(
        any(_same_kind(value, other) and any(close(end, one) for one in _ends(other)) for other in held)
        for end in _ends(value)
    )


def _same_kind(value: Value, other: Value) -> bool:
    """Whether neither currency nor percent tells two amounts apart; one of a range is as good as a single one."""
    if value.currency and other.currency and value.currency != other.currency:
        return False
    kinds = {value.kind, other.kind} - {"range"}
    return len(kinds) < 2 or kinds == {"number", "money"}


def _ends(value: Value) -> list[float]:
    ends = value.value if isinstance(value.value, tuple) else (value.value,)
    return [float(end) for end in ends if isinstance(end, int | float)]


def _holds_words(text: str, words: str) -> bool:
    wanted = normalise_words(words)
    return bool(wanted) and f" {wanted} " in f" {normalise_words(text)} "


def _overlap(one: Citation, other: Citation, *, whole: bool = False) -> bool:
    """Whether two citations share words of an article, or with ``whole`` a sentence."""
    if one.article_id != other.article_id:
        return False
    if whole:
        return one.start < other.end and other.start < one.end
    return one.answer_start < other.answer_end and other.answer_start < one.answer_end

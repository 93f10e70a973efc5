"""Runs of words that answer a question for a list: how wide the enumeration is, and which items a run is made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from askdocs.lists.enumeration import Span, bulleted, items_of, widened
from askdocs.lists.list_question import ListQuestion
from askdocs.lists.name_classifier import CLASSES
from askdocs.lists.named_items import CLASSES_OF
from askdocs.lists.named_things import Mention
from askdocs.lists.value_items import values_in
from askdocs.text.sentences import sentence_spans

_WIDER = 6.0  # nats that the whole enumeration may be less likely than its likeliest part
_VALUES = ("date", "year", "money", "percent")
_SURE = 0.15  # probability of its kind that a name within the run must have


class Run(NamedTuple):
    """A run of words of a passage that may answer, with its log-odds in the passage and in its sentence."""

    start: int
    end: int
    in_passage: float
    in_sentence: float


def whole_run(text: str, start: int, end: int, odds: float, spans: Sequence[tuple[int, int, float]]) -> Span:
    """The widest run whose items the likely run is made of: "A, B and C" for "B and C"."""
    inner = items_of(text, start, end)
    most = len(inner)
    for first, last, value in spans:
        if first > start or last < end or value < odds - _WIDER or not inner:
            continue
        if "\n" in text[first:last] or re.search(r"[.!?]\s", text[first : last - 1]):
            continue
        items = items_of(text, first, last)
        if len(items) > most and inner[0][0] in {a for a, _ in items} and inner[-1][1] in {b for _, b in items}:
            start, end, most = first, last, len(items)
    sentence = next(((a, b) for a, b in sentence_spans(text) if a <= start < b), (0, len(text)))
    return widened(text, start, end, sentence)


def run_items(asked: ListQuestion, text: str, run: Run, mentions: Sequence[Mention]) -> list[tuple[Span, float]]:
    """The items of a run: the names or values of the kind asked for, else the parts of its enumeration.

    With each, how probable it is of the kind; 1 where the question asks for no kind of names.
    """
    listed = bulleted(text, run.start, run.end)
    if asked.kind is None:
        return [(part, 1.0) for part in listed or items_of(text, run.start, run.end)]
    if asked.kind in _VALUES:
        return [((a, b), 1.0) for a, b, _ in values_in(asked.kind, text) if run.start <= a and b <= run.end]
    within = [one for one in mentions if one.start >= run.start and one.end <= run.end]
    shares = [_share(asked, one) for one in within]
    named = [((one.start, one.end), share) for one, share in zip(within, shares, strict=True) if share >= _SURE]
    if named or within:
        return named
    return [(part, 0.25) for part in listed or items_of(text, run.start, run.end)]


def _share(asked: ListQuestion, mention: Mention) -> float:
    """How probable a name is of the kind asked for. Who acts may be a company too, though less likely so."""
    share = float(mention.probabilities[[CLASSES.index(name) for name in _classes(asked)]].sum())
    if asked.kind == "person" and re.match(r"\W*who", asked.text, re.I):
        share += 0.5 * float(mention.probabilities[[CLASSES.index(name) for name in ("company", "institution")]].sum())
    if asked.kind == "place" and re.match(r"\W*where", asked.text, re.I):
        share += 0.5 * float(mention.probabilities[[CLASSES.index(name) for name in ("company", "institution")]].sum())
    return share


def _classes(asked: ListQuestion) -> tuple[str, ...]:
    """The classes of names that may answer; those that are easily taken for each other count as one here."""
    if asked.kind == "company":
        return ("company", "institution", "media", "product")
    if asked.kind == "product":
        return ("product", "work", "company", "other")
    if asked.kind in ("city", "country", "region", "place"):
        return ("city", "country", "region")
    return CLASSES_OF[asked.kind or "person"]

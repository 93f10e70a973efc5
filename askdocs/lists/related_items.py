"""The items that answer a question for a list: the enumerations, and the single names, that the span scorer points to.

The scorer was trained on short lists too: asked "Which banks took part?" it points to "A, B and C" as a whole. That run
is split into its items. Where the question asks for people, companies or places, the names in the run are the items.
Other passages count where the scorer finds them nearly as likely, or where each tells of its own case ("Which firms cut
jobs?").
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from askdocs.lists.enumeration import Span, bulleted, items_of, widened
from askdocs.lists.items import ListItem, ReadPassage
from askdocs.lists.list_question import ListQuestion
from askdocs.lists.named_items import CLASSES_OF
from askdocs.lists.named_things import Mention
from askdocs.lists.name_classifier import CLASSES
from askdocs.lists.value_items import values_in
from askdocs.reading.span_scorer import FoundSpan, SpanScorer
from askdocs.text.english import stem
from askdocs.text.sentences import sentence_spans
from askdocs.values.question_analysis import analyse_question

MentionsOf = Callable[[int], Sequence[Mention]]
_TRIED = 8  # runs of a passage among which the whole enumeration is looked for
_WIDER = 6.0  # nats that the whole enumeration may be less likely than its likeliest part
_LEAST = -1.0  # log-odds against "no answer here" under which a passage is left out
_NEAR = 5.0  # nats behind the best passage at which one is left out that does not speak of what the question names
_FAR = 9.0  # and at which any is
_SECOND = 5.0  # nats behind the best run of its passage at which another run of it counts
_VALUES = ("date", "year", "money", "percent")
_SURE = 0.15  # probability of its kind that a name within the run must have


class _Run(NamedTuple):
    """A run of words of a passage that answers, and its log-odds."""

    passage: int
    start: int
    end: int
    odds: float


def related_items(
    asked: ListQuestion,
    passages: Sequence[ReadPassage],
    scorer: SpanScorer,
    mentions_of: MentionsOf,
    look: Callable[[], None] = lambda: None,
) -> list[ListItem]:
    """The items of all passages that answer; ``mentions_of`` gives the names of a passage.

    ``look`` is called before each passage, and may raise to end the reading.
    """
    items: list[ListItem] = []
    for run in _runs(asked, passages, scorer, look):
        text = passages[run.passage].text
        for start, end in _items(asked, text, run, mentions_of):
            words = text[start:end].replace("\n", " ")
            items.append(
                ListItem(text=words, passage=run.passage, start=start, end=end, probability=probability_of(run.odds))
            )
    return items


def probability_of(odds: float) -> float:
    """How probable an item is right, by the scorer's log-odds of the run that it stands in."""
    return 1 / (1 + math.exp(-(0.35 * odds + 0.2)))


def _runs(
    asked: ListQuestion, passages: Sequence[ReadPassage], scorer: SpanScorer, look: Callable[[], None]
) -> list[_Run]:
    """The runs of all passages that are likely enough, beside the best of them."""
    found = []
    for passage in passages:
        look()
        found.append(scorer.best(asked.text, [passage.text], _TRIED))
    best = max((spans[0].odds for spans in found if spans), default=-math.inf)
    names = {stem(name) for name in analyse_question(asked.text).names}
    runs: list[_Run] = []
    for number, spans in enumerate(found):
        if not spans:
            continue
        passage = passages[number]
        apart = names and not _speaks_of(names, passage)
        least = max(_LEAST, best - (_NEAR if apart else _FAR))
        if spans[0].odds >= least:
            runs += _of_passage(number, passage.text, [span for span in spans if span.odds >= least - _WIDER], least)
    return runs


def _speaks_of(names: set[str], passage: ReadPassage) -> bool:
    words = {stem(word) for word in re.findall(r"[\w'’]+", f"{passage.title} {passage.text}")}
    return bool(names & words)


def _of_passage(number: int, text: str, spans: Sequence[FoundSpan], least: float) -> list[_Run]:
    """The best run of a passage, as wide as its enumeration, and others beside it that are nearly as likely."""
    runs: list[_Run] = []
    for span in spans:
        if span.odds < max(least, spans[0].odds - _SECOND):
            break
        if any(span.start < run.end and run.start < span.end for run in runs) or "\n" in text[span.start : span.end]:
            continue
        start, end = _whole(text, span, spans)
        runs.append(_Run(number, start, end, span.odds))
    return [run for n, run in enumerate(runs) if not any(run.start < o.end and o.start < run.end for o in runs[:n])]


def _whole(text: str, span: FoundSpan, spans: Sequence[FoundSpan]) -> Span:
    """The widest run whose items the likely run is made of: "A, B and C" for "B and C"."""
    start, end = span.start, span.end
    most = len(items_of(text, start, end))
    for wide in spans:
        if wide.start > span.start or wide.end < span.end or wide.odds < span.odds - _WIDER:
            continue
        if "\n" in text[wide.start : wide.end] or re.search(r"[.!?]\s", text[wide.start : wide.end - 1]):
            continue
        items = items_of(text, wide.start, wide.end)
        begins = {a for a, _ in items}
        ends = {b for _, b in items}
        inner = items_of(text, span.start, span.end)
        if len(items) > most and inner and inner[0][0] in begins and inner[-1][1] in ends:
            start, end, most = wide.start, wide.end, len(items)
    sentence = next(((a, b) for a, b in sentence_spans(text) if a <= start < b), (0, len(text)))
    return widened(text, start, end, sentence)


def _items(asked: ListQuestion, text: str, run: _Run, mentions_of: MentionsOf) -> list[Span]:
    """The items of a run: the names or values of the kind asked for, else the parts of its enumeration."""
    listed = bulleted(text, run.start, run.end)
    if listed and asked.kind is None:
        return listed
    if asked.kind in _VALUES:
        return [(a, b) for a, b, _ in values_in(asked.kind, text) if run.start <= a and b <= run.end]
    if asked.kind is not None:
        named = _named(asked, run, mentions_of(run.passage))
        if named:
            return named
    parts = listed or items_of(text, run.start, run.end)
    return [_by_name(text, part, mentions_of(run.passage)) for part in parts] if asked.kind else parts


def _named(asked: ListQuestion, run: _Run, mentions: Sequence[Mention]) -> list[Span]:
    """The names within a run that may be of the kind asked for, and those enumerated beside them."""
    classes = [CLASSES.index(name) for name in _classes(asked)]
    within = [one for one in mentions if one.start >= run.start and one.end <= run.end]
    return [(one.start, one.end) for one in within if float(one.probabilities[classes].sum()) >= _SURE]


def _classes(asked: ListQuestion) -> tuple[str, ...]:
    """The classes of names that may answer: who acts may be a person or a company."""
    if asked.kind == "person" and re.match(r"\W*who", asked.text, re.I):
        return ("person", "company", "institution", "media")
    if asked.kind == "company":
        return ("company", "institution", "media", "product")
    if asked.kind == "product":
        return ("product", "work", "company", "other")
    if asked.kind in ("city", "country", "region", "place"):
        return ("city", "country", "region")
    return CLASSES_OF[asked.kind or "person"]


def _by_name(text: str, part: Span, mentions: Sequence[Mention]) -> Span:
    """ "the pension fund Waterland" as "Waterland": an item that ends in its only name."""
    within = [one for one in mentions if one.start >= part[0] and one.end <= part[1]]
    if len(within) == 1 and within[0].end == part[1] and float(within[0].probabilities[0]) < 0.5:
        before = text[part[0] : within[0].start]
        if re.fullmatch(r"(?:[a-z][\w'’-]*\s+){1,5}", before) and not re.search(r"\b(?:in|of|from|at|on|for|by|to|with)\b", before):
            return within[0].start, within[0].end
    return part

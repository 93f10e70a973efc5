"""Whether the time that governs an answer is the one that its question names: "in November", "on Friday", "last month".

The time of an answer is that nearest to it in its clause, else in its sentence, else that of the nearest sentence
before it in the paragraph, else the day the article was published.
"""

from __future__ import annotations

import datetime
import functools
import itertools
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from askdocs.core.decoding import Passage, SpanItem
from askdocs.text.sentences import sentence_spans
from askdocs.values.times import Time, compare, times

#: how an answer stands to the time of its question; "undated" where nothing dates it, "" where none is asked for
Standing = Literal["", "agrees", "other", "contradicts", "undated", "article_agrees", "article_contradicts"]
STANDINGS: tuple[Standing, ...] = ("agrees", "other", "contradicts", "undated", "article_agrees", "article_contradicts")

_CLAUSE = re.compile(r"[;:—–]\s|,\s(?!\d{4}\b)|\s\(|\)\s?|\b(?:and|but|while|whereas|compared with|against|versus)\b")


_BOUND = re.compile(r"(?:since|until|till|before|after|by|from|to|than|between) ")


class _Sentence(NamedTuple):
    start: int
    end: int
    times: tuple[Time, ...]


def standing(question: str, item: SpanItem, passage: Passage) -> Standing:
    """How the time of the words at ``item`` stands to those that the question names; the best of several.

    >>> from askdocs import Chunk, Hit
    >>> text = "It fell 9% in mid-November. On Friday it lost another 0.6%."
    >>> hit = Hit(chunk=Chunk(article_id="a", start=0, end=len(text), text=text), source="s", title="t", score=1.0)
    >>> passage = Passage(number=1, hit=hit, text=text, offsets=tuple(range(len(text) + 1)))
    >>> spans = [SpanItem(number=1, start=8, end=10), SpanItem(number=1, start=54, end=58)]  # 9% and 0.6%
    >>> [standing("How far did it fall on Friday?", span, passage) for span in spans]
    ['other', 'agrees']
    >>> standing("How far did it fall?", spans[0], passage)
    ''
    """
    asked = asked_times(question, passage.hit.published)
    if not asked:
        return ""
    told = governing(item, passage)
    if told:
        found = {compare(one, other) for one in asked for other in told}
        return "agrees" if "agrees" in found else "contradicts" if "contradicts" in found else "other"
    return _by_article(asked, passage.hit.published)


@functools.lru_cache(maxsize=256)
def asked_times(question: str, published: datetime.date | None = None) -> tuple[Time, ...]:
    """The times that a question names; a beginning or an end ("since May") is none that an answer has to agree with.

    >>> [time.words for time in asked_times("how much did the stock drop in november")]
    ['november']
    >>> asked_times("How much has it risen since 2020?"), asked_times("May he march?")
    ((), ())
    """
    named = times(question, published)
    return tuple(time for time in named if not (time.is_vague or _BOUND.match(time.words)))


def tells_of(asked: Sequence[Time], text: str, published: datetime.date | None) -> bool:
    """Whether a text names one of the times that a question asks for.

    >>> tells_of(asked_times("in November?"), "It fell in mid-November.", None)
    True
    """
    return any(compare(one, other) == "agrees" for one in asked for other in times(text, published))


def governing(item: SpanItem, passage: Passage) -> list[Time]:
    """The times that govern a run of words: one of its sentence, or those of the nearest dated one before it."""
    sentences = _sentences(passage.text, passage.hit.published)
    place = next((i for i, sentence in enumerate(sentences) if sentence.end > item.start), len(sentences) - 1)
    if place < 0:
        return []
    sentence = sentences[place]
    if sentence.times:
        return [_nearest(item, sentence, passage.text)]
    for before in itertools.takewhile(
        lambda one: "\n" not in passage.text[one.end : item.start], reversed(sentences[:place])
    ):
        if before.times:
            return [before.times[-1]]
    return []


def _nearest(item: SpanItem, sentence: _Sentence, text: str) -> Time:
    """The time of the words' own clause that is nearest to them, else of their sentence."""

    def distance(time: Time) -> tuple[int, int]:
        between = text[time.end : item.start] if time.end <= item.start else text[item.end : time.start]
        return len(_CLAUSE.findall(between)), len(between)

    return min(sentence.times, key=distance)


@functools.lru_cache(maxsize=512)
def _sentences(text: str, published: datetime.date | None) -> tuple[_Sentence, ...]:
    found = []
    for start, end in sentence_spans(text):
        named = times(text[start:end], published)
        shifted = tuple(time._replace(start=start + time.start, end=start + time.end) for time in named)
        found.append(_Sentence(start, end, shifted))
    return tuple(found)


def _by_article(asked: tuple[Time, ...], published: datetime.date | None) -> Standing:
    if published is None:
        return "undated"
    day = Time(
        0, 0, published.isoformat(), published.year, frozenset({published.month}), published.day, published.weekday()
    )
    found = {compare(time, day) for time in asked}
    return "article_agrees" if "agrees" in found else "article_contradicts" if "contradicts" in found else "undated"

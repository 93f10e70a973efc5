"""Times that questions and sentences name ("in November", "on Friday", "last month"), and whether two are the same.

A time is what is known of it: year, months, day, weekday. Weekdays and relative times are resolved against the day
an article was published, where that is known.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from askdocs.text.english import MONTH, MONTHS, WEEKDAY
from askdocs.values.periods import periods

#: how the time of a sentence stands to that of a question; "other" is what cannot be compared, or is coarser
Agreement = Literal["agrees", "other", "contradicts"]

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(rf"\b(?:last |this |next )?(?P<weekday>{WEEKDAY})s?\b(?!['’]s\b [A-Z])", re.IGNORECASE)
_RELATIVE = re.compile(
    r"\b(?:today|yesterday|tomorrow|(?:over|at) the weekend|"
    r"(?:last|this|next|previous) (?:week(?:end)?|month|quarter|year)|"
    r"(?:the|a) (?:day|week|month|quarter|year) (?:before|earlier|later|ago)|"
    r"(?:a year|one year|12 months) (?:ago|earlier)|year[ -]earlier)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(r"(?:(?:in|for|of|by|since|until|during|on|the)\s+)*", re.IGNORECASE)
# "May" and "march" are words too, so a question in lower case names a month after these, or at its end.
_MONTH = re.compile(
    rf"\b(?:in|during|of|for|last|this|early|late|mid|on)[ -](?:early |late |mid-?)?(?P<month>{MONTH})\b", re.IGNORECASE
)
# Another time than those that are named, whichever it is.
_VAGUE = re.compile(
    r"\b(?:most recent(?:ly)?|recently|lately|latest|currently|at present|now|nowadays|earlier this|at the time|"
    r"then)\b",
    re.IGNORECASE,
)
# A time after these is an end or a beginning, not when something was so.
_BOUND = re.compile(
    r"\b(?:since|until|till|before|after|by|from|to|than|between|between \S+ and)\s+(?:the\s+)?$", re.IGNORECASE
)


class Time(NamedTuple):
    """A time named at ``[start, end)``: 0 and empty is what it does not say; ``weekday`` counts from Monday, or is -1.

    ``words`` are those of the text, in lower case, with the "since" or "until" before them. A time that is only said
    to be another ("lately", "then") is vague.
    """

    start: int
    end: int
    words: str
    year: int = 0
    months: frozenset[int] = frozenset()
    day: int = 0
    weekday: int = -1
    is_vague: bool = False

    @property
    def is_known(self) -> bool:
        """Whether anything is known of it beside its words."""
        return bool(self.year or self.months or self.day or self.weekday >= 0)


def times(text: str, published: datetime.date | None = None) -> list[Time]:
    """The times that a text names, in order, resolved against the day it was published.

    >>> [(time.words, time.year, sorted(time.months)) for time in times("It fell in mid-November and in Q1 2024.")]
    [('november', 0, [11]), ('q1 2024', 2024, [1, 2, 3])]
    >>> friday = times("on Friday", datetime.date(2024, 3, 4))[0]
    >>> friday.year, sorted(friday.months), friday.day
    (2024, [3], 1)
    """
    found = [_bounded(text, time) for time in _periods(text)]
    forms = ((_MONTH, _month), (_WEEKDAY, _weekday), (_RELATIVE, _relative), (_VAGUE, _vague))
    for form, resolve in forms:
        for match in form.finditer(text):
            if not any(match.start() < other.end and other.start < match.end() for other in found):
                found.append(_bounded(text, resolve(match, published)))
    return [_dated(time, published) for time in sorted(found)]


def _periods(text: str) -> Iterator[Time]:
    """The years, quarters, months and days of a text; "nine months" alone is a length of time."""
    for period in periods(text):
        words = text[period.start : period.end]
        if words in ("May", "March") and period.start == 0:  # the verbs
            continue
        if period.part != "9M" or period.year:
            start = period.start + len(_LEAD.match(words).group())  # type: ignore[union-attr]
            yield Time(start, period.end, text[start : period.end].lower(), period.year, *_part(period.part))


def compare(asked: Time, told: Time) -> Agreement:
    """How the time of a sentence stands to that of a question.

    >>> def first(text): return times(text)[0]
    >>> compare(first("in November"), first("mid-November 2023")), compare(first("in 2023"), first("in May 2022"))
    ('agrees', 'contradicts')
    >>> compare(first("on 3 May"), first("in May")), compare(first("in November"), first("on Friday"))
    ('other', 'other')
    """
    if asked.words == told.words:
        return "agrees"
    if not asked.is_known or not told.is_known:
        return "other"
    if asked.year and told.year and asked.year != told.year:
        return "contradicts"
    if asked.months and told.months and not asked.months & told.months:
        return "contradicts"
    if asked.day and told.day and asked.day != told.day:
        return "contradicts"
    if asked.weekday >= 0 and told.weekday >= 0 and asked.weekday != told.weekday:
        return "contradicts"
    return "agrees" if _is_as_fine(asked, told) else "other"


def _is_as_fine(asked: Time, told: Time) -> bool:
    """Whether what is told says as much of the time as was asked for."""
    if asked.weekday >= 0 or asked.day:
        return bool(asked.day and told.day) or (asked.weekday >= 0 and told.weekday >= 0)
    if asked.months:
        return bool(told.months) and len(told.months) <= len(asked.months)
    return bool(told.year)


def _part(part: str) -> tuple[frozenset[int], int]:
    """The months and the day of a part of a year: "Q1", "H2", "9M", "03", "03-31"."""
    if not part:
        return frozenset(), 0
    if part[0] == "Q":
        return frozenset(range(3 * int(part[1]) - 2, 3 * int(part[1]) + 1)), 0
    if part[0] == "H":
        return frozenset(range(6 * int(part[1]) - 5, 6 * int(part[1]) + 1)), 0
    if part == "9M":
        return frozenset(range(1, 10)), 0
    month, _, day = part.partition("-")
    return frozenset({int(month)}), int(day or 0)


def _month(match: re.Match[str], published: datetime.date | None) -> Time:
    name = match["month"].lower()
    return Time(match.start("month"), match.end(), name, months=frozenset({MONTHS[name]}))


def _weekday(match: re.Match[str], published: datetime.date | None) -> Time:
    number = _WEEKDAYS.index(match["weekday"].lower()[:3])
    return Time(match.start(), match.end(), match["weekday"].lower(), weekday=number)


def _relative(match: re.Match[str], published: datetime.date | None) -> Time:
    words = match.group().lower()
    time = Time(match.start(), match.end(), words)
    if published is None:
        return time
    if words in ("today", "yesterday", "tomorrow"):
        return _on(time, published + datetime.timedelta(("yesterday", "today", "tomorrow").index(words) - 1))
    back = -1 if words.startswith("next") else 0 if words.startswith("this") else 1
    if words.endswith(" year"):
        return time._replace(year=published.year - back)
    if words.endswith(" month"):
        count = published.year * 12 + published.month - 1 - back
        return time._replace(year=count // 12, months=frozenset({count % 12 + 1}))
    return time


def _vague(match: re.Match[str], published: datetime.date | None) -> Time:
    return Time(match.start(), match.end(), match.group().lower(), is_vague=True)


def _on(time: Time, day: datetime.date) -> Time:
    return time._replace(year=day.year, months=frozenset({day.month}), day=day.day, weekday=day.weekday())


def _dated(time: Time, published: datetime.date | None) -> Time:
    """A weekday as the last one before the article; a day with its weekday, where its year is known."""
    if time.weekday >= 0 and not time.day and published is not None:
        return _on(time, published - datetime.timedelta((published.weekday() - time.weekday) % 7))
    if time.day and len(time.months) == 1 and time.weekday < 0:
        year = time.year or (published.year if published else 0)
        try:
            return time._replace(weekday=datetime.date(year, min(time.months), time.day).weekday()) if year else time
        except ValueError:
            return time
    return time


def _bounded(text: str, time: Time) -> Time:
    """A time after "since" or "until" is known by its words only."""
    bound = _BOUND.search(text[: time.start])
    if bound is None:
        return time
    return Time(time.start, time.end, f"{bound.group().split()[0].lower()} {time.words}")

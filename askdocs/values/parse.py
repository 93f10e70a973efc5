"""What words mean as values. When two values are equal and what a question asks for are given on from here.

Values are read by rules, in English, so that the same words always give the same value. ``parse`` reads a short
answer ("33 million shares"), not a paragraph.
"""

from __future__ import annotations

import re

from askdocs.core.answers import Scalar, Value, ValueKind
from askdocs.core.base import Model
from askdocs.values.amounts import figure_readings
from askdocs.values.chinese_numbers import script_dates
from askdocs.values.dates import Found, dates
from askdocs.values.equality import close, equal, normalise_words, same_unit
from askdocs.values.number_words import plain_text
from askdocs.values.numeric_dates import open_date
from askdocs.values.question_types import AnswerKind, matches_kind, question_kind

__all__ = [
    "AnswerKind",
    "ParsedValue",
    "close",
    "equal",
    "matches_kind",
    "normalise_words",
    "parse",
    "parse_result",
    "question_kind",
    "same_unit",
    "stated",
]

# "year ended", "three months ended", "as at": what stands before the last day of a period.
_PERIOD = (
    r"(?:the )?(?:(?:three|six|nine|twelve|3|6|9|12|52|53)[ -](?:months?|weeks?)|(?:fiscal |financial )?"
    r"(?:year|quarter|half|period)s?)[ -](?:ended|ending|to)|as (?:of|at)"
)
LEADING = re.compile(
    rf"^(?:(?:{_PERIOD}|a|an|the|about|around|approximately|approx\.?|roughly|nearly|almost|some|more than|less than|"
    r"fewer than|over|under|up to|at least|at most|as many as|as much as|close to|just|estimated|only|in|on|by|since|"
    r"until|till|from|between|during|of|for|at|worth|total|a total of|fiscal|year|FY|rose|fell|up|down|circa|"
    r"ca\.|rund|etwa|(?:mon|tues|wednes|thurs|fri|satur|sun)day,?)\s+|[~≈><≥≤+(\"'“]\s*)*",
    re.I,
)
# Behind a figure, what makes it part of something else: "12.4-", "1/2", "3:1".
_GOES_ON = re.compile(r"\s*[-−–]\s*$|[/:]\d")
BOOLEAN = re.compile(r"\s*(yes|no|true|false)\b", re.I)


class ParsedValue(Model):
    """What words mean; where they have no one meaning, ``value`` is ``None`` and ``reason`` says why."""

    value: Value | None
    reason: str = ""


# "one of the three banks" names a bank; a count it is only where one is asked for.
_ONE_OF_SEVERAL = re.compile(
    r"(?:only |just )?one of (?:the|its|his|her|their|our|these|those|many|several|two|\w+teen|\d)\b", re.I
)


def parse(text: str, hint: ValueKind | None = None) -> Value | None:
    """Read the value out of the words of an answer; ``None`` where they are no value.

    Without ``hint`` the words must be a value through and through: "33 million shares" is one, "Boeing 737" is not.
    With it, the first value of that kind is found anywhere in the words; "money", "percent" and "number" give a
    range where one stands, and a year counts as a number only where a number is asked for.

    >>> parse("about 33 million shares")
    Value(kind='number', value=33000000, unit='shares', currency=None, precision=None, approximate=True)
    >>> parse("70 to 80%").value, parse("€4bn").currency, parse("late October", "date").value
    ((70, 80), 'EUR', '--10')
    """
    return parse_result(text, hint).value


def parse_result(text: str, hint: ValueKind | None = None) -> ParsedValue:
    """As :func:`parse`, with the reason where there is no value.

    >>> parse_result("1.234 Mio. Euro").reason
    "whether the mark in '1.234' is a decimal one is open"
    """
    text = plain_text(text)
    value = _read(text, hint) if text else None
    return ParsedValue(value=value, reason="" if value is not None else _why_none(text, hint))


def _read(text: str, hint: ValueKind | None) -> Value | None:
    if hint is not None:
        return _hinted(text, hint)
    if _ONE_OF_SEVERAL.match(text):
        return None
    for read in (_list, _boolean, _date_first, _quantity_first):
        value = read(text)
        if value is not None:
            return value
    return None


def _why_none(text: str, hint: ValueKind | None) -> str:
    """Why words have no value: a figure or a date among them that can be read in two ways, or none at all."""
    if not text:
        return "there are no words"
    if hint in (None, "date") and (reason := open_date(text)):
        return reason
    open_figures = [one.reason for one in figure_readings(text) if one.value is None]
    if open_figures:
        return open_figures[0]
    if hint is None and any(_GOES_ON.match(text, one.end) for one in figure_readings(text)):
        return "the figure is part of something else"
    return f"the words hold no {hint}" if hint else "the words are no amount, date, list, yes or no"


def _hinted(text: str, hint: ValueKind) -> Value | None:
    """The first value of the kind that is expected."""
    if hint == "text":
        return Value(kind="text", value=text)
    if hint == "boolean":
        return _boolean(text)
    if hint == "list":
        return _list(text) or Value(kind="list", value=_items(text))
    return next((value for _, value in _found(text, hint)), None)


def _found(text: str, hint: ValueKind) -> list[tuple[int, Value]]:
    """Every date, amount or range of a kind, with where it begins."""
    if hint == "date":
        return [(found.start, found.value) for found in _dates(text)]
    found: list[tuple[int, Value]] = []
    for one in figure_readings(text, money_asked=hint == "money"):
        if one.value is None:  # it may be the one that is meant
            break
        if _family(one.value) == hint or (hint == "range" and one.value.kind == "range"):
            found.append((one.start, one.value))
    return found


def _dates(text: str) -> list[Found]:
    """The dates of a text, in the order of its forms."""
    return [Found(*found) for found in script_dates(text)] or dates(text, expected=True)


def stated(text: str, hint: ValueKind) -> Value | None:
    """The one value of a kind that words state: what they begin with, or all they hold; else ``None``.

    >>> stated("It sold 33 million shares for $317 million", "number").value
    33000000
    >>> stated("It cut its 45 million shares by 33 million", "number") is None
    True
    """
    text = plain_text(text)
    found = _found(text, hint)
    if not found:
        return None
    start, first = found[0]
    return first if _leads(text, start) or all(equal(value, first) for _, value in found) else None


def _family(value: Value) -> str:
    """ "money", "percent" or "number", whether it is one amount or a range of them."""
    if value.kind != "range":
        return value.kind
    if value.currency:
        return "money"
    return "percent" if value.unit in ("percent", "percentage points") else "number"


def _items(text: str) -> tuple[str, ...]:
    """The items of a list written with semicolons, or with commas and "and".

    >>> _items("XPeng, Meituan and JD.com")
    ('XPeng', 'Meituan', 'JD.com')
    """
    if ";" in text:
        parts = text.split(";")
    else:
        parts = re.split(r",\s+(?:and\s+|or\s+)?|\s+(?:and|&)\s+", text)
    return tuple(part.strip() for part in parts if part.strip())


def _list(text: str) -> Value | None:
    """A list as the answers' grammar writes it, its items joined by semicolons."""
    return Value(kind="list", value=_items(text)) if ";" in text else None


def _boolean(text: str) -> Value | None:
    match = BOOLEAN.match(text)
    return Value(kind="boolean", value=match.group(1).lower() in ("yes", "true")) if match else None


def _leads(text: str, start: int) -> bool:
    """Whether a value that starts there is what the words begin with, small words aside."""
    opening = LEADING.match(text)
    return opening is not None and start <= opening.end()


def _date_first(text: str) -> Value | None:
    """A date, where the words are one and nothing else of weight."""
    found = _dates(text)
    if not found or not _leads(text, found[0].start):
        return None
    if (
        found[0].end < len(text)
        and len(found) == 2
        and re.fullmatch(r"\s*(?:-|–|to|and|through)\s*", _between(text, found))
    ):
        ends: tuple[Scalar, ...] = tuple(str(date.value.value) for date in found)
        return Value(kind="range", value=ends, unit="date", precision=found[1].value.precision)
    rest = text[found[0].end :].strip(" .,;:)\"'”")
    bare = found[0].value.precision in ("year", "month", "decade")
    return None if rest and (bare or re.match(r"[A-Za-z]*\d", rest)) else found[0].value


def _between(text: str, found: list[Found]) -> str:
    return text[found[0].end : found[1].start]


def _quantity_first(text: str) -> Value | None:
    """A number, amount or percentage that the words begin with."""
    found = figure_readings(text)
    if not found or not _leads(text, found[0].start) or _GOES_ON.match(text, found[0].end):
        return None
    return found[0].value

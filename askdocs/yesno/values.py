"""Whether a figure or a date of a question is what a sentence states: compared as values, not as words."""

from __future__ import annotations

import datetime
import re
from typing import Literal, NamedTuple

from askdocs.values.amounts import Quantity, quantities
from askdocs.values.dates import dates
from askdocs.yesno.lexicon import agreeing, stem

Bound = Literal["", ">", "<", "~"]

_BOUNDS: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("<", re.compile(
        r"\b(?:(?:less|fewer|lower|smaller|(?:no|not) more) than|below|under|at most|up to)\s*$", re.I
    )),
    (">", re.compile(
        r"\b(?:(?:more|greater|higher|larger|no less|no fewer) than|over|above|at least|upwards of|"
        r"exceed(?:s|ed|ing)?|surpass(?:es|ed)?|topped|beyond)\s*$", re.I
    )),
    ("~", re.compile(
        r"\b(?:about|around|approximately|roughly|nearly|almost|some|close to|just (?:over|under|above|below)|"
        r"(?:an )?estimated|as (?:many|much) as)\s*$", re.I
    )),
)  # fmt: skip
# Words before a figure that was true before, not now: "to 7% from 12%".
_FORMER = re.compile(
    r"\b(?:from|(?:compared|compares) (?:with|to)|against|versus|up on|down on|more than the|previously|earlier|"
    r"instead of|rather than|a year (?:ago|earlier|before))\s*(?:about |some |nearly |around )?$",
    re.I,
)
_ASKS_FORMER = re.compile(
    r"\b(?:before|previous(?:ly)?|earlier|from|had|used to|until|former(?:ly)?|originally)\b", re.I
)
_DAYS = {"day": 1, "week": 7, "fortnight": 14, "month": 30.4, "quarter": 91.3, "year": 365.25, "decade": 3652.5}
_SECONDS = {"hour": 3600, "minute": 60, "second": 1}
_NEAR = 0.06  # of "about 33 million"
_LAST_YEAR = re.compile(r"\b(last|this|next|previous) (?:year|spring|summer|autumn|fall|winter)\b", re.I)


class Figure(NamedTuple):
    """A number at ``[start, end)``, in its smallest unit, from ``low`` to ``high``; of a single one both are the same.

    ``kind`` is "number", "percent", "percentage points", "duration" or a currency; ``units`` are the stems of the
    words behind it; ``former`` is set where it is what was before.
    """

    start: int
    end: int
    kind: str
    low: float
    high: float
    units: tuple[str, ...]
    bound: Bound
    former: bool


class When(NamedTuple):
    """A date at ``[start, end)`` as far as it is known; ``season`` is a quarter or a half ("Q3")."""

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None
    season: str | None


def figures(text: str) -> list[Figure]:
    """Every number, percentage, amount of money and span of time in ``text`` that is no part of a date.

    >>> [(f.kind, f.high, f.bound) for f in figures("It sold more than 30 million shares for $317m in 2023.")]
    [('number', 30000000.0, '>'), ('USD', 317000000.0, '')]
    """
    taken = [(date.start, date.end) for date in whens(text)]
    found = []
    for quantity in quantities(text):
        value = quantity.value
        if any(start < quantity.end and quantity.start < end for start, end in taken):
            continue
        if isinstance(value.value, tuple) and re.search(r"\bfrom\s*$", text[: quantity.start]):
            found += _moved(text, quantity)
            continue
        numbers = value.value if isinstance(value.value, tuple) else (value.value, value.value)
        low, high = (float(number) for number in numbers)
        units = tuple(stem(word) for word in re.findall(r"\w+", value.unit or ""))
        kind = value.currency or (value.unit if value.unit in ("percent", "percentage points") else "number")
        if units[:1] == ("pound",) and max(low, high) >= 1000:  # rather money than weight
            kind, units = "GBP", units[1:]
        length = next((word for word in units[:1] if word in _DAYS or word in _SECONDS), None)
        if length is not None:
            factor = _DAYS[length] * 86400 if length in _DAYS else _SECONDS[length]
            kind, low, high = "duration", low * factor, high * factor
        before = text[: quantity.start].rstrip("$€£¥ ")
        bound: Bound = next((sign for sign, pattern in _BOUNDS if pattern.search(before)), "")
        opening = re.sub(r"(?:about|around|nearly|almost|some|roughly|more than|over)\s*$", "", before)
        former = _FORMER.search(opening) is not None
        found.append(Figure(quantity.start, quantity.end, kind, low, high, units, bound, former))
    return found


def _moved(text: str, quantity: Quantity) -> list[Figure]:
    """What "from 12% to 7%" says: what was before, and what is now.

    >>> [(f.high, f.former) for f in figures("cut its stake from 12% to 7%")]
    [(12.0, True), (7.0, False)]
    """
    value = quantity.value
    before, now = value.value if isinstance(value.value, tuple) else (0, 0)
    kind = value.currency or (value.unit if value.unit in ("percent", "percentage points") else "number")
    units = tuple(stem(word) for word in re.findall(r"\w+", value.unit or ""))
    middle = quantity.start + text[quantity.start : quantity.end].rfind("to")
    return [
        Figure(quantity.start, max(quantity.start, middle - 1), kind, float(before), float(before), units, "", True),
        Figure(min(middle + 3, quantity.end), quantity.end, kind, float(now), float(now), units, "", False),
    ]


def comparable(asked: Figure, stated: Figure, alone: bool) -> bool:
    """Whether two figures count the same kind of thing; ``alone`` where no other of the kind is stated."""
    if _family(asked.kind) != _family(stated.kind):
        return False
    if asked.kind != "number" or not asked.units or not stated.units or alone:
        return True
    return any(one == other or agreeing(one, other) for one in asked.units for other in stated.units)


def _family(kind: str) -> str:
    return "money" if kind.isupper() else kind


def holds(asked: Figure, stated: Figure) -> bool:
    """Whether what is stated makes what is asked true.

    >>> [stated] = figures("about 33 million shares")
    >>> [holds(figures(f"{words} shares")[0], stated) for words in ("33,000,000", "more than 30 million", "23 million")]
    [True, True, False]
    """
    if asked.kind != stated.kind:
        return False
    if asked.bound == ">":
        return stated.low >= asked.high * (1 + 1e-9) or (stated.bound == ">" and _same(stated.low, asked.high))
    if asked.bound == "<":
        return stated.high <= asked.low * (1 - 1e-9) or (stated.bound == "<" and _same(stated.high, asked.low))
    near = _NEAR if asked.bound == "~" else 0.0
    return _same(asked.low, stated.low, near) and _same(asked.high, stated.high, near)


def _same(one: float, other: float, near: float = 0.0) -> bool:
    return abs(one - other) <= max(near, 1e-9) * max(abs(one), abs(other))


def asks_former(question: str) -> bool:
    """Whether a question is on what was before."""
    return _ASKS_FORMER.search(question) is not None


def whens(text: str, published: datetime.date | None = None) -> list[When]:
    """Every date in ``text``, "last year" by the day it was published.

    >>> [(w.year, w.month) for w in whens("In May 2023, and last year", datetime.date(2023, 6, 1))]
    [(2023, 5), (2022, None)]
    """
    found = []
    for date in dates(text, expected=True):
        words = text[date.start : date.end]
        if words.lower() in ("may", "march") and (not words[0].isupper() or date.start == 0):
            continue
        parts = re.fullmatch(r"(-|\d{4})?(?:/\d{4})?s?(?:-(Q\d|H\d)|-(\d\d))?(?:-(\d\d))?", str(date.value.value))
        if parts is None:
            continue
        year, season, month, day = parts.groups()
        found.append(
            When(date.start, date.end, int(year) if year and year != "-" else None, int(month) if month else None,
                 int(day) if day else None, season)
        )  # fmt: skip
    if published is not None:
        for match in _LAST_YEAR.finditer(text):
            year_meant = published.year + {"next": 1, "this": 0}.get(match.group(1).lower(), -1)
            found.append(When(match.start(), match.end(), year_meant, None, None, None))
    return sorted(found)


def agrees(asked: When, stated: When) -> bool | None:
    """Whether two dates agree in all that both say; ``None`` where they have nothing in common.

    >>> agrees(whens("in August 2023")[0], whens("on 3 August 2023")[0]), agrees(whens("2023")[0], whens("2022")[0])
    (True, False)
    """
    pairs = [(a, b) for a, b in zip(asked[2:], stated[2:], strict=True) if a is not None and b is not None]
    return all(a == b for a, b in pairs) if pairs else None

"""Reads dates out of words, as far as they are known: "mid-November 2023", "Q3 2023", "Nov. 17", "2023".

dateparser fills what is missing from today's date and knows no parts of months and no quarters, so the forms that news
and accounts use are read here. Dates in numbers are of ``numeric_dates``.
"""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

from askdocs.core.answers import Value
from askdocs.text.english import MONTH, MONTHS, WEEKDAY
from askdocs.values.numeric_dates import numeric_dates

ORDER = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
    "final": 4,
    "last": 4,
}
PARTS = {
    "early": "early", "beginning of": "early", "start of": "early", "mid": "mid", "middle of": "mid", "late": "late",
    "end of": "late",
}  # fmt: skip
PART_DAYS = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}

_MONTH = rf"(?P<month>{MONTH})\b\.?"
_YEAR = r"(?P<year>1\d{3}|20\d\d)(?![\d,.]*\d)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_PART = r"(?:(?:the )?(?P<part>early(?: in)?|mid|late(?: in)?|beginning of|start of|middle of|end of)[\s-]+)?"
_FISCAL = r"(?:(?:fiscal|financial)(?: year)? ?|[FC]Y ?)"

FORMS = tuple(
    re.compile(form, re.I)
    for form in (
        r"(?<![\d-])(?P<year>\d{4})[-/](?P<month_number>[01]\d)[-/](?P<day>[0-3]\d)(?!\d)",
        rf"\b{_DAY}(?: of)?[ -]{_MONTH}(?:,?[ -]{_YEAR})?",
        rf"\b{_MONTH} {_DAY}\b(?!\d|:|%| (?:percent|million|billion))(?:,? {_YEAR})?",
        rf"\b{_PART}{_MONTH}(?:,?(?: of)? {_YEAR})",
        rf"\b(?:the )?(?P<part>early|mid|late|beginning of|start of|middle of|end of)[\s-]+{_MONTH}",
        rf"\b{_FISCAL}?(?P<fiscal>(?:19|20)\d\d(?:/(?:20)?|[–-])\d\d)(?![\d/–-])",
        rf"\b{_FISCAL}{_YEAR}[ -]?(?P<quarter>Q[1-4])\b",
        rf"\b{_FISCAL}{_YEAR}[ -]?(?P<half>H[12])\b",
        rf"\b(?P<quarter>Q[1-4]|[1-4]Q)(?:[ -]?(?:of )?{_FISCAL}?(?:{_YEAR}|['’]?(?P<short>\d\d)\b))?",
        rf"\b(?P<order>first|second|third|fourth|final|last|1st|2nd|3rd|4th)[ -](?P<what>quarter|half)"
        rf"(?:(?: of)?(?: the)?(?: fiscal| financial)?(?: year)? {_YEAR})?",
        rf"\b(?P<half>H[12]|[12]H)(?:[ -]?(?:of )?{_FISCAL}?(?:{_YEAR}|['’]?(?P<short>\d\d)))?\b",
        rf"\b{_YEAR}[ -](?P<quarter>Q[1-4])\b",
        r"(?<![\d-])(?P<year>\d{4})-(?P<month_number>0[1-9]|1[0-2])(?![\d-])",
        r"\b(?:the )?(?P<decade>1\d{3}|20\d\d)s\b",
        rf"(?<!\d[./])\b{_PART}{_YEAR}(?!\s*(?:%|percent\b|million\b|billion\b))",
        rf"\b{_FISCAL}(?:{_YEAR}|['’]?(?P<short>\d\d)\b)",
    )
)
BARE_MONTH = re.compile(rf"\b{_MONTH}", re.I)
RELATIVE = re.compile(
    rf"\b(?:{WEEKDAY}|today|yesterday|tomorrow|(?:last|next|this) (?:week|month|quarter|year)|\d+ (?:days|weeks|months|"
    r"years) (?:ago|later)|(?:one|two|three|four|five|ten) (?:days|weeks|months|years) (?:ago|later))\b",
    re.I,
)
AROUND = re.compile(r"\b(?:about|around|circa|c\.|by|before|after|since|until)\s*$", re.I)


class Found(NamedTuple):
    """A date found at ``[start, end)``."""

    start: int
    end: int
    value: Value


def dates(text: str, expected: bool = False, *, day_first: bool | None = None) -> list[Found]:
    """Every date in ``text``, in order. ``expected`` reads also a lone month ("May") and numeric dates.

    ``day_first`` is what ``03/04/2024`` means; with ``None`` such a date is left out.

    >>> [(d.value.value, d.value.precision) for d in dates("mid-November 2023, Q3 2023, Nov. 17")]
    [('2023-11', 'part of month'), ('2023-Q3', 'quarter'), ('--11-17', 'day')]
    """
    found: list[Found] = []
    for form in (*FORMS, *((BARE_MONTH,) if expected else ())):
        for match in form.finditer(text):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            value = _value(match.groupdict(), text[: match.start()])
            if value is not None:
                found.append(Found(match.start(), match.end(), value))
    if expected and not found:
        for one in numeric_dates(text, day_first):
            if one.day is not None:
                value = Value(kind="date", value=one.day.isoformat(), precision="day")
                found.append(Found(one.start, one.end, value))
    return sorted(found)


def _value(groups: dict[str, str | None], before: str) -> Value | None:
    """The date of one match; ``None`` where its day or month does not exist."""
    approximate = bool(re.search(r"\b(?:about|around|circa|c\.)\s*$", before, re.I))
    year = groups.get("year") or (f"20{groups['short']}" if groups.get("short") else None)
    if groups.get("decade"):
        return Value(kind="date", value=f"{groups['decade']}s", precision="decade", approximate=approximate)
    if groups.get("fiscal"):
        return _fiscal_year(groups["fiscal"] or "", approximate)
    season = _season(groups)
    if season:
        precision = "quarter" if season[0] == "Q" else "half"
        return Value(kind="date", value=f"{year or '-'}-{season}", precision=precision, approximate=approximate)
    part = PARTS[re.sub(r" in$", "", (groups["part"] or "").lower())] if groups.get("part") else None
    month = _month(groups)
    if month is None:
        precision = "part of year" if part else "year"
        return Value(kind="date", value=str(year), unit=part, precision=precision, approximate=approximate)
    value = f"{year or '-'}-{month:02d}"
    if not groups.get("day"):
        precision = "part of month" if part else "month"
        return Value(kind="date", value=value, unit=part, precision=precision, approximate=approximate)
    try:
        datetime.date(int(year or 2024), month, int(groups["day"] or 0))
    except ValueError:
        return None
    return Value(kind="date", value=f"{value}-{int(groups['day'] or 0):02d}", precision="day", approximate=approximate)


def _fiscal_year(written: str, approximate: bool) -> Value | None:
    """ "2023/24" as "2023/2024", a year across two; ``None`` where they do not follow each other."""
    first, second = int(written[:4]), int(written[-2:])
    if second != (first + 1) % 100 or (written[4] == "-" and second <= 12):  # "2011-12" is December 2011
        return None
    return Value(kind="date", value=f"{first}/{first + 1}", precision="year", approximate=approximate)


def _month(groups: dict[str, str | None]) -> int | None:
    if groups.get("month_number"):
        number = int(groups["month_number"] or 0)
        return number if 1 <= number <= 12 else None
    return MONTHS[(groups["month"] or "").lower()] if groups.get("month") else None


def _season(groups: dict[str, str | None]) -> str | None:
    """ "Q3" or "H1", from a quarter or a half in any of its forms."""
    for name, letter in (("quarter", "Q"), ("half", "H")):
        if groups.get(name):
            return letter + re.sub(r"\D", "", groups[name] or "")
    if groups.get("order"):
        number = ORDER[(groups["order"] or "").lower()]
        if groups.get("what", "") == "quarter":
            return f"Q{number}"
        return f"H{min(number, 2)}" if number <= 2 or groups["order"] in ("final", "last") else None
    return None

"""Years, quarters, halves, months and days as headers and questions name them: "FY24", "Q3 2024", "31 March 2024"."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import NamedTuple

from askdocs.text.english import MONTH, MONTHS


class Period(NamedTuple):
    """A span of time named at ``[start, end)`` of a text.

    ``year`` is 0 where none is named, and that of the end for "2023/24", which is ``split``. ``part`` is "Q1" to "Q4",
    "H1", "H2", "9M", a month "01" to "12", or a day "03-31"; empty for a whole year.
    """

    start: int
    end: int
    year: int
    part: str
    split: bool = False


_YEAR = r"(?P<year>(?:19|20)\d\d)(?:\s?[/–-]\s?(?P<last>(?:19|20)?\d\d)(?!\d))?"
_SHORT = r"(?:FY|CY)\s?['’]?(?P<short>\d\d)(?:\s?[/–-]\s?(?P<short_last>\d\d))?(?!\d)"
_QUARTER = r"(?P<quarter>Q[1-4]|[1-4]Q|(?:first|second|third|fourth|1st|2nd|3rd|4th)[ -]quarter)"
_HALF = r"(?P<half>H[12]|[12]H|(?:first|second|1st|2nd)[ -]half)"
_MONTHS_LONG = r"(?P<months>9M|nine[ -]months)"
_SEASON = rf"(?:{_QUARTER}|{_HALF}|{_MONTHS_LONG})"
_JOIN = r"[\s,'’-]*(?:of\s+|to\s+|ended\s+)?(?:the\s+)?(?:financial\s+year\s+|fiscal\s+|FY\s?|CY\s?)?"
_TWO = r"['’]?(?P<two>\d\d)(?!\d)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<![\w.,]){_SEASON}{_JOIN}(?:{_YEAR}|{_TWO})\w?\b",
        rf"(?<![\w.,])(?:FY|CY)?\s?{_YEAR}[\s-]?{_SEASON}\b",
        rf"(?<![\w.,])(?P<day>[0-3]?\d)(?:st|nd|rd|th)?[ -](?:of )?(?P<month>{MONTH})\b\.?(?:[ ,-]+{_YEAR})?",
        rf"\b(?P<month>{MONTH})\b\.? (?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b(?!\d)(?:,? {_YEAR})?",
        rf"\b(?P<month>{MONTH})\b\.?[ ,'’-]*(?:{_YEAR}|{_TWO})\b",
        r"(?<![\w.,-])(?P<year>(?:19|20)\d\d)-(?P<month_number>0[1-9]|1[0-2])(?:-(?P<day>[0-3]\d))?(?![\w-])",
        rf"(?<![\w.,$€£]){_SHORT}\w?\b",
        rf"(?<![\w.,$€£])(?:FY|CY)?\s?{_YEAR}[AEFPR]?(?![\w%]|[.,]\d)",
        rf"\b{_SEASON}\b",
        rf"\b(?:in|for|of|by|since|until)\s(?P<month>{MONTH})\b|^(?P<alone>{MONTH})\.?$",
        rf"\b(?-i:(?=[A-Z]))(?P<month>{MONTH})\b(?!['’])",
    )
)
# Nearly all cells of a table name no period, and a dozen patterns take a while to say so.
_MAYBE = re.compile(
    rf"(?:19|20)\d\d|['’]\d\d|\b(?:FY|CY|Q[1-4]|[1-4]Q|H[12]|[12]H|9M|nine)|quarter|half|\b{MONTH}\b|{MONTH}[-'’ ]?\d",
    re.IGNORECASE,
)
_ORDER = {"first": "1", "second": "2", "third": "3", "fourth": "4"}


@functools.lru_cache(maxsize=16_384)
def periods(text: str) -> tuple[Period, ...]:
    """Every period that a text names, in order, without overlaps.

    >>> [(period.year, period.part) for period in periods("Q3 2024, FY24, 31 March 2023 and the first half")]
    [(2024, 'Q3'), (2024, ''), (2023, '03-31'), (0, 'H1')]
    >>> [(period.year, period.split) for period in periods("2023/24 against 2024")]
    [(2024, True), (2024, False)]
    """
    if not _MAYBE.search(text):
        return ()
    found: list[Period] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if not any(match.start() < other.end and other.start < match.end() for other in found):
                found.append(_period(match))
    return tuple(sorted(found))


def merged(labels: Iterable[str]) -> Period | None:
    """The period that labels over each other name together: "2024" over "Q3" is the third quarter of 2024.

    >>> merged(["Year ended 31 March", "2024"])[2:4], merged(["2024", "Q3"])[2:4], merged(["Cloud"])
    ((2024, '03-31'), (2024, 'Q3'), None)
    """
    named = [period for label in labels for period in periods(label)]
    if not named:
        return None
    year = next((period for period in reversed(named) if period.year), None)
    part = next((period.part for period in reversed(named) if period.part), "")
    return Period(0, 0, year.year if year else 0, part, bool(year and year.split))


def _period(match: re.Match[str]) -> Period:
    groups = match.groupdict()
    year, split = _year(groups)
    return Period(match.start(), match.end(), year, _part(groups), split)


def _year(groups: dict[str, str | None]) -> tuple[int, bool]:
    if groups.get("year"):
        year = int(groups["year"] or 0)
        last = groups.get("last")
        if not last:
            return year, False
        return (year // 100 * 100 + int(last) if len(last) == 2 else int(last)), True
    short = groups.get("short_last") or groups.get("short") or groups.get("two")
    return (2000 + int(short) if short else 0), bool(groups.get("short_last"))


def _part(groups: dict[str, str | None]) -> str:
    for name, letter in (("quarter", "Q"), ("half", "H")):
        if groups.get(name):
            words = (groups[name] or "").lower()
            ordinal = next((digit for word, digit in _ORDER.items() if word in words), "") or re.sub(r"\D", "", words)
            return letter + ordinal
    if groups.get("months"):
        return "9M"
    month = groups.get("month") or groups.get("alone")
    number = MONTHS[month.lower()] if month else int(groups.get("month_number") or 0)
    if not number:
        return ""
    day = groups.get("day")
    return f"{number:02d}-{int(day):02d}" if day else f"{number:02d}"

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
_LENGTH = r"(?P<length>quarter|half[ -]year|(?:three|six|nine|twelve|3|6|9|12)[ -]months?|(?:financial |fiscal )?year)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b{_LENGTH}s?,?\s+(?:period\s+)?(?:ended|ending|to|through)\s+(?:{_DAY}[ -](?:of )?(?P<month>{MONTH})\b\.?|"
        rf"(?P<alone>{MONTH})\b\.?(?:\s(?P<after>[0-3]?\d)(?:st|nd|rd|th)?(?!\d))?)(?:[ ,-]+{_YEAR})?",
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
    rf"(?:19|20)\d\d|['’]\d\d|\b(?:FY|CY|Q[1-4]|[1-4]Q|H[12]|[12]H|9M|nine)|quarter|half|months|year|"
    rf"\b{MONTH}\b|{MONTH}[-'’ ]?\d",
    re.IGNORECASE,
)
_WHOLE_YEAR = re.compile(r"\byears?,? (?:ended|ending|to)\b|\b(?:financial|fiscal|full) year\b", re.IGNORECASE)
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

    >>> merged(["Three months ended 30 September", "2024"])[2:4], merged(["2024", "Q3"])[2:4], merged(["Cloud"])
    ((2024, 'Q3'), (2024, 'Q3'), None)
    """
    labels = list(labels)
    named = [period for label in labels for period in periods(label)]
    if not named:
        return None
    year = next((period for period in reversed(named) if period.year), None)
    parts = [period.part for period in reversed(named) if period.part]
    is_whole = any(_WHOLE_YEAR.search(label) for label in labels)
    part = next((one for one in parts if not one[0].isdigit() or one == "9M"), "" if is_whole else (parts or [""])[0])
    return Period(0, 0, year.year if year else 0, part, bool(year and year.split))


def _period(match: re.Match[str]) -> Period:
    groups = match.groupdict()
    year, split = _year(groups)
    return Period(match.start(), match.end(), year, _part(groups), split)


def _part_of(length: str, month: int) -> str:
    """The part of a year that ends with a month: "three months" to September are the third quarter."""
    length = length.lower()
    if "year" in length and "half" not in length:
        return ""
    if re.match(r"nine|9", length):
        return "9M"
    if re.match(r"quarter|three|3", length):
        return f"Q{-(-month // 3)}"
    return "" if re.match(r"twelve|12", length) else f"H{1 if month <= 6 else 2}"


def same_part(one: str, other: str) -> bool:
    """Whether two parts of a year may be meant by each other: a month and a day of it, a quarter and its last day.

    >>> same_part("06-30", "Q2"), same_part("06", "06-30"), same_part("Q1", "Q2")
    (True, True, False)
    """
    return bool(_senses(one) & _senses(other))


def _senses(part: str) -> set[str]:
    month, _, day = part.partition("-")
    senses = {part, month}
    if day and int(day) >= 28 and int(month) % 3 == 0:
        senses |= {f"Q{int(month) // 3}", *({f"H{int(month) // 6}"} if int(month) % 6 == 0 else ())}
    return senses


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
    if groups.get("length"):
        last = MONTHS[(groups.get("month") or groups.get("alone") or "").lower()]
        return _part_of(groups["length"] or "", last)
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

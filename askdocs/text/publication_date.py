"""The day an article was published: what a date field, a file's name or a date in words says, and nothing guessed."""

from __future__ import annotations

import datetime
import re

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:19|20)\d\d(?![\d%])"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,? )?"
_FIGURES = "|".join(
    rf"(?:19|20)\d\d{mark}[01]?\d{mark}[0-3]?\d(?!\d)|[0-3]?\d{mark}[0-3]?\d{mark}(?:19|20)\d\d(?!\d)"
    for mark in ("-", "/", r"\.")
)
# A date as articles write it, in any case; one of figures alone may turn out to be ambiguous.
DATE = (
    rf"(?:{_WEEKDAY}(?:{_DAY}(?:st|nd|rd|th)?(?: of)?[ -]{_MONTH},?[ -]{_YEAR}"
    rf"|{_MONTH} {_DAY}(?:st|nd|rd|th)?,? {_YEAR})|{_FIGURES})"
)

_WORDED = [
    re.compile(rf"{_WEEKDAY}{form}", re.IGNORECASE)
    for form in (
        rf"(?P<day>{_DAY})(?:st|nd|rd|th)?(?: of)?[ -](?P<month>{_MONTH}),?[ -](?P<year>{_YEAR})",
        rf"(?P<month>{_MONTH}) (?P<day>{_DAY})(?:st|nd|rd|th)?,? (?P<year>{_YEAR})",
    )
]
_ISO_DATE = re.compile(r"((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)")
_COMPACT_DATE = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_AMBIGUOUS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}\b")
_HAS_DAY_AND_YEAR = re.compile(r"(?=.*\b\d{4}\b)(?=.*\b\d{1,2}(?:st|nd|rd|th)?\b)", re.DOTALL)
# Seconds or milliseconds since 1970, from 2001 to 2033; an eight-digit number is a date instead.
_UNIX_TIME = re.compile(r"(1\d{9})(?:\d{3})?(?:\.\d+)?")


def parse_date(text: str) -> datetime.date | None:
    """The day that ``text`` names, or ``None`` where it names none for certain: nothing is guessed.

    >>> parse_date("2024-03-05T10:00:00Z"), parse_date("5 March 2024")
    (datetime.date(2024, 3, 5), datetime.date(2024, 3, 5))
    >>> parse_date("03/04/2024"), parse_date("yesterday"), parse_date("March 2024")
    (None, None, None)
    """
    text = text.strip()[:100]
    if found := _ISO_DATE.match(text) or _COMPACT_DATE.fullmatch(text):
        return _day(*map(int, found.groups()))
    for form in _WORDED:
        if found := form.fullmatch(text):
            return _day(int(found["year"]), 1 + _MONTHS.index(found["month"][:3].lower()), int(found["day"]))
    if found := _UNIX_TIME.fullmatch(text):
        return datetime.datetime.fromtimestamp(int(found[1]), datetime.UTC).date()
    if not _HAS_DAY_AND_YEAR.match(text) or _is_ambiguous(text):
        return None
    import dateparser

    settings = {"STRICT_PARSING": True, "REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
    moment = dateparser.parse(text, languages=["en"], settings=settings)
    return moment.date() if moment else None


def date_in_name(name: str) -> datetime.date | None:
    """The date a file name begins with, as blogs and archives name their files.

    >>> date_in_name("2024-03-05-sales-rise.md")
    datetime.date(2024, 3, 5)
    """
    found = _ISO_DATE.match(name)
    return _day(*map(int, found.groups())) if found else None


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _is_ambiguous(text: str) -> bool:
    found = _AMBIGUOUS.search(text)
    return found is not None and int(found[1]) <= 12 and int(found[2]) <= 12 and found[1] != found[2]

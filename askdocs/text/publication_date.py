"""The day an article was published, and nothing guessed: from a date field, a file's name or the lines around a story.

Of an article's lines only what stands around the story is looked at (a marked line, a byline, a dateline or a line of
its own), never a date in running prose: a day that is wrong hides an article from the questions it answers, a day
that is missing only from those that ask for a time. Where lines of one kind name different days, no day is given.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from askdocs.text.english import FULL_MONTH, MONTH, MONTHS, WEEKDAY

_MONTH = rf"{MONTH}\b\.?"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:19|20)\d\d(?![\d%])"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,? )?"
_FIGURES = "|".join(
    rf"(?:19|20)\d\d{mark}[01]?\d{mark}[0-3]?\d(?!\d)|[0-3]?\d{mark}[0-3]?\d{mark}(?:19|20)\d\d(?!\d)"
    for mark in ("-", "/", r"\.")
)
# A date as articles write it, in any case; one of figures alone may turn out to be ambiguous.
_DATE_FORM = (
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

# So many lines, title and all, are looked at for where a story begins.
FIRST_LINES = 6
# A longer line is a paragraph; of those only a dateline is taken.
LONGEST = 160
_LONGEST_LOOKED_AT = 400

_MARKUP = re.compile(r"[*_`]+|^[\s>#•-]+")
_DATE = rf"(?P<date>{_DATE_FORM})"
_PUBLISHED = (
    r"(?:(?:first |originally )?(?:published|posted|issued)|(?:publication |publish )?date(?: (?:published|posted))?)"
)
_UPDATED = r"(?:(?:last )?(?:updated|modified|revised)|last update)"
_AFTER_MARK = r"(?:\s*[:|–—-]\s*|\s+)(?:on\s+)?"
_CLOCK = (
    r"(?:T|,?\s+(?:at\s+|[|·–—-]\s+)?)\d{1,2}[:.]\d\d(?:[:.]\d\d(?:\.\d+)?)?"
    r"(?:\s*[ap]\.?m\b\.?)?(?:\s*(?:Z|[+-]\d\d:?\d\d|\(?[A-Z]{2,5}\)?)(?!\w))?"
)
# Behind a date: nothing, a clock, or what is set off from it; not the rest of a sentence.
_TAIL = rf"(?:{_CLOCK})?(?:\W*$|\s*[|·•]|\s+[–—(/-]|,?\s+(?:by|updated|last updated|published)\b)"

_CAPITAL = r"(?-i:[A-ZÀ-ÖØ-Þ])"
_NO_NAME = rf"(?!(?:{WEEKDAY}|{FULL_MONTH})\b)"
_NAME = (
    r"(?!(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|"
    r"october|november|december)\b)"
)
_NAME = (
    rf"(?:{_CAPITAL}[\w.'’-]*|and|&|de|del|di|da|van|von|der|den|la|le|du|of|the|for|in|at|our|staff|writer|"
    r"reporter|correspondent|editor)"
)
_NAMES = rf"{_NO_NAME}{_CAPITAL}[\w.'’-]*(?:,? {_NAME}){{0,12}}"
_BYLINE = rf"(?:(?:words|story|report|reporting|written) )?by:? {_NAMES}(?:,?\s+(?:[|·•–—(/-]\s*)?(?:on\s+)?)"

_AGENCY = r"(?:\([^()\n]{2,40}\)|/[^/\n]{2,40}/)"
_STATE = rf"(?:, {_CAPITAL}[\w.]+(?: {_CAPITAL}[\w.]+)?)?"
_CITY = rf"(?-i:[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.'’-]+(?:[ /][A-ZÀ-ÖØ-Þ.'’-]+){{0,4}}){_STATE}"
_PLACE = rf"(?!(?:in|on|at|by|from|until|after|before)\b){_CAPITAL}[\w.'’-]+(?: {_CAPITAL}[\w.'’-]+){{0,3}}{_STATE}"
_DASH = r"(?:\s*[–—]|\s*--|\s+-(?=\s))"


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_MARKED = _form(rf"{_PUBLISHED}{_AFTER_MARK}{_DATE}{_TAIL}")
_MARKED_UPDATED = _form(rf"{_UPDATED}{_AFTER_MARK}{_DATE}{_TAIL}")
_BY = _form(rf"{_BYLINE}(?:{_PUBLISHED}{_AFTER_MARK})?{_DATE}{_TAIL}")
# A place in capitals is a dateline's own; another needs its agency beside it.
_DATELINES = (
    _form(rf"{_CITY}(?: ?{_AGENCY})?,?(?:{_DASH})?\s{_DATE}(?:,?(?:{_DASH})?\s*{_AGENCY})?(?:{_DASH}|:\s)"),
    _form(rf"{_PLACE},?\s{_DATE},?(?:{_DASH})?\s*{_AGENCY}{_DASH}"),
    _form(rf"{_PLACE} ?{_AGENCY},?(?:{_DASH})?\s{_DATE}{_DASH}"),
)
_ALONE = _form(rf"{_DATE}(?:{_CLOCK})?(?:\W*$|\s*[,|·•–—-]?\s*by\s.{{2,80}}$)")


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
            return _day(int(found["year"]), MONTHS[found["month"].rstrip(".").lower()], int(found["day"]))
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


def date_in_lines(lines: Sequence[str]) -> datetime.date | None:
    """The day that the first lines of an article, or a marked last one, say it was published.

    >>> date_in_lines(["Sales rise", "*By Nils Aune, 3 December 2024*", "They rose on 2 December 2024."])
    datetime.date(2024, 12, 3)
    >>> date_in_lines(["Sales rise", "They rose on 2 December 2024, Nils Aune said."])
    """
    plain = [_plain(line) for line in lines]
    first = plain[:FIRST_LINES]
    alone = [line for line, bare in zip(lines, plain, strict=True) if _ALONE.match(bare) and not line.startswith("#")]
    kinds = (
        ((_MARKED,), _short([*first, *plain[-1:]])),
        ((_BY,), _short(first)),
        (_DATELINES, first),
        ((_ALONE,), _short(first) if len(alone) == 1 and alone[0] in lines[:FIRST_LINES] else []),
        ((_MARKED_UPDATED,), _short([*first, *plain[-1:]])),
    )
    for forms, where in kinds:
        if days := {day for line in where for form in forms if (day := _day_of(form, line))}:
            return days.pop() if len(days) == 1 else None
    return None


def _plain(line: str) -> str:
    return _MARKUP.sub("", line[:_LONGEST_LOOKED_AT]).strip()


def _short(lines: list[str]) -> list[str]:
    return [line for line in lines if len(line) <= LONGEST]


def _day_of(form: re.Pattern[str], line: str) -> datetime.date | None:
    found = form.match(line)
    return parse_date(found["date"]) if found else None

"""Dates and times of a workbook as they are shown."""

from __future__ import annotations

import datetime
import functools
import re

_SKIPPED = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_LETTERS = re.compile(r"(?i)[ymdhs]|AM/PM|A/P")
_TOKENS = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<elapsed>h+|m+|s+)\]|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<noon>AM/PM|A/P)|(?P<unit>y+|m+|d+|h+|s+|e+)|\.(?P<part>0+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LAST_DAY = 2_958_465  # 31 December 9999


@functools.lru_cache(maxsize=512)
def is_date_format(code: str) -> bool:
    """Whether a format code shows dates or times.

    >>> [is_date_format(code) for code in ("d/m/yy", "[h]:mm", '0.0 "days"', "General", "[Red]0")]
    [True, True, False, False, False]
    """
    first = _SKIPPED.sub("", code.split(";")[0])
    if "general" in first.lower() or re.search(r"[0#?]", re.sub(r"(?i)(?<=s)\]?\.0+", "", first)):
        return False
    return bool(_LETTERS.search(first))


def shown_date(value: float, code: str, since_1904: bool = False) -> str:
    """A day number under a format code; "" where it is none of a date.

    >>> shown_date(45356.604166666664, "ddd d mmm yyyy h:mm AM/PM"), shown_date(1.5, "[h]:mm")
    ('Tue 5 Mar 2024 2:30 PM', '36:00')
    """
    code = code.split(";")[0] if '"' not in code else re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)[0]
    tokens = [(found.lastgroup or "other", found[found.lastgroup or "other"]) for found in _TOKENS.finditer(code)]
    part = max((len(text) for kind, text in tokens if kind == "part"), default=0)
    moment = _moment(value, since_1904, part)
    if moment is None:
        return ""
    half_days = any(kind == "noon" for kind, _ in tokens)
    shown = []
    for place, (kind, text) in enumerate(tokens):
        if kind == "unit":
            shown.append(_unit(moment, text.lower(), _is_minutes(tokens, place), half_days))
        elif kind == "elapsed":
            shown.append(_elapsed(value, text.lower()))
        elif kind == "noon":
            names = ("AM", "PM") if len(text) > 3 else ("A", "P")
            shown.append(names[moment.hour >= 12])
        elif kind == "part":
            shown.append("." + f"{moment.microsecond:06d}"[: len(text)])
        elif kind in ("quoted", "escaped", "other"):
            shown.append("" if text == "@" else text)
        elif kind == "space":
            shown.append(" ")
    return " ".join("".join(shown).split())


def _moment(value: float, since_1904: bool, part: int) -> datetime.datetime | None:
    if not 0 <= value <= _LAST_DAY:
        return None
    if since_1904:
        begin = datetime.datetime(1904, 1, 1)
    else:  # day 60 is 29 February 1900, which never was
        begin = datetime.datetime(1899, 12, 30) if value >= 60 else datetime.datetime(1899, 12, 31)
    seconds = round(value * 86400, min(part, 6))
    try:
        return begin + datetime.timedelta(seconds=seconds)
    except OverflowError:
        return None


def _is_minutes(tokens: list[tuple[str, str]], place: int) -> bool:
    """Whether "m" at this place means minutes: it follows hours, or seconds follow it."""
    if tokens[place][1].lower() not in ("m", "mm"):
        return False
    before = [text.lower() for kind, text in tokens[:place] if kind in ("unit", "elapsed")]
    after = [text.lower() for kind, text in tokens[place + 1 :] if kind in ("unit", "elapsed")]
    return bool((before and before[-1][0] == "h") or (after and after[0][0] == "s"))


def _unit(moment: datetime.datetime, text: str, minutes: bool, half_days: bool) -> str:
    letter, size = text[0], len(text)
    if letter in "ye":
        return f"{moment.year:04d}" if size > 2 or letter == "e" else f"{moment.year % 100:02d}"
    if letter == "m" and not minutes:
        name = _MONTHS[moment.month - 1]
        return {1: str(moment.month), 2: f"{moment.month:02d}", 3: name[:3], 5: name[0]}.get(size, name)
    if letter == "d":
        name = _DAYS[moment.weekday()]
        return {1: str(moment.day), 2: f"{moment.day:02d}", 3: name[:3]}.get(size, name)
    hour = (moment.hour % 12 or 12) if half_days else moment.hour
    number = {"m": moment.minute, "h": hour, "s": moment.second}[letter]
    return f"{number:02d}" if size > 1 else str(number)


def _elapsed(value: float, text: str) -> str:
    seconds = round(value * 86400)
    number = seconds // {"h": 3600, "m": 60, "s": 1}[text[0]]
    return str(number).rjust(len(text), "0")

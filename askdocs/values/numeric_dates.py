"""Dates in numbers alone, "03/04/2024": day-first or month-first as the other dates of a file show."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import NamedTuple

_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/-]|\.\d)")
_CENTURY_ENDS = 70  # "70" and later are of the last century


class NumericDate(NamedTuple):
    """A date at ``[start, end)``; ``day`` is ``None`` where day and month could be either way round."""

    start: int
    end: int
    day: datetime.date | None


def numeric_dates(text: str, day_first: bool | None = None) -> list[NumericDate]:
    """Every date in numbers that exists. Between points the day is first; elsewhere ``day_first`` says so.

    >>> [str(one.day) for one in numeric_dates("31/01/2024, 01/31/2024, 05.04.2024, 05/04/2024")]
    ['2024-01-31', '2024-01-31', '2024-04-05', 'None']
    """
    found: list[NumericDate] = []
    for match in _NUMERIC.finditer(text):
        options = _options(match)
        if not options:
            continue
        order = True if match[2] == "." and True in options else day_first
        chosen = set(options.values()) if len(set(options.values())) == 1 else {options.get(order)}
        found.append(NumericDate(match.start(), match.end(), chosen.pop()))
    return found


def days_first(texts: Iterable[str]) -> bool | None:
    """Whether the numeric dates of a file put the day first; ``None`` where none shows it, or they disagree.

    >>> days_first(["03/04/2024", "17/04/2024"]), days_first(["03/04/2024"]), days_first(["4/17/2024"])
    (True, None, False)
    """
    shown = {
        next(iter(options))
        for text in texts
        for match in _NUMERIC.finditer(text)
        if match[2] != "." and len(options := _options(match)) == 1
    }
    return shown.pop() if len(shown) == 1 else None


def open_date(text: str) -> str:
    """Why a date in numbers has no value: it could be day-first or month-first; empty where none is open.

    >>> open_date("on 03/04/2024")
    "whether '03/04/2024' puts the day or the month first is open"
    """
    found = next((one for one in numeric_dates(text) if one.day is None), None)
    return f"whether {text[found.start : found.end]!r} puts the day or the month first is open" if found else ""


def _options(match: re.Match[str]) -> dict[bool | None, datetime.date]:
    """The date by whether the day is first, as far as it exists."""
    first, second, written = int(match[1]), int(match[3]), match[4]
    year = int(written) if len(written) == 4 else int(written) + (2000 if int(written) < _CENTURY_ENDS else 1900)
    options: dict[bool | None, datetime.date] = {}
    for day_first, month, day in ((True, second, first), (False, first, second)):
        try:
            options[day_first] = datetime.date(year, month, day)
        except ValueError:
            continue
    return options

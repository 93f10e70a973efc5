"""Cells that are dates, and when four bare digits are a year."""

from __future__ import annotations

import re
from collections.abc import Sequence

from askdocs.core.answers import Value
from askdocs.values.dates import dates
from askdocs.values.numeric_dates import open_date
from askdocs.values.parse import ParsedValue, parse
from askdocs.values.question_types import AnswerKind
from askdocs.values.units import UnitStatement

_YEAR = re.compile(r"(?:1[5-9]|20|21)\d\d")
_ABOUT_A_YEAR = re.compile(
    r"(?:(?P<about>c\.|ca\.?|circa|about|around|~)|since|est\.?|from|in)\s*(?P<year>(?:1[5-9]|20)\d\d)", re.I
)
_CLOCK = re.compile(r"[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$")
# Labels of cells whose bare four digits are a year.
_YEAR_LABEL = re.compile(
    r"(?:(?:fiscal|financial|calendar|model|base|report(?:ing)?)\s)?(?:years?|yr|FY|vintage|date|period|Jahr)\b(?:\s(?:of\s\w+|"
    r"\w+ed|built|end))?|.*\b(?:founded|founding|established|incorporated|incorporation|since|opened|opening|built|"
    r"launched|launch|born|died|commissioned|completed|completion|introduced|inception|acquired|started|start|end|"
    r"maturity|expiry|construction|release[d]?|Gründung\w*|Baujahr)(?:\s(?:in|year|date))?",
    re.I,
)


def cell_date(
    shown: str,
    labels: Sequence[str],
    statements: Sequence[UnitStatement],
    wanted: AnswerKind | None,
    *,
    day_first: bool | None = None,
) -> ParsedValue | None:
    """A cell that is a date, or one left open; ``None`` where it is none.

    A bare year is one where a label or the question says so.

    >>> cell_date("1998", ["Founded"], [], None).value.value, cell_date("1998", ["Employees"], [], None)
    ('1998', None)
    """
    measured = any(one.currency or one.scaled for one in statements)
    if re.fullmatch(r"\((?:19|20)\d\d\)", shown):
        reason = f"whether {shown!r} is a year or below zero is open"
        return None if measured else ParsedValue(value=None, reason=reason)
    years = not measured and (
        wanted == "date" or (wanted is None and any(_YEAR_LABEL.fullmatch(label.strip(" :*")) for label in labels))
    )
    if _YEAR.fullmatch(shown) and years:
        return ParsedValue(value=Value(kind="date", value=shown, precision="year"))
    about = _ABOUT_A_YEAR.fullmatch(shown)
    if about is not None and years:
        value = Value(kind="date", value=about["year"], precision="year", approximate=about["about"] is not None)
        return ParsedValue(value=value)
    if re.fullmatch(r"[\d\s().,+-]*", shown.replace("–", "-")) and not _is_written_date(shown, years=years):
        return None
    if day_first is None and (reason := open_date(shown)):
        return ParsedValue(value=None, reason=reason)
    return _written_date(_CLOCK.sub("", shown), day_first)


def _is_written_date(shown: str, *, years: bool) -> bool:
    """Whether figures alone are a date: "2024-03-31", "31.12.2024", and "2019-2021" where years are named."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d|\d{1,2}([.-])\d{1,2}\1\d{2,4}", shown):
        return True
    return years and re.fullmatch(r"(?:19|20)\d\d\s?[-–]\s?(?:(?:19|20)\d\d|\d\d)", shown) is not None


def _written_date(shown: str, day_first: bool | None) -> ParsedValue | None:
    found = dates(shown, expected=True, day_first=day_first)
    if len(found) != 1 or shown[: found[0].start].strip(" ()") or shown[found[0].end :].strip(" ().*"):
        value = parse(shown) if len(found) == 2 else None
        return ParsedValue(value=value) if value is not None and value.unit == "date" else None
    return ParsedValue(value=found[0].value)

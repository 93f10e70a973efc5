"""The typed value of one cell of a table, by its own words and by what the words around it say of its unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from askdocs.core.answers import Scalar, Value
from askdocs.values.amounts import Reading, figure_readings, plain
from askdocs.values.cell_units import CellUnit, Open, OwnUnit, cell_unit
from askdocs.values.dates import dates
from askdocs.values.missing import is_missing
from askdocs.values.number_format import NumberFormat
from askdocs.values.number_words import plain_text
from askdocs.values.numeric_dates import open_date
from askdocs.values.parse import ParsedValue, parse
from askdocs.values.physical_units import is_unit
from askdocs.values.question_types import AnswerKind
from askdocs.values.scaled_numbers import amounts
from askdocs.values.scales import SCALES
from askdocs.values.units import UnitStatement

__all__ = ["cell_value", "is_missing"]

_NIL = re.compile(r"[£€$]?\s?nil\.?|zero", re.I)
_FOOTNOTE = re.compile(r"(?<=[\d%)])(?:\s*[*†‡§¶]+|\s*[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\s*\[\w{1,2}\]|\s*\([a-zA-Z]\)|\(\d\))+$")
_LIMITS = re.compile(
    r"about|around|approx\.?|approximately|circa|ca\.?|c\.|over|under|up to|more than|less than|at least|at most|"
    r"nearly|almost|some|from|between|min\.?|max\.?|minimum|maximum|est\.?|estimated|rund|etwa",
    re.I,
)
_CODE = re.compile(r"0\d+")  # a figure does not begin with zeros
_YEAR = re.compile(r"(?:1[5-9]|20|21)\d\d")
# Labels of cells whose bare four digits are a year.
_YEAR_LABEL = re.compile(
    r"(?:(?:fiscal|financial|calendar|model|base|report(?:ing)?)\s)?(?:years?|yr|FY|vintage|date|period|Jahr)\b(?:\s(?:of\s\w+|"
    r"\w+ed|built|end))?|.*\b(?:founded|founding|established|incorporated|incorporation|since|opened|opening|built|"
    r"launched|launch|born|died|commissioned|completed|completion|introduced|inception|acquired|started|start|end|"
    r"maturity|expiry|construction|release[d]?|Gründung\w*|Baujahr)(?:\s(?:in|year|date))?",
    re.I,
)


def cell_value(
    text: str,
    number_format: NumberFormat | None,
    statements: Sequence[UnitStatement],
    labels: Sequence[str],
    wanted: AnswerKind | None = None,
) -> ParsedValue:
    """The value of a cell, or ``None`` with the reason why it has none.

    ``number_format`` is that of its column: ``None`` leaves "1.234" and "1,234" open. ``statements`` hold for the cell,
    the nearest first; what the cell says itself wins. ``labels`` are the words of its row and its columns, ``wanted``
    what is asked for.

    >>> from askdocs.values.number_format import ENGLISH
    >>> from askdocs.values.units import read_unit
    >>> cell_value("455.9", ENGLISH, [read_unit("Figures in £m")], ["Cloud", "2024"]).value
    Value(kind='money', value=455900000, unit=None, currency='GBP', precision=None, approximate=False)
    >>> cell_value("n/a", ENGLISH, [], ["Employees"]).reason
    "the table has no figure here: 'n/a'"
    """
    shown = plain_text(text.replace("\n", " "))
    if is_missing(shown):
        return _none(f"the table has no figure here: {shown!r}" if shown else "the table has no figure here")
    if _NIL.fullmatch(shown):
        shown = "0"
    shown = _FOOTNOTE.sub("", shown).strip()
    if _CODE.fullmatch(shown):
        return _none(f"the cell {shown!r} is a code, no figure")
    dated = _date(shown, labels, statements, wanted)
    if dated is not None:
        return dated
    readings = figure_readings(shown, wanted == "money", number_format, cell=True)
    if not readings:
        value = parse(shown)
        return ParsedValue(value=value) if value is not None else _none("the cell is words, no figure")
    reading = _only(shown, readings)
    if isinstance(reading, str):
        return _none(reading)
    if reading.value is None:
        return _none(reading.reason)
    return _with_unit(shown, reading, reading.value, statements, labels)


def _none(reason: str) -> ParsedValue:
    return ParsedValue(value=None, reason=reason)


def _only(shown: str, readings: Sequence[Reading]) -> Reading | str:
    """The one figure of a cell, or why it is not one: "12 (30%)" is two, "Type 4 valve" is none."""
    first = readings[0]
    if len(readings) > 1 and not re.match(r"\s*±", shown[first.end :]):
        return f"the cell {shown!r} holds several figures"
    before = shown[: first.start].strip(" ~≈<>≤≥=+()")
    if re.search(r"[^\W\d_]", before) and not _LIMITS.fullmatch(before):
        return f"the cell {shown!r} is words, with a figure among them"
    return first


def _date(
    shown: str, labels: Sequence[str], statements: Sequence[UnitStatement], wanted: AnswerKind | None
) -> ParsedValue | None:
    """A cell that is a date; ``None`` where it is none. A bare year is one where a label or the question says so."""
    if re.fullmatch(r"\((?:19|20)\d\d\)", shown):
        stated = any(one.currency or one.scaled for one in statements)
        return None if stated else _none(f"whether {shown!r} is a year or below zero is open")
    if _YEAR.fullmatch(shown):
        if wanted in ("number", "money", "percent") or any(one.currency or one.scaled for one in statements):
            return None
        if wanted != "date" and not any(_YEAR_LABEL.fullmatch(label.strip(" :*")) for label in labels):
            return None
        return ParsedValue(value=Value(kind="date", value=shown, precision="year"))
    if reason := open_date(shown):
        return _none(reason)
    shown = re.sub(r"[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$", "", shown)
    found = dates(shown, expected=True)
    if len(found) != 1 or shown[: found[0].start].strip(" ()") or shown[found[0].end :].strip(" ().*"):
        value = parse(shown) if len(found) == 2 else None
        return ParsedValue(value=value) if value is not None and value.unit == "date" else None
    return ParsedValue(value=found[0].value)


def _with_unit(
    shown: str, reading: Reading, value: Value, statements: Sequence[UnitStatement], labels: Sequence[str]
) -> ParsedValue:
    """The value with the unit of what is said around the cell, as far as the cell does not say it itself."""
    if value.kind == "percent" or value.unit in ("percent", "percentage points"):
        return ParsedValue(value=value)
    rest = shown[reading.end :].strip(" .,;)")
    if value.kind == "number" and rest and value.unit is None and not re.match(r"±|\+|or\b|plus\b", rest):
        return _none(f"what {rest!r} in the cell {shown!r} means is not known")
    own_unit = value.unit if value.currency is None else None
    if own_unit is not None and re.fullmatch(r"[a-zA-Z]{1,2}", own_unit):
        short = _short_unit(shown, reading, own_unit, statements)
        if short is None:
            return _none(f"what {own_unit!r} in the cell {shown!r} means is not known")
        own_unit, factor = short
        value = _applied(value, CellUnit(factor, None, None))
        if factor != 1:
            statements = [one.model_copy(update={"scale": Decimal(1), "scaled": False}) for one in statements]
    words = shown[reading.start : reading.end]
    own = OwnUnit(value.currency, own_unit, _has_own_scale(words), "$" in words and "US" not in words)
    ends = value.value if isinstance(value.value, tuple) else (value.value,)
    largest = max((abs(float(end)) for end in ends if not isinstance(end, str)), default=0.0)
    unit = cell_unit(own, statements, labels, largest=largest)
    if isinstance(unit, Open):
        return _none(unit.reason)
    return ParsedValue(value=_applied(value, unit))


def _short_unit(
    shown: str, reading: Reading, unit: str, statements: Sequence[UnitStatement]
) -> tuple[str | None, Decimal] | None:
    """What one or two letters behind a figure are: its unit, a scale, the mark of a note; ``None`` if not known."""
    if unit in ("x", "X"):
        return "times", Decimal(1)
    money = any(one.currency for one in statements)
    if money and unit in ("m", "M", "k", "K", "b", "B", "mm", "MM"):  # "5 m" in a column of pounds
        return None, SCALES[unit.lower()]
    if is_unit(unit):
        return (unit, Decimal(1)) if not money else None
    spaced = shown[: shown.rfind(unit)].endswith(" ")
    return (None, Decimal(1)) if spaced and len(unit) == 1 and unit.islower() else None


def _has_own_scale(shown: str) -> bool:
    return (
        any(amount.scale != 1 for amount in amounts(shown, cell=True)) or re.search(r"\d\s?[pc¢]\b", shown) is not None
    )


def _applied(value: Value, unit: CellUnit) -> Value:
    """The value times its scale, of the kind that its unit makes it."""

    def scaled(number: Scalar) -> Scalar:
        return number if isinstance(number, str) else plain(Decimal(str(number)) * unit.scale)

    number = tuple(map(scaled, value.value)) if isinstance(value.value, tuple) else scaled(value.value)
    kind = value.kind
    if kind == "number":
        kind = "money" if unit.currency else "percent" if unit.unit in ("percent", "percentage points") else "number"
    return value.model_copy(update={"kind": kind, "value": number, "unit": unit.unit, "currency": unit.currency})

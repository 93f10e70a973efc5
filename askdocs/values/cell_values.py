"""The typed value of one cell of a table, by its own words and by what the words around it say of its unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from askdocs.core.answers import Scalar, Value
from askdocs.values.amounts import Reading, figure_readings, plain
from askdocs.values.cell_dates import cell_date
from askdocs.values.cell_units import CellUnit, Open, OwnUnit, cell_unit
from askdocs.values.missing import is_missing
from askdocs.values.number_format import NumberFormat
from askdocs.values.number_words import plain_text
from askdocs.values.parse import ParsedValue, parse
from askdocs.values.physical_units import is_unit
from askdocs.values.question_types import AnswerKind
from askdocs.values.scaled_numbers import amounts
from askdocs.values.short_units import short_unit
from askdocs.values.units import UnitStatement

__all__ = ["cell_value", "is_missing"]

_NIL = re.compile(r"[£€$]?\s?nil\.?|zero", re.I)
_FOOTNOTE = re.compile(r"(?<=[\d%)])(?:\s*[*†‡§¶]+|\s*[⁰¹²³⁴⁵⁶⁷⁸⁹]+|\s*\[\w{1,2}\]|\s*\([a-zA-Z]\)|\(\d\))+$")
_REMARK = re.compile(
    r"(?<=[\d%])\s*\(?\b(?:max|min|typ|nom|avg|restated|revised|provisional|prelim(?:inary)?|est(?:imated?)?|forecast|"
    r"(?:un)?audited)\b\.?\)?$",
    re.I,
)
_LIMITS = re.compile(
    r"about|around|approx\.?|approximately|circa|ca\.?|c\.|over|under|up to|more than|less than|at least|at most|"
    r"nearly|almost|some|from|between|min\.?|max\.?|minimum|maximum|est\.?|estimated|rund|etwa",
    re.I,
)
_PER = re.compile(r"(?:/\s?|per\s|an?\s)(\w[\w³² ]*)", re.I)
_CODE = re.compile(r"0\d+")  # a figure does not begin with zeros
_IDENTIFIED = re.compile(
    r"\b(?:identification|registration|file|account|invoice|order|company|phone|telephone|fax|mobile|VAT|tax|serial|"
    r"batch|licen[cs]e|permit|policy|passport|reference|customer|article|item|part|model)\W+(?:\w+\W+)?"
    r"(?:no|nos|number|nr|code|id)\b|^\W*(?:phone|telephone|tel|fax|mobile|postcode|zip(?: code)?|ISIN|SKU|IBAN|BIC|"
    r"code|id|reference|ref)\.?:?\W*$",
    re.I,
)


def cell_value(
    text: str,
    number_format: NumberFormat | None,
    statements: Sequence[UnitStatement],
    labels: Sequence[str],
    wanted: AnswerKind | None = None,
    *,
    day_first: bool | None = None,
) -> ParsedValue:
    """The value of a cell, or ``None`` with the reason why it has none.

    ``number_format`` is that of its column: ``None`` leaves "1.234" and "1,234" open. ``statements`` hold for the cell,
    the nearest first; what the cell says itself wins. ``labels`` are the words of its row and its columns, ``wanted``
    what is asked for, ``day_first`` what "03/04/2024" means in its file (``numeric_dates.days_first`` tells).

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
        shown = re.sub(r"nil\.?|zero", "0", shown, flags=re.I)
    shown = _REMARK.sub("", _FOOTNOTE.sub("", shown)).strip()
    if shown[0] in "△▲":
        return _none(f"whether {shown!r} is a rise or, as in Japan, below zero is open")
    if re.match(r"[▼▽↓]\s?\d", shown):
        shown = "-" + shown[1:].strip()
    is_bare = re.fullmatch(r"[\w ./-]*", shown) is not None
    if _CODE.fullmatch(shown) or (is_bare and any(_IDENTIFIED.search(label) for label in labels)):
        return _none(f"the cell {shown!r} is a code, no figure")
    dated = cell_date(shown, labels, statements, wanted, day_first=day_first)
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


def _with_unit(
    shown: str, reading: Reading, value: Value, statements: Sequence[UnitStatement], labels: Sequence[str]
) -> ParsedValue:
    """The value with the unit of what is said around the cell, as far as the cell does not say it itself."""
    if value.kind == "percent" or value.unit in ("percent", "percentage points"):
        return ParsedValue(value=value)
    rest = shown[reading.end :].strip(" .,;)")
    if value.kind == "number" and rest[:1] == "/" and is_unit(rest[1:]):
        return ParsedValue(value=value.model_copy(update={"unit": rest}))
    if value.kind == "number" and rest and value.unit is None and not re.match(r"±|\+|or\b|plus\b", rest):
        return _none(f"what {rest!r} in the cell {shown!r} means is not known")
    own_unit = value.unit if value.currency is None else None
    per = _PER.fullmatch(rest)
    if value.currency is not None and per is not None:
        return ParsedValue(value=value.model_copy(update={"unit": f"per {per[1]}"}))
    words = shown[reading.start : reading.end]
    money = value.currency is not None or any(one.currency for one in statements)
    short = short_unit(words, own_unit, labels, money=money)
    if short is None or (own_unit is not None and short.unit == own_unit and statements and not is_unit(own_unit)):
        return _none(f"what {own_unit or rest or words!r} in the cell {shown!r} means is not known")
    if short.factor is not None:
        value = _applied(value, CellUnit(short.factor, None, None))
        if short.factor > 1:
            statements = [one.model_copy(update={"scale": Decimal(1), "scaled": False}) for one in statements]
    own_unit = short.unit
    own = OwnUnit(value.currency, own_unit, _has_own_scale(words), "$" in words and "US" not in words)
    ends = value.value if isinstance(value.value, tuple) else (value.value,)
    largest = max((abs(float(end)) for end in ends if not isinstance(end, str)), default=0.0)
    unit = cell_unit(own, statements, labels, largest=largest)
    if isinstance(unit, Open):
        return _none(unit.reason)
    return ParsedValue(value=_applied(value, unit))


def _has_own_scale(shown: str) -> bool:
    return (
        any(amount.scale != 1 for amount in amounts(shown, cell=True))
        or re.search(r"\d\s?(?:[pc]\b|¢|pence\b|(?:US )?cents?\b)", shown) is not None
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

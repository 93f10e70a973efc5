"""Reads amounts out of words: numbers in any writing, with a currency, a percent sign or a unit, and ranges of them.

No library covers this: price-parser knows no scale words, quantulum3 needs a trained classifier, number-parser reads
words only. Babel knows the currencies, and is asked for the rare ones.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from askdocs.core.answers import Scalar, Value, ValueKind
from askdocs.values.accounting import minus_before, minus_behind, minus_bracket
from askdocs.values.currencies import Currency, currency_beside
from askdocs.values.number_format import NumberFormat
from askdocs.values.scaled_numbers import Amount, amounts
from askdocs.values.script_amounts import is_of_other_script, script_readings

APPROXIMATE = re.compile(
    r"\b(?:about|around|approximately|approx\.?|roughly|nearly|almost|some|more than|less than|fewer than|over|under|"
    r"up to|at least|at most|as (?:many|much) as|close to|just (?:over|under)|an estimated|estimated|upwards of|circa|"
    r"ca\.|rund|etwa|(?:no|not) (?:less|fewer|more) than|a (?:minimum|maximum) of)\s*$|"
    r"[~≈><≥≤]\s*$",
    re.I,
)
APPROXIMATE_AFTER = re.compile(r"\s*(?:\+(?!/)|±|or (?:more|less|so|fewer)\b|plus\b)", re.I)
PERCENT = re.compile(
    r"[\s-]*(?P<points>(?:a )?percentage[\s-]points?|Prozentpunkte?n?\b|(?:%|per ?cent)[\s-]?(?:points?|pts?)\b|"
    r"p\.?p\.?t?s?\b\.?|(?P<basis>basis[\s-]points?|bps?\b))|"
    r"[\s-]*(?:(?P<mille>‰|per mille\b)|%|percent\b|per cent\b|per-cent\b|pct\b|Prozent\b|pour cent\b)",
    re.I,
)
JOIN = re.compile(r"\s*(?:-|–|—|−|to|and|through|or)\s*$", re.I)
UNIT_WORD = re.compile(r"[\s\u00a0-]*([A-Za-z°][\w'’&./-]*)")
UNIT_STOPS = re.compile(
    r"in|on|at|to|for|from|by|with|as|and|or|but|that|which|who|were|was|is|are|be|been|has|have|had|will|would|than|"
    r"since|during|after|before|into|over|under|per|of|its?|their|his|her|this|when|while|if|not|each|between|against|"
    r"out|up|down|via|within|more|less|about|because|\w+ed",
    re.I,
)


# "three of the five banks": banks, and not five banks.
_OF_THOSE = re.compile(
    r"\s+of\s+(?:its|the|his|her|their|these|those)\s+"
    r"(?:(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d[\d.,]*)\s+)?"
)


def plain(number: Decimal) -> int | float:
    """A Python number: whole ones are integers."""
    return int(number) if number == number.to_integral_value() else float(number)


def _unit(text: str, end: int) -> str | None:
    """The thing counted: the words after a number up to a preposition, verb or punctuation; at most four."""
    position, words = end, list[str]()
    opening = _OF_THOSE.match(text, position)
    if opening:
        position = opening.end() - 1
    while len(words) < 4 and (match := UNIT_WORD.match(text, position)):
        word = match.group(1).rstrip(".-/’'")
        if UNIT_STOPS.fullmatch(word):
            break
        words.append(word)
        position = match.end()
        if match.group(1) != word:
            break
    return " ".join(words) or None


class Quantity(NamedTuple):
    """A value found at ``[start, end)``."""

    start: int
    end: int
    value: Value


class Reading(NamedTuple):
    """A figure found at ``[start, end)``: its value, or why it has none."""

    start: int
    end: int
    value: Value | None
    reason: str = ""


class _Measured(NamedTuple):
    """Kind, unit, currency, span and factor of one amount, and why there is no number."""

    kind: ValueKind
    unit: str | None
    currency: str | None
    start: int
    end: int
    factor: Decimal
    unclear: str = ""


# Where a decimal comma is usual, so that "€1.234" has two readings.
_COMMA_CURRENCIES = {"EUR", "DKK", "SEK", "NOK", "BRL", "PLN", "CZK", "TRY", "RUB", "VND", "IDR", "HUF", "RON"}


def _measured(text: str, amount: Amount, money_asked: bool, cell: bool = False) -> _Measured:
    """What one amount is of."""
    currency = currency_beside(text, amount.start, amount.end, money_asked, cell=cell)
    if currency is not None:
        unclear = amount.unclear or _currency_doubt(text, amount, currency)
        return _Measured("money", None, currency.code, currency.start, currency.end, currency.factor, unclear)
    percent = PERCENT.match(text, amount.end)
    if percent is not None:
        factor = Decimal("0.01") if percent["basis"] else Decimal("0.1") if percent["mille"] else Decimal(1)
        unit = "percentage points" if percent["points"] else "percent"
        return _Measured("percent", unit, None, amount.start, percent.end(), factor, amount.unclear)
    unit_words = _unit(text, amount.end)
    return _Measured("number", unit_words, None, amount.start, amount.end, Decimal(1), amount.unclear)


def _currency_doubt(text: str, amount: Amount, currency: Currency) -> str:
    """Why an amount of a currency has two readings: "€1.234", which is 1234 where it is spent."""
    if amount.doubt == "." and amount.scale == 1 and currency.code in _COMMA_CURRENCIES:
        return f"whether the mark in {text[currency.start : currency.end]!r} is a decimal one is open"
    return ""


def quantities(text: str, money_asked: bool = False) -> list[Quantity]:
    """Every number, amount of money, percentage and range in ``text`` that has one reading, in order.

    >>> [q.value.value for q in quantities("$10-12 million, or 70 to 80%")]
    [(10000000, 12000000), (70, 80)]
    """
    found = figure_readings(text, money_asked)
    return [Quantity(one.start, one.end, one.value) for one in found if one.value is not None]


def figure_readings(
    text: str, money_asked: bool = False, number_format: NumberFormat | None = None, *, cell: bool = False
) -> list[Reading]:
    """Every figure in ``text`` with its value, or with the reason why its value is open.

    ``number_format`` says what a comma means; ``cell`` that the text is a cell of a table, where a figure in brackets
    is below zero and spaces group thousands.

    >>> [(one.value and one.value.value, one.reason) for one in figure_readings("1.234 Mio. Euro")]
    [(None, "whether the mark in '1.234' is a decimal one is open")]
    """
    if is_of_other_script(text):
        return [Reading(*found) for found in script_readings(text)]
    found = amounts(text, number_format, cell=cell)
    result: list[Reading] = []
    index = 0
    while index < len(found):
        pair = _range(text, found[index], found[index + 1], money_asked, cell) if index + 1 < len(found) else None
        result.append(pair or _single(text, found[index], money_asked, cell))
        index += 2 if pair else 1
    return result


def _single(text: str, amount: Amount, money_asked: bool, cell: bool) -> Reading:
    """One amount as a value, with the minus that stands outside its currency or its unit."""
    measured = _measured(text, amount, money_asked, cell)
    start, end, unclear = measured.start, measured.end, measured.unclear
    number = amount.value * measured.factor
    if number >= 0 and start <= amount.start:
        bracket = minus_bracket(text, start, end, count=amount.whole and measured.kind == "number", cell=cell,
                                attached=True)  # fmt: skip
        minus = minus_before(text, start, cell=cell)
        behind = minus_behind(text, end) if cell else None
        if bracket is not None:
            number, start, end, unclear = -number, bracket.start, bracket.end, unclear or bracket.unclear
        elif minus is not None or behind is not None:
            number, start, end = -number, start if minus is None else minus, behind or end
        elif measured.kind != "number" and (negative := re.search(r"(?<![\w-])negative\s+$", text[:start])):
            number, start = -number, negative.start()
    if unclear:
        return Reading(start, end, None, unclear)
    approximate = APPROXIMATE.search(text[:start]) is not None or APPROXIMATE_AFTER.match(text, end) is not None
    return Reading(start, end, Value(kind=measured.kind, value=plain(number), unit=measured.unit,
                                     currency=measured.currency, approximate=approximate))  # fmt: skip


def _range(text: str, first: Amount, second: Amount, money_asked: bool, cell: bool) -> Reading | None:
    """Two amounts joined by "to", a dash, or "between … and …"; the first borrows scale, sign and currency."""
    kind, unit, currency, start, end, factor, unclear = _measured(text, second, money_asked, cell)
    low_kind, low_unit, low_currency, low_start, low_end, low_factor, low_unclear = _measured(
        text, first, money_asked, cell
    )
    gap_end = start if kind == "money" and start < second.start else second.start
    gap = text[min(low_end, gap_end) : gap_end] if low_kind != "number" else text[first.end : gap_end]
    number = second.number
    if gap.isspace() and text[second.start] in "-−‒":
        reason = f"whether {text[first.start : second.end]!r} is a range or two figures is open"
        return Reading(low_start, end, None, reason)
    if not gap and text[second.start] in "-−‒":  # "70%-80%": the dash was read as a sign
        gap, number = "-", -number
    opening = re.search(r"\b(between|from|either)\s+\S{0,4}$", text[:low_start] + " ") or re.search(
        r"\b(between|from)\s+\S{0,4}\s?$", text[: first.start]
    )
    word = gap.strip().lower()
    if not JOIN.fullmatch(gap + " ") or (word in ("and", "or") and not opening):
        return None
    if number < 0 and word not in ("to", "and", "through"):
        return None
    if low_kind == "number" and low_unit and low_end != first.end:
        return None
    if low_kind not in ("number", kind) and not (low_kind == "money" and kind == "number"):
        return None
    if low_kind == "money" and kind == "number":
        kind, currency, unit = "money", low_currency, None
    if low_currency and currency and low_currency != currency:
        return None
    scale = first.scale
    if scale == 1 and first.number * second.scale <= number * second.scale:
        scale = second.scale
    low = first.number * scale * (factor if low_kind == "number" else low_factor)
    high = number * second.scale * factor
    ends: tuple[Scalar, ...] = (plain(low), plain(high))
    begin = low_start if low_kind == "money" else first.start
    approximate = APPROXIMATE.search(text[:begin]) is not None
    if unclear or low_unclear:
        return Reading(begin, end, None, low_unclear or unclear)
    value = Value(kind="range", value=ends, unit=unit, currency=currency, approximate=approximate)
    return Reading(begin, end, value)

"""Finds numbers in a text, in digits or in words, with the scale word that belongs to them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal, NamedTuple

from askdocs.values.accounting import minus_bracket
from askdocs.values.currencies import BEFORE_CURRENCY
from askdocs.values.digits import Figure, figures, readings
from askdocs.values.number_format import NumberFormat
from askdocs.values.number_words import FRACTION, WORDS, fraction_number, word_number
from askdocs.values.scales import SCALES, scale_after

_POWER = re.compile(
    r"\s*[×x·*]\s*10\s*(?:(?:\^|\*\*)\s*(?P<marked>[-−+]?\d{1,2})|(?P<raised>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}))|"
    r"[eE](?P<exponent>[-−+]?\d{1,2})(?![\w.])"
)
_LOST_POWER = re.compile(r"\s*[×x·*]\s*10[-−]?\d{1,2}(?![\d.,])")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−", "0123456789-+-")
# What makes a lone comma a decimal one in English text: "1,5 Mio." and "9,99 €", not "in chapters 2,5 and 7".
_MEASURED = re.compile(r"\s*(?:[%‰€£$¥₹]|(?:[A-Z]{3}|Euros?|percent|Prozent|per cent|[kMG]?W|kg|km|mm|cm|m)\b)")


class Amount(NamedTuple):
    """A number found at ``[start, end)``; ``scale`` is 1 without a scale word.

    ``doubt`` is set where a German, say, would read another number; ``unclear`` says why no number is given at all.
    """

    start: int
    end: int
    number: Decimal
    scale: Decimal
    doubt: Literal["", ".", ","] = ""
    whole: bool = False
    unclear: str = ""

    @property
    def value(self) -> Decimal:
        """The number with its scale applied."""
        return self.number * self.scale


def amounts(text: str, number_format: NumberFormat | None = None, *, cell: bool = False) -> list[Amount]:
    """Every number in ``text``, in order, without overlaps; ``number_format`` decides what a comma means.

    >>> [(a.value, a.scale) for a in amounts("1,234.5 of 33m")]
    [(Decimal('1234.5'), Decimal('1')), (Decimal('33000000'), Decimal('1000000'))]
    """
    found = [_in_digits(text, figure, number_format, cell) for figure in figures(text, cell)]
    for match in FRACTION.finditer(text):
        number = fraction_number(match)
        if number is not None:
            found.append(Amount(match.start(), match.end(), *number))
    for match in WORDS.finditer(text):
        words = match.group().rstrip(" -")
        value = word_number(words)
        if value is not None:
            found.append(_worded(match.start(), words, value))
    found = _said_twice(text, found)
    found.sort(key=lambda amount: (amount.start, -amount.end))
    kept: list[Amount] = []
    for amount in found:
        if not kept or amount.start >= kept[-1].end:
            kept.append(amount)
    return kept


def _said_twice(text: str, found: list[Amount]) -> list[Amount]:
    """ "twelve (12) million" as one number: the words, the same in brackets, and the scale behind them."""
    digits = {amount.start: amount for amount in found if text[amount.start - 1 : amount.start] == "("}
    merged: list[Amount] = []
    taken: set[int] = set()
    for amount in found:
        opening = re.compile(r"\s*\(").match(text, amount.end)
        twin = digits.get(opening.end()) if opening and text[amount.start].isalpha() else None
        if twin is None or twin.value != amount.value or text[twin.end : twin.end + 1] != ")":
            merged.append(amount)
            continue
        taken.add(twin.start)
        scale = scale_after(text, twin.end + 1, False)
        factor, end = (scale.factor, scale.end) if scale else (Decimal(1), twin.end + 1)
        merged.append(amount._replace(end=end, scale=amount.scale * factor))
    return [amount for amount in merged if amount.start not in taken]


def _worded(start: int, words: str, number: Decimal) -> Amount:
    """A number in words; its last scale word is kept as its scale, for ranges that share it."""
    last = re.split(r"[\s-]+", words.lower())[-1]
    scale = SCALES.get(last, Decimal(1))
    return Amount(start, start + len(words), number / scale, scale)


def _in_digits(text: str, figure: Figure, number_format: NumberFormat | None, cell: bool) -> Amount:
    """A number in digits, its brackets where they mean minus, and the power and the scale that follow it."""
    start, end, sign = figure.start, figure.end, figure.sign
    count = figure.written.isdigit() and not figure.fraction
    bracket = minus_bracket(text, start, end, count=count, cell=cell) if sign > 0 else None
    if bracket is not None:
        start, end, sign = bracket.start, bracket.end, -1
    power, end = _power(text, end)
    lost = _LOST_POWER.match(text, end) if power == 1 and 0 < figure.written.find(".") < 3 else None
    money = BEFORE_CURRENCY.search(text, 0, start) is not None
    scale = scale_after(text, end, money)
    factor, end, foreign = scale or (Decimal(1), lost.end() if lost else end, False)
    number, doubt, unclear = _number(text, figure, number_format, cell, foreign, supported=money or scale is not None)
    if lost:
        unclear = f"{text[start:end]!r} may be a power of ten whose raised digits are lost"
    unclear = figure.unclear or (bracket.unclear if bracket else "") or unclear
    return Amount(start, end, sign * (number + figure.fraction) * power, factor, doubt, count, unclear)


def _is_small_fraction(text: str, figure: Figure) -> bool:
    """Whether "0,673" is a fraction with a decimal comma, and not an interval "[0,4]"."""
    return re.fullmatch(r"0,\d{2,}", figure.written) is not None and text[figure.start - 1 : figure.start] not in (
        "[",
        "(",
    )


def _power(text: str, end: int) -> tuple[Decimal, int]:
    """The power of ten behind a number ("× 10^5", "E+05"), and where it ends."""
    match = _POWER.match(text, end)
    if match is None:
        return Decimal(1), end
    written = match["marked"] or match["raised"] or match["exponent"]
    return Decimal(10) ** int(written.translate(_RAISED)), match.end()


def _number(
    text: str, figure: Figure, number_format: NumberFormat | None, cell: bool, foreign: bool, *, supported: bool
) -> tuple[Decimal, Literal["", ".", ","], str]:
    """The number of digits, the mark whose meaning is in doubt, and why there is none."""
    written, possible = figure.written, readings(figure.written)
    if number_format is not None and possible:
        number = possible.get(number_format.decimal)
        if number is not None:
            return number, "", ""
        return Decimal(0), "", f"{written!r} is not written with the decimal mark of the others"
    if not possible:
        return Decimal(0), "", f"{written!r} is written like no number"
    if len(set(possible.values())) == 2:
        mark: Literal[".", ","] = "." if "." in written else ","
        if cell or foreign:
            return Decimal(0), mark, f"whether the mark in {written!r} is a decimal one is open"
        return possible["."], mark, ""
    if list(possible) == [","] and "." not in written and not cell and not supported:
        alone = not re.search(r"\w", text[: figure.start] + text[figure.end :])
        if not alone and not _MEASURED.match(text, figure.end) and not _is_small_fraction(text, figure):
            return Decimal(0), "", f"whether {written!r} is one number or several is open"
    return next(iter(possible.values())), "", ""

"""Reads amounts out of words: digits, number words and scale words, with a currency, a percent sign or a unit.

No library covers this for newspaper English: price-parser knows no scale words, quantulum3 needs a trained
classifier and 10 MB, number-parser reads words only. Babel knows the currencies, and is asked for the rare ones.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from askdocs.core.answers import Scalar, Value, ValueKind
from askdocs.values.currencies import BEFORE_CURRENCY, currency_beside

SCALES = {
    "hundred": Decimal(100),
    "dozen": Decimal(12),
    "thousand": Decimal(1_000),
    "k": Decimal(1_000),
    "lakh": Decimal(100_000),
    "million": Decimal(10**6),
    "mn": Decimal(10**6),
    "mln": Decimal(10**6),
    "m": Decimal(10**6),
    "mm": Decimal(10**6),
    "crore": Decimal(10**7),
    "billion": Decimal(10**9),
    "bn": Decimal(10**9),
    "bln": Decimal(10**9),
    "b": Decimal(10**9),
    "trillion": Decimal(10**12),
    "tn": Decimal(10**12),
    "trn": Decimal(10**12),
    "t": Decimal(10**12),
}
ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
VULGAR = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}
FRACTIONS = {
    "half": Decimal("0.5"),
    "a half": Decimal("0.5"),
    "one-half": Decimal("0.5"),
    "a quarter": Decimal("0.25"),
    "one-quarter": Decimal("0.25"),
    "three-quarters": Decimal("0.75"),
    "a third": Decimal(1) / 3,
    "one-third": Decimal(1) / 3,
    "two-thirds": Decimal(2) / 3,
    "a fifth": Decimal("0.2"),
    "one-fifth": Decimal("0.2"),
}
# "m", "b", "t" and "mm" after a space are metres, bytes, tonnes and millimetres unless money is meant.
SHORT_SCALES = {"m", "b", "t", "mm", "k"}

APPROXIMATE = re.compile(
    r"\b(?:about|around|approximately|approx\.?|roughly|nearly|almost|some|more than|less than|fewer than|over|under|"
    r"up to|at least|at most|as (?:many|much) as|close to|just (?:over|under)|an estimated|estimated|upwards of)\s*$|"
    r"[~≈><]\s*$",
    re.I,
)
APPROXIMATE_AFTER = re.compile(r"\s*(?:\+|or (?:more|less|so|fewer)\b|plus\b)", re.I)

_WORD = "|".join((*ONES, *TENS))
_SCALE_WORD = "hundred|dozen|thousand|lakh|million|crore|billion|trillion"
_PLAIN = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:[\u00a0\u202f\u2009]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
DIGITS = re.compile(
    rf"(?<![\w.,])(?P<sign>[-−]|minus )?(?P<number>{_PLAIN})(?P<vulgar>[½¼¾])?|(?P<alone>[½¼¾])",
    re.I,
)
SCALE = re.compile(
    rf"[\s\u00a0-]*(?P<word>{_SCALE_WORD})s?\b|(?P<space>[\s\u00a0]*)(?P<short>mln|bln|trn|mn|bn|tn|mm|m|b|k|t)\b",
    re.I,
)
WORDS = re.compile(
    rf"\b(?:(?:(?:{_WORD}|{_SCALE_WORD})\b|\ba\b(?=[\s-](?:{_SCALE_WORD})))(?:[\s-]+(?:and[\s-]+)?(?:a[\s-]+)?"
    rf"(?=(?:{_WORD}|{_SCALE_WORD}|half\b|quarter\b)))?(?:(?:half|quarter)\b(?:[\s-]+(?=(?:{_SCALE_WORD})\b))?)?)+",
    re.I,
)
FRACTION = re.compile(
    r"\b(?:(?P<name>(?:one|two|three)[ -](?:half|thirds?|quarters?|fifths?)|half|a (?:half|third|quarter|fifth)))"
    rf"\b(?:\s+(?:of\s+)?an?\s+(?P<scale>{_SCALE_WORD})\b)?",
    re.I,
)
PERCENT = re.compile(
    r"[\s\u00a0-]*(?P<points>(?:a )?percentage[\s-]points?|p\.?p\.?t?s?\b|(?P<basis>basis[\s-]points?|bps?\b))|"
    r"[\s\u00a0-]*(?:%|percent\b|per cent\b|per-cent\b|pct\b)",
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


class Amount(NamedTuple):
    """A number found at ``[start, end)``; ``scale`` is 1 without a scale word."""

    start: int
    end: int
    number: Decimal
    scale: Decimal

    @property
    def value(self) -> Decimal:
        """The number with its scale applied."""
        return self.number * self.scale


def plain(number: Decimal) -> int | float:
    """A Python number: whole ones are integers."""
    return int(number) if number == number.to_integral_value() else float(number)


def word_number(words: str) -> Decimal | None:
    """The number that number words say.

    >>> word_number("two hundred and thirty-three thousand"), word_number("two and a half million")
    (Decimal('233000'), Decimal('2500000.0'))
    """
    total, part, seen = Decimal(0), Decimal(0), False
    for word in re.split(r"[\s-]+", words.lower().strip()):
        if word in ("and", "a", ""):
            part = part or Decimal(1) if word == "a" and not seen else part
        elif word in ONES or word in TENS:
            part += ONES.get(word, TENS.get(word, 0))
            seen = True
        elif word in ("half", "quarter"):
            part += Decimal("0.5") if word == "half" else Decimal("0.25")
        elif word in ("hundred", "dozen"):
            part = (part or Decimal(1)) * SCALES[word]
            seen = True
        elif word in SCALES:
            total += (part or Decimal(1)) * SCALES[word]
            part, seen = Decimal(0), True
        else:
            return None
    return total + part if seen else None


def amounts(text: str) -> list[Amount]:
    """Every number in ``text``, in order, without overlaps.

    >>> [(a.value, a.scale) for a in amounts("1,234.5 of 33m")]
    [(Decimal('1234.5'), Decimal('1')), (Decimal('33000000'), Decimal('1000000'))]
    """
    found = [_digits(text, match) for match in DIGITS.finditer(text)]
    for match in FRACTION.finditer(text):
        name = match["name"].lower().replace(" ", "-") if match["name"][0] not in "aA" else match["name"].lower()
        value = FRACTIONS.get(name) or FRACTIONS.get(name.replace("-", " "))
        if value is not None:
            scale = SCALES[match["scale"].lower()] if match["scale"] else Decimal(1)
            found.append(Amount(match.start(), match.end(), value, scale))
    for match in WORDS.finditer(text):
        words = match.group().rstrip(" -")
        number = word_number(words)
        if number is not None:
            found.append(_worded(match.start(), words, number))
    found.sort(key=lambda amount: (amount.start, -amount.end))
    kept: list[Amount] = []
    for amount in found:
        if not kept or amount.start >= kept[-1].end:
            kept.append(amount)
    return kept


def _digits(text: str, match: re.Match[str]) -> Amount:
    """A number in digits, with the scale word that follows it."""
    number = Decimal(re.sub(r"[,\u00a0\u202f\u2009]", "", match["number"] or "0")) + VULGAR.get(
        match["vulgar"] or match["alone"] or "", Decimal(0)
    )
    if match["sign"]:
        number = -number
    scale = SCALE.match(text, match.end())
    if scale is None:
        return Amount(match.start(), match.end(), number, Decimal(1))
    if scale["short"]:
        short = scale["short"].lower()
        money = BEFORE_CURRENCY.search(text, 0, match.start()) is not None
        if short in SHORT_SCALES and ((scale["space"] and not money) or (short in ("mm", "t") and not money)):
            return Amount(match.start(), match.end(), number, Decimal(1))
        return Amount(match.start(), scale.end(), number, SCALES[short])
    return Amount(match.start(), scale.end(), number, SCALES[scale["word"].lower()])


def _worded(start: int, words: str, number: Decimal) -> Amount:
    """A number in words; its last scale word is kept as its scale, for ranges that share it."""
    last = re.split(r"[\s-]+", words.lower())[-1]
    scale = SCALES.get(last, Decimal(1))
    return Amount(start, start + len(words), number / scale, scale)


def _unit(text: str, end: int) -> str | None:
    """The thing counted: the words after a number up to a preposition, verb or punctuation; at most four."""
    position, words = end, list[str]()
    opening = re.compile(r"\s+of\s+(?:its|the|his|her|their|these|those)\s+").match(text, position)
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


def _kind(text: str, amount: Amount, money_asked: bool) -> tuple[ValueKind, str | None, str | None, int, int, Decimal]:
    """Kind, unit, currency, span and factor of one amount."""
    currency = currency_beside(text, amount.start, amount.end, money_asked)
    if currency is not None:
        return "money", None, currency.code, currency.start, currency.end, currency.factor
    percent = PERCENT.match(text, amount.end)
    if percent is not None:
        factor = Decimal("0.01") if percent["basis"] else Decimal(1)
        unit = "percentage points" if percent["points"] else "percent"
        return "percent", unit, None, amount.start, percent.end(), factor
    return "number", _unit(text, amount.end), None, amount.start, amount.end, Decimal(1)


def quantities(text: str, money_asked: bool = False) -> list[Quantity]:
    """Every number, amount of money, percentage and range in ``text``, in order.

    >>> [q.value.value for q in quantities("$10-12 million, or 70 to 80%")]
    [(10000000, 12000000), (70, 80)]
    """
    found = amounts(text)
    result: list[Quantity] = []
    index = 0
    while index < len(found):
        pair = _range(text, found[index], found[index + 1], money_asked) if index + 1 < len(found) else None
        result.append(pair or _single(text, found[index], money_asked))
        index += 2 if pair else 1
    return result


def _single(text: str, amount: Amount, money_asked: bool) -> Quantity:
    """One amount as a value."""
    kind, unit, currency, start, end, factor = _kind(text, amount, money_asked)
    approximate = APPROXIMATE.search(text[:start]) is not None or APPROXIMATE_AFTER.match(text, end) is not None
    value = plain(amount.value * factor)
    return Quantity(start, end, Value(kind=kind, value=value, unit=unit, currency=currency, approximate=approximate))


def _range(text: str, first: Amount, second: Amount, money_asked: bool) -> Quantity | None:
    """Two amounts joined by "to", a dash, or "between … and …"; the first borrows scale, sign and currency."""
    kind, unit, currency, start, end, factor = _kind(text, second, money_asked)
    low_kind, low_unit, low_currency, low_start, low_end, low_factor = _kind(text, first, money_asked)
    gap_end = start if kind == "money" and start < second.start else second.start
    gap = text[min(low_end, gap_end) : gap_end] if low_kind != "number" else text[first.end : gap_end]
    number = second.number
    if not gap.strip() and number < 0:  # "70-80": the dash was read as a sign
        gap, number = "-", -number
    opening = re.search(r"\b(between|from|either)\s+\S{0,4}$", text[:low_start] + " ") or re.search(
        r"\b(between|from)\s+\S{0,4}\s?$", text[: first.start]
    )
    word = gap.strip().lower()
    if not JOIN.fullmatch(gap + " ") or (word in ("and", "or") and not opening) or number < 0:
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
    return Quantity(begin, end, Value(kind="range", value=ends, unit=unit, currency=currency, approximate=approximate))

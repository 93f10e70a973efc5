"""Reads the words of a unit alone, "US$ million" or "thousands of euros", into scale, currency and unit."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from askdocs.values.currencies import NAMES, SYMBOLS, known_code, known_name
from askdocs.values.physical_units import is_unit

_SCALES: dict[str, int] = {
    "hundred": 100, "thousand": 1_000, "tsd": 1_000, "tausend": 1_000, "k": 1_000, "'000": 1_000, "000": 1_000,
    "1000": 1_000, "lakh": 100_000, "lac": 100_000, "million": 10**6, "mn": 10**6, "mln": 10**6, "mill": 10**6,
    "mio": 10**6, "millionen": 10**6, "mm": 10**6, "m": 10**6, "crore": 10**7, "cr": 10**7, "billion": 10**9,
    "bn": 10**9, "bln": 10**9, "mrd": 10**9, "milliard": 10**9, "milliarden": 10**9, "trillion": 10**12, "tn": 10**12,
    "trn": 10**12, "000000": 10**6, "'000000": 10**6, "millones": 10**6, "milioni": 10**6, "miljoner": 10**6,
    "miliardi": 10**9, "miles": 1_000, "mille": 1_000,
}  # fmt: skip
_SHORT = {"k", "m", "mm"}  # only beside a currency
_SIGN = "|".join(re.escape(symbol) for symbol in sorted(SYMBOLS, key=len, reverse=True))
_SCALE_WORDS = (
    r"(?:thousand|million|billion|trillion|lakh|lac|crore|milliard|hundred)s?\b|(?:Tsd|Tausend|Mio|Mill|Mrd|Millionen|"
    r"Milliarden|millones|milioni|miljoner|miliardi|miles(?= de)|mn|mln|bn|bln|tn|trn|cr)\b\.?"
)
_FRONT = re.compile(r"([MTKkm])(EUR|SEK|NOK|DKK|USD|CHF|GBP|€)")  # "TEUR"
_BACK = re.compile(  # "EURm", "A$M"
    r"(EUR|USD|GBP|SEK|NOK|DKK|CHF|JPY|AUD|CAD|NZD|INR|ZAR|HKD|SGD|RMB|Rs?|RM|(?:US|AU?|CA?|HK|S|NZ|NT)?\$|[€£¥₹])"
    r"(mn|bn|tn|MM|mm|m|M|k|K)"
)
_TOKEN = re.compile(
    rf"\s*(?:(?P<scale>['’]?(?:000[, ']?000|000)(?:['’]?s\b)?|1[ ,.]?000|(?i:{_SCALE_WORDS}))|"
    rf"(?P<symbol>{_SIGN}|RM)(?:(?![A-Za-z])|(?=(?:thousand|million|billion|Mio|Mrd|crore|lakh)))|"
    r"(?P<joint>(?:[MTKkm](?:EUR|SEK|NOK|DKK|USD|CHF|GBP|€)|"
    r"(?:[A-Z]{3}|Rs?|RM|(?:US|AU?|CA?|HK|S|NZ|NT)?\$|[€£¥₹])(?:mn|bn|tn|MM|mm|m|M|k|K))(?!\w))|"
    r"(?P<rand>R(?=\s*(?:million|billion|['’]?000|m\b)))|(?P<code>[A-Z]{3})\b|(?P<short>[mMkK]|MM|mm)\b|"
    r"(?P<link>(?:of|in|and|are|the|each|equivalent|de|des|di)\b|d['’])|(?P<word>[A-Za-zÀ-ÿ.]+))"
)
_PERCENT = re.compile(
    r"(?:in )?(?:%|per ?cents?|percentages?|pct|Prozent)(?: of (?:\w+ ?){1,4}| change| growth)?|"
    r"(?:as )?(?:an? )?(?:percentage|%|share)(?: of| on) (?:\w+ ?){1,4}",
    re.I,
)
_POINTS = re.compile(
    r"(?:in )?(?P<points>percentage points?|%[- ]?(?:points?|pts?)|pp|ppts?|pps|pts)|(?:in )?(?:basis points?|bps?)",
    re.I,
)
_HUNDREDTHS = re.compile(
    r"(?:in )?(?:(?P<pence>pence|p|GBp|GBX|UK pence)|(?:(?:US ?)?cents?|US¢|¢|(?P<euro>euro ?)cents?))", re.I
)
_PRICE = re.compile(r"(?P<money>.*?\S)\s*(?:/\s*|\bper\b\s+)(?P<per>[^/]+)", re.I)


class UnitWords(NamedTuple):
    """What the words of a unit say; ``scale`` is 1 where they name none."""

    scale: Decimal = Decimal(1)
    currency: str | None = None
    unit: str | None = None


def unit_words(text: str, *, alone: bool = False) -> UnitWords | None:
    """Read words that are a unit through and through; ``None`` where they are anything else.

    ``alone`` is set where nothing sets the words off as a unit, such as a whole header.

    >>> unit_words("US$ million"), unit_words("thousands of tonnes").unit, unit_words("EUR/MWh")
    (UnitWords(scale=Decimal('1000000'), currency='USD', unit=None), 'tonnes',
     UnitWords(scale=Decimal('1'), currency='EUR', unit='per MWh'))
    """
    text = " ".join(text.split()).strip(" .:;,")
    text = re.sub(r"^in (?=\S)", "", text, flags=re.I)
    if not text or len(text) > 60:
        return None
    special = _special(text, alone=alone)
    if special is not None:
        return special
    if is_unit(text, alone=alone):
        return UnitWords(unit=text)
    money = _money_words(text, alone=alone)
    if money is not None:
        return money
    price = _PRICE.fullmatch(text)
    if price is not None:
        base = _hundredths(price["money"]) or _money_words(price["money"], alone=alone)
        if base is not None and (base.currency or base.unit) and re.fullmatch(r"[\w³² .'-]{1,30}", price["per"]):
            return base._replace(unit=f"per {price['per'].strip()}")
    return None


def _special(text: str, *, alone: bool) -> UnitWords | None:
    points = _POINTS.fullmatch(text)
    if points is not None:
        return UnitWords(Decimal(1) if points["points"] else Decimal("0.01"), unit="percentage points")
    if _PERCENT.fullmatch(text):
        return UnitWords(unit="percent")
    if text in ("x", "×") and not alone:
        return UnitWords(unit="times")
    return _hundredths(text) if not alone or text.lower() in ("pence", "us cents", "us¢") else None


def _hundredths(text: str) -> UnitWords | None:
    """Pence and cents. Which cents is for others to say, so plain ones are a unit."""
    match = _HUNDREDTHS.fullmatch(text)
    if match is None:
        return None
    currency = "GBP" if match["pence"] else "EUR" if match["euro"] else "USD" if "US" in text.upper() else None
    return UnitWords(Decimal("0.01"), currency, None if currency else "cents")


def _money_words(text: str, *, alone: bool) -> UnitWords | None:
    """A currency, a scale, or both; or a scale and the unit that it counts ("million tonnes")."""
    scale, currency, position = Decimal(1), "", 0
    scaled = short = False
    while position < len(text):
        if scaled and not currency and is_unit(text[position:].removeprefix(" of").strip(), alone=False):
            return UnitWords(scale, unit=text[position:].removeprefix(" of").strip())
        match = _TOKEN.match(text, position)
        if match is None:
            return None
        position = match.end()
        factor, code, is_short = _token(match, text, money_before=bool(currency))
        if (match["code"] or match["joint"]) and not code:
            return None
        if match["word"]:
            name = known_name(text[match.start("word") :])
            if name is None:
                return None
            code, position = name[0], match.start("word") + name[1]
        if factor:
            if scaled and not (scale == 1_000 and factor == 10**6):
                return None
            scale, scaled, short = scale * factor, True, short or is_short
        if code:
            if currency and not _same_dollar(currency, code):
                return None
            currency = code if code != "USD" or not currency else currency
    if not scaled and (not currency or (text.isalpha() and text.isupper() and not known_code(text, usual=True))):
        return None
    if (short or alone) and not currency and text.lower() not in ("thousands", "millions", "billions"):
        return None
    return UnitWords(scale, currency or None)


def _token(match: re.Match[str], text: str, *, money_before: bool) -> tuple[int, str, bool]:
    """The factor and the currency of one word of a unit, and whether it counts beside a currency alone."""
    if match["scale"]:
        written = re.sub(r"[’]", "'", match["scale"].lower())
        written = re.sub(r"[ ,.]", "", written).replace("000'000", "000000")
        singular = re.sub(r"'?s$", "", written)
        return _SCALES[written if written in _SCALES else singular], "", False
    if match["short"]:
        return _SCALES[match["short"].lower()], "", True
    if match["joint"]:
        return _joint(match["joint"])
    if match["rand"]:
        return 0, "ZAR", False
    if match["symbol"]:
        return 0, SYMBOLS.get(match["symbol"], "MYR"), False
    if match["code"]:
        return 0, match["code"] if known_code(match["code"]) else NAMES.get(match["code"].lower(), ""), False
    return 0, "", False


def _joint(written: str) -> tuple[int, str, bool]:
    """Currency and scale in one word: "EURm", "MSEK", "TEUR"; nothing for other words."""
    front = _FRONT.fullmatch(written)
    if front is not None:
        return (10**6 if front[1] in "Mm" else 1_000), SYMBOLS.get(front[2], front[2]), False
    back = _BACK.fullmatch(written)
    if back is None:
        return 0, "", False
    code = {"R": "ZAR", "RM": "MYR"}.get(back[1]) or SYMBOLS.get(back[1], back[1])
    return _SCALES[back[2].lower()], code, False


def _same_dollar(first: str, second: str) -> bool:
    """Whether two names of a currency agree: "CAD" beside "$" is one of them."""
    return first == second or (second == "USD" and first.endswith("D")) or (first == "USD" and second.endswith("D"))

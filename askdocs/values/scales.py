"""Scale words: "million", "bn", "Mio.", "lakh crore"."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

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
# Of other languages. A German "Billion" is a million millions; only its plural cannot be the English word.
FOREIGN_SCALES = {
    "tsd": Decimal(1_000), "tausend": Decimal(1_000),
    "mio": Decimal(10**6), "mill": Decimal(10**6), "millionen": Decimal(10**6), "millones": Decimal(10**6),
    "milioni": Decimal(10**6), "miljoen": Decimal(10**6), "milj": Decimal(10**6), "miljoner": Decimal(10**6),
    "millioner": Decimal(10**6),
    "mrd": Decimal(10**9), "milliard": Decimal(10**9), "milliards": Decimal(10**9), "milliarde": Decimal(10**9),
    "milliarden": Decimal(10**9), "miljard": Decimal(10**9), "miljarder": Decimal(10**9), "miliardi": Decimal(10**9),
    "milliarder": Decimal(10**9), "mil millones": Decimal(10**9), "billionen": Decimal(10**12),
}  # fmt: skip
# "m", "b", "t" and "mm" after a space are metres, bytes, tonnes and millimetres unless money is meant.
SHORT_SCALES = {"m", "b", "t", "mm", "k"}

SCALE_WORD = "hundred|dozen|thousand|lakh|million|crore|billion|trillion"
_FOREIGN = "|".join(sorted((name for name in FOREIGN_SCALES if name != "mill"), key=len, reverse=True))
_SCALE = re.compile(
    rf"[\s-]*(?:(?P<word>{SCALE_WORD})s?\b|(?P<foreign>(?:{_FOREIGN})\b\.?|mill\.))|"
    r"(?P<space>\s*)(?P<short>mln|bln|trn|mn|bn|tn|mm|m|b|k|t)(?:\b|(?=(?:EUR|USD|SEK|NOK|DKK|CHF|GBP)\b))",
    re.I,
)


_CURRENCY_NEXT = re.compile(
    r"\s?(?:[€£¥₹₽₩]|(?:EUR|USD|GBP|SEK|NOK|DKK|CHF|INR|JPY|CNY|AUD|CAD)\b|(?:euro|dollar)s?\b)"
)


class Scale(NamedTuple):
    """A factor and where its words end; ``foreign`` where they are of a language that writes a decimal comma."""

    factor: Decimal
    end: int
    foreign: bool = False


def scale_after(text: str, start: int, money: bool) -> Scale | None:
    """The scale words that stand after a number; ``money`` is set where a currency stands before it.

    >>> scale_after("1.2 lakh crore", 3, False).factor, scale_after("3,2 Mio. Euro", 3, False).end
    (Decimal('1000000000000'), 8)
    >>> scale_after("5 m", 1, False), scale_after("5 m", 1, True).factor
    (None, Decimal('1000000'))
    """
    match = _SCALE.match(text, start)
    if match is None:
        return None
    if match["short"]:
        short = match["short"].lower()
        money = money or _CURRENCY_NEXT.match(text, match.end()) is not None
        if short == "t" and _CURRENCY_NEXT.match(text, match.end()):  # "455 T€": thousands
            return Scale(Decimal(1_000), match.end(), foreign=True)
        if short in SHORT_SCALES and not money and (match["space"] or short in ("mm", "t")):
            return None
        return Scale(SCALES[short], match.end())
    found = _factor(match)
    # "two hundred thousand" in digits: "2 hundred thousand"; "2 lakh crore".
    following = _SCALE.match(text, found.end)
    if following is not None and not following["short"]:
        more = _factor(following)
        return Scale(found.factor * more.factor, more.end, found.foreign or more.foreign)
    return found


def _factor(match: re.Match[str]) -> Scale:
    if match["word"]:
        return Scale(SCALES[match["word"].lower()], match.end())
    name = " ".join(match["foreign"].lower().rstrip(".").split())
    return Scale(FOREIGN_SCALES[name], match.end(), foreign=True)

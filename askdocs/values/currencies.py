"""Finds the currency of an amount: its symbol, its ISO 4217 code or its name.

The ones that news uses daily are listed here, so that reading "$317 million" loads nothing; Babel knows the rest.
"""

from __future__ import annotations

import functools
import re
from decimal import Decimal
from typing import NamedTuple

SYMBOLS = {
    "US$": "USD", "HK$": "HKD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "S$": "SGD", "SG$": "SGD",
    "NZ$": "NZD", "NT$": "TWD", "R$": "BRL", "MX$": "MXN", "CN¥": "CNY", "JP¥": "JPY", "RMB": "CNY", "Rs.": "INR",
    "Rs": "INR", "CHF": "CHF", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "￥": "JPY", "₩": "KRW", "₹": "INR",
    "₽": "RUB", "₺": "TRY", "₪": "ILS", "₫": "VND", "฿": "THB", "₦": "NGN", "₴": "UAH", "₱": "PHP",
}  # fmt: skip
CODES = frozenset(
    {
        "USD", "EUR", "GBP", "JPY", "CNY", "HKD", "AUD", "CAD", "CHF", "SGD", "NZD", "INR", "KRW", "TWD", "SEK", "NOK",
        "DKK", "BRL", "MXN", "ZAR", "RUB", "TRY", "ILS",
    }
)  # fmt: skip
# Names that news uses without a country; the full ones ("Hong Kong dollars") are Babel's.
NAMES = {
    "dollar": "USD", "u.s. dollar": "USD", "us dollar": "USD", "american dollar": "USD", "euro": "EUR",
    "pound": "GBP", "pound sterling": "GBP", "british pound": "GBP", "yen": "JPY", "japanese yen": "JPY",
    "yuan": "CNY", "chinese yuan": "CNY", "renminbi": "CNY", "won": "KRW", "rupee": "INR", "franc": "CHF",
    "swiss franc": "CHF", "ruble": "RUB", "rouble": "RUB", "real": "BRL", "reais": "BRL", "rand": "ZAR",
    "lira": "TRY", "shekel": "ILS", "krona": "SEK", "kronor": "SEK", "krone": "NOK", "kroner": "NOK",
    "baht": "THB", "hong kong dollar": "HKD", "canadian dollar": "CAD", "australian dollar": "AUD",
    "singapore dollar": "SGD", "taiwan dollar": "TWD", "zloty": "PLN", "peso": "MXN",
    "korean won": "KRW", "south korean won": "KRW", "brazilian reais": "BRL", "ringgit": "MYR",
    "malaysian ringgit": "MYR", "new taiwan dollar": "TWD", "mexican peso": "MXN",
}  # fmt: skip
HUNDREDTHS = {"cent": "USD", "cents": "USD", "pence": "GBP", "penny": "GBP"}
# "won" and "real" are also words, "pound" a weight: read as money after a plain number only where money is asked for.
AMBIGUOUS_NAMES = {"pound", "won", "real"}

BEFORE_CURRENCY = re.compile(
    r"(?P<symbol>" + "|".join(re.escape(symbol) for symbol in sorted(SYMBOLS, key=len, reverse=True))
    + r")\s{0,2}$|\b(?P<code>[A-Z]{3})\s{0,2}$"
)  # fmt: skip
# Before an amount a name counts only where money follows beyond doubt: "Euro 3.2m", not "Euro 2024" or "Euro 6".
_BEFORE_NAME = re.compile(r"\b(?P<name>euros?|rupees?|dollars?|yen|yuan|renminbi|francs?|kroner|kronor|reais)\s$", re.I)
_SURELY_MONEY = re.compile(
    r"\d[\d.,\s]*[.,]\d|[\d.,]+\s?(?:million|billion|thousand|trillion|crore|lakh|[mbkt]n?\b|Mi?o|Mrd)", re.I
)
# "TEUR 455" and "M€ 3.2": the scale is part of the sign.
_SCALED_CODE = re.compile(r"(?<!\w)(?P<scale>[TkKmM])(?P<code>EUR|USD|SEK|NOK|DKK|CHF|GBP|€)\s?$")
_SCALED_BY = {"T": Decimal(1_000), "K": Decimal(1_000), "k": Decimal(1_000), "M": Decimal(10**6), "m": Decimal(10**6)}
_VIDEO_LINES = {"240", "360", "480", "576", "720", "1080", "1440", "2160"}
_NAMED = re.compile(r"\b[A-Z]\w+ $")
_AT_A_PRICE = re.compile(r"\b(?:to|at|by|of|for|from|and|or|an?|about|around|only|just|was|is|costs?|paid|between) $")
AFTER_CURRENCY = re.compile(
    r"[\s-]*(?:(?P<pence>(?<=\d)p\b(?!\.[a-z]))|(?P<cents>¢|(?<=\d)c\b)|"
    r"(?P<symbol>[€£¥₩₹₽₺₪₫฿])|(?P<code>[A-Z]{3})\b|(?P<name>[A-Za-z][A-Za-z.]*(?: [A-Za-z.]+){0,3}))"
)


class Currency(NamedTuple):
    """A currency and the span of the amount with it; ``factor`` is 0.01 for cents and pence, 1000 for "TEUR"."""

    code: str
    start: int
    end: int
    factor: Decimal


@functools.cache
def _babel_names() -> dict[str, str]:
    """Every currency's English names, lower case, to its code."""
    from babel.numbers import get_currency_name, list_currencies

    names: dict[str, str] = {}
    for code in sorted(list_currencies("en")):
        for count in (1, 2):
            names.setdefault(get_currency_name(code, count=count, locale="en").lower(), code)
    return names


@functools.cache
def _known_code(code: str) -> bool:
    """Whether three capitals are an ISO 4217 code."""
    if code in CODES:
        return True
    from babel.numbers import list_currencies

    return code in list_currencies()


# Written in a bracket without a scale, other codes are rather words: "(ALL)", "(TOP)".
_USUAL_CODES = (CODES | {"PLN", "CZK", "HUF", "AED", "SAR", "THB", "IDR", "MYR", "PHP", "VND", "CLP", "EGP"}) - {"TRY"}


def known_code(code: str, *, usual: bool = False) -> bool:
    """Whether three capitals are an ISO 4217 code; with ``usual``, one that is no English word.

    >>> known_code("SEK"), known_code("ALL"), known_code("ALL", usual=True), known_code("CEO")
    (True, True, False, False)
    """
    return code in _USUAL_CODES if usual else _known_code(code)


def known_name(text: str) -> tuple[str, int] | None:
    """The currency whose name a text begins with, and how long the name is there.

    >>> known_name("U.S. dollars, except"), known_name("Canadian dollars"), known_name("real terms")
    (('USD', 12), ('CAD', 16), None)
    """
    words = re.match(r"[A-Za-zÀ-ÿ.]+(?: [A-Za-zÀ-ÿ.]+){0,3}", text)
    parts = words.group().split(" ") if words else []
    for count in range(len(parts), 0, -1):
        shown = " ".join(parts[:count])
        name = shown.lower().rstrip(".")
        singular = name.removesuffix("s")
        if count == 1 and singular in AMBIGUOUS_NAMES - {"pound"}:
            return None
        code = NAMES.get(name) or NAMES.get(singular)
        if code is None and count > 1:
            code = _babel_names().get(name) or _babel_names().get(singular)
        if code is not None:
            return code, len(shown)
    return None


def currency_beside(
    text: str, amount_start: int, amount_end: int, money_asked: bool, *, cell: bool = False
) -> Currency | None:
    """The currency that stands beside an amount, before it or after.

    >>> currency_beside("HK$5.5 billion", 3, 14, False).code, currency_beside("5 Polish zlotys", 0, 1, True).code
    ('HKD', 'PLN')
    """
    before = BEFORE_CURRENCY.search(text, 0, amount_start)
    if before is not None:
        code = SYMBOLS.get(before["symbol"] or "") or (before["code"] if _known_code(before["code"] or "") else None)
        if code is not None:
            end = amount_end
            after = AFTER_CURRENCY.match(text, end)
            if before["symbol"] == "$" and after and after["code"] and _known_code(after["code"]):
                code, end = after["code"], after.end()
            return Currency(code, before.start(), end, Decimal(1))
    scaled = _SCALED_CODE.search(text, 0, amount_start)
    if scaled is not None:
        return Currency(
            SYMBOLS.get(scaled["code"], scaled["code"]), scaled.start(), amount_end, _SCALED_BY[scaled["scale"]]
        )
    name = _BEFORE_NAME.search(text, 0, amount_start)
    if name is not None and _SURELY_MONEY.match(text, amount_start):
        word = name["name"].lower()
        return Currency(NAMES.get(word) or NAMES[word.removesuffix("s")], name.start(), amount_end, Decimal(1))
    after = AFTER_CURRENCY.match(text, amount_end)
    if after is None:
        return None
    if after["pence"] or after["cents"]:
        return _hundredths(text, amount_start, amount_end, after, money_asked or cell)
    if after["symbol"]:
        return Currency(SYMBOLS[after["symbol"]], amount_start, after.end(), Decimal(1))
    if after["code"] and _known_code(after["code"]):
        return Currency(after["code"], amount_start, after.end(), Decimal(1))
    return _named_currency(text, amount_start, after.start("name"), money_asked) if after["name"] else None


def _hundredths(text: str, start: int, end: int, after: re.Match[str], money_asked: bool) -> Currency | None:
    """Pence ("45p") and cents ("12.5¢", and "12.5c" where it is all there is), but not the lines of a screen."""
    if after["pence"]:
        if text[start:end] in _VIDEO_LINES or (_is_named(text, start) and not money_asked):
            return None
        return Currency("GBP", start, after.end(), Decimal("0.01"))
    alone = not text[:start].strip() and not text[after.end() :].strip()
    if after["cents"] == "¢" or money_asked or alone:
        return Currency("USD", start, after.end(), Decimal("0.01"))
    return None


def _is_named(text: str, start: int) -> bool:
    """Whether a figure with a "p" is part of a name: "a Fiat 125p", "the nexus 6p"."""
    before = text[:start]
    if _AT_A_PRICE.search(before):
        return False
    return _NAMED.search(before) is not None or (bool(before[-2:].strip()) and text[start + 1 : start + 2] == "p")


def _named_currency(text: str, amount_start: int, start: int, money_asked: bool) -> Currency | None:
    """A currency named in words after an amount, the longest name first."""
    words = re.match(r"[A-Za-z.]+(?: [A-Za-z.]+){0,3}", text[start:])
    if words is None:
        return None
    parts = words.group().split(" ")
    for count in range(len(parts), 0, -1):
        shown = " ".join(parts[:count])
        name = shown.lower().rstrip(".")
        end = start + len(shown)
        if name in HUNDREDTHS:
            return Currency(HUNDREDTHS[name], amount_start, end, Decimal("0.01"))
        singular = name[:-1] if name.endswith("s") else name
        if singular in AMBIGUOUS_NAMES and count == 1 and not money_asked:
            return None
        code = NAMES.get(name) or NAMES.get(singular)
        if code is None and money_asked:
            code = _babel_names().get(name) or _babel_names().get(singular)
        if code is not None:
            return Currency(code, amount_start, end, Decimal(1))
    return None

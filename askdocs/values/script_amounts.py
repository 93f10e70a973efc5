"""Amounts in texts of other scripts than the Latin one: "3300万股", "33億円", "百分之四", "120 مليون درهم".

Only what is sure is read. A figure with a word behind it that might multiply it, and is not known, has no value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from askdocs.core.answers import Value, ValueKind
from askdocs.text.languages import script_of
from askdocs.values import script_words as words
from askdocs.values.chinese_numbers import numeral
from askdocs.values.digits import readings
from askdocs.values.script_words import first_of

_NUMBER = r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?(?![\d.,])|\d+(?:[.,]\d+)*"
_FIGURE = re.compile(rf"(?<![\w.,])[-−]?(?:{_NUMBER})|(?<=[^\W\d])[-−]?(?:{_NUMBER})")
_IN_NUMERALS = re.compile(r"[一二三四五六七八九两兩十][〇零一二三四五六七八九两兩十百千万萬亿億]+")
_PERCENT_NUMERAL = re.compile(r"[一二三四五六七八九十百〇零]+")
# Behind a figure, these make a date, a time, a share or a ratio of it, or a number that is not read here.
_NOT_AMOUNTS = frozenset("年月日号號时時点點分秒世周週成折割厘比兆京垓几半第章条條页頁歳岁級级년월일시분")
_BEFORE_OPEN = frozenset("数數几幾第零〇点點.№و")
_COMMA_SCRIPTS = {"Cyrillic script", "Greek"}  # they write a decimal comma
_POINT_SCRIPTS = {"Chinese", "Japanese", "Korean", "Thai", "Devanagari script"}
_READ = {*_COMMA_SCRIPTS, *_POINT_SCRIPTS, "Arabic script"}
_MARKS = "\u0300-\u036f\u064b-\u0652\u0900-\u0903\u093a-\u094f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_LETTERS = re.compile(rf"(?:[^\W\d_]|[{_MARKS}])+")
_LONGEST_UNIT = {"Chinese": 4, "Japanese": 4, "Korean": 4, "Thai": 6}  # where words follow each other without spaces
_UNIT_OF_JAPANESE = re.compile(r"[\u3400-\u9fff]+|[\u30a1-\u30ff]+")
_RANGE = re.compile(r"\s?(?:[-–—~～〜至到/:：]|から|до|إلى|से|ถึง|부터|에서)\s?\d")
_LIKE_A_SCALE = re.compile(
    r"[اأآ]?لف|آلاف|ملي|ملا|مليا|بلي|ترل|тыс|милл?|млн|млрд|трлн|трилл|миль|десят|сот|χιλι|εκατ|δισ|τρισ"
)
_HANDED_ON = re.compile(r"\s*(?:و|и|і)?\s?\d|[个個つ]半")  # "33 thousand and 500"
_SYMBOLS = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₽": "RUB",
    "₩": "KRW",
    "฿": "THB",
    "HK$": "HKD",
    "US$": "USD",
}


class ScriptReading(NamedTuple):
    """A figure at ``[start, end)``: its value, or why it has none. "About" before it is within."""

    start: int
    end: int
    value: Value | None
    reason: str = ""


class _Number(NamedTuple):
    """A number with its scale; ``about`` where it says "and more" ("3300多万")."""

    start: int
    end: int
    value: Decimal | None
    about: bool = False


def is_of_other_script(text: str) -> bool:
    """Whether most letters of a text are of another script than the Latin one, so that it is read here."""
    return script_of(text) is not None


def script_readings(text: str) -> list[ScriptReading]:
    """Every figure of a text in another script, in order.

    >>> [found.value.value for found in script_readings("33億円、1万2000人、百分之四")]
    [3300000000, 12000, 4]
    >>> script_readings("3成")[0].value
    """
    script = script_of(text) or ""
    found = sorted([*_percents(text), *(_amount(text, number, script) for number in _numbers(text, script))])
    kept: list[ScriptReading] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _percents(text: str) -> Iterator[ScriptReading]:
    """ "百分之四", "ร้อยละ 4"."""
    for sign in words.PERCENT_BEFORE:
        for match in re.finditer(re.escape(sign) + r"\s?", text):
            figure = re.compile(r"\d+(?:\.\d+)?(?![\d.,])").match(text, match.end())
            in_words = _PERCENT_NUMERAL.match(text, match.end())
            number = Decimal(figure.group()) if figure else numeral(in_words.group()) if in_words else None
            end = figure.end() if figure else in_words.end() if in_words else match.end()
            if number is None or text[end : end + 1] in ("点", "點", "几", "多"):
                yield ScriptReading(match.start(), end, None, f"{text[match.start() : end + 1]!r} is not read")
            else:
                yield _reading(text, match.start(), end, number, "percent", "percent", None)


def _numbers(text: str, script: str) -> Iterator[_Number]:
    position = 0
    while (match := _FIGURE.search(text, position)) is not None:
        number = _scaled(text, match, script)
        yield number
        position = max(number.end, match.end())
    if script in ("Chinese", "Japanese"):
        for match in _IN_NUMERALS.finditer(text):
            value = None if text[match.start() - 1 : match.start()] in _BEFORE_OPEN else numeral(match.group())
            yield _Number(match.start(), match.end(), value)


def _scaled(text: str, match: re.Match[str], script: str) -> _Number:
    """A figure with the scales behind it: "3億5000万" is one number."""
    number = _written(match.group(), script)
    total, end, about, least = Decimal(0), match.end(), False, Decimal("Infinity")
    while number is not None:
        if more := first_of(words.ABOUT_WITHIN, text, end + (text[end : end + 1] == " ")):
            about, end = True, more.end
        scale, behind = _scale(text, end)
        if scale >= least:
            return _Number(match.start(), behind, None)
        total, end, least = total + number * scale, behind, scale
        rest = re.compile(r" ?\d+(?![\d.,])" if script == "Korean" else r"\d+(?![\d.,])")
        following = rest.match(text, end) if scale >= 1000 and script in _POINT_SCRIPTS else None
        if following is None:
            break
        number, end = Decimal(following.group()), following.end()
        if number >= least:
            return _Number(match.start(), end, None)
    sign = -1 if match.group()[0] in "-−" else 1
    return _Number(match.start(), end, None if number is None else total * sign, about)


def _written(figure: str, script: str) -> Decimal | None:
    """The number that digits say by the custom of a script; ``None`` where two are possible."""
    possible = readings(figure.lstrip("-−"))
    if len(set(possible.values())) == 1:
        return next(iter(possible.values()))
    return possible.get(".") if script in _POINT_SCRIPTS else None


def _scale(text: str, start: int) -> tuple[Decimal, int]:
    """The product of all words of scale at ``start``, and where they end."""
    scale, end = Decimal(1), start
    while True:
        space = re.compile(r"[ \u00a0]?").match(text, end)
        begin = space.end() if space else end
        trillion = words.TRILLION.get(text[begin : begin + 1])
        if trillion and first_of(trillion, text, begin + 1):
            return scale * 10**12, begin + 1
        paired = words.PAIRED_SCALES.get(text[begin : begin + 1])
        if paired is not None:
            scale, end = scale * paired, begin + 1
            continue
        found = first_of(tuple(words.WORD_SCALES), text, begin)
        if found is None or _goes_on(text, found):
            return scale, end
        scale, end = (
            scale * words.WORD_SCALES[found.word],
            found.end + (text[found.end : found.end + 1] == "." and "\u0370" <= found.word[0] < "\u0530"),
        )


def _goes_on(text: str, found: words.Named) -> bool:
    """Whether a word of scale is only the beginning of another word; Thai writes words without spaces between."""
    following = text[found.end : found.end + 1]
    if "\u0e01" <= found.word[0] <= "\u0e4e":
        return following == "ธ"  # พันธุ์, a kind
    return bool(following) and (following.isalpha() or following in "\u064b\u093e\u0940\u0947\u094b\u0902")


def _amount(text: str, number: _Number, script: str) -> ScriptReading:
    """What a number is of; open where it is below zero, or goes on behind: in a range, or in smaller units."""
    found = _of_what(text, number, script)
    if found.value is None:
        return found
    if any(text[: number.start].endswith(sign) for sign in words.LESS):
        return ScriptReading(
            number.start, found.end, None, f"whether {text[number.start : found.end]!r} is a loss is open"
        )
    if any(form.match(text, end) for form in (_RANGE, _HANDED_ON) for end in (number.end, found.end)):
        return ScriptReading(number.start, found.end, None, f"{text[number.start : found.end]!r} is a part of a number")
    return found


def _of_what(text: str, number: _Number, script: str) -> ScriptReading:
    """What a number is of: money, percent, or the thing that is named behind it."""
    shown = text[number.start : number.end]
    known = script in _READ and text[number.start - 1 : number.start] not in _BEFORE_OPEN
    if number.value is None or not known:
        return ScriptReading(number.start, number.end, None, f"which number {shown!r} is, is open")
    space = re.compile(r"[ \u00a0]?").match(text, number.end)
    begin = space.end() if space else number.end
    for signs, unit in ((words.POINTS, "percentage points"), (words.PERCENT, "percent"), (("%", "٪"), "percent")):
        if sign := first_of(signs, text, begin):
            return _reading(text, number.start, sign.end, number.value, "percent", unit, None, number.about)
    money = _money(text, number, begin)
    if money is not None:
        start, end, code = money
        return _reading(text, start, end, number.value, "money", None, code, number.about)
    if text[begin : begin + 1] in _NOT_AMOUNTS and text[begin : begin + 1]:
        return ScriptReading(number.start, begin + 1, None, f"what {text[number.start : begin + 1]!r} is, is open")
    if time := first_of(words.TIMES, text, begin):
        return ScriptReading(number.start, time.end, None, f"{text[number.start : time.end]!r} is of a date")
    following = _LETTERS.match(text, begin)
    if following and (_LIKE_A_SCALE.match(following.group()) or following.group()[0].isascii()):
        reason = f"which number {text[number.start : following.end()]!r} is, is open"
        return ScriptReading(number.start, following.end(), None, reason)
    unit_word = _unit(following.group(), script) if following else None
    end = begin + len(unit_word) if unit_word else number.end
    return _reading(text, number.start, end, number.value, "number", unit_word, None, number.about)


def _unit(word: str, script: str) -> str | None:
    """The word behind a number as its unit, if it is short enough to be one word."""
    for after in words.ABOUT_AFTER:
        word = word.partition(after)[0]
    if script == "Japanese" and (kanji := _UNIT_OF_JAPANESE.match(word)):
        word = kanji.group()
    return word if word and len(word) <= _LONGEST_UNIT.get(script, 30) else None


def _money(text: str, number: _Number, begin: int) -> tuple[int, int, str | None] | None:
    """Where an amount of money begins and ends, and in which currency it is."""
    code: str | None = None
    found = first_of(tuple(words.CURRENCIES), text, begin)
    found = None if found is None or _is_longer_word(text, found) else found
    if found is not None:
        code = words.CURRENCIES[found.word]
        if found.word == "元" and words.SIMPLIFIED & set(text):
            code = "CNY"
    before = text[: number.start].rstrip(" ")
    sign = max((name for name in (*words.CURRENCIES, *_SYMBOLS) if before.endswith(name)), key=len, default="")
    if not sign or sign == "元":
        return None if found is None else (number.start, found.end, code)
    sign_code = _SYMBOLS.get(sign) or words.CURRENCIES.get(sign)
    start, end = len(before) - len(sign), number.end if found is None else found.end
    return start, end, sign_code if code in (None, sign_code) else None


def _is_longer_word(text: str, found: words.Named) -> bool:
    """Whether a currency's name is only the beginning of another word, in scripts with spaces."""
    following = text[found.end : found.end + 1]
    return found.word[0] < "\u0e00" and following.isalpha()


def _reading(
    text: str,
    start: int,
    end: int,
    number: Decimal,
    kind: ValueKind,
    unit: str | None,
    currency: str | None,
    about: bool = False,
) -> ScriptReading:
    before = text[:start].rstrip(" ")
    leading = max((word for word in words.ABOUT if before.endswith(word)), key=len, default="")
    after = first_of(words.ABOUT_AFTER, text, end)
    value = Value(
        kind=kind,
        value=int(number) if number == number.to_integral_value() else float(number),
        unit=unit,
        currency=currency,
        approximate=about or bool(leading) or after is not None,
    )
    return ScriptReading(len(before) - len(leading) if leading else start, after.end if after else end, value)

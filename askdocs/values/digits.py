"""Numbers in digits: where they stand in a text, and what they say under a decimal point or a decimal comma."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from askdocs.text.english import MONTH
from askdocs.values.currencies import BEFORE_CURRENCY
from askdocs.values.number_words import VULGAR

MARKS = (".", ",")
GROUP_SPACES = "\u00a0\u202f\u2009\u2007"
_APOSTROPHES = "'’"
_VULGAR = "".join(VULGAR)
_FIGURE = re.compile(
    rf"(?<![\w.,])(?P<sign>[-−‒+]|minus )?(?:(?P<number>"
    rf"\d{{1,3}}(?:[{GROUP_SPACES}]\d{{3}})+(?:[.,]\d+)?(?![.,]?\d)|"
    rf"\d{{1,3}}(?:[{_APOSTROPHES}]\d{{3}})+(?:[.,]\d+)?(?![.,]?\d)|"
    rf"(?P<spaced>[1-9]\d{{0,2}}(?: \d{{3}})+(?:[.,]\d+)?(?![.,]?\d))|"
    rf"\d+(?:[.,]\d+)*|\.\d+)(?P<vulgar>[{_VULGAR}])?(?P<over> [1-9]/(?:[2-9]|1[0-6])(?![\d/]))?"
    rf"|(?P<alone>[{_VULGAR}]))",
    re.I,
)
_PLAIN = re.compile(r"\d+(?:[.,]\d+)*")
_RUN = re.compile(r"(?: ?\d[\d.,]*(?<=\d))+")
# Words that a number belongs to: "on Nov. 17 200 people", "in room 12 500 guests".
_NUMBERED = re.compile(
    rf"\b(?:{MONTH}|article|section|chapter|page|pages|room|flight|note|table|figure|number|no|item|step|day|week|act)"
    r"\.? $",
    re.I,
)
# What is counted or measured: "12 500 shares"; not the unit of the second of two figures, "Power Pro 11 850W".
_COUNTED = re.compile(
    r"\s*[%‰€£$¥°]|(?:mn|bn|tn|[mk])\b|"
    r"\s+(?!(?:and|or|to|in|on|at|for|from|by|with|of|as|than|the|a|an|but|is|was|are|were)\b)[A-Za-z]"
)
_ZEROS = re.compile(r" 000(?:[.,]|$)")
_SLASHED = re.compile(r"(?<![\d/])\d{1,4}/\d{1,2}/\d{1,4}(?![\d/])")  # a date, whichever way round
_IP_ADDRESS = re.compile(r"(?:(?:1?\d?\d|2[0-4]\d|25[0-5])\.){3}(?:1?\d?\d|2[0-4]\d|25[0-5])")


class Figure(NamedTuple):
    """A number in digits at ``[start, end)``: its sign, how it is written, and a fraction to add ("½", "1/2").

    ``unclear`` says why it cannot be told which number it is.
    """

    start: int
    end: int
    sign: int
    written: str
    fraction: Decimal = Decimal(0)
    unclear: str = ""


def reading(written: str, mark: str) -> Decimal | None:
    """The number under a decimal mark; ``None`` where it is not written like that.

    >>> reading("1.234,56", ","), reading("1.234,56", "."), reading("12,34,567", "."), reading("2 311.7", ".")
    (Decimal('1234.56'), None, Decimal('1234567'), Decimal('2311.7'))
    """
    whole, found, fraction = written.partition(mark)
    if found and not re.fullmatch(r"\d+", fraction):
        return None
    if not whole:
        return Decimal(f"0.{fraction}")
    if not re.fullmatch(r"\d+", whole):
        other = "," if mark == "." else "."
        separator = next((sign for sign in (other, " ", *GROUP_SPACES, *_APOSTROPHES) if sign in whole), "")
        first, *groups = whole.split(separator) if separator else [whole]
        thousands = all(re.fullmatch(r"\d{3}", group) for group in groups) and re.fullmatch(r"[1-9]\d{0,2}", first)
        indian = (
            separator == ","
            and re.fullmatch(r"[1-9]\d?", first)
            and all(re.fullmatch(r"\d{2}", group) for group in groups[:-1])
            and re.fullmatch(r"\d{3}", groups[-1])
        )
        if not groups or not (thousands or indian) or _IP_ADDRESS.fullmatch(whole):
            return None
        whole = first + "".join(groups)
    return Decimal(f"{whole}.{fraction}" if fraction else whole)


def readings(written: str) -> dict[str, Decimal]:
    """The number by each decimal mark that it could be written with.

    >>> readings("1.234"), list(readings("9,99")), readings("3.11.2")
    ({'.': Decimal('1.234'), ',': Decimal('1234')}, [','], {})
    """
    found = {mark: reading(written, mark) for mark in MARKS}
    return {mark: number for mark, number in found.items() if number is not None}


def figures(text: str, cell: bool = False) -> Iterator[Figure]:
    """Every number in digits, in order. Spaces join thousands in a ``cell``, elsewhere where something shows it.

    >>> [figure.written for figure in figures("12 500 shares on Nov. 17 200 people")]
    ['12 500', '17', '200']
    """
    position = 0
    text = _SLASHED.sub(lambda date: "/" * len(date.group()), text)
    while (match := _FIGURE.search(text, position)) is not None:
        figure = _figure(text, match, cell)
        yield figure
        position = max(figure.end, match.start() + 1)


def _figure(text: str, match: re.Match[str], cell: bool) -> Figure:
    sign = -1 if match["sign"] and match["sign"] != "+" else 1
    if match["alone"]:
        return Figure(match.start(), match.end(), sign, "0", VULGAR[match["alone"]])
    start, end = match.span("number")
    if match["spaced"] and not cell:
        joined = _joined_by_spaces(text, start, end)
        if joined is None:
            run = _RUN.match(text, start)
            reason = f"whether {text[start:end]!r} is one number or several is open"
            return Figure(match.start(), max(end, run.end() if run else end), sign, match["number"], unclear=reason)
        if not joined:
            first = _PLAIN.match(text, start)
            return Figure(match.start(), first.end() if first else end, sign, first.group() if first else "0")
    fraction = VULGAR.get(match["vulgar"] or "", Decimal(0))
    if match["over"] and not match["vulgar"]:
        top, below = match["over"].split("/")
        fraction = Decimal(top.strip()) / Decimal(below)
    return Figure(match.start(), match.end(), sign, match["number"], fraction)


def _joined_by_spaces(text: str, start: int, end: int) -> bool | None:
    """Whether the spaces in ``text[start:end]`` group thousands; ``None`` where it is open."""
    before, after = text[:start], text[end:]
    if _NUMBERED.search(before) or re.match(r"-[A-Za-z]", after):
        return False
    if re.search(r"\d\s+[-−]?$", before) or re.match(r"\s+\d", after):
        return None
    alone = not re.search(r"\w", before + after)
    if alone and re.fullmatch(r"\d{3}(?: \d{3})+", text[start:end]) and not _ZEROS.search(text[start:end]):
        return None
    if alone or BEFORE_CURRENCY.search(text, 0, start) or _COUNTED.match(after):
        return True
    written = text[start:end]
    return True if _ZEROS.search(written) or written.count(" ") > 1 else None

"""Figures that are below zero though no plain minus stands before the digits: "(12.4)", "-£5", "12.4-"."""

from __future__ import annotations

import re
from typing import NamedTuple

from askdocs.values.currencies import BEFORE_CURRENCY
from askdocs.values.number_words import WORD
from askdocs.values.scales import SCALE_WORD

_ATTACHED = re.compile(
    rf"\s?[%‰]|(?:mln|bln|trn|mn|bn|tn|mm|[mbkpc])\b|\s?(?:{SCALE_WORD})s?\b|\s?(?:Mio|Mrd|Tsd)\b|\s?(?:pp|ppts?|pts|bps)\b|"
    r"\s?[€£¥₹$]",
    re.I,
)
_NUMBER_WORD = re.compile(rf"\b(?:{WORD}|{SCALE_WORD}|percent|per cent)s?[\s-]*$", re.I)
_CELL_BEFORE, _CELL_AFTER = re.compile(r"(?:^|[|;\t\n])\s*$"), re.compile(r"\s*(?:$|[|;\t\n])")
_NEEDS_OBJECT = re.compile(r"\b(?:of|was|were|to|by|at|is|from|totall?ed|reached)\s*$|:\s*$", re.I)
_FIGURE_BEFORE, _FIGURE_AFTER = re.compile(r"[\d)%]\s+$"), re.compile(r"\s+[-−(]{0,2}\d")
_MINUS_BEFORE = re.compile(r"(?:^|[\s(|;])[-−‒]$|^[–—]$|\bminus\s+$", re.I)


class Bracket(NamedTuple):
    """Brackets around a figure, at ``[start, end)``, that mean minus; ``unclear`` says why that is open."""

    start: int
    end: int
    unclear: str = ""


def minus_bracket(
    text: str, start: int, end: int, *, count: bool, cell: bool, attached: bool = False
) -> Bracket | None:
    """The brackets around ``text[start:end]`` where they are a minus, as accounts write it; ``None`` for an aside.

    ``count`` is set where the figure is a plain whole number, such as a note's mark or "several (4) witnesses";
    ``attached`` where its currency, scale or percent sign stands inside the brackets.

    >>> minus_bracket("a loss of £(12.4)m", 12, 16, count=False, cell=False)
    Bracket(start=11, end=17, unclear='')
    >>> minus_bracket("several (4) witnesses", 9, 10, count=True, cell=False) is None
    True
    """
    opening, closing = re.search(r"\(\s?$", text[:start]), re.match(r"\s?\)", text[end:])
    if opening is None or closing is None:
        return None
    bracket = Bracket(opening.start(), end + closing.end())
    before, after = text[: bracket.start], text[bracket.end :]
    if _NUMBER_WORD.search(before):
        return None
    if not attached and (BEFORE_CURRENCY.search(before) or _ATTACHED.match(after)):
        return bracket
    alone = _CELL_BEFORE.search(before) is not None and _CELL_AFTER.match(after) is not None
    if cell and (not before.strip() or BEFORE_CURRENCY.search(before)):
        return bracket
    in_row = alone and bool(re.search(r"[|\t]\s*$", before) or re.match(r"\s*[|\t]", after))
    if count and re.fullmatch(r"(?:19|20)\d\d", text[start:end]):
        return None
    if alone and (in_row or not count):
        percent = re.search(r"%\s*$", text[start:end]) is not None
        return bracket if in_row or not percent else bracket._replace(unclear=_open(text, bracket))
    if alone:
        return bracket._replace(unclear=_open(text, bracket))
    if _NEEDS_OBJECT.search(before):
        return None if count else bracket
    beside = _FIGURE_BEFORE.search(before) is not None or _FIGURE_AFTER.match(after) is not None
    return bracket._replace(unclear=_open(text, bracket)) if beside and not count and not attached else None


def _open(text: str, bracket: Bracket) -> str:
    return f"whether the brackets of {text[bracket.start : bracket.end]!r} are a minus is open"


def minus_before(text: str, start: int, *, cell: bool) -> int | None:
    """Where the minus begins that stands right before a currency or a figure at ``start``; ``None`` without one.

    >>> minus_before("it lost -£5m", 9, cell=False), minus_before("£3-£5", 3, cell=False)
    (8, None)
    """
    match = _MINUS_BEFORE.search(text[:start])
    if match is None and cell:
        match = re.match(r"\s*[-−‒–—]\s*$", text[:start])
    if match is None:
        return None
    return match.end() - len(match.group().lstrip(" \t\n(|;"))


def minus_behind(text: str, end: int) -> int | None:
    """Where a minus ends that stands behind the figure of a table cell ("12.4-"); ``None`` without one.

    >>> minus_behind("12.4-", 4), minus_behind("12-14", 2)
    (5, None)
    """
    match = re.compile(r"\s*[-−–]\s*$").match(text, end)
    return match.end() if match else None

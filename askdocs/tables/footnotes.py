"""Marks of footnotes in cells: "455.9¹" is 455.9 with a note, "m²" is a unit."""

from __future__ import annotations

import re

SUPERSCRIPTS = str.maketrans("0123456789+-()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ")
_MARK = re.compile(r"[(\[]?(?:[*†‡§¶#]{1,3}|\d{1,2}|[a-z]{1,2}|[ivx]{1,4})(?:\s?,\s?(?:\d{1,2}|[a-z*†‡§]))*[)\]]?")
_ORDINAL = re.compile(r"(?:st|nd|rd|th|er|re|e|o|a|TM|SM|®|™)")
# What a raised figure is a power of, or a part of the name of: units, ten, ions.
_BASE = re.compile(
    r"(?:^|[\s\d(/·.*×^-])(?:[fpnµμmcdk]?m|in|ft|yd|mi|s|sec|h|hr|[kMG]?g|[kMG]?W|[kMGm]?V|K|A|N|J|mol|cd|Pa|bar|R|x|y|r|χ|"
    r"χ|σ|(?:[×x*·]\s?|^)10|e|2)$"
)
_RAISED = re.compile(r"(?<=[\d%)])\s?[¹²³⁴⁵⁶⁷⁸⁹⁰]{1,2}$|(?<=[\w%)])\s?[*†‡§]{1,3}$|(?<=[a-zà-ÿ]{3})[¹²³⁴⁵⁶⁷⁸⁹⁰]{1,2}$")


def is_footnote_mark(raised: str, before: str, links: bool = False) -> bool:
    """Whether raised letters behind ``before`` point to a footnote; ``links`` is set where they are a link.

    >>> is_footnote_mark("1", "455.9"), is_footnote_mark("2", "5 m"), is_footnote_mark("6", "3 × 10")
    (True, False, False)
    """
    raised, before = raised.strip(), before.rstrip()
    if not _MARK.fullmatch(raised) or (_ORDINAL.fullmatch(raised) and before[-1:].isdigit() and len(raised) > 1):
        return False
    return links or not before or not raised[0].isdigit() or not _BASE.search(before)


def without_marks(cell: str) -> str:
    """A cell without the raised figure, star or dagger at its end that points to a footnote.

    >>> [without_marks(cell) for cell in ("455.9¹", "Revenue*", "12 m²", "10⁶", "*")]
    ['455.9', 'Revenue', '12 m²', '10⁶', '*']
    """
    found = _RAISED.search(cell)
    if not found or re.search(r"(?:^|[×x*·]\s?)10$", cell[: found.start()]):
        return cell
    return cell[: found.start()].rstrip() or cell

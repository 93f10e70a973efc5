"""Where a run of words may begin and end: not inside a word, a number, or between a figure and its sign.

Used by the decoding constraint (``spans``) and wherever words are cut out of a text.
"""

from __future__ import annotations

import unicodedata

_CURRENCY = frozenset("$€£¥₹₩₽₺₴₦฿₫")
_SIGNS = frozenset("%‰°")
_APOSTROPHES = frozenset("'’")
_NOT_FIRST = frozenset(".,;:!?)]}%»”’…")
_NOT_LAST = frozenset(",;:([{«“‘…-–—$€£¥")


def is_cut(text: str, i: int) -> bool:
    """Whether ``text`` may be cut before its ``i``-th character.

    >>> [i for i in range(1, 12) if is_cut("fell 0.60% to", i)]
    [4, 5, 10, 11]
    """
    if i <= 0 or i >= len(text):
        return True
    before, after = text[i - 1], text[i]
    if _is_letter(before) and _is_letter(after):
        return _is_own_word(before) or _is_own_word(after)
    if before.isdigit() and after in ".,:/" and i + 1 < len(text) and text[i + 1].isdigit():
        return False
    if before in ".,:/" and after.isdigit() and i >= 2 and text[i - 2].isdigit():
        return False
    if (before in _CURRENCY and after.isdigit()) or (before.isdigit() and after in _SIGNS):
        return False
    return not (before in _APOSTROPHES and _is_letter(after) and i >= 2 and _is_letter(text[i - 2]))


def can_start(text: str, i: int) -> bool:
    """Whether a run of words may begin at ``i``."""
    return i < len(text) and not text[i].isspace() and text[i] not in _NOT_FIRST and is_cut(text, i)


def can_end(text: str, i: int) -> bool:
    """Whether a run of words may end before ``i``."""
    return i > 0 and not text[i - 1].isspace() and text[i - 1] not in _NOT_LAST and is_cut(text, i)


def _is_letter(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def _is_own_word(character: str) -> bool:
    """Scripts written without spaces: any of their characters may begin or end a word."""
    return 0x2E80 <= ord(character) <= 0xABFF or ord(character) >= 0x20000 or 0x0E00 <= ord(character) <= 0x0EFF

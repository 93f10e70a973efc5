"""Where a run of words may begin and end: not inside a word, a number, or between a figure and its sign.

Used by the decoding constraint (``grammar``) and wherever words are cut out of a text.
"""

from __future__ import annotations

import unicodedata

_CURRENCY = frozenset("$€£¥₹₩₽₺₴₦฿₫")
_SIGNS = frozenset("%‰°")
_MINUS = frozenset("-−")
_APOSTROPHES = frozenset("'’")
_INSIDE_NUMBERS = frozenset(".,:/")
_NOT_FIRST = frozenset(".,;:!?)]}%»”’…")
_NOT_LAST = frozenset(",;:([{«“‘…-–—$€£¥")
_JOINER = "\u200d"
_CLOSES = {")": "(", "]": "[", "}": "{", "”": "“", "»": "«"}
# Scripts written without spaces: any of their characters may begin or end a word.
_OWN_WORDS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0xA4CF),  # Chinese, Japanese, Yi
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
# What belongs to the character before it or behind it: parts of Thai and Lao syllables, joined consonants of Khmer and
# Burmese, small kana and marks of length and repetition.
_JOINS_BEHIND = frozenset("เแโใไເແໂໃໄ\u17d2\u1039")
_JOINS_BEFORE = frozenset("ะาำๅๆະາຳໆーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ々ゝゞヽヾ\uff9e\uff9f")
# What multiplies a figure before it: "3300" is another number than "3300万".
_SCALES = frozenset("十百千万萬亿億兆만억조")


def is_cut(text: str, i: int) -> bool:
    """Whether ``text`` may be cut before its ``i``-th character.

    >>> [i for i in range(1, 12) if is_cut("fell 0.60% to", i)]
    [4, 5, 10, 11]
    """
    if i <= 0 or i >= len(text):
        return True
    before, after = text[i - 1], text[i]
    if not (before.isascii() and after.isascii()) and _is_one_character(before, after):
        return False
    if before.isspace() or after.isspace():
        return True
    if _is_letter(before) and _is_letter(after):
        return (_is_own_word(before) or _is_own_word(after)) and not _belong_together(before, after)
    if before.isdigit() and after in _INSIDE_NUMBERS and text[i + 1 : i + 2].isdigit():
        return False
    if after.isdigit() and before in _INSIDE_NUMBERS and i >= 2 and text[i - 2].isdigit():
        return False
    if (before in _CURRENCY and after.isdigit()) or (before.isdigit() and after in _SIGNS):
        return False
    if before in _MINUS and (after.isdigit() or after in _CURRENCY) and (i < 2 or not text[i - 2].isalnum()):
        return False
    return not (before in _APOSTROPHES and _is_letter(after) and i >= 2 and _is_letter(text[i - 2]))


def can_start(text: str, i: int) -> bool:
    """Whether a run of words may begin at ``i``."""
    return i < len(text) and not text[i].isspace() and text[i] not in _NOT_FIRST and is_cut(text, i)


def can_end(text: str, i: int) -> bool:
    """Whether a run of words may end before ``i``."""
    return i > 0 and not text[i - 1].isspace() and text[i - 1] not in _NOT_LAST and is_cut(text, i)


def end_closed(text: str, start: int, end: int) -> int:
    """The end of a run of words, with the bracket or quotation mark that closes one within the run and no other.

    Straight quotation marks do not show which of them opens, so they are left.

    >>> text = "the standards (International), 2018 (8.8 lb)"
    >>> text[: end_closed(text, 0, 28)], text[37 : end_closed(text, 37, 44)]
    ('the standards (International)', '8.8 lb')
    """
    behind, last = text[end : end + 1], text[end - 1 : end]
    if behind in _CLOSES and can_end(text, end + 1) and _unclosed(text, start, end, behind) > 0:
        return end + 1
    if last in _CLOSES and end - 1 > start and can_end(text, end - 1) and _unclosed(text, start, end, last) < 0:
        return end - 1
    return end


def _unclosed(text: str, start: int, end: int, closer: str) -> int:
    """How many more brackets of this kind a run opens than it closes."""
    return text.count(_CLOSES[closer], start, end) - text.count(closer, start, end)


def _is_one_character(before: str, after: str) -> bool:
    """Whether a reader sees the two as one character: a letter and its accent, parts of an emoji (UAX 29)."""
    if _JOINER in (before, after) or unicodedata.category(after)[0] == "M":
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff":  # skin tones
        return True
    return "\U0001f1e6" <= before <= "\U0001f1ff" and "\U0001f1e6" <= after <= "\U0001f1ff"  # flags


def _belong_together(before: str, after: str) -> bool:
    """Whether two characters of a script without spaces are of one syllable or one number."""
    if after in _SCALES and (before.isdigit() or before in _SCALES):
        return True
    if before in _SCALES and after.isdigit():
        return True
    return before in _JOINS_BEHIND or after in _JOINS_BEFORE


def _is_letter(character: str) -> bool:
    return character.isalnum() or (not character.isascii() and unicodedata.category(character)[0] == "M")


def _is_own_word(character: str) -> bool:
    return not character.isascii() and any(first <= ord(character) <= last for first, last in _OWN_WORDS)

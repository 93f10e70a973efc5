"""The characters of a stored text: nothing a terminal obeys, nothing invisible, canonical forms.

Words are never changed: what goes is control characters, escape sequences (ECMA-48), overrides of the writing
direction (Unicode Annex 9; "Trojan Source", 2021), zero-width and other invisible characters, also those that spell
hidden instructions to a model (tags, variation selectors 17 to 256). Text is put into Unicode's form C.
"""

from __future__ import annotations

import functools
import re
import sys
import unicodedata

_ESCAPES = re.compile(
    r"\x1b\][^\x07\x1b\n]{0,4096}(?:\x07|\x1b\\)"  # operating system commands: window titles, links
    r"|\x1b[PX^_][^\x1b\n]{0,4096}\x1b\\"  # device control and other strings
    r"|(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,16}[@-~]"  # colours, cursor movements
    r"|\x1b[ -/]{0,16}[0-~]"
)
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028]")
_PARAGRAPH_ENDS = re.compile("[\x0b\x0c\u2029]")
# Joiners shape emoji and the letters of several scripts; beside ASCII or a space they are junk.
_STRAY_JOINERS = re.compile(r"(?:(?<=[\x00-\x7f])|^)[\u200c\u200d]+|[\u200c\u200d]+(?=[\x00-\x7f]|$)", re.MULTILINE)
_SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
_INVISIBLE = (
    (0x00, 0x08), (0x0E, 0x1F), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C),
    (0x180B, 0x180F), (0x200B, 0x200B), (0x200E, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFC), (0xFFFE, 0xFFFF), (0xD800, 0xDFFF), (0xE0000, 0xE0FFF),
)  # fmt: skip

# Unicode's stream-safe format (Annex 15) allows 30 marks on a letter; ordering more takes quadratic time.
MARKS = 30


def plain_characters(text: str) -> str:
    r"""``text`` without unsafe characters, with single spaces and at most one empty line in a row.

    >>> plain_characters("\x1b[31mSales\x1b[0m rose\u202e to\u00a0$5\r\n\r\n\r\nin May\u200b.")
    'Sales rose to $5\n\nin May.'
    """
    if "\x1b" in text or "\x9b" in text:
        text = _ESCAPES.sub("", text)
    text = _LINE_ENDS.sub("\n", text)
    text = _PARAGRAPH_ENDS.sub("\n\n", text).translate(_removed())
    if not text.isascii():
        text = _canonical(_STRAY_JOINERS.sub("", text))
    text = _SPACES.sub(" ", text).replace(" \n", "\n").replace("\n ", "\n")
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _canonical(text: str) -> str:
    if unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", _too_many_marks().sub(r"\1", text))


@functools.cache
def _removed() -> dict[int, None]:
    return {code: None for first, last in _INVISIBLE for code in range(first, last + 1)}


@functools.cache
def _too_many_marks() -> re.Pattern[str]:
    marks = "".join(chr(code) for code in range(0x300, sys.maxunicode + 1) if unicodedata.combining(chr(code)))
    return re.compile(f"([{marks}]{{{MARKS}}})[{marks}]+")

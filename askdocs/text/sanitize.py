"""Text of articles, models and file names made fit for a terminal: shown, never interpreted.

A terminal obeys escape sequences (they can retitle a window, move the cursor over earlier lines, or paste), and a
bidirectional override shows words in another order than they stand in. Every such character is exchanged, one by
one and without looking at its neighbours, for a visible sign of itself, so a text may be cut anywhere before or
after. What is a sequence to the terminal is just letters then: ``ESC [ 3 1 m`` is shown as ``␛[31m``.

Sources: ECMA-48 (control functions), Unicode Standard Annex 9 (bidirectional controls), Boucher and Anderson,
"Trojan Source" (2021).
"""

from __future__ import annotations

import functools
import json
import re
from typing import Any

_BIDIRECTIONAL = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_INVISIBLE = (0x180E, *range(0x2060, 0x2065), *range(0x206A, 0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC))
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_MARKS = re.compile(
    "([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_UNSAFE_IN_JSON = re.compile(
    "[\x7f-\x9f\u061c\u180e\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)


@functools.cache
def _signs() -> dict[int, str]:
    """What each unsafe character is shown as."""
    signs = {code: chr(0x2400 + code) for code in range(0x20) if code not in (0x09, 0x0A)}
    signs |= {0x09: "    ", 0x7F: "␡"}
    signs |= {code: f"<{code:02X}>" for code in range(0x80, 0xA0)}
    signs |= {code: f"<U+{code:04X}>" for code in (*_BIDIRECTIONAL, *_INVISIBLE)}
    signs |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")  # halves of pairs, from undecodable file names
    signs |= dict.fromkeys(range(0xE0000, 0xE1000), "")  # tags: invisible letters
    return signs


def sanitize(text: str) -> str:
    r"""Any text as a terminal may show it: line breaks stay, every other control character becomes visible.

    >>> sanitize("\x1b[31mred\x1b[0m \u202edesrever")
    '␛[31mred␛[0m <U+202E>desrever'
    >>> sanitize("two\r\nlines\tand a tab")
    'two\nlines    and a tab'
    """
    return _MARKS.sub(r"\1", _LINE_ENDS.sub("\n", text).translate(_signs()))


def one_line(text: str, width: int | None = None) -> str:
    r"""Harmless text on one line, cut with an ellipsis to at most ``width`` characters.

    >>> one_line("a\n  title\x07", 9)
    'a title␇'
    >>> one_line("a very long title", 9)
    'a very l…'
    """
    if width is not None and len(text) > 8 * width + 64:
        text = text[: 8 * width + 64]  # no need to look at megabytes to show a line
    line = " ".join(sanitize(text).split())
    if width is not None and len(line) > width:
        line = line[: max(width - 1, 0)].rstrip() + "…"
    return line


def json_text(document: Any, indent: int | None = 2) -> str:
    r"""A document as JSON: letters of all languages as they are, what a terminal would obey escaped.

    >>> print(json_text({"title": "naïve \x9b31m \u202e"}, indent=None))
    {"title": "naïve \u009b31m \u202e"}
    """
    text = json.dumps(document, ensure_ascii=False, indent=indent, allow_nan=False)
    return _UNSAFE_IN_JSON.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return json.dumps(match.group(), ensure_ascii=True)[1:-1]

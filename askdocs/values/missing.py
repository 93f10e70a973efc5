"""Cells that hold no figure: empty, a dash, "n/a", an error of a spreadsheet."""

from __future__ import annotations

import re

# "nil" is not among them: in accounts it is the figure zero. A dash is often zero too, but as often "not given".
_MISSING = re.compile(
    r"[\s\-–—−‐‑―_.…·*?/:]*|n\.?\s?/?\s?a\.?|n\.?\s?/?\s?m\.?f?\.?|n\.?\s?/?\s?d\.?|n\.?\s?/?\s?r\.?|k\.?\s?a\.?|NaN|null|"
    r"none|not (?:yet )?(?:available|disclosed|applicable|reported|meaningful|given|stated|provided|published|known|"
    r"recorded|determined|tested|measured|specified|material)|no (?:data|figures?|information)|unavailable|unknown|"
    r"undisclosed|unspecified|confidential|pending|missing|blank|withheld|suppressed|redacted|"
    r"to be (?:determined|confirmed|announced|advised)|TB[DCA]\.?|keine Angaben?|nicht verfügbar|"
    r"#?(?:DIV/0|REF|N/A|VALUE|NAME\?|NUM|NULL|SPILL|CALC|ERROR)!?|#+|Err:\d+|\(?(?:x|c)\)",
    re.I,
)
_WRAPPED = re.compile(r"[(\[]\s*(.*?)\s*[)\]]", re.S)


def is_missing(text: str) -> bool:
    """Whether a cell has no figure to give, so that it answers nothing. "nil" is one: zero.

    >>> [is_missing(cell) for cell in ("", "–", "n/a", "N.A.", "not disclosed", "#DIV/0!", "0", "nil", "No")]
    [True, True, True, True, True, True, False, False, False]
    """
    text = text.strip()
    wrapped = _WRAPPED.fullmatch(text)
    return _MISSING.fullmatch(text) is not None or (wrapped is not None and _MISSING.fullmatch(wrapped[1]) is not None)

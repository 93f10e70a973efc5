"""What words around a table say of the unit of its cells."""

from __future__ import annotations

import re

_UNIT_LINE = re.compile(r"\(?(?:all )?(?:figures|amounts)?\s*(?:are )?in .{1,100}", re.I)


def is_unit_line(text: str) -> bool:
    """Whether a short line says nothing but the unit of the figures near it."""
    return len(text) < 120 and _UNIT_LINE.fullmatch(text) is not None

"""The typed value of one cell of a table."""

from __future__ import annotations

_MISSING = frozenset(
    (
        "",
        "-",
        "–",
        "—",
        "n/a",
        "na",
        "n.a.",
        "..",
        "...",
        "not available",
        "not disclosed",
        "tbd",
        "#n/a",
        "#div/0!",
        "#ref!",
    )
)


def is_missing(text: str) -> bool:
    """Whether a cell holds no figure and no words, only a mark that there are none."""
    return text.strip().lower() in _MISSING

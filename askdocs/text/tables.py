"""Tables as lines: one line a row, ``header: cell; header: cell``, so that a figure keeps its labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_YEAR = re.compile(r"(?:FY|Q[1-4]|H[12])?[ '-]?(?:19|20)\d\d[A-Z]?")
_SPACE = re.compile(r"\s+")


def row_lines(rows: Iterable[Sequence[str]], header: Sequence[str] | None = None) -> Iterator[str]:
    """Write each row as a line. Without ``header`` the first row is taken for it where it looks like one.

    Empty cells are left out, rows of a single cell stay as they are. In a table of two columns without a header the
    first cell labels the second.

    >>> list(row_lines([["Company", "Shares"], ["XPeng", "33 million"], ["Nio", ""]]))
    ['Company: XPeng; Shares: 33 million', 'Company: Nio']
    >>> list(row_lines([["Revenue", "$5 million"], ["Profit", "$2 million"]]))
    ['Revenue: $5 million', 'Profit: $2 million']
    """
    remaining = iter(rows)
    if header is None:
        first = _clean_row(next(remaining, []))
        while sum(map(bool, first)) == 1:  # a caption above the header
            yield from _line(first, [])
            first = _clean_row(next(remaining, []))
        header = first if _looks_like_header(first) else []
        if not header:
            yield from _line(first, [])
    for row in remaining:
        yield from _line(_clean_row(row), header)


def _line(cells: list[str], header: Sequence[str]) -> Iterator[str]:
    if not header and len(cells) == 2 and all(cells):
        yield f"{cells[0].rstrip(':')}: {cells[1]}"
        return
    labelled = []
    for place, cell in enumerate(cells):
        if cell:
            label = header[place].rstrip(":") if place < len(header) else ""
            labelled.append(f"{label}: {cell}" if label and label != cell else cell)
    if labelled:
        yield "; ".join(labelled)


def _clean_row(cells: Sequence[str]) -> list[str]:
    return [_SPACE.sub(" ", cell).strip() for cell in cells]


def _looks_like_header(cells: list[str]) -> bool:
    """Names stand in a header, or years; all differ, and only the corner may be empty."""
    names = [cell for cell in cells if cell]
    if len(cells) < 2 or len(names) < len(cells) - (not cells[0]) or len(set(names)) < len(names):
        return False
    return all(_YEAR.fullmatch(name) or not any(letter.isdigit() for letter in name) for name in names)

"""Rows of a file or a sheet put together to the tables in it: an empty row may part two, or only space out one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from askdocs.core.tables import Grid
from askdocs.tables.cell_kinds import cell_kind
from askdocs.tables.headers import header_row_count

Rows = Sequence[Sequence[str]]
# So much of a block is looked at to see what it begins with.
_ROWS, _COLUMNS = 20, 50


def tables_of(rows: Rows) -> list[list[int]]:
    """The numbers of the rows of each table; empty rows belong to none.

    Rows below an empty one begin another table where they are not as long as those above, or begin with names of
    columns. Rows of one cell above a table belong to it, and so do those at its end.

    >>> tables_of([["Sales"], [], ["port", "2024"], ["Varde", "5"], [], ["ship", "2024"], ["Marta", "1"]])
    [[0, 2, 3], [5, 6]]
    """
    tables: list[list[int]] = []
    waiting: list[int] = []
    known: set[int] = set()
    blocks = _blocks(rows)
    for number, block in enumerate(blocks):
        widths = Counter(filled(rows[row]) for row in block)
        lone = all(_alone(rows[row]) for row in block)
        if lone and number + 1 < len(blocks):
            waiting += block
            continue
        own = max(widths, key=lambda size: (widths[size], size))
        if tables and (lone or (not waiting and own in known and not _begins_with_names(rows, block))):
            tables[-1] += [*waiting, *block]
        else:
            tables.append([*waiting, *block])
        waiting = []
        known = set(widths)
    return tables


def filled(row: Sequence[str]) -> int:
    """The length of a row without the empty cells at its end.

    >>> filled(["a", "", "b", "", ""])
    3
    """
    length = len(row)
    while length and not row[length - 1]:
        length -= 1
    return length


def _blocks(rows: Rows) -> list[list[int]]:
    blocks: list[list[int]] = [[]]
    for number, row in enumerate(rows):
        if any(row):
            blocks[-1].append(number)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _alone(row: Sequence[str]) -> bool:
    return sum(map(bool, row[:_COLUMNS])) <= 1


def _begins_with_names(rows: Rows, block: list[int]) -> bool:
    """Whether the first row of a block names columns of figures below it, and so begins a table."""
    width = max(len(rows[row]) for row in block)
    first = tuple((*rows[row], *[""] * (width - len(rows[row]))) for row in block[:_ROWS])
    figures = any(cell_kind(cell) == "figure" for row in first[1:] for cell in row[1:_COLUMNS])
    return figures and header_row_count(Grid(rows=first)) > 0

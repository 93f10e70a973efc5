"""Cells that belong together though a source parts them: "$" and "1,250" and ")", each in a column of its own.

Filings on the web set signs apart so that figures stand below each other, and let one header cover all three.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from askdocs.core.tables import Grid, Merge
from askdocs.values.currencies import CODES

_BEFORE = re.compile(r"(?:(?:US|HK|A|C|S|NZ|R)?[$£€¥₹]|\(|(?:US)?[$£€¥]\s?\()")
_BEHIND = re.compile(r"(?:\)|%|\)\s?%|%\s?\)|[a-z]{1,2}\)|pp|bps|\*{1,2}|[†‡])")
_UNITS = re.compile(r"(?i)units?(?: of measure(?:ment)?)?|uom|einheit|dimension")
_FIGURE = re.compile(r"[(−–-]?\s?[$£€¥]?\s?[(−–-]?\d[\d.,  '’]*\)?%?|[—–-]")


def with_joined_cells(grid: Grid) -> Grid:
    """The grid with signs put to their figures, and the columns under one merged header that this empties as one.

    >>> rows = (("", "2024", "", ""), ("Cash", "$", "1,250", ""), ("Debt", "$", "(30", ")"))
    >>> found = with_joined_cells(Grid(rows=rows, merges=(Merge(row=0, column=1, columns=3),)))
    >>> found.rows, found.merges
    ((('', '2024'), ('Cash', '$1,250'), ('Debt', '$(30)')), ())
    """
    units = _columns_of_units(grid.rows)
    rows = [_joined(row, units) for row in grid.rows]
    if all(joined == list(row) for joined, row in zip(rows, grid.rows, strict=True)) and not grid.merges:
        return grid
    grid = grid.model_copy(update={"rows": tuple(map(tuple, rows))})
    return _with_whole_columns(grid) if rows else grid


def _columns_of_units(rows: Sequence[Sequence[str]]) -> set[int]:
    """The columns whose header says that they hold units: a "%" in them is one, and no sign of the cell before it."""
    return {place for row in rows[:3] for place, cell in enumerate(row) if _UNITS.fullmatch(cell)}


def _joined(cells: Sequence[str], units: set[int]) -> list[str]:
    row = list(cells)
    for place, cell in enumerate(row):
        if not cell or len(cell) > 4 or place in units:
            continue
        if cell in CODES or _BEFORE.fullmatch(cell):
            after = next((at for at in range(place + 1, min(place + 3, len(row))) if row[at]), None)
            if after is not None and _FIGURE.fullmatch(row[after]):
                space = " " if cell[-1].isalpha() else ""
                row[after], row[place] = f"{cell}{space}{row[after]}", ""
        elif _BEHIND.fullmatch(cell):
            before = next((at for at in range(place - 1, max(place - 3, -1), -1) if row[at]), None)
            if before is not None and before > 0 and re.search(r"\d", row[before]) and len(row[before]) < 30:
                row[before], row[place] = row[before] + cell, ""
    return row


def _with_whole_columns(grid: Grid) -> Grid:
    """The grid with the columns under one merged cell as one, where no row has more than one cell in them."""
    width = len(grid.rows[0])
    groups: list[tuple[int, int]] = []
    for merge in sorted(grid.merges, key=lambda merge: (-merge.columns, merge.column)):
        end = min(merge.column + merge.columns, width)
        inside = any(begin < end and merge.column < stop for begin, stop in groups)
        if end - merge.column < 2 or end - merge.column >= width or inside:
            continue
        if all(sum(map(bool, row[merge.column : end])) <= 1 for row in grid.rows) and _aligned(grid, merge.column, end):
            groups.append((merge.column, end))
    if not groups:
        return grid
    first = {column: begin for begin, end in groups for column in range(begin, end)}
    kept = [column for column in range(width) if first.get(column, column) == column]
    places = {column: number for number, column in enumerate(kept)}
    ends = dict(groups)
    rows = tuple(
        tuple(next(filter(None, row[column : ends.get(column, column + 1)]), "") for column in kept)
        for row in grid.rows
    )
    merges = []
    for merge in grid.merges:
        covered = {
            places[first.get(column, column)]
            for column in range(merge.column, min(merge.column + merge.columns, width))
        }
        if covered and (len(covered) > 1 or merge.rows > 1):
            merges.append(Merge(row=merge.row, column=min(covered), rows=merge.rows, columns=len(covered)))
    labels = grid.label_columns
    return grid.model_copy(
        update={
            "rows": rows,
            "merges": tuple(merges),
            "label_columns": None if labels is None else sum(column < labels for column in kept),
        }
    )


def _aligned(grid: Grid, begin: int, end: int) -> bool:
    """Whether no merged cell reaches over only one side of a group of columns."""
    return all(
        merge.column + merge.columns <= begin
        or merge.column >= end
        or (merge.column >= begin and merge.column + merge.columns <= end)
        or (merge.column <= begin and merge.column + merge.columns >= end)
        for merge in grid.merges
    )

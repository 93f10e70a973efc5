"""The cells of a sheet to the tables on it, each a grid, and texts that stand alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from askdocs.core.tables import Grid, Merge
from askdocs.ingest.sources.row_blocks import tables_of
from askdocs.tables.cell_kinds import cell_kind
from askdocs.tables.footnotes import without_marks
from askdocs.tables.surroundings import without_surroundings

# Cells between the first and the last one of all rows, empty ones too; more are no table that anyone reads.
PLACES = 20_000_000


@dataclass
class Sheet:
    """What a sheet shows: the texts of its cells by row and column, counted from 0, merged cells, and indents."""

    name: str
    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    indents: dict[int, int] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


class Workbook(NamedTuple):
    """The sheets that are shown, and what was left out, in words."""

    sheets: list[Sheet]
    title: str = ""
    left_out: tuple[str, ...] = ()


def left_out(hidden_sheets: Sequence[str], sheets: Sequence[Sheet]) -> tuple[str, ...]:
    """What of a workbook is hidden, in words.

    >>> left_out(["Costs"], [Sheet("Sales", {1: {0: "x"}}, hidden_rows={1})])
    ('hidden sheet: Costs', 'hidden rows of Sales: 1')
    """
    found = [f"hidden sheet: {name}" for name in hidden_sheets]
    for sheet in sheets:
        rows = sum(1 for row in sheet.hidden_rows if any(sheet.cells.get(row, {}).values()))
        used = {column for cells in sheet.cells.values() for column, text in cells.items() if text}
        columns = len(used & sheet.hidden_columns)
        found += [f"hidden rows of {sheet.name}: {rows}"] if rows else []
        found += [f"hidden columns of {sheet.name}: {columns}"] if columns else []
    return tuple(found)


def sheet_grids(sheet: Sheet) -> list[Grid]:
    """The tables of a sheet in reading order. Rows and columns that are hidden are left out.

    Empty rows part tables where another one begins below them; empty columns where what stands at their right has
    labels of its own.

    >>> [found] = sheet_grids(Sheet("Sales", {2: {1: "Port", 2: "2024"}, 3: {1: "Varde", 2: "5"}}))
    >>> found.rows, found.name
    ((('Port', '2024'), ('Varde', '5')), 'Sales')
    """
    rows = sorted(row for row, cells in sheet.cells.items() if any(cells.values()) and row not in sheet.hidden_rows)
    used = {column for row in rows for column, text in sheet.cells[row].items() if text} - sheet.hidden_columns
    columns = sorted(used)
    if not columns or len(rows) * len(columns) > PLACES:
        return [] if not columns else _sparse(sheet, rows, columns)
    found = []
    for band in _parts_by_rows(sheet, rows, columns):
        for part in _parts_by_columns(sheet, band, columns):
            found += [_grid(sheet, table, part) for table in _parts_by_rows(sheet, band, part)]
    return [grid for grid in found if any(map(any, grid.rows))]


def _sparse(sheet: Sheet, rows: list[int], columns: list[int]) -> list[Grid]:
    """A sheet whose few cells are far apart: each row without its empty cells."""
    kept = set(columns)
    texts = [[text for column, text in sorted(sheet.cells[row].items()) if text and column in kept] for row in rows]
    width = max(map(len, texts))
    return [Grid(rows=tuple(tuple(row + [""] * (width - len(row))) for row in texts), name=sheet.name)]


def _parts_by_rows(sheet: Sheet, rows: list[int], columns: list[int]) -> list[list[int]]:
    """The rows of each table, an empty row being where the numbers of rows leave one out."""
    texts: list[list[str]] = []
    numbers: list[int] = []
    for row in rows:
        cells = [sheet.cells[row].get(column, "") for column in columns]
        if numbers and _is_gap(sheet, numbers[-1], row) and any(texts[-1]):
            texts.append([])
            numbers.append(row)
        texts.append(cells)
        numbers.append(row)
    return [[numbers[place] for place in table] for table in tables_of(texts)]


def _is_gap(sheet: Sheet, before: int, after: int) -> bool:
    return any(row not in sheet.hidden_rows for row in range(before + 1, min(after, before + 1000)))


def _parts_by_columns(sheet: Sheet, rows: list[int], columns: list[int]) -> list[list[int]]:
    """The columns of each table that stands beside others in these rows."""
    used = [column for column in columns if any(sheet.cells[row].get(column) for row in rows)]
    parts: list[list[int]] = [[]]
    for place, column in enumerate(used):
        before = used[place - 1] if place else column
        gap = any(between not in sheet.hidden_columns for between in range(before + 1, column))
        if gap and not _spanned(sheet, rows, before, column) and _has_labels(sheet, rows, used[place:]):
            parts.append([])
        parts[-1].append(column)
    return parts


def _spanned(sheet: Sheet, rows: list[int], before: int, column: int) -> bool:
    """Whether a merged cell, other than a title at the top, reaches over the gap."""
    return any(
        merge.row in rows[1:] and merge.column <= before and merge.column + merge.columns > column
        for merge in sheet.merges
    )


def _has_labels(sheet: Sheet, rows: list[int], columns: list[int]) -> bool:
    """Whether the columns from a gap on begin with one of words that names figures beside it."""
    first = [cell_kind(text) for row in rows[:200] if (text := sheet.cells[row].get(columns[0], ""))]
    words = sum(kind in ("words", "period") for kind in first)
    beside = [cell_kind(sheet.cells[row].get(column, "")) for row in rows[:200] for column in columns[1:20]]
    return (
        len(columns) > 1
        and len(first) > 1
        and words * 3 > len(first) * 2
        and not {"figure", "period"}.isdisjoint(beside)
    )


def _grid(sheet: Sheet, rows: list[int], columns: list[int]) -> Grid:
    texts = tuple(tuple(sheet.cells[row].get(column, "") for column in columns) for row in rows)
    indents = tuple(sheet.indents.get(row, 0) for row in rows)
    grid = Grid(
        rows=tuple(tuple(without_marks(cell) for cell in row) for row in texts),
        merges=tuple(_merges(sheet, rows, columns)),
        indents=indents if len(set(indents)) > 1 else (),
        name=sheet.name,
    )
    return without_surroundings(grid)


def _merges(sheet: Sheet, rows: list[int], columns: list[int]) -> list[Merge]:
    found = []
    row_places = {row: place for place, row in enumerate(rows)}
    column_places = {column: place for place, column in enumerate(columns)}
    for merge in sheet.merges:
        down = [row_places[row] for row in range(merge.row, merge.row + merge.rows) if row in row_places]
        across = [column_places[at] for at in range(merge.column, merge.column + merge.columns) if at in column_places]
        if merge.row in row_places and merge.column in column_places and len(down) * len(across) > 1:
            found.append(Merge(row=down[0], column=across[0], rows=len(down), columns=len(across)))
    return found


def without_covered(sheet: Sheet) -> None:
    """Drop what stands in cells that a merged one covers: it is not shown."""
    for merge in sheet.merges:
        if merge.rows * merge.columns > len(sheet.cells) * merge.columns:
            rows = [row for row in sheet.cells if merge.row <= row < merge.row + merge.rows]
        else:
            rows = list(range(merge.row, merge.row + merge.rows))
        for row in rows:
            cells = sheet.cells.get(row, {})
            for column in [column for column in cells if merge.column <= column < merge.column + merge.columns]:
                if (row, column) != (merge.row, merge.column):
                    del cells[column]

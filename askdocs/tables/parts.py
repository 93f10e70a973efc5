"""A grid that is two tables, one above the other: pairs of labels and values over a list with a header of its own."""

from __future__ import annotations

from askdocs.core.tables import Grid, Merge

_LEAST_PAIRS = 2


def parted(grid: Grid) -> list[Grid]:
    """The tables that a grid holds, in their order; itself where it is one.

    >>> rows = (("Date:", "9 April", ""), ("Due:", "9 May", ""), ("Item", "Pieces", "Price"), ("Shelf", "6", "£42"))
    >>> [one.rows for one in parted(Grid(rows=rows))]
    [(('Date:', '9 April', ''), ('Due:', '9 May', '')), (('Item', 'Pieces', 'Price'), ('Shelf', '6', '£42'))]
    """
    pairs = 0
    while pairs < len(grid.rows) and _is_pair(grid.rows[pairs]):
        pairs += 1
    rest = grid.rows[pairs:]
    if pairs < _LEAST_PAIRS or len(rest) < 2 or sum(map(bool, rest[0])) < 3:
        return [grid]
    above = _part(grid, 0, pairs).model_copy(update={"header_rows": 0, "label_columns": 1, "notes": ()})
    header = None if grid.header_rows is None else max(grid.header_rows - pairs, 0) or None
    return [above, _part(grid, pairs, len(grid.rows)).model_copy(update={"caption": "", "header_rows": header})]


def _is_pair(row: tuple[str, ...]) -> bool:
    """Whether a row is a label with a colon, a value or none, and nothing else."""
    label, _, inside = row[0].partition(":")
    values = sum(map(bool, row[1:]))
    return bool(label) and ":" in row[0] and len(label) < 40 and (values <= 1 if not inside.strip() else values == 0)


def _part(grid: Grid, begin: int, end: int) -> Grid:
    merges = tuple(
        Merge(row=merge.row - begin, column=merge.column, rows=min(merge.rows, end - merge.row), columns=merge.columns)
        for merge in grid.merges
        if begin <= merge.row < end
    )
    indents = grid.indents[begin:end]
    return grid.model_copy(update={"rows": grid.rows[begin:end], "merges": merges, "indents": indents})

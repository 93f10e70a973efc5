"""A grid to the lines of an article's text, and back to where each of its cells stands there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from askdocs.core.tables import BAR, CELL_SEPARATOR, OTHER_BAR, Grid, Merge, Span, Table
from askdocs.tables.headers import with_headers


def lay_out(grid: Grid, start: int = 0, clean: Callable[[str], str] = str) -> tuple[str, Table] | None:
    """The text of a grid, which is to stand at ``start`` of an article, and its table; ``None`` where it is empty.

    Caption and notes come first, a line each, then the rows. Every text passes through ``clean``.

    >>> text, table = lay_out(Grid(rows=(("", "2023", "2024"), ("Cloud", "401.2", "455.9")), caption="Figures in £m"))
    >>> print(text)
    Figures in £m
    | 2023 | 2024
    Cloud | 401.2 | 455.9
    >>> table.start, table.header_rows, table.label_columns
    (14, 1, 1)
    """
    whole = _without_empty(_cleaned(grid, clean))
    if not whole.rows:
        return None
    whole = with_headers(whole)
    above = [line for line in dict.fromkeys((whole.caption, *whole.notes)) if line]
    spans, place = [], start
    for line in above:
        spans.append((place, place + len(line)))
        place += len(line) + 1
    lines = [CELL_SEPARATOR.join(row).strip() for row in whole.rows]
    caption = spans.pop(0) if whole.caption else None
    table = Table(
        start=place,
        end=place + sum(map(len, lines)) + len(lines) - 1,
        header_rows=whole.header_rows or 0,
        label_columns=whole.label_columns or 0,
        merges=whole.merges,
        parents=_parents(whole),
        caption=caption,
        notes=tuple(spans),
        name=whole.name,
    )
    return "\n".join([*above, *lines]), table


def cell_spans(text: str, start: int, end: int) -> list[Span]:
    """Where the cells of one line of a table stand; an empty cell begins and ends at the same place.

    >>> cell_spans("Cloud |  | 455.9", 0, 16)
    [(0, 5), (9, 9), (11, 16)]
    """
    spans = []
    while True:
        bar = text.find(BAR, start, end)
        stop = end if bar < 0 else bar
        spans.append(_trimmed(text, start, stop))
        if bar < 0:
            return spans
        start = bar + 1


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start] == " ":
        start += 1
    while end > start and text[end - 1] == " ":
        end -= 1
    return (start, end) if start < end else (min(start, end), min(start, end))


def _cleaned(grid: Grid, clean: Callable[[str], str]) -> Grid:
    def line(text: str) -> str:
        return " ".join(clean(text).split())

    width = max(map(len, grid.rows), default=0)
    rows = tuple(
        tuple(line(cell).replace(BAR, OTHER_BAR) if cell else "" for cell in row) + ("",) * (width - len(row))
        for row in grid.rows
    )
    notes = tuple(line(note) for note in grid.notes)
    return grid.model_copy(
        update={"rows": rows, "caption": line(grid.caption), "notes": notes, "name": line(grid.name)}
    )


def _without_empty(grid: Grid) -> Grid:
    """The grid without rows and columns that hold nothing, merges and counts of headers moved along."""
    rows = [number for number, row in enumerate(grid.rows) if any(row)]
    width = len(grid.rows[0]) if grid.rows else 0
    columns = [number for number in range(width) if any(row[number] for row in grid.rows)]
    if len(rows) == len(grid.rows) and len(columns) == width:
        return grid
    merges = []
    for merge in grid.merges:
        down = [row for row in rows if merge.row <= row < merge.row + merge.rows]
        across = [column for column in columns if merge.column <= column < merge.column + merge.columns]
        if merge.row in down and merge.column in across and (len(down) > 1 or len(across) > 1):
            place = rows.index(merge.row), columns.index(merge.column)
            merges.append(Merge(row=place[0], column=place[1], rows=len(down), columns=len(across)))
    return grid.model_copy(
        update={
            "rows": tuple(tuple(grid.rows[row][column] for column in columns) for row in rows),
            "merges": tuple(merges),
            "header_rows": _count_below(rows, grid.header_rows),
            "label_columns": _count_below(columns, grid.label_columns),
            "indents": tuple(grid.indents[row] for row in rows if row < len(grid.indents)),
        }
    )


def _count_below(kept: Sequence[int], count: int | None) -> int | None:
    return None if count is None else sum(number < count for number in kept)


def _parents(grid: Grid) -> tuple[int, ...]:
    """The row of the group each row belongs to: by indents where the source shows them, else by rows with a label only.

    Empty where no row belongs to a group.
    """
    header, labels = grid.header_rows or 0, grid.label_columns or 0
    if not labels:
        return ()
    parents = [-1] * len(grid.rows)
    indents = grid.indents if len(set(grid.indents[header:])) > 1 else ()
    open_rows: list[int] = []
    for number in range(header, len(grid.rows)):
        if indents:
            while open_rows and indents[open_rows[-1]] >= indents[number]:
                open_rows.pop()
            parents[number] = open_rows[-1] if open_rows else -1
            open_rows.append(number)
        elif not any(grid.rows[number][labels:]) and any(grid.rows[number][:labels]):
            open_rows = [number]
        else:
            parents[number] = open_rows[-1] if open_rows else -1
    return tuple(parents) if any(parent >= 0 for parent in parents) else ()

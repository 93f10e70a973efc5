"""The cells of a table where it stands in an article's text: their words, their places, and the labels over them."""

from __future__ import annotations

import functools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from askdocs.core.tables import Span, Table
from askdocs.tables.layout import cell_spans


class Cell(NamedTuple):
    """A cell with its place in the table and in the article's text; ``text`` are its words."""

    row: int
    column: int
    start: int
    end: int
    text: str


class TableView:
    """Finds cells of a table. Lines are read when they are first asked for, so that a long table costs what is used.

    >>> text = "| 2023 | 2024\\nCloud | 401.2 | 455.9"
    >>> view = TableView(Table(start=0, end=len(text), header_rows=1, label_columns=1), text)
    >>> cell = view.cell(1, 2)
    >>> cell.text, [label.text for label in view.row_labels(1)], [label.text for label in view.column_labels(2)]
    ('455.9', ['Cloud'], ['2024'])
    """

    def __init__(self, table: Table, text: str) -> None:
        self.table = table
        self._text = text
        self._starts = _line_starts(text, table.start, table.end)
        self._covered = {
            (row, column): (merge.row, merge.column)
            for merge in table.merges
            for row in range(merge.row, merge.row + merge.rows)
            for column in range(merge.column, merge.column + merge.columns)
        }
        self._known: dict[int, list[Span]] = {}

    @property
    def row_count(self) -> int:
        """How many rows it has, header rows among them."""
        return len(self._starts)

    @functools.cached_property
    def column_count(self) -> int:
        """How many columns it has, label columns among them."""
        return len(self._spans(0))

    @property
    def body(self) -> range:
        """The rows under the header."""
        return range(self.table.header_rows, self.row_count)

    def rows_within(self, start: int, end: int) -> range:
        """The rows whose lines touch ``[start, end)`` of the article's text."""
        first = max(bisect_right(self._starts, start) - 1, 0)
        return range(first, max(bisect_right(self._starts, end - 1), first))

    def cell(self, row: int, column: int) -> Cell:
        """The cell at a place; of a merged one, the cell that covers it."""
        row, column = self._covered.get((row, column), (row, column))
        spans = self._spans(row)
        start, end = spans[column] if column < len(spans) else (self._line(row)[1],) * 2
        return Cell(row, column, start, end, self._text[start:end])

    def line(self, row: int) -> Span:
        """Where the line of a row stands in the article's text."""
        return self._line(row)

    def column_labels(self, column: int) -> list[Cell]:
        """The header cells over a column from the outermost to the nearest, empty ones left out."""
        return _distinct(self.cell(row, column) for row in range(self.table.header_rows))

    def row_labels(self, row: int) -> list[Cell]:
        """The label cells of a row: its groups from the outermost on, then its own label columns."""
        labels = [self.cell(row, column) for column in range(self.table.label_columns)]
        above = [cell for parent in self.groups(row) for cell in self._own_labels(parent)]
        return _distinct([*above, *labels])

    def groups(self, row: int) -> list[int]:
        """The rows of the groups that a row belongs to, the outermost first."""
        parents, found = self.table.parents, list[int]()
        while row < len(parents) and parents[row] >= 0 and len(found) < 10:
            row = parents[row]
            found.insert(0, row)
        return found

    def is_group(self, row: int) -> bool:
        """Whether a row holds labels only."""
        return all(start == end for start, end in self._spans(row)[max(self.table.label_columns, 1) :])

    def _own_labels(self, row: int) -> Sequence[Cell]:
        return [self.cell(row, column) for column in range(max(self.table.label_columns, 1))]

    def _line(self, row: int) -> Span:
        start = self._starts[row]
        end = self._starts[row + 1] - 1 if row + 1 < len(self._starts) else self.table.end
        return start, end

    def _spans(self, row: int) -> list[Span]:
        if row not in self._known:
            self._known[row] = cell_spans(self._text, *self._line(row))
        return self._known[row]


def _line_starts(text: str, start: int, end: int) -> list[int]:
    starts = [start]
    while True:
        found = text.find("\n", starts[-1], end)
        if found < 0:
            return starts
        starts.append(found + 1)


def _distinct(cells: Iterator[Cell] | Sequence[Cell]) -> list[Cell]:
    return [cell for cell in dict.fromkeys(cells) if cell.text]

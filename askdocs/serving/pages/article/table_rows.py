"""A table of an article as rows of cells for a template, with the cited cell and its labels marked."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from askdocs.core.tables import Span, Table
from askdocs.serving.pages.article.marks import Mark, Piece, pieces
from askdocs.tables.cell_kinds import cell_kind
from askdocs.tables.layout import cell_spans
from askdocs.tables.view import TableView

# The header is shown again above later rows, unless it is longer than this.
HEADER_CHARACTERS = 4_000
_DEEPEST = 4
# The labels of so many cells are marked, where an answer goes over several.
_MOST_CELLS = 50
_CITED = ("answer", "cell")


class CellBlock(NamedTuple):
    """A cell. ``scope`` is "col" or "row" for one that names others. ``mark`` is "cell" for the cited one.

    ``rows`` and ``columns`` are how many places it covers, ``depth`` how deep its row is in groups of rows.
    """

    pieces: tuple[Piece, ...]
    scope: Literal["", "col", "row"] = ""
    rows: int = 1
    columns: int = 1
    mark: Literal["", "cell", "label"] = ""
    depth: int = 0
    is_figure: bool = False


class TableBlock(NamedTuple):
    """A table, or those of its rows that stand in the window; ``label`` names it.

    ``repeated`` is whether the header rows are shown again because they stand in an earlier window: they are the one
    text of an article that is shown in several.
    """

    label: str
    header: tuple[tuple[CellBlock, ...], ...]
    body: tuple[tuple[CellBlock, ...], ...]
    repeated: bool = False
    kind: Literal["table"] = "table"


def label_marks(text: str, tables: Sequence[Table], marks: Sequence[Mark]) -> list[Mark]:
    """Marks for the labels of cells that hold an answer: of its row with the groups above it, and of its column.

    >>> text = "| 2023 | 2024\\nCloud | 401.2 | 455.9"
    >>> table = Table(start=0, end=len(text), header_rows=1, label_columns=1)
    >>> [text[mark.start : mark.end] for mark in label_marks(text, [table], [Mark(30, 35, "answer")])]
    ['2024', 'Cloud']
    """
    found: set[Mark] = set()
    for table in tables:
        inside = [mark for mark in marks if mark.kind in _CITED and mark.start < table.end and mark.end > table.start]
        if not inside:
            continue
        view = TableView(table, text)
        for mark in inside:
            for row, column in itertools.islice(_places_within(text, view, mark), _MOST_CELLS):
                labels = [*view.column_labels(column), *view.row_labels(row)]
                found |= {Mark(one.start, one.end, "label") for one in labels if (one.row, one.column) != (row, column)}
    return sorted(found)


def _places_within(text: str, view: TableView, mark: Mark) -> Iterator[tuple[int, int]]:
    """The rows and columns of the cells that a mark touches, those of the header left out."""
    start, end = max(mark.start, view.table.start), min(mark.end, view.table.end)
    for row in view.rows_within(start, end):
        if row >= view.table.header_rows:
            for column, span in enumerate(cell_spans(text, *view.line(row))):
                if span[0] < end and span[1] > start:
                    yield row, column


def table_block(text: str, table: Table, marks: Sequence[Mark], shown: Span, label: str) -> TableBlock:
    """The rows of a table that touch ``shown``, with its header rows above them."""
    return _Rows(text, table, marks, shown).block(label)


class _Rows:
    """The rows of one table that are shown."""

    def __init__(self, text: str, table: Table, marks: Sequence[Mark], shown: Span) -> None:
        self._text = text
        self._shown = shown
        self._marks = [mark for mark in marks if mark.start < table.end and mark.end > table.start]
        self._view = TableView(table, text)
        self._labels = table.label_columns
        self._rows = self._view.rows_within(*shown)
        self._header = range(min(max(table.header_rows, 0), self._view.row_count))
        self._cells = {row: cell_spans(text, *self._view.line(row)) for row in (*self._header, *self._rows)}
        self._merged, self._covered = self._merges()

    def block(self, label: str) -> TableBlock:
        first = self._rows.start
        header = [row for row in self._header if row >= first]
        repeated = bool(self._header) and first > 0 and self._header_characters() <= HEADER_CHARACTERS
        if repeated:
            header = list(self._header)
        return TableBlock(
            label=label,
            header=tuple(self._row(row, repeated and row < first) for row in header),
            body=tuple(self._row(row) for row in self._rows if row >= self._header.stop),
            repeated=repeated,
        )

    def _header_characters(self) -> int:
        return self._view.line(self._header.stop - 1)[1] - self._view.table.start

    def _row(self, row: int, whole: bool = False) -> tuple[CellBlock, ...]:
        return tuple(
            self._cell(row, column, span, whole)
            for column, span in enumerate(self._cells[row])
            if (row, column) not in self._covered and (whole or self._is_shown(span))
        )

    def _is_shown(self, span: Span) -> bool:
        """Whether a cell is in the window, which may begin or end in a row that is longer than it."""
        return span[0] <= self._shown[1] and span[1] >= self._shown[0]

    def _cell(self, row: int, column: int, span: Span, whole: bool) -> CellBlock:
        start, end = span if whole else (max(span[0], self._shown[0]), min(span[1], self._shown[1]))
        rows, columns = self._merged.get((row, column), (1, 1))
        scope: Literal["", "col", "row"] = ""
        if start < end:
            scope = "col" if row in self._header else "row" if column < self._labels else ""
        return CellBlock(
            pieces=pieces(self._text, start, end, self._marks) if start < end else (),
            scope=scope,
            rows=rows,
            columns=columns,
            mark=self._mark(span),
            depth=min(len(self._view.groups(row)), _DEEPEST) if scope == "row" and column == 0 else 0,
            is_figure=scope != "row" and cell_kind(self._text[start:end]) in ("figure", "absent", "period"),
        )

    def _mark(self, span: Span) -> Literal["", "cell", "label"]:
        kinds = {mark.kind for mark in self._marks if mark.start < span[1] and mark.end > span[0]}
        return "cell" if kinds & set(_CITED) else "label" if "label" in kinds else ""

    def _merges(self) -> tuple[dict[tuple[int, int], tuple[int, int]], set[tuple[int, int]]]:
        """The cells that cover several places with how many, and the places they cover.

        A merge that would hide a cell with words, or one that another covers, is left out.
        """
        merged: dict[tuple[int, int], tuple[int, int]] = {}
        covered: set[tuple[int, int]] = set()
        for merge in self._view.table.merges:
            if merge.row not in self._cells or merge.column >= len(self._cells[merge.row]):
                continue
            section = self._header if merge.row in self._header else range(self._header.stop, self._view.row_count)
            rows = [row for row in range(merge.row, min(merge.row + merge.rows, section.stop)) if row in self._cells]
            width = min(merge.columns, len(self._cells[merge.row]) - merge.column)
            places = {(row, merge.column + column) for row in rows for column in range(width)}
            hidden = places - {(merge.row, merge.column)}
            if places & covered or any(place in merged or self._holds_words(*place) for place in hidden):
                continue
            merged[merge.row, merge.column] = (len(rows), width)
            covered |= hidden
        return merged, covered

    def _holds_words(self, row: int, column: int) -> bool:
        cells = self._cells[row]
        return column < len(cells) and cells[column][0] < cells[column][1]

"""What the cells of a table mean: their values, and the words that say their unit."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from askdocs.core.answers import Value
from askdocs.core.tables import Span
from askdocs.tables.view import Cell, TableView
from askdocs.values.cell_values import cell_value, is_missing
from askdocs.values.number_format import NumberFormat, number_format
from askdocs.values.numeric_dates import days_first
from askdocs.values.question_types import AnswerKind
from askdocs.values.units import UnitStatement, read_unit

_QUANTITIES = ("number", "money", "percent", "range")
_DIGIT = re.compile(r"\d")
_WHOLE_TABLE = 1  # how near caption and notes are: two of them that differ contradict each other
_SAMPLE = 500  # rows that decide how a column writes its figures
_UNIT_COLUMN = re.compile(r"units?(?: of measure(?:ment)?)?|uom|einheit", re.IGNORECASE)


class TypedCell(NamedTuple):
    """A cell with its value; without one ``reason`` says why. ``unit`` is where the words stand that say its unit."""

    cell: Cell
    value: Value | None
    reason: str
    unit: Span | None


class TypedCells:
    """Reads the values of a table's cells. ``text`` is the text of its article."""

    def __init__(self, view: TableView, text: str) -> None:
        self.view = view
        self._text = text

    def read(self, row: int, column: int, wanted: AnswerKind | None = None) -> TypedCell:
        """The value of a cell, in the light of what is asked for."""
        cell = self.view.cell(row, column)
        stated = list(self._statements(row, column))
        labels = [label.text for label in (*self.view.row_labels(row), *self.view.column_labels(column))]
        statements = [statement for statement, _ in stated]
        parsed = cell_value(cell.text, self._format(column), statements, labels, wanted, day_first=self._day_first)
        if not is_missing(cell.text) and not _DIGIT.search(cell.text):  # words, such as a name with a semicolon in it
            return TypedCell(cell, None, "", None)
        is_counted = parsed.value is not None and parsed.value.kind in _QUANTITIES
        return TypedCell(cell, parsed.value, parsed.reason, stated[0][1] if stated and is_counted else None)

    def _statements(self, row: int, column: int) -> Iterator[tuple[UnitStatement, Span]]:
        """What is said of the unit of a cell, the nearest first: beside it, over it, over the table."""
        view, table = self.view, self.view.table
        beside = [view.cell(row, place) for place in self._unit_columns if place != column]
        above = [*reversed(view.row_labels(row)), *reversed(view.column_labels(column))]
        corner = [view.cell(line, place) for line in range(table.header_rows) for place in range(table.label_columns)]
        spans = [(cell.start, cell.end) for cell in (*beside, *above, *corner) if cell.text]
        spans += [*table.notes, *([table.caption] if table.caption else [])]
        whole_table = {*table.notes, *([table.caption] if table.caption else [])}
        for start, end in dict.fromkeys(spans):
            is_unit = (start, end) in {(cell.start, cell.end) for cell in beside}
            statement = _read_unit(self._text[start:end], is_unit)
            if statement is not None:
                nearness = _WHOLE_TABLE if (start, end) in whole_table else None
                said = (start, end) if is_unit else (start + statement.start, start + statement.end)
                yield statement.model_copy(update={"nearness": nearness}), said

    @functools.cached_property
    def _unit_columns(self) -> list[int]:
        view = self.view
        return [
            column
            for column in range(view.column_count)
            if any(_UNIT_COLUMN.fullmatch(label.text) for label in view.column_labels(column))
        ]

    def _format(self, column: int) -> NumberFormat | None:
        if column not in self._formats:
            self._formats[column] = number_format(self._texts(column), self._all_texts)
        return self._formats[column]

    @functools.cached_property
    def _day_first(self) -> bool | None:
        return days_first(self._all_texts)

    @functools.cached_property
    def _formats(self) -> dict[int, NumberFormat | None]:
        return {}

    @functools.cached_property
    def _all_texts(self) -> Sequence[str]:
        return [text for column in range(self.view.column_count) for text in self._texts(column)]

    def _texts(self, column: int) -> list[str]:
        return [self.view.cell(row, column).text for row in self.view.body[:_SAMPLE]]


@functools.lru_cache(maxsize=4096)
def _read_unit(text: str, is_bare: bool) -> UnitStatement | None:
    """What a label, a caption or a note says of the unit; a cell of a column of units is nothing but one."""
    return read_unit(f"({text})" if is_bare else text)

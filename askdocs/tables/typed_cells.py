"""What the cells of a table mean: their values, and the words that say their unit."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from askdocs.core.answers import Value
from askdocs.core.tables import Span
from askdocs.tables.unit_statements import ScopedStatement, scoped_statements, settled
from askdocs.tables.view import Cell, TableView
from askdocs.text.english import stem
from askdocs.values.cell_units import is_money_measure
from askdocs.values.cell_values import cell_value, is_missing
from askdocs.values.number_format import NumberFormat, number_format
from askdocs.values.numeric_dates import days_first
from askdocs.values.periods import periods
from askdocs.values.question_types import AnswerKind
from askdocs.values.units import UnitStatement, read_unit

_QUANTITIES = ("number", "money", "percent", "range")
_DIGIT = re.compile(r"\d")
_WHOLE_TABLE = 1  # how near caption and notes are: two of them that differ contradict each other
_COLUMNS = 50  # that decide how the whole table does
_SAMPLE = 500  # rows that decide how a column writes its figures
_RATES = re.compile(r"\b(?:margin|rate|share|ratio|per ?cent|growth|yield|occupancy|load factor)s?\b|%", re.IGNORECASE)
_HUNDREDTHS = re.compile(r"[.,]\d\d$")
_NAME = re.compile(r"\b[A-Z][a-zà-ÿ]{2,}")
_WORD = re.compile(r"[^\W\d_]+")
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
        is_words = _is_name(cell.text) or not _DIGIT.search(cell.text)  # such as a name with a semicolon in it
        if is_words and not is_missing(cell.text):
            return TypedCell(cell, None, "", None)
        stated = list(self._statements(row, column, wanted))
        labels = [label.text for label in self._labels(row, column)]
        around = " ".join((*labels, self._caption))
        statements = [settled(statement, around) for statement, _ in stated]
        plain = [label for label in labels if not self._is_measured(label)]
        if money := is_money_measure(self._caption):  # "Agency spend" over a column "Doctors"
            plain.append(money)
        parsed = cell_value(cell.text, self._format(column), statements, plain, wanted, day_first=self._day_first)
        if parsed.value is not None and parsed.value.unit == "pts" and _RATES.search(around):
            points = parsed.value.model_copy(update={"kind": "percent", "unit": "percentage points"})
            parsed = parsed.model_copy(update={"value": points})
        is_counted = parsed.value is not None and parsed.value.kind in _QUANTITIES
        return TypedCell(cell, parsed.value, parsed.reason, stated[0][1] if stated and is_counted else None)

    def _statements(self, row: int, column: int, wanted: AnswerKind | None) -> Iterator[tuple[UnitStatement, Span]]:
        """What is said of the unit of a cell, the nearest first: beside it, over it, over the table."""
        near = list(self._near(row, column))
        yield from near
        has_currency = any(statement.currency and not statement.scaled for statement, _ in near)
        is_price = has_currency and _HUNDREDTHS.search(self.view.cell(row, column).text)
        stems = self._label_stems(row, column)
        is_money = wanted == "money" or any(is_money_measure(label.text) for label in self._labels(row, column))
        for scoped in self._whole_table:
            if scoped.is_elsewhere(self._every_label_stem) and scoped.statement.currency and not is_money:
                continue  # "All prices in pounds" over columns that do not say which are prices
            if is_price and scoped.statement.scaled and scoped.statement.currency is None:
                continue  # a ticket of "8.00" under "(€)" is no matter of "visitors in thousands"
            if not scoped.holds_for(self._every_label_stem) or scoped.holds_for(stems):
                yield scoped.statement.model_copy(update={"nearness": _nearness(scoped)}), scoped.span

    def _near(self, row: int, column: int) -> Iterator[tuple[UnitStatement, Span]]:
        """The statements of a column of units, of the row's and the column's labels, and of the corner."""
        view, table = self.view, self.view.table
        for place in self._unit_columns:
            unit = view.cell(row, place)
            if place != column and unit.text and (statement := _read_unit(f"({unit.text})")):
                yield statement, (unit.start, unit.end)
        corner = [view.cell(line, place) for line in range(table.header_rows) for place in range(table.label_columns)]
        names = set(view.row_labels(row))
        for label in dict.fromkeys((*reversed(view.row_labels(row)), *reversed(view.column_labels(column)), *corner)):
            statement = _read_unit(label.text)
            if statement and not _is_of_the_name(statement, label.text, label in names):
                yield statement, (label.start + statement.start, label.start + statement.end)

    @functools.cached_property
    def _whole_table(self) -> list[ScopedStatement]:
        table = self.view.table
        spans = [*table.notes, *([table.caption] if table.caption else [])]
        found = [one for start, end in spans for one in scoped_statements(self._text[start:end], start)]
        return sorted(found, key=lambda one: not one.holds_for(self._every_label_stem))

    def _is_measured(self, label: str) -> bool:
        """Whether a caption or note gives a unit for the very measure that a label names: "Visitors in thousands"."""
        stems = frozenset(stem(word) for word in _WORD.findall(label))
        return any(scoped.measures and scoped.holds_for(stems) for scoped in self._whole_table)

    @functools.cached_property
    def _caption(self) -> str:
        caption = self.view.table.caption
        return self._text[caption[0] : caption[1]] if caption else ""

    @functools.cached_property
    def _every_label_stem(self) -> frozenset[str]:
        view = self.view
        columns = [label.text for column in range(view.column_count) for label in view.column_labels(column)]
        rows = [label.text for row in view.body[:_SAMPLE] for label in view.row_labels(row)]
        return frozenset(stem(word) for text in (*columns, *rows) for word in _WORD.findall(text))

    def _labels(self, row: int, column: int) -> list[Cell]:
        return [*self.view.row_labels(row), *self.view.column_labels(column)]

    def _label_stems(self, row: int, column: int) -> frozenset[str]:
        return frozenset(stem(word) for label in self._labels(row, column) for word in _WORD.findall(label.text))

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
        return [text for column in range(min(self.view.column_count, _COLUMNS)) for text in self._texts(column)]

    def _texts(self, column: int) -> list[str]:
        return [self.view.cell(row, column).text for row in self.view.body[:_SAMPLE]]


def _is_name(text: str) -> bool:
    """Whether a cell with a figure in it is a name: "108 Hollowstone Creek, Shiraz"."""
    return len(_NAME.findall(text)) > 1 and not periods(text) and not re.search(r"[%$€£¥₹]", text)


def _is_of_the_name(statement: UnitStatement, text: str, is_row: bool) -> bool:
    """Whether the unit belongs to what a label names: "Shelf, 90 cm", or a row that is called "T4"."""
    is_all = statement.currency is None and statement.end - statement.start >= len(text)
    return (is_row and is_all) or re.search(r"\d\s*$", text[: statement.start]) is not None


def _nearness(scoped: ScopedStatement) -> int | None:
    """Statements for the whole table that differ contradict each other; one for a measure goes before them."""
    return None if scoped.measures else _WHOLE_TABLE


_read_unit = functools.lru_cache(maxsize=4096)(read_unit)

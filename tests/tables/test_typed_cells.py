"""Values of cells in tables as sources write them: the unit may stand beside a cell, over it, or over the table."""

from __future__ import annotations

import pytest

from askdocs.core.answers import Scalar
from askdocs.core.tables import Grid
from askdocs.tables.layout import lay_out
from askdocs.tables.typed_cells import TypedCell, TypedCells
from askdocs.tables.view import TableView

Told = tuple[Scalar | tuple[Scalar, ...] | None, str | None, str | None]


def typed(grid: Grid, row: int, column: int) -> tuple[TypedCell, str]:
    laid = lay_out(grid)
    assert laid is not None
    text, table = laid
    return TypedCells(TableView(table, text), text).read(row, column), text


def told(grid: Grid, row: int, column: int) -> Told:
    value = typed(grid, row, column)[0].value
    return (None, None, None) if value is None else (value.value, value.currency, value.unit)


COMPANIES = Grid(
    rows=(
        ("Company", "Revenue (US$ million)", "Net margin", "Employees"),
        ("Dominguez Brothers", "2 311.7", "(3.4)%", "n/a"),
        ("Harker AG", "1 100.2", "5.2%", "4 120"),
    ),
    header_rows=1,
    label_columns=1,
)
ACCOUNTS = Grid(
    rows=(
        ("", "2024", "2023"),
        ("Revenue", "455,9", "401,2"),
        ("Operating loss", "(12,4)", "–"),
        ("Earnings per share", "1,07", "0,98"),
    ),
    header_rows=1,
    label_columns=1,
    caption="Group accounts",
    notes=("(in thousands of euros, except per-share data)",),
)
SHEET = Grid(
    rows=(("Property", "Unit", "Value", "Method"), ("Density", "g/cm³", "1.31", "ISO 1183"), ("Flow", "%", "12", "-")),
    header_rows=1,
    label_columns=1,
)


@pytest.mark.parametrize(
    ("grid", "row", "column", "expected"),
    [
        (COMPANIES, 1, 1, (2_311_700_000, "USD", None)),
        (COMPANIES, 1, 2, (-3.4, None, "percent")),
        (COMPANIES, 1, 3, (None, None, None)),
        (COMPANIES, 2, 3, (4120, None, None)),
        (ACCOUNTS, 1, 1, (455_900, "EUR", None)),
        (ACCOUNTS, 2, 1, (-12_400, "EUR", None)),
        (ACCOUNTS, 2, 2, (None, None, None)),
        (ACCOUNTS, 3, 1, (1.07, "EUR", None)),
        (SHEET, 1, 2, (1.31, None, "g/cm³")),
        (SHEET, 2, 2, (12, None, "percent")),
    ],
)
def test_the_value_has_the_scale_and_the_unit_that_hold_for_the_cell(
    grid: Grid, row: int, column: int, expected: Told
) -> None:
    assert told(grid, row, column) == expected


def test_the_words_that_say_the_unit_are_located() -> None:
    for grid, row, column, words in (
        (COMPANIES, 1, 1, "US$ million"),
        (ACCOUNTS, 1, 1, "(in thousands of euros, except per-share data)"),
        (SHEET, 1, 2, "g/cm³"),
    ):
        found, text = typed(grid, row, column)
        assert found.unit is not None
        assert text[slice(*found.unit)].strip("()") == words.strip("()")


def test_two_units_over_the_same_table_leave_the_value_open() -> None:
    grid = Grid(
        rows=(("", "2024"), ("Revenue", "5.5")), header_rows=1, label_columns=1, notes=("In £m", "In EUR million")
    )
    found, _ = typed(grid, 1, 1)
    assert found.value is None
    assert found.reason


def test_a_name_with_a_semicolon_is_no_list() -> None:
    grid = Grid(rows=(("Firm", "Sales"), ("Dominguez;Mcmillan", "5")), header_rows=1, label_columns=1)
    assert typed(grid, 1, 0)[0][1:] == (None, "", None)


def test_a_statement_of_one_measure_is_for_its_cells_only() -> None:
    grid = Grid(
        rows=(("Plant", "Opened", "Output", "Profit"), ("Leeds", "1974", "18,300", "2,905")),
        header_rows=1,
        label_columns=1,
        notes=("Output in tonnes; profit in thousands of pounds",),
    )
    assert told(grid, 1, 1)[0] == "1974"
    assert told(grid, 1, 2) == (18_300, None, "tonnes")
    assert told(grid, 1, 3) == (2_905_000, "GBP", None)


def test_points_are_of_a_percentage_where_the_label_is_one() -> None:
    grid = Grid(
        rows=(("", "Change"), ("Gross margin", "(1.5) pts"), ("Club", "45 pts")), header_rows=1, label_columns=1
    )
    assert told(grid, 1, 1) == (-1.5, None, "percentage points")
    assert told(grid, 2, 1)[2] != "percentage points"

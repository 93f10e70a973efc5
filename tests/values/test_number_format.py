"""Decimal point or decimal comma, from the figures of a column; day-first or month-first, from the dates of a file."""

from __future__ import annotations

import pytest

from askdocs.values.dates import dates
from askdocs.values.number_format import number_format
from askdocs.values.numeric_dates import days_first


@pytest.mark.parametrize(
    ("cells", "decimal"),
    [
        (["1.234,56", "12"], ","),
        (["9,99", "19,99"], ","),
        (["0.673", "0.1"], "."),
        (["0,673"], ","),
        (["2 311.7", "455.9"], "."),
        (["2 311,7"], ","),
        (["1'234", "1'234.50"], "."),
        (["12,34,567"], "."),
        (["1,234", "2,345"], "."),
        (["1.234", "2,5"], ","),
        (["1.234.567"], ","),
        (["1,234,567"], "."),
        (["12", "n/a", ""], "."),
        (["(1.234,5)", "–"], ","),
        (["3,2 Mio. Euro", "450 Tsd. Euro"], ","),
        (["31.12.2024", "01.02.2024", "1,5"], ","),
        ([], "."),
    ],
)
def test_the_figures_decide(cells: list[str], decimal: str) -> None:
    found = number_format(cells)
    assert found is not None
    assert found.decimal == decimal


@pytest.mark.parametrize("cells", [["1.234", "2.345", "12.500"], ["1.5", "2,5"], ["1,234.5", "1.234,5"]])
def test_what_is_open_or_contradicts_itself(cells: list[str]) -> None:
    assert number_format(cells) is None


def test_the_table_decides_what_a_column_leaves_open() -> None:
    assert number_format(["1.234", "2.345"], ["9,99", "1.234"]).decimal == ","  # type: ignore[union-attr]
    assert number_format(["1.234", "2.345"], ["9.99"]).decimal == "."  # type: ignore[union-attr]
    assert number_format(["1,234"], ["9,99"]).decimal == ","  # type: ignore[union-attr]
    assert number_format(["1,234"], ["9,99", "9.99"]) is None


def test_marks_that_group_are_named() -> None:
    found = number_format(["2 311.7", "1 000.0"])
    assert found is not None
    assert found.thousands == (",", " ")


def test_days_or_months_first() -> None:
    assert days_first(["03/04/2024", "25/12/2024"]) is True
    assert days_first(["03/04/2024", "12/25/2024"]) is False
    assert days_first(["03/04/2024"]) is None
    assert days_first(["25/12/2024", "12/25/2024"]) is None
    assert dates("03/04/2024", expected=True) == []
    assert dates("03/04/2024", expected=True, day_first=True)[0].value.value == "2024-04-03"
    assert dates("03/04/2024", expected=True, day_first=False)[0].value.value == "2024-03-04"

"""Signs that stand in cells of their own come to their figures."""

from __future__ import annotations

import pytest

from askdocs.core.tables import Grid, Merge
from askdocs.ingest.cleaning.html import html_blocks
from askdocs.tables.headers import with_headers
from askdocs.tables.joined_cells import with_joined_cells
from askdocs.tables.layout import lay_out


@pytest.mark.parametrize(
    ("row", "joined"),
    [
        (("Cash", "$", "1,250", ""), ("Cash", "", "$1,250", "")),
        (("Debt", "", "(30", ")"), ("Debt", "", "(30)", "")),
        (("Debt", "$", "(30", ")"), ("Debt", "", "$(30)", "")),
        (("Margin", "3.4", "%", ""), ("Margin", "3.4%", "", "")),
        (("Margin", "(3.4", ")%", ""), ("Margin", "(3.4)%", "", "")),
        (("Cash", "USD", "5", ""), ("Cash", "", "USD 5", "")),
        (("Cash", "$", "—", ""), ("Cash", "", "$—", "")),
        (("Unit", "$", "Ship", "%"), ("Unit", "$", "Ship", "%")),
        (("Sizes", "12", "x", "14"), ("Sizes", "12", "x", "14")),
        (("", "USD", "EUR", "GBP"), ("", "USD", "EUR", "GBP")),
        (("%", "5", "", ""), ("%", "5", "", "")),
    ],
)
def test_signs_come_to_their_figures(row: tuple[str, ...], joined: tuple[str, ...]) -> None:
    assert with_joined_cells(Grid(rows=(row,))).rows == (joined,)


FILING = """<table><tr><td></td><td></td><td colspan="7">Year ended December 31,</td></tr>
<tr><td>(in millions)</td><td></td><td colspan="3">2024</td><td></td><td colspan="3">2023</td></tr>
<tr><td>Revenue</td><td></td><td>$</td><td>1,250</td><td></td><td></td><td>$</td><td>1,100</td><td></td></tr>
<tr><td>Other loss</td><td></td><td></td><td>(30</td><td>)</td><td></td><td></td><td>(25</td><td>)</td></tr>
<tr><td>Growth</td><td></td><td></td><td>13.6</td><td>%</td><td></td><td></td><td>—</td><td></td></tr></table>"""


def test_a_table_of_a_filing() -> None:
    [grid] = html_blocks(FILING).grids
    laid = lay_out(with_headers(grid))
    assert laid is not None
    assert laid[0].split("\n") == [
        "| Year ended December 31, |",
        "(in millions) | 2024 | 2023",
        "Revenue | $1,250 | $1,100",
        "Other loss | (30) | (25)",
        "Growth | 13.6% | —",
    ]
    assert (laid[1].header_rows, laid[1].label_columns) == (2, 1)
    assert laid[1].merges == (Merge(row=0, column=1, columns=2),)


def test_columns_that_differ_stay() -> None:
    grid = Grid(rows=(("", "2024", ""), ("Cash", "5", "6")), merges=(Merge(row=0, column=1, columns=2),))
    assert with_joined_cells(grid) == grid


def test_a_dash_in_a_cell_of_its_own_is_no_sign_of_the_next() -> None:
    grid = Grid(rows=(("", "2023", "2024"), ("Other", "–", "(3.4)"), ("Rent", "-", "5.1"), ("GER", "USA", "3")))
    assert with_joined_cells(grid).rows == grid.rows

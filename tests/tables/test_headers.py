"""Headers: which rows and columns of a grid name the others, for tables of many shapes."""

from __future__ import annotations

import pytest

from askdocs.core.tables import Grid, Merge
from askdocs.tables.cell_kinds import cell_kind
from askdocs.tables.headers import header_row_count, with_headers


def grid(text: str, *merges: Merge) -> Grid:
    rows = [[cell.strip() for cell in line.strip().split("|")] for line in text.strip().split("\n")]
    assert len({len(row) for row in rows}) == 1
    return Grid(rows=tuple(map(tuple, rows)), merges=merges)


SHAPES = {
    "years across": ("Segment | 2023 | 2024\nCloud | 401.2 | 455.9\nRetail | 511.8 | 531.1", 1, 1),
    "empty corner": (" | FY23 | FY24\nCloud | 401.2 | 455.9", 1, 1),
    "years down": ("Year | Sales | Staff\n2022 | 5.5 | 2100\n2023 | 6.1 | 2400", 1, 1),
    "years down, alone": ("Year | Visitors\n2019 | 12,400\n2020 | 3,100\n2021 | 5,050", 1, 1),
    "unit row": (" | 2024 | 2023\n | £m | £m\nCloud | 455.9 | 401.2", 2, 1),
    "unit in the corner": ("£m | 2024 | 2023\nCloud | 455.9 | 401.2", 1, 1),
    "two periods": (" | 2024 | | 2023 | \n | Q1 | Q2 | Q1 | Q2\nCloud | 1.5 | 2.5 | 3.5 | 4.5", 2, 1),
    "groups over years": (" | Revenue | | Profit | \nSegment | 2024 | 2023 | 2024 | 2023\nCloud | 9 | 8 | 2 | 1", 2, 1),
    "a group's label": (" | 2024 | 2023\nRevenue | | \nCloud | 455.9 | 401.2\nCosts | | \nStaff | 99 | 98", 1, 1),
    "counts like years": (" | North | South\nStaff | 2024 | 1987\nShips | 12 | 15", 1, 1),
    "counts under years": (" | 2024 | 2023\nStaff | 2024 | 1987\nShips | 12 | 15", 1, 1),
    "years of founding": ("Measure | Alder | Birch\nFounded | 1987 | 1998\nStaff | 120 | 85", 1, 1),
    "names across": (" | Alder | Birch\nChief | Ann Lee | Bo Dahl\nSales | £5m | £6m\nListed | 3 May 2001 | -", 1, 1),
    "pairs": ("Company | Harrow Ltd\nRevenue | $5m\nStaff | 120\nAuditor | Quay LLP", 0, 1),
    "pairs of words": ("Company | Harrow Ltd\nAuditor | Quay LLP\nSeat | Oslo", 0, 1),
    "pairs of figures": ("Revenue | $5 million\nProfit | $2 million", 0, 1),
    "pairs with a header": ("Item | Amount\nPaper | 12.50\nInk | 30.00", 1, 1),
    "pairs of words with a header": ("Name | Role\nAnn Lee | Chief executive\nBo Dahl | Treasurer", 1, 1),
    "words": ("Port | Country | Operator\nVarde | Denmark | Nordhavn\nGdynia | Poland | Baltyk", 1, 1),
    "no header": ("Cloud | UK | 401.2\nRetail | UK | 511.8", 0, 1),
    "figures only": ("1.5 | 2.5 | 3.5\n4.5 | 5.5 | 6.5", 0, 0),
    "stubs": ("Region | Country | Sales\nAsia | Japan | 5\n | Korea | 3\nEurope | Spain | 4\n | Italy | 2", 1, 2),
    "stubs that repeat": ("Year | Quarter | Sales\n2023 | Q1 | 5\n2023 | Q2 | 3\n2024 | Q1 | 4\n2024 | Q2 | 2", 1, 2),
    "records": ("Company | Chief | Revenue\nHarrow | Ann Lee | 5.5\nQuay | Bo Dahl | 6.1", 1, 1),
    "rank": ("Rank | Port | TEU\n1 | Shanghai | 47.3\n2 | Singapore | 37.3\n3 | Ningbo | 33.4", 1, 2),
    "temperatures across": ("Property | 20 °C | 100 °C\nDensity | 7.85 | 7.82\nConductivity | 51 | 49", 1, 1),
    "temperatures down": ("Temperature | Density\n20 | 998.2\n40 | 992.2\n60 | 983.2", 1, 1),
    "ages across": ("Group | Under 18 | 18–34 | 35+\nVisitors | 120 | 340 | 560", 1, 1),
    "absent figures": (" | 2024 | 2023\nCloud | – | 401.2\nRetail | n/a | n/a", 1, 1),
    "dates down": ("Date | Vessel | Draught\n2024-03-05 | Marta | 6.1\n2024-03-06 | Ida | 5.9", 1, 1),
    "ends of years": (" | 31 March 2024 | 31 March 2023\nCash | 12 | 14\nDebt | 30 | 28", 1, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_headers_and_labels_of_many_shapes(name: str) -> None:
    text, header, labels = SHAPES[name]
    found = with_headers(grid(text))
    assert (found.header_rows, found.label_columns) == (header, labels)


def test_merged_headers_over_others() -> None:
    merges = (Merge(row=0, column=1, columns=2), Merge(row=0, column=3, columns=2), Merge(row=0, column=0, rows=2))
    found = with_headers(grid("Segment | 2024 | | 2023 | \n | H1 | H2 | H1 | H2\nCloud | 5 | 6 | 7 | 8", *merges))
    assert (found.header_rows, found.label_columns) == (2, 1)


def test_a_title_across_the_table_is_a_header() -> None:
    title = grid("Sales by segment | |\n | 2024 | 2023\nCloud | 5 | 6", Merge(row=0, column=0, columns=3))
    assert with_headers(title).header_rows == 2


def test_what_the_source_says_stays() -> None:
    given = Grid(rows=(("a", "1"), ("b", "2")), header_rows=1, label_columns=0)
    assert with_headers(given) == given
    assert header_row_count(grid(" | 2024 | 2023\n | £m | £m\nCloud | 5 | 6"), least=1) == 2


def test_a_grid_of_nothing_has_no_headers() -> None:
    for rows in ((), (("",),), (("a",), ("b",))):
        found = with_headers(Grid(rows=rows))
        assert (found.header_rows, found.label_columns) == (0, 0)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("2 311.7", "figure"),
        ("1.234,56", "figure"),
        ("(3.4)%", "figure"),
        ("−12", "figure"),
        ("£(12.4)m", "figure"),
        ("12,34,567", "figure"),
        ("1,5 Mio. €", "figure"),
        ("3.2–4.1 mm", "figure"),
        ("0.5 W/mK", "figure"),
        ("5 kg", "figure"),
        ("Q3 2024", "period"),
        ("FY2023/24", "period"),
        ("Mar-24", "period"),
        ("2024E", "period"),
        ("Year ended 31 March 2024", "period"),
        ("US$ million", "unit"),
        ("€'000", "unit"),
        ("#DIV/0!", "absent"),
        ("—", "absent"),
        ("3 members of the board left in May", "words"),
        ("Harrow 24 Ltd", "words"),
    ],
)
def test_kinds_of_cells(cell: str, kind: str) -> None:
    assert cell_kind(cell) == kind

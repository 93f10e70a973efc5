"""Grids written into a text and found again there, by Hypothesis and by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from askdocs.core.tables import Grid, Merge
from askdocs.tables.layout import lay_out
from askdocs.tables.view import TableView

CELLS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp"), blacklist_characters="|"), max_size=8).map(
    lambda text: " ".join(text.split())
)


@given(st.integers(1, 5).flatmap(lambda width: st.lists(st.tuples(*[CELLS] * width), min_size=1, max_size=6)))
def test_cells_are_found_where_they_were_written(rows: list[tuple[str, ...]]) -> None:
    full = [row for row in rows if any(row)]
    kept = [place for place in range(len(rows[0])) if any(row[place] for row in full)]
    laid = lay_out(Grid(rows=tuple(rows), header_rows=0, label_columns=0), start=7)
    if not full:
        assert laid is None
        return
    assert laid is not None
    text, table = laid
    view = TableView(table, "x" * 7 + text)
    assert view.row_count == len(full)
    found = [[view.cell(row, column).text for column in range(view.column_count)] for row in range(view.row_count)]
    assert found == [[row[place] for place in kept] for row in full]


def test_labels_of_nested_headers_and_groups() -> None:
    grid = Grid(
        rows=(
            ("", "Europe", "", "Asia"),
            ("£m", "2023", "2024", "2024"),
            ("Cloud", "", "", ""),
            ("Storage", "1", "2", "3"),
            ("", "", "", ""),
            ("Retail", "4", "a|b", "6"),
        ),
        header_rows=2,
        label_columns=1,
        merges=(Merge(row=0, column=1, columns=2),),
        indents=(0, 0, 0, 1, 0, 0),
    )
    laid = lay_out(grid)
    assert laid is not None
    text, table = laid
    view = TableView(table, text)
    assert view.row_count == 5  # the empty row is gone
    assert [label.text for label in view.column_labels(2)] == ["Europe", "2024"]
    assert [label.text for label in view.row_labels(3)] == ["Cloud", "Storage"]
    assert [label.text for label in view.row_labels(4)] == ["Retail"]
    assert view.is_group(2)
    assert not view.is_group(3)
    assert view.cell(4, 2).text == "a¦b"


def test_a_merged_cell_stands_for_all_its_places() -> None:
    rows = (("Region", "Town", "Sales"), ("North", "Ayr", "n/a"), ("", "Elgin", ""))
    merges = (Merge(row=1, column=0, rows=2), Merge(row=1, column=2, rows=2))
    laid = lay_out(Grid(rows=rows, header_rows=1, label_columns=2, merges=merges))
    assert laid is not None
    view = TableView(laid[1], laid[0])
    assert [label.text for label in view.row_labels(2)] == ["North", "Elgin"]
    assert view.cell(2, 2).text == "n/a"

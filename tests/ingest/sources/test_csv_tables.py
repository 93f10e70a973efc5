"""Text tables: the mark between cells is told, quotes hold, lines above are the caption, nothing is lost."""

from __future__ import annotations

import csv
import io
import resource
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askdocs.core.articles import RawArticle
from askdocs.core.tables import Grid
from askdocs.ingest.sources.csv_rows import lines_of
from askdocs.ingest.sources.csv_tables import table_articles
from askdocs.ingest.sources.delimiters import likely_delimiter
from askdocs.ingest.sources.encoding import decode
from askdocs.tables.headers import with_headers


def grids(text: str) -> tuple[Grid, ...]:
    [found] = table_articles("a.csv", text)
    assert isinstance(found, RawArticle)
    assert (found.format, found.body) == ("tables", "")
    return found.grids


def grid(text: str) -> Grid:
    [only] = grids(text)
    return only


def rows(found: Grid) -> list[str]:
    return ["|".join(row) for row in found.rows]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|", "^", "~", "\x1f", ":"])
def test_the_mark_between_cells_is_told(mark: str) -> None:
    text = "\n".join(mark.join(row) for row in (("port", "tonnes", "ships"), ("Varde", "12", "3"), ("Ribe", "7", "1")))
    assert rows(grid(text)) == ["port|tonnes|ships", "Varde|12|3", "Ribe|7|1"]


def test_a_semicolon_table_with_quotes_and_decimal_commas() -> None:
    found = grid(
        "firm;umsatz;note\n"
        '"Dominguez;Mcmillan and Donovan";1.234,56;"sold, twice"\n'
        '"The ""Marta"" Line";9,99;"two\nlines"\n'
    )
    assert found.rows == (
        ("firm", "umsatz", "note"),
        ("Dominguez;Mcmillan and Donovan", "1.234,56", "sold, twice"),
        ('The "Marta" Line', "9,99", "two lines"),
    )


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";"),
        ("name,when\nAnn,12:30\nBo,14:45\n", ","),
        ("place;text\nOslo;Cold, wet, dark\nBergen;Wet\n", ";"),
        ("port|cargo|when\nVarde|coal, iron|2024-03-05\nRibe|fish|2024-03-06\n", "|"),
        ("a\tb\nx, y\t1,234\nz, q\t5,678\n", "\t"),
        ('date,amount\n2024-01-01,"1,234"\n2024-01-02,"5,678"\n', ","),
        ("word\nother\nthird\n", ","),
        ("Sales of 2024, by port\n\nport;tonnes\nVarde;1,5\nRibe;2,5\n", ";"),
    ],
)
def test_marks_inside_cells_do_not_mislead(text: str, mark: str) -> None:
    assert likely_delimiter(lines_of(text)) == mark


def test_excel_may_name_the_mark() -> None:
    assert rows(grid("sep=;\na;b,c\n1;2\n")) == ["a|b,c", "1|2"]


def test_backslashes_before_quotes() -> None:
    assert rows(grid('ship,note\n"the \\"Marta\\"","a, b"\nIda,c\n')) == ["ship|note", 'the "Marta"|a, b', "Ida|c"]


def test_lines_above_the_table_are_its_caption_and_notes() -> None:
    found = grid("Sales report 2024\n(in thousands of euros)\n\nport,2024,2023\nVarde,5,6\nRibe,7,8\n\n* estimated\n")
    assert (found.caption, found.notes) == ("Sales report 2024", ("(in thousands of euros)", "* estimated"))
    assert rows(found) == ["port|2024|2023", "Varde|5|6", "Ribe|7|8"]
    assert with_headers(found).header_rows == 1
    assert grid("# landings by port\nport,tonnes\nVarde,5\n").caption == "# landings by port"


def test_tables_of_other_widths_are_tables_of_their_own() -> None:
    first, second = grids("Report,Harbours\nDate,2024-03-05\n\nport,2024,2023\nVarde,5,6\n\nRibe,7,8\n")
    assert rows(first) == ["Report|Harbours", "Date|2024-03-05"]
    assert rows(second) == ["port|2024|2023", "Varde|5|6", "Ribe|7|8"]


def test_tables_of_one_width_that_begin_with_names_are_tables_of_their_own() -> None:
    first, second = grids("port,2024,2023\nVarde,5,6\n\nship,2024,2023\nMarta,1,2\n")
    assert (rows(first), rows(second)) == (["port|2024|2023", "Varde|5|6"], ["ship|2024|2023", "Marta|1|2"])


def test_ragged_rows_are_filled_up_and_kept_whole() -> None:
    assert rows(grid("a,b,c\n1,2\n1,2,3,4\n,,\n1,2,3\n")) == ["a|b|c|", "1|2||", "1|2|3|4", "1|2|3|"]


def test_broken_quotes_cost_no_cell() -> None:
    found = grid('ship,note,no\nMarta,"It was "sold" then,1\nIda,built 5" short,2\n"Never closed,x,3\nOle,y,4\n')
    assert rows(found) == [
        "ship|note|no",
        "Marta|It was sold then|1",
        'Ida|built 5" short|2',
        "Never closed|x|3",
        "Ole|y|4",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings(encoding: str) -> None:
    text = "port;umsatz\nKøge;1,5 €\nMålmo;2,5 €\n"
    assert rows(grid(decode(text.encode(encoding)))) == ["port|umsatz", "Køge|1,5 €", "Målmo|2,5 €"]


def test_a_million_rows_in_bounded_time_and_memory() -> None:
    text = "id,port,tonnes\n" + "".join(f"{n},P{n % 97},{n % 1000}\n" for n in range(1_000_000))
    assert len(text) < 20 * 1024 * 1024
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    found = with_headers(grid(text))
    assert (len(found.rows), found.rows[-1], found.header_rows) == (1_000_001, ("999999", "P26", "999"), 1)
    assert time.process_time() - began < 30
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_500_000  # KiB


def test_five_thousand_columns() -> None:
    header = ",".join(f"m{n}" for n in range(5000))
    body = "\n".join(f"S{row}," + ",".join(str(n * row) for n in range(4999)) for row in range(300))
    began = time.process_time()
    found = with_headers(grid(f"{header}\n{body}\n"))
    assert (len(found.rows), len(found.rows[0]), found.rows[2][4999]) == (301, 5000, "4998")
    assert (found.header_rows, found.label_columns) == (1, 1)
    assert time.process_time() - began < 15


def test_one_row_of_a_million_cells_among_short_ones_stays_small() -> None:
    found = grid("a,b\n" + "1,2\n" * 1000 + "x," * 1_000_000 + "end\n")
    assert sum(cell == "x" for row in found.rows for cell in row) == 1_000_000
    assert "end" in found.rows[-1]


CELLS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12).map(lambda text: " ".join(text.split()))


@given(st.integers(2, 5).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=2, max_size=6)))
def test_what_was_written_is_read(table: list[list[str]]) -> None:
    file = io.StringIO()
    csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL).writerows([[f"h{n}" for n in range(len(table[0]))], *table])
    [found] = table_articles("a.csv", file.getvalue(), ";")
    assert isinstance(found, RawArticle)
    read = [cell for grid in found.grids for text in (grid.caption, *grid.notes) for cell in [text]]
    read += [cell for grid in found.grids for row in grid.rows for cell in row]
    assert sorted(filter(None, read)) == sorted(
        filter(None, [f"h{n}" for n in range(len(table[0]))] + [c for row in table for c in row])
    )

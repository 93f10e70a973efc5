"""Workbooks: cells as they are shown, tables apart, what is hidden left out and named, bad files refused in words."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest

from askdocs.core.articles import RawArticle
from askdocs.core.errors import SourceError
from askdocs.core.reports import Skipped
from askdocs.core.tables import Merge
from askdocs.ingest.cleaning.pipeline import clean
from askdocs.ingest.sources.dispatch import read
from askdocs.ingest.sources.workbooks import workbook_article
from askdocs.tables.headers import with_headers
from tests.support.tiny_office import archive, cell, ods, row, sheet, xlsx


def article(data: bytes, name: str = "sales.xlsx") -> RawArticle:
    return workbook_article(name, data, name[name.rindex(".") :])


def rows(found: RawArticle, number: int = 0) -> list[str]:
    return ["|".join(row) for row in found.grids[number].rows]


FORMATS = ("0.0%", "#,##0", "£#,##0.0_);(£#,##0.0)", "d mmm yyyy")


def test_cells_are_shown_as_their_formats_say() -> None:
    found = article(
        xlsx(
            {
                "Results": sheet(
                    row(1, cell("A1", "Measure"), cell("B1", 2024), cell("C1", 2023)),
                    row(2, cell("A2", "Margin"), cell("B2", 0.034, 1), cell("C2", -0.012, 1)),
                    row(3, cell("A3", "Ships"), cell("B3", 1234567, 2), cell("C3", 5, 2)),
                    row(4, cell("A4", "Result"), cell("B4", -12.4, 3), cell("C4", 7, 3, "SUM(C2:C3)")),
                    row(5, cell("A5", "As of"), cell("B5", 45356, 4), cell("C5", "n/a")),
                    row(6, cell("A6", "Ratio"), cell("B6", "#DIV/0!", 0, "1/0"), cell("C6", True)),
                    row(7, cell("A7", "Region", 5), cell("B7", "North", 0, 'IF(1,"North")')),
                )
            },
            FORMATS,
        )
    )
    assert rows(found) == [
        "Measure|2024|2023",
        "Margin|3.4%|-1.2%",
        "Ships|1,234,567|5",
        "Result|(£12.4)|£7.0",
        "As of|5 Mar 2024|n/a",
        "Ratio|#DIV/0!|TRUE",
        "Region|North|",
    ]
    assert found.grids[0].indents == (0, 0, 0, 0, 0, 0, 1)
    assert (found.title, found.body, found.grids[0].name) == ("sales", "## Results\n\n\x00table 0", "Results")
    assert with_headers(found.grids[0]).header_rows == 1


def test_several_tables_on_a_sheet_with_their_titles() -> None:
    found = article(
        xlsx(
            {
                "Sheet1": sheet(
                    row(2, cell("B2", "Sales by port")),
                    row(3, cell("B3", "(in thousands of euros)")),
                    row(5, cell("B5", "Port"), cell("C5", 2024), cell("F5", "Ship"), cell("G5", "Built")),
                    row(6, cell("B6", "Varde"), cell("C6", 5), cell("F6", "Marta"), cell("G6", 1961)),
                    row(7, cell("B7", "Ribe"), cell("C7", 7), cell("F7", "Ida"), cell("G7", 1974)),
                    row(10, cell("B10", "Crew"), cell("C10", "Number")),
                    row(11, cell("B11", "Cooks"), cell("C11", 3)),
                )
            }
        )
    )
    assert [rows(found, number) for number in range(3)] == [
        ["Port|2024", "Varde|5", "Ribe|7"],
        ["Ship|Built", "Marta|1961", "Ida|1974"],
        ["Crew|Number", "Cooks|3"],
    ]
    assert (found.grids[0].caption, found.grids[0].notes) == ("Sales by port", ("(in thousands of euros)",))
    assert found.body == "\x00table 0\n\n\x00table 1\n\n\x00table 2"


def test_columns_that_only_space_out_a_table_part_nothing() -> None:
    found = article(
        xlsx(
            {
                "A": sheet(
                    row(1, cell("C1", 2024), cell("E1", 2023)),
                    row(2, cell("A2", "Cloud"), cell("C2", 5), cell("E2", 4)),
                    row(4, cell("A4", "Retail"), cell("C4", 7), cell("E4", 6)),
                )
            }
        )
    )
    assert rows(found) == ["|2024|2023", "Cloud|5|4", "Retail|7|6"]


def test_merged_cells_and_what_they_cover() -> None:
    found = article(
        xlsx(
            {
                "A": sheet(
                    row(1, cell("A1", "Segment"), cell("B1", 2024), cell("C1", "covered"), cell("D1", 2023)),
                    row(2, *(cell(f"{c}2", text) for c, text in zip("BCDE", ("H1", "H2", "H1", "H2"), strict=True))),
                    row(3, cell("A3", "Cloud"), *(cell(f"{c}3", n) for n, c in enumerate("BCDE"))),
                    merges=("A1:A2", "B1:C1", "D1:E1"),
                )
            }
        )
    )
    assert rows(found) == ["Segment|2024||2023|", "|H1|H2|H1|H2", "Cloud|0|1|2|3"]
    assert found.grids[0].merges[1:] == (Merge(row=0, column=1, columns=2), Merge(row=0, column=3, columns=2))


def test_what_is_hidden_is_left_out_and_named() -> None:
    found = article(
        xlsx(
            {
                "Sales": sheet(
                    row(1, cell("A1", "Port"), cell("B1", "Secret"), cell("C1", "Sales")),
                    row(2, cell("A2", "Varde"), cell("B2", 99), cell("C2", 5)),
                    row(3, cell("A3", "Gone"), cell("B3", 98), cell("C3", 6), hidden=True),
                    row(4, cell("A4", "Ribe"), cell("B4", 97), cell("C4", 7)),
                    columns='<col min="2" max="2" hidden="1"/>',
                ),
                "Costs": sheet(row(1, cell("A1", "Cost"), cell("B1", 1))),
            },
            hidden=("Costs",),
        )
    )
    assert rows(found) == ["Port|Sales", "Varde|5", "Ribe|7"]
    assert found.meta == {"left_out": "hidden sheet: Costs; hidden rows of Sales: 1; hidden columns of Sales: 1"}


def test_shared_texts_in_runs_lose_their_footnote_marks() -> None:
    run = "<r><rPr><vertAlign val='superscript'/></rPr><t>{}</t></r>"
    shared = (
        "<sst xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"
        f"<si><r><t>Revenue</t></r>{run.format(1)}</si><si><r><t>Area, km</t></r>{run.format(2)}</si>"
        "<si><t>two_x000D_\nlines</t><rPh sb='0' eb='1'><t>x</t></rPh></si></sst>"
    )
    cells = [f'<c r="A{n}" t="s"><v>{n - 1}</v></c>' + cell(f"B{n}", n) for n in (1, 2, 3)]
    found = article(
        xlsx({"A": sheet(*(row(n, c) for n, c in enumerate(cells, 1)))}, more={"xl/sharedStrings.xml": shared})
    )
    assert rows(found) == ["Revenue|1", "Area, km²|2", "two lines|3"]


def test_a_sheet_of_texts_is_text(tmp_path: Path) -> None:
    data = xlsx({"Notes": sheet(row(1, cell("A1", "The ferry was sold.")), row(2, cell("A2", "It was old.")))})
    (tmp_path / "a.xlsx").write_bytes(data)
    [found] = read(tmp_path)
    assert isinstance(found, RawArticle)
    assert clean(found).text == "## Notes\n\nThe ferry was sold.\n\nIt was old."


def test_ods_holds_what_is_shown() -> None:
    def text(shown: str, about: str = "") -> str:
        note = "<office:annotation><text:p>a comment</text:p></office:annotation>"
        return f"<table:table-cell {about}>{note}<text:p>{shown}</text:p></table:table-cell>"

    body = (
        '<table:table table:name="Sales" table:style-name="shown">'
        '<table:table-column table:number-columns-repeated="2"/>'
        '<table:table-column table:visibility="collapse"/><table:table-header-rows><table:table-row>'
        + text("Port")
        + text("2024", 'table:number-columns-spanned="2"')
        + "<table:covered-table-cell/></table:table-row></table:table-header-rows>"
        + "<table:table-row>"
        + text("Varde")
        + text("3.4<text:s/>%", 'office:value="0.034"')
        + text("hidden")
        + "</table:table-row><table:table-row table:visibility='collapse'>"
        + text("Gone")
        + "</table:table-row>"
        + "<table:table-row>"
        + text("Ribe")
        + text("1,234", 'table:number-columns-repeated="1"')
        + '</table:table-row><table:table-row table:number-rows-repeated="1048570"><table:table-cell '
        'table:number-columns-repeated="1024"/></table:table-row></table:table>'
        '<table:table table:name="Costs" table:style-name="gone"><table:table-row>'
        + text("x")
        + "</table:table-row></table:table>"
    )
    styles = '<style:style style:name="gone"><style:table-properties table:display="false"/></style:style>'
    found = article(ods(body, styles), "sales.ods")
    assert rows(found) == ["Port|2024", "Varde|3.4 %", "Ribe|1,234"]
    assert found.meta["left_out"] == "hidden sheet: Costs; hidden rows of Sales: 1; hidden columns of Sales: 1"


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 400 * 1024**2, compresslevel=1)
    return file.getvalue()


LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1024 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 64
GOOD = xlsx({"A": sheet(row(1, cell("A1", "Port"), cell("B1", 5)))})


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.xlsx", LOCKED, "locked by a password"),
        ("a.xls", LOCKED, "locked by a password"),
        ("a.xlsx", LOCKED.replace("EncryptedPackage".encode("utf-16-le"), b""), "one of before 2007"),
        ("a.xlsx", GOOD[:-100], "damaged"),
        ("a.xlsx", b"not a workbook", "not a workbook"),
        ("a.ods", b"not a workbook", "not a spreadsheet"),
        ("a.xls", b"not a workbook", "not a workbook"),
        ("a.xlsb", GOOD[:200], "not a workbook"),
        ("a.xlsx", archive({"word/document.xml": "<a/>"}), "not a workbook"),
        ("a.xlsx", xlsx({"A": "<worksheet><sheetData><row>"}), "damaged"),
        ("a.xlsx", xlsx({"A": sheet()}), "shows no cell"),
        ("a.xlsx", xlsx({"A": sheet(row(1, cell("A1", 1)))}, hidden=("A",)), "hidden sheet: A"),
        ("a.ods", archive({"content.xml": "<a/>", "META-INF/manifest.xml": "<m><encryption-data/></m>"}), "locked"),
    ],
)
def test_bad_workbooks_are_refused_in_words(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        article(data, name)


def test_a_bomb_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(bomb())
    began = time.process_time()
    [skipped] = read(tmp_path)
    assert isinstance(skipped, Skipped)
    assert "unpacks to more than" in skipped.reason
    assert time.process_time() - began < 2


def test_entities_are_not_followed() -> None:
    evil = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "yyyy">]>' + sheet(
        row(1, '<c r="A1" t="inlineStr"><is><t>&x;&y;a</t></is></c>', cell("B1", 5))
    )
    assert article(xlsx({"A": evil})).body == "## A\n\n5"


def test_cells_far_apart_cost_nothing() -> None:
    found = article(xlsx({"A": sheet(row(1, cell("A1", "Port"), cell("B1", 5)), row(1048576, cell("XFD1048576", 7)))}))
    assert [cell for grid in found.grids for row in grid.rows for cell in row if cell] == ["Port", "5", "7"]


def test_many_rows_take_bounded_time() -> None:
    data = xlsx({"A": sheet(*(row(n, cell(f"A{n}", f"Ship {n}"), cell(f"B{n}", n)) for n in range(1, 100_001)))})
    began = time.process_time()
    assert len(article(data).grids[0].rows) == 100_000
    assert time.process_time() - began < 20

"""Tables of PDFs as grids: drawn with rules or set without, titles over columns, signs apart, wrapped labels."""

from __future__ import annotations

import functools

import pytest
from reportlab.pdfgen.canvas import Canvas

from askdocs.core.tables import Grid, Merge, table_mark
from askdocs.ingest.sources.pdf import pdf_pages
from scripts.benchmarks.made_filing import made_filing, right_tables
from tests.support.made_pdfs import Page, boxes, centred, figures, left, lines, made_pdf, right

PROSE = (
    "The group reported higher sales in all regions during the year 2024, driven by demand for",
    "services and by 12 new sites that were opened in 2023. The margin was 3.4%, compared with",
    "2.9% a year earlier, as the prices of raw materials fell in the first half of the year.",
)


def grids(*pages: Page) -> tuple[Grid, ...]:
    return pdf_pages("a.pdf", made_pdf(*pages)).grids


def only(page: Page) -> Grid:
    (grid,) = grids(page)
    return grid


def test_a_ruled_table_has_caption_units_notes_and_titles_over_columns() -> None:
    def page(canvas: Canvas) -> None:
        y = lines(canvas, 60, 800, PROSE)
        left(canvas, 60, y - 8, "Table 3: Revenue by segment")
        left(canvas, 60, y - 20, "(in millions of euros)")
        top = y - 26
        canvas.rect(200, top - 16, 160, 16)
        left(canvas, 203, top - 11, "Year ended 31 December")
        canvas.rect(60, top - 16, 140, 16)
        boxes(
            canvas,
            top - 16,
            [("Segment", "2024", "2023"), ("Cloud", "455.9", "401.2"), ("Retail", "(511.8)", "–")],
            (60, 200, 280, 360),
        )
        left(canvas, 60, top - 76, "(1) Excludes discontinued operations.")
        lines(canvas, 60, top - 110, PROSE)

    read = pdf_pages("a.pdf", made_pdf(page))
    (grid,) = read.grids
    assert grid.rows == (
        ("", "Year ended 31 December", ""),
        ("Segment", "2024", "2023"),
        ("Cloud", "455.9", "401.2"),
        ("Retail", "(511.8)", "–"),
    )
    assert grid.merges == (Merge(row=0, column=1, columns=2),)
    assert grid.header_rows == 2
    assert grid.caption == "Table 3: Revenue by segment"
    assert grid.notes == ("(in millions of euros)", "(1) Excludes discontinued operations.")
    text = read.pages[0].split("\n")
    assert [line for line in text if line] == [*PROSE, table_mark(0), *PROSE]


def test_a_drawn_row_with_several_lines_of_figures_is_several_rows() -> None:
    def page(canvas: Canvas) -> None:
        for x in (60, 200, 280, 360):
            canvas.line(x, 700, x, 780)
        for y in (780, 764, 700):
            canvas.line(60, y, 360, y)
        figures(
            canvas,
            769,
            [("Country", "2024", "2023"), ("Norway", "1,200", "1,150"), ("Chile", "310", "305"), ("Peru", "12", "n/a")],
            (275, 355),
            x=64,
            leading=16,
        )

    assert only(page).rows == (
        ("Country", "2024", "2023"),
        ("Norway", "1,200", "1,150"),
        ("Chile", "310", "305"),
        ("Peru", "12", "n/a"),
    )


def test_a_cell_over_several_rows_is_merged_downwards() -> None:
    def page(canvas: Canvas) -> None:
        canvas.rect(60, 732, 80, 32)
        left(canvas, 64, 745, "Europe")
        boxes(canvas, 780, [("Region",)], (60, 140))
        boxes(canvas, 780, [("Country", "Staff"), ("Norway", "1,200"), ("Spain", "310")], (140, 240, 300))

    grid = only(page)
    assert grid.rows == (("Region", "Country", "Staff"), ("Europe", "Norway", "1,200"), ("", "Spain", "310"))
    assert grid.merges == (Merge(row=1, column=0, rows=2),)


def test_a_statement_without_rules_has_indents_wrapped_labels_and_no_footnote_marks() -> None:
    def page(canvas: Canvas) -> None:
        left(canvas, 60, 800, "Consolidated balance sheet", 12)
        y = figures(canvas, 780, [("", "Note", "31 Dec 2024", "31 Dec 2023"), ("Assets", "", "", "")], (330, 400, 460))
        mark = y
        y = figures(
            canvas,
            y,
            [
                ("Property and equipment", "13", "455.9", "401.2"),
                ("Goodwill", "14", "1 234.5", "–"),
                ("Leased assets (net of accumulated", "", "", ""),
                ("depreciation and impairment)", "15", "98.0", "(7.5)"),
            ],
            (330, 400, 460),
            x=70,
        )
        figures(canvas, y, [("Total assets", "", "1 788.4", "393.7")], (330, 400, 460))
        left(canvas, 401, mark + 3, "1", 6)
        left(canvas, 60, y - 16, "¹ Includes assets under construction.", 7)

    grid = only(page)
    assert grid.rows == (
        ("", "Note", "31 Dec 2024", "31 Dec 2023"),
        ("Assets", "", "", ""),
        ("Property and equipment", "13", "455.9", "401.2"),
        ("Goodwill", "14", "1 234.5", "–"),
        ("Leased assets (net of accumulated depreciation and impairment)", "15", "98.0", "(7.5)"),
        ("Total assets", "", "1 788.4", "393.7"),
    )
    assert grid.indents == (0, 0, 1, 1, 1, 0)
    assert grid.header_rows == 1
    assert grid.notes == ("¹ Includes assets under construction.",)


@pytest.mark.parametrize("ruled", [True, False])
def test_titles_centred_over_two_columns_are_merged(ruled: bool) -> None:
    def page(canvas: Canvas) -> None:
        centred(canvas, 255, 780, "2024")
        centred(canvas, 375, 780, "2023")
        if ruled:
            canvas.line(210, 776, 300, 776)
            canvas.line(330, 776, 420, 776)
        figures(
            canvas,
            767,
            [
                ("Region", "Women", "Men", "Women", "Men"),
                ("Germany", "1,204", "1,340", "1,100", "1,290"),
                ("France", "804", "740", "790", "760"),
            ],
            (240, 300, 360, 420),
        )

    grid = only(page)
    assert grid.rows[0] == ("", "2024", "", "2023", "")
    assert grid.merges == (Merge(row=0, column=1, columns=2), Merge(row=0, column=3, columns=2))
    assert grid.rows[2] == ("Germany", "1,204", "1,340", "1,100", "1,290")
    assert grid.header_rows == 2


def test_signs_in_columns_of_their_own_join_their_figures() -> None:
    def page(canvas: Canvas) -> None:
        left(canvas, 60, 790, "(In thousands, except per share data)")
        y = figures(
            canvas,
            770,
            [
                ("", "2024", "2023"),
                ("Revenue", "1,234", "1,100"),
                ("Cost of sales", "(734", "(650"),
                ("Margin", "40.5", "40.9"),
                ("Earnings per share", "1.23", "(0.98"),
            ],
            (380, 460),
        )
        for row, sign in ((1, "$"), (4, "$")):
            left(canvas, 340, 770 - row * 13, sign)
            left(canvas, 420, 770 - row * 13, sign)
        for x, row, sign in ((382, 2, ")"), (462, 2, ")"), (384, 3, "%"), (464, 3, "%"), (462, 4, ")")):
            left(canvas, x, 770 - row * 13, sign)
        lines(canvas, 60, y - 30, PROSE)

    grid = only(page)
    assert grid.rows == (
        ("", "2024", "2023"),
        ("Revenue", "$1,234", "$1,100"),
        ("Cost of sales", "(734)", "(650)"),
        ("Margin", "40.5%", "40.9%"),
        ("Earnings per share", "$1.23", "$(0.98)"),
    )
    assert grid.notes == ("(In thousands, except per share data)",)


def test_headers_on_three_lines_and_dots_that_lead_to_figures() -> None:
    def page(canvas: Canvas) -> None:
        for x, texts in ((300, ("Fair value at", "31 December", "2024")), (400, ("Carrying", "amount", "2024"))):
            for i, text in enumerate(texts):
                right(canvas, x, 790 - 10 * i, text)
        y = 754.0
        for label, *values in (
            ("Bonds", "1,250.4", "1,300.0"),
            ("Bank loans", "88.2", "90.0"),
            ("Leases", "n/a", "45.6"),
        ):
            end = left(canvas, 60, y, label)
            left(canvas, end, y, "." * int((250 - end) / 2.51))
            right(canvas, 300, y, values[0])
            right(canvas, 400, y, values[1])
            y -= 13

    assert only(page).rows == (
        ("", "Fair value at 31 December 2024", "Carrying amount 2024"),
        ("Bonds", "1,250.4", "1,300.0"),
        ("Bank loans", "88.2", "90.0"),
        ("Leases", "n/a", "45.6"),
    )


def test_a_datasheet_of_text_and_figures() -> None:
    rows = (
        ("Property", "Unit", "Value", "Method"),
        ("Density", "g/cm³", "1.14", "ISO 1183"),
        ("Melt flow rate (275 °C, 5 kg)", "g/10 min", "60", "ISO 1133"),
        ("Tensile modulus", "MPa", "3,100", "ISO 527-1/-2"),
        ("Colour", "", "natural", "visual"),
    )

    def page(canvas: Canvas) -> None:
        for i, row in enumerate(rows):
            for x, text in zip((60, 220, 300, 380), row, strict=True):
                left(canvas, x, 780 - 14 * i, text)

    assert only(page).rows == rows


def test_forms_of_labels_and_values() -> None:
    def page(canvas: Canvas) -> None:
        y = lines(
            canvas, 60, 800, ("Invoice number: INV-2024-0117", "Invoice date: 14 March 2024", "Customer no.: 88213")
        )
        y -= 30
        for row in (
            ("Order no.", "88123", "Date", "4 May 2024"),
            ("Customer", "A-2231", "Due", "3 June 2024"),
            ("Currency", "EUR", "Terms", "30 days"),
        ):
            for x, text in zip((60, 160, 320, 400), row, strict=True):
                left(canvas, x, y, text)
            y -= 12

    first, second = grids(page)
    assert first.rows == (
        ("Invoice number", "INV-2024-0117"),
        ("Invoice date", "14 March 2024"),
        ("Customer no.", "88213"),
    )
    assert second.rows[:2] == (("Order no.", "88123"), ("Date", "4 May 2024"))
    assert (second.header_rows, second.label_columns) == (0, 1)


def test_a_page_turned_by_a_quarter_is_read_upright() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.translate(595, 0)
        canvas.rotate(90)
        left(canvas, 60, 500, "Table 9: Headcount")
        figures(
            canvas,
            484,
            [("Country", "2024", "2023"), ("Norway", "1,200", "1,150"), ("Chile", "310", "305")],
            (300, 380),
        )

    grid = only(page)
    assert grid.caption == "Table 9: Headcount"
    assert grid.rows == (("Country", "2024", "2023"), ("Norway", "1,200", "1,150"), ("Chile", "310", "305"))


def test_prose_lists_contents_and_equations_are_no_tables() -> None:
    def page(canvas: Canvas) -> None:
        y = lines(canvas, 60, 800, PROSE)
        for number, text in (
            ("1.", "Revenue is recognised over time."),
            ("2.", "Costs are matched."),
            ("3.", "Nothing."),
        ):
            left(canvas, 60, y, number)
            left(canvas, 85, y, text)
            y -= 12
        for name, number in (("Introduction", "1"), ("Results", "4"), ("Risks", "9"), ("Outlook", "12")):
            left(canvas, 60, y, name)
            right(canvas, 500, y, number)
            y -= 12
        for equation, number in (("a = b + c", "(1)"), ("d = e - f", "(2)")):
            centred(canvas, 280, y - 20, equation)
            right(canvas, 500, y - 20, number)
            y -= 20

    assert grids(page) == ()


def test_all_tables_of_a_made_report_are_read_with_their_cells() -> None:
    filing = made_filing(pages=9, tables=8, seed=11)
    read = pdf_pages("filing.pdf", filing.data)
    assert right_tables(filing, [grid.rows for grid in read.grids]) == 8
    assert len(read.grids) == 8
    for number, table in enumerate(filing.tables):
        assert table_mark(number) in read.pages[table.page - 1].split("\n")


def test_a_table_that_goes_on_over_pages_keeps_its_header_and_all_its_rows_on_each() -> None:
    def page(canvas: Canvas, number: int) -> None:
        right(canvas, 540, 30, str(number + 1))
        body = [(f"TK{10 * number + i:03d} Holdings", f"{137 * (10 * number + i):,}", "9.50") for i in range(10)]
        figures(canvas, 800, [("Company", "Shares", "Price"), *body], (300, 400))

    read = grids(*(functools.partial(page, number=number) for number in range(4)))
    assert [grid.rows[0] for grid in read] == [("Company", "Shares", "Price")] * 4
    assert [row[0] for grid in read for row in grid.rows[1:]] == [f"TK{i:03d} Holdings" for i in range(40)]


def test_tables_one_below_the_other_with_other_columns_are_two() -> None:
    def page(canvas: Canvas) -> None:
        y = figures(
            canvas,
            800,
            [("Staff", "2024", "2023"), ("Full time", "1,204", "1,190"), ("Part time", "204", "190")],
            (300, 360),
        )
        figures(
            canvas,
            y - 30,
            [
                ("Site", "Opened", "Area", "Rent"),
                ("Cork", "1998", "12,400 m²", "1.2"),
                ("Galway", "2019", "3,020 m²", "0.4"),
            ],
            (280, 400, 500),
        )

    first, second = grids(page)
    assert first.rows[0] == ("Staff", "2024", "2023")
    assert second.rows[2] == ("Galway", "2019", "3,020 m²", "0.4")


def test_a_table_in_one_of_two_columns_takes_nothing_from_the_other() -> None:
    other = [f"The harbour was busy with {number} vessels on that day." for number in range(12)]

    def page(canvas: Canvas) -> None:
        lines(canvas, 320, 800, other)
        y = lines(canvas, 50, 800, [line.replace("harbour", "airport") for line in other[:6]])
        figures(
            canvas,
            y - 6,
            [("EUR m", "2024", "2023"), ("Sales", "12.5", "11.9"), ("EBIT", "3.2", "(2.8)")],
            (200, 260),
            x=50,
            leading=12,
        )

    read = pdf_pages("a.pdf", made_pdf(page))
    assert [grid.rows for grid in read.grids] == [
        (("EUR m", "2024", "2023"), ("Sales", "12.5", "11.9"), ("EBIT", "3.2", "(2.8)"))
    ]
    assert [line for line in read.pages[0].split("\n") if line.startswith("The harbour")] == other


def test_a_table_that_goes_on_without_its_header_gets_it_again() -> None:
    def first(canvas: Canvas) -> None:
        y = lines(canvas, 60, 800, PROSE)
        figures(
            canvas, y - 20, [("Site", "2024", "2023"), ("Cork", "1,204", "1,190"), ("Galway", "204", "190")], (300, 400)
        )

    def second(canvas: Canvas) -> None:
        y = figures(canvas, 800, [("Limerick", "98", "–"), ("Sligo and Donegal", "7", "5")], (300, 400))
        lines(canvas, 60, y - 30, PROSE)

    _, grid = grids(first, second)
    assert grid.rows == (("Site", "2024", "2023"), ("Limerick", "98", "–"), ("Sligo and Donegal", "7", "5"))
    assert grid.header_rows == 1


def test_the_first_page_of_a_filing_has_its_labels_below_its_values() -> None:
    def page(canvas: Canvas) -> None:
        for x, value, *label in (
            (130, "Delaware", "(State or other jurisdiction of", "incorporation or organization)"),
            (306, "001-38022", "(Commission", "File Number)"),
            (480, "12-3456789", "(I.R.S. Employer", "Identification No.)"),
        ):
            centred(canvas, x, 650, value, 10)
            centred(canvas, x, 640, label[0], 8)
            centred(canvas, x, 630, label[1], 8)

    assert only(page).rows == (
        ("State or other jurisdiction of incorporation or organization", "Delaware"),
        ("Commission File Number", "001-38022"),
        ("I.R.S. Employer Identification No.", "12-3456789"),
    )


def test_boxes_with_a_small_label_above_each_value() -> None:
    def page(canvas: Canvas) -> None:
        for x, label, value in (
            (60, "Invoice no.", "2024-117"),
            (210, "Date", "14.03.2024"),
            (360, "Due", "13.04.2024"),
        ):
            for row, text in enumerate((value, "EUR 5.00")):
                canvas.rect(x, 700 - 28 * row, 150, 28)
                left(canvas, x + 3, 719 - 28 * row, f"{label} {row}" if row else label, 6)
                left(canvas, x + 3, 704 - 28 * row, text, 10)

    assert only(page).rows[:3] == (("Invoice no.", "2024-117"), ("Date", "14.03.2024"), ("Due", "13.04.2024"))


def test_a_typewritten_table_keeps_words_with_figures_in_one_cell() -> None:
    def page(canvas: Canvas) -> None:
        for i, text in enumerate(
            (
                "Item            Qty    Price",
                "Rope 10 mm        4     9.90",
                "Anchor            1   129.00",
                "Paint, white     12    24.50",
            )
        ):
            left(canvas, 60, 700 - 11 * i, text, 9, "Courier")

    assert only(page).rows == (
        ("Item", "Qty", "Price"),
        ("Rope 10 mm", "4", "9.90"),
        ("Anchor", "1", "129.00"),
        ("Paint, white", "12", "24.50"),
    )


def test_a_header_that_comes_again_begins_another_table() -> None:
    sections = (
        ("Mechanical", (("Tensile modulus", "513 / 480", "MPa"), ("Stress at break", "22 / -", "MPa"))),
        ("Thermal", (("Melting point", "168 / *", "°C"), ("Vicat point", "140 / *", "°C"))),
    )

    def page(canvas: Canvas) -> None:
        y = 700
        for name, rows in sections:
            for row in ((name, "dry / cond", "Unit"), *rows):
                for x, text in zip((60, 300, 400), row, strict=True):
                    left(canvas, x, y, text)
                y -= 12

    assert [grid.rows for grid in grids(page)] == [((name, "dry / cond", "Unit"), *rows) for name, rows in sections]

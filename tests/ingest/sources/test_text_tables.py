"""Tables and forms of plain text are found, and prose of every kind is left alone."""

from __future__ import annotations

import datetime
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askdocs.core.articles import RawArticle
from askdocs.core.tables import Grid
from askdocs.ingest.cleaning.pipeline import clean
from askdocs.ingest.sources.dispatch import read
from askdocs.ingest.sources.text_tables import take_text_tables
from askdocs.tables.headers import with_headers


def grid(text: str) -> Grid:
    _, [only] = take_text_tables(text)
    return only


def rows(found: Grid) -> list[str]:
    return ["|".join(row) for row in found.rows]


STATEMENT = """
Harrow plc
Income statement for the year ended 31 March 2024

                                  Note      2024       2023
                                              £m         £m
                                         -------    -------
Revenue                              3     987.1      912.3
Cost of sales                             (400.5)    (390.2)
                                         -------    -------
Gross profit                               586.6      522.1

Operating costs
  Staff                              4    (210.0)    (198.4)
  Ships and harbours                 5     (99.5)          –
                                         =======    =======
Profit                                     277.1      323.7

The directors approved the statement on 5 May 2024.
"""


def test_a_statement_in_columns() -> None:
    text, [found] = take_text_tables(STATEMENT)
    assert rows(found) == [
        "|Note|2024|2023",
        "||£m|£m",
        "Revenue|3|987.1|912.3",
        "Cost of sales||(400.5)|(390.2)",
        "Gross profit||586.6|522.1",
        "Operating costs|||",
        "Staff|4|(210.0)|(198.4)",
        "Ships and harbours|5|(99.5)|–",
        "Profit||277.1|323.7",
    ]
    assert with_headers(found).header_rows == 2
    assert found.indents == (0, 0, 0, 0, 0, 0, 1, 1, 0)
    assert text.strip() == (
        "Harrow plc\nIncome statement for the year ended 31 March 2024\n\n\x00table 0\n\n"
        "The directors approved the statement on 5 May 2024."
    )


def test_currency_signs_set_apart_belong_to_their_figures() -> None:
    found = grid("               2024        2023\nCash      $   1,250   $   1,100\nDebt      $     (30)  $     (25)\n")
    assert rows(found) == ["|2024|2023", "Cash|$1,250|$1,100", "Debt|$(30)|$(25)"]


def test_headers_over_several_columns() -> None:
    found = grid(
        "                 First half          Second half\n"
        "              2024      2023       2024      2023\n"
        "Cloud        220.1     190.0      235.8     211.2\n"
        "Retail       250.0     240.5      281.1     271.3\n"
    )
    assert rows(found) == [
        "|First half||Second half|",
        "|2024|2023|2024|2023",
        "Cloud|220.1|190.0|235.8|211.2",
        "Retail|250.0|240.5|281.1|271.3",
    ]
    assert [(merge.column, merge.columns) for merge in found.merges] == [(1, 2), (3, 2)]


def test_leaders_to_several_columns() -> None:
    found = grid(
        "               2024     2023\nRevenue ...   987.1    912.3\nCosts .....  (400.5)  (390.2)\n".replace(
            "...", "....."
        )
    )
    assert rows(found)[1:] == ["Revenue|987.1|912.3", "Costs|(400.5)|(390.2)"]


def test_tabs_part_columns() -> None:
    assert rows(grid("Port\tTonnes\tShips\nVarde\t1,250\t12\nRibe\t90\t3\n")) == [
        "Port|Tonnes|Ships",
        "Varde|1,250|12",
        "Ribe|90|3",
    ]


BARS = {
    "a grid with rules": (
        "+-------+--------+\n"
        "| Port  | Tonnes |\n"
        "+=======+========+\n"
        "| Varde | 5      |\n"
        "+-------+--------+\n"
        "| Old   | 7      |\n"
        "| Ribe  |        |\n"
        "+-------+--------+",
        ["Port|Tonnes", "Varde|5", "Old Ribe|7"],
    ),
    "a rule under the head": (
        "Port  | Tonnes\n------+-------\nVarde | 5\nRibe  | 7",
        ["Port|Tonnes", "Varde|5", "Ribe|7"],
    ),
    "boxes": (
        "┌───────┬───┐\n│ Port  │ t │\n├───────┼───┤\n│ Varde │ 5 │\n│ Ribe  │ 7 │\n└───────┴───┘",
        ["Port|t", "Varde|5", "Ribe|7"],
    ),
    "markdown": ("| Port | t |\n|:-----|--:|\n| Varde | 5 |\n| Ribe | 7 |", ["Port|t", "Varde|5", "Ribe|7"]),
    "no rule": ("Port | t | ships\nVarde | 5 | 1\nRibe | 7 | 2", ["Port|t|ships", "Varde|5|1", "Ribe|7|2"]),
}


@pytest.mark.parametrize("name", BARS)
def test_tables_drawn_with_bars(name: str) -> None:
    text, expected = BARS[name]
    assert rows(grid(f"The ports:\n\n{text}\n\nThe end.")) == expected


FORMS = {
    "an invoice": (
        "Invoice number: 2024-17\nInvoice date: 5 March 2024\nBill to: Harrow Ltd.\nTotal due: £1,250.00",
        ["Invoice number|2024-17", "Invoice date|5 March 2024", "Bill to|Harrow Ltd.", "Total due|£1,250.00"],
    ),
    "two pairs on a line": (
        "Invoice no: 17          Date: 5 March 2024\nCustomer: Harrow        Terms: 30 days\nTotal: £5",
        ["Invoice no|17", "Date|5 March 2024", "Customer|Harrow", "Terms|30 days", "Total|£5"],
    ),
    "leaders to words": (
        "Captain ....... Ann Lee\nCook .......... Bo Dahl\nPilot ......... Cid Moe",
        ["Captain|Ann Lee", "Cook|Bo Dahl", "Pilot|Cid Moe"],
    ),
    "leaders": (
        "Soup of the day ....... £4.50\nFish pie .............. £11.00\nTea ................... £2.20",
        ["Soup of the day|£4.50", "Fish pie|£11.00", "Tea|£2.20"],
    ),
    "a value that goes on": (
        "Ship to:     Harrow Ltd\n             12 Quay Street\nOrder:       17\nWeight:      12 kg",
        ["Ship to|Harrow Ltd 12 Quay Street", "Order|17", "Weight|12 kg"],
    ),
    "a field left empty": (
        "Name: Ann Lee\nPassport no:\nAge: 43\nCity: Oslo",
        ["Name|Ann Lee", "Passport no|", "Age|43", "City|Oslo"],
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_forms(name: str) -> None:
    text, expected = FORMS[name]
    found = grid(f"Thank you for your order.\n\n{text}\n\nPlease pay within a month.")
    assert rows(found) == expected
    assert (found.header_rows, found.label_columns) == (0, 1)


PROSE = {
    "an interview": (
        "Anna: When did you sell the ferry?\nBo: We sold it in May 2024.\nCid: Nobody told me.\nAnna: Why not?"
    ),
    "short speech": "HAMLET: Who is there?\nGHOST: Mark me.\nHORATIO: Look, my lord, it comes!",
    "statements": "Lee: I never saw 17 ships\nDahl: We had 12 of them\nMoe: That is what you told me",
    "the head of an article": "Title: Sales rise\nAuthor: Ann Lee\nPublished: 5 March 2024\nSource: Harbour Wire",
    "a letter": "From: Ann Lee\nTo: Bo Dahl\nDate: 5 March 2024\nSubject: The ferry",
    "a byline": "Sales rise\nBy Ann Lee | Harbour Wire\nPublished: 5 March 2024",
    "justified text": (
        "The harbour  company sold  its last  ferry on\nFriday for  three million crowns, a spokesman\n"
        "said.  It will use  the money  to mend  a pier\n"
        "of 1961  that was  closed in 2022,  and to buy\n"
        "12 new   cranes."
    ),
    "two spaces after a full stop": (
        "It was sold in 2024.  The buyer paid 12 million.\nHe was glad.  5 ships were left.\nThey fell.  7 rose."
    ),
    "a list": "- 3 ships in Varde\n- 12 ships in Ribe\n- 5 in Esbjerg",
    "numbered": "1.  Sell the ferry.\n2.  Mend the pier.\n3.  Buy 12 cranes.",
    "an address": "Harrow Ltd\n12 Quay Street\n6800 Varde\nDenmark",
    "two addresses": (
        "Harrow Ltd            Quay Inc\n12 Quay Street        5 High Road\n6800 Varde            0150 Oslo"
    ),
    "a poem": "    The sea, the sea,\n        the open sea,\n    it grew so fresh,\n        the ever free.",
    "contents": (
        "Introduction ............ 1\n"
        "The harbour ............. 7\n"
        "The ferry ............... 12\n"
        "Notes ................... 90"
    ),
    "a row of links": "Home | News | Sport\nThe ferry was sold on Friday.\nShare: Facebook | X | Copy link",
    "a script": "10:30 The ship arrives\n11:45 The crew leaves\n12:15 Lunch",
    "dated entries": "3 March 2021\n\nThe harbour was founded.\n\n4 March 2022\n\nThe harbour was sold.",
    "underlined": "The ferry\n=========\n\nIt was sold.\n\nThe pier\n--------\n\nIt was mended.",
    "quotations": 'Lee: "Ships matter"\nDahl: "So do piers"\nMoe: "And cranes"',
    "advice": (
        "Before you go: check the tide tables, for they change every day.\n"
        "On the way: keep to the left of the buoys.\nAfter that: rest."
    ),
}


@pytest.mark.parametrize("name", PROSE)
def test_prose_is_no_table(name: str) -> None:
    assert take_text_tables(PROSE[name]) == (PROSE[name], ())


def test_the_articles_of_the_suites_are_prose() -> None:
    read = 0
    for path in [path for name in ("news", "followups", "smoke") for path in Path("evals", name).rglob("*.txt")]:
        read += 1
        assert take_text_tables(path.read_text(encoding="utf-8"))[1] == (), path
    for path in Path("evals/news/articles").glob("*.md"):
        prose = "\n".join(line for line in path.read_text(encoding="utf-8").split("\n") if not line.startswith("|"))
        assert take_text_tables(prose.split("---\n", 2)[-1])[1] == (), path
        read += 1
    assert read > 20


def test_a_file_keeps_its_date_and_its_prose(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Invoice no: 17\nDate: 5 March 2024\nTotal: £5\n\nPlease pay within a month.\n")
    [found] = read(tmp_path)
    assert isinstance(found, RawArticle)
    article = clean(found)
    assert article.published == datetime.date(2024, 3, 5)
    assert article.text == "Invoice no | 17\nDate | 5 March 2024\nTotal | £5\n\nPlease pay within a month."


def test_a_mark_in_a_file_stands_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The ferry was sold.\n\x00table 7\n\x00table 0\nIt was old.\n" + "Old. " * 50)
    [found] = read(tmp_path)
    assert isinstance(found, RawArticle)
    assert clean(found).text.startswith("The ferry was sold.\ntable 7\ntable 0\nIt was old.\n")


@pytest.mark.parametrize(
    "line",
    [
        "Varde   5   6\n",
        "a: 5\n",
        "| a | 5 |\n",
        "a   b   c\n",
        "----  ----\n",
        "a:   b:   c:   d\n",
        ". " * 150 + "\n",
        "\n",
    ],
)
def test_long_texts_take_linear_time(line: str) -> None:
    began = time.process_time()
    take_text_tables(line * (300_000 // len(line)))
    assert time.process_time() - began < 10


@given(
    st.lists(
        st.sampled_from(["a", "5", "  ", "   ", "|", ":", ": ", "\n", "---", "+", "....", "\t", "£", "."]), max_size=60
    )
)
def test_no_text_breaks_the_reading(parts: list[str]) -> None:
    text, grids = take_text_tables("".join(parts))
    assert text.count("\x00") == len(grids)

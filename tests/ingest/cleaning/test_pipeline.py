"""Cleaning: plain characters, blocks, titles, pages; nothing left is an error."""

from __future__ import annotations

import datetime
import hashlib
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askdocs.core.articles import Article, RawArticle
from askdocs.core.errors import SourceError
from askdocs.core.tables import Grid, table_mark
from askdocs.ingest.cleaning.characters import plain_characters
from askdocs.ingest.cleaning.pipeline import clean
from askdocs.ingest.cleaning.unwrap import page_blocks, text_blocks


def raw(body: str, form: str = "text", **fields: object) -> RawArticle:
    return RawArticle.model_validate(
        {"source": "a/sales.txt", "body": body, "format": form, "content_hash": "", **fields}
    )


def text_of(body: str, form: str = "text") -> str:
    return clean(raw(body, form)).text


def test_the_id_is_the_hash_of_the_text() -> None:
    article = clean(raw("Sales  rose.\r\n"))
    assert article.text == "Sales rose."
    assert article.id == "a" + hashlib.sha256(b"Sales rose.").hexdigest()[:16]


def test_nothing_left_is_an_error_that_names_the_source() -> None:
    for body in ("", " \n\u200b", "Skip to content\n\nAdvertisement"):
        with pytest.raises(SourceError, match=r"a/sales.txt: no text"):
            clean(raw(body))


@pytest.mark.parametrize(
    ("body", "form", "title"),
    [
        ("# Sales rise\n\nThey rose.", "markdown", "Sales rise"),
        ("They rose.\n\n## Sales *rise*", "markdown", "Sales rise"),
        ("Skip to content\n\nSales rise 5%; time to buy?\n\nThey rose.", "text", "Sales rise 5%; time to buy?"),
        ("They rose by 5% in May, said the firm, which sells ferries.", "text", "sales"),
        ("<html><head><title>Sales rise</title></head><body><p>They rose.</p></body></html>", "html", "Sales rise"),
    ],
)
def test_a_title_is_found(body: str, form: str, title: str) -> None:
    assert clean(raw(body, form)).title == title


def test_a_table_alone_is_called_as_its_file() -> None:
    grid = Grid(rows=(("Company", "Shares"), ("Voltari", "5")))
    article = clean(raw("", "tables").model_copy(update={"grids": (grid,)}))
    assert (article.title, article.text) == ("sales", "Company | Shares\nVoltari | 5")
    assert article.tables[0].header_rows == 1


def test_a_unit_is_found_above_a_table_and_over_the_end_of_a_page() -> None:
    grid = Grid(rows=(("Line", "2024"), ("Harbour", "4,210")), header_rows=1, label_columns=1)
    text = f"Sales rose. All figures in thousands of euros.\n\n{table_mark(0)}\n\n{table_mark(1)}\n\nThey rose again."
    article = clean(raw(text, "text").model_copy(update={"grids": (grid, grid)}))
    said = [[article.text[start:end] for start, end in table.notes] for table in article.tables]
    assert said == [["All figures in thousands of euros."]] * 2


def test_pairs_above_a_list_are_a_table_of_their_own() -> None:
    rows = (("Date:", "9 April", ""), ("Due:", "9 May", ""), ("Item", "Pieces", "Price"), ("Shelf", "6", "£42"))
    article = clean(raw("", "tables").model_copy(update={"grids": (Grid(rows=rows),)}))
    assert [(table.header_rows, table.label_columns) for table in article.tables] == [(0, 1), (1, 1)]


def test_the_title_and_date_of_the_source_win() -> None:
    day = datetime.date(2024, 3, 5)
    page = '<html><head><title>B</title><meta name="date" content="2020-01-01"></head><body><p>Text.</p></body></html>'
    article = clean(raw(page, "html", title="\x1b[1mA\x1b[0m", published=day))
    assert (article.title, article.published) == ("A", day)


def test_markdown_becomes_text_with_headings_lists_and_rows() -> None:
    body = (
        "# Ferries\n\nThe *Marta* was\nsold for **33 million** [crowns](http://x.example) by `Harbour`.\n\n"
        "- first\n- second\n\n| | 2022 | 2023 |\n|---|---|---|\n| Sales | 5 | 6 |\n| Profit | | 1 |\n\n"
        "<!-- a note --><script>alert(1)</script>\n\n> A quote.\n\nA &amp; B, snake_case, 5 * 3 * 2.\n"
    )
    assert text_of(body, "markdown") == (
        "# Ferries\n\nThe Marta was sold for 33 million crowns by Harbour.\n\n- first\n- second\n\n"
        "| 2022 | 2023\nSales | 5 | 6\nProfit |  | 1\n\nA quote.\n\nA & B, snake_case, 5 * 3 * 2."
    )


def test_lines_wrapped_to_a_width_are_joined_and_others_are_not() -> None:
    wrapped = (
        "The harbour company sold its last ferry on Friday for\n"
        "three million crowns, a spokesman said, and it will use\n"
        "the money to mend the northern pier before the storms\n"
        "of autumn come.\n\n- one\n- two"
    )
    assert text_blocks(wrapped)[0].count("\n") == 0
    assert text_blocks(wrapped)[1] == "- one\n- two"
    lines = (
        "Sales rise\nBy Ann Lee\n\nThey rose in May.\nThey fell in June, and then they rose again in July.\nThe end."
    )
    assert text_blocks(lines) == lines.split("\n\n")


def test_lines_of_a_page_become_paragraphs() -> None:
    page = (
        "The harbour company sold its last ferry on Friday for\n"
        "three million crowns. It was built in 1961 and it will\nbe painted.\n"
        "The buyer runs eleven ferries, all of which are yellow\nand rather old."
    )
    first, second = page_blocks(page)
    assert first.endswith("be painted.")
    assert second.startswith("The buyer")


def test_pages_begin_where_their_first_words_stand() -> None:
    pages = ("Sales rose, and the firm", "which sells ferries was glad.", "", "The end.")
    article = clean(raw("", "pages", pages=pages))
    assert article.text == "Sales rose, and the firm which sells ferries was glad.\n\nThe end."
    assert article.pages == (0, 25, 56, 56)


def test_nothing_a_terminal_obeys_is_stored() -> None:
    body = (
        "\x1b]0;owned\x07Sales\x1b[2J \x9b31mrose\x07 \u202eright\u202c \u2066left\u2069 \U000e0041hid\x00\x7f\ufeff."
    )
    assert text_of(body) == "Sales rose right left hid."
    for form in ("markdown", "html"):
        assert not set("\x1b\u202e\0") & set(text_of("Sales &#27;[31m&#x202e;rose&#0;.", form))
    assert clean(raw("Text.", meta={"author": "\x1b[31mAnn"})).meta == {"author": "Ann"}


def test_letters_that_need_joiners_keep_them() -> None:
    assert plain_characters("می\u200cخواهم 👩\u200d🚀 a\u200db") == "می\u200cخواهم 👩\u200d🚀 ab"


@given(st.text(), st.sampled_from(["text", "markdown", "html"]))
def test_stored_text_is_safe_whatever_comes_in(body: str, form: str) -> None:
    try:
        article = clean(raw(body.encode("utf-8", "replace").decode("utf-8"), form))
    except SourceError:
        return
    assert article.text == article.text.strip()
    for character in article.text:
        assert character == "\n" or unicodedata.category(character) not in ("Cc", "Cs")
        assert character not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff"


@given(st.text())
def test_plain_characters_settle_at_once(text: str) -> None:
    once = plain_characters(text)
    assert plain_characters(once) == once


@pytest.mark.parametrize(
    "unit", ["\x1b[", "\x1b]", "a\u0301\u0316\u0301", "\u0301\u0316", "\n \n", "word ", "\u200d", "\r"]
)
def test_characters_take_linear_time(unit: str) -> None:
    began = time.process_time()
    plain_characters("é" + unit * (300_000 // len(unit)))
    assert time.process_time() - began < 5


def test_a_result_is_an_article_without_further_work() -> None:
    assert isinstance(clean(raw("Sales rose.")), Article)

"""The text of PDFs: hyphens at the ends of lines, raised marks, columns, running heads, files that are bad."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest
import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from askdocs.core.errors import SourceError
from askdocs.ingest.sources.pdf import pdf_pages
from askdocs.ingest.sources.pdf_hyphens import Hyphens
from tests.support.made_pdfs import left, lines, made_pdf

WORDS = (
    "harbour",
    "vessel",
    "freight",
    "cargo",
    "tonnage",
    "pilot",
    "quay",
    "berth",
    "crane",
    "tide",
    "mooring",
    "ferry",
)


def sentences(count: int, start: int) -> list[str]:
    """Lines of prose that differ from each other."""
    return [
        f"{WORDS[(start + i) % 12]} {WORDS[(start + 3 * i) % 12]} and {WORDS[(start + 7 * i) % 12]} {start + i} met"
        for i in range(count)
    ]


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("a manu-", "facturing site", "a manufacturing site"),
        ("a long-", "term plan", "a long-term plan"),
        ("of n-", "tridecanal in", "of n-tridecanal in"),
        ("more co-", "operation with", "more co-operation with"),
        ("an Anglo-", "Saxon word", "an Anglo-Saxon word"),
        ("of COVID-", "19 in", "of COVID-19 in"),
        ("the 2-", "ethyl group", "the 2-ethyl group"),
        ("the short-", "age of", "the shortage of"),
        ("a sales-", "based fee", "a sales-based fee"),
        ("the soft\xad", "ware of", "the software of"),
        ("a mul-", "ti-paragraph text", "a multi-paragraph text"),
        ("a SE-", "QUENCE of", "a SEQUENCE of"),
        ("costs -", "as before", "costs - as before"),
    ],
)
def test_a_hyphen_at_the_end_of_a_line_stays_where_it_belongs_to_the_word(before: str, after: str, whole: str) -> None:
    hyphens = Hyphens(["Their co-operation, each sequence and the sales were good."])
    assert hyphens.joined([before, after]) == whole


def test_hyphens_and_soft_hyphens_of_a_file() -> None:
    def page(canvas: Canvas) -> None:
        lines(
            canvas,
            60,
            800,
            ("It is a plan for the manu-", "facturing of parts and for long-", "term growth of the firm."),
        )

    text = pdf_pages("a.pdf", made_pdf(page)).pages[0]
    assert text.split("\n") == [
        "It is a plan for the manufacturing",
        "of parts and for long-term",
        "growth of the firm.",
    ]


def test_a_word_broken_over_the_end_of_a_page_stands_on_the_page_it_begins_on() -> None:
    read = pdf_pages(
        "a.pdf",
        made_pdf(
            lambda canvas: lines(canvas, 60, 800, ("They spoke of the manu-",)),
            lambda canvas: lines(canvas, 60, 800, ("facturing of parts.",)),
        ),
    )
    assert read.pages == ("They spoke of the manufacturing", "of parts.")


def test_a_raised_mark_is_no_digit_of_the_figure_before_it() -> None:
    def page(canvas: Canvas) -> None:
        x = left(canvas, 60, 800, "Revenue was 455.9", 11)
        left(canvas, x, 804, "1", 7)
        x = left(canvas, x + 4, 800, " million on 12 m", 11)
        left(canvas, x, 804, "2", 7)
        x = left(canvas, x + 4, 800, " with CO", 11)
        left(canvas, x, 798, "2", 7)
        x = left(canvas, x + 4, 800, " on the 5", 11)
        left(canvas, x, 804, "th", 7)

    assert pdf_pages("a.pdf", made_pdf(page)).pages == ("Revenue was 455.9 million on 12 m² with CO2 on the 5th",)


def test_two_columns_that_are_drawn_line_by_line_are_read_one_after_the_other() -> None:
    one, other = sentences(14, 0), sentences(14, 100)

    def page(canvas: Canvas) -> None:
        left(canvas, 60, 800, "A title that stands over both of the columns of this page of ours", 14)
        for i, pair in enumerate(zip(one, other, strict=True)):
            lines(canvas, 60, 770 - 12 * i, pair[:1])
            lines(canvas, 320, 770 - 12 * i, pair[1:])
        lines(
            canvas,
            60,
            580,
            ["A line of full width comes after the columns and ends the whole page of this paper here."],
        )

    text = [line for line in pdf_pages("a.pdf", made_pdf(page)).pages[0].split("\n") if line]
    assert text[0].startswith("A title")
    assert text[-1].startswith("A line of full width")
    assert text[1:-1] == [*one, *other]


def test_heads_that_alternate_and_hold_the_page_number_are_left_out() -> None:
    def drawn(canvas: Canvas, number: int) -> None:
        left(canvas, 60, 810, f"{number}  Harbour Group" if number % 2 else f"Annual report  {number}")
        lines(canvas, 60, 770, sentences(3, 10 * number))

    pages = [functools.partial(drawn, number=number) for number in range(1, 9)]
    read = pdf_pages("a.pdf", made_pdf(*pages))
    assert [page.split("\n") for page in read.pages] == [sentences(3, 10 * number) for number in range(1, 9)]


def test_space_between_paragraphs_is_kept_as_an_empty_line() -> None:
    def page(canvas: Canvas) -> None:
        y = lines(canvas, 60, 800, sentences(4, 0))
        left(canvas, 60, y - 14, "Outlook", 14)
        lines(canvas, 60, y - 34, sentences(4, 50))

    text = pdf_pages("a.pdf", made_pdf(page)).pages[0]
    assert text == "\n".join([*sentences(4, 0), "", "Outlook", "", *sentences(4, 50)])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (made_pdf(lambda canvas: lines(canvas, 60, 800, ("Sales rose.",)), password="secret"), "password"),
        (made_pdf(lambda canvas: canvas.rect(60, 60, 100, 100)), "has no text"),
        (made_pdf(lambda canvas: None)[:300], "not a PDF that can be opened"),
        (b"%PDF-1.4 nothing", "not a PDF that can be opened"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        pdf_pages("a.pdf", data)


def test_ligatures_are_letters_and_soft_hyphens_are_gone() -> None:
    pdfmetrics.registerFont(TTFont("Vera", str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")))

    def page(canvas: Canvas) -> None:
        left(canvas, 60, 800, "The ﬁrst soft\xadware had a ﬂow of 5 units.", font="Vera")

    assert pdf_pages("a.pdf", made_pdf(page)).pages == ("The first software had a flow of 5 units.",)


def test_slanted_words_do_not_break_the_lines_of_a_page() -> None:
    def page(canvas: Canvas) -> None:
        lines(canvas, 60, 800, sentences(3, 0))
        canvas.rotate(30)
        left(canvas, 300, 300, "DRAFT", 40)

    assert pdf_pages("a.pdf", made_pdf(page)).pages == ("\n".join([*sentences(3, 0), "DRAFT"]),)
